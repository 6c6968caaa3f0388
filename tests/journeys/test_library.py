"""The library in Slack: admins see it, search it, go back to a snapshot of it; everybody else hears a friendly no."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.admins import NOT_YOU
from bot.slack.document_view import REMOVE
from bot.slack.library_view import FILTERS, OPEN, SHELF, SNAPSHOTS, TURN
from bot.slack.snapshot_views import ASK_BACK, GO_BACK, NAME, NO_CHANGE
from bot.slack.snapshots import NAMELESS
from knowledge.errors import SnapshotExists
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.library_screens import HONEY, few_documents, lines, open_document, open_library, top, with_admins
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown
from tests.workspace import Workspace
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
