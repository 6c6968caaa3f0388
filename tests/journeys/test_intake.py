"""The intake: what admins hand in is read, shown on a card, decided about, and lost by no crash."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.settings import Settings
from bot.slack.admins import NOT_YOU
from bot.slack.correcting import CORRECTED
from bot.slack.handing_in import COMING, HOW_TO_ADD
from bot.slack.intake_cards import CONFIRM, CORRECT, DISCARD, NEWER, PREVIEW
from bot.slack.intake_views import LOOKING, NOTHING_CHANGES
from knowledge.domain import Kind, Question, Status
from knowledge.errors import EncryptedDocument, FileWithheld, UnknownFormat
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.intake import Stage
from knowledge.sources.errors import RefusedLink
from tests.journeys.intake_screens import FLAGS, PARKS, card_of, check, hands_in, modal, offered, says, titles, whisper
from tests.journeys.office import Office
from tests.making import markdown
from tests.reading.making_pdfs import make_locked_pdf, make_pdf, paragraph
from tests.reading.making_pictures import draw_page, join_pdfs, scan_to_pdf
from tests.sources.website import Website, a_fetcher, html
from tests.workspace import Workspace
from tests.workspace.people import Person

GIFTS = "Gifts above fifty dollars are listed. " * 8
# Before the first thing that an old sheet says.
SHEET_2022 = f"---\ntitle: Gift sheet\ndate: '2022'\n---\n\n{GIFTS}\n\nThe list is kept by the clerk.\n"
SHEET_2026 = f"---\ntitle: Gift sheet\ndate: '2026'\n---\n\n{GIFTS}\n\nThe list is kept by the mayor's office.\n"


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """One way in is enough for most of these."""
    return str(getattr(request, "param", "socket mode"))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with admins."""
    return settings.model_copy(update={"admins": ("U1",), "admin_group": "S1"})


@pytest.fixture
def ada(workspace: Workspace) -> Person:
    """Another admin."""
    return workspace.user("UADMIN")


@pytest.fixture
def office(quiet_office: Office, knowledge_base: KnowledgeBase) -> Iterator[Office]:
    """The app at work on an empty library."""
    with quiet_office.at_work(knowledge_base):
        yield quiet_office
    check(quiet_office, knowledge_base)


@pytest.mark.parametrize("transport", ["socket mode", "http"], indirect=True)
def test_a_file_is_read_shown_on_a_card_and_published_once_confirmed(
    office: Office, knowledge_base: KnowledgeBase
) -> None:
    card = offered(office, office.maya, "parks.md", PARKS)
    assert card.words.startswith("Parks\nother · Parks Department · 2026 · in force\n")
    assert "Read: 1 passage; English" in card.words
    assert "No issuer." not in card.words
    assert titles(knowledge_base) == []
    office.maya.clicks(card, CONFIRM)
    receipt = says(office, card, "Added to the library")
    assert "Confirmed by maya." in receipt
    assert card.buttons == ()
    assert titles(knowledge_base) == ["Parks"]
    assert len(office.workspace.posts()) == 1


def test_of_many_files_each_gets_its_card_and_a_broken_one_its_advice(
    office: Office, knowledge_base: KnowledgeBase
) -> None:
    files = {"parks.md": PARKS, "locked.pdf": make_locked_pdf("x"), "talk.key": b"?", "flags.md": FLAGS}
    kept = [office.maya.keeps_file(name, content) for name, content in files.items()]
    message = office.maya.shares(kept)
    office.wait(lambda: len(office.workspace.messages(message.channel, message.ts)) == 4)
    cards = office.workspace.messages(message.channel, message.ts)
    office.wait(lambda: all(card.action_ids or "please" in card.words for card in cards))
    assert [card.words.splitlines()[0] for card in cards] == ["Parks", "locked.pdf", "talk.key", "Flags"]
    assert EncryptedDocument.advice in cards[1].words
    assert UnknownFormat.advice.partition(";")[0] in cards[2].words
    for card in (cards[0], cards[3]):
        office.maya.clicks(card, CONFIRM)
        says(office, card, "Added to the library")
    assert titles(knowledge_base) == ["Flags", "Parks"]


def test_a_file_the_library_holds_says_so(office: Office, knowledge_base: KnowledgeBase) -> None:
    card = offered(office, office.maya, "parks.md", PARKS)
    office.maya.clicks(card, CONFIRM)
    says(office, card, "Added to the library")
    again = office.reply(hands_in(office.maya, "parks.md", PARKS))
    says(office, again, "already in the library")


