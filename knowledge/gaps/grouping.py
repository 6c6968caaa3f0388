"""Which questions miss the same thing: near in meaning, and no name or number of one stands against one of the other.

A question joins a part, a group that formed by itself; what people merged by hand is a gap of several parts. Never
moves a question that has its place, and knows no word in particular.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import numpy as np

from knowledge.embedding import Vectors
from knowledge.judging import WORD, names_in

# The mean cosine with the questions of a part from which one belongs to it; tuned on one half of the labelled
# questions in tests/gaps/staff_questions.yaml and measured on the other (docs/gaps.md).
NEAR = 0.6
# "Mexico" and "Mexican", "Olympic" and "Olympics": that many letters in common, and at most that many of the shorter
# one left over.
SAME_START = 4
OTHER_END = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a question is compared by: its words, those of the turn it leans on, its vector in its thread, its day."""

    text: str
    before: str
    vector: Vectors
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Words in order as they are compared; `named` are those written like a name, `numbers` those with a digit."""

    all: tuple[str, ...]
    named: frozenset[str]
    numbers: frozenset[str]


class Grouping:
    """The questions that have their place, held in memory: 10,000 of them take 15 MB."""

    def __init__(self) -> None:
        # Of each part how many vectors it has and their sum, whose product with another is the sum of the cosines.
        self._sums: Vectors = np.empty((0, 0), dtype=np.float32)
        self._counts: Vectors = np.empty(0, dtype=np.float32)
        self._words: list[tuple[_Words, _Words]] = []
        self._days: list[str | None] = []
        # The place of each part among the sums, and the rows of each.
        self._parts: dict[int, int] = {}
        self._rows: list[list[int]] = []
        # How often each word was written like a name, less how often it was not.
        self._balance: Counter[str] = Counter()

    def __len__(self) -> int:
        """Count the questions."""
        return len(self._words)

    def add(self, part: int, likeness: Likeness) -> None:
        """Give a question its place."""
        place = self._parts.setdefault(part, len(self._rows))
        if place == len(self._rows):
            self._rows.append([])
            if place == len(self._sums):
                grown = np.zeros((max(64, 2 * place), len(likeness.vector)), dtype=np.float32)
                grown[:place] = self._sums if place else 0
                self._sums, self._counts = grown, np.resize(self._counts, len(grown))
            self._counts[place] = 0
        self._rows[place].append(len(self))
        self._sums[place] += likeness.vector
        self._counts[place] += 1
        self._days.append(likeness.as_of)
        words = _words(likeness.text), _words(likeness.before)
        self._words.append(words)
        for some in words:
            self._balance.update({word: 1 if word in some.named else -1 for word in some.all})

    def nearest(self, likeness: Likeness) -> int | None:
        """Return the part a question belongs to; None where it is the first of its kind."""
        if not len(self):
            return None
        # Not "@": numpy's linear algebra shares this millisecond of work between the cores and waits for them, which
        # takes ten times as long where something else keeps one busy.
        count = len(self._rows)
        means = np.einsum("ij,j->i", self._sums[:count], likeness.vector) / self._counts[:count]
        parts = tuple(self._parts)
        names = self._names((_words(likeness.text), _words(likeness.before)))
        near = sorted(np.flatnonzero(means >= NEAR), key=lambda place: -means[place])
        fitting = (parts[place] for place in near if self._fits(self._rows[place], names, likeness.as_of))
        return next(fitting, None)

    def _fits(self, rows: Iterable[int], names: tuple[str, ...], as_of: str | None) -> bool:
        return all(self._days[row] == as_of and not stand_apart(names, self._names(self._words[row])) for row in rows)

    def _names(self, words: tuple[_Words, _Words]) -> tuple[str, ...]:
        """The names and numbers a question is about: its own, or where it has none those of the turn it leans on."""
        own, before = (tuple(word for word in some.all if self._is_name(word, some)) for some in words)
        return own or before

    def _is_name(self, word: str, words: _Words) -> bool:
        """With a digit, or a word that questions mostly write like a name, "osaka" in a hurry too."""
        # Its own writing tips the scale for a word no question has held yet.
        return word in words.numbers or self._balance[word] + (word in words.named) > 0


def stand_apart(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether each side names something the other does not: Lyon and Osaka, 2022 and 2024."""
    return _leaves(ours, theirs) and _leaves(theirs, ours)


def _leaves(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    others = tuple(theirs)
    ours = tuple(ours)
    initials = "".join(name[0] for name in others), "".join(name[0] for name in ours)
    return any(
        not any(_same(name, other) for other in others)
        and not (len(name) > 1 and name in initials[0])
        and not any(len(other) > 1 and name[0] in other and other in initials[1] for other in others)
        for name in ours
    )


def _same(one: str, other: str) -> bool:
    """Whether two names are one in another form; numbers have no other forms."""
    if one == other:
        return True
    if any(char.isdigit() for char in one + other):
        return False
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return shared >= SAME_START and shared >= min(len(one), len(other)) - OTHER_END


@lru_cache(maxsize=16)  # a question is compared, then put where it belongs
def _words(text: str) -> _Words:
    """Words of two characters or more, casefolded, without what follows an apostrophe and without thousands' commas."""
    shouted = text.isupper()
    named = () if shouted else names_in(text)
    words = tuple(word for word in map(_plain, WORD.findall(text)) if len(word) > 1 or word.isdigit())
    return _Words(
        all=words,
        named=frozenset(map(_plain, named)),
        numbers=frozenset(word for word in words if any(char.isdigit() for char in word)),
    )


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'").split("'")[0].replace(",", "")
