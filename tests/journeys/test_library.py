"""Keeping the library in Slack: admins see it, search it, undo what was done; everybody else hears a friendly no."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
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
from bot.slack.documents import DOING, NOTHING_ENTERED
from bot.slack.library import LOOKING
from bot.slack.library_view import FILTERS, OPEN, SHELF, SNAPSHOTS, TURN
from bot.slack.snapshot_views import ASK_BACK, GO_BACK, NAME, NO_CHANGE
from bot.slack.snapshots import GOING_BACK, NAMELESS
from bot.slack.views import LEFT
from knowledge.collections import Access
from knowledge.domain import Failure, Kind, Status
from knowledge.errors import SnapshotExists
from knowledge.gold_questions import GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reading.card import NO_LINK
from tests.journeys.office import Office
from tests.making import Calendar, WordHashEmbedding, markdown, open_in
from tests.workspace import View, Workspace
from tests.workspace.people import Person

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

HONEY = "What does the mayor give to guests?"
WORKING = (LOOKING, DOING, GOING_BACK)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with admins: U1 by name, UADMIN by being in the group."""
    return settings.model_copy(update={"admins": ("U1",), "admin_group": "S1"})


@pytest.fixture
def ada(workspace: Workspace) -> Person:
    """The other admin."""
    return workspace.user("UADMIN")


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 2, 9, tzinfo=UTC))


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    """A library of a few documents in every state, and a gold question about one of them."""
    opened = open_in(tmp_path / "home", word_hash, now=calendar, threshold=0.0)
    honey = "# Gifts\n\nThe mayor gives honey to guests.\n"
    opened.add([markdown("gifts", honey, kind=Kind.POLICY, issuer="Protocol office", date="2024-05")], actor="U1")
    calendar.move(days=1)
    opened.add(
        [
            markdown("gifts", honey.replace("honey", "honey and books"), date="2024-05", review_by="2026-11-02"),
            markdown("flags", "# Flags\n\nFlags stand on the left.\n", title="Flags <!channel>", status=Status.DRAFT),
            markdown("soon", "# Soon\n\nTea is served at noon.\n", publish_at="2026-12-01"),
            markdown("gone", "# Gone\n\nLunch is at noon.\n"),
            Failure(name="scan.pdf", advice="This file is damaged.", place="folder/scan.pdf"),
        ],
        actor="desk",
    )
    opened.remove("Gone", actor="UADMIN")
    opened.add_gold(GoldQuestion(text=HONEY, document="Gifts", words=("honey",)), actor="U1")
    opened.run_gold()
    yield opened
    opened.close()


