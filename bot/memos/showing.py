"""A memo in a terminal or a pipe, and as JSON."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.memos.page import FOOTER, SOURCES, Line, Part, lay_out
from bot.shapes import outcome_shape
from bot.showing import SetIn, gap_view
from bot.speaking import said
from knowledge.domain import Answer, Gap
from knowledge.memos import Memo

Shape = dict[str, Any]


def memo_view(outcome: Answer | Gap) -> RenderableType:
    """The page, or the refusal as of any question."""
    if isinstance(outcome, Gap) or outcome.memo is None:
        return gap_view(outcome) if isinstance(outcome, Gap) else Text()
    page = lay_out(outcome, outcome.memo)
    parts: list[RenderableType] = [
        Text(page.title, style="bold green"),
        *(Text(note) for note in page.notes),
    ]
    for part in page.parts:
        parts += [Text(), Text(part.heading, style="bold"), *_below(part)]
    parts += [Text(), Text(said(SOURCES), style="bold"), *(SetIn(_text(line)) for line in page.sources)]
    return Group(*parts, Text(), Text(said(FOOTER), style="dim"))


def memo_shape(outcome: Answer | Gap) -> Shape:
    """The shape of any outcome, and under `memo` what is laid out how; null for a gap."""
    memo = outcome.memo if isinstance(outcome, Answer) else None
    return {**outcome_shape(outcome), "memo": _memo_shape(memo) if memo else None}


def _memo_shape(memo: Memo) -> Shape:
    return {
        "form": memo.request.form.value,
        "topics": list(memo.request.topics),
        "subjects": list(memo.request.subjects),
        "day": memo.day.isoformat(),
        "know": list(memo.know),
        "dates": [{"citation": one.number, "date": one.day} for one in memo.dates],
        "figures": [
            {
                "citation": one.number,
                "spans": [list(span) for span in one.spans],
                "date": one.day,
                "dated_by": one.basis.value if one.basis else None,
                "doubt": one.doubt.value if one.doubt else None,
                "old_since": one.old,
            }
            for one in memo.figures
        ],
        "rows": [{"subject": row.subject, "cells": [list(cell) for cell in row.cells]} for row in memo.rows],
        "open_points": [
            {"kind": point.kind.value, "text": point.text, "citations": list(point.numbers)}
            for point in memo.open_points
        ],
    }


def _below(part: Part) -> list[RenderableType]:
    if not part.table:
        return [SetIn(Text.assemble("- ", _text(line))) for line in part.lines]
    table = Table(show_lines=True)
    for name in part.table[0]:
        table.add_column(Text(name), overflow="fold")
    for row in part.table[1:]:
        table.add_row(*map(Text, row))
    return [table]


def _text(line: Line) -> Text:
    return Text.assemble(*((run.text, "bold" if run.bold else "") for run in line))
