"""Posts notices, each once: answers to askers, changes to those who keep the library, corrections where answers stand.

The queue is the ledger. The number of a notice travels in the message's metadata, so that after a crash or a broken
connection it is looked for before it is posted. Who is told is asked again at that moment: people leave, stop wanting
it, or may read a document no more.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.answering import DELAYS, PATIENCE
from bot.slack.blocks import Reply
from bot.slack.corrections import correction_reply, recall_reply
from bot.slack.languages import Languages
from bot.slack.people import People
from bot.slack.readers import UNKNOWN, Readers, Readership, is_private
from bot.slack.replies import NOTICE_EVENT, Replies, is_passing, retry_after
from bot.slack.told import told_reply
from bot.speaking import speaking
from knowledge.collections import Audience
from knowledge.errors import NotForReaders, NotFound
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase
from knowledge.notices import Notice, NoticeKind, Told

log = logging.getLogger(__name__)

# Seconds between two messages. Slack opens about 50 direct messages a minute (tier 3, docs.slack.dev/apis/web-api/
# rate-limits) and takes one message a second in a channel; a document that answers hundreds keeps below both, and
# leaves the rest to whoever asks meanwhile.
PACE = 1.5
GRACE = 10.0
# Nobody is in a hurry for these: once the delays are through, a try an hour, and after three days no more, seconds.
LONGEST_DELAY = 3_600.0
LONGEST_WAIT = 3 * 86_400.0
# A clock of Slack's that is a minute behind ours hides no message from us, seconds.
LEEWAY = 60.0


class NotTold(Exception):
    """Somebody is not to be told; `because` says why in a word, `ever` whether that is for good."""

    def __init__(self, because: str, *, ever: bool = True) -> None:
        super().__init__(because)
        self.because = because
        self.ever = ever


class NotSure(Exception):
    """Slack does not say just now who reads there; what nobody may read is not what nobody is told."""


class Telling:
    """One thread that posts what is owed."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        replies: Replies,
        people: People,
        readers: Readers,
        languages: Languages,
        *,
        admins: Sequence[str] = (),
        delays: Sequence[float] = DELAYS,
        pace: float = PACE,
    ) -> None:
        """`admins` are the people in ADMINS; `delays` are the seconds before each further try."""
        self._knowledge_base = knowledge_base
        self._notices = knowledge_base.notices
        self._replies = replies
        self._people = people
        self._readers = readers
        self._languages = languages
        self._admins = admins
        self._delays = delays
        self._pace = pace
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="telling", daemon=True)

    def start(self) -> None:
        """Take up what an earlier process left and start posting."""
        self._notices.on_queued(self._changed.set)
        log.info("%d notices waiting", self._notices.waiting())
        self._thread.start()

    def stop(self) -> None:
        """Finish the message at hand; the rest keeps waiting in the ledger."""
        self._notices.on_queued(lambda: None)
        self._stopping.set()
        self._changed.set()
        self._thread.join(GRACE)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._changed.clear()
            wait = PATIENCE
            try:
                self._knowledge_base.recalls.offer(self._admins)
                while (notice := self._notices.claim()) and not self._stopping.is_set():
                    self._tell(notice)
                    self._stopping.wait(self._pace)
                if notice:  # taken while stopping
                    self._notices.release(notice)
                due = self._notices.seconds_until_due()
                wait = PATIENCE if due is None else min(PATIENCE, due)
            except Exception as err:
                explain(err)
            self._changed.wait(wait)

    def _tell(self, notice: Notice) -> None:
        try:
            ts = self._stands(notice)
            if ts is None:
                reply = self._reply(notice)
                channel = notice.channel or self._replies.direct_messages(notice.user)
                self._notices.posting(notice, channel)
                metadata = (NOTICE_EVENT, str(notice.id))
                ts = self._replies.say(channel, reply, thread_ts=notice.thread_ts, metadata=metadata)
            self._notices.posted(notice, ts)
        except NotTold as err:
            log.info("notice %d: nobody is told: %s", notice.id, err.because)
            if err.ever:
                self._notices.drop(notice, err.because)
            else:
                self._notices.forget(notice)
        except Exception as err:
            self._try_later(notice, err)

    def _stands(self, notice: Notice) -> str | None:
        """Return the ts of the message if an earlier try may have posted it and did."""
        if not notice.maybe_posted or notice.channel is None:
            return None
        since = notice.made_at.timestamp() - LEEWAY
        metadata = (NOTICE_EVENT, str(notice.id))
        return self._replies.find_card(notice.channel, notice.thread_ts, since=since, metadata=metadata)

    def _reply(self, notice: Notice) -> Reply:
        """Make the message. Raises NotTold, NotSure and what slack_sdk raises, also for whom Slack does not know."""
        if notice.thread_ts is None and self._people.who(notice.user).has_left:
            raise NotTold("left")
        match notice.kind:
            case NoticeKind.ANSWERED:
                return self._answered(notice)
            case NoticeKind.CHANGED:
                recall = self._knowledge_base.recalls.record(f"R{notice.recall_id}")
                if recall.decision:
                    raise NotTold("decided")
                if recall.correction is None:
                    raise NotTold("unchanged", ever=False)
                return recall_reply(recall)
            case NoticeKind.CORRECTION:
                to = ReplyTo(channel=notice.channel or "", user=notice.user, ephemeral=notice.thread_ts is None)
                if not is_private(to):
                    self._people.is_shared(to.channel)  # a channel that is gone says so here
                correction = self._knowledge_base.recalls.correction(notice, _audience(self._readers.of(to)))
                if correction is None:
                    raise NotTold("unchanged")
                return correction_reply(correction)

    def _answered(self, notice: Notice) -> Reply:
        if self._notices.is_quiet(notice.user):
            raise NotTold("opted out")
        told = self._told(notice)
        if self._knowledge_base.gaps.translate(told):
            told = self._told(notice)  # a language model takes its time: much may have changed
        with speaking(self._languages.of_text(told.question, notice.user)):
            return told_reply(told, notice.id)

    def _told(self, notice: Notice) -> Told:
        """What an asker is told, who may read it by now. Raises NotTold, NotSure."""
        told = self._knowledge_base.gaps.told(notice)
        if told is None:
            raise NotTold("outdated")
        try:
            audience = _audience(self._readers.of_person(notice.user))
            self._knowledge_base.collections.for_readers(told.answer, audience)
        except NotForReaders as err:
            raise NotTold("not for them") from err
        return told

    def _try_later(self, notice: Notice, err: Exception) -> None:
        """Keep it for another try, growing later each time, or note why it is given up; nothing else stops for it."""
        reason = str(err.response.get("error")) if isinstance(err, SlackApiError) else type(err).__name__
        waited = (datetime.now(UTC) - notice.made_at).total_seconds()
        if not is_passing(err) or isinstance(err, NotFound) or waited > LONGEST_WAIT:
            log.error("notice %d: given up at try %d: %s", notice.id, notice.attempts, reason)
            self._notices.drop(notice, reason)
            return
        pauses = (*self._delays, LONGEST_DELAY)
        delay = max(pauses[min(notice.attempts, len(pauses)) - 1], retry_after(err))
        log.warning("notice %d: try %d failed: %s, again in %g s", notice.id, notice.attempts, reason, delay)
        self._notices.put_off(notice, delay)


def _audience(readers: Readership) -> Audience | None:
    """What those may read who are told. Raises NotSure."""
    if readers.note == UNKNOWN:
        raise NotSure
    return readers.audience
