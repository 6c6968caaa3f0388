"""Whoever asked hears once that the library answers now, says whether it does, and can ask not to be told."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from bot.slack.hearing import NOT_YOURS
from bot.slack.told import AGAIN, HUSH, NO_MORE, NOT_QUITE, SORRY, TELL_AGAIN, THANKS, YES
from knowledge.domain import Gap, Question
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.gaps.records import GapRecord, GapStatus
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import LONG, Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Message, Workspace

GUIDE = yaml.safe_load((Path(__file__).parent.parent / "gaps" / "office_guide.yaml").read_text("utf-8"))
HONEY = "Which linden honey from the roof does the mayor give visiting delegations?"
SHEET = (
    "---\ntitle: Gifts for guests\n---\n\nThe mayor gives visiting delegations linden honey from the city hall roof.\n"
)
BETTER = f"{SHEET}\nSince May the honey for delegations of the mayor is acacia honey from the river park.\n"


@pytest.fixture
def transport() -> str:
    """One way in is enough for these."""
    return "socket mode"


@pytest.fixture
def library(tmp_path: Path, model: SentenceTransformerEmbedding) -> Iterator[KnowledgeBase]:
    """A library with one document that says nothing of honey."""
    opened = open_in(tmp_path / "library", model)
    opened.add([markdown("flags", "# Flags\n\nOur own flag stands on the right of the guest's.\n")], actor="test")
    yield opened
    opened.close()


def asks(library: KnowledgeBase, user: str, text: str, number: int = 1) -> str:
    """Ask and get no answer; returns the gap's id."""
    outcome = library.ask(Question(id=f"C1:{user}.{number}", text=text, asker=user, channel="C1"))
    assert isinstance(outcome, Gap), outcome
    return outcome.id


def told(office: Office, user: str, count: int = 1) -> list[Message]:
    """Wait for this many direct messages to somebody, and until nothing is owed any more."""
    channel = office.workspace.im(user)
    office.wait(lambda: len(office.workspace.messages(channel)) >= count)
    return office.workspace.messages(channel)


def settles(office: Office, library: KnowledgeBase) -> None:
    """Wait until nobody is owed anything."""
    office.wait(lambda: library.notices.waiting() == 0)


def gap(library: KnowledgeBase, id_: str = "G1") -> GapRecord:
    return library.gaps.story(id_).gap


