"""Why this answer: for admins, what each stage made of a question. Considers it again and records nothing.

An answer in a channel is one message for everybody, so nobody finds an admin's button there: it is a shortcut in the
message's menu, and a button only where the asker alone reads. Both check again who pressed.
"""

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.admins import Admins
from bot.slack.blocks import WHY, error_reply, note_reply, question_in
from bot.slack.explanations import LOOKING, explanation_view, note_view
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.readers import is_private
from bot.slack.safe_text import Block
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase

NO_ANSWER_THERE = "There is nothing to explain here: please choose one of my answers in the menu of that message."


class Why:
    """Listeners of the shortcut and of the button."""

    def __init__(self, knowledge_base: KnowledgeBase, admins: Admins) -> None:
        self._knowledge_base = knowledge_base
        self._admins = admins

    def register(self, app: App) -> None:
        """Listen."""
        app.shortcut("why")(pressed(self._admins.only(self.of_message)))
        app.action(WHY)(pressed(self._admins.only(self.of_button)))

    def of_message(self, body: Press, client: WebClient) -> None:
        """Explain the answer whose menu was used."""
        question_id = question_in(body["message"].get("blocks", ()))
        if question_id is None:
            whisper(body, note_reply(NO_ANSWER_THERE))
            return
        self._open(body, client, question_id)

    def of_button(self, body: Press, client: WebClient) -> None:
        """Explain the answer whose button was pressed."""
        self._open(body, client, body["actions"][0]["value"])

    def _open(self, body: Press, client: WebClient, question_id: str) -> None:
        """Open a modal within the three seconds Slack gives, then put the explanation into it."""
        opened = client.views_open(trigger_id=body["trigger_id"], view=note_view(note_reply(LOOKING)))
        try:
            client.views_update(view_id=opened["view"]["id"], view=self._view(question_id))
        except SlackApiError as err:
            if err.response.get("error") != "not_found":  # closed in the meantime
                raise

    def _view(self, question_id: str) -> Block:
        try:
            return explanation_view(self._knowledge_base.explain(question_id))
        except Exception as err:
            return note_view(error_reply(explain(err)))


def may_see_why(admins: Admins, reply_to: ReplyTo) -> bool:
    """Whether a reply gets the button: the one who asked is an admin and the only one who reads it."""
    return is_private(reply_to) and admins.include(reply_to.user)
