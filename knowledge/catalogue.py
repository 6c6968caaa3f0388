"""The catalogue: what those who keep the library look up of its documents. Nouns only, the ledger makes them.

How a document stands is one word: what its card says while it is served, else that it waits or that it left.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from knowledge.dates import last_day
from knowledge.domain import DocumentRecord, Failure, Kind


class Standing(StrEnum):
    """How a document stands today."""

    CURRENT = "current"
    DRAFT = "draft"
    SUPERSEDED = "superseded"
    HISTORICAL = "historical"
    WAITING = "waiting"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document with what is known of it: `cited` counts the answers that quote any of its versions.

    A document that is served while a newer version of it waits has an entry for each. `left_at` and `left_by` are set
    once it left the library.
    """

    document: DocumentRecord
    standing: Standing
    added_by: str
    added_at: datetime
    cited: int = 0
    left_at: datetime | None = None
    left_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for. All `words` are in the title; without a `standing` what left the library is left out.

    `before` is the day a document has to be older than, by its own date or, where it states none, by the day this
    version was indexed; `stale` ones have a review date that has passed.
    """

    words: str = ""
    kind: Kind | None = None
    standing: Standing | None = None
    before: date | None = None
    stale: bool = False

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is wanted."""
        return (
            (entry.standing is not Standing.REMOVED if self.standing is None else entry.standing is self.standing)
            and (self.kind is None or entry.document.card.kind is self.kind)
            and (self.before is None or _day_of(entry) < self.before)
            and (not self.stale or entry.document.review_passed is not None)
            and all(word in _folded(entry.document.card.title) for word in _folded(self.words).split())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the entries wanted, in order of title: `first` is the number of the first, from 0, `found` counts all."""

    entries: tuple[Entry, ...]
    first: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of the library: how many documents are held, and those somebody may want to look at.

    `removed` are those that left within a month, the latest first; `stale` begins with the longest due. `failed` are
    the files that could not be read when they were tried last.
    """

    held: int
    waiting: tuple[Entry, ...]
    stale: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    most_cited: tuple[Entry, ...]
    failed: tuple[Failure, ...] = ()


def _day_of(entry: Entry) -> date:
    stated = entry.document.card.date
    return last_day(stated) if stated else entry.document.indexed_at.date()


def _folded(text: str) -> str:
    """Take capitals and accents away, so that "sao paulo" finds "São Paulo"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))
