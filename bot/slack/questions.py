"""Takes in questions: mentions, direct messages, follow-ups in threads, and the /ask command."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.slack.blocks import note_reply
from bot.slack.events import Asked, Remark, read_command, read_message
from bot.slack.languages import Languages
from bot.slack.readers import Readers
from bot.slack.replies import Replies
from bot.speaking import said, speaking
from knowledge.language import language_asked_in
from knowledge.ledger.conversations import Conversations

log = logging.getLogger(__name__)

LOOKING = "Looking it up…"
# Remarks are not worth the ledger: the last ones said are remembered here.
REMARKS_REMEMBERED = 1_000


class Questions:
    """Listeners that put questions into the ledger and wake whoever answers them."""

    def __init__(
        self,
        conversations: Conversations,
        readers: Readers,
        replies: Replies,
        languages: Languages,
        wake: Callable[[], None],
    ) -> None:
        self._conversations = conversations
        self._readers = readers
        self._replies = replies
        self._languages = languages
        self._wake = wake
        self._remarked: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def register(self, app: App) -> None:
        """Listen. Storing is a middleware: Slack is acknowledged only once it is done, and sends again if it fails."""
        app.event("app_mention", middleware=[self.store])(self.remark)
        app.event("message", middleware=[self.store])(self.remark)
        app.command("/ask")(self.ask)

    def store(self, body: dict[str, Any], context: BoltContext, next_: Callable[[], None]) -> None:
        """Put the question of a message, if it holds one for us, into the ledger."""
        heard = read_message(
            body,
            bot_user=context.bot_user_id or "",
            takes_part=self._conversations.takes_part,
            welcome_strangers=self._readers.welcome_strangers,
        )
        if isinstance(heard, Asked):
            self._accept(heard)
            self._wake()
        context["heard"] = heard
        next_()

    def remark(self, body: dict[str, Any], context: BoltContext) -> None:
        """Say the friendly sentence a message gets that is no question."""
        heard, event = context["heard"], body["event"]
        if isinstance(heard, Remark) and self._is_new(heard):
            with speaking(self._languages.of_text(event.get("text") or "", event["user"])):
                self._replies.say(heard.channel, note_reply(said(heard.text)), thread_ts=heard.thread_ts)

    def ask(self, body: dict[str, Any], ack: Ack) -> None:
        """Take in a question for one person's eyes."""
        heard = read_command(body)
        with speaking(language_asked_in(body.get("text") or "")):  # Slack waits three seconds: nobody is asked
            if isinstance(heard, Remark):
                ack(text=said(heard.text), response_type="ephemeral")
                return
            self._accept(heard)
            ack(text=said(LOOKING), response_type="ephemeral")
        self._wake()

    def _accept(self, asked: Asked) -> None:
        if self._conversations.accept(asked.question, asked.reply_to):
            log.info("question %s accepted", asked.question.id)

    def _is_new(self, remark: Remark) -> bool:
        with self._lock:
            if remark.id in self._remarked:
                return False
            self._remarked[remark.id] = None
            if len(self._remarked) > REMARKS_REMEMBERED:
                self._remarked.popitem(last=False)
            return True
