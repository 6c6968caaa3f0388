"""The nouns of the room: a source, its pages, and what refreshing it did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.domain import Failure, Kind
from knowledge.gold_questions import GoldRun


class SourceKind(StrEnum):
    """What sort of source it is."""

    FOLDER = "folder"
    PAGE = "page"
    SITEMAP = "sitemap"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A source somebody wants: an absolute path or a link, and what its documents have in common.

    `every` is how often it is refreshed, "6h" or "03:00" (rhythm.py); None goes by SOURCES_REFRESH. `collections` are
    names, "mayor, protocol", that new documents of it are put into.
    """

    kind: SourceKind
    address: str
    every: str | None = None
    document_kind: Kind | None = None
    issuer: str | None = None
    collections: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A page or file of a source: `url` is its link or path, `trouble` the sentence on what is wrong with it.

    `etag`, `last_modified` and `listed`, the sitemap's word on when it changed, are what was last told, of a file its
    size and times. `seen_at` is None until it was there once; `missing_since` is set while it is flagged as gone.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    listed: str | None = None
    seen_at: datetime | None = None
    missing_since: datetime | None = None
    trouble: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A source the office keeps. `trouble` is why the last refresh did not come to its pages; None when it did.

    `flagged` pages are gone from their source and still quoted; `failed` ones could not be fetched or read.
    """

    id: str
    source: NewSource
    added_at: datetime
    added_by: str
    refreshed_at: datetime | None = None
    trouble: str | None = None
    pages: int = 0
    flagged: tuple[SourcePage, ...] = ()
    failed: tuple[SourcePage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did. `source` is as it stands after it; pages are named as in a receipt, by link where flagged.

    `unchanged` counts pages that were left alone. `flagged` and `returned` are those that went missing or came back
    this time; `left_out` those whose document somebody took out of the library or rolled back. `fails_anew` says that
    the source as a whole is in trouble and was not before.
    """

    source: SourceRecord
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: int = 0
    flagged: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    embedded: int = 0
    seconds: float = 0.0
    gold: GoldRun | None = None
    fails_anew: bool = False

    @property
    def is_news(self) -> bool:
        """Whether those who keep the library should hear of it: pages went missing, or it fails as a whole since."""
        return bool(self.flagged) or self.fails_anew
