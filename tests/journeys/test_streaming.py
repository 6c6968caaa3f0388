"""An answer that appears in Slack while a language model writes it: what people see at each moment, and in the end."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.readers import GUESTS
from bot.slack.stopping import STOPPED
from knowledge.collections import Access
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import WRITTEN_BY, Unwritten
from tests.answering.writing.models import Paced, Scripted, reply
from tests.journeys.office import Office
from tests.journeys.streamed_answer import (
    ASKED,
    CASH,
    CLERK,
    GIFT,
    GIFTS,
    SAID_CASH,
    SAID_GIFT,
    appears,
    gift_library,
    pacing,
    three_good_and_one_altered,
    whole,
)
from tests.making import markdown
from tests.workspace import Workspace

# It is about Slack's streams, which are the same over both ways in.
pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def paced() -> Iterator[Paced]:
    with pacing() as pace:
        yield pace


@pytest.fixture
def scripted(paced: Paced) -> Scripted:
    return Scripted(say=three_good_and_one_altered, cut=paced.cut)


@pytest.fixture
def library(tmp_path: Path, scripted: Scripted) -> Iterator[KnowledgeBase]:
    with gift_library(tmp_path / "streamed", scripted) as opened:
        yield opened


def test_the_status_comes_first_and_each_sentence_once_it_has_passed_the_gate(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced, scripted: Scripted
) -> None:
    with quiet_office.at_work(library):
        asked = quiet_office.maya.direct_message(ASKED)
        quiet_office.wait(lambda: scripted.asked)
        assert [status.status for status in workspace.statuses] == ["processing"]
        assert workspace.posts() == []
        paced.go()
        message = appears(quiet_office, asked, SAID_GIFT)
        assert (message.words, message.is_whole) == (f"{SAID_GIFT} [1]", False)
        paced.go()  # the altered sentence
        paced.go()
        appears(quiet_office, asked, SAID_CASH)
        assert message.words == f"{SAID_GIFT} [1]\n{SAID_CASH} [2]"
        paced.go(2)
        whole(quiet_office, asked)
    said, _, sources = message.words.partition(WRITTEN_BY)
    assert said.split("\n")[:3] == [f"{SAID_GIFT} [1]", f"{SAID_CASH} [2]", f"{CLERK} [3]"]
    # The numbers are those of the quotes below.
    assert re.findall(r"\n(.+) \[(\d)\]\n", sources)[:3] == [(GIFT, "1"), (CASH, "2"), (CLERK, "3")]
    assert "may accept" not in str([version.get("blocks") for version in message.versions])
    assert [call.method for call in workspace.calls() if "Stream" in call.method] == [
        "chat.startStream",
        "chat.appendStream",
        "chat.appendStream",
        "chat.stopStream",
    ]
    assert "show_context:1" in message.action_ids
    assert "feedback" in message.action_ids
    quiet_office.check_manners()


def test_a_streamed_answer_is_the_very_message_that_is_posted_without_streams(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    paced.go(20)
    with quiet_office.at_work(library):
        streamed = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
        workspace.fail("chat.startStream", "feature_not_enabled")
        posted = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    assert (posted.stream, streamed.stream is None) == (None, False)
    assert posted.words == streamed.words
    assert posted.buttons == streamed.buttons
    quiet_office.check_manners()


def test_no_number_is_ever_split_however_the_model_cuts_its_reply(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, scripted: Scripted
) -> None:
    scripted.cut = list  # character by character
    with quiet_office.at_work(library):
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    for call in workspace.calls("chat.startStream") + workspace.calls("chat.appendStream"):
        for chunk in call.arguments["chunks"]:
            for block in chunk["blocks"]:
                (section,) = block["elements"]
                assert re.fullmatch(r"[A-Z].+[.] (\[\d\])+", "".join(one["text"] for one in section["elements"]))
    assert WRITTEN_BY in message.words
    quiet_office.check_manners()


def test_the_stop_button_stops_the_model_and_the_quotes_come_at_once(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, scripted: Scripted
) -> None:
    with quiet_office.at_work(library):
        asked = quiet_office.maya.direct_message(ASKED)
        quiet_office.wait(lambda: scripted.asked)  # and never gets an answer
        quiet_office.maya.stops(asked.channel, asked.ts)
        message = whole(quiet_office, asked)
    assert Unwritten.STOPPED.says in message.words
    assert GIFT in message.words
    assert workspace.calls("chat.startStream") == []
    assert library.writing.state().troubles == ("stopped",)
    assert library.writing.state().resting_until is None
    quiet_office.check_manners()


def test_what_stands_when_somebody_stops_it_stays_and_gets_its_sources(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    with quiet_office.at_work(library):
        asked = quiet_office.maya.mentions("C1", ASKED)
        paced.go()
        appears(quiet_office, asked, SAID_GIFT)
        quiet_office.omar.stops("C1", asked.ts)
        message = whole(quiet_office, asked)
        paced.go(20)
    assert message.words.startswith(f"{SAID_GIFT} [1]\n{WRITTEN_BY}")
    assert f"{GIFT} [1]" in message.words
    assert STOPPED in message.words
    assert SAID_CASH not in message.words
    # The end of the stream came too late for Slack, so the message was put whole.
    assert [str(error) for error in workspace.errors] == ["chat.stopStream: message_not_in_streaming_state"] * 2


def test_a_stop_when_nothing_is_under_way_ends_the_status(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    paced.go(20)
    with quiet_office.at_work(library):
        asked = quiet_office.maya.direct_message(ASKED)
        whole(quiet_office, asked)
        # As an earlier process of ours left it.
        workspace.sessions.states[asked.channel, asked.ts] = "processing"
        quiet_office.maya.stops(asked.channel, asked.ts)
        quiet_office.wait(lambda: workspace.sessions.states[asked.channel, asked.ts] == "active")
    quiet_office.check_manners()


def test_nothing_appears_before_the_sentences_answer_the_question(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, scripted: Scripted
) -> None:
    def about_cash(_: str, material: dict[str, Any]) -> str:
        label = next(passage["id"] for passage in material["passages"] if CASH in passage["text"])
        return reply((SAID_CASH, label, CASH), (CLERK, label, CASH))

    scripted.say, scripted.cut = about_cash, None
    with quiet_office.at_work(library):
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    assert Unwritten.NO_ANSWER_LEFT.says in message.words
    assert GIFT in message.words
    assert workspace.calls("chat.startStream") == []
    quiet_office.check_manners()


def test_what_is_for_one_persons_eyes_is_not_streamed(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    paced.go(20)
    with quiet_office.at_work(library):
        quiet_office.maya.command("/ask", ASKED)
        (answer,) = quiet_office.answers_for("U1")
    assert answer.words.startswith(f"{SAID_GIFT} [1]")
    assert workspace.calls("chat.startStream") == []
    quiet_office.check_manners()


def test_the_line_for_guests_stands_above_the_first_sentence(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    library.collections.add("website", Access.PUBLIC, actor="UADMIN")
    library.add([markdown("public", GIFTS, collections="website")], actor="UADMIN")
    workspace.add_channel("C9", "visitors", ["U1", "UGUEST"])
    with quiet_office.at_work(library):
        asked = quiet_office.maya.mentions("C9", ASKED)
        paced.go()
        message = appears(quiet_office, asked, SAID_GIFT)
        assert message.words == f"{GUESTS}\n{SAID_GIFT} [1]"
        paced.go(20)
        whole(quiet_office, asked)
    assert message.words.count(GUESTS) == 1
    assert workspace.calls("chat.update") == []
    quiet_office.check_manners()
