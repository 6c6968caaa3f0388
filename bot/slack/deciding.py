"""The buttons and modals of a card: confirm, correct, preview, discard. Each act asks again who does it.

Whoever comes second hears that it is done and by whom; a card whose proposal is gone says so and loses its buttons.
"""

from collections.abc import Callable

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import Reply, error_reply, note_reply
from bot.slack.cards import Cards
from bot.slack.correcting import (
    CORRECTED,
    REPLACES,
    SUPERSEDES,
    Correction,
    correct_view,
    document_options,
    read_correction,
)
from bot.slack.intake_cards import (
    CONFIRM,
    CORRECT,
    DISCARD,
    NEWER,
    NOT_THERE,
    PREVIEW,
    correcting_reply,
    decided_note,
    discarded_reply,
    failed_reply,
    newer_version_of,
)
from bot.slack.intake_views import APPROVED, LOOKING, preview_view
from bot.slack.pressing import Press, pressed, show_in_place, whisper
from bot.slack.replies import Replies
from bot.slack.views import note_modal
from knowledge.domain import Details
from knowledge.errors import AttacheError, ProposalNotFound
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.intake import Incoming, Stage
from knowledge.proposals.proposal import Proposal

PREVIEWING = "What would change"
CORRECTING = "Correct"


class Undecidable(AttacheError):
    """Something pressed on a card about which nothing is to be decided (any more); the advice says why."""

    advice = NOT_THERE


