""" "Save as answer": a colleague's message in Slack becomes the answer to a gap, once the colleague has said yes.

The words are kept in the ledger until then, so a crash asks nobody twice and publishes nothing twice. A no leaves the
gap open, and whoever offered the words hears so.
"""

import json
import logging
from collections.abc import Callable
from http.client import HTTPException
from threading import Lock

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import Reply, error_reply, note_reply
from bot.slack.events import plain_words
from bot.slack.gap_answers import GapAnswers
from bot.slack.gap_forms import GAP, TEXT, Entered, answer_inputs, entered, gap_input, wrong
from bot.slack.gap_list import gap_option, gap_options
from bot.slack.gap_posting import GapPosting
from bot.slack.gaps import NOT_YOURS, GapModals
from bot.slack.offers import AGREE, REFUSE, decided_reply, offer_reply
from bot.slack.people import People
from bot.slack.pressing import Press, pressed, show, tell
from bot.slack.replies import Replies
from bot.slack.safe_text import Block, plain
from bot.slack.views import modal
from knowledge.errors import BadGapChange
from knowledge.gaps.records import GapRecord
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.answer_offers import Offer, OfferState
from knowledge.unanswered import whole_id

log = logging.getLogger(__name__)

SAVED = "gap_saved"
NO_WORDS = "There is nothing to save here: please choose a message that a colleague wrote."
OFFERED = "Thank you: {name} is asked first, and it is published once they say yes."
OFFERED_BEFORE = "This message was offered as an answer to this gap before."
NOT_REACHED = "{name} cannot be asked any more; please write the answer yourself, with Answer… on the gap."
NOT_YOUR_WORDS = "Only the person who wrote this can say whether it is used."
DECIDED = "You have decided about this already."


