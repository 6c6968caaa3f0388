"""Lines on pages to headings and paragraphs, by their place and print.

Tables cannot be told from text by lines alone: their rows stay lines of text.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from types import MappingProxyType

from knowledge.reading.cleaning import join_lines, words_of
from knowledge.reading.outline import Outline
from knowledge.reading.page_breaks import Block, join_pages, part_notes
from knowledge.reading.running_lines import LARGER, UNREADABLE, Line, body_size, without_running_lines

LONGEST_HEADING = 110

# Larger print on more lines is a quotation or a box.
MOST_LINES = 3
LOWEST_LEVEL = 6

_CONTENTS = frozenset({"contents", "tableofcontents", "índice", "contenido", "sommaire", "inhalt", "sumário"})
_BULLET = re.compile(r"^(?:[•▪●○◦°‣■□➢►✓–o*·-])\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4})[.)]\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;][\"'”’)\]]*$")
_DOTS = re.compile(r"(?:\s?[.…]){4,}\s*(?:\d+|[ivxlc]+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """An entry of a PDF's outline; `level` counts from 1, `page` from 0."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A line is part of a heading; lines of one `run` are one heading."""

    level: int
    run: int


def add_lines(
    pages: Sequence[Sequence[Line]],
    outline: Outline,
    *,
    bookmarks: Sequence[Bookmark] = (),
    ocr: Mapping[int, float] = MappingProxyType({}),
) -> None:
    """Add the text of a document's pages to an outline; running heads, page numbers and contents lists left out.

    `ocr` is the confidence of the pages, counted from 0, that were read from pictures. A paragraph or an item of a list
    with an unreadable line is left out as a whole, for without that line it may say something else.
    """
    kept = [_without_contents(page) for page in without_running_lines(pages)]
    size = body_size(kept)
    parted = [part_notes(list(_columns(page)), size) for page in kept]
    bodies = [[*lines, *notes] for lines, notes in parted]
    words = words_of(" ".join(line.text for page in bodies for line in page))
    measure = _measure(bodies)
    marks = _marks_by_font(bodies, _marks_by_bookmark(bodies, bookmarks))
    made: list[list[Block]] = []
    for number, (lines, notes) in enumerate(parted):
        marked = [(marks.get((number, index)), line) for index, line in enumerate(lines)]
        made.append([])
        for mark, group in groupby(marked, key=lambda pair: pair[0]):
            run = [line for _, line in group]
            if mark is None:
                made[-1] += [Block(text=block) for block in _blocks(run, words, measure)]
            else:
                made[-1].append(Block(text=" ".join(line.text for line in run), level=mark.level))
        made[-1] += [Block(text=block, is_note=True) for block in _blocks(notes, words, measure)]
    join_pages(made, words, [number in ocr for number in range(len(made))])
    for number, blocks in enumerate(made):
        outline.begin_page(number + 1, ocr=ocr.get(number))
        for block in blocks:
            if block.level is not None:
                outline.add_heading(block.level, block.text)
                continue
            for readable in _readable(block.text):
                outline.add_block(readable)


def _readable(block: str) -> Iterator[str]:
    """Yield a block, or the parts of it between what could not be read, so that nobody takes them for the whole."""
    for unreadable, items in groupby(block.split("\n"), key=lambda item: UNREADABLE in item):
        if not unreadable:
            yield "\n".join(items)


def _without_contents(page: Sequence[Line]) -> list[Line]:
    """Leave out a table of contents: dotted lines anywhere, and a page under that name of lines ending in numbers."""
    lines = [line for line in page if not _DOTS.search(line.text)]
    named = any(_letters(line.text) in _CONTENTS for line in lines[:5])
    numbered = sum(line.text[-1].isdigit() for line in lines)
    return [] if named and numbered * 2 >= len(lines) else lines


def _marks_by_bookmark(
    pages: Sequence[Sequence[Line]], bookmarks: Sequence[Bookmark]
) -> Mapping[tuple[int, int], Mark]:
    """Find the lines the bookmarks name; none when fewer than half of the bookmarks are found on their pages."""
    marks: dict[tuple[int, int], Mark] = {}
    found = 0
    for run, bookmark in enumerate(bookmarks):
        lines = pages[bookmark.page] if bookmark.page < len(pages) else []
        wanted = _letters(bookmark.title)
        for first in range(len(lines)):
            if (bookmark.page, first) in marks or not wanted.startswith(_letters(lines[first].text) or "-"):
                continue
            length = next((n for n in (1, 2, 3, 4) if _letters_of(lines[first : first + n]) == wanted), 0)
            if length:
                found += 1
                mark = Mark(level=bookmark.level, run=run)
                marks |= {(bookmark.page, index): mark for index in range(first, first + length)}
                break
    return marks if bookmarks and found * 2 >= len(bookmarks) else {}


