"""An answer about gifts that a model writes as fast as a test lets it, and how far it has come in Slack."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.slack.replies import ANSWER_EVENT
from knowledge.knowledge_base import KnowledgeBase
from tests.answering.writing.models import Paced, Scripted, open_with_model, reply
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown
from tests.workspace import Message

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


def three_good_and_one_altered(_: str, material: dict[str, Any]) -> str:
    def place_of(words: str) -> str:
        return next(str(passage["id"]) for passage in material["passages"] if words in passage["text"])

    return reply(
        (SAID_GIFT, place_of(GIFT), GIFT),
        ("Staff may accept cash.", place_of(CASH), CASH),
        (SAID_CASH, place_of(CASH), CASH),
        (CLERK, place_of(CLERK), CLERK),
    )


@contextmanager
def pacing() -> Iterator[Paced]:
    """A pace for the model; in the end nothing is held back any more."""
    pace = Paced()
    yield pace
    pace.go(20)


def open_library(folder: Path, scripted: Scripted) -> KnowledgeBase:
    return open_with_model(folder, WordHashEmbedding(), scripted)


@contextmanager
def gift_library(folder: Path, scripted: Scripted) -> Iterator[KnowledgeBase]:
    """A library of the gift rules, whose answers the model writes."""
    opened = open_library(folder, scripted)
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