def test_a_document_that_answers_35_of_60_open_questions_sends_exactly_those_35_messages(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    expected = {entry["asked"]: entry["text"] for entry in GUIDE["guide"]}
    questions = [*expected, *GUIDE["not_in_it"]]
    assert (len(expected), len(questions)) == (35, 60)
    people = {f"U{100 + number}": text for number, text in enumerate(questions)}
    for number, (user, text) in enumerate(people.items()):
        workspace.add_user(user, f"person{number}")
        asks(library, user, text)
    sections = (f"## {entry['heading']}\n\n{entry['text']}" for entry in GUIDE["guide"])
    guide = "\n\n".join(("---\ntitle: Guide to visits and travel\n---", *sections))
    with quiet_office.at_work(library):
        library.add([markdown("guide", guide)], actor="test")
        retested = library.gaps.retest()
        quiet_office.wait(lambda: len(workspace.posts()) >= 35)
        settles(quiet_office, library)
    assert (retested.asked, retested.answered) == (60, 35)
    assert len(workspace.posts()) == 35
    texts = {passage.text for passage in _passages(library)}
    for user, text in people.items():
        messages = workspace.messages(workspace.im(user))
        assert len(messages) == (text in expected), text
        for message in messages:
            assert f"Asked: {text}" in message.words
            assert expected[text] in message.words
            assert any(expected[text] in one for one in texts)
    still_open = [
        question.text for record in library.gaps.records() if record.status.is_open for question in record.questions
    ]
    assert sorted(still_open) == sorted(GUIDE["not_in_it"])
    quiet_office.check_manners()


def _passages(library: KnowledgeBase) -> list:  # type: ignore[type-arg]
    hits = library.search(Question(id="all", text="guide to visits and travel"), k=100)
    return [hit.passage for hit in hits]


def test_an_asker_hears_once_and_says_yes_or_not_quite(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    for user in ("U1", "U2"):
        asks(library, user, HONEY)
    with office.at_work(library):
        library.add([markdown("gifts", SHEET)], actor="test")
        assert library.gaps.retest().gaps == (gap(library),)
        (maya,), (omar,) = told(office, "U1"), told(office, "U2")
        assert "linden honey" in maya.words
        assert gap(library).status is GapStatus.ANSWERED

        office.forges_click("U2", maya, YES)
        office.wait(lambda: [one for one in workspace.ephemerals("U2") if NOT_YOURS in one.words])
        office.maya.clicks(maya, YES).wait()
        office.wait(lambda: THANKS in maya.words)
        assert YES not in maya.action_ids
        assert gap(library).status is GapStatus.CONFIRMED

        office.omar.clicks(omar, NOT_QUITE).wait()
        view = office.wait(lambda: workspace.views("U2"))[-1]
        office.omar.submits(view, {"reason": "Since May it is another one. Call me at 202-555-0143."}).wait()
        office.wait(lambda: SORRY in omar.words)
        now = gap(library)
        assert now.status is GapStatus.NEW
        assert now.because == "Since May it is another one. Call me at [phone number]."

        # The same answer proves nothing again; something new does, to the one who said so.
        library.gaps.retest()
        library.add([markdown("lunch", "# Lunch\n\nLunch starts at noon sharp.\n")], actor="test")
        library.gaps.retest()
        assert gap(library).status is GapStatus.NEW
        library.add([markdown("gifts", BETTER)], actor="test")
        library.gaps.retest()
        assert "acacia" in told(office, "U2", 2)[1].words
        settles(office, library)
    with office.at_work(library):
        library.gaps.retest()
        settles(office, library)
    assert len(workspace.posts()) == 3
    office.check_manners()


def test_who_left_opted_out_or_cannot_be_reached_is_not_told_and_stops_nobody(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    workspace.add_user("U50", "gone", deleted=True)
    for user in ("U50", "UNOBODY", "U1", "U2"):
        asks(library, user, HONEY)
    asks(library, "U1", "What time does lunch begin?", 2)
    with office.at_work(library):
        library.add([markdown("gifts", SHEET)], actor="test")
        library.gaps.retest()
        (maya,) = told(office, "U1")
        told(office, "U2")
        settles(office, library)
        office.maya.clicks(maya, HUSH).wait()
        office.wait(lambda: NO_MORE in maya.words)
        library.add([markdown("lunch", "# Lunch\n\nLunch begins at a quarter past noon.\n")], actor="test")
        library.gaps.retest()
        settles(office, library)
        assert gap(library, "G2").status is GapStatus.ANSWERED
        office.maya.clicks(maya, TELL_AGAIN).wait()
        office.wait(lambda: [one for one in workspace.ephemerals("U1") if AGAIN in one.words])
        assert not library.notices.is_quiet("U1")
    assert len(workspace.posts()) == 2


def test_what_left_the_library_before_it_was_told_is_not_told(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    asks(library, "U1", HONEY)
    library.add([markdown("gifts", SHEET)], actor="test")
    library.gaps.retest()
    library.remove("Gifts for guests", actor="test")
    with quiet_office.at_work(library):
        settles(quiet_office, library)
        assert gap(library).status is GapStatus.NEW
        library.restore("Gifts for guests", actor="test")
        library.gaps.retest()
        told(quiet_office, "U1")
    assert len(workspace.posts()) == 1


def test_the_bot_asks_again_by_itself_after_a_change(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    asks(library, "U1", HONEY)
    library.following_up.start()
    with quiet_office.at_work(library):
        library.add([markdown("gifts", SHEET)], actor="test")
        told(quiet_office, "U1")
    library.following_up.stop()
    assert gap(library).status is GapStatus.ANSWERED


def test_slack_in_trouble_costs_nobody_their_message(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    asks(library, "U1", HONEY)
    library.add([markdown("gifts", SHEET)], actor="test")
    library.gaps.retest()
    workspace.fail("users.info", "internal_error", times=2)
    workspace.fail("conversations.open", "internal_error")
    with quiet_office.at_work(library):
        told(quiet_office, "U1")
    assert len(workspace.posts()) == 1


def test_a_connection_that_breaks_after_a_message_was_posted_leaves_one(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    asks(library, "U1", HONEY)
    library.add([markdown("gifts", SHEET)], actor="test")
    library.gaps.retest()
    workspace.drop_connection("chat.postMessage", after_processing=True)
    with quiet_office.at_work(library):
        settles(quiet_office, library)
    assert len(workspace.posts()) == 1
    assert len(workspace.calls("chat.postMessage")) == 1


def test_killed_between_answered_and_the_messages_everybody_hears_exactly_once(
    workspace: Workspace, quiet_office: Office, settings: Settings, tmp_path: Path
) -> None:
    users = [f"U{number}" for number in range(100, 112)]
    library = open_in(tmp_path / "home", WordHashEmbedding())
    for user in users:
        workspace.add_user(user, f"person{user}")
        asks(library, user, HONEY)
    library.add([markdown("gifts", SHEET)], actor="test")
    assert library.gaps.retest().answered == len(users)
    library.close()
    command = [sys.executable, "-m", "tests.journeys.dying", tmp_path / "home", workspace.api_url]
    dying = subprocess.Popen([*command, workspace.bot_token, workspace.app_token])
    try:
        workspace.wait_for(lambda: len(workspace.posts()) >= 4, LONG)
    finally:
        dying.kill()
        dying.wait()
    assert len(workspace.posts()) < len(users)
    library = open_in(tmp_path / "home", WordHashEmbedding())
    with quiet_office.at_work(library):
        settles(quiet_office, library)
    library.close()
    assert [len(workspace.messages(workspace.im(user))) for user in users] == [1] * len(users)
