"""Each question of a gap leads back to the message it was asked in, also where that asked for two things."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.blocks import DONT_LOG, NEEDS_HUMAN
from bot.slack.withdrawing import DONE
from knowledge.domain import Question
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Workspace

ZEPPELIN = "Whose zeppelin carries visiting delegations?"
HONEY = "Does the mayor give honey to guests?"


@pytest.fixture
def transport() -> str:
    """One way in is enough for these."""
    return "socket mode"


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """A small library that answers about honey."""
    opened = open_in(tmp_path / "home", word_hash, threshold=0.3)
    opened.add([markdown("gifts", "# Gifts\n\nThe mayor gives honey to guests.\n")], actor="U1")
    yield opened
    opened.close()


def permalinks(library: KnowledgeBase) -> dict[str, str | None]:
    return {one.question_id: one.permalink for gap in library.gaps.records() for one in gap.questions}


def test_a_question_in_the_log_has_the_address_of_its_message(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    library.ask(Question(id="desk:1", text=ZEPPELIN, asker="desk"))
    library.ask(Question(id="C1:1700000000.000100", text=ZEPPELIN, asker="U2", channel="C1"))  # of a message long gone
    workspace.fail("chat.getPermalink", "internal_error")
    with office.at_work(library):
        office.wait(lambda: workspace.calls("chat.getPermalink"))
    assert set(permalinks(library).values()) == {None}
    with office.at_work(library):
        asked = office.maya.mentions("C1", ZEPPELIN)
        followed = office.omar.mentions("C1", ZEPPELIN, thread_ts=asked.ts)
        answered = office.maya.mentions("C1", HONEY)
        office.maya.clicks(office.reply(answered), NEEDS_HUMAN).wait()
        expected = {f"{one.channel}:{one.ts}": workspace.permalink(one) for one in (asked, followed, answered)}
        expected |= {"desk:1": None, "C1:1700000000.000100": None}
        office.wait(lambda: permalinks(library) == expected)
        asks = len(workspace.calls("chat.getPermalink"))
        office.maya.command("/ask", ZEPPELIN).wait()
        office.answers_for("U1")
    with office.at_work(library):
        again = office.maya.mentions("C1", ZEPPELIN)
        office.wait(lambda: permalinks(library).get(f"C1:{again.ts}") == workspace.permalink(again))
    assert len(workspace.calls("chat.getPermalink")) == asks + 1
    assert workspace.pings == []


def test_what_an_answer_leaves_open_is_said_below_it_and_can_be_taken_out_of_the_log(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(library):
        asked = office.maya.mentions("C1", f"{HONEY} {ZEPPELIN}")
        reply = office.reply(asked)
        assert "Found in 1 document." in reply.words
        assert f"Nothing in it answers “{ZEPPELIN}”: that is logged as G1." in reply.words
        office.wait(lambda: permalinks(library) == {f"C1:{asked.ts}#2": workspace.permalink(asked)})
        office.maya.clicks(reply, DONT_LOG).wait()
        assert office.whispers("U1")[-1].words == DONE
        assert library.gaps.records() == ()
        assert ZEPPELIN not in office.reply(asked).words
    office.check_manners()
