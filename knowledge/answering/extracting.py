"""The extractive answerer: the best sentences of the best passages, in reading order. Writes no word of its own."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge.answering.units import quotables
from knowledge.domain import Citation, Hit
from knowledge.near_duplicates import holds
from knowledge.searching import Found, standardised
from knowledge.sentences import Span

Terms = Callable[[str], Sequence[str]]

# Passages quoted from, words shown and quotes made at most. Tuned on public questions with reference answers, where
# the words of the question found the right sentences as well as vectors of sentences did (benchmarks/quality.md).
PASSAGES = 5
BUDGET = 100
LIST_BUDGET = 200
QUOTES = 6
# An answer of fewer words than this comes with what stands around its best sentence.
FEW = 30
# What the passage's own rank counts beside the sentence's words, in standard deviations.
PASSAGE_SHARE = 0.5
# What a word of the question counts that stands in the title or headings above a sentence and not in the sentence.
HEADING_SHARE = 0.4
# What a list gains when the question asks for one, in standard deviations.
LIST_BONUS = 1.0
# A sentence is shown when it scores no further below the best one than this, in standard deviations.
WORTH_SHOWING = 2.0

ASKS_FOR_LIST = re.compile(
    r"\b(?:steps?|list|checklist|order|procedure|which \w+s|what (?:are|were|should|do|goes)"
    r"|how (?:do|can|should|to))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A span of a hit's passage that could be quoted, and how well it suits the question.

    `key` is the sentence, item or row of it that holds most of the question's words.
    """

    hit: Hit
    rank: int
    start: int
    end: int
    is_list: bool
    score: float
    key: Span

    @property
    def text(self) -> str:
        """The passage's own characters."""
        return self.hit.passage.text[self.start : self.end]

    @property
    def words(self) -> int:
        """Its length in words."""
        return len(self.text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The quotes that answer, numbered in reading order, and every span that competed for a place among them."""

    citations: tuple[Citation, ...] = ()
    competed: tuple[Candidate, ...] = ()


def extract(found: Found, terms: Terms) -> Extract:
    """Return the quotes that answer; none when nothing is fit to be quoted."""
    wants_list = bool(ASKS_FOR_LIST.search(found.reading.text))
    competed = candidates(found, terms, wants_list=wants_list)
    chosen = choose(competed, LIST_BUDGET if wants_list else BUDGET)
    if not chosen:
        return Extract()
    best = chosen[0]
    shown = [*chosen, *led_into(best, chosen, competed)]
    shown += around(best, shown, competed)
    citations = tuple(
        Citation(
            number=number,
            quote=one.text,
            start=one.start,
            end=one.end,
            passage=one.hit.passage,
            document=one.hit.document,
            key=best.key if one.hit is best.hit and one.start <= best.start < one.end else None,
        )
        for number, one in enumerate(merge(in_reading_order(shown)), start=1)
    )
    return Extract(citations=citations, competed=tuple(competed))


def candidates(found: Found, terms: Terms, *, wants_list: bool, most: int = PASSAGES) -> list[Candidate]:
    """Score what can be quoted of the `most` best hits by the question's words in and above it and by its passage."""
    places = [
        (hit, rank, quotable)
        for rank, hit in enumerate(quotable_hits(found.hits, most))
        for quotable in quotables(hit.passage.text)
    ]
    above = {hit.passage.id: terms("\n".join((hit.document.card.title, *hit.passage.heading))) for hit, *_ in places}
    keys = [
        max(
            (_share(terms(hit.passage.text[start:end]), above[hit.passage.id], found), -start, end)
            for start, end in quotable.parts
        )
        for hit, _, quotable in places
    ]
    shares = standardised([share for share, *_ in keys])
    passage = standardised([hit.score for hit, *_ in places])
    return [
        Candidate(
            hit=hit,
            rank=rank,
            start=quotable.start,
            end=quotable.end,
            is_list=quotable.is_list,
            score=float(share + PASSAGE_SHARE * around) + (LIST_BONUS if wants_list and quotable.is_list else 0.0),
            key=(-key[1], key[2]),
        )
        for (hit, rank, quotable), share, around, key in zip(places, shares, passage, keys, strict=True)
    ]


def quotable_hits(hits: Sequence[Hit], most: int = PASSAGES) -> list[Hit]:
    """Take the best hits; what was superseded only where its successor is not among those before it.

    Search puts a successor first unless the question is about the older one's year.
    """
    best = list(hits[:most])
    before: set[str] = set()
    kept = []
    for hit in best:
        before.add(hit.document.id)
        if hit.document.successor_id not in before:
            kept.append(hit)
    return kept or best


def choose(ranked: Sequence[Candidate], budget: int) -> list[Candidate]:
    """Take the best until the words are spent; the best one always, nothing twice, nothing far below the best."""
    chosen: list[Candidate] = []
    words = 0
    for one in sorted(ranked, key=lambda one: -one.score):
        if chosen and (len(chosen) == QUOTES or one.score < chosen[0].score - WORTH_SHOWING):
            break
        if chosen and (words + one.words > budget or any(holds(other.text, one.text) for other in chosen)):
            continue
        chosen.append(one)
        words += one.words
    return chosen


def led_into(best: Candidate, chosen: Sequence[Candidate], competed: Sequence[Candidate]) -> list[Candidate]:
    """The list that stands right behind the best sentence, for that sentence may only announce it."""
    behind = [one for one in competed if one.hit is best.hit and one.start > best.start]
    after = min(behind, key=lambda one: one.start, default=None)
    if after is None or after in chosen or best.is_list or not after.is_list:
        return []
    return [after] if sum(one.words for one in (*chosen, after)) <= LIST_BUDGET else []


def around(best: Candidate, shown: Sequence[Candidate], competed: Sequence[Candidate]) -> list[Candidate]:
    """What stands nearest to the best sentence in its passage, until a short answer has words enough to be understood.

    Of two as near, what follows comes first.
    """
    added: list[Candidate] = []
    words = sum(one.words for one in shown)
    passage = sorted((one for one in competed if one.hit is best.hit), key=lambda one: one.start)
    place = passage.index(best)
    near = sorted(range(len(passage)), key=lambda at: (abs(at - place), at < place))
    for one in (passage[at] for at in near):
        if words >= FEW:
            break
        if one not in shown and words + one.words <= BUDGET:
            added.append(one)
            words += one.words
    return added


def in_reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Documents in force first, then as they were ranked; inside a document as it reads."""
    first: dict[str, int] = {}
    for one in chosen:
        first[one.hit.document.id] = min(one.rank, first.get(one.hit.document.id, one.rank))
    return sorted(
        chosen,
        key=lambda one: (
            not one.hit.document.card.status.in_force,
            first[one.hit.document.id],
            one.hit.passage.ordinal,
            one.start,
        ),
    )


def merge(ordered: Sequence[Candidate]) -> list[Candidate]:
    """Make one quote of neighbours in a paragraph: what stands between them is a space."""
    merged: list[Candidate] = []
    for one in ordered:
        last = merged[-1] if merged else None
        if last and last.hit is one.hit and one.hit.passage.text[last.end : one.start].strip(" \n") == "":
            merged[-1] = replace(last, end=one.end)
        else:
            merged.append(one)
    return merged


def _share(words: Sequence[str], above: Sequence[str], found: Found) -> float:
    """The share of the question's words that a sentence holds, weighted by rarity and by the turn they come from."""
    weights = {term: weight * found.reading.idf[term] for term, weight in found.reading.weights.items()}
    held = sum(
        weight * (1.0 if term in words else HEADING_SHARE)
        for term, weight in weights.items()
        if term in words or term in above
    )
    return held / (sum(weights.values()) or 1.0)
