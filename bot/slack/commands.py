"""The /attache command, for those who keep the library: its first word says what they want to do.

Each room registers its own word; asked here whether somebody may, and again by the room when it is done.
"""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import error_reply, note_reply
from bot.slack.replies import respond

Command = dict[str, Any]
# What a word does, given the command and the text behind the word.
Act = Callable[[Command, WebClient, str], None]


class Commands:
    """The listener of the command."""

    def __init__(self, admins: Admins, acts: Mapping[str, Act]) -> None:
        """Put the words together with what each does."""
        self._admins = admins
        self._acts = acts

    def register(self, app: App) -> None:
        """Listen."""
        app.command("/attache")(self.act)

    def act(self, body: Command, ack: Ack, client: WebClient) -> None:
        """Do what the first word says, or say which words there are. Raises nothing, like `pressed`."""
        ack()
        url = body["response_url"]
        if not self._admins.include(body["user_id"]):
            respond(url, note_reply(NOT_YOU))
            return
        word, _, rest = body.get("text", "").strip().partition(" ")
        act = self._acts.get(word.lower())
        if act is None:
            respond(url, note_reply(f"Please say what to do: {', '.join(f'/attache {name}' for name in self._acts)}."))
            return
        try:
            act(body, client, rest.strip())
        except Exception as err:
            respond(url, error_reply(explain(err)))
