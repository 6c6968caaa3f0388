"""Keeping the library right over time: from the card in Slack to the answer that colleagues get of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.app import open_client
from bot.slack.cards import Cards
from bot.slack.correcting import CORRECTED
from bot.slack.files import SlackFiles
from bot.slack.intake_cards import CONFIRM, CORRECT, NEWER, PREVIEW
from bot.slack.intake_steps import IntakeSteps
from bot.slack.library_view import FILTERS
from bot.slack.more import NOTICE
from bot.slack.replies import Replies
from bot.slack.taking_in import TakingIn
from knowledge.collections import Access
from knowledge.gold_questions import GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.intake import HandedIn
from knowledge.sources.fetching import Fetcher
from knowledge.sources.source import NewSource, SourceKind
from tests.journeys.office import Office
from tests.making import Calendar, WordHashEmbedding, open_in
from tests.reading.making_pdfs import paragraph
from tests.reading.making_pictures import draw_page, scan_to_pdf
from tests.sources.website import Clock, Website, a_fetcher, html
from tests.workspace import Message, View, Workspace
from tests.workspace.people import Person

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

WHO = "Who keeps the list of gifts?"
SHEET = "---\ntitle: Gift sheet\ndate: '{year}'\n---\n\nThe list of gifts is kept by {who}.\n"
TEA = "---\ntitle: Tea\n---\n\nTea for delegations is served in the green room.\n"
WHERE = "Where is tea for delegations served?"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with an admin."""
    return settings.model_copy(update={"admins": ("U1",)})


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2022, 10, 3, 9, tzinfo=UTC))


