"""Gold questions: what should come of a question, whether it did, and how that changed. Asks and stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.domain import Citation, DocumentRecord, Turn


class GoldChange(StrEnum):
    """How a gold question fared against the last run that somebody asked for."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuestion:
    """A question and what should come of it: a quote of `document` and all the `words`; refused without a document."""

    text: str
    thread: tuple[Turn, ...] = ()
    document: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldRecord:
    """A gold question an office keeps; `title` is its document's, `miss` says what was wrong in the last run.

    `ran_at` is None before the first run; once there was one, no `miss` means that it was met. `known_miss` is that
    of the last run somebody asked for: one after a change of the library leaves it alone, so that
    what got worse stays worse until somebody looks.
    """

    id: str
    question: GoldQuestion
    title: str | None
    added_at: datetime
    added_by: str
    ran_at: datetime | None = None
    miss: str | None = None
    known_miss: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldOutcome:
    """What a run made of a gold question; `before` is the question with what the last run had made of it."""

    before: GoldRecord
    miss: str | None

    @property
    def change(self) -> GoldChange:
        """Compare with the last run asked for; a question missed then and now is the same, not worse."""
        if self.before.ran_at is None:
            return GoldChange.NEW
        if (self.miss is None) == (self.before.known_miss is None):
            return GoldChange.SAME
        return GoldChange.WORSE if self.miss else GoldChange.BETTER


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldRun:
    """All of an office's gold questions, asked once of the library as it stood."""

    outcomes: tuple[GoldOutcome, ...] = ()

    @property
    def met(self) -> int:
        """How many came out as they should."""
        return sum(outcome.miss is None for outcome in self.outcomes)

    def count(self, change: GoldChange) -> int:
        """How many fared like this."""
        return sum(outcome.change is change for outcome in self.outcomes)


def what_is_missed(gold: GoldQuestion, citations: Sequence[Citation]) -> str | None:
    """Say in a few words what is wrong with these quotes, none of them meaning a refusal; None when nothing is."""
    if not citations:
        return "refused" if gold.document else None
    if gold.document is None:
        return "answered"
    quotes = [_flat(citation.quote) for citation in citations if _is(gold.document, citation.document)]
    if not quotes:
        return "quoted another document"
    missing = [words for words in gold.words if not any(_flat(words) in quote for quote in quotes)]
    return f"quoted without {', '.join(missing)}" if missing else None


def _is(name: str, document: DocumentRecord) -> bool:
    """Whether `name` is the document's id, or a part of its place, which is all a starter question knows."""
    return name == document.id or name in document.place


def _flat(text: str) -> str:
    """Take capitals and line breaks away, which nobody means when they type the words they expect."""
    return " ".join(text.lower().split())
