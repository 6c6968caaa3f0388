"""Whoever sees to one gap, and keeps no library, sees and changes no other by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.gap_forms import INTO, OWNER, QUESTIONS
from bot.slack.gap_list import OPEN
from bot.slack.gaps import NOT_YOURS
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.gap_screens import ask, card, form, top
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import View

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

ZEPPELIN = "Whose zeppelin carries visiting delegations?"
LAYOFFS = "How many layoffs are planned in the police department?"
CONFIDENTIAL = "The mayor announces it on Friday."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with an admin and a channel for cards."""
    return settings.model_copy(update={"admins": ("U1",), "gaps_channel": "C1", "time_zone": "UTC"})


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """A small library that answers neither question."""
    opened = open_in(tmp_path / "home", word_hash, threshold=0.5)
    opened.add([markdown("gifts", "# Gifts\n\nThe mayor gives honey to guests.\n")], actor="U1")
    yield opened
    opened.close()


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on that library, where Omar sees to G1 and G3 and Maya to what is confidential."""
    with quiet_office.at_work(library):
        ask(library, 1, ZEPPELIN)
        ask(library, 2, ZEPPELIN, asker="U1")
        ask(library, 3, LAYOFFS, asker="UADMIN")
        ask(library, 4, "Which submarines of Antarctica sail?")
        library.gaps.note("G2", CONFIDENTIAL, actor="U1")
        library.gaps.assign("G1", owner="U2", owner_name="Omar", actor="U1")
        library.gaps.assign("G3", owner="U2", owner_name="Omar", actor="U1")
        yield quiet_office
    quiet_office.check_manners()


def opened(office: Office) -> View:
    """Let Omar open his gap from its card."""
    office.omar.clicks(card(office, "G1: ", "Omar sees to it"), OPEN).wait()
    return top(office, "Gap", "G1", user="U2")


@pytest.mark.parametrize(("does", "title"), [("merge", "Merge into"), ("move", "Move questions")])
def test_an_owner_is_offered_their_own_gaps_only_and_the_act_asks_again(
    office: Office, library: KnowledgeBase, does: str, title: str
) -> None:
    view = form(office, opened(office), does, title, office.omar)
    assert [option[:3] for option in office.omar.looks_up(view, INTO)] == ["G3:"]
    moved = {QUESTIONS: ["C1:2"]} if does == "move" else {}
    library.gaps.assign("G3", owner="U1", owner_name="Maya", actor="U1")
    office.omar.submits(view, moved | {INTO: "G3"}).wait()
    assert list(view.errors.values()) == [NOT_YOURS]
    assert [(gap.id, len(gap.questions)) for gap in library.gaps.records()] == [("G3", 1), ("G2", 1), ("G1", 2)]
    library.gaps.assign("G3", owner="U2", owner_name="Omar", actor="U1")
    office.omar.submits(view, moved | {INTO: "G3"}).wait()
    top(office, "Gap", "G1 is part of G3 now." if does == "merge" else "Moved into G3: 1 question.", user="U2")


def test_whoever_gives_a_gap_out_of_their_hands_is_not_shown_it_any_more(
    office: Office, library: KnowledgeBase
) -> None:
    library.gaps.note("G1", CONFIDENTIAL, actor="U1")
    seen = opened(office)
    assert CONFIDENTIAL in seen.words
    office.omar.submits(form(office, seen, "assign", "Assign", office.omar), {OWNER: "U1"}).wait()
    after = top(office, "Gap", "Assigned G1 to maya.", user="U2")
    assert CONFIDENTIAL not in after.words
    assert ZEPPELIN not in after.words


def test_whoever_keeps_the_library_is_offered_every_open_gap(office: Office) -> None:
    view = form(office, card(office, "G1: ", "Omar sees to it"), "merge", "Merge into")
    assert [option[:3] for option in office.maya.looks_up(view, INTO)] == ["G3:", "G2:"]
