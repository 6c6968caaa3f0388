"""The extractive answerer: the best sentences of the best passages, in reading order. Writes no word of its own."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.domain import Citation, Hit
from knowledge.searching import Found, standardised
from knowledge.sentences import Span, split_sentences

Terms = Callable[[str], Sequence[str]]

# Passages quoted from, words shown and quotes made at most. Tuned on public questions with reference answers, where
# the words of the question found the right sentences as well as vectors of sentences did (benchmarks/quality.md).
PASSAGES = 4
BUDGET = 90
LIST_BUDGET = 180
QUOTES = 4
# What the passage's own rank counts beside the sentence's words, in standard deviations.
PASSAGE_SHARE = 0.5
# A sentence is shown when it scores no further below the best one than this, in standard deviations.
WORTH_SHOWING = 1.5
# A sentence shorter than this many words is read together with the next one.
SHORT = 8

LIST_ITEM = re.compile(r"^(?:[-*•–]|\(?\d{1,2}[.)])\s")
ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence, list or table row that could be quoted: its span in a hit's passage and its score."""

    hit: Hit
    order: int
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The unit's own characters."""
        return self.hit.passage.text[self.start : self.end]

    @property
    def words(self) -> int:
        """Its length in words."""
        return len(self.text.split())


def extract(found: Found, terms: Terms) -> tuple[Citation, ...]:
    """Return the quotes that answer, numbered in reading order; empty when no sentence is fit to be quoted."""
    hits = _quotable(found.hits)
    chosen = _choose(_units(hits, found, terms))
    return tuple(
        Citation(
            number=number,
            quote=unit.text,
            start=unit.start,
            end=unit.end,
            passage=unit.hit.passage,
            document=unit.hit.document,
        )
        for number, unit in enumerate(_merged(_in_reading_order(chosen)), start=1)
    )


def _quotable(hits: Sequence[Hit]) -> list[Hit]:
    """Take the best hits; a superseded one only where its successor is not among them."""
    best = hits[:PASSAGES]
    present = {hit.document.id for hit in hits}
    return [hit for hit in best if hit.document.successor_id not in present] or list(best)


def _units(hits: Sequence[Hit], found: Found, terms: Terms) -> list[Unit]:
    """Score every quotable sentence of the hits by the question's words in it and by its passage's score."""
    places = [(hit, order, start, end) for order, hit in enumerate(hits) for start, end in _spans(hit.passage.text)]
    words = standardised([_share(terms(hit.passage.text[start:end]), found) for hit, _, start, end in places])
    passage = standardised([hit.score for hit, *_ in places])
    return [
        Unit(hit=hit, order=order, start=start, end=end, score=float(words[i] + PASSAGE_SHARE * passage[i]))
        for i, (hit, order, start, end) in enumerate(places)
    ]


def _spans(text: str) -> list[Span]:
    return _joined(text, [span for span in split_sentences(text) if is_quotable(text[slice(*span)])])


def _share(words: Sequence[str], found: Found) -> float:
    """The share of the question's words that a sentence holds, weighted by rarity and by the turn they come from."""
    weights = {term: weight * found.reading.idf[term] for term, weight in found.reading.weights.items()}
    return sum(weight for term, weight in weights.items() if term in words) / (sum(weights.values()) or 1.0)


def is_quotable(sentence: str) -> bool:
    """Whether a sentence can stand by itself: no heading, menu crumb or lone label."""
    if LIST_ITEM.match(sentence) or " | " in sentence:
        return len(sentence.split()) > 2
    return len(sentence.split()) >= 4 and bool(ENDS.search(sentence))


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join a short sentence to the next one of its paragraph."""
    joined: list[Span] = []
    for start, end in spans:
        if joined:
            before, until = joined[-1]
            if len(text[before:until].split()) < SHORT and "\n" not in text[before:start]:
                joined[-1] = (before, end)
                continue
        joined.append((start, end))
    return joined


def _choose(units: Sequence[Unit]) -> list[Unit]:
    """Take the best units until the budget is spent; the best one always."""
    chosen: list[Unit] = []
    words = 0
    seen: set[str] = set()
    for unit in sorted(units, key=lambda unit: -unit.score):
        enough = len(chosen) >= QUOTES or (chosen and words + unit.words > BUDGET)
        if enough or (chosen and unit.score < chosen[0].score - WORTH_SHOWING):
            break
        if unit.text not in seen:
            seen.add(unit.text)
            chosen.append(unit)
            words += unit.words
    return chosen


def _in_reading_order(units: Sequence[Unit]) -> list[Unit]:
    """Documents in force first, then as they were ranked; inside a document as it reads."""
    first: dict[str, int] = {}
    for unit in units:
        first[unit.hit.document.id] = min(unit.order, first.get(unit.hit.document.id, unit.order))
    return sorted(
        units,
        key=lambda unit: (
            not unit.hit.document.card.status.in_force,
            first[unit.hit.document.id],
            unit.hit.document.id,
            unit.hit.passage.ordinal,
            unit.start,
        ),
    )


def _merged(units: Sequence[Unit]) -> list[Unit]:
    """Make one quote of neighbours: what stands between them in the passage is white space only."""
    merged: list[Unit] = []
    for unit in units:
        last = merged[-1] if merged else None
        if last and last.hit is unit.hit and not unit.hit.passage.text[last.end : unit.start].strip():
            merged[-1] = Unit(hit=unit.hit, order=unit.order, start=last.start, end=unit.end, score=last.score)
        else:
            merged.append(unit)
    return merged
