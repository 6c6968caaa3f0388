"""Fits the judge's logistic model and writes knowledge/judge.toml.

`python -m benchmarks.train_judge CASE...` takes the judge's signals for every labelled question of the cases, and for
the starter library's gold questions as one more small domain. Each domain weighs the same. Before anything is written
it prints how a model of one domain does on the others, and refuses a model with a coefficient below zero.
"""

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.files import starter_uploads
from bot.settings import load_settings
from knowledge.domain import Question
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.evaluating.cases import Answerability, read_case
from knowledge.evaluating.gold import as_question, starter_gold
from knowledge.evaluating.measures import auroc, calibration_error
from knowledge.evaluating.remembering import RememberedVectors, RememberingEmbedding
from knowledge.evaluating.traces import has_answer, index
from knowledge.evaluating.trial import open_trial
from knowledge.judging import Signals

JUDGE = Path(__file__).parent.parent / "knowledge" / "judge.toml"
NAMES = tuple(field.name for field in fields(Signals))
# Inverse strength of the regularisation, over standardised signals. At 0.1 a model tells apart the questions of domains
# it was not fitted on better than at 0.3 (AUROC .007 to .010 more on each); below, its probabilities come too near to
# the share that is answered.
STRENGTH = 0.1
# Draws of which answers a calibrated judge would be right about.
DRAWS = 500
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """One library's questions: signals, shape (questions, 5), and whether each is answered."""

    name: str
    signals: Floats
    answered: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A logistic model over the raw signals."""

    intercept: float
    coefficients: Floats

    def probability(self, signals: Floats) -> Floats:
        """Return the probability that each question is answered."""
        return np.asarray(1 / (1 + np.exp(-(self.intercept + signals @ self.coefficients))))


def domain_of(name: str, seen: Sequence[tuple[Signals, bool]]) -> Domain:
    """Put the questions of one library together."""
    return Domain(
        name=name,
        signals=np.array([astuple(signals) for signals, _ in seen], dtype=np.float64),
        answered=np.array([answered for _, answered in seen], dtype=bool),
    )


def case_domain(folder: Path, embedding: RememberingEmbedding) -> Domain:
    """Index a case and take the signals of its labelled questions, those left open out."""
    case = read_case(folder)
    labelled = [task for task in case.tasks if has_answer(task) or task.answerability is Answerability.UNANSWERABLE]
    with open_trial(embedding) as trial:
        with embedding.remembering():
            index(case, trial, lambda _: None)
        questions = [Question(id=task.id, text=task.text, thread=task.thread) for task in labelled]
        return domain_of(
            case.name,
            [(trial.signals(question), has_answer(task)) for question, task in zip(questions, labelled, strict=True)],
        )


def starter_domain(embedding: RememberingEmbedding) -> Domain:
    """Index the starter library and take the signals of its gold questions."""
    with open_trial(embedding) as trial:
        with embedding.remembering():
            trial.knowledge_base.add(starter_uploads(), actor="train")
        gold = starter_gold()
        return domain_of(
            "starter",
            [(trial.signals(as_question(n, one)), one.document is not None) for n, one in enumerate(gold)],
        )


def fit(domains: Sequence[Domain]) -> Model:
    """Fit one model on several domains, each weighing the same however many questions it has."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    signals = np.concatenate([domain.signals for domain in domains])
    answered = np.concatenate([domain.answered for domain in domains])
    weights = np.concatenate([np.full(len(one.answered), 1 / len(one.answered)) for one in domains])
    scaler = StandardScaler().fit(signals)
    fitted = LogisticRegression(C=STRENGTH).fit(
        scaler.transform(signals), answered, sample_weight=weights * len(answered) / len(domains)
    )
    coefficients = fitted.coef_[0] / scaler.scale_
    return Model(intercept=float(fitted.intercept_[0] - (coefficients * scaler.mean_).sum()), coefficients=coefficients)


