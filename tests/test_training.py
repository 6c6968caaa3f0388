"""Training the model that reads: what is learnt is what is written, and from no question that it is measured by."""

import json
import random
import re
from pathlib import Path

import pytest
import torch

from benchmarks import train_answerability as training
from knowledge.answerability import AnswerabilityModel
from knowledge.evaluating.gold import starter_gold
from tests.making import WordHashEmbedding

LINES = (
    {
        "passages": [
            {"title": "Pool", "text": "A day at the pool costs $4.", "answered": ["What is a day at the pool?"]},
            {"title": "Pool", "text": "The pool closes at nine.", "answered": ["How late can I swim at the pool?"]},
        ]
    },
    {
        "passages": [{"title": "Boats", "text": "A mooring costs $90 a year.", "answered": ["How dear is a mooring?"]}],
        "unanswered": ["How many moorings are there?"],
    },
)


@pytest.fixture
def passages(tmp_path: Path) -> list[training.Passage]:
    for name, line in zip(("pools", "boats"), LINES, strict=True):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    return training.read_passages(tmp_path)


def test_of_two_passages_on_one_matter_each_leaves_the_questions_of_the_other_open(
    passages: list[training.Passage],
) -> None:
    boats, day, late = passages
    assert (day.answered, day.unanswered) == (late.unanswered, late.answered)
    assert (boats.answered, boats.unanswered) == (("How dear is a mooring?",), ("How many moorings are there?",))
    assert (boats.alone, day.alone, late.alone) == (True, False, False)
    assert day.matter == late.matter != boats.matter


def test_what_is_only_near_is_never_of_the_same_matter(passages: list[training.Passage]) -> None:
    near = training.near_passages(passages, WordHashEmbedding())
    for passage, rows in zip(passages, near, strict=True):
        for row in rows:
            assert row.size
            assert passage.matter not in {passages[number].matter for number in row}


def test_what_is_written_reads_as_what_was_learnt(passages: list[training.Passage]) -> None:
    torch.manual_seed(1)
    rng = random.Random(1)
    model = AnswerabilityModel()
    near = training.near_passages(passages, WordHashEmbedding())
    training.train(model, [training.examples_of(passages, near, {}, rng) for _ in range(25)], rng, start={})
    learnt = training.changes(model)
    read_anew = AnswerabilityModel()
    read_anew.change(learnt)
    gone_on_from = AnswerabilityModel()
    training.prepare(gone_on_from, learnt)
    with torch.inference_mode():
        for passage in passages:
            pairs = [
                (question, training.titled_pieces(passage)[0]) for question in (*passage.answered, *passage.unanswered)
            ]
            logits = read_anew(pairs)
            assert logits.tolist() == pytest.approx(model(pairs).tolist(), abs=0.05)
            assert gone_on_from(pairs).tolist() == pytest.approx(logits.tolist(), abs=0.05)
            assert logits[0] > logits[1] + 1
    figures = training.measure(read_anew, passages)
    assert {*figures} == {"boats", "pools"}
    assert min(figures.values()) > 0.9


def test_nothing_it_is_measured_by_was_trained_on() -> None:
    office = Path(training.__file__).parent / "office"
    tasks = [json.loads(line) for line in (office / "tasks.jsonl").read_text("utf-8").splitlines()]
    rows = [json.loads(line) for line in (office / "corpus.jsonl").read_text("utf-8").splitlines()]
    asked = {*(task["turns"][-1]["text"] for task in tasks), *(one.text for one in starter_gold())}
    # A follow-up of a few words ("who wrote it") may well be asked of anything.
    measured = {_words(question) for question in asked if len(question.split()) > 4}
    passages = training.read_passages(training.PASSAGES)
    assert len(passages) > 1_000
    assert not measured.intersection(
        _words(one) for passage in passages for one in passage.answered + passage.unanswered
    )
    assert not {_words(row["text"]) for row in rows}.intersection(_words(passage.text) for passage in passages)


def test_nothing_held_out_was_trained_on() -> None:
    learnt, held_out = training.read_passages(training.PASSAGES), training.read_passages(training.HELD_OUT)
    assert len(held_out) > 1_000
    assert not {_words(one.text) for one in learnt}.intersection(_words(one.text) for one in held_out)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
