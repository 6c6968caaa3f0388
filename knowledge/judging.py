"""Do these hits answer this question? A calibrated probability from a few signals, not a bare score.

The coefficients stand in judge.toml, trained by benchmarks/train_judge.py on public questions. Never looks at what
kind of question it is, nor at any word in particular.
"""

import math
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.domain import Hit
from knowledge.searching import Found
from knowledge.sentences import split_sentences

Terms = Callable[[str], Sequence[str]]
# Hits looked at; below them the answer is hardly ever found (Recall@5 is what search is measured by).
LOOKED_AT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the judge weighs; each between about 0 and 1, larger for a question that is answered.

    dense: cosine of the best passage. passage_coverage, sentence_coverage: the share of the question's words,
    weighted by how rare they are, in the passage or sentence that holds most of them. agreement: the share of the
    five best by meaning that are among the five best by words. lead: how far the best passage's cosine is ahead
    of the fifth's. rarest: 1 when the rarest word of the question stands in one of the hits.
    """

    dense: float
    passage_coverage: float
    sentence_coverage: float
    agreement: float
    lead: float
    rarest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judge's probability that the library answers, and what it rests on."""

    probability: float
    answerable: bool
    signals: Signals


class Judging:
    """A logistic model over the signals."""

    def __init__(self, terms: Terms, threshold: float | None = None) -> None:
        model = tomllib.loads((Path(__file__).parent / "judge.toml").read_text("utf-8"))
        self._terms = terms
        self._intercept = float(model["intercept"])
        self._coefficients: dict[str, float] = model["coefficients"]
        self._threshold = float(model["threshold"]) if threshold is None else threshold

    def judge(self, found: Found) -> Verdict:
        """Return the verdict on what a search brought; without hits the probability is 0."""
        signals = self.signals(found)
        weighted = sum(self._coefficients[name] * value for name, value in asdict(signals).items())
        probability = 1 / (1 + math.exp(-(self._intercept + weighted))) if found.hits else 0.0
        return Verdict(probability=probability, answerable=probability >= self._threshold, signals=signals)

    def signals(self, found: Found) -> Signals:
        """Measure the signals."""
        hits = found.hits[:LOOKED_AT]
        idf = {term: found.reading.idf[term] for term, weight in found.reading.weights.items() if weight == 1.0}
        texts = [frozenset(self._terms(searched_text(hit))) for hit in hits]
        sentences = [
            frozenset(self._terms(hit.passage.text[start:end]))
            for hit in hits
            for start, end in split_sentences(hit.passage.text)
        ]
        dense = sorted((hit.dense or 0.0 for hit in found.hits), reverse=True)
        rarest = max(idf, key=lambda term: idf[term], default=None)
        return Signals(
            dense=max(dense, default=0.0),
            passage_coverage=best_coverage(idf, texts),
            sentence_coverage=best_coverage(idf, sentences),
            agreement=_agreement(found.hits),
            lead=dense[0] - dense[min(4, len(dense) - 1)] if dense else 0.0,
            rarest=float(any(rarest in text for text in texts)),
        )


def searched_text(hit: Hit) -> str:
    """Return what counts as a hit's words: its document's title, its heading path and its text."""
    return "\n".join((hit.document.card.title, *hit.passage.heading, hit.passage.text))


def best_coverage(idf: Mapping[str, float], texts: Sequence[Collection[str]]) -> float:
    """Return the largest share of the question's words, weighted by rarity, that one of the texts holds."""
    whole = sum(idf.values())
    if not whole:
        return 0.0
    return max((sum(weight for term, weight in idf.items() if term in text) / whole for text in texts), default=0.0)


def _agreement(hits: Sequence[Hit]) -> float:
    by_meaning = sorted(hits, key=lambda hit: -(hit.dense or 0.0))[:LOOKED_AT]
    by_words = sorted(hits, key=lambda hit: -(hit.keyword or 0.0))[:LOOKED_AT]
    both = {hit.passage.id for hit in by_meaning} & {hit.passage.id for hit in by_words if hit.keyword}
    return len(both) / LOOKED_AT
