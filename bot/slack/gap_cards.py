"""Keeps one card for each new gap in GAPS_CHANNEL as the gap stands, whoever changed it and wherever.

What is owed is worked out from the ledger, so a crash loses no card and makes no second one. A channel that does not
take them stops nothing else: it is tried again later, and meanwhile the log says why.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import Reply
from bot.slack.gap_card import gap_card, gone_card
from bot.slack.gap_posting import GapPosting
from bot.slack.gaps import readable
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.replies import is_passing, retry_after
from knowledge.errors import AttacheError
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.gap_posts import CardDue, card_key

log = logging.getLogger(__name__)

# Seconds between two new cards: whoever reads the channel shall not drown when many ask at once.
PACE = 20.0
# Seconds between two looks whether a gap changed; such a look takes well under a millisecond.
LOOK = 1.0
# Seconds after a refusal before the channel is tried again.
REST = 300.0
GRACE = 10.0


class GapCards:
    """One thread that posts cards and keeps them up to date."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        posting: GapPosting,
        people: People,
        readers: Readers,
        *,
        channel: str,
        pace: float = PACE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pace` is the least number of seconds between two new cards."""
        self._knowledge_base = knowledge_base
        self._posts = knowledge_base.gaps.posts
        self._posting = posting
        self._people = people
        self._readers = readers
        self._channel = channel
        self._pace = pace
        self._clock = clock
        self._next_new = clock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="gap-cards", daemon=True)

    def start(self) -> None:
        """Take up what an earlier process left and keep going."""
        self._since = self._posts.since(self._knowledge_base.catalogue.now())
        self._thread.start()

    def stop(self) -> None:
        """Finish the card at hand."""
        self._stopping.set()
        self._thread.join(GRACE)

    def _work(self) -> None:
        seen: tuple[int, str] | None = None
        while not self._stopping.is_set():
            wait = LOOK
            try:
                stamp = self._posts.stamp()
                if stamp != seen:
                    seen = stamp if self._show_all(self._posts.cards_due(self._since)) else None
            except Exception as err:
                seen, wait = None, max(REST if self._is_refused(err) else LOOK, retry_after(err))
            self._stopping.wait(wait)

    def _show_all(self, due: Sequence[CardDue]) -> bool:
        """Show cards in turn; new ones only when it is time. Returns whether none is left for later."""
        everything = True
        for card in due:
            if self._stopping.is_set():
                return False
            if self._posts.find(card_key(card.gap)) is None:
                if self._clock() < self._next_new:
                    everything = False
                    continue
                self._next_new = self._clock() + self._pace
            self._show(card)
        return everything

    def _show(self, due: CardDue) -> None:
        key = card_key(due.gap)
        try:
            reply = self._card(due)
        except AttacheError as err:  # changed under our hands: the next look shows how
            explain(err)
            return
        if not self._posting.once(key, self._channel, reply):
            self._change(key, reply)
        self._posts.shows(key, due.look)

    def _card(self, due: CardDue) -> Reply:
        if due.status in {GapStatus.MERGED, GapStatus.WITHDRAWN}:
            return gone_card(due)
        gap = self._knowledge_base.gaps.story(due.gap).gap
        near = readable(self._knowledge_base, gap.nearest, self._readers.of_channel(self._channel).audience)
        owner = gap.owner_name or (self._people.name_of(gap.owner) if gap.owner else None)
        left = self._people.has_left(gap.owner)
        return gap_card(gap, near, self._knowledge_base.catalogue.now(), owner=owner, owner_left=left)

    def _change(self, key: str, reply: Reply) -> None:
        """Bring a card up to date; one that Slack no longer lets us change stays as it is."""
        try:
            self._posting.change(key, reply)
        except SlackApiError as err:
            if is_passing(err):
                raise
            log.warning("%s stays as it is: %s", key, err.response.get("error"))

    def _is_refused(self, err: Exception) -> bool:
        """Log it; whether Slack refuses the channel, and not only this once."""
        if not isinstance(err, SlackApiError):
            explain(err)
            return False
        reason = err.response.get("error")
        log.error("no cards of gaps in GAPS_CHANNEL: %s; `attache check` says what to do", reason)
        return not is_passing(err)
