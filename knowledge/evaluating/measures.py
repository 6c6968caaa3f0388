"""Figures over tasks, each with a 95% interval from resampling the tasks (bootstrap, Efron 1979), seeded.

Retrieval comes from ir-measures and ROUGE from rouge-score: none of our own formulas there.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.evaluating.cases import Answerability
from knowledge.evaluating.traces import Outcome, Trace, has_answer

Rows = NDArray[np.intp]
Floats = NDArray[np.float64]

SEED = 20261123
RESAMPLES = 1000
BINS = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that can be taken over any selection, repeats included, of `count` tasks."""

    count: int
    over: Callable[[Rows], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the ends of its 95% interval; `count` tasks stand behind it."""

    value: float
    low: float
    high: float
    count: int


def estimate(measure: Measure) -> Figure | None:
    """Take the figure over all tasks and over resamples of them; None when there is nothing to take it over."""
    if not measure.count:
        return None
    value = measure.over(np.arange(measure.count))
    if np.isnan(value):
        return None
    draw = np.random.default_rng(SEED)
    drawn = [measure.over(draw.integers(0, measure.count, measure.count)) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(drawn, (2.5, 97.5))
    return Figure(float(value), float(low), float(high), measure.count)


def ratio(ours: Measure, theirs: Measure) -> Measure:
    """Our figure over theirs on the same tasks, which are resampled together."""

    def over(rows: Rows) -> float:
        below = theirs.over(rows)
        return ours.over(rows) / below if below else float("nan")

    return Measure(ours.count, over)


def difference(ours: Measure, theirs: Measure) -> Measure:
    """Our figure less theirs on the same tasks, which are resampled together."""
    return Measure(ours.count, lambda rows: ours.over(rows) - theirs.over(rows))


def mean(values: Sequence[float]) -> Measure:
    """The mean over tasks."""
    array = np.asarray(values, dtype=np.float64)
    return Measure(len(array), lambda rows: float(array[rows].mean()))


def retrieval(traces: Sequence[Trace]) -> dict[str, Measure]:
    """Recall@5, nDCG@5 and nDCG@10 of the last turn in its thread, and of the restated question where there is one.

    `ndcg5_where_restated` is the last turn in its thread on the tasks that were restated, to compare with;
    `ndcg5_by_model` is on the same tasks what a language model's restating makes of it, where one was asked.
    """
    graded = [trace for trace in traces if any(grade > 0 for grade in trace.task.relevant.values())]
    restated = [trace for trace in graded if trace.task.standalone]
    asked = _retrieved(graded, [trace.found for trace in graded])
    again = _retrieved(restated, [trace.found_restated for trace in restated])
    here = _retrieved(restated, [trace.found for trace in restated])
    modelled = [trace for trace in restated if trace.found_by_model is not None]
    by_model = _retrieved(modelled, [trace.found_by_model or () for trace in modelled])
    return {
        **asked,
        **{f"{name}_standalone": measure for name, measure in again.items()},
        "ndcg5_where_restated": here["ndcg5"],
        "ndcg5_by_model": by_model["ndcg5"],
    }


def _retrieved(traces: Sequence[Trace], found: Sequence[Sequence[str]]) -> dict[str, Measure]:
    import ir_measures
    from ir_measures import R, nDCG

    names = {"recall5": R @ 5, "ndcg5": nDCG @ 5, "ndcg10": nDCG @ 10}
    if not traces:
        return {name: mean(()) for name in names}
    qrels = [
        ir_measures.Qrel(trace.task.id, document, grade)
        for trace in traces
        for document, grade in trace.task.relevant.items()
    ]
    run = [
        ir_measures.ScoredDoc(trace.task.id, document, 1 / rank)
        for trace, documents in zip(traces, found, strict=True)
        for rank, document in enumerate(documents, start=1)
    ]
    # A task for which nothing was found is left out by the library and scores 0.
    scores: dict[tuple[str, str], float] = {
        (metric.query_id, str(metric.measure)): metric.value
        for metric in ir_measures.iter_calc(list(names.values()), qrels, run)
    }
    return {
        name: mean([scores.get((trace.task.id, str(measure)), 0.0) for trace in traces])
        for name, measure in names.items()
    }


def refusal(traces: Sequence[Trace]) -> dict[str, Measure]:
    """How well the probability and the refusals tell UNANSWERABLE from ANSWERABLE and PARTIAL."""
    labelled = [
        (trace.outcome, has_answer(trace.task))
        for trace in traces
        if trace.outcome and (has_answer(trace.task) or trace.task.answerability is Answerability.UNANSWERABLE)
    ]
    answerable = np.array([answers for _, answers in labelled], dtype=bool)
    probability = np.array([outcome.probability for outcome, _ in labelled], dtype=np.float64)
    refused = np.array([outcome.shown is None for outcome, _ in labelled], dtype=bool)
    vague = [
        float(trace.outcome.shown is not None)
        for trace in traces
        if trace.outcome and trace.task.answerability is Answerability.UNDERSPECIFIED
    ]

    def share(of: NDArray[np.bool_]) -> Measure:
        """How many of these tasks are both refused and unanswerable."""

        def over(rows: Rows) -> float:
            among = of[rows]
            return float((refused & ~answerable)[rows][among].mean()) if among.any() else float("nan")

        return Measure(len(of), over)

    def f1(rows: Rows) -> float:
        right = float((refused & ~answerable)[rows].sum())
        wrong = float((refused ^ ~answerable)[rows].sum())
        return 2 * right / (2 * right + wrong) if right or wrong else float("nan")

    count = len(labelled)
    return {
        "auroc": Measure(count, lambda rows: auroc(answerable[rows], probability[rows])),
        "precision": share(refused),
        "recall": share(~answerable),
        "f1": Measure(count, f1),
        "ece": Measure(count, lambda rows: calibration_error(answerable[rows], probability[rows])),
        "underspecified_answered": mean(vague),
    }


def auroc(answerable: NDArray[np.bool_], probability: Floats) -> float:
    """Area under the ROC curve by ranks, ties counting half (Mann and Whitney 1947); nan for one kind of question.

    scikit-learn gives the same and takes a millisecond, too long for thousands of resamples.
    """
    from scipy.stats import rankdata

    yes, no = int(answerable.sum()), int((~answerable).sum())
    if not yes or not no:
        return float("nan")
    return float((rankdata(probability)[answerable].sum() - yes * (yes + 1) / 2) / (yes * no))


def calibration_error(answerable: NDArray[np.bool_], probability: Floats) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017, section 2)."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(probability[bins == one].sum()) - float(answerable[bins == one].sum())) for one in np.unique(bins)
    ]
    return sum(gaps) / len(probability)


def extracts(traces: Sequence[Trace], answered: frozenset[str]) -> dict[str, Measure]:
    """What was shown against the reference answer, on the tasks `answered` names; and the best passage's opening.

    The names are those of the tasks that the product answered; where the baseline would have refused one of them,
    the words it would otherwise have shown count, so that both are measured on the same tasks.
    """
    from rouge_score.rouge_scorer import RougeScorer

    rouge = RougeScorer(["rougeL"], use_stemmer=True)
    shown = [
        (trace.outcome.shown or trace.opening, trace.task.reference, trace.opening)
        for trace in traces
        if trace.task.id in answered and trace.outcome and trace.task.reference
    ]
    return {
        "token_f1": mean([token_f1(words, reference) for words, reference, _ in shown]),
        "token_f1_opening": mean([token_f1(opening, reference) for _, reference, opening in shown]),
        "rouge_l": mean([rouge.score(reference, words)["rougeL"].fmeasure for words, reference, _ in shown]),
        "words": mean([len(words.split()) for words, _, _ in shown]),
    }


def token_f1(words: str, reference: str) -> float:
    """F1 over the words two texts share, each counted as often as it stands in both (Rajpurkar et al. 2016)."""
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (words, reference))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def latency(outcomes: Sequence[Outcome]) -> dict[str, Measure]:
    """Milliseconds of a warm question."""
    took = np.array([outcome.milliseconds for outcome in outcomes], dtype=np.float64)
    return {
        "p50_ms": Measure(len(took), lambda rows: float(np.percentile(took[rows], 50))),
        "p95_ms": Measure(len(took), lambda rows: float(np.percentile(took[rows], 95))),
    }


def measures(traces: Sequence[Trace], answered: frozenset[str]) -> Mapping[str, Measure]:
    """Every figure of a run."""
    outcomes = [trace.outcome for trace in traces if trace.outcome]
    altered = np.array([outcome.altered for outcome in outcomes], dtype=np.float64)
    return {
        **retrieval(traces),
        **refusal(traces),
        **extracts(traces, answered),
        **latency(outcomes),
        "altered": Measure(len(altered), lambda rows: float(altered[rows].sum())),
    }
