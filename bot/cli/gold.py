"""Commands about an office's gold questions: `gold add`, `gold list`, `gold remove`, `gold run`."""

from typing import Annotated

import typer

from bot.cli.asking import Words
from bot.cli.library import ACTOR, WORSE
from bot.cli.opening import AsJson, prepare, reading, working
from bot.gold import gold_list_shape, gold_list_view, gold_run_shape, gold_run_view, gold_shape
from knowledge.domain import Turn
from knowledge.errors import BadCommand
from knowledge.gold_questions import GoldChange, GoldQuestion


def add_gold(
    question: Words,
    *,
    document: Annotated[
        str | None, typer.Option(help="The document to be quoted: its id, its place or its exact title.")
    ] = None,
    words: Annotated[
        list[str] | None, typer.Option(help="Words the quotes must hold; as often as needed, all of them count.")
    ] = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="The question should get no answer.")] = False,
    after: Annotated[
        list[str] | None, typer.Option(help="An earlier question of the same thread; as often as needed, in order.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a question whose answer is known, so that every change of the library is tried on it."""
    expected = tuple(word.strip() for word in words or ())
    if refuse == (document is not None) or (refuse and expected) or not all(expected):
        raise BadCommand("Please say what should come of it: --document, with --words where they matter, or --refuse.")
    gold = GoldQuestion(
        text=" ".join(question),
        thread=tuple(Turn(speaker="user", text=text) for text in after or ()),
        document=document,
        words=expected,
    )
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        from knowledge.answering.trying import add_gold as keep

        added = keep(ledger, gold, actor=ACTOR)
        screen.show({"added": gold_shape(added)}, f"Added {added.id}; `attache gold run` asks it.")


def list_gold(as_json: AsJson = False) -> None:
    """List the gold questions and what the last run made of each."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        records = ledger.gold.records()
        screen.show(gold_list_shape(records), gold_list_view(records))


def remove_gold(
    gold_id: Annotated[str, typer.Argument(metavar="ID", help="As `attache gold list` shows it, Q7 for example.")],
    as_json: AsJson = False,
) -> None:
    """Ask a gold question no more."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        removed = ledger.gold.remove(gold_id, actor=ACTOR)
        screen.show({"removed": gold_shape(removed)}, f"Removed {removed.id}.")


def run_gold(as_json: AsJson = False) -> None:
    """Ask all gold questions and compare with the last `gold run`.

    The exit code is 3 when a question fared worse.
    """
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        with screen.progress("Asking") as on_progress:
            run = knowledge_base.run_gold(on_progress)
        screen.show({"gold": gold_run_shape(run)}, gold_run_view(run))
    if run.count(GoldChange.WORSE):
        raise typer.Exit(WORSE)