class Deciding:
    """Listeners for what is pressed below a card."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        replies: Replies,
        cards: Cards,
        admins: Admins,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when something is to be published."""
        self._knowledge_base = knowledge_base
        self._intake = knowledge_base.intake
        self._proposals = knowledge_base.proposals
        self._replies = replies
        self._cards = cards
        self._admins = admins
        self._wake = wake

    def register(self, app: App) -> None:
        """Listen."""
        app.action(CONFIRM)(self._button(self.confirm))
        app.action(NEWER)(self._button(self.take_for_newer))
        app.action(CORRECT)(self._button(self.ask_for_corrections))
        app.action(PREVIEW)(self._button(self.preview))
        app.action(DISCARD)(self._button(self.discard))
        app.view(CORRECTED)(self.correct)
        app.view(APPROVED)(self.approve)
        app.options(REPLACES)(self.offer_documents)
        app.options(SUPERSEDES)(self.offer_documents)

    def confirm(self, body: Press, _client: WebClient) -> None:
        """Let it be published, once."""
        incoming, _ = self._look_up(body["actions"][0]["value"])
        self._decide(incoming, Stage.CONFIRMED, body)
        self._wake()

    def take_for_newer(self, body: Press, _client: WebClient) -> None:
        """State that it is a newer version of what it looks like one of."""
        incoming, proposal = self._look_up(body["actions"][0]["value"])
        older = newer_version_of(proposal)
        if older:
            self._amend(incoming, proposal, Correction(details=Details(), replaces=older.id), body["user"]["id"])

    def ask_for_corrections(self, body: Press, client: WebClient) -> None:
        """Open the modal with what was guessed."""
        incoming, proposal = self._look_up(body["actions"][0]["value"])
        collections = [collection.name for collection in self._knowledge_base.collections.records()]
        client.views_open(trigger_id=body["trigger_id"], view=correct_view(proposal, incoming.id, collections))

    def preview(self, body: Press, client: WebClient) -> None:
        """Open a modal within the three seconds Slack gives, then put into it what would change."""
        incoming, proposal = self._look_up(body["actions"][0]["value"])
        waiting = note_modal(note_reply(LOOKING), PREVIEWING)
        opened = client.views_open(trigger_id=body["trigger_id"], view=waiting)
        try:
            view = preview_view(self._proposals.preview([proposal.id]), proposal, incoming.id)
        except Exception as err:
            view = note_modal(error_reply(explain(err)), PREVIEWING)
        show_in_place(client, opened["view"]["id"], view)

    def discard(self, body: Press, _client: WebClient) -> None:
        """Forget it, once. Decided first: forgetting waits for the indexes, and nobody shall confirm it meanwhile.

        What a crash between the two leaves of its text is forgotten at the next start.
        """
        incoming, proposal = self._look_up(body["actions"][0]["value"])
        self._decide(incoming, Stage.DISCARDED, body)
        try:
            self._proposals.discard(proposal.id, actor=body["user"]["id"])
        except ProposalNotFound as err:
            raise self._gone(incoming, err) from err
        self._cards.show(incoming, discarded_reply(proposal.card.title, body["user"]["name"]))

    def approve(self, body: Press, ack: Ack) -> None:
        """Confirm what was previewed."""
        try:
            incoming, _ = self._submitted(body)
            self._decide(incoming, Stage.CONFIRMED, body)
        except Exception as err:
            ack(response_action="update", view=note_modal(_told(err), PREVIEWING))
            return
        ack()
        self._wake()

    def correct(self, body: Press, ack: Ack) -> None:
        """Take the corrections; what cannot be right stays in the modal with a sentence below it."""
        try:
            incoming, proposal = self._submitted(body)
            correction = read_correction(body["view"]["state"]["values"], proposal)
        except Exception as err:
            ack(response_action="update", view=note_modal(_told(err), CORRECTING))
            return
        if isinstance(correction, dict):
            ack(response_action="errors", errors=correction)
            return
        ack()
        try:
            self._amend(incoming, proposal, correction, body["user"]["id"])
        except Exception as err:
            thing = incoming.handed_in
            self._replies.say(thing.channel or thing.user, _told(err), thread_ts=thing.thread_ts or incoming.message_ts)

    def offer_documents(self, body: Press, ack: Ack) -> None:
        """Offer the documents whose title holds what was typed."""
        is_admin = self._admins.include(body["user"]["id"])
        ack(options=document_options(self._knowledge_base.documents(), body["value"]) if is_admin else [])

    def _button(self, listener: Callable[[Press, WebClient], None]) -> Callable[[Ack, Press, WebClient], None]:
        """For admins only; why nothing can be decided is whispered without a reference, for it is no fault."""

        def press(body: Press, client: WebClient) -> None:
            try:
                listener(body, client)
            except Undecidable as err:
                whisper(body, note_reply(err.advice))

        return pressed(self._admins.only(press))

    def _submitted(self, body: Press) -> tuple[Incoming, Proposal]:
        if not self._admins.include(body["user"]["id"]):
            raise Undecidable(NOT_YOU)
        return self._look_up(body["view"]["private_metadata"])

    def _look_up(self, intake_id: str) -> tuple[Incoming, Proposal]:
        """Return what a card is about. Raises Undecidable."""
        incoming = self._intake.get(int(intake_id))
        if incoming is None or incoming.proposal_id is None:
            raise Undecidable
        if incoming.stage not in (Stage.WAITING, Stage.OFFERED):
            raise Undecidable(decided_note(incoming))
        try:
            return incoming, self._proposals.record(incoming.proposal_id)
        except ProposalNotFound as err:
            raise self._gone(incoming, err) from err

    def _gone(self, incoming: Incoming, err: ProposalNotFound) -> Undecidable:
        """Say in the card that its proposal was decided elsewhere; whoever pressed hears the same."""
        self._intake.settle(incoming, Stage.FAILED)
        self._cards.show(incoming, failed_reply(incoming.handed_in.name, err))
        return Undecidable(err.advice)

    def _decide(self, incoming: Incoming, stage: Stage, body: Press) -> None:
        user = body["user"]
        if not self._intake.decide(incoming.id, stage, by=user["id"], decider=user["name"]):
            raise Undecidable(decided_note(self._intake.get(incoming.id) or incoming))

    def _amend(self, incoming: Incoming, proposal: Proposal, correction: Correction, actor: str) -> None:
        """Work corrections in; the card stands again whatever comes of them."""
        if not self._intake.correct(incoming.id):
            raise Undecidable(decided_note(self._intake.get(incoming.id) or incoming))
        try:
            self._cards.show(incoming, correcting_reply(proposal.card.title))
            proposal = self._proposals.amend(
                proposal.id,
                correction.details,
                replaces=correction.replaces,
                supersedes=correction.supersedes,
                since=correction.since,
                actor=actor,
            )
        finally:
            self._cards.offer(incoming, proposal)


def _told(err: Exception) -> Reply:
    """What somebody sees of an error; why nothing can be decided is no fault and has no reference."""
    return note_reply(err.advice) if isinstance(err, Undecidable) else error_reply(explain(err))
