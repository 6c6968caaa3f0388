"""Gaps in Slack: listed, owned, answered and closed there; a card for each, as it stands whoever changed it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.gap_forms import DUE, INTO, NO_SOURCE, OWNER, QUESTIONS, REVIEW_BY, SOURCE, TEXT
from bot.slack.gap_list import FILTERS, OPEN, TURN
from bot.slack.gap_view import ACT
from bot.slack.gaps import LOOKING, NOT_YOURS
from bot.slack.sources import spell_date
from knowledge.domain import Question
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import Calendar, WordHashEmbedding, markdown, open_in
from tests.workspace import Message, View, Workspace
from tests.workspace.people import Person

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

ZEPPELIN = "Whose zeppelin carries visiting delegations?"
SUBMARINE = "Which submarines of Antarctica sail <!channel> call 202-555-0143?"
# The log notes when something was asked by the machine's clock.
NOW = datetime.now(UTC)
SOON = NOW.date() + timedelta(days=8)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with admins and a channel for cards."""
    return settings.model_copy(update={"admins": ("U1",), "admin_group": "S1", "gaps_channel": "C1"})


@pytest.fixture
def ada(workspace: Workspace) -> Person:
    """The other admin."""
    return workspace.user("UADMIN")


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(NOW)


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    """A small library that answers neither question."""
    opened = open_in(tmp_path / "home", word_hash, now=calendar, threshold=0.5)
    opened.add([markdown("gifts", "# Gifts\n\nThe mayor gives honey to guests.\n")], actor="U1")
    yield opened
    opened.close()


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on that library."""
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()


def ask(library: KnowledgeBase, number: int, text: str, asker: str = "U2") -> None:
    library.ask(Question(id=f"C1:{number}", text=text, asker=asker, channel="C1", thread_id=f"C1:{number}"))


def top(office: Office, title: str, *words: str, user: str = "U1") -> View:
    """Wait until the modal on top has this title and shows these words."""

    def ready() -> list[View]:
        views = office.workspace.views(user)[-1:]
        return [
            v for v in views if v.title == title and all(word in v.words for word in words) and LOOKING not in v.words
        ]

    return office.wait(ready)[0]


def open_list(office: Office, words: str = "", person: Person | None = None) -> View:
    someone = person or office.maya
    assert someone.command("/attache", f"gaps {words}").wait().acknowledged
    return top(office, "Gaps", user=someone.id)


def open_gap(office: Office, gap: str, person: Person | None = None) -> View:
    someone = person or office.maya
    someone.clicks(open_list(office, gap, someone), OPEN, gap).wait()
    return top(office, "Gap", gap, user=someone.id)


def form(office: Office, under: View | Message, does: str, title: str, person: Person | None = None) -> View:
    someone = person or office.maya
    someone.clicks(under, f"{ACT}:{does}").wait()
    return top(office, title, user=someone.id)


def cards(office: Office) -> list[Message]:
    return [message for message in office.workspace.messages("C1") if message.user == office.workspace.bot_user_id]


def card(office: Office, *words: str) -> Message:
    """Wait for the card that shows these words."""
    return office.wait(lambda: [one for one in cards(office) if all(word in one.words for word in words)])[0]


def test_the_list_is_searched_filtered_and_paged(office: Office, library: KnowledgeBase, calendar: Calendar) -> None:
    ask(library, 1, SUBMARINE)
    ask(library, 2, ZEPPELIN)
    ask(library, 3, ZEPPELIN, asker="U1")
    library.gaps.assign("G2", owner="U2", owner_name="Omar", due=NOW.date(), actor="U1")
    calendar.move(days=3, hours=1)
    view = open_list(office)
    assert "2 gaps:" in view.words
    assert "G1: Which submarines of Antarctica sail <!channel> call [phone number]?" in view.words
    assert (
        f"assigned · asked by 2 people · owner @U2 · due {spell_date(NOW.date().isoformat())}, overdue · first asked 3 days ago"
        in view.words
    )
    for action, choice, shown, hidden in (
        (FILTERS[1], "Overdue", "G2:", "G1:"),
        (FILTERS[1], "New", "G1:", "G2:"),
        (FILTERS[1], "Every status", "G1:", "G9:"),
        (FILTERS[2], "Omar", "G2:", "G1:"),
        (FILTERS[2], "Nobody yet", "G1:", "G2:"),
        (FILTERS[2], "Mine", "No gap fits.", "G1:"),
    ):
        office.maya.clicks(view, action, choice).wait()
        office.wait(lambda shown=shown, hidden=hidden: shown in view.words and hidden not in view.words)
    for number in range(10, 21):
        ask(library, number, f"Number{number} of word{number} in place{number}?")
    view = open_list(office, "word")
    assert "11 gaps, 1 to 10:" in view.words
    office.maya.clicks(view, f"{TURN}:n").wait()
    office.wait(lambda: "11 gaps, 11 to 11:" in view.words)


def test_each_act_is_done_from_the_gap_and_shows_in_list_and_card(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    ask(library, 2, ZEPPELIN.upper(), asker="U1")
    ask(library, 3, SUBMARINE)
    card(office, "G2: ", "call [phone number]")
    seen = open_gap(office, "G1")
    gone = form(office, seen, "assign", "Assign")
    office.maya.submits(gone, {OWNER: "UGONE", DUE: SOON.isoformat()}).wait()
    assert gone.errors == {OWNER: "gil has left the organization; please choose somebody else."}
    office.maya.submits(gone, {OWNER: "U2", DUE: SOON.isoformat()}).wait()
    seen = top(office, "Gap", f"Assigned G1 to omar, due {spell_date(SOON.isoformat())}.", "Owner: @U2")
    office.wait(lambda: "assigned · asked by 2 people" in office.workspace.views("U1")[0].words)
    standing = card(
        office, "G1: ", f"Assigned · asked by 2 people · omar sees to it · due {spell_date(SOON.isoformat())}"
    )
    office.maya.submits(form(office, seen, "note", "Note"), {TEXT: "Ask the airport, 202-555-0143"}).wait()
    seen = top(office, "Gap", "Ask the airport, [phone number]")
    office.maya.submits(form(office, seen, "wait", "Waiting"), {TEXT: ""}).wait()
    seen = top(office, "Gap", "Status: waiting", "@U1 said that it waits for somebody")
    office.maya.submits(form(office, seen, "split", "Split"), {QUESTIONS: ["C1:2"]}).wait()
    seen = top(office, "Gap", "Split off: G3.")
    merge = form(office, seen, "merge", "Merge into")
    offered = office.maya.looks_up(merge, INTO, "zeppelin")
    assert [option[:3] for option in offered] == ["G3:"]
    office.maya.submits(merge, {INTO: "G3"}).wait()
    top(office, "Gap", "G1 is part of G3 now.", "G3")
    office.wait(lambda: standing.words.strip() == "G1 is part of G3 now.")
    seen = open_gap(office, "G2")
    office.maya.submits(form(office, seen, "decline", "Decline"), {TEXT: "Not ours <!here>"}).wait()
    seen = top(office, "Gap", "Declined G2.", "Because: Not ours <!here>")
    card(office, "G2: ", "Declined", "Because: Not ours <!here>")
    office.maya.submits(form(office, seen, "reopen", "Reopen"), {TEXT: ""}).wait()
    top(office, "Gap", "Opened G2 again.", "Status: new")


def test_an_answer_needs_a_source_and_is_published_as_whose_it_is(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    standing = card(office, "G1: ")
    answer = form(office, standing, "answer", "Answer")
    said = {
        TEXT: "Visiting delegations fly in the zeppelin of the airport.",
        SOURCE: "  ",
        REVIEW_BY: NOW.date().isoformat(),
    }
    office.maya.submits(answer, said).wait()
    assert answer.errors == {SOURCE: NO_SOURCE, REVIEW_BY: "Please choose a day to come."}
    office.maya.submits(answer, said | {SOURCE: "Airport handbook", REVIEW_BY: SOON.isoformat()}).wait()
    office.wait(lambda: any("Published:" in message.words for message in office.workspace.ephemerals("U1")))
    (document,) = [one for one in library.documents() if one.card.kind == "answer"]
    assert (document.card.issuer, document.card.source, document.card.review_by) == (
        "maya, Fake",
        "Airport handbook",
        SOON.isoformat(),
    )


def test_a_second_asker_changes_the_card_and_makes_no_new_one(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    standing = card(office, "G1: ", "New · asked by 1 person · nobody sees to it yet")
    ask(library, 2, ZEPPELIN, asker="U1")
    office.wait(lambda: "asked by 2 people" in standing.words)
    library.gaps.withdraw("C1:1", actor="U2")
    library.gaps.withdraw("C1:2", actor="U1")
    office.wait(lambda: standing.words.strip() == "G1 was withdrawn: nobody asks for it any more.")
    assert cards(office) == [standing]


def test_whoever_comes_second_hears_what_was_done_and_by_whom(
    office: Office, library: KnowledgeBase, ada: Person
) -> None:
    ask(library, 1, ZEPPELIN)
    standing = card(office, "G1: ")
    mine, theirs = (form(office, standing, "decline", "Decline", person) for person in (office.maya, ada))
    office.maya.submits(mine, {TEXT: "Not ours"}).wait()
    office.wait(lambda: library.gaps.story("G1").gap.status is GapStatus.DECLINED)
    ada.submits(theirs, {TEXT: "Nor mine"}).wait()
    assert theirs.errors[TEXT].startswith("Nothing was done. G1 is declined: maya declined it on ")
    office.forges_click(
        "UADMIN", standing, f"{ACT}:assign" if f"{ACT}:assign" in standing.action_ids else f"{ACT}:reopen"
    )


def test_only_admins_and_the_owner_act_and_others_hear_a_friendly_no(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    standing = card(office, "G1: ")
    office.omar.clicks(standing, f"{ACT}:decline").wait()
    assert office.whispers("U2")[0].words == NOT_YOURS
    library.gaps.assign("G1", owner="U2", owner_name="Omar", actor="U1")
    card(office, "Omar sees to it")
    office.omar.submits(form(office, standing, "decline", "Decline", office.omar), {TEXT: "Not ours"}).wait()
    office.wait(lambda: library.gaps.story("G1").gap.status is GapStatus.DECLINED)


def test_a_channel_that_takes_no_cards_stops_nothing_and_gets_them_later(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    library.gaps.posts.since(NOW)
    ask(library, 1, ZEPPELIN)
    quiet_office.workspace.fail("chat.postMessage", "channel_not_found")
    with quiet_office.at_work(library):
        quiet_office.wait(lambda: quiet_office.workspace.calls("chat.postMessage"))
        assert quiet_office.maya.command("/attache", "gaps").wait().acknowledged
        top(quiet_office, "Gaps", "G1:")
    with quiet_office.at_work(library):
        card(quiet_office, "G1: ")


@pytest.mark.parametrize("posted", [True, False])
def test_a_card_cut_off_while_it_was_posted_stands_once(
    quiet_office: Office, library: KnowledgeBase, *, posted: bool
) -> None:
    library.gaps.posts.since(NOW)
    ask(library, 1, ZEPPELIN)
    quiet_office.workspace.drop_connection("chat.postMessage", after_processing=posted)
    with quiet_office.at_work(library):
        quiet_office.wait(lambda: library.gaps.posts.find("card 1") and library.gaps.posts.find("card 1").message_ts)
    with quiet_office.at_work(library):
        card(quiet_office, "G1: ")
    assert len(cards(quiet_office)) == 1
