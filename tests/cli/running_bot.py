"""A bot that runs in the tests' own process and stops in the middle of embedding where a test wants to be there."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

from bot.acting.taking import taking_calls
from bot.settings import Settings
from bot.wiring import hold_library
from knowledge.embedding import Embedding, Vectors
from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import COMMAND
from tests.making import WordHashEmbedding, open_in

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60
# Beside a running bot these load no model and open no index.
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-none", "SLACK_APP_TOKEN": "xapp-none", "SLACK_API_URL": "http://127.0.0.1:9/api/"}


class PausingEmbedding(WordHashEmbedding):
    """Calls `before` before it embeds documents, so that a test is there in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], object] = lambda: None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(texts) > 1:
            self.before()
        return super().encode(texts)

    @contextmanager
    def pausing(self) -> Iterator[Event]:
        """Wait in the middle of the first embedding until the block ends; gives what is set once it waits."""
        waits, goes_on = Event(), Event()

        def wait() -> None:
            self.before = lambda: None
            waits.set()
            assert goes_on.wait(PATIENCE)

        self.before = wait
        try:
            yield waits
        finally:
            goes_on.set()


@contextmanager
def running(settings: Settings, embedding: Embedding) -> Iterator[KnowledgeBase]:
    """Hold the data folder and take calls, as `attache serve` does."""
    with (
        hold_library(settings) as home,
        closing(open_in(home, embedding)) as knowledge_base,
        taking_calls(settings, knowledge_base),
    ):
        yield knowledge_base


def start(*arguments: object) -> "subprocess.Popen[str]":
    """Start a command in the data folder that `bare_machine` has put into the environment."""
    return subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def big(number: int) -> str:
    """Text of more passages than are embedded at once."""
    return "\n\n".join(f"## Room {entry}\n\nRoom {entry} of house {number} has a chair." for entry in range(600))


def titles(knowledge_base: KnowledgeBase) -> list[str]:
    return [document.card.title for document in knowledge_base.documents()]
