"""What is done with something handed in: post its card, fetch, read and propose it, publish it.

Each step can be done again: a card that stands is found, a file that waits is the same proposal. Decides nothing about
trying again.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException

from slack_sdk.errors import SlackApiError

from bot.slack.blocks import Reply
from bot.slack.cards import Cards
from bot.slack.files import SlackFiles
from bot.slack.intake_cards import (
    discarded_reply,
    failed_reply,
    progress_reply,
    publishing_reply,
    receipt_reply,
    received_reply,
)
from bot.slack.replies import INTAKE_EVENT, Replies
from knowledge.domain import Details, Progress, Upload
from knowledge.errors import AttacheError
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.intake import Incoming, Stage
from knowledge.proposals.proposal import Proposal
from knowledge.sources.errors import NotFetched
from knowledge.sources.fetching import Fetched, Fetcher

log = logging.getLogger(__name__)

# Slack takes one chat.update in three seconds for a message, as its page of the method says.
BETWEEN_UPDATES = 3.0
# A clock of Slack's that is a minute behind ours hides no card from us, seconds.
LEEWAY = 60.0


class Stopping(Exception):
    """The bot stops; what was begun is taken up at the next start."""


@dataclass(slots=True)
class Pace:
    """Lets something happen once in `BETWEEN_UPDATES` seconds, and says how long the rest of it will take.

    Pages are recognised first, and then passages embedded; each is timed by itself.
    """

    clock: Callable[[], float]
    last: float
    of: tuple[int, int] = (0, 0)
    began: float = 0.0
    first: int = 0

    def is_due(self) -> bool:
        """Whether it is time again; then the next time begins."""
        now = self.clock()
        if now - self.last < BETWEEN_UPDATES:
            return False
        self.last = now
        return True

    def seconds_left(self, progress: Progress) -> float | None:
        """Guess by how long it took so far; None at the beginning."""
        now, of = self.clock(), (progress.to_recognise, progress.to_embed)
        done = progress.recognised + progress.embedded
        if self.of != of:
            self.of, self.began, self.first = of, now, done
        return (now - self.began) / (done - self.first) * (sum(of) - done) if done > self.first else None


class IntakeSteps:
    """The three steps; any thread may do each."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        replies: Replies,
        cards: Cards,
        files: SlackFiles,
        fetcher: Fetcher,
        *,
        auto_publish: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`auto_publish` confirms what was read without asking."""
        self._knowledge_base = knowledge_base
        self._intake = knowledge_base.intake
        self._proposals = knowledge_base.proposals
        self._replies = replies
        self._cards = cards
        self._files = files
        self._fetcher = fetcher
        self._auto_publish = auto_publish
        self._clock = clock
        # What was published while Slack did not take the receipt.
        self._receipts: dict[int, Reply] = {}
        self._stopping = False

    def stop(self) -> None:
        """Break off what is being fetched and read."""
        self._stopping = True
        self._fetcher.stop()
        self._knowledge_base.break_off()

    def say_failed(self, incoming: Incoming, error: AttacheError, *, with_reference: bool) -> None:
        """Say in the card what to do about it."""
        self._cards.show(incoming, failed_reply(incoming.handed_in.name, error, with_reference=with_reference))

    def post(self, incoming: Incoming) -> None:
        """Post the card where none stands yet."""
        thing = incoming.handed_in
        channel = thing.channel or self._replies.direct_messages(thing.user)
        ts, metadata = None, (INTAKE_EVENT, str(incoming.id))
        if incoming.maybe_posted:
            since = incoming.accepted_at.timestamp() - LEEWAY
            ts = self._replies.find_card(channel, thing.thread_ts, since=since, metadata=metadata)
        if ts is None:
            self._intake.posting(incoming, channel)
            ts = self._replies.say(channel, received_reply(thing.name), thread_ts=thing.thread_ts, metadata=metadata)
        self._intake.posted(incoming, ts)

    def read(self, incoming: Incoming) -> None:
        """Read what was handed in, and ask what is to become of it."""
        proposal = self._known(incoming) or self._propose(incoming)
        if self._auto_publish:
            self._intake.decide(incoming.id, Stage.CONFIRMED, by=incoming.handed_in.user, decider=None)
            return
        self._cards.offer(incoming, proposal)

    def _known(self, incoming: Incoming) -> Proposal | None:
        return self._proposals.record(incoming.proposal_id) if incoming.proposal_id else None

    def _propose(self, incoming: Incoming) -> Proposal:
        thing, pace = incoming.handed_in, Pace(clock=self._clock, last=self._clock())

        def on_progress(progress: Progress) -> None:
            if self._stopping:
                raise Stopping
            left = pace.seconds_left(progress)
            if (progress.to_recognise or progress.to_embed) and pace.is_due():
                self._tell(incoming, progress_reply(thing.name, progress, left))

        self._tell(incoming, progress_reply(thing.name, None))
        # A guess is for somebody to look at.
        upload, guessing = self._fetch(incoming), not self._auto_publish
        proposal = self._proposals.propose(upload, actor=thing.user, guessing=guessing, on_progress=on_progress)
        self._intake.proposed(incoming, proposal.id)
        return proposal

    def _tell(self, incoming: Incoming, reply: Reply) -> None:
        """Say how far it is. Where Slack does not take that, nothing waits for it or begins anew."""
        try:
            self._cards.show(incoming, reply)
        except (SlackApiError, OSError, HTTPException) as err:
            log.warning("intake %d: no word of progress: %s", incoming.id, type(err).__name__)

    def _fetch(self, incoming: Incoming) -> Upload:
        """Get the bytes; its place makes a page the same document next time, and no two files of a name one."""
        thing = incoming.handed_in
        if thing.file_id is not None:
            file = self._files.look_up(thing.file_id)
            return Upload(name=file.name, content=self._files.download(file), place=f"slack/{file.id}/{file.name}")
        page = self._fetcher.fetch(thing.url or "")
        if not isinstance(page, Fetched):  # "as it was" to somebody who named no earlier state of it
            raise NotFetched
        return Upload(name=page.name, content=page.content, place=page.url, details=Details(source=page.url))

    def forget_discarded(self) -> None:
        """Forget what somebody discarded in a process that ended before it was forgotten."""
        for incoming in self._intake.kept_back():
            actor = incoming.decided_by or incoming.handed_in.user
            proposal = self._proposals.discard(incoming.proposal_id or "", actor=actor)
            self._tell(incoming, discarded_reply(proposal.card.title, incoming.decider or actor))

    def has_published(self, incoming: Incoming) -> bool:
        """Whether it is in the library, and only its receipt is not in Slack yet."""
        return incoming.id in self._receipts

    def publish(self, incoming: Incoming) -> None:
        """Publish what was confirmed, which needs no Slack, and show the receipt."""
        reply = self._receipts.get(incoming.id)
        if reply is None:
            proposal = self._proposals.record(incoming.proposal_id or "")
            self._tell(incoming, publishing_reply(proposal.card.title, incoming.decider))
            receipt = self._proposals.confirm(proposal.id, actor=incoming.decided_by or incoming.handed_in.user)
            reply = self._receipts[incoming.id] = receipt_reply(proposal, receipt, incoming.decider)
        self._cards.show(incoming, reply)
        self._intake.settle(incoming, Stage.PUBLISHED)
        del self._receipts[incoming.id]