def _marks_by_font(
    pages: Sequence[Sequence[Line]], known: Mapping[tuple[int, int], Mark]
) -> Mapping[tuple[int, int], Mark]:
    """Add to the known headings short runs of lines in larger print, the larger the higher, and bold lines alone."""
    body, bold_body = body_size(pages), _is_mostly_bold(pages)
    runs: list[tuple[int, int, Sequence[Line]]] = []
    for number, page in enumerate(pages):
        for _, group in groupby(
            enumerate(page), key=lambda pair: (known.get((number, pair[0])), round(pair[1].size), pair[1].is_bold)
        ):
            run = list(group)
            if (number, run[0][0]) not in known:
                runs.append((number, run[0][0], [line for _, line in run]))
    headings = [run for run in runs if _is_heading(run[2], body, bold_body=bold_body)]
    levels = _levels_of_sizes(
        {round(pages[number][index].size): mark.level for (number, index), mark in sorted(known.items(), reverse=True)},
        {round(lines[0].size) for _, _, lines in headings},
    )
    marks = dict(known)
    for order, (number, first, lines) in enumerate(headings, start=len(known)):
        mark = Mark(level=levels[round(lines[0].size)], run=order)
        marks |= {(number, index): mark for index in range(first, first + len(lines))}
    return marks


def _levels_of_sizes(known: Mapping[int, int], found: Set[int]) -> dict[int, int]:
    """Give each size of print a level: the one bookmarks give it, or one below that of the next larger size."""
    levels: dict[int, int] = {}
    level = 0
    for size in sorted({*known, *found}, reverse=True):
        level = known.get(size, min(level + 1, LOWEST_LEVEL))
        levels[size] = level
    return levels


def _is_heading(run: Sequence[Line], body: float, *, bold_body: bool) -> bool:
    text = " ".join(line.text for line in run)
    larger = run[0].size > body * LARGER
    bold = run[0].is_bold and not bold_body and len(run) <= 2 and run[0].size > body * 0.95
    return (
        (larger or (bold and (text[0].isupper() or text[0].isdigit()) and not _BULLET.match(text)))
        and len(text) <= LONGEST_HEADING
        and len(run) <= MOST_LINES
        and sum(character.isalpha() for character in text) >= 3
        and not text.endswith((";", ",", *([] if larger else [".", ":"])))
    )


def _is_mostly_bold(pages: Sequence[Sequence[Line]]) -> bool:
    lengths: Counter[bool] = Counter()
    for page in pages:
        for line in page:
            lengths[line.is_bold] += len(line.text)
    return lengths[True] > lengths[False]


def _blocks(lines: Sequence[Line], words: Container[str], measure: float) -> Iterator[str]:
    """Yield paragraphs, and lists with their items on lines of their own. `measure` is the usual length of a line."""
    items: list[str] = []
    before: Line | None = None
    for column in _columns(lines):
        leading = _leading(column)
        edge = _edge(column, measure)
        for line in column:
            text = _BULLET.sub("- ", line.text, count=1)
            if before is not None and not _is_item(text) and _goes_on(before, line, leading, edge):
                items[-1] = join_lines(items[-1], text, words)
            else:
                in_list = bool(items) and _is_item(text) and _is_item(items[-1])
                if before is not None and _is_apart(before, line, leading) and not in_list:
                    yield "\n".join(items)
                    items = []
                items.append(text)
            before = line
    if items:
        yield "\n".join(items)


def _edge(column: Sequence[Line], measure: float) -> float:
    """Return how far right a full line reaches: in prose as far as any, in a list as is usual."""
    lower = sum(line.text[0].islower() for line in column)
    furthest = max(line.right for line in column)
    is_prose = lower >= len(column) * 0.3
    return furthest if is_prose else max(furthest, min(line.left for line in column) + measure)


def _measure(pages: Sequence[Sequence[Line]]) -> float:
    """Return the length of a full line, in points: one line in five is longer."""
    lengths = sorted(line.right - line.left for page in pages for line in page)
    return lengths[len(lengths) * 4 // 5] if lengths else 0.0


def _columns(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield the runs of lines that go down the page."""
    column: list[Line] = []
    for line in lines:
        if column and line.bottom < column[-1].bottom - line.size / 2:
            yield column
            column = []
        column.append(line)
    if column:
        yield column


def _goes_on(before: Line, line: Line, leading: float, edge: float) -> bool:
    """Whether a line belongs to the paragraph of the one before: near, as large, and there was no room for it."""
    if before.is_row or line.is_row:
        return False
    unfinished = (line.text[0].islower() or line.text == UNREADABLE) and not _ENDS.search(before.text)
    if line.bottom < before.bottom - leading / 2:  # the next column
        return unfinished
    if abs(before.size - line.size) > 1.5 or _is_apart(before, line, leading * (1.7 if unfinished else 1)):
        return False
    return unfinished or before.right > edge - 0.2 * (edge - before.left)


def _is_apart(before: Line, line: Line, leading: float) -> bool:
    return not -leading / 2 <= line.bottom - before.bottom <= max(leading * 1.35, line.size * 1.3)


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance from line to line, in points."""
    gaps = [line.bottom - before.bottom for before, line in pairwise(lines)]
    near = [gap for line, gap in zip(lines[1:], gaps, strict=True) if 0 < gap < 2 * line.size]
    return median(near) if near else lines[0].size * 1.2


def _is_item(text: str) -> bool:
    return text.startswith("- ") or _NUMBERED.match(text) is not None


def _letters_of(lines: Sequence[Line]) -> str:
    return _letters(" ".join(line.text for line in lines))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
