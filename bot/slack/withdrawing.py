"""A question leaves the log of gaps when its asker says "Don't log this" or deletes the message it was asked in."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.blocks import DONT_LOG, note_reply, outcome_reply, with_share_button
from bot.slack.languages import Languages
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.replies import respond
from bot.speaking import said
from knowledge.knowledge_base import KnowledgeBase

NOT_YOURS = "Only the person who asked can take a question out of the log."
DONE = "Done: your question is no longer in the log of what is missing, and is in no list or export."


class Withdrawing:
    """Listeners of the button and of deleted messages; registered before whoever reads all other messages."""

    def __init__(self, knowledge_base: KnowledgeBase, languages: Languages) -> None:
        self._gaps = knowledge_base.gaps
        self._conversations = knowledge_base.conversations
        self._languages = languages

    def register(self, app: App) -> None:
        """Listen."""
        app.action(DONT_LOG)(pressed(self.dont_log, self._languages.of_press))
        app.event({"type": "message", "subtype": "message_deleted"})(self.deleted)
        app.event({"type": "message", "subtype": "message_changed"}, matchers=[_is_tombstone])(self.deleted)

    def dont_log(self, body: Press, _client: WebClient) -> None:
        """Withdraw the question if whoever pressed asked it; the reply then says so to everybody who sees it."""
        question_id, user = body["actions"][0]["value"], body["user"]["id"]
        question = self._conversations.question(question_id)
        if question is None or question.asker != user:
            whisper(body, note_reply(said(NOT_YOURS)))
            return
        self._gaps.withdraw(question_id, actor=user)
        outcome = self._conversations.outcome(question_id)
        if outcome is not None:
            reply = outcome_reply(outcome)
            only_theirs = body["container"].get("is_ephemeral")
            respond(body["response_url"], with_share_button(reply, question_id) if only_theirs else reply, replace=True)
        whisper(body, note_reply(said(DONE)))

    def deleted(self, event: dict[str, Any]) -> None:
        """Withdraw the question of a message that is gone."""
        question_id = f"{event['channel']}:{event.get('deleted_ts') or event['message']['ts']}"
        question = self._conversations.question(question_id)
        if question is not None:
            self._gaps.withdraw(question_id, actor=question.asker)


def _is_tombstone(event: dict[str, Any]) -> bool:
    """Whether a change of a message is its deletion: what has replies is not gone, Slack puts a tombstone there."""
    return bool(event["message"].get("subtype") == "tombstone")
