"""Puts replies into Slack and finds out whether one already stands there; knows which refusals may pass."""

import logging
from http.client import HTTPException
from ssl import SSLError
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.slack.blocks import Reply
from knowledge.job import Job, ReplyTo

log = logging.getLogger(__name__)

# What an answer in a channel is known by later: https://docs.slack.dev/messaging/message-metadata
ANSWER_EVENT = "attache_answer"
SHARED_EVENT = "attache_shared"
INTAKE_EVENT = "attache_intake"
GAP_EVENT = "attache_gap"
NOTICE_EVENT = "attache_notice"
# What the id in it is one of.
PAYLOADS = {
    ANSWER_EVENT: "question_id",
    SHARED_EVENT: "question_id",
    INTAKE_EVENT: "intake_id",
    GAP_EVENT: "key",
    NOTICE_EVENT: "notice_id",
}

RATE_LIMIT_TRIES = 3
# A clock of Slack's that is a minute behind ours hides no message from us, seconds.
LEEWAY = 60.0
# Top-level text is escaped already; this keeps addresses and stars in it plain, too.
INERT: dict[str, Any] = {"parse": "none", "mrkdwn": False}
# Slack's side is in trouble, or a token is being replaced: the same call may work later.
PASSING = frozenset(
    "ratelimited rate_limited internal_error fatal_error service_unavailable request_timeout team_added_to_org "
    "invalid_auth not_authed account_inactive token_revoked token_expired accesslimited".split()
)
# What connections end with; other errors of the system are those of this machine.
UNREACHED = (URLError, HTTPException, ConnectionError, TimeoutError, SSLError)
# Blocks that Slack will not take this way or ever; the same words still go as plain text.
UNSHOWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_blocks_too_many"})
# The asker is not where the app can show something to one person.
OUT_OF_REACH = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel", "is_archived"})


def is_passing(err: Exception) -> bool:
    """Whether the same call may succeed later. Anything but a clear refusal by Slack may."""
    if not isinstance(err, SlackApiError):
        return True
    return err.response.get("error") in PASSING or err.response.status_code >= 500


def is_outage(err: Exception) -> bool:
    """Whether Slack is in trouble or out of reach: no refusal, and no fault of ours."""
    return isinstance(err, UNREACHED) or (isinstance(err, SlackApiError) and is_passing(err))


def retry_after(err: Exception) -> float:
    """Seconds Slack asked to wait, or 0."""
    if not isinstance(err, SlackApiError):
        return 0
    headers = {name.lower(): value for name, value in err.response.headers.items()}
    seconds = str(headers.get("retry-after", ""))
    return float(seconds) if seconds.isdecimal() else 0


