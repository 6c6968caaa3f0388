"""One case, from its files to its figures; with `baseline` also the plain recipe's and the ratios to them."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec

from knowledge.domain import OnProgress
from knowledge.errors import MeasuringNotInstalled
from knowledge.evaluating.baseline import LangChainEmbeddings, trace_baseline
from knowledge.evaluating.cases import Case
from knowledge.evaluating.measures import Figure, Measure, difference, estimate, measures, ratio
from knowledge.evaluating.remembering import RememberingEmbedding
from knowledge.evaluating.traces import Trace, has_answer, index, trace
from knowledge.evaluating.trial import OpenWriting, open_trial
from knowledge.ledger.writing import WritingReport

Figures = Mapping[str, Figure | None]
# Opens a progress bar for what the text says.
Watch = Callable[[str], AbstractContextManager[OnProgress]]

NEEDED = ("ir_measures", "rouge_score")
NEEDED_FOR_BASELINE = ("langchain_chroma", "langchain_huggingface", "langchain_text_splitters")
# What is worth a ratio; a ratio of error rates or of thresholds tells nothing.
COMPARED = ("recall5", "ndcg5", "ndcg10", "ndcg5_standalone", "auroc", "f1", "token_f1", "rouge_l")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A case's figures, the baseline's, and how ours stand to them; empty where there was no baseline.

    `restated` are the follow-ups that a language model restated, `unrestated` those it did not, by why; `model_ahead`
    is how far its way finds more than the rules' alone.
    """

    case: Case
    unreadable: int
    writing: WritingReport
    ours: Figures
    restated: int = 0
    unrestated: Mapping[str, int] = field(default_factory=dict)
    model_ahead: Figure | None = None
    baseline: Figures = field(default_factory=dict)
    ratios: Figures = field(default_factory=dict)
    ndcg5_ahead: Figure | None = None


def check_installed(*, baseline: bool) -> None:
    """Raise MeasuringNotInstalled before any work is done."""
    if any(find_spec(name) is None for name in (*NEEDED, *(NEEDED_FOR_BASELINE if baseline else ()))):
        raise MeasuringNotInstalled


def evaluate_case(
    case: Case,
    embedding: RememberingEmbedding,
    plain: LangChainEmbeddings | None,
    watch: Watch,
    open_writing: OpenWriting = lambda *_: None,
) -> Report:
    """Index the case in a library of its own, run its tasks, and with `plain` embeddings the baseline beside it."""
    with open_trial(embedding, open_writing) as trial:
        with watch(f"{case.name}: indexing") as on_progress, embedding.remembering():
            unreadable = index(case, trial, on_progress)
        with watch(f"{case.name}: asking") as on_progress:
            ours = trace(case, trial, on_progress)
        writing = trial.knowledge_base.writing.report()
    answered = frozenset(one.task.id for one in ours if _shows_an_answer(one))
    own = measures(ours, answered)
    report = Report(case=case, unreadable=unreadable, writing=writing, ours=_estimated(own))
    if trial.writing:
        ahead = estimate(difference(own["ndcg5_by_model"], own["ndcg5_where_restated"]))
        came = [one.restated for one in ours if one.restated and one.task.thread]
        report = replace(
            report,
            restated=sum(one.why is None for one in came),
            unrestated=dict(Counter(one.why.value for one in came if one.why)),
            model_ahead=ahead,
        )
    if plain is None:
        return report
    with watch(f"{case.name}: baseline") as on_progress:
        theirs = measures(trace_baseline(case, plain, on_progress), answered)
    return replace(
        report,
        baseline=_estimated(theirs),
        ratios=_estimated({name: ratio(own[name], theirs[name]) for name in COMPARED}),
        ndcg5_ahead=estimate(difference(own["ndcg5"], theirs["ndcg5"])),
    )


def _shows_an_answer(one: Trace) -> bool:
    """Whether quotes of this task can be held against its reference answer."""
    answers = has_answer(one.task) or one.task.answerability is None
    return answers and one.task.reference is not None and one.outcome is not None and one.outcome.shown is not None


def _estimated(taken: Mapping[str, Measure]) -> Figures:
    return {name: estimate(measure) for name, measure in taken.items()}
