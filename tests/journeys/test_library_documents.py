"""One document of the library in Slack: removed, restored, rolled back and corrected by admins, as they saw it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.admins import NOT_YOU
from bot.slack.blocks import SHOW_CONTEXT
from bot.slack.correcting import (
    COLLECTIONS,
    DATE,
    DOCUMENT_CORRECTED,
    ISSUER,
    KIND,
    PUBLISH_AT,
    REVIEW_BY,
    SOURCE,
    STATUS,
)
from bot.slack.correcting import TITLE as CALLED
from bot.slack.document_view import CORRECT, REMOVE, RESTORE, ROLL_BACK
from bot.slack.documents import NOTHING_ENTERED
from bot.slack.views import LEFT
from knowledge.collections import Access
from knowledge.domain import Kind, Status
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reading.card import NO_LINK
from tests.journeys.library_screens import HONEY, few_documents, lines, open_document, top, with_admins
from tests.journeys.office import Office
from tests.making import WordHashEmbedding
from tests.workspace import View, Workspace
from tests.workspace.people import Person

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return with_admins(settings)


@pytest.fixture
def ada(workspace: Workspace) -> Person:
    """The other admin."""
    return workspace.user("UADMIN")


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    with few_documents(tmp_path / "home", word_hash) as opened:
        yield opened


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on that library."""
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()


def press(office: Office, view: View, action_id: str, *words: str) -> View:
    office.maya.clicks(view, action_id).wait()
    return top(office, view.title, *words)


def test_a_document_is_removed_and_its_old_citations_stay_readable(office: Office, library: KnowledgeBase) -> None:
    answer = office.reply(office.maya.mentions("C1", HONEY))
    view = open_document(office, "Gifts")
    assert "Version 2, since 2026-11-03 09:00: published on 2026-11-03 09:00 by desk" in lines(view)
    (asked_again,) = [b["confirm"]["text"]["text"] for b in view.blocks[-1]["elements"] if b["action_id"] == REMOVE]
    assert asked_again.startswith("“Gifts” leaves the library. Old answers keep their quotes.")
    removed = press(office, view, REMOVE, "Removed: Gifts, version 2.")
    assert "0 of 1 gold questions met; 1 worse." in lines(removed)
    assert "Removed by @U1" in lines(removed)
    assert removed.action_ids == (RESTORE,)
    assert [entry.actor for entry in library.audit(1)] == ["U1"]
    behind = office.workspace.views("U1")[0]
    office.wait(lambda: any(line.startswith("No document fits.") for line in lines(behind)))
    office.maya.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
    assert "The mayor gives honey and books to guests." in top(office, "In context", LEFT).words


def test_it_is_restored_and_rolled_back_by_one_version(office: Office, library: KnowledgeBase) -> None:
    view = press(office, open_document(office, "Gifts"), REMOVE, "Removed: Gifts, version 2.")
    view = press(office, view, RESTORE, "Restored: Gifts, version 2.")
    assert "1 of 1 gold questions met; 1 same." in lines(view)
    view = press(office, view, ROLL_BACK, "Rolled back: Gifts, version 1.")
    assert view.action_ids == (CORRECT, REMOVE, RESTORE)
    view = press(office, view, RESTORE, "Restored: Gifts, version 2.")
    assert [record.version for record in library.documents() if record.card.title == "Gifts"] == [2]


def test_whoever_comes_second_is_told_and_does_nothing_more(
    office: Office, library: KnowledgeBase, ada: Person
) -> None:
    mine, theirs = open_document(office, "Gifts"), open_document(office, "Gifts", ada)
    press(office, mine, ROLL_BACK, "Rolled back: Gifts, version 1.")
    ada.clicks(theirs, ROLL_BACK).wait()
    told = top(office, "Document", "Nothing was done: it has changed since you opened it", user=ada.id)
    assert "is now version 1, in force." in told.words
    library.remove("Gifts", actor="desk")
    ada.clicks(told, REMOVE).wait()
    top(office, "Document", "Nothing was done", "removed on", user=ada.id)
    assert [entry.act for entry in library.audit(2)] == ["remove", "rollback"]


def test_whoever_closed_the_modal_hears_what_came_of_it_in_a_direct_message(office: Office) -> None:
    view = open_document(office, "Gifts")
    office.workspace.fail("views.update", "not_found", times=3)
    office.maya.clicks(view, REMOVE).wait()
    (told,) = office.wait(office.workspace.posts)
    assert told.channel == office.workspace.im("U1")
    assert "Removed: Gifts, version 2." in told.words


def correct_form(office: Office, under: View, person: Person | None = None) -> View:
    someone = person or office.maya
    someone.clicks(under, CORRECT).wait()
    return top(office, "Correct", user=someone.id)


