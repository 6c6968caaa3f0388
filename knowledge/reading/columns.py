"""The order in which people read what stands on a page: columns one after the other, rows of a table one by one.

Knows only places, sizes and lengths of text.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Protocol, TypeVar

from knowledge.reading.running_lines import Line

# In a column of prose most lines are at least this share of its longer ones, so many characters and so many lines; in
# a column of a table they are shorter, and a table is read row by row.
FULL, CHARACTERS, LINES = 0.6, 25, 3
# Words of print set to full lines may stand somewhat apart; cells stand further, in heights of the line.
CELLS_APART = 2.0
# A gutter is at least this share of the height of a line.
NARROWEST = 0.6
# A page in more pieces than this is a drawing or a map; its order is left as it is.
MOST_PIECES = 2_000


class Placed(Protocol):
    """Text with its place on a page."""

    @property
    def text(self) -> str: ...
    @property
    def left(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def bottom(self) -> float: ...


_PlacedT = TypeVar("_PlacedT", bound=Placed)


def in_columns(lines: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Return the lines of a page, given as the pieces that stand apart, one column after the other.

    The order of the file stays, unless it goes to and fro between two columns of prose.
    """
    pieces = [piece for line in lines for piece in line]
    gutter = _gutter(pieces)
    if gutter is not None:
        sides = [piece.right <= gutter for piece in pieces if not piece.left < gutter < piece.right]
        if sum(before != after for before, after in pairwise(sides)) >= 2 * LINES:
            lines = [row for column in split_columns(pieces) for row in rows_of(column)]
    return tuple(map(_joined, lines))


def _joined(row: Sequence[Line]) -> Line:
    longest = max(row, key=lambda piece: len(piece.text))
    return replace(
        longest,
        text=" ".join(piece.text for piece in row),
        left=row[0].left,
        right=row[-1].right,
        is_bold=all(piece.is_bold for piece in row),
        is_row=is_row(row, CELLS_APART),
    )


def split_columns(boxes: Sequence[_PlacedT]) -> list[list[_PlacedT]]:
    """Split a page at its gutters; what stands across two columns parts what is above it from what is below."""
    gutter = _gutter(boxes)
    if gutter is None:
        return [list(boxes)]
    columns: list[list[_PlacedT]] = []
    left: list[_PlacedT] = []
    right: list[_PlacedT] = []
    across: list[_PlacedT] = []
    for box in sorted(boxes, key=_middle):
        crosses = box.left < gutter < box.right
        if crosses and (left or right):
            columns += [*split_columns(left), *split_columns(right)]
            left, right = [], []
        elif not crosses and across:
            columns.append(across)
            across = []
        (across if crosses else left if box.right <= gutter else right).append(box)
    return [column for column in (*columns, across, *split_columns(left), *split_columns(right)) if column]


def _gutter(boxes: Sequence[Placed]) -> float | None:
    """Find the widest of the empty strips between columns of prose that the fewest lines cross."""
    if not 2 * LINES <= len(boxes) <= MOST_PIECES:
        return None
    height = median(map(height_of, boxes))
    starts = sorted(box.left for box in boxes)
    strips = []
    for edge in {box.right for box in boxes}:
        after = bisect_left(starts, edge + height * NARROWEST)
        if after < len(starts):
            middle = (edge + starts[after]) / 2
            crossing = sum(box.left < middle < box.right for box in boxes)
            strips.append((crossing, edge - starts[after], middle))
    for crossing, _, middle in sorted(strips):
        if crossing * 3 > len(boxes):
            return None
        left = [box for box in boxes if box.right <= middle]
        right = [box for box in boxes if box.left >= middle]
        if _is_prose(left) and _is_prose(right) and _beside(left, right) > (LINES - 1) * height:
            return middle
    return None


def _is_prose(side: Sequence[Placed]) -> bool:
    """Whether one side of a page is columns of text rather than columns of a table."""
    if len(side) < LINES:
        return False
    longer = sorted(box.right - box.left for box in side)[len(side) * 4 // 5]
    full = sum(box.right - box.left >= FULL * longer for box in side)
    return full * 2 >= len(side) and median(len(box.text) for box in side) >= CHARACTERS


def _beside(left: Sequence[Placed], right: Sequence[Placed]) -> float:
    """Return the height along which two columns stand side by side."""
    bottom = min(max(box.bottom for box in left), max(box.bottom for box in right))
    return bottom - max(min(box.top for box in left), min(box.top for box in right))


def rows_of(column: Sequence[_PlacedT]) -> list[list[_PlacedT]]:
    """Put together what stands on one line, from left to right."""
    rows: list[list[_PlacedT]] = []
    for box in sorted(column, key=_middle):
        if rows and all(_on_one_line(box, other) for other in rows[-1]):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.left) for row in rows]


def _on_one_line(box: Placed, other: Placed) -> bool:
    return abs(_middle(box) - _middle(other)) * 2 < min(height_of(box), height_of(other))


def _middle(box: Placed) -> float:
    return (box.top + box.bottom) / 2


def height_of(box: Placed) -> float:
    """Return the height of the print, with some room above and below."""
    return box.bottom - box.top


def is_row(row: Sequence[Placed], widths: float = 1.0) -> bool:
    """Whether the pieces of a line stand so far apart, in heights of the line, that they are cells of a table."""
    return any(right.left - left.right > widths * height_of(left) for left, right in pairwise(row))