class Saving:
    """Listeners of the shortcut, its form, and the colleague's yes or no."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        modals: GapModals,
        people: People,
        posting: GapPosting,
        replies: Replies,
        *,
        answers: GapAnswers,
    ) -> None:
        self._knowledge_base = knowledge_base
        self._gaps = knowledge_base.gaps
        self._offers = knowledge_base.gaps.offers
        self._modals = modals
        self._people = people
        self._posting = posting
        self._replies = replies
        self._answers = answers
        self._one_at_a_time = Lock()

    def register(self, app: App) -> None:
        """Listen."""
        app.shortcut("save_answer")(pressed(self.ask))
        app.view(SAVED)(self.offer)
        app.options(GAP)(self.offer_gaps)
        app.action(AGREE)(pressed(self._deciding(OfferState.AGREED)))
        app.action(REFUSE)(pressed(self._deciding(OfferState.REFUSED)))

    def ask(self, body: Press, client: WebClient) -> None:
        """Open the form with the message's words, at the gap of its thread."""
        message, user, channel = body["message"], body["user"]["id"], body["channel"]["id"]
        words = plain_words(message.get("text") or "", bot_user="")
        mine = self._mine(user)
        refusal = NOT_YOURS if not mine else NO_WORDS if "bot_id" in message or not words else ""
        if refusal:
            tell(body, client, note_reply(refusal))
            return
        key = f"{channel}:{message['ts']}"
        here = self._gap_of(channel, message.get("thread_ts") or message["ts"], mine, but=key)
        which = gap_input(GAP, "It answers", "The gap of this thread, unless you choose another.", here)
        view = modal(
            "Save as answer",
            which,
            *answer_inputs(words),
            submit=plain("Ask them", 24),
            callback_id=SAVED,
            private_metadata=json.dumps({"key": key, "colleague": message["user"]}),
        )
        show(body, client, view)

    def offer(self, body: Press, ack: Ack) -> None:
        """Keep the words and ask the colleague; what is missing is said in the form. Raises nothing."""
        user, about = body["user"]["id"], json.loads(body["view"]["private_metadata"])
        try:
            said = entered(body["view"]["state"]["values"])
            errors = wrong("answer", said, self._knowledge_base.catalogue.now().date())
            told = "" if errors else self._keep(about["key"], about["colleague"], said, user)
        except BadGapChange as err:
            errors, told = {TEXT: err.advice}, ""
        except Exception as err:
            shown = explain(err)
            errors, told = {TEXT: f"{shown.advice} (reference {shown.reference})"}, ""
        if errors:
            ack(response_action="errors", errors=errors)
            return
        ack()
        self.carry_on()
        try:
            self._replies.say(self._replies.direct_messages(user), note_reply(told))
        except Exception as err:  # the colleague is asked all the same
            explain(err)

    def offer_gaps(self, body: Press, ack: Ack) -> None:
        """Offer the open gaps somebody may answer whose questions hold what was typed."""
        ack(options=gap_options(self._mine(body["user"]["id"]), body["value"])[:100])

    def carry_on(self) -> None:
        """Ask whom nobody asked yet, publish what was agreed to or written; what fails now is done another time."""
        with self._one_at_a_time:
            for offer in self._offers.owed():
                carry_on = self._ask_colleague if offer.state is OfferState.ASKED else self._publish
                try:
                    carry_on(offer)
                except Exception as err:
                    explain(err)

    def _keep(self, key: str, colleague: str, said: Entered, user: str) -> str:
        gap = self._gaps.story(said.into).gap
        if not self._modals.may_act(user, gap):
            raise BadGapChange(NOT_YOURS)
        try:
            who = self._people.who(colleague)
        except (SlackApiError, OSError, HTTPException) as err:
            raise BadGapChange(NOT_REACHED.format(name="This person")) from err
        if not who.is_here:
            raise BadGapChange(NOT_REACHED.format(name=who.name))
        is_new = self._offers.make(
            key,
            gap=gap.id,
            text=said.text,
            source=said.source,
            review_by=said.review_by,
            offered_by=user,
            colleague=colleague,
        )
        if not is_new:
            raise BadGapChange(OFFERED_BEFORE)
        # In a thread with us what a colleague writes is taken for a question, and here it is none.
        self._gaps.withdraw(key, actor=user)
        return OFFERED.format(name=who.name)

    def _ask_colleague(self, offer: Offer) -> None:
        question = self._gaps.story(offer.gap).gap.question
        reply = offer_reply(offer, question, by=self._people.name_of(offer.offered_by), office=self._people.office())
        self._posting.once(_key(offer), self._replies.direct_messages(offer.colleague), reply)

    def _deciding(self, state: OfferState) -> Callable[[Press, WebClient], None]:
        def decide(body: Press, client: WebClient) -> None:
            """Take a colleague's word, the first one."""
            offer = self._offers.get(int(body["actions"][0]["value"]))
            if offer is None or offer.colleague != body["user"]["id"]:
                tell(body, client, note_reply(NOT_YOUR_WORDS))
                return
            if not self._offers.move(offer.id, state, only_from=OfferState.ASKED):
                tell(body, client, note_reply(DECIDED))
                return
            self._posting.change(_key(offer), decided_reply(offer, agreed=state is OfferState.AGREED))
            if state is OfferState.REFUSED:
                name = self._people.name_of(offer.colleague)
                self._tell(offer, note_reply(f"{name} would rather not have this used; {offer.gap} stays open."))
            self.carry_on()

        return decide

    def _publish(self, offer: Offer) -> None:
        try:
            told = self._answers.publish(offer.id)
        except Exception as err:
            # It is tried again: what came of it in the end is another message.
            self._tell(offer, error_reply(explain(err)), key=f"{_key(offer)} failed")
            return
        if told:
            agreed = f"{self._people.name_of(offer.colleague)} said yes. " if offer.colleague else ""
            self._tell(offer, note_reply(f"{agreed}{told}"))

    def _tell(self, offer: Offer, reply: Reply, *, key: str = "") -> None:
        """Say to whoever offered the words what came of it, once."""
        self._posting.once(key or f"{_key(offer)} told", self._replies.direct_messages(offer.offered_by), reply)

    def _mine(self, user: str) -> list[GapRecord]:
        return [gap for gap in self._gaps.records() if gap.status.is_open and self._modals.may_act(user, gap)]

    def _gap_of(self, channel: str, thread_ts: str, gaps: list[GapRecord], *, but: str) -> Block | None:
        """The oldest gap that another question of this thread is in, as an option."""
        thread = f"{channel}:{thread_ts}"
        for gap in reversed(gaps):
            asked = (
                whole_id(one.question_id) for one in gap.questions if one.channel == channel and one.question_id != but
            )
            if any(self._thread_of(question_id) == thread for question_id in asked):
                return gap_option(gap)
        return None

    def _thread_of(self, question_id: str) -> str | None:
        question = self._knowledge_base.conversations.question(question_id)
        return question.thread_id if question else None


def _key(offer: Offer) -> str:
    return f"offer {offer.id}"
