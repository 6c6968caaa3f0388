"""A library in English that is asked in other languages: what the model was asked for, and what people are shown."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from bot.showing import answer_view
from bot.slack.blocks import outcome_reply
from knowledge.domain import Answer, Gap, Question
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.writing import Limits
from tests.answering.writing.models import Scripted, open_with_model, quoting
from tests.answering.writing.translators import ASKED, GIFTS, IN_ENGLISH, nothing
from tests.making import WordHashEmbedding, markdown

NUMBERS = count(1)
WAYS = pytest.mark.parametrize("write", [quoting, nothing], ids=["sentences", "quotes"])


@contextmanager
def gift_library(folder: Path, scripted: Scripted) -> Iterator[KnowledgeBase]:
    """A library of the gift rules, with a budget that is not spent."""
    limits = Limits(tokens_per_user_per_day=10**9, tokens_per_day=10**9)
    opened = open_with_model(folder, WordHashEmbedding(), scripted, limits=limits)
    opened.add([markdown("gifts", GIFTS)], actor="test")
    yield opened
    opened.close()


@contextmanager
def asking(library: KnowledgeBase, scripted: Scripted) -> Iterator[Callable[..., Any]]:
    """Ask while the model says this; a good call in the end keeps the breaker closed."""

    def ask(say: Any, text: str = ASKED["es"], **more: Any) -> Answer | Gap:
        scripted.say = say
        scripted.asked.clear()
        return library.ask(Question(id=f"t-{next(NUMBERS)}", text=text, **more))

    yield ask
    ask(quoting, IN_ENGLISH)


def calls(scripted: Scripted) -> list[str]:
    """What the model was asked for, by what stood in its material."""
    materials = [json.loads(material) for _, material in scripted.asked]
    return [next(key for key in ("follow_up", "texts", "passages") if key in one) for one in materials]


def printed(view: RenderableType) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(view)
    return " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]


def shown(answer: Answer) -> tuple[str, str, str]:
    """An answer as notifications, as Slack's screen and as the terminal have it."""
    reply = outcome_reply(answer)
    return reply.text, json.dumps(reply.blocks, ensure_ascii=False), printed(answer_view(answer))
