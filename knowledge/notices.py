"""The nouns of the notices: messages that people get without having asked for them at that moment, one time each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.domain import Answer


class NoticeKind(StrEnum):
    """What a notice tells."""

    ANSWERED = "answered"  # whoever asked: the library answers it now
    CHANGED = "changed"  # an admin: answers quoted what has changed
    CORRECTION = "correction"  # where an answer stands: it quoted what has changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that is owed. Without a `channel` it goes into the direct messages with `user`.

    `attempts` counts this try. `maybe_posted` is set when an earlier try stopped while it was posting, so that the
    message has to be looked for first. `verdict` is what an asker said of the answer.
    """

    id: int
    kind: NoticeKind
    user: str
    channel: str | None
    thread_ts: str | None
    answer_id: str | None
    recall_id: int | None
    attempts: int
    maybe_posted: bool
    message_ts: str | None
    verdict: bool | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an asker is told: the question as they asked it, of which gap, and what the library says now."""

    gap: str
    question: str
    asked_at: datetime
    answer: Answer
