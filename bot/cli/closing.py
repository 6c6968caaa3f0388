"""Commands that close gaps: `gaps answer`, `gaps retest`, `gaps digest`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.gaps import GapId, a_day, write_file
from bot.cli.library import ACTOR
from bot.cli.opening import AsJson, prepare, reading, working
from bot.digest import (
    digest_shape,
    digest_view,
    retested_shape,
    retested_view,
    written_shape,
    written_view,
)
from knowledge.gaps.digest import DAYS


def answer_gap(
    gap: GapId,
    *,
    text: Annotated[str, typer.Option(help="The answer, in the words of the question.")],
    source: Annotated[str, typer.Option(help="Where it comes from: a link, a document, or who decided it.")],
    review_by: Annotated[str | None, typer.Option(help="When somebody should look at it again, 2027-03-01.")] = None,
    author: Annotated[str, typer.Option(help="Whose answer it is; it is cited by this name.")] = ACTOR,
    office: Annotated[str | None, typer.Option(help="Their office.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the answer to a gap: a document of the library, which its questions are asked of at once."""
    day = a_day(review_by)
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        written = knowledge_base.gaps.answer(
            gap, text, source=source, review_by=day, author=author, office=office, actor=ACTOR
        )
        screen.show(written_shape(written), written_view(written))


def retest_gaps(as_json: AsJson = False) -> None:
    """Ask the questions of all open gaps again; whoever asked hears of an answer while the bot runs."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        with screen.progress("Asking again") as on_progress:
            retested = knowledge_base.gaps.retest(on_progress=on_progress)
        screen.show(retested_shape(retested), retested_view(retested))


def gaps_digest(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days it sums up.")] = DAYS,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw the figures too, as a PNG.")] = None,
    as_json: AsJson = False,
) -> None:
    """Sum up the last week: what most people miss, what waits longest, what closed, what would need a change."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        digest = ledger.gap_figures.digest(days)
        if plot:
            from knowledge.gaps.plotting import plot_figures

            write_file(plot, plot_figures(ledger.gap_figures.figures()))
        screen.show(digest_shape(digest), digest_view(digest))