def test_a_scanned_page_and_an_empty_one_are_named(office: Office) -> None:
    scan = scan_to_pdf([draw_page(paragraph("A guest is met at the gate of the airport.", y=60), height=90)])
    text = make_pdf([paragraph("Guests are met by the protocol officer.", y=700), paragraph(" ", y=700)])
    content = join_pdfs(scan, text)
    card = offered(office, office.maya, "guests.pdf", content)
    assert "3 pages" in card.words
    assert "No text on page 3 of 3." in card.words
    assert "No date." in card.words
    assert "Read by OCR: 50% of the passages" in card.words


def test_a_newer_version_is_recognised_and_keeps_the_documents_history(
    office: Office, knowledge_base: KnowledgeBase
) -> None:
    knowledge_base.add([markdown("gifts-2022", SHEET_2022)], actor="test")
    card = offered(office, office.maya, "gifts-2026.md", SHEET_2026.encode())
    assert "Looks like a newer version of “Gift sheet” (2022)" in card.words
    office.maya.clicks(card, NEWER)
    says(office, card, "Will be version 2 of “Gift sheet”")
    office.maya.clicks(card, CONFIRM)
    says(office, card, "Version 2, updated")
    (document,) = knowledge_base.documents()
    assert [edition.version for edition in knowledge_base.history(document.id)] == [2, 1]


def test_corrections_are_worked_in_and_another_document_is_superseded_from_a_day(
    office: Office, knowledge_base: KnowledgeBase
) -> None:
    knowledge_base.add([markdown("gifts-2022", SHEET_2022), markdown("flags", FLAGS.decode())], actor="test")
    old = next(one for one in knowledge_base.documents() if one.card.title == "Gift sheet")
    card = offered(office, office.maya, "gifts-2026.md", SHEET_2026.encode())
    office.maya.clicks(card, CORRECT)
    view = modal(office, "U1", "Supersedes it from")
    assert view.callback_id == CORRECTED
    wrong = office.maya.submits(view, {"date": "next week"}).wait()
    assert wrong.acknowledged
    assert list(view.errors) == ["date"]
    assert office.maya.looks_up(view, "intake_supersedes", "gift") == ["Gift sheet (2022)"]
    changes: Mapping[str, Any] = {
        "title": "Gifts, all years",
        "kind": "policy",
        "issuer": "City Clerk",
        "date": "2026-11",
        "status": "current",
        "intake_supersedes": old.id,
        "since": "2026-11-01",
    }
    assert office.maya.submits(view, changes).wait().acknowledged
    says(office, card, "Will supersede “Gift sheet” from November 1, 2026")
    assert card.words.startswith("Gifts, all years\npolicy · City Clerk · November 2026 · in force\n")
    office.maya.clicks(card, CONFIRM)
    says(office, card, "It supersedes “Gift sheet”.")
    new = next(one for one in knowledge_base.documents() if one.card.title == "Gifts, all years")
    old = next(one for one in knowledge_base.documents() if one.id == old.id)
    assert (new.card.kind, new.card.issuer, new.card.date) == (Kind.POLICY, "City Clerk", "2026-11")
    assert (old.card.status, old.successor_id) == (Status.SUPERSEDED, new.id)


def test_what_cannot_be_is_told_and_the_card_stays(office: Office, knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("gifts-2022", SHEET_2022)], actor="test")
    card = offered(office, office.maya, "gifts-2026.md", SHEET_2026.encode())
    office.maya.clicks(card, CORRECT)
    view = modal(office, "U1", "Newer version of")
    (label,) = office.maya.looks_up(view, "intake_replaces")
    office.maya.looks_up(view, "intake_supersedes")
    office.maya.submits(view, {"intake_replaces": label, "intake_supersedes": label})
    office.wait(lambda: [one for one in office.workspace.posts() if "cannot supersede itself" in one.words])
    office.wait(lambda: CONFIRM in card.action_ids)
    assert "Will be version" not in card.words


def test_discarding_forgets_the_file(office: Office, knowledge_base: KnowledgeBase) -> None:
    card = offered(office, office.maya, "parks.md", PARKS)
    office.maya.clicks(card, DISCARD)
    says(office, card, "Discarded by maya.")
    assert card.buttons == ()
    assert (titles(knowledge_base), knowledge_base.proposals.records()) == ([], ())


