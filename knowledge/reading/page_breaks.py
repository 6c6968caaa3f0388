"""Where columns and pages end: footnotes come after the text above them, and a sentence is not cut by a new page."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from knowledge.reading.cleaning import join_lines
from knowledge.reading.running_lines import UNREADABLE, Line
from knowledge.sentences import split_sentences

# Print of footnotes, as a share of the body's, and the marks they begin with.
SMALLER = 0.92
_NOTE = re.compile(r"(?:\d{1,3}(?!\d)|[*†‡§¶]+|\[\d{1,3}\])[.)]?\s*\S")
_ENDS = re.compile(r"[.!?:;][\"'”’)\]\d]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading with its `level`, or text, which has none: a paragraph, a list, or a footnote."""

    text: str
    level: int | None = None
    is_note: bool = False


def part_notes(columns: Sequence[Sequence[Line]], body: float) -> tuple[list[Line], list[Line]]:
    """Return the lines of a page and its footnotes: the small print that ends a column and begins with a mark."""
    lines: list[Line] = []
    notes: list[Line] = []
    for column in columns:
        end = len(column)
        while end and column[end - 1].size <= body * SMALLER:
            end -= 1
        start = next((n for n in range(end, len(column)) if _NOTE.match(column[n].text)), len(column))
        if end == 0:  # a column in small print throughout
            start = len(column)
        lines += column[:start]
        notes += column[start:]
    return lines, notes


def join_pages(pages: list[list[Block]], words: Container[str], alike: Sequence[object]) -> None:
    """Move the end of a sentence that goes on over a page to the page where it begins; `alike` pages only."""
    for number in range(len(pages) - 1, 0, -1):
        before, page = pages[number - 1], pages[number]
        last = next((n for n in range(len(before) - 1, -1, -1) if not before[n].is_note), None)
        if last is None or not page or alike[number - 1] != alike[number]:
            continue
        begun, rest = before[last], page[0]
        if begun.level is not None or not _goes_on(begun.text, rest):
            continue
        end = split_sentences(rest.text)[0][1]
        before[last] = replace(begun, text=join_lines(begun.text, rest.text[:end], words))
        page[:1] = [replace(rest, text=left)] if (left := rest.text[end:].strip()) else []


def _goes_on(begun: str, rest: Block) -> bool:
    return (
        rest.level is None
        and not rest.is_note
        and rest.text[0].islower()
        and not _ENDS.search(begun)
        and UNREADABLE not in begun + rest.text
    )
