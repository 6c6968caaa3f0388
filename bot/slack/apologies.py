"""The one handler of errors in listeners: people get advice and a reference, the log gets the traceback."""

import logging
from http.client import HTTPException
from typing import Any

from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import Reply, error_reply
from bot.slack.replies import Replies
from bot.speaking import speaking
from knowledge.errors import BadQuestion
from knowledge.language import language_asked_in

log = logging.getLogger(__name__)


class Apologies:
    """Tells whoever can be told."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def apologize(
        self, error: Exception, body: dict[str, Any], context: BoltContext, request: BoltRequest
    ) -> BoltResponse | None:
        """Tell the person once. Without an acknowledgement from here Slack sends the event again, which is wanted:
        a question that could not be stored now may be stored at the next try.
        """
        if isinstance(error, BoltUnhandledRequestError):
            log.warning("no listener for a request of type %s", body.get("event", body).get("type"))
            return BoltResponse(status=200)
        asked = body.get("event", body).get("text") or ""
        with speaking(language_asked_in(asked)):
            reply = error_reply(explain(error))
        if context.authorize_result is None:  # nobody proved to be Slack, so nobody is told anything
            return None
        if "command" in body and context.ack.response is None:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": reply.text})
        first_try = request.headers.get("x-slack-retry-num", ["0"])[0] == "0"
        if first_try and "event" in body:
            self._tell(reply, error, body["event"])
        return BoltResponse(status=200) if isinstance(error, BadQuestion) else None

    def _tell(self, reply: Reply, error: Exception, event: dict[str, Any]) -> None:
        """Tell whoever wrote a message, if it was surely meant for us."""
        direct = event.get("type") == "app_mention" or event.get("channel_type") == "im"
        if "ts" not in event or not (direct or isinstance(error, BadQuestion)):
            return
        try:
            self._replies.say(event["channel"], reply, thread_ts=event.get("thread_ts") or event["ts"])
        except (SlackApiError, OSError, HTTPException) as err:
            log.warning("nobody could be told: %s", type(err).__name__)
