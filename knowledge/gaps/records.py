"""The nouns of the log of gaps, as lists, cards and exports show them: texts are masked before they get in here."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from knowledge.domain import GapReason
from knowledge.errors import GapNotFound
from knowledge.history import AuditEntry


class GapStatus(StrEnum):
    """Where a gap stands on its way from a question to guidance."""

    NEW = "new"
    ASSIGNED = "assigned"
    WAITING = "waiting"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to see to it."""
        return self in {GapStatus.NEW, GapStatus.ASSIGNED, GapStatus.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPassage:
    """A passage that was nearest to a question when it was asked."""

    passage_id: str
    document_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody said of a reply: it did not help, or it takes a person. `said` is why, where they said."""

    reason: GapReason
    user: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of a gap: who asked it when and where, why it is here, and what the library had then.

    `text` is what it means in its thread. `manifest` is the digest of the library that was asked.
    """

    question_id: str
    text: str
    asker: str
    channel: str
    asked_at: datetime
    language: str | None
    reason: GapReason
    permalink: str | None
    manifest: str
    reports: tuple[Report, ...]
    nearest: tuple[NearPassage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody wrote beside a gap."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRecord:
    """One missing thing: its question in one line, where it stands, and everybody who asked for it.

    `owner` is a Slack user id or a name, `owner_name` how people call them. `because` says why it was declined or
    opened again. `nearest` are the passages nearest to the question that opened it.
    """

    id: str
    question: str
    status: GapStatus
    reason: GapReason
    askers: int
    first_asked: datetime
    last_asked: datetime
    nearest: tuple[NearPassage, ...]
    questions: tuple[Asked, ...]
    owner: str | None = None
    owner_name: str | None = None
    due: date | None = None
    because: str | None = None
    answered_at: datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def is_out_of_scope(self) -> bool:
        """Whether nothing in the library came near any of its questions, and nobody said that it should."""
        return self.reason is GapReason.OUT_OF_SCOPE


@dataclass(frozen=True, slots=True, kw_only=True)
class GapStory:
    """A gap with what was done to it, oldest first."""

    gap: GapRecord
    history: tuple[AuditEntry, ...]


def gap_id(number: int) -> str:
    """Name a gap the way people say it: G7."""
    return f"G{number}"


def gap_number(id_: str) -> int:
    """Read a number back from its name. Raises GapNotFound."""
    # Nine digits stay within SQLite's integers.
    named = re.fullmatch(r"[Gg]?([0-9]{1,9})", id_.strip())
    if named is None:
        raise GapNotFound
    return int(named[1])
