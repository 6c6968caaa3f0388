"""A language model's server in trouble, through its real client and Slack: the quotes come, and a line says why."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from knowledge.answering.writing.chat_model import open_chat_model
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import WRITTEN_BY, Unwritten
from tests.answering.writing.models import (
    ChatServer,
    chat_server,
    never_answering,
    open_with_model,
    reply,
    streaming,
    with_body,
)
from tests.journeys.office import Office
from tests.making import Calendar, WordHashEmbedding, markdown
from tests.workspace import Message

QUOTE = "The harbor office opens at seven in the morning on weekdays."
ASKED = "When does the harbor office open in the morning on weekdays?"
GOOD = streaming(reply((QUOTE, "P1", QUOTE)))

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as serving:
        yield serving


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def library(tmp_path: Path, server: ChatServer, calendar: Calendar) -> Iterator[KnowledgeBase]:
    model = open_chat_model("openai:local", base_url=server.url, api_key="none", timeout=3, retries=0, most_tokens=100)
    opened = open_with_model(tmp_path / "home", WordHashEmbedding(), model, now=calendar)
    opened.add([markdown("harbor", f"# Harbor\n\n{QUOTE}\n")], actor="test")
    yield opened
    opened.close()


def whole(office: Office, asked: Message) -> Message:
    (message,) = office.replies(asked)
    office.wait(lambda: message.is_whole and message.metadata)
    return message


def test_each_outage_is_told_in_one_line_above_the_quotes(
    quiet_office: Office, library: KnowledgeBase, server: ChatServer
) -> None:
    over = threading.Event()
    outages: list[tuple[Any, Unwritten]] = [
        (never_answering(over), Unwritten.TIMEOUT),
        (with_body('{"error": {"message": "slow down"}}', 429), Unwritten.BUSY),
        (with_body('{"error": {"message": "oops"}}', 500), Unwritten.FAILED),
        (with_body('{"error": {"message": "no such key"}}', 401), Unwritten.REFUSED),
        (streaming('{"sentences": [{"text": "The har'), Unwritten.UNREADABLE),
        (streaming(), Unwritten.EMPTY),
        (streaming(calls=True), Unwritten.TOOL_CALL),
        (streaming('{"sentences": [{"te', length=9_999), Unwritten.CUT),
        # The line is cut after a sentence that is shown already.
        (streaming(reply((QUOTE, "P1", QUOTE))[:-2], length=9_999), Unwritten.CUT),
    ]
    with quiet_office.at_work(library):
        for behave, why in outages:
            server.behave = behave
            message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
            assert message.words.count(why.says) == 1, why
            assert f"{QUOTE} [1]" in message.words
            assert WRITTEN_BY not in message.words
            server.behave = GOOD  # so that it is not left alone yet
            assert WRITTEN_BY in whole(quiet_office, quiet_office.maya.mentions("C1", ASKED)).words
    over.set()
    quiet_office.check_manners()


def test_after_three_outages_in_a_row_the_server_is_left_alone_for_a_minute(
    quiet_office: Office, library: KnowledgeBase, server: ChatServer, calendar: Calendar
) -> None:
    server.behave = with_body("{}", 500)
    with quiet_office.at_work(library):
        for _ in range(3):
            message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
            assert Unwritten.FAILED.says in message.words
        server.behave = GOOD
        server.requests.clear()
        message = whole(quiet_office, quiet_office.maya.mentions("C1", ASKED))
        assert Unwritten.RESTING.says in message.words
        assert server.requests == []
        calendar.move(seconds=61)
        assert WRITTEN_BY in whole(quiet_office, quiet_office.maya.mentions("C1", ASKED)).words
    quiet_office.check_manners()
