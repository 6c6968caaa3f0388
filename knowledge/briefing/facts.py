"""The facts of a memo: what of the passages found can be quoted, is about the matter, and what it holds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.answering.extracting import Candidate, candidates
from knowledge.answering.units import CELLS
from knowledge.briefing.readings import Reading, Readings
from knowledge.domain import Hit
from knowledge.near_duplicates import holds
from knowledge.searching import Found
from knowledge.sentences import split_sentences

Terms = Callable[[str], Sequence[str]]

# Passages looked at; a memo is about a matter and not one question, so these are more than an answer quotes from.
PASSAGES = 15
# Words of a quote at most: a memo is one page, and a sentence longer than this is left to its document.
LONGEST = 60
# What is about a matter holds this share of its words, weighted by how rare they are.
ABOUT = 0.5
# A whole document is about a matter when its title holds all the words of it, and they are this share of the title.
TITLE_IS_ABOUT = 0.33
# What a row of a table loses to a sentence, in standard deviations: a cell by itself says less.
ROW_LOSS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A span of a hit's passage that can stand by itself, how well it suits the matter, and what it holds."""

    hit: Hit
    start: int
    end: int
    score: float
    reading: Reading
    is_row: bool = False

    @property
    def text(self) -> str:
        """The passage's own characters."""
        return self.hit.passage.text[self.start : self.end]

    @property
    def words(self) -> int:
        """Its length in words."""
        return len(self.text.split())

    @property
    def figures(self) -> frozenset[tuple[str, str]]:
        """Its figures as its document states them."""
        return frozenset((self.hit.document.id, self.text[slice(*span)]) for span in self.reading.figures)

    @property
    def told(self) -> frozenset[tuple[str, str]]:
        """Its figures and dates as its document states them, to tell what tells the same."""
        return self.figures | {(self.hit.document.id, iso) for iso, _ in self.reading.dates}


class Facts:
    """Collects facts; `terms` stems words."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._readings = Readings(terms)

    def about(self, found: Found, topic: str, *, naming: str = "") -> tuple[Fact, ...]:
        """Return what is about a topic and names all the words of `naming`, the best first, nothing twice."""
        weights, named = found.reading.idf, frozenset(self._terms(naming))
        wanted = {term: weights.get(term, 1.0) for term in self._terms(topic)}
        chosen: list[Fact] = []
        told: set[tuple[str, str]] = set()
        for one in sorted(self._facts(found), key=lambda fact: -fact.score):
            near = self._near(one)
            if not named <= near or not self._is_about(one, wanted, near):
                continue
            repeats = one.is_row and bool(one.figures or one.told) and (one.figures or one.told) <= told
            if not repeats and not any(holds(other.text, one.text) for other in chosen):
                chosen.append(one)
                told |= one.told
        return tuple(chosen)

    def _facts(self, found: Found) -> Iterable[Fact]:
        for one in candidates(found, self._terms, wants_list=False, most=PASSAGES):
            for start, end in _pieces(one):
                text = one.hit.passage.text[start:end]
                if len(text.split()) > LONGEST:
                    continue
                is_row = CELLS in text
                yield Fact(
                    hit=one.hit,
                    start=start,
                    end=end,
                    score=one.score - (ROW_LOSS if is_row else 0.0),
                    reading=self._readings.read(text),
                    is_row=is_row,
                )

    def _near(self, fact: Fact) -> frozenset[str]:
        """The words of a fact and of the headings over it, without its document's title."""
        heading = [part for part in fact.hit.passage.heading if part != fact.hit.document.card.title]
        return frozenset(self._terms("\n".join((fact.text, *heading))))

    def _is_about(self, fact: Fact, wanted: dict[str, float], near: frozenset[str]) -> bool:
        """Whether a fact or its heading holds enough of the topic, or its whole document is about it."""
        if not wanted or _share(wanted, near) >= ABOUT:
            return True
        title = frozenset(self._terms(fact.hit.document.card.title))
        return wanted.keys() <= title and len(wanted) >= TITLE_IS_ABOUT * len(title)


def _pieces(one: Candidate) -> Sequence[tuple[int, int]]:
    """A sentence whole; of a table its rows without the header, of a long list its items."""
    text = one.hit.passage.text[one.start : one.end]
    is_table = CELLS in text
    if not is_table and (not one.is_list or len(text.split()) <= LONGEST):
        return [(one.start, one.end)]
    pieces = [(one.start + start, one.start + end) for start, end in split_sentences(text)]
    return pieces[1:] if is_table and one.is_list else pieces


def _share(wanted: dict[str, float], held: frozenset[str]) -> float:
    return sum(weight for term, weight in wanted.items() if term in held) / (sum(wanted.values()) or 1.0)