class Replies:
    """Posts replies with one Slack client."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._hasty_client = hasty(client)

    def post(self, job: Job, reply: Reply) -> str | None:
        """Post the reply to a question where it is owed. Returns its ts, None where Slack keeps none.

        Raises SlackApiError, OSError or HTTPException; after the last two the reply may stand in Slack all the same.
        """
        if job.reply_to.ephemeral:
            return self.whisper(job.reply_to, reply)
        to = job.reply_to
        return self.say(to.channel, reply, thread_ts=to.thread_ts, metadata=(ANSWER_EVENT, job.question.id))

    def say(
        self, channel: str, reply: Reply, *, thread_ts: str | None = None, metadata: tuple[str, str] | None = None
    ) -> str:
        """Post a message everybody in the channel sees; `metadata` is its event type and the id in it."""
        body: dict[str, Any] = {"channel": channel, "thread_ts": thread_ts, "text": reply.text, **INERT}
        body |= {"unfurl_links": False, "unfurl_media": False}
        if metadata:
            body["metadata"] = as_metadata(metadata)
        try:
            posted = self._client.chat_postMessage(**body, blocks=reply.blocks)
        except SlackApiError as err:
            if err.response.get("error") not in UNSHOWABLE:
                raise
            log.error("Slack refused the blocks of a message: %s", err.response.get("error"))  # noqa: TRY400
            posted = self._client.chat_postMessage(**body)
        return str(posted["ts"])

    def find(self, job: Job) -> str | None:
        """Return the ts of the reply to this question if it already stands in its thread.

        What is for one person's eyes cannot be looked for: Slack keeps no ephemeral messages. Raises like `post`.
        """
        to = job.reply_to
        if to.ephemeral:
            return None
        if to.thread_ts is None:
            since = job.accepted_at.timestamp() - LEEWAY
            return self.find_card(to.channel, None, since=since, metadata=(ANSWER_EVENT, job.question.id))
        pages = self._client.conversations_replies(
            channel=to.channel, ts=to.thread_ts, include_all_metadata=True, limit=200
        )
        return first_with(pages, ANSWER_EVENT, job.question.id)

    def find_card(self, channel: str, thread_ts: str | None, *, since: float, metadata: tuple[str, str]) -> str | None:
        """Return the ts of the message with this event type and id, in a thread or since a moment; raises likewise."""
        window: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": 200}
        if thread_ts:
            pages = self._client.conversations_replies(ts=thread_ts, **window)
        else:
            pages = self._client.conversations_history(oldest=f"{since:.6f}", **window)
        return first_with(pages, *metadata)

    def upload(self, channel: str, thread_ts: str, uploads: list[dict[str, Any]]) -> None:
        """Put files into a thread, all in one message. Raises like `post`."""
        self._client.files_upload_v2(file_uploads=uploads, channel=channel, thread_ts=thread_ts)

    def has_files(self, channel: str, thread_ts: str) -> bool:
        """Whether files of ours are in a thread; they carry no key. Raises like `post`."""
        pages = self._client.conversations_replies(channel=channel, ts=thread_ts, limit=200)
        return any("bot_id" in message and message.get("files") for page in pages for message in page["messages"])

    def change(self, channel: str, ts: str, reply: Reply, *, metadata: tuple[str, str] | None = None) -> None:
        """Put something else into a message of ours; one that somebody deleted stays away. Raises like `post`."""
        body: dict[str, Any] = {"channel": channel, "ts": ts, "text": reply.text, "parse": "none"}
        if metadata:
            body["metadata"] = as_metadata(metadata)
        try:
            self._client.chat_update(**body, blocks=reply.blocks)
        except SlackApiError as err:
            reason = err.response.get("error")
            if reason == "message_not_found":
                log.info("a message to be changed is gone")
                return
            if reason not in UNSHOWABLE:
                raise
            log.error("Slack refused the blocks of a message: %s", reason)  # noqa: TRY400
            self._client.chat_update(**body, blocks=[])

    def direct_messages(self, user: str) -> str:
        """Return the channel of the direct messages with somebody. Raises like `post`."""
        return str(self._client.conversations_open(users=user)["channel"]["id"])

    def show_status(self, reply_to: ReplyTo, status: str) -> None:
        """Show in a thread that the app is `processing`, or `active` again; never in the way of an answer."""
        if reply_to.ephemeral or reply_to.thread_ts is None:
            return
        try:
            self._hasty_client.agents_sessions_setStatus(
                channel_id=reply_to.channel, thread_ts=reply_to.thread_ts, status=status
            )
        except (SlackApiError, OSError, HTTPException) as err:
            log.debug("no status shown: %s", type(err).__name__)

    def whisper(self, to: ReplyTo, reply: Reply) -> str | None:
        """Show a reply to one person: by the command's own address, else in the channel, else as a direct message.

        A command's address cannot replace an earlier message (slackapi/bolt-python#1268), so it adds one.
        """
        if to.response_url and respond(to.response_url, reply, thread_ts=to.thread_ts):
            return None
        try:
            self._client.chat_postEphemeral(
                channel=to.channel,
                user=to.user,
                thread_ts=to.thread_ts,
                text=reply.text,
                blocks=reply.blocks,
                **INERT,
            )
        except SlackApiError as err:
            if err.response.get("error") not in OUT_OF_REACH:
                raise
            return self.say(to.user, reply)
        return None


def as_metadata(metadata: tuple[str, str]) -> dict[str, Any]:
    """Make a message's metadata of its event type and the id in it."""
    return {"event_type": metadata[0], "event_payload": {PAYLOADS[metadata[0]]: metadata[1]}}


def hasty(client: WebClient) -> WebClient:
    """Make a client that waits for no rate limit, for what is not worth holding up an answer."""
    return WebClient(token=client.token, base_url=client.base_url, retry_handlers=[])


def first_with(pages: Any, event_type: str, id_: str) -> str | None:
    """Return the ts of the first message with this metadata; `pages` is a paged Slack answer with messages."""
    for page in pages:
        for message in page["messages"]:
            metadata = message.get("metadata") or {}
            known = (metadata.get("event_type"), metadata.get("event_payload", {}).get(PAYLOADS[event_type]))
            if known == (event_type, id_) and "bot_id" in message:
                return str(message["ts"])
    return None


def respond(url: str, reply: Reply, *, replace: bool = False, thread_ts: str | None = None) -> bool:
    """Answer by the address that came with a command or a press: show one person a message, or replace theirs.

    Returns whether Slack took it; an address serves five times within thirty minutes. Raises OSError or HTTPException.
    """
    handlers: list[RetryHandler] = [RateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_TRIES)]
    body: dict[str, Any] = {"text": reply.text, "blocks": reply.blocks, "parse": "none", "replace_original": replace}
    if not replace:
        body["response_type"] = "ephemeral"
    if thread_ts:
        body["thread_ts"] = thread_ts
    return WebhookClient(url, retry_handlers=handlers).send_dict(body).status_code == 200
