"""Everything Slack has of gaps, put together: modals, what is done there, cards, addresses, what is due at its time."""

from slack_bolt import App
from slack_sdk import WebClient

from bot.settings import Settings
from bot.slack.admins import Admins
from bot.slack.gap_acts import GapActs
from bot.slack.gap_answers import GapAnswers
from bot.slack.gap_cards import PACE, GapCards
from bot.slack.gap_duties import GapDuties
from bot.slack.gap_links import GapLinks
from bot.slack.gap_posting import GapPosting
from bot.slack.gaps import GapModals
from bot.slack.people import People
from bot.slack.readers import Readers
from bot.slack.replies import Replies
from bot.slack.saving import Saving
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.rhythm import office_zone


class GapRoom:
    """The parts, on one client."""

    def __init__(
        self,
        settings: Settings,
        knowledge_base: KnowledgeBase,
        client: WebClient,
        admins: Admins,
        readers: Readers,
        *,
        card_pace: float = PACE,
    ) -> None:
        """`card_pace` is the least number of seconds between two new cards."""
        people, replies, channel = People(client), Replies(client), settings.gaps_channel
        posting = GapPosting(knowledge_base.gaps.posts, replies)
        self.modals = GapModals(knowledge_base, admins, people, readers)
        answers = GapAnswers(knowledge_base, people)
        self._acts = GapActs(knowledge_base, self.modals, people, answers)
        self._saving = Saving(knowledge_base, self.modals, people, posting, replies, answers=answers)
        self._cards = (
            GapCards(knowledge_base, posting, people, readers, channel=channel, pace=card_pace) if channel else None
        )
        self._links = GapLinks(knowledge_base, client)
        self._duties = GapDuties(
            knowledge_base,
            posting,
            readers,
            client,
            zone=office_zone(settings.time_zone),
            channel=channel,
            digest=settings.digest,
            admins=settings.admins,
            carry_on=self._saving.carry_on,
        )

    def register(self, app: App) -> None:
        """Listen."""
        self.modals.register(app)
        self._acts.register(app)
        self._saving.register(app)

    def start(self) -> None:
        """Take up what an earlier process left, and go on from there."""
        if self._cards:
            self._cards.start()
        self._links.start()
        self._duties.start()

    def stop(self) -> None:
        """Finish what is being sent."""
        self._duties.stop()
        self._links.stop()
        if self._cards:
            self._cards.stop()