def test_an_admin_corrects_what_is_stated_of_a_published_document_and_takes_it_back(
    office: Office, library: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    library.collections.add("protocol", Access.LIMITED, channels=["C1"], actor="U1")
    embedded = len(word_hash.encoded)
    form = correct_form(office, open_document(office, "Gifts"))
    assert form.callback_id == DOCUMENT_CORRECTED
    assert PUBLISH_AT not in {block["block_id"] for block in form.blocks}
    office.maya.submits(form, {}).wait()
    assert form.errors == {CALLED: NOTHING_ENTERED}
    office.maya.submits(form, {DATE: "soon", SOURCE: "the cellar"}).wait()
    assert form.errors == {
        DATE: "The `date` is not a date; please write it as YYYY, YYYY-MM or YYYY-MM-DD.",
        SOURCE: NO_LINK,
    }
    entered = {KIND: Kind.GUIDANCE.value, ISSUER: "", DATE: "2026-05", STATUS: Status.HISTORICAL.value}
    entered |= {SOURCE: "https://city.example/gifts", REVIEW_BY: "2027-03", COLLECTIONS: ["protocol"]}
    office.maya.submits(form, entered).wait()
    view = top(office, "Document", "Corrected: Gifts, version 3.", "gold question")
    for line in (
        "Status: historical, kept for the record",
        "Guidance, no issuer, May 2026",
        "From city.example",
        "To be reviewed by March 2027",
        "Who may read it: protocol",
    ):
        assert line in lines(view)
    assert any(line.endswith("corrected on 2026-11-03 09:00 by @U1") for line in lines(view))
    office.wait(lambda: "historical, kept for the record" in office.workspace.views("U1")[0].words)
    assert library.audit(1)[0].act == "correct"
    assert [text for text in word_hash.encoded[embedded:] if "honey" in text] == []
    back = press(office, view, ROLL_BACK, "Rolled back: Gifts, version 2.", "Who may read it: protocol")
    assert "Policy, Protocol office, May 2024" in lines(back)
    assert library.verify_audit().broken is None


def test_a_title_is_corrected_where_it_is_searched_and_the_embargo_of_what_waits_is_moved(
    office: Office, library: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    office.maya.submits(correct_form(office, open_document(office, "Gifts")), {CALLED: "Presents for guests"}).wait()
    top(office, "Document", "Corrected: Presents for guests, version 3.")
    reply = office.reply(office.omar.mentions("C1", HONEY)).words
    assert "[1] Presents for guests" in reply
    assert "gives honey and books to guests" in reply
    form = correct_form(office, open_document(office, "Soon"))
    office.maya.submits(form, {PUBLISH_AT: "2026-12-24T09:00"}).wait()
    top(office, "Document", "Corrected: Soon, version 2.", "waiting to be published on 2026-12-24 09:00")


def test_a_correction_is_of_the_document_as_it_was_seen_and_for_whoever_is_an_admin_when_it_is_made(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, ada: Person
) -> None:
    office = quiet_office
    with office.at_work(library):
        mine, hers = (correct_form(office, open_document(office, "Gifts", who), who) for who in (office.maya, ada))
        ada.submits(hers, {ISSUER: "Clerk"}).wait()
        top(office, "Document", "Corrected: Gifts, version 3.", user=ada.id)
        office.maya.submits(mine, {ISSUER: "Mayor"}).wait()
        top(office, "Document", "Nothing was done: it has changed since you opened it, and is now version 3")
        late = correct_form(office, open_document(office, "Gifts", ada), ada)
    workspace.add_usergroup("S1", "library-admins", [])
    with office.at_work(library):
        ada.submits(late, {ISSUER: "Ada"}).wait()
        assert late.words == NOT_YOU
    (gifts,) = [document for document in library.documents() if document.card.title == "Gifts"]
    assert (gifts.card.issuer, gifts.version) == ("Clerk", 3)
    office.check_manners()


def test_a_correction_opens_no_document_that_somebody_put_away_while_its_form_was_open(
    office: Office, library: KnowledgeBase
) -> None:
    library.collections.add("mayor", Access.LIMITED, channels=["C1"], actor="U1")
    form = correct_form(office, open_document(office, "Gifts"))
    library.collections.put("Gifts", ["mayor"], actor="UADMIN")
    office.maya.submits(form, {CALLED: "Presents"}).wait()
    top(office, "Document", "Nothing was done: it has changed since you opened it", "Who may read it: mayor")
    (gifts,) = [document for document in library.documents() if document.card.title == "Gifts"]
    assert [one.name for one in library.collections.of(gifts.id)] == ["mayor"]
