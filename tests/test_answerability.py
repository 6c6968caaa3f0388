"""The model that reads a question and a text together: what is asked for counts, and not only what it is about."""

from pathlib import Path

import pytest

from knowledge import answerability
from knowledge.answerability import WINDOW, Answerability, load_answerability
from knowledge.errors import ModelUnavailable

PERMIT = (
    "Street fair permit\nA permit for a street fair costs $140. Apply at the clerk's office 60 days before the fair."
)


@pytest.mark.parametrize(
    ("answered", "near"),
    [
        ("What does a permit for a street fair cost?", "How many stands may a street fair have?"),
        ("When must I apply for a street fair?", "When does the street fair end?"),
        (
            "Where do we hand in the application for our street fair?",
            "Who decides on the application for our street fair?",
        ),
    ],
)
def test_of_two_questions_on_one_matter_the_answered_one_scores_higher(answered: str, near: str) -> None:
    read = load_answerability()
    assert read.scores(answered, [PERMIT])[0] > read.scores(near, [PERMIT])[0] + 0.2


def test_each_text_is_scored_by_itself_in_the_order_given() -> None:
    read, question = load_answerability(), "What does a permit for a street fair cost?"
    others = ["Parks\nDogs run free in the south of the park.", f"{PERMIT} {PERMIT}"]
    together = read.scores(question, [PERMIT, *others])
    assert together.shape == (3,)
    assert together[0] == pytest.approx(read.scores(question, [PERMIT])[0], abs=0.1)
    assert together[1] < together[0] - 1


def test_what_exceeds_the_window_is_cut_and_of_no_text_there_is_no_score() -> None:
    read = load_answerability()
    assert read.scores("Who pays?", []).shape == (0,)
    cut, longer = read.scores("Who pays?", ["word " * WINDOW, "word " * 5 * WINDOW])
    assert cut == pytest.approx(longer, abs=0.1)


@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_damaged_weights_are_one_sentence_of_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    weights = tmp_path / "weights"
    if content is not None:
        weights.write_bytes(content)
    monkeypatch.setattr(answerability, "WEIGHTS", weights)
    with pytest.raises(ModelUnavailable, match="install Attaché anew"):
        Answerability()