def table(domains: Sequence[Domain], threshold: float) -> Iterator[str]:
    """Say how models of one domain and of all do on each domain."""
    yield "| trained on | asked on | AUROC | ECE | ECE if calibrated | F1 of unanswered |"
    yield "| --- | --- | --- | --- | --- | --- |"
    others = [([one], f"{one.name}") for one in domains]
    without = [([o for o in domains if o is not one], f"all but {one.name}") for one in domains if len(domains) > 2]
    for trained, name in (*others, *without, (list(domains), "all")):
        model = fit(trained)
        for domain in domains:
            if domain in trained and len(trained) < len(domains):
                continue
            probability = model.probability(domain.signals)
            yield (
                f"| {name} | {domain.name} | {auroc(domain.answered, probability):.3f} "
                f"| {calibration_error(domain.answered, probability):.3f} | {error_by_chance(probability):.3f} "
                f"| {f1_unanswered(domain.answered, probability < threshold):.2f} |"
            )


def error_by_chance(probability: Floats) -> float:
    """Return the mean calibration error of as many questions if each were answered as probable as it says."""
    chance = np.random.default_rng(1)
    drawn = chance.random((DRAWS, len(probability))) < probability
    return float(np.mean([calibration_error(answered, probability) for answered in drawn]))


def f1_unanswered(answered: NDArray[np.bool_], refused: NDArray[np.bool_]) -> float:
    """F1 of refusing what is not answered."""
    right = float((refused & ~answered).sum())
    wrong = float((refused ^ ~answered).sum())
    return 2 * right / (2 * right + wrong) if right or wrong else 1.0


def means_answered(domains: Sequence[Domain]) -> Floats:
    """Return the mean of each signal over the answered questions, each domain weighing the same."""
    return np.asarray(np.mean([one.signals[one.answered].mean(axis=0) for one in domains], axis=0))


def written(old: str, model: Model, answered: Floats) -> str:
    """Put the numbers into the file's text; its comments and its threshold stay."""
    head, coefficients, means = re.split(r"^(?=\[)", old, flags=re.MULTILINE)
    return "".join(
        (
            _with_numbers(head, {"intercept": model.intercept}),
            _with_numbers(coefficients, dict(zip(NAMES, model.coefficients, strict=True))),
            _with_numbers(means, dict(zip(NAMES, answered, strict=True))),
        )
    )


def _with_numbers(part: str, numbers: Mapping[str, float]) -> str:
    for name, number in numbers.items():
        part, found = re.subn(rf"^{name} = .*$", f"{name} = {number:.2f}", part, flags=re.MULTILINE)
        assert found == 1, f"{JUDGE.name} has no line for {name}"
    return part


def main() -> None:
    """Train, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", metavar="CASE", type=Path, nargs="+", help="a folder with corpus.jsonl, tasks.jsonl")
    parser.add_argument("--cache", type=Path, help="the folder of `attache evaluate --cache`")
    parser.add_argument("--output", type=Path, default=JUDGE, help="where the model is written")
    options = parser.parse_args()
    settings = load_settings()
    vectors = RememberedVectors(options.cache or settings.attache_home / "vectors")
    embedding = RememberingEmbedding(
        SentenceTransformerEmbedding(settings.embedding_model, threads=settings.torch_threads), vectors
    )
    domains = [*(case_domain(folder, embedding) for folder in options.cases), starter_domain(embedding)]
    vectors.close()
    text = JUDGE.read_text("utf-8")
    threshold = float(re.findall(r"^threshold = (.*)$", text, re.MULTILINE)[0])
    print("\n".join(table(domains, threshold)))
    model = fit(domains)
    print(dict(zip(NAMES, model.coefficients.round(3), strict=True)), "intercept", round(model.intercept, 3))
    assert (model.coefficients >= 0).all(), "a signal that speaks against itself is noise; nothing was written"
    options.output.write_text(written(text, model, means_answered(domains)), "utf-8")


if __name__ == "__main__":
    main()
