"""What the bot says of gaps by itself: cards, questions to colleagues, reminders and digests, each of them once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.gap_forms import NO_SOURCE, OWNER, SOURCE, TEXT
from bot.slack.gaps import NOT_YOURS
from bot.slack.offers import AGREE, REFUSE
from bot.slack.saving import NOT_YOUR_WORDS
from bot.slack.serving import running
from bot.slack.sources import spell_date
from knowledge.domain import Question
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.answer_offers import OfferState
from tests.journeys.gap_office import NOW, SOON, SUBMARINE, ZEPPELIN, small_library, with_gaps_channel
from tests.journeys.gap_screens import ask, card, cards, form, top
from tests.journeys.office import Office
from tests.making import Calendar, WordHashEmbedding
from tests.workspace import Message, View

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_gaps_channel(settings)


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


def test_a_second_asker_changes_the_card_and_makes_no_new_one(office: Office, library: KnowledgeBase) -> None:
    ask(library, 1, ZEPPELIN)
    standing = card(office, "G1: ", "New · asked by 1 person · nobody sees to it yet")
    ask(library, 2, ZEPPELIN, asker="U1")
    office.wait(lambda: "asked by 2 people" in standing.words)
    library.gaps.withdraw("C1:1", actor="U2")
    library.gaps.withdraw("C1:2", actor="U1")
    office.wait(lambda: standing.words.strip() == "G1 was withdrawn: nobody asks for it any more.")
    assert cards(office) == [standing]


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
