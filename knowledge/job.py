"""The noun of the queue in the ledger: a question that somebody is owed a reply to."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.domain import Question, ReplyTo


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A question accepted and not yet answered in Slack.

    `attempts` counts this try. `maybe_delivered` is set when an earlier try stopped while it was posting, so
    that the reply has to be looked for before it is posted again; `message_ts` names the message that one had begun.
    """

    id: int
    question: Question
    reply_to: ReplyTo
    attempts: int
    maybe_delivered: bool
    accepted_at: datetime
    message_ts: str | None = None