@pytest.fixture
def office(quiet_office: Office, library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on that library."""
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()


def top(office: Office, title: str, *words: str, user: str = "U1") -> View:
    """Wait until the modal on top has this title and shows these words, and no longer that it is busy."""

    def ready() -> list[View]:
        views = office.workspace.views(user)[-1:]
        return [
            view
            for view in views
            if view.title == title and all(word in view.words for word in words)
            if not any(word in view.words for word in WORKING)
        ]

    return office.wait(ready)[0]


def open_library(office: Office, words: str = "", person: Person | None = None) -> View:
    someone = person or office.maya
    assert someone.command("/attache", f"library {words}").wait().acknowledged
    return top(office, "The library", user=someone.id)


def open_document(office: Office, title: str, person: Person | None = None) -> View:
    someone = person or office.maya
    view = open_library(office, title, someone)
    someone.clicks(view, OPEN).wait()
    return top(office, "Document", title, user=someone.id)


def lines(view: View) -> list[str]:
    return view.words.splitlines()


def press(office: Office, view: View, action_id: str, *words: str) -> View:
    office.maya.clicks(view, action_id).wait()
    return top(office, view.title, *words)


def test_the_command_shows_each_document_with_what_is_known_of_it(office: Office) -> None:
    office.reply(office.maya.mentions("C1", HONEY))
    view = open_library(office)
    shown = lines(view)
    assert "3 documents:" in shown
    assert (
        "policy · Protocol office · May 2024 · in force · version 2, 1 passage · added by @U1 · "
        "indexed on 2026-11-03 09:00 · cited in 1 answer · review date passed on 2 November 2026"
    ) in shown
    # What a document calls itself stays what it is, and whoever works on the command line has a name only.
    assert "Flags <!channel>" in shown
    assert any("draft, not adopted · version 1, 1 passage · added by desk" in line for line in shown)
    assert any("waiting to be published on 2026-12-01 00:00" in line for line in shown)
    assert "Gone" not in shown


def test_words_and_filters_narrow_it_at_once(office: Office) -> None:
    view = open_library(office, "gifts")
    assert "1 document:" in lines(view)
    office.maya.clicks(view, FILTERS[0], "soon").wait()
    office.wait(lambda: "Soon" in lines(view))
    assert "Gifts" not in lines(view)
    office.maya.submits(view, {FILTERS[0]: ""}).wait()
    office.wait(lambda: "3 documents:" in lines(view))
    for action, option, found in (
        (FILTERS[1], "Policy", "Gifts"),
        (FILTERS[3], "Older than two years", "Gifts"),
        (FILTERS[1], "Every kind", "Gifts"),
        (FILTERS[3], "Any age", "Soon"),
        (FILTERS[2], "Removed", "Gone"),
        (FILTERS[2], "Review date passed", "Gifts"),
        (FILTERS[2], "Draft, not adopted", "Flags <!channel>"),
    ):
        office.maya.clicks(view, action, option).wait()
        office.wait(lambda found=found: found in lines(view))
    assert "1 document:" in lines(view)
    office.maya.clicks(view, FILTERS[3], "Older than five years").wait()
    office.wait(lambda: any(line.startswith("No document fits.") for line in lines(view)))


def test_pages_are_turned(office: Office, library: KnowledgeBase) -> None:
    library.add([markdown(f"p{n}", f"# Paper {n:02}\n\nNumber {n}.\n") for n in range(21)], actor="U1")
    view = open_library(office, "paper")
    assert "21 documents, 1 to 10:" in lines(view)
    for button, shown in (("n", "11 to 20"), ("n", "21 to 21"), ("p", "11 to 20")):
        office.maya.clicks(view, f"{TURN}:{button}").wait()
        office.wait(lambda shown=shown: f"21 documents, {shown}:" in lines(view))
    assert "Paper 19" in lines(view)
    assert "Paper 20" not in lines(view)


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


def test_a_snapshot_is_taken_and_gone_back_to(office: Office, library: KnowledgeBase) -> None:
    office.maya.clicks(open_library(office), SNAPSHOTS).wait()
    view = top(office, "Snapshots", "None taken so far")
    office.maya.submits(view, {NAME: "  "}).wait()
    top(office, "Snapshots", NAMELESS)
    office.maya.submits(view, {NAME: "before <!here>"}).wait()
    view = top(office, "Snapshots", "Taken: before <!here>, 3 documents.", "taken on 2026-11-03 09:00 by @U1")
    office.maya.submits(view, {NAME: "before <!here>"}).wait()
    view = top(office, "Snapshots", SnapshotExists.advice)
    office.maya.clicks(view, ASK_BACK).wait()
    office.maya.closes(top(office, "Snapshots", NO_CHANGE))
    library.remove("Gifts", actor="desk")
    library.add([markdown("new", "# New\n\nNothing.\n")], actor="desk")
    office.maya.clicks(view, ASK_BACK).wait()
    asked = top(office, "Snapshots", "1 document back in the library:", "1 document out of the library")
    assert {"Gifts", "New"} <= set(lines(asked))
    assert "Gifts" not in {record.card.title for record in library.documents()}
    office.maya.clicks(asked, GO_BACK).wait()
    done = top(office, "Snapshots", "The library is as it was at before <!here>: 1 restored, 1 removed.")
    assert "1 of 1 gold questions met; 1 same." in lines(done)
    assert {"Gifts"} <= {record.card.title for record in library.documents()}
    behind = office.workspace.views("U1")[0]
    office.wait(lambda: "Gifts" in lines(behind))


def test_home_shows_admins_the_state_of_the_library_and_leads_into_it(office: Office, ada: Person) -> None:
    office.reply(office.maya.mentions("C1", HONEY))
    ada.opens_home()
    home = office.wait(lambda: office.workspace.home(ada.id))
    shown = lines(home)
    for line in (
        "Waiting to be published (1)",
        "Soon: from 2026-12-01 00:00",
        "Review date passed (1)",
        "Gifts: review date passed on 2 November 2026",
        "Removed in the last 30 days (1)",
        "Cited most (1)",
        "Gifts: cited in 1 answer",
        "Files that could not be read (1)",
        "scan.pdf: This file is damaged.",
    ):
        assert line in shown
    assert any(line.startswith("Gone: on ") and line.endswith(" by @UADMIN") for line in shown)
    ada.clicks(home, f"{SHELF}:stale").wait()
    assert "Gifts" in lines(top(office, "The library", "1 document:", user=ada.id))
    ada.clicks(home, SNAPSHOTS).wait()
    top(office, "Snapshots", user=ada.id)


def test_home_is_for_everybody_else_what_it_was(office: Office) -> None:
    office.omar.opens_home()
    home = office.wait(lambda: office.workspace.home("U2"))
    assert "The library holds 2 documents, the newest from May 2024." in home.words
    assert home.action_ids == ()
    assert "Gone" not in home.words


def test_everybody_else_hears_a_friendly_no(office: Office) -> None:
    office.omar.command("/attache", "library").wait()
    assert office.whispers("U2")[0].words == NOT_YOU
    assert office.workspace.views("U2") == []


def test_buttons_and_forms_of_somebody_who_is_no_admin_any_more_do_nothing(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, ada: Person
) -> None:
    with quiet_office.at_work(library):
        document = open_document(quiet_office, "Gifts", ada)
        ada.closes(document)
        found = workspace.views(ada.id)[0]
        ada.clicks(found, SNAPSHOTS).wait()
        snapshots = top(quiet_office, "Snapshots", user=ada.id)
    replay = replace(document, is_open=True)
    workspace.add_usergroup("S1", "library-admins", [])
    before = len(library.audit())
    with quiet_office.at_work(library):
        ada.submits(snapshots, {NAME: "mine"}).wait()
        ada.closes(top(quiet_office, "Attaché", NOT_YOU, user=ada.id))
        ada.clicks(found, OPEN).wait()
        ada.closes(top(quiet_office, "Attaché", NOT_YOU, user=ada.id))
        ada.clicks(found, SNAPSHOTS).wait()
        ada.closes(top(quiet_office, "Attaché", NOT_YOU, user=ada.id))
        ada.clicks(replay, REMOVE).wait()
        ada.closes(top(quiet_office, "Attaché", NOT_YOU, user=ada.id))
        ada.submits(found, {FILTERS[0]: "gifts"}).wait()
        quiet_office.wait(lambda: NOT_YOU in found.words)
    assert len(library.audit()) == before
    quiet_office.check_manners()


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
