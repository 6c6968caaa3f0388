"""Fitting the judge: what is fitted tells apart, what is written keeps the file's words, and chance has its figure."""

import numpy as np

from benchmarks import train_judge as training
from knowledge.judging import Signals


def domain(name: str, seed: int) -> training.Domain:
    """Questions of which the better evidenced are answered, with some chance in it."""
    chance = np.random.default_rng(seed)
    evidence = chance.random(200)
    seen = [
        (Signals(dense=e, lead=e / 3, coverage=e, named=1.0, read=4 * e - 2), bool(e + chance.normal(0, 0.2) > 0.4))
        for e in evidence.tolist()
    ]
    return training.domain_of(name, seen)


def test_a_judge_fitted_on_one_domain_tells_apart_the_questions_of_another() -> None:
    one, other = domain("one", 1), domain("other", 2)
    probability = training.fit([one]).probability(other.signals)
    assert probability[other.answered].mean() > probability[~other.answered].mean() + 0.3
    rows = [row.split(" | ") for row in training.table([one, other], 0.67)][2:]
    assert [(row[0].strip("| "), row[1]) for row in rows] == [
        ("one", "other"),
        ("other", "one"),
        ("all", "one"),
        ("all", "other"),
    ]
    assert all(float(row[2]) > 0.9 for row in rows)


def test_what_is_written_keeps_the_words_of_the_file_and_its_threshold() -> None:
    old = training.JUDGE.read_text("utf-8")
    model = training.fit([domain("one", 1)])
    new = training.written(old, model, training.means_answered([domain("one", 1)]))
    assert f"intercept = {model.intercept:.2f}\n" in new
    unnumbered = [[line for line in text.splitlines() if " = " not in line] for text in (old, new)]
    assert unnumbered[0] == unnumbered[1]
    assert "\nthreshold = 0.67\n" in new


def test_the_error_of_a_calibrated_judge_is_what_few_questions_bring_along() -> None:
    few, many = np.full(50, 0.7), np.full(20_000, 0.7)
    assert training.error_by_chance(np.ones(50)) == 0.0
    assert 0.03 < training.error_by_chance(few) < 0.08
    assert training.error_by_chance(many) < 0.01
