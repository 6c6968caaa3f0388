"""Threads whose answers quoted what holds no more get one correcting reply, once an admin says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.admins import NOT_YOU
from bot.slack.corrections import SEND, SKIP
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.recalls import Change
from tests.journeys.office import Office
from tests.making import markdown, open_in
from tests.workspace import Message, Workspace

FEE = "What does parking for a delegation cost?"
DOOR = "Where do delegations enter city hall?"
RULES = "---\ntitle: Rules for visits\n---\n\n"
PARKING = "Parking for a delegation costs {} dollars a day, paid to the clerk."
ENTRY = "\n\n## Entrance\n\nDelegations enter city hall by the river door."
OLD, NEW = PARKING.format(50), PARKING.format(75)


@pytest.fixture
def transport() -> str:
    """One way in is enough for these."""
    return "socket mode"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With two people who keep the library."""
    return settings.model_copy(update={"admins": ("UADMIN", "U1")})


def rules(parking: str) -> str:
    return f"{RULES}## Parking\n\n{parking}{ENTRY}\n"


@pytest.fixture
def library(tmp_path: Path, model: SentenceTransformerEmbedding) -> Iterator[KnowledgeBase]:
    """A library with the rules as they were."""
    opened = open_in(tmp_path / "library", model)
    opened.add([markdown("rules", rules(OLD))], actor="test")
    yield opened
    opened.close()


def settles(office: Office, library: KnowledgeBase) -> None:
    office.wait(lambda: library.notices.waiting() == 0)


def listed(office: Office, library: KnowledgeBase, words: str) -> list[Message]:
    """What each of the two who keep the library is sent of a change, in the order of their ids."""
    library.recalls.find(30)
    places = [office.workspace.im(user) for user in ("U1", "UADMIN")]
    office.wait(lambda: all(cards(office.workspace, place, words) for place in places))
    return [cards(office.workspace, place, words)[-1] for place in places]


def cards(workspace: Workspace, place: str, words: str) -> list[Message]:
    said = f"quoted “Rules for visits”, which {words}"
    return [message for message in workspace.messages(place) if said in message.words]


def test_a_changed_passage_is_corrected_once_where_it_was_quoted_and_nowhere_else(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(library):
        asked = office.maya.mentions("C1", FEE)
        assert OLD in office.reply(asked).words
        elsewhere = office.omar.mentions("C1", DOOR)
        office.reply(elsewhere)
        office.omar.command("/ask", FEE)
        office.answers_for("U2")
    with office.at_work(library):  # what was posted is noted by now
        library.add([markdown("rules", rules(NEW))], actor="test")
        mine, theirs = listed(office, library, "changed on")
        assert mine.words.startswith("R1: answers in 1 thread and for 1 person alone quoted “Rules for visits”, which")
        assert len(office.replies(asked)) == 1
        office.forges_click("U2", mine, SEND)
        office.wait(lambda: [one for one in workspace.ephemerals("U2") if one.words == NOT_YOU])
        workspace.user("UADMIN").clicks(theirs, SEND).wait()
        correction = office.reply(asked, 2)
        for words in ("which changed on", "It said:", OLD, "Now it says:", NEW):
            assert words in correction.words
        settles(office, library)
        (alone,) = workspace.messages(workspace.im("U2"))
        assert NEW in alone.words
        office.maya.clicks(mine, SEND).wait()
        office.wait(lambda: "Sent: each place gets one reply." in mine.words)
        library.recalls.find(30)
        settles(office, library)
    with office.at_work(library):
        settles(office, library)
    assert len(office.replies(asked)) == 2
    assert len(office.replies(elsewhere)) == 1
    assert library.recalls.records() == ()
    office.check_manners()


def test_a_superseded_or_removed_document_is_named_and_skipping_tells_nobody(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(library):
        asked = office.maya.mentions("C1", FEE)
        office.reply(asked)
    with office.at_work(library):
        library.add([markdown("code", f"# Visitor code\n\n{NEW}\n")], actor="test")
        library.supersede("Rules for visits", by="Visitor code", actor="test")
        library.recalls.find(30)
        (recall,) = library.recalls.records()
        assert recall.correction
        assert (recall.correction.change, recall.correction.successor) == (Change.SUPERSEDED, "Visitor code")
        library.undo_supersede("Rules for visits", actor="test")
        assert library.recalls.records() == ()

        library.remove("Rules for visits", actor="test")
        mine, _ = listed(office, library, "left the library on")
        assert OLD in mine.words
        office.maya.clicks(mine, SKIP).wait()
        office.wait(lambda: "Skipped: nobody is told." in mine.words)
        settles(office, library)
    assert len(office.replies(asked)) == 1


def test_what_stands_again_before_it_is_sent_is_corrected_nowhere(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(library):
        asked = office.maya.mentions("C1", FEE)
        office.reply(asked)
    with office.at_work(library):
        library.remove("Rules for visits", actor="test")
        mine, _ = listed(office, library, "left the library on")
        library.restore("Rules for visits", actor="test")
        office.maya.clicks(mine, SEND).wait()
        settles(office, library)
    assert len(office.replies(asked)) == 1


def test_a_channel_that_is_archived_by_then_keeps_the_correction_from_nobody_else(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(library):
        asked = office.maya.mentions("C1", FEE)
        office.reply(asked)
        office.omar.command("/ask", FEE)
        office.answers_for("U2")
    with office.at_work(library):
        library.add([markdown("rules", rules(NEW))], actor="test")
        mine, _ = listed(office, library, "changed on")
        workspace.roster.channels["C1"].is_archived = True
        office.maya.clicks(mine, SEND).wait()
        office.wait(lambda: [one for one in workspace.messages(workspace.im("U2")) if NEW in one.words])
        settles(office, library)
    assert len(office.replies(asked)) == 1
