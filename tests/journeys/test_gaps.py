"""Gaps in Slack: listed, owned, answered and closed there; a card for each, as it stands whoever changed it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.gap_channel import ARCHIVED
from bot.slack.gap_digest import digest_reply
from bot.slack.gap_forms import DUE, INTO, NO_SOURCE, OWNER, QUESTIONS, REVIEW_BY, SOURCE, TEXT
from bot.slack.gap_list import FILTERS, SHELF, TURN
from bot.slack.gap_view import ACT
from bot.slack.gaps import NOT_YOURS
from bot.slack.offers import AGREE, REFUSE
from bot.slack.saving import NOT_YOUR_WORDS
from bot.slack.serving import check_gaps_channel, running
from bot.slack.sources import spell_date
from knowledge.domain import Question
from knowledge.errors import SlackUnavailable
from knowledge.gaps.exporting import requests_of
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.answer_offers import OfferState
from knowledge.sources.rhythm import last_weekly
from tests.journeys.gap_screens import ask, card, cards, form, open_gap, open_list, top
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
    return settings.model_copy(
        update={"admins": ("U1",), "admin_group": "S1", "gaps_channel": "C1", "time_zone": "UTC"}
    )


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
        at_home(quiet_office)
        card(quiet_office, "G1: ")


def test_when_many_ask_at_once_the_channel_gets_one_card_at_a_time(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    library.gaps.posts.since(NOW)
    for number in range(3):
        ask(library, number, f"Number{number} of word{number} in place{number}?")
    for count in (1, 2):
        with running(quiet_office.settings, library, card_pace=3_600.0):
            at_home(quiet_office)
            quiet_office.wait(lambda count=count: len(cards(quiet_office)) == count)
            library.gaps.note("G1", "Changed meanwhile", actor="U1")
    assert [card.words[:3] for card in cards(quiet_office)] == ["G1:", "G2:"]


@pytest.mark.parametrize("posted", [True, False])
def test_a_card_cut_off_while_it_was_posted_stands_once(
    quiet_office: Office, library: KnowledgeBase, *, posted: bool
) -> None:
    library.gaps.posts.since(NOW)
    ask(library, 1, ZEPPELIN)
    quiet_office.workspace.drop_connection("chat.postMessage", after_processing=posted)
    with quiet_office.at_work(library):
        quiet_office.wait(lambda: library.gaps.posts.find("card 1") and library.gaps.posts.find("card 1").message_ts)
        at_home(quiet_office)
    with quiet_office.at_work(library):
        at_home(quiet_office)
        card(quiet_office, "G1: ")
    assert len(cards(quiet_office)) == 1


def direct(office: Office, user: str, *words: str, count: int = 1) -> list[Message]:
    """Wait for this many direct messages to somebody that show these words."""
    im = office.workspace.im(user)

    def told() -> list[Message]:
        return [one for one in office.workspace.messages(im) if all(word in one.words for word in words)]

    office.wait(lambda: len(told()) >= count)
    return told()


def at_home(office: Office) -> None:
    """See that the app is at work: by then it has taken up what was left."""
    before = len(office.workspace.calls("views.publish"))
    office.maya.opens_home()
    office.wait(lambda: len(office.workspace.calls("views.publish")) > before)


def saves(office: Office, library: KnowledgeBase) -> View:
    """Let Maya save what Omar wrote in the thread of a question."""
    question = office.maya.says("C1", ZEPPELIN)
    library.ask(
        Question(id=f"C1:{question.ts}", text=ZEPPELIN, asker="U1", channel="C1", thread_id=f"C1:{question.ts}")
    )
    written = office.omar.says("C1", "Visiting delegations fly in the zeppelin of <@UADMIN>.", thread_ts=question.ts)
    assert "logged as G2" in office.reply(written).words  # taken for a question, as whatever follows in a thread
    office.omar.uses_shortcut("save_answer", written).wait()
    assert office.whispers("U2")[-1].words == NOT_YOURS
    office.maya.uses_shortcut("save_answer", written).wait()
    return top(office, "Save as answer")


@pytest.mark.parametrize("agrees", [True, False])
def test_a_colleagues_words_are_published_only_once_they_say_yes(
    office: Office, library: KnowledgeBase, *, agrees: bool
) -> None:
    view = saves(office, library)
    office.maya.submits(view, {SOURCE: " "}).wait()
    assert view.errors == {SOURCE: NO_SOURCE}
    office.maya.submits(view, {SOURCE: "Airport handbook"}).wait()
    (asked,) = direct(office, "U2", "maya would like to publish what you wrote as the answer to G1")
    assert "Visiting delegations fly in the zeppelin of @UADMIN." in asked.words
    direct(office, "U1", "omar is asked first")
    assert [gap.id for gap in library.gaps.records()] == ["G1"]
    assert not [one for one in library.documents() if one.card.kind == "answer"]
    office.forges_click("U1", asked, AGREE)
    assert NOT_YOUR_WORDS in office.whispers("U1")[-1].words
    office.omar.clicks(asked, AGREE if agrees else REFUSE).wait()
    if agrees:
        direct(office, "U1", "omar said yes. Published: ")
        (document,) = [one for one in library.documents() if one.card.kind == "answer"]
        assert document.card.issuer == "omar, Fake"
    else:
        direct(office, "U1", "omar would rather not have this used; G1 stays open.")
        assert library.gaps.story("G1").gap.status is GapStatus.NEW
        assert not [one for one in library.documents() if one.card.kind == "answer"]
    assert AGREE not in asked.action_ids


def test_what_a_crash_left_of_an_offer_is_taken_up_once(quiet_office: Office, library: KnowledgeBase) -> None:
    offers = library.gaps.offers
    ask(library, 1, ZEPPELIN)
    ask(library, 2, SUBMARINE)
    said = {"text": "Yes.", "source": "Handbook", "review_by": None, "offered_by": "U1", "colleague": "U2"}
    assert offers.make("C1:1", gap="G1", **said)  # type: ignore[arg-type]
    assert not offers.make("C1:1", gap="G1", **said)  # type: ignore[arg-type]
    assert offers.make("C1:2", gap="G2", **said)  # type: ignore[arg-type]
    offers.move(2, OfferState.AGREED, only_from=OfferState.ASKED)
    for _ in range(2):
        with quiet_office.at_work(library):
            at_home(quiet_office)
            direct(quiet_office, "U2", "as the answer to G1")
            direct(quiet_office, "U1", "omar said yes. Published: ")
    assert len(direct(quiet_office, "U2", "as the answer to")) == len(direct(quiet_office, "U1", "said yes")) == 1


def test_an_owner_is_reminded_once_for_each_due_date_and_admins_hear_of_one_who_left(
    quiet_office: Office, library: KnowledgeBase, calendar: Calendar
) -> None:
    ask(library, 1, ZEPPELIN)
    library.gaps.assign("G1", owner="U2", owner_name="Omar", due=SOON, actor="U1")
    ask(library, 2, SUBMARINE)
    library.gaps.assign("G2", owner="UGONE", owner_name="Gil", due=SOON, actor="U1")
    with quiet_office.at_work(library):
        direct(quiet_office, "U1", "gil has left the organization and saw to G2, due ")
    assert not quiet_office.workspace.messages(quiet_office.workspace.im("U2"))
    calendar.move(days=9)
    for _ in range(2):
        with quiet_office.at_work(library):
            (reminder,) = direct(quiet_office, "U2", f"You see to G1, due {spell_date(SOON.isoformat())}, overdue")
            view = form(quiet_office, reminder, "note", "Note", quiet_office.omar)
            quiet_office.omar.submits(view, {TEXT: "On it"}).wait()
    library.gaps.assign("G1", owner="U2", owner_name="Omar", due=SOON + timedelta(days=1), actor="U1")
    calendar.move(days=1)  # Past the due day: on it the bot keeps still until nine, and this test runs at any hour.
    with quiet_office.at_work(library):
        at_home(quiet_office)
        assert len(direct(quiet_office, "U2", "You see to G1", count=2)) == 2
        assigning = form(quiet_office, direct(quiet_office, "U1", "saw to G2")[0], "assign", "Assign")
        quiet_office.maya.submits(assigning, {OWNER: "U2"}).wait()
        quiet_office.wait(lambda: library.gaps.story("G2").gap.owner == "U2")
    assert not quiet_office.workspace.messages(quiet_office.workspace.im("UGONE"))
    assert len(direct(quiet_office, "U1", "saw to G2")) == 1
    quiet_office.check_manners()


@pytest.mark.parametrize("cut_off", ["", "chat.postMessage", "files.completeUploadExternal"])
def test_the_digest_of_a_week_comes_once_also_when_the_bot_was_off(
    quiet_office: Office, library: KnowledgeBase, calendar: Calendar, cut_off: str
) -> None:
    ask(library, 1, ZEPPELIN)
    library.gaps.assign("G1", owner="U2", owner_name="Omar <!here>", actor="U1")
    library.gaps.posts.since(NOW)
    calendar.move(days=8, hours=1)
    if cut_off:
        quiet_office.workspace.drop_connection(cut_off, after_processing=True)

    def pictures() -> list[Message]:
        return [
            one for post in cards(quiet_office) for one in quiet_office.workspace.messages("C1", post.ts) if one.files
        ]

    with quiet_office.at_work(library):
        at_home(quiet_office)
        quiet_office.wait(pictures if cut_off != "chat.postMessage" else lambda: cards(quiet_office))
    with quiet_office.at_work(library):
        at_home(quiet_office)
        quiet_office.wait(pictures)
    (digest,) = cards(quiet_office)
    assert "1 gap open, 0 new, 0 closed." in digest.words
    assert "G1 Whose zeppelin carries visiting delegations? · for 8 days, Omar <!here>" in digest.words
    ((picture,),) = [one.files for one in pictures()]
    assert picture.content.startswith(b"\x89PNG")
    assert picture.alt_text.startswith("Questions a week, answered and not, and the share that was answered. week from")
    quiet_office.check_manners()


def key(calendar: Calendar) -> str:
    return f"{last_weekly('mon 09:00', calendar(), UTC):%Y-%m-%d %H:%M}"


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
