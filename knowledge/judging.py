"""Do these hits answer this question? A calibrated probability from a few signals, not a bare score.

The coefficients stand in judge.toml, fitted as benchmarks/train_judge.py fits them. Never looks at what
kind of question it is, nor at any word in particular; only a fiscal year is known as one.
"""

import math
import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.answerability import Reads
from knowledge.domain import Citation, Hit
from knowledge.fiscal_years import YEAR, fiscal_years_in
from knowledge.searching import Found
from knowledge.sentences import questions_in, split_sentences

Terms = Callable[[str], Sequence[str]]
# Hits looked at; below them the answer is hardly ever found (Recall@5 is what search is measured by).
LOOKED_AT = 5
# The lead of the best passage is taken over this one: where many are about as near, none is likely to be the answer.
AHEAD_OF = 10
# What the model that reads says of nothing: surely no answer.
UNREAD = -4.0
WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
AMOUNT = re.compile(r"\d[\d.,]*(?:k|m|bn|st|nd|rd|th)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What the judge weighs, each larger for a question that is answered.

    dense: cosine of the best passage, -1 to 1. lead: how far that is ahead of the tenth best. coverage: the share
    of the question's words, weighted by how rare they are in the library, that one sentence of the hits holds,
    0 to 1. named: the share of the question's names and years that stand anywhere in the hits, 0 to 1; 1 when it has
    none. A question about Canada is not answered by a passage about Mexico, however near. read: the logit that the
    best of the passages answers it, by a model that reads both together (answerability.py).
    """

    dense: float
    lead: float
    coverage: float
    named: float
    read: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The logistic model; `answered` holds the mean of each signal over answered questions, to compare with."""

    intercept: float
    threshold: float
    coefficients: Mapping[str, float]
    answered: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judge's probability that the library answers, and what it rests on."""

    probability: float
    answerable: bool
    signals: Signals
    model: Model


class Judging:
    """A logistic model over the signals."""

    def __init__(self, terms: Terms, reads: Reads, threshold: float | None = None) -> None:
        model = tomllib.loads((Path(__file__).parent / "judge.toml").read_text("utf-8"))
        self._terms = terms
        self._reads = reads
        self._model = Model(**model if threshold is None else model | {"threshold": threshold})

    def judge(self, found: Found, quotes: Sequence[Citation]) -> Verdict:
        """Return the verdict on what a search brought and what would be quoted of it; 0 where nothing can be quoted."""
        signals, model = self.signals(found), self._model
        weighted = sum(model.coefficients[name] * value for name, value in asdict(signals).items())
        probability = 1 / (1 + math.exp(-(model.intercept + weighted))) if quotes else 0.0
        return Verdict(probability=probability, answerable=probability >= model.threshold, signals=signals, model=model)

    def signals(self, found: Found) -> Signals:
        """Measure the signals."""
        own = {term: found.reading.idf[term] for term, weight in found.reading.weights.items() if weight == 1.0}
        hits = found.hits[:LOOKED_AT]
        sentences = [
            frozenset(self._terms(hit.passage.text[start:end]))
            for hit in hits
            for start, end in split_sentences(hit.passage.text)
        ]
        dense = sorted((hit.dense or 0.0 for hit in found.hits), reverse=True)
        return Signals(
            dense=max(dense, default=0.0),
            lead=dense[0] - dense[min(AHEAD_OF, len(dense)) - 1] if dense else 0.0,
            coverage=best_coverage(own, sentences),
            named=self._named(found.reading.text, hits, frozenset().union(*sentences)),
            read=self._best_read(found),
        )

    def _named(self, question: str, hits: Sequence[Hit], words: frozenset[str]) -> float:
        """The share of what a question names that the hits hold. Of a fiscal year they must speak as of one."""
        above = ["\n".join((hit.document.card.title, *hit.passage.heading)) for hit in hits]
        held = words.union(*(self._terms(text) for text in above))
        years = {
            year
            for hit, text in zip(hits, above, strict=True)
            for year in fiscal_years_in(f"{text}\n{hit.passage.text}")
        }
        asked = set(fiscal_years_in(question))
        names = {term for name in names_in(question, amounts=False) for term in self._terms(name)} - asked
        together = len(names) + len(asked)
        return (len(names & held) + len(asked & years)) / together if together else 1.0

    def _best_read(self, found: Found) -> float:
        """Take what the best hits were read as; where a message asks several questions, read with each by itself."""
        several = questions_in(found.reading.text)
        if len(several) > 1:
            return max(float(self._reads(question, found.read).max(initial=UNREAD)) for question in several)
        return max((hit.read for hit in found.hits[:LOOKED_AT] if hit.read is not None), default=UNREAD)


def names_in(text: str, *, amounts: bool = True) -> tuple[str, ...]:
    """Return the words that name or count: with a digit, with a capital inside a sentence, or in capitals.

    Without `amounts` no number is among them that counts or measures ("30 chairs", "$18k", "the 2nd time"): a year is,
    and one beside a name ("Rule 47", "the 9th Summit"). An asker's sums, ages and days need not stand in the rule that
    applies to them.
    """
    return tuple(
        word.group()
        for word in WORD.finditer(text)
        if _names(text, word) and (amounts or not _is_amount(text[: word.start()], word.group(), text[word.end() :]))
    )


def _names(text: str, found: re.Match[str]) -> bool:
    word = found.group()
    return (
        any(c.isdigit() for c in word)
        or (word[0].isupper() and not _opens_sentence(text[: found.start()]))
        or (len(word) > 1 and word.isupper())
    )


def _is_amount(before: str, word: str, after: str) -> bool:
    if not AMOUNT.fullmatch(word) or re.fullmatch(YEAR, word):
        return False
    of_a_name = before.split()[-1:] + (after.split()[:1] if word[-1].isalpha() else [])
    return before.endswith(("$", "€", "£")) or not any(one[0].isupper() for one in of_a_name)


def _opens_sentence(before: str) -> bool:
    return not before.strip() or before.rstrip()[-1] in ".!?:"


def best_coverage(idf: Mapping[str, float], texts: Sequence[Collection[str]]) -> float:
    """Return the largest share of the question's words, weighted by rarity, that one of the texts holds."""
    whole = sum(idf.values())
    if not whole:
        return 0.0
    return max((sum(weight for term, weight in idf.items() if term in text) / whole for text in texts), default=0.0)
