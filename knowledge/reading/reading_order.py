"""A picture of a page to lines in the order people read them: rows put together, one column after the other.

A line read with too little certainty stays in its place as UNREADABLE, so that nobody joins what stood before and after
it; a page read so has no lines at all. A wrong quote is worse than none.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from knowledge.reading.columns import height_of, is_row, rows_of, split_columns
from knowledge.reading.ocr import Piece, Reading, recognize
from knowledge.reading.running_lines import UNREADABLE, Line

if TYPE_CHECKING:
    from PIL.Image import Image

# Measured on print of many sizes, blurred and with noise: of the lines above the first bound 8 in 10 were right to the
# letter and the others nearly, of those below it none was. Below the second a page is more noise than text.
SURE_LINE, SURE_PAGE = 0.9, 0.8
# Heights of boxes differ with the letters in them, by a tenth and more: print counts as larger only in steps of this.
LARGER = 1.3
# Print size given to ordinary lines, and page height given to pictures, in points.
PRINT, PAGE_HEIGHT = 10.0, 792.0
# How much higher than its print a box is, and up to which difference a page is taken to be as large as it says.
ROOM, NEARLY = 1.2, 1.25
# Lines this much longer than high show how much a page slants.
LONG = 8
# A distance between two lines in which one more has room, in usual distances.
HOLE = 1.6
_BULLET = re.compile(r"^([•●·○◦▪■□‣])(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A piece with its place in the page once that hangs straight, in pixels."""

    text: str
    confidence: float
    left: float
    right: float
    top: float
    bottom: float


def read_page(
    picture: "Image", *, page_height: float = PAGE_HEIGHT, print_size: float = PRINT
) -> tuple[tuple[Line, ...], float]:
    """Return the lines of a page, in points, and how sure they are on average; no lines where that is too little.

    `print_size` is given to the page's ordinary print, so that headings of the document stand out beside it alike.
    """
    reading = recognize(picture)
    confidence = _confidence(reading.pieces)
    if confidence < SURE_PAGE:
        return (), confidence
    lines = _lines(reading, page_height=page_height, print_size=print_size)
    return (() if all(line.text == UNREADABLE for line in lines) else lines), confidence


def _confidence(pieces: Sequence[Piece]) -> float:
    """Return the mean confidence of a page, each character counting the same; 0 for a page without any."""
    characters = sum(len(piece.text) for piece in pieces)
    return sum(piece.confidence * len(piece.text) for piece in pieces) / characters if characters else 0.0


def _lines(reading: Reading, *, page_height: float, print_size: float) -> tuple[Line, ...]:
    boxes = _straight(reading.pieces)
    ordinary = median(height_of(box) for box in boxes for _ in box.text)
    scale = page_height / reading.height
    fitting = print_size * ROOM / ordinary
    if not scale / NEARLY < fitting < scale * NEARLY:  # a part of a page, or a page measured in pixels
        scale = fitting
    lines: list[Line] = []
    for column in split_columns(boxes):
        found = []
        for row in rows_of(column):
            size = print_size * _step(median(map(height_of, row)) / ordinary)
            bottom = max(box.bottom for box in row) * scale
            found.append(
                Line(
                    text=_text(row),
                    left=row[0].left * scale,
                    right=row[-1].right * scale,
                    top=bottom - size,
                    bottom=bottom,
                    page_height=reading.height * scale,
                    is_row=is_row(row),
                )
            )
        lines += _with_holes(found)
    return tuple(lines)


def _with_holes(column: Sequence[Line]) -> Iterator[Line]:
    """Yield lines, and an unreadable one where a sentence goes on behind a hole: a line there was not found."""
    gaps = [line.bottom - before.bottom for before, line in pairwise(column)]
    usual = sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    yield from column[:1]
    for (before, line), gap in zip(pairwise(column), gaps, strict=True):
        if gap > HOLE * usual and line.text[0].islower():
            yield replace(before, text=UNREADABLE, top=before.top + gap / 2, bottom=before.bottom + gap / 2)
        yield line


def _step(ratio: float) -> float:
    """Return how much larger or smaller than ordinary print is, in steps, so that like headings get one size."""
    if ratio < 1 / LARGER:
        return 1 / LARGER
    return float(LARGER ** math.floor(math.log(max(ratio, 1.0), LARGER)))


def _straight(pieces: Sequence[Piece]) -> list[Box]:
    """Turn a page that was scanned at a slant back by as much as its longer lines slant."""
    slants = [
        math.atan2(right[1] - left[1], right[0] - left[0])
        for left, right, _, under in (piece.corners for piece in pieces)
        if right[0] - left[0] > LONG * abs(under[1] - left[1])
    ]
    slant = median(slants) if slants else 0.0
    return [_box(piece, math.cos(slant), math.sin(slant)) for piece in pieces]


def _box(piece: Piece, cos: float, sin: float) -> Box:
    across = [x * cos + y * sin for x, y in piece.corners]
    down = [y * cos - x * sin for x, y in piece.corners]
    return Box(
        text=piece.text,
        confidence=piece.confidence,
        left=min(across),
        right=max(across),
        top=min(down),
        bottom=max(down),
    )


def _text(row: Sequence[Box]) -> str:
    if any(box.confidence < SURE_LINE for box in row):
        return UNREADABLE
    return _BULLET.sub(r"\1 ", (" | " if is_row(row) else " ").join(box.text for box in row))
