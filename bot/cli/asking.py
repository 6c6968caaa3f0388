"""Commands that ask: `ask`, `search`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.library import a_date
from bot.cli.opening import AsJson, prepare, working
from bot.desk import desk_question
from bot.files import read_thread
from bot.shapes import hits_shape, outcome_shape
from bot.showing import hits_view, outcome_view
from bot.speaking import speaking
from knowledge.dates import first_day, last_day
from knowledge.language import language_of_conversation

Words = Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question; quotation marks are optional.")]


def ask(
    question: Words,
    thread: Annotated[
        Path | None,
        typer.Option(help='Earlier turns, oldest first: JSON lines of {"speaker": "user" or "agent", "text": ...}.'),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Answer from what was in force then: 2023, 2023-03 or 2023-03-01.", callback=a_date),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each stage made of the question, and which one to blame.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes, or log it as a gap."""
    turns = read_thread(thread) if thread else ()
    settings = prepare()
    day = _day_of(as_of, settings.now().date()) if as_of else None
    with working(settings, as_json=as_json) as (screen, knowledge_base):
        outcome = knowledge_base.ask(desk_question(" ".join(question), thread=turns, as_of=day))
        if not explain:
            asked = (" ".join(question), *(turn.text for turn in reversed(turns) if turn.speaker == "user"))
            with speaking(language_of_conversation(asked)):
                screen.show(outcome_shape(outcome), outcome_view(outcome))
            return
        # Imported here, for it knows the stages and with them what they load.
        from bot.explained import explanation_shape, explanation_view

        why = knowledge_base.explain(outcome.question_id)
        shape = {**outcome_shape(outcome), "explanation": explanation_shape(why)}
        screen.show(shape, outcome_view(outcome), explanation_view(why))


def _day_of(stated: str, today: date) -> date:
    """The last day of a year or month, up to today; one wholly to come is refused when it is asked about."""
    return min(last_day(stated), max(today, first_day(stated)))


def search(
    question: Words,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages at most.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Print the passages nearest to a question, best first."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        hits = knowledge_base.search(desk_question(" ".join(question)), k=k)
        screen.show(hits_shape(hits), hits_view(hits, whole=True))
