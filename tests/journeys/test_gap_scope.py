"""A question that is about nothing the library is about: said so, kept out of the way, and called in by an admin."""

from collections.abc import Iterator

import pytest

from bot.settings import Settings
from bot.slack.gap_forms import TEXT
from bot.slack.gap_list import FILTERS
from bot.slack.gap_view import ACT
from knowledge.gaps.scope import FEWEST_DOCUMENTS
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.gap_screens import ask, card, cards, form, open_gap, open_list, top
from tests.journeys.office import Office
from tests.making import markdown

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

FAR_AWAY = "This question seems to be out of scope: nothing in the library comes near it."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with an admin and a channel for cards."""
    return settings.model_copy(update={"admins": ("U1",), "gaps_channel": "C1"})


@pytest.fixture
def library(small_library: KnowledgeBase) -> KnowledgeBase:
    """A library on the bundled model with enough documents to show what it is about."""
    papers = [
        markdown(f"paper-{number}", f"# Paper {number}\n\nThe mayor gives honey to delegation {number}.\n")
        for number in range(FEWEST_DOCUMENTS)
    ]
    small_library.add(papers, actor="U1")
    return small_library


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on that library."""
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()


def test_what_is_out_of_scope_is_said_to_be_and_gets_a_card_once_an_admin_wants_it(
    office: Office, library: KnowledgeBase
) -> None:
    reply = office.reply(office.omar.direct_message("How do I bake sourdough bread?"))
    assert FAR_AWAY in reply.words
    assert "logged as G1" in reply.words
    ask(library, 2, "What does the protocol officer of Quito earn?")
    card(office, "G2: ")
    view = open_list(office)
    office.maya.clicks(view, FILTERS[1], "Out of scope").wait()
    office.wait(lambda: "1 gap:" in view.words and "new · out of scope · asked by 1 person" in view.words)
    seen = open_gap(office, "G1")
    assert "Logged because: out of scope" in seen.words
    assert [one for one in cards(office) if "G1: " in one.words] == []
    office.maya.submits(form(office, seen, "scope", "In scope"), {TEXT: "For the festival"}).wait()
    seen = top(office, "Gap", "G1 is in scope now.", "@U1 said that it is in scope", "For the festival")
    assert f"{ACT}:scope" not in seen.action_ids
    card(office, "G1: How do I bake sourdough bread?")
