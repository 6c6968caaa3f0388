"""A streamed answer in trouble, by Slack, the model or a crash: in the end one whole answer stands, or the quotes."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack.app import open_client
from bot.slack.replies import Replies
from bot.slack.streaming import Streams
from knowledge.answering.onlooker import Onlooker
from knowledge.domain import Answer
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import WRITTEN_BY, Unwritten
from tests.answering.writing.models import Paced, Scripted, sentences_of, seven_at_a_time
from tests.journeys.office import LONG, Office
from tests.journeys.streamed_answer import (
    ASKED,
    CLERK,
    GIFT,
    SAID_CASH,
    SAID_GIFT,
    appears,
    gift_library,
    open_library,
    pacing,
    three_good_and_one_altered,
    whole,
)
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
