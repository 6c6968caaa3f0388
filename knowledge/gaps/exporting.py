"""Open gaps as a request to whoever writes the guidance: CSV, JSON or Markdown. Pure text; names nobody unless told to.

Texts come masked from the log. A spreadsheet takes none of them for a formula.
"""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO
from typing import Any

from knowledge.domain import GapReason
from knowledge.gaps.records import GapRecord

# A need is one line, and a cell of a spreadsheet takes 32,767 characters
# (support.microsoft.com, "Excel specifications and limits").
LONGEST_LINE = 300
LONGEST_CELL = 32_000
MOST_QUESTIONS = 50
# What makes a spreadsheet calculate (owasp.org/www-community/attacks/CSV_Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One gap as whoever writes the guidance needs it; `names` is None where nobody may be named.

    `document` is the title of the document that would need the change, `nearest` are the titles nearest to it.
    """

    gap: str
    reason: GapReason
    need: str
    asked_by: int
    first_asked: date
    last_asked: date
    questions: tuple[str, ...]
    left_out: int
    document: str | None
    nearest: tuple[str, ...]
    names: tuple[str, ...] | None


def requests_of(records: Sequence[GapRecord], *, with_names: bool = False) -> tuple[Request, ...]:
    """Make a request of each open gap, the one most people asked for first, those out of scope last."""
    wanted = sorted(
        (record for record in records if record.status.is_open),
        key=lambda record: (record.is_out_of_scope, -record.askers),
    )
    return tuple(_request(record, with_names=with_names) for record in wanted)


def export_text(requests: Sequence[Request], how: Format) -> str:
    """Write requests as the text of a file."""
    return {Format.CSV: _csv, Format.JSON: _json, Format.MARKDOWN: _markdown}[how](requests)


def request_shape(request: Request) -> dict[str, Any]:
    """A request for scripts; `names` is there only where people may be named."""
    shape = {
        "gap": request.gap,
        "need": request.need,
        "asked_by": request.asked_by,
        "first_asked": request.first_asked.isoformat(),
        "last_asked": request.last_asked.isoformat(),
        "questions": list(request.questions),
        "questions_left_out": request.left_out,
        "document": request.document,
        "nearest": list(request.nearest),
        "reason": request.reason.value,
    }
    return shape if request.names is None else {**shape, "names": list(request.names)}


def _request(record: GapRecord, *, with_names: bool) -> Request:
    texts = tuple(dict.fromkeys(_line(one.text) for one in record.questions))
    titles = tuple(dict.fromkeys(near.title for near in record.nearest))
    return Request(
        gap=record.id,
        reason=record.reason,
        need=_line(record.question),
        asked_by=record.askers,
        first_asked=record.first_asked.date(),
        last_asked=record.last_asked.date(),
        questions=texts[:MOST_QUESTIONS],
        left_out=max(0, len(texts) - MOST_QUESTIONS),
        document=titles[0] if titles else None,
        nearest=titles,
        names=tuple(dict.fromkeys(one.asker for one in record.questions)) if with_names else None,
    )


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_LINE else f"{flat[: LONGEST_LINE - 1].rstrip()}…"


def _csv(requests: Sequence[Request]) -> str:
    out = StringIO()
    named = any(request.names is not None for request in requests)
    columns = ["gap", "need", "asked_by", "first_asked", "last_asked", "document", "nearest", "questions", "reason"]
    writer = csv.writer(out)
    writer.writerow([*columns, *(["names"] if named else [])])
    for request in requests:
        shape = request_shape(request)
        writer.writerow([_cell(shape[column]) for column in columns] + ([_cell(request.names)] if named else []))
    return out.getvalue()


def _cell(value: Any) -> str:
    """A cell, one line an entry; a leading apostrophe keeps it text, as spreadsheets themselves write it."""
    text = "\n".join(map(_inert, value)) if isinstance(value, list | tuple) else str("" if value is None else value)
    return _inert(text[:LONGEST_CELL])


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _json(requests: Sequence[Request]) -> str:
    return json.dumps({"requests": [request_shape(one) for one in requests]}, ensure_ascii=False, indent=2) + "\n"


def _markdown(requests: Sequence[Request]) -> str:
    parts = ["# Guidance we are asked for and do not have", ""]
    for request in requests:
        people = "1 person" if request.asked_by == 1 else f"{request.asked_by} people"
        since = f"{request.first_asked.isoformat()} to {request.last_asked.isoformat()}"
        parts += [f"## {request.gap}: {_inline(request.need)}", "", f"Asked by {people}, {since}.", ""]
        parts += [f"- {_inline(text)}" for text in request.questions]
        parts += [f"- and {request.left_out} more"] if request.left_out else []
        parts += _where(request)
        if request.names is not None:
            parts += ["", f"Asked by: {', '.join(map(_inline, request.names))}"]
        parts.append("")
    return "\n".join(parts if requests else [*parts, "Nothing: every question is answered or closed.", ""])


def _where(request: Request) -> list[str]:
    """Say which document would need the change."""
    if request.reason is GapReason.OUT_OF_SCOPE:
        return ["", "Out of scope: nothing in the library comes near it."]
    near = [f"Also near: {', '.join(map(_inline, request.nearest[1:]))}"] if len(request.nearest) > 1 else []
    document = [f"Document to change: {_inline(request.document)}"] if request.document else []
    return [line for text in (*document, *near) for line in ("", text)]


def _inline(text: str) -> str:
    """Text in which Markdown finds neither markup nor a link."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#+!|~" else char for char in text)
