"""Answers to gaps on their way into the library: kept in the ledger before anybody is told so, and published once."""

from threading import Lock

from bot.slack.gap_forms import Entered
from bot.slack.people import People
from knowledge.domain import content_id
from knowledge.errors import BadGapChange
from knowledge.gaps.answers import Written
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.answer_offers import OfferState

# Where nothing is left to do: a round of ours was quicker, or somebody wrote another answer since.
DONE_BEFORE = "This answer was published already, or another one took its place."


class GapAnswers:
    """Keeps and publishes what somebody wrote in a gap's form, and publishes what a colleague agreed to."""

    def __init__(self, knowledge_base: KnowledgeBase, people: People) -> None:
        self._gaps = knowledge_base.gaps
        self._offers = knowledge_base.gaps.offers
        self._people = people
        self._one_at_a_time = Lock()

    def keep(self, form: str, gap: str, said: Entered, user: str) -> int:
        """Keep what somebody wrote, until it is published, and return its number; sent twice it is kept once.

        `form` is the id of the form in Slack.
        """
        key = f"form {content_id(form, said.text, said.source, str(said.review_by))}"
        return self._offers.keep(
            key, gap=gap, text=said.text, source=said.source, review_by=said.review_by, written_by=user
        )

    def publish(self, id_: int) -> str | None:
        """Publish one, which may wait long for the indexes; returns a sentence about it, None where nothing was to do.

        Raises what publishing raises; then it is kept, and tried again.
        """
        with self._one_at_a_time:
            offer = self._offers.get(id_)
            if offer is None or offer.state is not OfferState.AGREED:
                return None
            if not offer.colleague and self._offers.has_later(offer):
                self._offers.move(id_, OfferState.REFUSED, only_from=OfferState.AGREED)
                return None
            try:
                written = self._gaps.answer(
                    offer.gap,
                    offer.text,
                    source=offer.source,
                    review_by=offer.review_by,
                    author=self._people.name_of(offer.offered_by),
                    credited=self._people.name_of(offer.colleague) if offer.colleague else None,
                    office=self._people.office(),
                    actor=offer.offered_by,
                )
                told = _published(written)
            except BadGapChange as err:
                told = f"Nothing was published. {err.advice}"
            self._offers.move(id_, OfferState.PUBLISHED, only_from=OfferState.AGREED)
            return told


def _published(written: Written) -> str:
    """Say what came of an answer."""
    title = written.document.card.title
    if written.answers:
        return f"Published: {title}. The library answers it now, and whoever asked is told."
    return f"Published: {title}. Asked again, the library still finds no answer in it; the question's own words help."