def test_a_preview_can_be_approved_or_left(office: Office, knowledge_base: KnowledgeBase) -> None:
    knowledge_base.ask(Question(id="1", text="When does a park open?"))
    card = offered(office, office.maya, "parks.md", PARKS)
    office.maya.clicks(card, PREVIEW)
    view = office.wait(lambda: [one for one in office.workspace.views("U1") if LOOKING not in one.words])[0]
    assert "0 gold questions and 1 question of people tried" in view.words
    assert NOTHING_CHANGES in view.words or "When does a park open?" in view.words
    office.maya.closes(view)
    assert CONFIRM in card.action_ids
    office.maya.clicks(card, PREVIEW)
    view = modal(office, "U1", "1 question of people tried")
    assert office.maya.submits(view).wait().acknowledged
    says(office, card, "Added to the library")
    assert office.workspace.views("U1") == []


def test_files_chosen_in_the_modal_come_in_direct_messages(office: Office, knowledge_base: KnowledgeBase) -> None:
    office.maya.command("/attache", "add").wait()
    view = modal(office, "U1", "Files")
    files = [office.maya.keeps_file("parks.md", PARKS), office.maya.keeps_file("flags.md", FLAGS)]
    assert office.maya.submits(view, {"files": files}).wait().acknowledged
    im = office.workspace.im("U1")
    office.wait(lambda: [CONFIRM in one.action_ids for one in office.workspace.messages(im)] == [True, True])
    assert office.workspace.views("U1") == []


@pytest.fixture
def site() -> Iterator[Website]:
    opened = Website()
    yield opened
    opened.close()


def test_a_link_in_a_message_or_behind_the_command_is_fetched(
    quiet_office: Office, knowledge_base: KnowledgeBase, site: Website
) -> None:
    office = quiet_office
    site.pages["/parks?a=1&b=2"] = html("Every park opens at six in the morning, also on holidays.")
    site.pages["/flags"] = html("Our own flag stands on the right of the flag of the guest.")
    with office.at_work(knowledge_base, fetcher=a_fetcher(site)):
        url = site.url("/parks?a=1&b=2")
        card = card_of(office, office.maya.direct_message(f"add <{url.replace('&', '&amp;')}>"))
        office.maya.clicks(card, CONFIRM)
        says(office, card, "Added to the library")
        office.maya.command("/attache", f"add {site.url('/flags')}")
        whisper(office, "U1", COMING)
        flags = office.wait(lambda: office.workspace.messages(office.workspace.im("U1"))[1:])[0]
        office.wait(lambda: CONFIRM in flags.action_ids)
        inside = office.reply(office.maya.direct_message("<http://169.254.169.254/latest/meta-data>"))
        says(office, inside, RefusedLink.advice)
        office.maya.command("/attache", "add something nice")
        whisper(office, "U1", HOW_TO_ADD)
    (document,) = knowledge_base.documents()
    assert (document.card.source, document.place) == (url, url)
    check(office, knowledge_base)


def test_with_auto_publish_nobody_is_asked(
    workspace: Workspace, settings: Settings, knowledge_base: KnowledgeBase
) -> None:
    office = Office(workspace, settings.model_copy(update={"auto_publish": True}))
    with office.at_work(knowledge_base):
        receipt = office.reply(hands_in(office.maya, "parks.md", PARKS))
        assert "AUTO_PUBLISH" in says(office, receipt, "Added to the library")
    assert titles(knowledge_base) == ["Parks"]
    check(office, knowledge_base)


def test_everybody_else_gets_a_friendly_no_and_an_answer_to_what_they_ask(
    office: Office, knowledge_base: KnowledgeBase
) -> None:
    assert office.reply(hands_in(office.omar, "parks.md", PARKS)).words == NOT_YOU
    assert office.reply(office.omar.direct_message("add <https://city.example/parks>")).words == NOT_YOU
    asked = office.reply(hands_in(office.omar, "parks.md", PARKS, "When do parks like this one open?"))
    assert "The library holds no answer" in asked.words
    office.omar.command("/attache", "add").wait()
    whisper(office, "U2", NOT_YOU)
    card = offered(office, office.maya, "parks.md", PARKS)
    for number, action in enumerate((CONFIRM, CORRECT, PREVIEW, DISCARD), start=2):
        office.forges_click("U2", card, action)
        assert office.whispers("U2", number)[-1].words == NOT_YOU
    assert office.workspace.views("U2") == []
    assert CONFIRM in card.action_ids
    assert knowledge_base.documents() == ()
    assert len(knowledge_base.proposals.records()) == 1


def test_an_admins_file_with_a_question_is_both(office: Office) -> None:
    message = hands_in(office.maya, "parks.md", PARKS, "When do parks open? Please add this sheet.")
    card_of(office, message)
    office.wait(lambda: [one for one in office.replies(message, 2) if "The library holds no answer" in one.words])


