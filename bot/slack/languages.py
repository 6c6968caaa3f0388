"""Which language somebody is spoken to in: that of their question, else of its thread, else of their Slack."""

from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.blocks import SHOW_CONTEXT, question_in
from bot.slack.people import People
from bot.speaking import ENGLISH, LANGUAGES
from knowledge.domain import Question
from knowledge.language import language_asked_in, language_of_conversation
from knowledge.ledger.conversations import Conversations


class Languages:
    """Looks questions and people up; never raises, for English is understood where nothing else is known."""

    def __init__(self, conversations: Conversations, people: People) -> None:
        self._conversations = conversations
        self._people = people

    def of(self, question: Question) -> str:
        """Return the language of a question, by its words or by what was asked before in its thread."""
        own = language_asked_in(question.text)
        if own:
            return own
        thread = question.thread
        if question.thread_id and not thread:
            thread = self._conversations.turns(question.thread_id, question.id, lambda _: False)
        asked = (turn.text for turn in reversed(thread) if turn.speaker == "user")
        return language_of_conversation(asked) or self.of_person(question.asker)

    def of_text(self, text: str, user: str) -> str:
        """Return the language of what somebody wrote."""
        return language_asked_in(text) or self.of_person(user)

    def of_press(self, body: dict[str, Any]) -> str:
        """Return the language of the question below whose reply somebody pressed, else the one they read Slack in.

        Of a message that one person sees Slack sends no more than the button: one that knows no question says it.
        """
        actions: list[dict[str, Any]] = body.get("actions") or [{}]
        values = (str(actions[0].get("value", "")), body.get("view", {}).get("private_metadata", ""))
        own = values[0].rpartition(":")[2]
        if str(actions[0].get("action_id", "")).startswith(SHOW_CONTEXT) and own in LANGUAGES:
            return own
        shown = question_in(body.get("message", {}).get("blocks", ()))
        for known in (shown, *values, values[0].partition(":")[2]):
            question = self._conversations.question(known) if known else None
            if question:
                return self.of(question)
        return self.of_person(body["user"]["id"])

    def of_person(self, user: str) -> str:
        """Return the language somebody reads Slack in."""
        try:
            return self._people.locale(user).partition("-")[0]
        except (SlackApiError, OSError, HTTPException):
            return ENGLISH
