"""The /brief command: a memo, talking points or a comparison, as a direct message to whoever wants it."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from slack_bolt import Ack, App

from bot.slack.events import plain_words
from bot.slack.languages import Languages
from bot.slack.replies import Replies
from bot.speaking import said, speaking
from knowledge.briefing.requests import check_request
from knowledge.domain import Question
from knowledge.errors import BadQuestion
from knowledge.job import ReplyTo
from knowledge.ledger.conversations import Conversations
from knowledge.memos import Form, MemoRequest

log = logging.getLogger(__name__)

WRITING = "Writing it. The memo and its files come to you as a direct message from me."
HOW_TO = (
    "Name a topic, for example: /brief Race to Zero. For voters: /brief talking points: economic benefits. "
    "Side by side: /brief compare C40, ICLEI: climate; members."
)
TALKING_POINTS = re.compile(r"talking[ -]?points\s*(?::\s*|$)", re.IGNORECASE)
COMPARE = re.compile(r"compare\s+(?P<subjects>[^:]+):(?P<topics>.+)", re.IGNORECASE | re.DOTALL)


class Briefs:
    """The listener of the command."""

    def __init__(
        self, conversations: Conversations, replies: Replies, languages: Languages, wake: Callable[[], None]
    ) -> None:
        self._conversations = conversations
        self._replies = replies
        self._languages = languages
        self._wake = wake

    def register(self, app: App) -> None:
        """Listen."""
        app.command("/brief")(self.write)

    def write(self, body: dict[str, Any], ack: Ack) -> None:
        """Store what is wanted and the message it is owed, then acknowledge."""
        with speaking(self._languages.of_text(body.get("text") or "", body["user_id"])):
            try:
                self._accept(read_request(body), body)
            except BadQuestion as err:
                ack(text=said(err.advice), response_type="ephemeral")
                return
            ack(text=said(WRITING), response_type="ephemeral")
        self._wake()

    def _accept(self, request: MemoRequest, body: Mapping[str, Any]) -> None:
        user = body["user_id"]
        channel = self._replies.direct_messages(user)
        question = Question(
            id=f"brief:{body.get('trigger_id') or uuid4().hex}",
            text=request.text,
            asker=user,
            channel=channel,
            memo=request,
        )
        if self._conversations.accept(question, ReplyTo(channel=channel, user=user)):
            log.info("memo %s accepted", question.id)


def read_request(body: Mapping[str, Any]) -> MemoRequest:
    """Read what the command wants. Raises BadQuestion with how to say it."""
    text = plain_words(body.get("text") or "", bot_user="")
    if points := TALKING_POINTS.match(text):
        request = MemoRequest(form=Form.TALKING_POINTS, topics=(text[points.end() :],))
    elif compared := COMPARE.fullmatch(text):
        subjects, topics = compared["subjects"].split(","), compared["topics"].split(";")
        request = MemoRequest(form=Form.COMPARISON, topics=_named(topics), subjects=_named(subjects))
    else:
        request = MemoRequest(form=Form.BRIEF, topics=(text,))
    if not any(topic.strip() for topic in request.topics):
        raise BadQuestion(HOW_TO)
    check_request(request)
    return request


def _named(parts: list[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in parts if part.strip())
