"""An answer that appears in Slack while a language model writes it: what people see at each moment, and in the end."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.app import open_client
from bot.slack.readers import GUESTS
from bot.slack.replies import ANSWER_EVENT, Replies
from bot.slack.stopping import STOPPED
from bot.slack.streaming import Streams
from knowledge.answering.onlooker import Onlooker
from knowledge.collections import Access
from knowledge.domain import Answer
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import WRITTEN_BY, Unwritten
from tests.answering.writing.models import Paced, Scripted, open_with_model, reply, sentences_of, seven_at_a_time
from tests.journeys.office import LONG, Office
from tests.making import WordHashEmbedding, markdown
from tests.workspace import Message, Workspace

GIFTS = """# Gift rules

## Limits

Gifts worth more than $50 must be reported to the Ethics Commission within 30 days. Staff shall not accept cash.

## Registry

The gift registry is kept by the City Clerk, Dana Whitfield. It is open to the public on weekdays.
"""
ASKED = "Which gifts must be reported to the Ethics Commission?"
GIFT, CASH = (
    "Gifts worth more than $50 must be reported to the Ethics Commission within 30 days.",
    "Staff shall not accept cash.",
)
CLERK = "The gift registry is kept by the City Clerk, Dana Whitfield."
SAID_GIFT = "Gifts worth over 50 dollars must be reported to the Ethics Commission within thirty days."
SAID_CASH = "Staff must not accept cash."

# It is about Slack's streams, which are the same over both ways in.
pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


def three_good_and_one_altered(_: str, material: dict[str, Any]) -> str:
    def place_of(words: str) -> str:
        return next(str(passage["id"]) for passage in material["passages"] if words in passage["text"])

    return reply(
        (SAID_GIFT, place_of(GIFT), GIFT),
        ("Staff may accept cash.", place_of(CASH), CASH),
        (SAID_CASH, place_of(CASH), CASH),
        (CLERK, place_of(CLERK), CLERK),
    )


@pytest.fixture
def paced() -> Iterator[Paced]:
    pace = Paced()
    yield pace
    pace.go(20)


@pytest.fixture
def scripted(paced: Paced) -> Scripted:
    return Scripted(say=three_good_and_one_altered, cut=paced.cut)


def open_library(folder: Path, scripted: Scripted) -> KnowledgeBase:
    return open_with_model(folder, WordHashEmbedding(), scripted)


@pytest.fixture
def library(tmp_path: Path, scripted: Scripted) -> Iterator[KnowledgeBase]:
    opened = open_library(tmp_path / "streamed", scripted)
    opened.add([markdown("gifts", GIFTS)], actor="test")
    yield opened
    opened.close()


def appears(office: Office, asked: Message, words: str) -> Message:
    """Wait until our one reply says this."""
    office.wait(lambda: any(words in message.words for message in office.replies(asked)))
    (message,) = office.replies(asked)
    return message


def whole(office: Office, asked: Message) -> Message:
    """Wait until our one reply stands as it will stay: known by its metadata, the session at rest."""
    (message,) = office.replies(asked)
    office.wait(lambda: message.is_whole and message.metadata)
    thread = (message.channel, message.thread_ts)
    office.wait(lambda: office.workspace.sessions.states.get(thread) == "active")
    assert message.metadata == {
        "event_type": ANSWER_EVENT,
        "event_payload": {"question_id": f"{asked.channel}:{asked.ts}"},
    }
    assert office.replies(asked) == [message]
    return message


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


def test_a_stream_that_died_after_five_minutes_becomes_whole_all_the_same(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    with quiet_office.at_work(library):
        asked = quiet_office.maya.mentions("C1", ASKED)
        paced.go()
        appears(quiet_office, asked, SAID_GIFT)
        workspace.let_time_pass(301)
        paced.go(20)
        message = whole(quiet_office, asked)
    assert message.words.startswith(f"{SAID_GIFT} [1]\n{SAID_CASH} [2]\n{CLERK} [3]\n{WRITTEN_BY}")
    assert not message.edited
    assert workspace.calls("chat.postMessage") == []
    assert {error.error for error in workspace.errors} == {"message_not_in_streaming_state"}


@pytest.mark.parametrize("error", ["unknown_method", "not_allowed_token_type", "channel_type_not_supported"])
def test_a_workspace_without_streams_gets_one_message(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced, error: str
) -> None:
    workspace.fail("chat.startStream", error, times=5)
    paced.go(20)
    with quiet_office.at_work(library):
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    assert message.words.startswith(f"{SAID_GIFT} [1]\n{SAID_CASH} [2]")
    assert len(workspace.calls("chat.startStream")) == 1
    assert len(workspace.calls("chat.postMessage")) == 1
    quiet_office.check_manners()


def test_a_rate_that_is_spent_is_not_waited_for(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    workspace.rate_limit("chat.startStream", retry_after=3_600)
    paced.go(20)
    with quiet_office.at_work(library):
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    assert WRITTEN_BY in message.words
    assert [len(workspace.calls(method)) for method in ("chat.startStream", "chat.postMessage")] == [1, 1]
    quiet_office.check_manners()


def test_sentences_that_slack_had_no_time_for_come_with_the_next_one(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced
) -> None:
    workspace.rate_limit("chat.appendStream", retry_after=3_600)
    paced.go(20)
    with quiet_office.at_work(library):
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    assert message.words.startswith(f"{SAID_GIFT} [1]\n{SAID_CASH} [2]\n{CLERK} [3]\n{WRITTEN_BY}")
    assert len(workspace.calls("chat.appendStream")) == 2
    assert workspace.calls("chat.update") == []
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


def breaking(text: str) -> Iterator[str]:
    """Two sentences, and then the line is cut."""
    yield from seven_at_a_time("".join(sentences_of(text)[:3]))
    raise ConnectionResetError


def truncated(text: str) -> Iterator[str]:
    return seven_at_a_time(text[:-40])


@pytest.mark.parametrize(("cut", "why"), [(breaking, Unwritten.CUT), (truncated, Unwritten.UNREADABLE)])
def test_an_answer_that_breaks_off_gives_way_to_the_quotes(
    workspace: Workspace,
    quiet_office: Office,
    library: KnowledgeBase,
    scripted: Scripted,
    *,
    cut: Any,
    why: Unwritten,
) -> None:
    scripted.cut = cut
    with quiet_office.at_work(library):
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
    assert workspace.calls("chat.startStream") != []
    assert why.says in message.words
    assert SAID_GIFT not in message.words
    assert GIFT in message.words
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


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("after_processing", [True, False])
def test_a_connection_that_breaks_while_streaming_leaves_one_whole_answer(
    workspace: Workspace,
    quiet_office: Office,
    library: KnowledgeBase,
    paced: Paced,
    *,
    method: str,
    after_processing: bool,
) -> None:
    workspace.drop_connection(method, after_processing=after_processing)
    paced.go(20)
    with quiet_office.at_work(library):
        asked = quiet_office.maya.mentions("C1", ASKED)
        message = whole(quiet_office, asked)
        workspace.wait_until_quiet()
    said = message.words.partition(WRITTEN_BY)[0]
    assert [said.count(sentence) for sentence in (SAID_GIFT, SAID_CASH, CLERK)] == [1, 1, 1]
    assert message.words.count(WRITTEN_BY) == 1
    assert workspace.posts() == [message]
    assert library.conversations.release() == 0


class Dies(BaseException):
    """Stands for the process dying where it is raised."""


@pytest.mark.parametrize(("ledger_knows", "seconds"), [(True, 0), (True, 301), (False, 0)])
def test_a_crash_in_mid_stream_leaves_one_whole_answer_after_the_restart(
    workspace: Workspace,
    quiet_office: Office,
    library: KnowledgeBase,
    paced: Paced,
    *,
    ledger_knows: bool,
    seconds: int,
) -> None:
    with quiet_office.taking_questions(library):
        asked = quiet_office.maya.mentions("C1", ASKED)
        workspace.wait_until_quiet()
    job = library.conversations.claim()
    assert job
    client = open_client(quiet_office.settings)
    stream = Streams(client, Replies(client), library.conversations).open(job, "")
    if not ledger_knows:
        workspace.drop_connection("chat.startStream", after_processing=True)

    def show(answer: Answer) -> None:
        stream.show(answer)
        raise Dies

    paced.go(20)
    with pytest.raises(Dies):
        library.ask(job.question, Onlooker(show=show, enough=threading.Event()))
    (half,) = workspace.posts()
    assert not half.is_whole
    workspace.let_time_pass(seconds)
    with quiet_office.at_work(library):
        whole(quiet_office, asked)
    assert workspace.posts() == [half]
    assert half.words.startswith(f"{SAID_GIFT} [1]\n{SAID_CASH} [2]\n{CLERK} [3]\n{WRITTEN_BY}")
    assert library.conversations.release() == 0


def test_a_process_killed_in_mid_stream_is_made_up_for_by_the_next(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, paced: Paced, tmp_path: Path
) -> None:
    library.close()
    command = [sys.executable, "-m", "tests.journeys.dying_writer", tmp_path / "streamed", workspace.api_url]
    dying = subprocess.Popen([*command, workspace.bot_token, workspace.app_token])
    try:
        workspace.wait_until_connected(timeout=LONG)
        asked = quiet_office.maya.mentions("C1", ASKED)
        half = appears(quiet_office, asked, SAID_GIFT)
    finally:
        dying.kill()
        dying.wait()
    assert not half.is_whole
    paced.go(20)
    reopened = open_library(tmp_path / "streamed", Scripted(say=three_good_and_one_altered))
    with quiet_office.at_work(reopened):
        whole(quiet_office, asked)
    assert workspace.posts() == [half]
    assert half.words.startswith(f"{SAID_GIFT} [1]\n{SAID_CASH} [2]\n{CLERK} [3]\n{WRITTEN_BY}")
    assert reopened.conversations.release() == 0
    reopened.close()
