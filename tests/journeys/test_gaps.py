"""Gaps in Slack: listed, opened, owned, answered and closed there, by those who may."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.gap_channel import ARCHIVED
from bot.slack.gap_digest import digest_reply
from bot.slack.gap_forms import DUE, INTO, NO_SOURCE, OWNER, QUESTIONS, REVIEW_BY, SOURCE, TEXT
from bot.slack.gap_list import FILTERS, SHELF, TURN
from bot.slack.gap_view import ACT
from bot.slack.gaps import NOT_YOURS
from bot.slack.serving import check_gaps_channel
from bot.slack.sources import spell_date
from knowledge.errors import SlackUnavailable
from knowledge.gaps.exporting import requests_of
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.gap_office import NOW, SOON, SUBMARINE, ZEPPELIN, small_library, with_gaps_channel
from tests.journeys.gap_screens import ask, card, form, open_gap, open_list, top
from tests.journeys.office import Office
from tests.making import Calendar, WordHashEmbedding
from tests.workspace import Workspace
from tests.workspace.people import Person

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_gaps_channel(settings)


@pytest.fixture
def ada(workspace: Workspace) -> Person:
    """The other admin."""
    return workspace.user("UADMIN")


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(NOW)


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    with small_library(tmp_path / "home", word_hash, calendar) as opened:
        yield opened


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on that library."""
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()


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
        f"assigned · asked by 2 people · owner @U2 · due {spell_date(NOW.date().isoformat())}, overdue"
        " · first asked 3 days ago" in view.words
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
    seen = top(
        office,
        "Gap",
        f"Assigned G1 to omar, due {spell_date(SOON.isoformat())}.",
        "Owner: @U2",
        f"Due {spell_date(SOON.isoformat())}",
    )
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


def test_a_question_is_moved_by_hand_into_the_gap_it_belongs_to(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    ask(library, 2, ZEPPELIN, asker="U1")
    ask(library, 3, SUBMARINE)
    assert f"{ACT}:move" not in open_gap(office, "G2").action_ids  # it has but one question
    move = form(office, open_gap(office, "G1"), "move", "Move questions")
    assert [option[:3] for option in office.maya.looks_up(move, INTO, "")] == ["G2:"]
    office.maya.submits(move, {QUESTIONS: ["C1:1", "C1:2"], INTO: "G2"}).wait()
    assert move.errors == {QUESTIONS: "These are all questions of G1; `attache gaps merge` moves a whole gap."}
    office.maya.submits(move, {QUESTIONS: ["C1:2"], INTO: "G2"}).wait()
    top(office, "Gap", "Moved into G2: 1 question.", "@U1 moved questions")
    assert {gap.id: [one.question_id for one in gap.questions] for gap in library.gaps.records()} == {
        "G1": ["C1:1"],
        "G2": ["C1:2", "C1:3"],
    }
    card(office, "G2: ", "asked by 2 people")


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


@pytest.mark.parametrize("text", ["Zeppelins " * 400, "Whose is " + "<" * 900 + " @channel?", "x" * 4_000], ids=len)
def test_the_longest_question_there_may_be_stays_within_slacks_limits_in_card_list_and_digest(
    office: Office, library: KnowledgeBase, text: str
) -> None:
    reply = office.reply(office.omar.direct_message(text.replace("<", "&lt;")))
    assert "logged as G1" in reply.words
    assert len(card(office, "G1: ").words) < 2_000
    assert "1 gap:" in open_list(office).words
    seen = open_gap(office, "G1")
    assert f"{ACT}:answer" in seen.action_ids
    form(office, seen, "merge", "Merge into")
    requests = requests_of(library.gaps.records())
    assert len(requests[0].need) <= 300
    assert digest_reply(library.gaps.digest(), NOW, ()).text.count("\n") < 20


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


def test_admins_see_the_gaps_at_home_and_what_is_wrong_with_the_channel(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    library.gaps.assign("G1", owner="U1", actor="UADMIN")
    card(office, "G1: ", "maya sees to it")
    office.maya.opens_home()
    view = office.wait(lambda: office.workspace.home("U1"))
    assert "1 gap open, 0 overdue, 1 yours. Answered: 0% of 1 question." in view.words
    office.workspace.roster.channels["C1"].is_archived = True
    office.maya.opens_home()
    office.wait(lambda: ARCHIVED in office.workspace.home("U1").words)  # type: ignore[union-attr]
    with pytest.raises(SlackUnavailable, match="archived"):
        check_gaps_channel(office.settings)
    office.maya.clicks(view, f"{SHELF}:mine").wait()
    assert "G1:" in top(office, "Gaps", "1 gap:").words
