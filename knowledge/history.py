"""What has been: the versions of a document, snapshots of the library, the audit trail. Nouns only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version of a document while it was served: from `starts` to `ends`, None when no end is known.

    `act` is what brought it, "publish", "restore", "rollback" or "correct", by whom and when; a version can come more
    than once. `undone` is True once somebody went back behind it.
    """

    version: int
    title: str
    date: str | None
    place: str
    passages: int
    act: str
    at: datetime
    by: str
    starts: datetime
    ends: datetime | None
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A name for the library as it was at a moment."""

    name: str
    taken_at: datetime
    taken_by: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneBack:
    """What going back to a snapshot did, by document ids: other versions, brought back, taken out."""

    changed: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act as the audit trail tells it."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    detail: Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What checking the trail found: `entries` in order from the first; `broken` is the first that is not, and why."""

    entries: int
    broken: int | None = None
    why: str = ""
