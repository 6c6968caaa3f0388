"""The nouns of the queue in the ledger: a question that somebody is owed a reply to, and where it goes."""

from dataclasses import dataclass
from datetime import datetime

from knowledge.domain import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """Where in Slack an answer goes: a thread of a channel, or one person's eyes only.

    `response_url` lives 30 minutes (Slack); after that an ephemeral answer goes to `user` as a direct message.
    `team` is the workspace that `user` belongs to.
    """

    channel: str
    user: str
    thread_ts: str | None = None
    ephemeral: bool = False
    response_url: str | None = None
    team: str | None = None


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
