"""Looks through the passages of an answer for two in force that differ, and numbers them among the citations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge.answering.differing.comparing import what_differs
from knowledge.answering.differing.scopes import Scope, scope_of
from knowledge.answering.extracting import PASSAGES, quotable_hits
from knowledge.answering.gate.statements import Statements
from knowledge.answering.gate.tokens import Terms, Token
from knowledge.differences import About, Difference, Side
from knowledge.domain import Citation, Hit
from knowledge.judging import names_in
from knowledge.searching import Found
from knowledge.sentences import Span, split_sentences

# More than these would be a report on the library, not a note to an answer.
MOST = 3
# Fewer words are a heading or a label.
SHORTEST = 4
# A row of a table, or an address: its numbers count nothing.
NO_SENTENCE = re.compile(r"[|]|://|www\.|@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A sentence of a passage, cut into tokens, with the stems of its words and what stands around it."""

    hit: Hit
    span: Span
    tokens: tuple[Token, ...]
    stems: frozenset[str]
    around: Scope
    is_quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """Two sentences that differ."""

    about: About
    sides: tuple[Stated, Stated]

    @property
    def places(self) -> frozenset[tuple[str, Span]]:
        """Where both stand, whatever they were found for."""
        return frozenset((side.hit.passage.id, side.span) for side in self.sides)


class FindingDifferences:
    """Compares the sentences of the passages an answer is taken from."""

    def __init__(self, terms: Terms) -> None:
        self._reading = Statements(terms)

    def find(self, found: Found, quoted: Sequence[Citation], most: int = PASSAGES) -> tuple[Differing, ...]:
        """Return where sources in force among the best passages differ; one side of each is quoted.

        Tables are left out: what a row means stands in its header.
        """
        in_force = [hit for hit in quotable_hits(found.hits, most) if hit.document.card.status.in_force]
        if not quoted or len({hit.document.id for hit in in_force}) < 2:
            return ()
        stated = [one for hit in in_force for one in self._sentences(hit, found.reading.text, quoted)]
        differing: list[Differing] = []
        for one, other in combinations(stated, 2):
            if one.hit.document.id == other.hit.document.id or not (one.is_quoted or other.is_quoted):
                continue
            if not _may_be_on_one_matter(one, other):
                continue
            if any(side in known.sides for known in differing for side in (one, other)):
                continue
            read = (self._reading.of(one.tokens), self._reading.of(other.tokens))
            about = what_differs(*read, (one.around, other.around), self._reading)
            if about and len(differing) < MOST:
                differing.append(Differing(about=about, sides=(one, other)))
        return tuple(differing)

    def _sentences(self, hit: Hit, question: str, quoted: Sequence[Citation]) -> list[Stated]:
        """Cut the sentences of a passage that names whom and what the question names; none of another."""
        text = hit.passage.text
        cut = [((start, end), self._reading.cut(text[start:end])) for start, end in split_sentences(text)]
        stems = [frozenset(token.stem for token in tokens if token.stem) for _, tokens in cut]
        around = scope_of(hit, frozenset().union(*stems), self._reading)
        named = frozenset().union(*(self._reading.stems(name) for name in names_in(question)))
        if not named <= around.stems:
            return []
        return [
            Stated(
                hit=hit,
                span=span,
                tokens=tokens,
                stems=own,
                around=around,
                is_quoted=any(_holds(citation, hit, span) for citation in quoted),
            )
            for (span, tokens), own in zip(cut, stems, strict=True)
            if _states(text[slice(*span)])
        ]


def with_differences(
    citations: Sequence[Citation], differing: Sequence[Differing]
) -> tuple[tuple[Citation, ...], tuple[Difference, ...]]:
    """Return the citations and, behind them, those of sides that none of them quotes; and the differences by number."""
    shown = list(citations)

    def side_of(stated: Stated) -> Side:
        start, end = stated.span
        holding = next((one for one in shown if _holds(one, stated.hit, stated.span)), None)
        if holding is None:
            passage = stated.hit.passage
            holding = Citation(
                number=max((one.number for one in shown), default=0) + 1,
                quote=passage.text[start:end],
                start=start,
                end=end,
                passage=passage,
                document=stated.hit.document,
            )
            shown.append(holding)
        return Side(number=holding.number, start=start, end=end)

    differences = tuple(
        Difference(about=one.about, sides=(side_of(one.sides[0]), side_of(one.sides[1]))) for one in differing
    )
    return tuple(shown), differences


def _states(sentence: str) -> bool:
    return len(sentence.split()) >= SHORTEST and not sentence.endswith("?") and not NO_SENTENCE.search(sentence)


def _may_be_on_one_matter(one: Stated, other: Stated) -> bool:
    """Whether a closer look is worth its time: they are not the same, but half the words of the shorter are."""
    if one.tokens == other.tokens:
        return False
    return 2 * len(one.stems & other.stems) >= min(len(one.stems), len(other.stems))


def _holds(citation: Citation, hit: Hit, span: Span) -> bool:
    start, end = span
    return citation.passage.id == hit.passage.id and citation.start <= start and end <= citation.end
