"""Commands that ask: `ask`, `search`, `gaps list`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import AsJson, prepare, reading, working
from bot.desk import desk_question
from bot.files import read_thread
from bot.shapes import gaps_shape, hits_shape, outcome_shape
from bot.showing import gaps_view, hits_view, outcome_view

Words = Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question; quotation marks are optional.")]


def ask(
    question: Words,
    thread: Annotated[
        Path | None,
        typer.Option(help='Earlier turns, oldest first: JSON lines of {"speaker": "user" or "agent", "text": ...}.'),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes, or log it as a gap."""
    turns = read_thread(thread) if thread else ()
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        outcome = knowledge_base.ask(desk_question(" ".join(question), thread=turns))
        screen.show(outcome_shape(outcome), outcome_view(outcome))


def search(
    question: Words,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages at most.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Print the passages nearest to a question, best first."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        hits = knowledge_base.search(desk_question(" ".join(question)), k=k)
        screen.show(hits_shape(hits), hits_view(hits, whole=True))


def list_gaps(as_json: AsJson = False) -> None:
    """List the questions the library did not answer."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        gaps = ledger.gaps.records()
        screen.show(gaps_shape(gaps), gaps_view(gaps))
