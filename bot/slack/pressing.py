"""What buttons and shortcuts have in common: acknowledged at once, nobody from outside, the presser hears what came."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.blocks import Reply, error_reply, note_reply
from bot.slack.replies import respond

OTHERS = "I work only for people of the organization that installed me."

Press = dict[str, Any]
Listener = Callable[[Press, WebClient], None]


def pressed(listener: Listener) -> Callable[[Ack, Press, WebClient], None]:
    """Make a Bolt listener of what happens when a button is pressed.

    It raises nothing: Bolt forgets an acknowledgement when its listener fails within the next 10 ms, and the person
    would see Slack's own warning (slack_bolt/listener/thread_runner.py resets `ack.response`).
    """

    def listen(ack: Ack, body: Press, client: WebClient) -> None:
        ack()
        if not _is_from_here(body):
            whisper(body, note_reply(OTHERS))
            return
        try:
            listener(body, client)
        except Exception as err:
            whisper(body, error_reply(explain(err)))

    return listen


def whisper(body: Press, reply: Reply) -> None:
    """Say something to whoever pressed a button or used a message's menu, beside that message."""
    place = body["message"] if body["type"] == "message_action" else body["container"]
    respond(body["response_url"], reply, thread_ts=place.get("thread_ts"))


def _is_from_here(body: Press) -> bool:
    """Whether whoever pressed belongs to us: Slack Connect shows our messages to partners.

    It offers shortcuts to nobody but us, and documents no team of the person in what they send
    (docs.slack.dev/apis/slack-connect, docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload).
    """
    home = body["team"]["id"]
    return bool(body["user"].get("team_id", home if body["type"] == "message_action" else None) == home)
