"""Where a text too long for one passage is cut. Knows units and their sizes only, neither documents nor models.

Boundaries are drawn as in a treap: the place with the highest key is cut first, then each side again until it fits.
A key depends on nothing but the text at hand, so a paragraph put into a long section changes the passages around it
and leaves the others alone. Packing from the start would give fuller passages and change all that follow.
"""

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from knowledge.sentences import Span

# A passage below this many tokens says too little to be found by; at most a fifth of the budget.
SMALLEST = 40
# A paragraph above this share of the budget stands alone: it seldom fits beside another, and a large newcomer that
# stands alone pushes nothing out of its neighbours' passages.
STANDS_ALONE = 0.5

# How good a place to cut is: inside a sentence only when it alone is too long, between paragraphs gladly.
INSIDE, INTRODUCED, SENTENCE, LINE, PARAGRAPH = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is not cut: a sentence, a table row or a piece of one too long. `level` rates the place before it."""

    start: int
    end: int
    tokens: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The units from `first` up to `last` (excluded); `keys` rate the place before each, `sums` add up their tokens."""

    units: Sequence[Unit]
    keys: Sequence[tuple[int, bool, float]]
    sums: Sequence[int]
    first: int
    last: int

    @property
    def span(self) -> Span:
        """Start of the first unit and end of the last."""
        return self.units[self.first].start, self.units[self.last - 1].end

    @property
    def tokens(self) -> int:
        """Tokens of all units."""
        return self.sums[self.last] - self.sums[self.first]

    @property
    def is_one_unit(self) -> bool:
        """Whether there is no place left to cut at."""
        return self.last - self.first == 1


def as_piece(units: Sequence[Unit], text: str, budget: int) -> Piece:
    """Rate the place before each unit by its level, the size of its neighbours and a hash of the text after it.

    The hash, a number from 0 to 1, is raised to the power of 1 / size: places before long paragraphs are cut first,
    which leaves fewer small passages.
    """
    keys: list[tuple[int, bool, float]] = []
    sizes = zip(units, _sizes(units[::-1], after=True)[::-1], _sizes(units, after=False), strict=True)
    for unit, following, preceding in sizes:
        digest = hashlib.blake2b(text[unit.start : unit.end].encode("utf-8", "surrogatepass"), digest_size=8).digest()
        draw = (int.from_bytes(digest, "big") + 1) / 2**64
        stands_alone = max(following, preceding) > STANDS_ALONE * budget
        keys.append((unit.level, stands_alone, math.log(draw) / max(following, 1)))
    sums = list(accumulate((unit.tokens for unit in units), initial=0))
    return Piece(units=units, keys=keys, sums=sums, first=0, last=len(units))


def cut(piece: Piece, budget: int) -> tuple[Piece, Piece]:
    """Cut at the place with the highest key that leaves enough on both sides.

    A tie, as in a list of equal rows, goes to the place nearest the middle.
    """
    smallest = min(SMALLEST, budget // 5)
    sums, first, last = piece.sums, piece.first, piece.last
    low = max(first + 1, bisect_left(sums, sums[first] + smallest, first, last))
    high = min(last - 1, bisect_right(sums, sums[last] - smallest, first, last) - 1)
    if low > high:
        low, high = first + 1, last - 1
    middle = (sums[first] + sums[last]) / 2
    best = max(range(low, high + 1), key=lambda index: (piece.keys[index], -abs(sums[index] - middle)))
    return (
        Piece(units=piece.units, keys=piece.keys, sums=sums, first=first, last=best),
        Piece(units=piece.units, keys=piece.keys, sums=sums, first=best, last=last),
    )


def _sizes(units: Sequence[Unit], *, after: bool) -> list[int]:
    """For the place before each unit, the tokens on one side of it up to the next place rated as high.

    That is the size of the paragraph, line or sentence there. With `after`, `units` come last first.
    """
    sizes: list[int] = []
    running = [0] * (PARAGRAPH + 1)
    for unit in units:
        if after:
            running = [tokens + unit.tokens for tokens in running]
        sizes.append(running[unit.level])
        running[: unit.level + 1] = [0] * (unit.level + 1)
        if not after:
            running = [tokens + unit.tokens for tokens in running]
    return sizes
