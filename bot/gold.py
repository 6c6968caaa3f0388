"""Gold questions as people and scripts read them. The JSON shapes only ever gain keys."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.screen import printable
from knowledge.gold_questions import GoldChange, GoldOutcome, GoldRecord, GoldRun

NONE_YET = "There are no gold questions yet; `attache gold add` adds one."


def gold_list_view(records: Sequence[GoldRecord]) -> RenderableType:
    """The gold questions as a table, with what the last run made of each."""
    if not records:
        return Text(NONE_YET)
    table = Table("Id", "Question", "Expected", "Last run", box=None, pad_edge=False, header_style="bold")
    for record in records:
        after = "".join(f"\nafter: {turn.text}" for turn in record.question.thread)
        asked = Text.assemble(printable(record.question.text), (printable(after), "dim"))
        table.add_row(record.id, asked, Text(printable(_expected(record))), Text(printable(_last(record))))
    return table


def gold_run_view(run: GoldRun, *, whole: bool = True) -> RenderableType:
    """One line of counts and one a question; without `whole` those that came out as before and right stay away."""
    if not run.outcomes:
        return Text(NONE_YET)
    shown = [one for one in run.outcomes if whole or worth_telling(one)]
    return Group(Text(gold_summary(run), style="bold"), *map(_line, shown))


def gold_summary(run: GoldRun) -> str:
    """How a run fared, in one sentence."""
    counts = ", ".join(f"{run.count(change)} {change}" for change in GoldChange if run.count(change))
    return f"{run.met} of {len(run.outcomes)} gold questions met; {counts}."


def worth_telling(outcome: GoldOutcome) -> bool:
    """Whether a question did not come out right and as before."""
    return outcome.miss is not None or outcome.change is GoldChange.BETTER


def gold_list_shape(records: Sequence[GoldRecord]) -> dict[str, Any]:
    """The gold questions for scripts."""
    return {"gold_questions": [gold_shape(record) for record in records]}


def gold_shape(record: GoldRecord) -> dict[str, Any]:
    """One gold question; `met` is null before the first run."""
    return {
        "id": record.id,
        "question": record.question.text,
        "after": [turn.text for turn in record.question.thread],
        "refuse": record.question.document is None,
        "document": record.question.document,
        "title": record.title,
        "words": list(record.question.words),
        "added_at": record.added_at.isoformat(),
        "added_by": record.added_by,
        "ran_at": record.ran_at.isoformat() if record.ran_at else None,
        "met": record.miss is None if record.ran_at else None,
        "miss": record.miss,
    }


def gold_run_shape(run: GoldRun) -> dict[str, Any]:
    """A run for scripts: counts, then each question."""
    return {
        "met": run.met,
        "missed": len(run.outcomes) - run.met,
        **{change.value: run.count(change) for change in GoldChange},
        "questions": [
            {
                "id": outcome.before.id,
                "question": outcome.before.question.text,
                "change": outcome.change.value,
                "met": outcome.miss is None,
                "miss": outcome.miss,
            }
            for outcome in run.outcomes
        ],
    }


def gold_line(outcome: GoldOutcome) -> str:
    """How one question fared, in one line."""
    match outcome.change:
        case GoldChange.SAME:
            how = "still missed" if outcome.miss else "met as before"
        case GoldChange.NEW:
            how = "new, missed" if outcome.miss else "new, met"
        case changed:
            how = changed.value
    why = f" ({outcome.miss})" if outcome.miss else ""
    return f"{outcome.before.id} {how}: {outcome.before.question.text}{why}"


def _line(outcome: GoldOutcome) -> Text:
    colours = {GoldChange.WORSE: "red", GoldChange.BETTER: "green"}
    return Text(printable(f"  {gold_line(outcome)}"), style=colours.get(outcome.change, "default"))


def _expected(record: GoldRecord) -> str:
    if record.question.document is None:
        return "refused"
    words = ", ".join(f"“{words}”" for words in record.question.words)
    return f"{record.title}: {words}" if words else f"{record.title}"


def _last(record: GoldRecord) -> str:
    if record.ran_at is None:
        return "not run"
    return f"missed: {record.miss}" if record.miss else "met"
