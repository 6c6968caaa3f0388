"""The buttons of a reply: show a passage in context, say whether it helped."""

import re
from contextlib import suppress

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.blocks import FEEDBACK, HELPFUL, SHOW_CONTEXT, note_reply
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.readers import Readers
from bot.slack.views import context_view
from knowledge.domain import GapReason
from knowledge.errors import BadGapChange
from knowledge.knowledge_base import KnowledgeBase

THANKS = {True: "Thank you, noted as helpful.", False: "Thank you, noted as not helpful."}


class Buttons:
    """Listeners for what people press below a reply."""

    def __init__(self, knowledge_base: KnowledgeBase, readers: Readers) -> None:
        self._knowledge_base = knowledge_base
        self._readers = readers

    def register(self, app: App) -> None:
        """Listen."""
        app.action(re.compile(rf"^{SHOW_CONTEXT}:\d+$"))(pressed(self.show_context))
        app.action(FEEDBACK)(pressed(self.take_feedback))

    def show_context(self, body: Press, client: WebClient) -> None:
        """Open the passage between its neighbours, with the quote in bold, if whoever presses may read it."""
        passage_id, start, end = body["actions"][0]["value"].split(":")
        audience = self._readers.of_press(body["user"]["id"], body["container"]["channel_id"])
        view = context_view(self._knowledge_base.passage(passage_id, audience), int(start), int(end))
        client.views_open(trigger_id=body["trigger_id"], view=view)

    def take_feedback(self, body: Press, _client: WebClient) -> None:
        """Keep whether a reply helped; the last press counts."""
        verdict, _, question_id = body["actions"][0]["value"].partition(":")
        helpful = verdict == HELPFUL
        self._knowledge_base.conversations.record_feedback(question_id, body["user"]["id"], helpful)
        if helpful:
            self._knowledge_base.gaps.take_back(question_id, reason=GapReason.FEEDBACK, user=body["user"]["id"])
        else:
            with suppress(BadGapChange):  # whoever asked does not want it in the log of gaps
                self._knowledge_base.gaps.report(question_id, reason=GapReason.FEEDBACK, user=body["user"]["id"])
        whisper(body, note_reply(THANKS[helpful]))
