"""The buttons of a reply: show a passage in context, say whether it helped and why not, say that it takes a person."""

import re
from contextlib import suppress

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import FEEDBACK, HELPFUL, NEEDS_HUMAN, SHOW_CONTEXT, note_reply
from bot.slack.languages import Languages
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.readers import Readers
from bot.slack.safe_text import Block, paragraph, plain
from bot.slack.views import context_view, modal
from bot.speaking import said
from knowledge.domain import GapReason
from knowledge.errors import BadGapChange
from knowledge.knowledge_base import KnowledgeBase

THANKS = {True: "Thank you, noted as helpful.", False: "Thank you, noted as not helpful."}
HUMAN = "Thank you: this is logged as {gap}, and the people who keep the library see that it takes one of them."
REASON, WHY_NOT = "feedback_reason", "why_not"
ASK_WHY = "Noted as not helpful. If you like, say what was wrong or missing: it helps whoever mends it."
LONGEST_REASON = 1_000


class Buttons:
    """Listeners for what people press below a reply."""

    def __init__(self, knowledge_base: KnowledgeBase, readers: Readers, languages: Languages) -> None:
        self._knowledge_base = knowledge_base
        self._readers = readers
        self._languages = languages

    def register(self, app: App) -> None:
        """Listen."""
        app.action(re.compile(rf"^{SHOW_CONTEXT}:\d+$"))(pressed(self.show_context, self._languages.of_press))
        app.action(FEEDBACK)(pressed(self.take_feedback, self._languages.of_press))
        app.action(NEEDS_HUMAN)(pressed(self.call_human, self._languages.of_press))
        app.view(REASON)(self.take_reason)

    def show_context(self, body: Press, client: WebClient) -> None:
        """Open the passage between its neighbours, with the quote in bold, if whoever presses may read it."""
        passage_id, start, end, *_ = body["actions"][0]["value"].split(":")
        audience = self._readers.of_press(body["user"]["id"], body["container"]["channel_id"])
        view = context_view(self._knowledge_base.passage(passage_id, audience), int(start), int(end))
        client.views_open(trigger_id=body["trigger_id"], view=view)

    def take_feedback(self, body: Press, client: WebClient) -> None:
        """Keep whether a reply helped; the last press counts. Whoever says no is asked why, and need not answer."""
        verdict, _, question_id = body["actions"][0]["value"].partition(":")
        helpful, user = verdict == HELPFUL, body["user"]["id"]
        self._knowledge_base.conversations.record_feedback(question_id, user, helpful)
        if helpful:
            self._knowledge_base.gaps.take_back(question_id, reason=GapReason.FEEDBACK, user=user)
        else:
            # Not where whoever asked does not want it logged; and there may be no modal any more for an old press.
            with suppress(BadGapChange, SlackApiError):
                self._knowledge_base.gaps.report(question_id, reason=GapReason.FEEDBACK, user=user)
                client.views_open(trigger_id=body["trigger_id"], view=reason_view(question_id))
        whisper(body, note_reply(said(THANKS[helpful])))

    def take_reason(self, body: Press, ack: Ack) -> None:
        """Keep why a reply did not help."""
        ack()
        reason = body["view"]["state"]["values"][WHY_NOT][WHY_NOT].get("value") or ""
        question_id, user = body["view"]["private_metadata"], body["user"]["id"]
        if reason.strip():
            try:
                self._knowledge_base.gaps.report(question_id, reason=GapReason.FEEDBACK, user=user, said=reason)
            except Exception as err:  # the press itself is kept
                explain(err)

    def call_human(self, body: Press, _client: WebClient) -> None:
        """Log that a question takes a person, whether or not it was answered."""
        question_id, user = body["actions"][0]["value"], body["user"]["id"]
        try:
            gap = self._knowledge_base.gaps.report(question_id, reason=GapReason.NEEDS_HUMAN, user=user)
        except BadGapChange as err:
            whisper(body, note_reply(said(err.advice)))
            return
        whisper(body, note_reply(said(HUMAN, gap=gap.id)))


def reason_view(question_id: str) -> Block:
    """Make the modal that asks why a reply did not help."""
    why: Block = {
        "type": "input",
        "block_id": WHY_NOT,
        "label": plain(said("What was wrong or missing?"), 75),
        "optional": True,
        "element": {
            "type": "plain_text_input",
            "action_id": WHY_NOT,
            "multiline": True,
            "max_length": LONGEST_REASON,
        },
    }
    return modal(
        said("Not helpful"),
        paragraph(said(ASK_WHY)),
        why,
        callback_id=REASON,
        submit=plain(said("Send"), 24),
        private_metadata=question_id,
    )
