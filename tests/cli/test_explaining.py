"""`attache ask --explain`: the same outcome, and how it came about."""

from pathlib import Path

import pytest

from tests.cli.calling import Attache

DENVER = "What is the Denver Declaration?"
SALARY = "What salary should we offer a protocol officer?"
PASSAGE = {
    "rank",
    "passage_id",
    "document_id",
    "title",
    "heading",
    "page",
    "status",
    "dense",
    "dense_rank",
    "keyword",
    "keyword_rank",
    "fused",
    "fused_rank",
    "read",
    "reranked",
    "penalty",
    "score",
    "sentence",
    "fate",
    "says",
}


@pytest.mark.parametrize(("question", "stage"), [(DENVER, "answered"), (SALARY, "judge")])
def test_the_explanation_is_one_more_key_of_the_same_object(
    attache: Attache, stocked: Path, question: str, stage: str
) -> None:
    plain = attache("ask", question, "--json").json
    shape = attache("ask", "--explain", question, "--json").json
    explanation = shape.pop("explanation")
    differs = {"question_id", "milliseconds"}
    assert {key: value for key, value in shape.items() if key not in differs} == {
        key: value for key, value in plain.items() if key not in differs
    }
    assert explanation.keys() == {"stage", "says", "library_changed", "searched", "judge", "passages"}
    assert explanation["searched"].keys() == {"question", "restated", "earlier", "leans", "as_of", "terms"}
    assert explanation["judge"].keys() == {"probability", "threshold", "intercept", "signals"}
    assert all(passage.keys() == PASSAGE for passage in explanation["passages"])
    assert explanation["stage"] == stage
    assert explanation["judge"]["probability"] == plain["probability"]


def test_people_read_the_stage_to_blame_right_under_the_answer(attache: Attache, stocked: Path) -> None:
    shown = attache("ask", "--explain", SALARY).out
    assert shown.startswith("The library holds no answer to this.")
    assert "\nThe judge: probability " in shown
    assert "What cost most: " in shown
    assert "not quoted: the judge was not sure enough" in shown


def test_a_thread_given_as_a_file_is_explained_too(attache: Attache, stocked: Path, tmp_path: Path) -> None:
    thread = tmp_path / "thread.jsonl"
    thread.write_text(f'{{"speaker": "user", "text": "{DENVER}"}}', "utf-8")
    shape = attache("ask", "When was it adopted?", "--thread", thread, "--explain", "--json").json
    searched = shape["explanation"]["searched"]
    assert (searched["earlier"], searched["leans"]) == (DENVER, True)


def test_an_empty_library_is_explained_in_a_sentence(attache: Attache) -> None:
    assert "Search found nothing" in attache("ask", "--explain", DENVER).out
