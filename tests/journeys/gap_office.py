"""An office that sees to its gaps in Slack: admins, a channel for cards, a library that answers neither question."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.settings import Settings
from knowledge.embedding import Embedding
from knowledge.knowledge_base import KnowledgeBase
from tests.making import Calendar, markdown, open_in

ZEPPELIN = "Whose zeppelin carries visiting delegations?"
SUBMARINE = "Which submarines of Antarctica sail <!channel> call 202-555-0143?"
# The log notes when something was asked by the machine's clock.
NOW = datetime.now(UTC)
SOON = NOW.date() + timedelta(days=8)


def with_gaps_channel(settings: Settings) -> Settings:
    """The same with admins and a channel for cards."""
    return settings.model_copy(
        update={"admins": ("U1",), "admin_group": "S1", "gaps_channel": "C1", "time_zone": "UTC"}
    )


@contextmanager
def small_library(folder: Path, embedding: Embedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    """A small library that answers neither question."""
    opened = open_in(folder, embedding, now=calendar, threshold=0.5)
    opened.add([markdown("gifts", "# Gifts\n\nThe mayor gives honey to guests.\n")], actor="U1")
    yield opened
    opened.close()
