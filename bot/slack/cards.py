"""The messages of the intake as they stand in Slack, changed by one thread at a time: nothing covers a receipt."""

from threading import Lock

from bot.slack.blocks import Reply
from bot.slack.intake_cards import card_reply
from bot.slack.replies import Replies
from knowledge.ledger.intake import Incoming, Intake, Stage
from knowledge.proposals.proposal import Proposal


class Cards:
    """Changes cards, with one Slack client; the same for all who do."""

    def __init__(self, intake: Intake, replies: Replies) -> None:
        self._intake = intake
        self._replies = replies
        self._one_at_a_time = Lock()

    def show(self, incoming: Incoming, reply: Reply) -> None:
        """Put something else into a card. Raises what slack_sdk raises."""
        with self._one_at_a_time:
            self._change(incoming, reply)

    def offer(self, incoming: Incoming, proposal: Proposal) -> None:
        """Show the card with its buttons, unless somebody decided meanwhile; they work as soon as they are seen.

        Broken off before that is noted, the card is shown again. Raises what slack_sdk raises.
        """
        with self._one_at_a_time:
            self._intake.corrected(incoming.id)
            present = self._intake.get(incoming.id)
            if present and present.stage is Stage.WAITING:
                self._change(incoming, card_reply(proposal, incoming.id))
                self._intake.offer(incoming)

    def _change(self, incoming: Incoming, reply: Reply) -> None:
        thing = incoming.handed_in
        if thing.channel and incoming.message_ts:
            self._replies.change(thing.channel, incoming.message_ts, reply)
