"""Commands about what the library does not answer: `gaps ...`, and `figures`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.library import ACTOR
from bot.cli.opening import AsJson, prepare, reading, working
from bot.gaps import figures_shape, figures_view, gap_line, gap_shape, gaps_shape, gaps_view, story_shape, story_view
from knowledge.errors import FileNotWritable
from knowledge.gaps.exporting import Format

GapId = Annotated[str, typer.Argument(metavar="GAP", help="As `attache gaps list` shows it, G7 for example.")]
Questions = Annotated[
    list[str], typer.Argument(metavar="QUESTION_ID...", help="As `attache gaps show` prints them.", show_default=False)
]


def a_day(text: str | None) -> date | None:
    """Read a whole day. Raises typer.BadParameter."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as err:
        raise typer.BadParameter("a day is written 2026-12-01") from err


def list_gaps(as_json: AsJson = False) -> None:
    """List the questions the library did not answer."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        gaps = ledger.gaps.records()
        screen.show(gaps_shape(gaps), gaps_view(gaps))


def show_gap(gap: GapId, as_json: AsJson = False) -> None:
    """Show a gap's questions, notes and what was done to it."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        story = ledger.gaps.story(gap)
        screen.show(story_shape(story), story_view(story, ledger.now()))


def assign_gap(
    gap: GapId,
    *,
    to: Annotated[str, typer.Option(metavar="OWNER", help="A name or a Slack user id.")],
    due: Annotated[str | None, typer.Option(help="Until when, 2026-12-01.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say who sees to a gap, and until when."""
    day = a_day(due)
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.assign(gap, owner=to, due=day, actor=ACTOR)
        screen.show({"assigned": gap_shape(record)}, gap_line("Assigned", record))


def wait_gap(
    gap: GapId, note: Annotated[str, typer.Option(help="For whom or what.")] = "", as_json: AsJson = False
) -> None:
    """Say that somebody outside has to act first."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.wait(gap, note=note, actor=ACTOR)
        screen.show({"waiting": gap_shape(record)}, gap_line("Waiting:", record))


def note_gap(gap: GapId, text: Annotated[list[str], typer.Argument(metavar="TEXT")], as_json: AsJson = False) -> None:
    """Write a note beside a gap."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.note(gap, " ".join(text), actor=ACTOR)
        screen.show({"noted": gap_shape(record)}, gap_line("Noted at", record))


def merge_gaps(
    gap: GapId,
    *,
    into: Annotated[str, typer.Option(metavar="GAP", help="The gap it is the same as.")],
    as_json: AsJson = False,
) -> None:
    """Make a gap part of another, which keeps its number and owner."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.merge(gap, into=into, actor=ACTOR)
        screen.show({"merged": gap_shape(record)}, gap_line(f"Merged {gap.upper()} into", record))


def split_gap(gap: GapId, questions: Questions, as_json: AsJson = False) -> None:
    """Make a new gap of some of a gap's questions."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.split(gap, questions, actor=ACTOR)
        screen.show({"split": gap_shape(record)}, gap_line("Split off", record))


def move_questions(
    gap: GapId,
    questions: Questions,
    *,
    to: Annotated[str, typer.Option(metavar="GAP", help="The gap they belong to.")],
    as_json: AsJson = False,
) -> None:
    """Put some of a gap's questions into another gap."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.move(gap, questions, to=to, actor=ACTOR)
        screen.show({"moved": gap_shape(record)}, gap_line("Moved into", record))


def regroup_gaps(as_json: AsJson = False) -> None:
    """Put new gaps nobody owns into older ones that miss the same. What people merged, split or moved stays."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        grown = knowledge_base.gaps.regroup(actor=ACTOR)
        lines = [gap_line("Grown:", record) for record in grown]
        screen.show({"grown": [gap_shape(record) for record in grown]}, *(lines or [Text("Every gap stays as it is.")]))


def decline_gap(
    gap: GapId,
    *,
    reason: Annotated[str, typer.Option(help="Why the library shall not answer it; whoever asked may be told.")],
    as_json: AsJson = False,
) -> None:
    """Close a gap that the library shall not answer."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.decline(gap, reason=reason, actor=ACTOR)
        screen.show({"declined": gap_shape(record)}, gap_line("Declined", record))


def in_scope(
    gap: GapId, note: Annotated[str, typer.Option(help="Why, or what is needed.")] = "", as_json: AsJson = False
) -> None:
    """Say of a gap taken for out of scope that the library should answer it."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.in_scope(gap, note=note, actor=ACTOR)
        screen.show({"in_scope": gap_shape(record)}, gap_line("In scope:", record))


def reopen_gap(
    gap: GapId, *, reason: Annotated[str, typer.Option(help="Why it is open after all.")] = "", as_json: AsJson = False
) -> None:
    """Open a gap again that was answered, confirmed or declined."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record = knowledge_base.gaps.reopen(gap, reason=reason, actor=ACTOR)
        screen.show({"reopened": gap_shape(record)}, gap_line("Opened again", record))


def withdraw_question(
    question_id: Annotated[str, typer.Argument(metavar="QUESTION_ID", help="As `attache gaps show` prints it.")],
    as_json: AsJson = False,
) -> None:
    """Take a question out of the log for whoever asked it."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        done = knowledge_base.gaps.withdraw(question_id, actor=ACTOR)
        said = "Withdrawn: it counts nowhere any more." if done else "This question is not in the log."
        screen.show({"withdrawn": done}, said)


def export_gaps(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
    *,
    how: Annotated[Format, typer.Option("--format", help="For a spreadsheet, a program or people.")] = Format.MARKDOWN,
    with_names: Annotated[bool, typer.Option("--with-names", help="Name who asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the open gaps as a request to whoever writes the guidance; names nobody unless told to."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        from knowledge.gaps.exporting import export_text, requests_of

        requests = requests_of(ledger.gaps.records(), with_names=with_names)
        write_file(file, export_text(requests, how).encode("utf-8", "backslashreplace"))
        shape = {"exported": len(requests), "format": how.value, "file": str(file)}
        screen.show(shape, f"{len(requests)} open gaps written to {file}.")


def figures(
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw them too, as a PNG.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what was asked, answered and missed, by week and by kind of document."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        found = ledger.gap_figures.figures()
        if plot:
            from knowledge.gaps.plotting import plot_figures

            write_file(plot, plot_figures(found))
        screen.show(figures_shape(found), figures_view(found))


def write_file(file: Path, content: bytes) -> None:
    """Write a file for whoever runs the command. Raises FileNotWritable."""
    try:
        file.write_bytes(content)
    except OSError as err:
        raise FileNotWritable from err
