"""Why a question got the answer it got: what every stage made of it, and which one the answer failed at.

Only reads what the stages kept. Never changes an outcome, and nothing of it is recorded.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from knowledge.answering.asking import Considered
from knowledge.answering.extracting import PASSAGES
from knowledge.domain import Hit
from knowledge.judging import Verdict
from knowledge.searching import Found, Reading


class Stage(StrEnum):
    """Where the way of a question ended."""

    SEARCH = "search"
    JUDGE = "judge"
    QUOTES = "quotes"
    ANSWERED = "answered"


class Fate(StrEnum):
    """What became of a passage that was found."""

    QUOTED = "quoted"
    OUTDONE = "outdone"
    UNQUOTABLE = "unquotable"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    BELOW = "below"
    BEYOND = "beyond"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word searched for, as its stem.

    `weight` is 1 for the question's own and less for the thread's, `idf` says how rare it is in the library.
    """

    term: str
    weight: float
    idf: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A question as it was searched. `earlier` is the thread's last question, which counted fully where it `leans`.

    `restated` is what a language model made of it for the search, which then knew of no thread.
    """

    text: str
    restated: str | None
    earlier: str | None
    leans: bool
    as_of: date | None
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A passage on its way through the stages, with its place in the order of each, from 1.

    `rank` is None for what search left out, `keyword_rank` for what holds no word of the question. `reranked` is
    `hit.fused` after the best were read with the question, by a reranker too; None where that changed nothing.
    `sentence` is the score of its best sentence in standard deviations, None where none competed.
    """

    hit: Hit
    rank: int | None
    dense_rank: int
    keyword_rank: int | None
    fused_rank: int
    reranked: float | None
    sentence: float | None
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A signal of the judge and its mean over `answered` questions.

    `contribution` is value times coefficient, `cost` what that lacks to the contribution of an answered question.
    """

    name: str
    value: float
    answered: float
    coefficient: float
    contribution: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The judge's verdict; the signals are those of its model, the costliest first."""

    probability: float
    threshold: float
    intercept: float
    signals: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How an outcome came about. `passages` stand as they were ranked, then what search left out.

    `library_changed` says whether the library is another one than when the question was answered.
    """

    question_id: str
    searched: Searched
    passages: tuple[Traced, ...]
    judged: Judged
    stage: Stage
    library_changed: bool


def explain_outcome(considered: Considered, *, library_changed: bool) -> Explanation:
    """Put together what the stages kept of a question."""
    question, found = considered.question, considered.found
    earlier = [turn.text for turn in question.thread if turn.speaker == "user"]
    return Explanation(
        question_id=question.id,
        searched=Searched(
            text=question.text,
            restated=found.reading.text if found.reading.text != question.text else None,
            earlier=earlier[-1] if earlier else None,
            leans=found.reading.leans,
            as_of=question.as_of,
            terms=_terms(found.reading),
        ),
        passages=_trace(considered),
        judged=_weigh(considered.verdict),
        stage=_stage(considered),
        library_changed=library_changed,
    )


def _stage(considered: Considered) -> Stage:
    if considered.citations:
        return Stage.ANSWERED
    if not considered.found.hits:
        return Stage.SEARCH
    return Stage.JUDGE if _is_refused(considered) else Stage.QUOTES


def _is_refused(considered: Considered) -> bool:
    """Whether the judge is to blame: there was something to quote."""
    return bool(considered.competed) and not considered.verdict.answerable


def _terms(reading: Reading) -> tuple[Term, ...]:
    terms = [Term(term=term, weight=weight, idf=reading.idf[term]) for term, weight in reading.weights.items()]
    return tuple(sorted(terms, key=lambda one: -one.weight * one.idf))


def _weigh(verdict: Verdict) -> Judged:
    model = verdict.model
    signals = [
        Weighed(
            name=name,
            value=value,
            answered=model.answered[name],
            coefficient=model.coefficients[name],
            contribution=model.coefficients[name] * value,
            cost=model.coefficients[name] * (model.answered[name] - value),
        )
        for name, value in asdict(verdict.signals).items()
    ]
    return Judged(
        probability=verdict.probability,
        threshold=model.threshold,
        intercept=model.intercept,
        signals=tuple(sorted(signals, key=lambda one: -one.cost)),
    )


def _trace(considered: Considered) -> tuple[Traced, ...]:
    found = considered.found
    dense = _places(found.candidates, lambda hit: hit.dense or 0.0)
    keyword = _places(found.candidates, lambda hit: hit.keyword or 0.0)
    fused = _places(found.candidates, lambda hit: hit.fused or 0.0)
    ranks = {hit.passage.id: rank for rank, hit in enumerate(found.hits, start=1)}
    sentences: dict[str, float] = {}
    for one in considered.competed:
        id_ = one.hit.passage.id
        sentences[id_] = max(one.score, sentences.get(id_, one.score))
    left_out = sorted((hit for hit in found.candidates if hit.passage.id not in ranks), key=lambda hit: -hit.score)
    return tuple(
        Traced(
            hit=hit,
            rank=ranks.get(id_),
            dense_rank=dense[id_],
            keyword_rank=keyword[id_] if hit.keyword else None,
            fused_rank=fused[id_],
            reranked=_reranked(hit),
            sentence=sentences.get(id_),
            fate=_fate(hit, ranks.get(id_), considered),
        )
        for hit in (*found.hits, *left_out)
        for id_ in (hit.passage.id,)
    )


def _fate(hit: Hit, rank: int | None, considered: Considered) -> Fate:
    if rank is None:
        return Fate.REPEAT if hit.passage.id in considered.found.repeats else Fate.BEYOND
    if any(citation.passage.id == hit.passage.id for citation in considered.citations):
        return Fate.QUOTED
    if rank > PASSAGES:
        return Fate.BELOW
    if _is_refused(considered):
        return Fate.REFUSED
    if any(one.hit.passage.id == hit.passage.id for one in considered.competed):
        return Fate.OUTDONE
    return Fate.SUCCEEDED if _has_successor_ahead(hit, considered.found) else Fate.UNQUOTABLE


def _has_successor_ahead(hit: Hit, found: Found) -> bool:
    return any(other.document.id == hit.document.successor_id for other in found.hits[:PASSAGES])


def _reranked(hit: Hit) -> float | None:
    """What the score was before the penalty, where that is not the fused one."""
    before = hit.score + hit.penalty
    return None if hit.fused is None or math.isclose(before, hit.fused, abs_tol=1e-6) else before


def _places(hits: Sequence[Hit], score: Callable[[Hit], float]) -> dict[str, int]:
    """Number the passages by a score, the highest first."""
    ordered: Iterable[Hit] = sorted(hits, key=lambda hit: -score(hit))
    return {hit.passage.id: place for place, hit in enumerate(ordered, start=1)}