@pytest.fixture
def site() -> Iterator[Website]:
    opened = Website()
    yield opened
    opened.close()


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar, site: Website) -> Iterator[KnowledgeBase]:
    """An empty library that answers whatever it finds, and may fetch from one site."""
    opened = open_in(tmp_path / "home", word_hash, now=calendar, threshold=0.0, fetcher=a_fetcher(site))
    yield opened
    opened.close()


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on it; what Slack did is in the audit trail, which holds."""
    with quiet_office.at_work(library):
        yield quiet_office
    assert library.verify_audit().broken is None
    quiet_office.check_manners()


def offered(office: Office, name: str, text: str) -> Message:
    """Maya hands in a file; wait for its card."""
    message = office.maya.uploads(None, name, text.encode())

    def cards() -> list[Message]:
        return [one for one in office.workspace.messages(message.channel, message.ts) if CONFIRM in one.action_ids]

    return office.wait(cards)[0]


def confirm(office: Office, card: Message, words: str = "Added to the library") -> None:
    office.maya.clicks(card, CONFIRM)
    office.wait(lambda: words in card.words)


def correct(office: Office, card: Message, words: str, **changes: object) -> None:
    office.maya.clicks(card, CORRECT)
    (view,) = office.wait(lambda: [one for one in office.workspace.views("U1") if one.callback_id == CORRECTED])
    assert office.maya.submits(view, changes).wait().acknowledged
    office.wait(lambda: words in card.words and CONFIRM in card.action_ids)


def answer(office: Office, person: Person, text: str) -> str:
    return office.reply(person.mentions("C1", text)).words


def test_a_newer_sheet_answers_and_the_past_is_answered_as_it_was(office: Office, calendar: Calendar) -> None:
    confirm(office, offered(office, "gifts-2022.md", SHEET.format(year=2022, who="the clerk")))
    calendar.move(days=1500)
    card = offered(office, "gifts-2026.md", SHEET.format(year=2026, who="the archive"))
    office.maya.clicks(card, NEWER)
    office.wait(lambda: "Will be version 2" in card.words and CONFIRM in card.action_ids)
    confirm(office, card, "Version 2, updated")
    today = answer(office, office.omar, WHO)
    assert "kept by the archive" in today
    assert "As of" not in today
    then = answer(office, office.omar, "What did the 2022 gift sheet say about who keeps the list of gifts?")
    assert then.startswith("As of 31 December 2022")
    assert "kept by the clerk" in then
    assert "archive" not in then


def test_what_is_under_embargo_exists_for_admins_only_until_its_moment(
    office: Office, library: KnowledgeBase, calendar: Calendar
) -> None:
    confirm(office, offered(office, "gifts.md", SHEET.format(year=2022, who="the clerk")))
    card = offered(office, "tea.md", TEA)
    correct(office, card, "until then only admins see it", publish_at="2022-11-01T09:00")
    confirm(office, card, "Nobody but admins sees it before 2022-11-01 09:00.")
    assert "green room" not in answer(office, office.omar, WHERE)
    office.omar.opens_home()
    home = office.wait(lambda: office.workspace.home("U2"))
    assert "The library holds 1 document" in home.words
    office.maya.command("/attache", "library").wait()
    view = office.wait(lambda: [one for one in office.workspace.views("U1") if "2 documents:" in one.words])[0]
    assert "waiting to be published on 2022-11-01 09:00" in view.words
    calendar.move(days=30)
    assert "green room" in answer(office, office.omar, WHERE)
    office.maya.clicks(view, FILTERS[0], "tea").wait()
    office.wait(lambda: "1 document:" in view.words and "in force" in view.words)


def test_what_is_for_a_channel_or_a_group_is_limited_in_the_card_before_anybody_reads_it(
    office: Office, library: KnowledgeBase, workspace: Workspace
) -> None:
    workspace.add_usergroup("S9", "protocol", ["U2"])
    hana = workspace.add_user("U3", "hana")
    library.collections.add("protocol", Access.LIMITED, channels=["G1"], groups=["S9"], actor="U1")
    confirm(office, offered(office, "gifts.md", SHEET.format(year=2022, who="the clerk")))
    card = offered(office, "tea.md", TEA)
    correct(office, card, "Who may read it: protocol", collections=["protocol"])
    confirm(office, card, "Who may read it: protocol")
    # A channel of the office does not get it; whoever is in the group hears privately that there is more.
    assert "green room" not in answer(office, office.omar, WHERE)
    office.wait(lambda: [one for one in workspace.ephemerals("U2") if one.words.startswith(NOTICE)])
    # Its own channel does, and so does somebody of the group alone; nobody else.
    assert "green room" in office.reply(office.maya.mentions("G1", WHERE)).words
    assert "green room" in office.reply(office.omar.direct_message(WHERE)).words
    assert "green room" not in office.reply(hana.direct_message(WHERE)).words
    assert ("set_collections", "U1") in [(entry.act, entry.actor) for entry in library.audit()]


def test_a_preview_names_the_gold_question_that_would_get_worse_and_leaving_it_publishes_nothing(
    office: Office, library: KnowledgeBase
) -> None:
    confirm(office, offered(office, "gifts-2022.md", SHEET.format(year=2022, who="the clerk")))
    library.add_gold(GoldQuestion(text=WHO, document="Gift sheet", words=("the clerk",)), actor="U1")
    library.run_gold()
    card = offered(office, "gifts-2026.md", SHEET.format(year=2026, who="the archive"))
    office.maya.clicks(card, NEWER)
    office.wait(lambda: "Will be version 2" in card.words and CONFIRM in card.action_ids)

    def preview() -> View:
        office.maya.clicks(card, PREVIEW)
        return office.wait(lambda: [one for one in office.workspace.views("U1") if "Worse: 1" in one.words])[0]

    view = preview()
    assert f"Q1: {WHO} Now: Gift sheet. Then: Gift sheet" in view.words
    office.maya.closes(view)
    assert "kept by the clerk" in answer(office, office.omar, WHO)
    assert office.maya.submits(preview()).wait().acknowledged
    office.wait(lambda: "0 of 1 gold questions met; 1 worse." in card.words)
    assert "kept by the archive" in answer(office, office.omar, WHO)


def test_pages_and_folders_refresh_themselves_and_colleagues_are_quoted_what_stands_there_now(
    office: Office, library: KnowledgeBase, site: Website, tmp_path: Path, word_hash: WordHashEmbedding
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "gifts.md").write_text(SHEET.format(year=2022, who="the clerk"), "utf-8")
    site.pages["/tea"] = html("Tea for delegations is served in the green room.", etag="1")
    library.sources.add(NewSource(kind=SourceKind.FOLDER, address=str(share)), actor="U1")
    library.sources.add(NewSource(kind=SourceKind.PAGE, address=site.url("/tea")), actor="U1")
    assert "green room" in answer(office, office.omar, WHERE)
    site.paths()
    word_hash.encoded.clear()
    library.sources.keep_fresh("S2")
    assert site.paths() == ["/tea"]
    assert word_hash.encoded == []
    site.pages["/tea"] = html("Tea for delegations is served in the blue room.", etag="2")
    (share / "gifts.md").write_text(SHEET.format(year=2022, who="the archive"), "utf-8")
    for source in ("S1", "S2"):
        library.sources.keep_fresh(source)
    assert "blue room" in answer(office, office.omar, WHERE)
    assert "kept by the archive" in answer(office, office.omar, WHO)
    del site.pages["/tea"]
    library.sources.keep_fresh("S2")
    im = office.workspace.im("U1")
    office.wait(lambda: [one for one in office.workspace.messages(im) if "the page is gone" in one.words])
    assert "blue room" in answer(office, office.omar, WHERE)


def test_the_message_of_a_long_scan_tells_how_far_it_is_and_how_long_it_takes(
    quiet_office: Office, library: KnowledgeBase, workspace: Workspace
) -> None:
    """By a clock that goes on ten seconds whenever it is looked at, so that every word of progress is due."""
    pages = [paragraph(f"Room {n} of the town hall has {n} chairs and a table.", y=60) for n in range(1, 4)]
    scan = scan_to_pdf([draw_page(page, height=90) for page in pages])
    text = "\n\n".join(f"## Room {n}\n\nRoom {n} has {n} chairs." for n in range(150)).encode()
    client = open_client(quiet_office.settings)
    replies = Replies(client)
    cards, files = Cards(library.intake, replies), SlackFiles(client, max_bytes=1_000_000)
    steps = IntakeSteps(library, replies, cards, files, Fetcher(), clock=Clock(tick=10))
    running = TakingIn(library.intake, steps)
    # "Reading…" and the first page: a word of progress that Slack does not take holds up nothing.
    workspace.fail("chat.update", times=2)
    running.start()
    for name, content in (("scan.pdf", scan), ("rooms.md", text)):
        sent = quiet_office.maya.uploads(None, name, content)
        place = {"channel": sent.channel, "thread_ts": sent.ts}
        library.intake.accept([HandedIn(key=name, user="U1", file_id=sent.files[0].id, name=name, **place)])
        running.wake()
        quiet_office.wait(
            lambda sent=sent: [m for m in workspace.messages(sent.channel, sent.ts) if CONFIRM in m.action_ids]
        )
    running.stop()
    told = [str(call.arguments["text"]) for call in workspace.calls("chat.update") if call.ok]
    progress = [said.splitlines()[1] for said in told if "Reading by OCR" in said or "embedded" in said]
    assert progress == [
        "Reading by OCR; 2 of 3 pages, about 20 s left.",
        "Reading by OCR; 3 of 3 pages, about 1 s left.",
        "Read; embedded 0 of 150 passages.",
        "Read; embedded 32 of 150 passages, about 74 s left.",
        "Read; embedded 64 of 150 passages, about 54 s left.",
        "Read; embedded 96 of 150 passages, about 34 s left.",
        "Read; embedded 128 of 150 passages, about 14 s left.",
    ]
    assert library.documents() == ()
