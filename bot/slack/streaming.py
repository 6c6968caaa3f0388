"""An answer that appears while a language model writes it, in one message that is whole in the end whatever happens.

Sentences travel as rich_text blocks, whose text Slack does not read: markdown, in which it streams text, would be live.
slack_sdk's `chat_stream` holds back text until there are 256 characters of it; blocks it sends at once, and whole.
https://docs.slack.dev/reference/methods/chat.startStream
"""

import logging
from collections.abc import Sequence
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.chat_stream import ChatStream

from bot.slack.blocks import Reply, opening
from bot.slack.replies import ANSWER_EVENT, Replies, as_metadata, hasty, is_passing
from bot.slack.safe_text import Block, paragraph
from knowledge.domain import Answer
from knowledge.job import Job
from knowledge.ledger.conversations import Conversations

log = logging.getLogger(__name__)

RATES = frozenset({"ratelimited", "rate_limited"})


class Streams:
    """What Slack is asked for streams. A rate that is spent is not waited for: one message comes in the end instead."""

    def __init__(self, client: WebClient, replies: Replies, conversations: Conversations) -> None:
        self._client = client
        self._hasty_client = hasty(client)
        self._replies = replies
        self._conversations = conversations

    def open(self, job: Job, note: str) -> "Stream":
        """Open the stream of a reply; nothing is sent before there is a sentence. `note` is the line above, if any.

        What an earlier try has begun is not gone on with, but replaced by the whole. Raises like Replies.find.
        """
        begun = job.message_ts or (self.find(job) if job.maybe_delivered else None)
        return Stream(self, self._replies, job, note, begun)

    def chat(self, job: Job) -> ChatStream:
        """Make Slack's stream."""
        to = job.reply_to
        return self._hasty_client.chat_stream(
            channel=to.channel,
            thread_ts=to.thread_ts or "",
            recipient_user_id=to.user,
            recipient_team_id=to.team,
        )

    def about_to_begin(self, job: Job) -> bool:
        """Note that something may stand in Slack from now on. False where the question was withdrawn."""
        return self._conversations.delivering(job)

    def begun(self, job: Job, ts: str) -> None:
        """Note where it stands."""
        self._conversations.begun(job, ts)

    def find(self, job: Job) -> str | None:
        """Return the ts of a message in which the reply has begun to appear, by the mark of its first block."""
        to = job.reply_to
        if to.ephemeral or to.thread_ts is None:
            return None
        for page in self._client.conversations_replies(channel=to.channel, ts=to.thread_ts, limit=200):
            for message in page["messages"]:
                if any(block.get("block_id") == mark_of(job) for block in message.get("blocks", ())):
                    return str(message["ts"])
        return None

    def end(self, job: Job, ts: str, rest: Sequence[Block]) -> bool:
        """End a stream with the rest of its reply; False where Slack takes nothing more as a stream.

        A stream dies about five minutes after its start even while it is written to
        (slackapi/python-slack-sdk#1859), and when somebody stops it.
        """
        metadata = as_metadata((ANSWER_EVENT, job.question.id))
        try:
            self._client.chat_stopStream(channel=job.reply_to.channel, ts=ts, blocks=rest, metadata=metadata)
        except SlackApiError as err:
            if is_passing(err):
                raise
            log.info("question %s: stream is over: %s", job.question.id, err.response.get("error"))
            return False
        return True

    def replace(self, job: Job, ts: str, reply: Reply) -> None:
        """Put the whole reply in the place of what has begun to appear. Raises like Replies.post.

        A message cannot be changed while it streams; a stream that died or was stopped cannot be ended any more.
        """
        try:
            self._client.chat_stopStream(channel=job.reply_to.channel, ts=ts)
        except SlackApiError as err:
            if is_passing(err):
                raise
        self._replies.change(job.reply_to.channel, ts, reply, metadata=(ANSWER_EVENT, job.question.id))


class Stream:
    """The reply to one question."""

    def __init__(self, streams: Streams, replies: Replies, job: Job, note: str, begun: str | None) -> None:
        self._streams = streams
        self._replies = replies
        self._job = job
        self._note = (paragraph(note),) if note else ()
        self._begun = begun
        self._chat = streams.chat(job)
        self._shown: tuple[Block, ...] = ()
        # No more is sent; and it is unclear whether what was sent last has arrived.
        self._is_over = begun is not None or job.reply_to.ephemeral or job.reply_to.thread_ts is None
        self._is_unsure = False

    def show(self, answer: Answer) -> None:
        """Show an answer as far as it is sure. What Slack does not take now comes with the end."""
        blocks = (*self._note, *opening(answer))
        more = list(blocks[len(self._shown) :])
        if self._is_over or not more:
            return
        if self._begun is None:
            if not self._streams.about_to_begin(self._job):
                self._is_over = True
                return
            more[0] = more[0] | {"block_id": mark_of(self._job)}
        try:
            self._chat.append(chunks=[{"type": "blocks", "blocks": more}])
        except SlackClientError as err:
            reason = err.response.get("error") if isinstance(err, SlackApiError) else type(err).__name__
            log.info("question %s: not streamed: %s", self._job.question.id, reason)
            self._is_over = self._begun is None or reason not in RATES
        except (OSError, HTTPException) as err:
            log.info("question %s: stream broke: %s", self._job.question.id, type(err).__name__)
            self._is_over = self._is_unsure = True
        else:
            self._shown = blocks
            if self._begun is None:
                self._begun = str(self._chat.ts)
                self._streams.begun(self._job, self._begun)

    def finish(self, reply: Reply) -> str | None:
        """Let the whole reply stand: the rest of it below what was shown, or all of it in its place.

        Returns the message's ts, None where Slack keeps none. Raises like Replies.post.
        """
        if self._begun is None and self._is_unsure:
            self._begun = self._streams.find(self._job)
        if self._begun is None:
            return self._replies.post(self._job, reply)
        shown = len(self._shown)
        goes_on = shown and not self._is_unsure and reply.blocks[:shown] == self._shown
        if not (goes_on and self._streams.end(self._job, self._begun, reply.blocks[shown:])):
            self._streams.replace(self._job, self._begun, reply)
        return self._begun


def mark_of(job: Job) -> str:
    """The block_id of the first block of a reply that appears bit by bit: its metadata comes with its end only."""
    return f"{ANSWER_EVENT}:{job.question.id}"
