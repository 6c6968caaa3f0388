"""What is owed about gaps at a time of its own: reminders on the due day, the weekly digest, what a crash cut off.

Each is worked out from the ledger and noted there, so what was missed while the bot was off is made up once and nothing
comes twice. Whatever Slack refuses is tried again within the hour.
"""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from threading import Lock

from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.gap_digest import digest_reply, left_reply, plot_words, reminder_reply
from bot.slack.gap_list import is_due
from bot.slack.gap_posting import GapPosting
from bot.slack.gaps import readable
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.replies import Replies
from bot.slack.safe_text import SLACK_ID
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.rhythm import last_weekly
from knowledge.sources.rounds import Rounds

# Nobody is reminded before this hour of the day, in the office's time zone.
MORNING = 9
OFF = "off"


class GapDuties:
    """Does what is due, at start, on the hour, and when the digest's time comes."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        posting: GapPosting,
        readers: Readers,
        client: WebClient,
        *,
        zone: tzinfo,
        channel: str | None,
        digest: str,
        admins: Sequence[str],
        carry_on: Callable[[], None],
    ) -> None:
        """`digest` is a day and a time, or "off"; `admins` hear of gaps whose owner has left; `carry_on` takes up
        answers that wait for a colleague's word.
        """
        self._knowledge_base = knowledge_base
        self._gaps = knowledge_base.gaps
        self._now = knowledge_base.catalogue.now
        self._posting = posting
        self._readers = readers
        self._client = client
        self._people = People(client)
        self._replies = Replies(client)
        self._zone = zone
        self._channel = channel
        self._digest = digest
        self._admins = admins
        self._carry_on = carry_on
        self._one_at_a_time = Lock()
        self._rounds = Rounds(self.catch_up, zone=zone, week=None if digest == OFF else digest)

    def start(self) -> None:
        """Catch up, and go on from there."""
        if self._channel:
            self._gaps.posts.since(self._now())
        self._rounds.start()

    def stop(self) -> None:
        """Finish what is being sent."""
        self._rounds.stop()

    def catch_up(self) -> None:
        """Send what is due and does not stand yet; what fails keeps nothing else back."""
        with self._one_at_a_time:
            for duty in (self._carry_on, self._remind, self._tell_who_left, self._send_digest):
                try:
                    duty()
                except Exception as err:
                    explain(err)

    def _remind(self) -> None:
        """Remind each owner once for each due date."""
        now = self._now()
        for gap in self._gaps.records():
            is_time = gap.due is not None and (now.hour >= MORNING or gap.due < now.date())
            if not (is_due(gap, now) and is_time and gap.owner and SLACK_ID.fullmatch(gap.owner)):
                continue
            key = f"due {gap.id} {gap.due} {gap.owner}"
            post = self._gaps.posts.find(key)
            if (post and post.message_ts) or self._people.has_left(gap.owner):
                continue
            try:
                self._posting.once(key, self._replies.direct_messages(gap.owner), reminder_reply(gap, now))
            except Exception as err:  # of one owner, who keeps it from no other
                explain(err)

    def _tell_who_left(self) -> None:
        """Tell each of those who keep the library once of each open gap whose owner has left."""
        now = self._now()
        for gap in self._gaps.records():
            if not (gap.owner and gap.status.is_open and self._people.has_left(gap.owner)):
                continue
            reply = left_reply(gap, self._people.name_of(gap.owner), now)
            for admin in self._admins:
                key = f"left {gap.id} {gap.owner} {admin}"
                post = self._gaps.posts.find(key)
                if post and post.message_ts:
                    continue
                try:
                    self._posting.once(key, self._replies.direct_messages(admin), reply)
                except Exception as err:  # of one admin, who keeps it from no other
                    explain(err)

    def _send_digest(self) -> None:
        """Send the digest that was due last, and its picture into its thread."""
        now = self._now()
        if self._channel is None or self._digest == OFF:
            return
        due = last_weekly(self._digest, now, self._zone)
        if due <= self._gaps.posts.since(now).at:
            return
        key = f"digest {due:%Y-%m-%d %H:%M}"
        reply = digest_reply(self._gaps.digest(), now, self._titles(self._channel))
        self._posting.once(key, self._channel, reply)
        post = self._gaps.posts.find(key)
        if post is not None and post.message_ts is not None:
            self._upload(f"plot of {key}", post.channel, post.message_ts)

    def _upload(self, key: str, channel: str, thread_ts: str) -> None:
        """Put the picture into a thread once; a file carries no key of ours, so that any file of ours there is it."""
        from knowledge.gaps.plotting import plot_figures

        post = self._gaps.posts.begin(key, channel)
        if post.message_ts is not None:
            return
        if not (post.again and self._has_file(channel, thread_ts)):
            figures = self._gaps.figures()
            self._client.files_upload_v2(
                channel=channel,
                thread_ts=thread_ts,
                content=plot_figures(figures),
                filename=f"questions-{figures.day.isoformat()}.png",
                title="Questions by week",
                alt_txt=plot_words(figures),
            )
        self._gaps.posts.posted(key, thread_ts)

    def _has_file(self, channel: str, thread_ts: str) -> bool:
        pages = self._client.conversations_replies(channel=channel, ts=thread_ts, limit=200)
        return any("bot_id" in message and message.get("files") for page in pages for message in page["messages"])

    def _titles(self, channel: str) -> frozenset[str]:
        """The titles among the nearest that everybody in the channel may know."""
        audience = self._readers.of_channel(channel).audience
        nearest = [gap.nearest[0] for gap in self._gaps.records() if gap.status.is_open and gap.nearest]
        return frozenset(one.title for one in readable(self._knowledge_base, nearest, audience))