def test_who_may_is_asked_again_when_a_modal_is_submitted(
    workspace: Workspace, quiet_office: Office, knowledge_base: KnowledgeBase, ada: Person
) -> None:
    office = quiet_office
    with office.at_work(knowledge_base):
        card = offered(office, ada, "parks.md", PARKS)
        ada.clicks(card, CORRECT)
        view = modal(office, "UADMIN", "Newer version of")
    workspace.add_usergroup("S1", "library-admins", [])
    with office.at_work(knowledge_base):
        ada.submits(view, {"title": "Mine"}).wait()
        assert view.words == NOT_YOU
        ada.clicks(card, CONFIRM)
        whisper(office, "UADMIN", NOT_YOU)
    assert knowledge_base.proposals.records()[0].card.title == "Parks"
    assert knowledge_base.documents() == ()
    office.check_manners()


def test_whoever_presses_second_hears_that_it_is_done_and_by_whom(
    quiet_office: Office, knowledge_base: KnowledgeBase, ada: Person
) -> None:
    office = quiet_office
    with office.at_work(knowledge_base):
        card = offered(office, office.maya, "parks.md", PARKS)
    with office.taking_questions(knowledge_base):  # so that it is not published before the second press
        office.maya.clicks(card, CONFIRM).wait()
        for number, action in enumerate((CONFIRM, DISCARD, CORRECT, PREVIEW), start=1):
            office.forges_click(ada.id, card, action)
            assert office.whispers(ada.id, number)[-1].words == "maya has confirmed this already."
    with office.at_work(knowledge_base):
        says(office, card, "Added to the library")
    assert card.buttons == ()
    check(office, knowledge_base)


def test_what_somebody_discards_while_files_are_indexed_nobody_confirms_meanwhile(
    office: Office, knowledge_base: KnowledgeBase, ada: Person
) -> None:
    card = offered(office, office.maya, "parks.md", PARKS)
    with knowledge_base._changing:
        office.maya.clicks(card, DISCARD)
        office.wait(lambda: (one := knowledge_base.intake.get(1)) and one.stage is Stage.DISCARDED)
        office.forges_click(ada.id, card, CONFIRM)
        whisper(office, ada.id, "maya has discarded this already.")
    says(office, card, "Discarded by maya.")
    assert knowledge_base.proposals.records() == ()


def test_a_card_whose_proposal_was_decided_elsewhere_says_so(office: Office, knowledge_base: KnowledgeBase) -> None:
    first, second = (offered(office, office.maya, f"{n}.md", PARKS + b"%d\n" % n) for n in range(2))
    for proposal in knowledge_base.proposals.records():
        knowledge_base.proposals.discard(proposal.id, actor="the command line")
    office.maya.clicks(first, PREVIEW)
    office.wait(lambda: first.buttons == ())
    office.maya.clicks(second, CONFIRM)
    office.wait(lambda: second.buttons == ())
    assert "the command line" in first.words or "decided" in first.words
    assert knowledge_base.documents() == ()


def test_a_file_slack_does_not_give_out_is_named(office: Office) -> None:
    kept = office.maya.keeps_file("parks.md", PARKS)
    office.maya.deletes_file(kept)
    says(office, office.reply(office.maya.shares([kept])), FileWithheld.advice)
    office.workspace.errors.clear()


def test_hostile_names_and_titles_ping_nobody(office: Office, knowledge_base: KnowledgeBase) -> None:
    name = "../<!channel> \u202efdp.<@U2>.md"
    text = "# <!here> @maya <https://evil.example|intranet>\n\nAsk <@U2> and <!subteam^S1> at https://evil.example.\n"
    card = offered(office, office.maya, name, text.encode())
    assert "File: <!channel> fdp.<@U2>.md" in card.words
    office.maya.clicks(card, CORRECT)
    office.maya.closes(modal(office, "U1", "Newer version of"))
    office.maya.clicks(card, CONFIRM)
    says(office, card, "Added to the library")


def test_a_download_that_breaks_is_tried_again(office: Office) -> None:
    office.workspace.drop_connection("download", times=2)
    offered(office, office.maya, "parks.md", PARKS)


def test_slack_sends_a_message_twice_and_it_is_taken_in_once(office: Office, knowledge_base: KnowledgeBase) -> None:
    message = hands_in(office.maya, "parks.md", PARKS)
    card_of(office, message)
    office.workspace.redeliver(message)
    office.workspace.wait_until_quiet()
    card_of(office, hands_in(office.maya, "flags.md", FLAGS))
    assert len(office.workspace.posts()) == 2
