"""What buttons, shortcuts and forms have in common: acknowledged at once, nobody from outside, people hear what came.

A press in a message has an address to answer at. One in a modal or the Home tab has none: what there is to say is shown
in a modal of its own, or where that cannot be, in a direct message.
"""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import Reply, error_reply, note_reply
from bot.slack.replies import Replies, respond
from bot.slack.safe_text import Block
from bot.slack.views import note_modal
from bot.speaking import ENGLISH, said, speaking

OTHERS = "I work only for people of the organization that installed me."

Press = dict[str, Any]
Listener = Callable[[Press, WebClient], None]
# Which language somebody is spoken to in.
Language = Callable[[Press], str]
# What comes of a form is another view, shown in its place.
Handler = Callable[[Press, WebClient], Block]


def in_english(_body: Press) -> str:
    """Say that a press is answered in English, as on the screens of those who keep the library."""
    return ENGLISH


def pressed(listener: Listener, language: Language = in_english) -> Callable[[Ack, Press, WebClient], None]:
    """Make a Bolt listener of what happens when a button is pressed; `language` says which to speak then.

    It raises nothing: Bolt forgets an acknowledgement when its listener fails within the next 10 ms, and the person
    would see Slack's own warning (slack_bolt/listener/thread_runner.py resets `ack.response`).
    """

    def listen(ack: Ack, body: Press, client: WebClient) -> None:
        ack()
        with speaking(_language_of(body, language)):
            if not _is_from_here(body):
                tell(body, client, note_reply(said(OTHERS)))
                return
            try:
                listener(body, client)
            except Exception as err:
                tell(body, client, error_reply(explain(err)))

    return listen


def submitted(
    handler: Handler, *, may: Callable[[str], bool], no: str, language: Language = in_english
) -> Callable[[Ack, Press, WebClient], None]:
    """Make a Bolt listener of what happens when a form is submitted, if `may` says yes of whoever did; else say `no`.

    What comes of it is the acknowledgement, which reaches nobody but the one who submitted: for what takes well under
    Slack's three seconds. A second view after one in the acknowledgement could reach Slack before it. Raises nothing.
    """

    def listen(ack: Ack, body: Press, client: WebClient) -> None:
        with speaking(_language_of(body, language)):
            try:
                refusal = said(OTHERS) if not _is_from_here(body) else "" if may(body["user"]["id"]) else no
                view = note_modal(note_reply(refusal)) if refusal else handler(body, client)
            except Exception as err:
                view = note_modal(error_reply(explain(err)))
        ack(response_action="update", view=view)

    return listen


def show(body: Press, client: WebClient, view: Block) -> None:
    """Open a modal upon a press: over the modal that was pressed in, if it was one."""
    if body.get("view", {}).get("type") == "modal":
        client.views_push(trigger_id=body["trigger_id"], view=view)
    else:
        client.views_open(trigger_id=body["trigger_id"], view=view)


def show_in_place(client: WebClient, view_id: str, view: Block) -> bool:
    """Show another view in place of one; False where it was closed in the meantime."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SlackApiError as err:
        if err.response.get("error") != "not_found":
            raise
        return False
    return True


def tell(body: Press, client: WebClient, reply: Reply) -> None:
    """Say something to whoever pressed: beside the message, else in a modal, else in a direct message."""
    if "response_url" in body:
        whisper(body, reply)
        return
    try:
        show(body, client, note_modal(reply))
    except SlackApiError:  # the press was answered already, or is too old
        Replies(client).say(body["user"]["id"], reply)


def whisper(body: Press, reply: Reply) -> None:
    """Say something to whoever pressed a button or used a message's menu, beside that message."""
    place = body["message"] if body["type"] == "message_action" else body["container"]
    respond(body["response_url"], reply, thread_ts=place.get("thread_ts"))


def _language_of(body: Press, language: Language) -> str:
    try:
        return language(body)
    except Exception as err:  # the press itself can still be taken
        explain(err)
        return ENGLISH


def _is_from_here(body: Press) -> bool:
    """Whether whoever pressed belongs to us: Slack Connect shows our messages to partners.

    It offers shortcuts to nobody but us, and documents no team of the person in what they send
    (docs.slack.dev/apis/slack-connect, docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload).
    """
    home = body["team"]["id"]
    return bool(body["user"].get("team_id", home if body["type"] == "message_action" else None) == home)
