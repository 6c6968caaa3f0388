"""Questions from the command line, on the starter library and the bundled model."""

import json
from pathlib import Path

import pytest

from bot.files import read_thread
from knowledge.domain import Turn
from tests.cli.calling import Attache

CITATION = {"number", "quote", "start", "end", "passage_id", "passage", "page", "unit", "ocr", "heading", "document"}
OUTCOME = {
    "outcome",
    "question_id",
    "text",
    "probability",
    "citations",
    "gap",
    "milliseconds",
    "as_of",
    "translation",
    "written",
    "unwritten",
    "differences",
    "unanswered",
}
DOCUMENT = {"id", "title", "kind", "issuer", "date", "status", "standing", "source", "review_by", "review_passed"}
HIT = {"passage_id", "score", "document_id", "title", "page", "unit", "ocr", "heading", "text"}


def test_an_answer_quotes_its_passages_character_by_character(attache: Attache, stocked: Path) -> None:
    answer = attache("ask", "What is the Denver Declaration?", "--json").json
    assert answer.keys() == OUTCOME
    assert answer["outcome"] == "answer"
    assert answer["gap"] is None
    assert answer["citations"]
    for citation in answer["citations"]:
        assert citation.keys() == CITATION
        assert citation["passage"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["document"].keys() == DOCUMENT
        assert citation["quote"] in answer["text"]


def test_an_answer_for_people_names_its_source_under_each_quote(attache: Attache, stocked: Path) -> None:
    shown = attache("ask", "What", "is", "the", "Denver", "Declaration?").out
    assert shown.startswith("The library answers from ")
    assert "“" in shown
    assert "\n[1] " in shown
    assert "attache show " in shown
    assert all(len(line) <= 100 for line in shown.splitlines())


GIFTS = """---
kind: {kind}
issuer: {issuer}
date: {date}
---
# Gifts from delegations

Gifts from a visiting delegation worth more than ${amount} must be reported to the clerk within 30 days.
"""


def test_sources_that_differ_are_shown_side_by_side(attache: Attache, stocked: Path, tmp_path: Path) -> None:
    for name, card in (
        ("rules", {"kind": "law", "issuer": "City Council", "date": "2021", "amount": "50"}),
        ("handbook", {"kind": "policy", "issuer": "City Attorney", "date": "2024-03", "amount": "100"}),
    ):
        path = tmp_path / f"{name}.md"
        path.write_text(GIFTS.format(**card), "utf-8")
        attache("index", path)
    question = "Which gifts from a visiting delegation must be reported to the clerk?"
    (difference,) = attache("ask", question, "--json").json["differences"]
    assert difference["about"] == "number"
    seen = {(side["document"]["standing"], side["document"]["date"]): side["quote"] for side in difference["sides"]}
    assert seen.keys() == {("binding", "2021"), ("city_policy", "2024-03")}
    assert "$50" in seen["binding", "2021"]
    assert "$100" in seen["city_policy", "2024-03"]
    shown = " ".join(attache("ask", question).out.split())
    assert "Sources differ on a number:" in shown
    assert "Gifts from delegations, City Council, 2021, binding, current" in shown
    assert "Gifts from delegations, City Attorney, 2024-03, city policy, current" in shown
    topic = "gifts from a visiting delegation"
    assert [one["about"] for one in attache("brief", topic, "--json").json["differences"]] == ["number"]
    memo = " ".join(attache("brief", topic).out.split())
    assert "Sources differ on this: see below." in memo
    assert "Sources differ on a number" in memo


def test_no_evidence_is_a_gap_that_is_listed(attache: Attache, stocked: Path) -> None:
    question = "What salary should we offer a protocol officer?"
    gap = attache("ask", question, "--json").json
    assert gap.keys() == OUTCOME
    assert (gap["outcome"], gap["text"], gap["citations"]) == ("gap", None, [])
    assert all(hit.keys() == HIT for hit in gap["gap"]["nearest"])
    (listed,) = attache("gaps", "list", "--json").json["gaps"]
    assert listed.keys() > {"id", "question", "status", "reason", "askers", "first_asked", "nearest"}
    assert listed["question"] == question
    assert listed["id"] == gap["gap"]["id"]
    shown = attache("gaps", "list").out
    assert "protocol" in shown


def test_a_gap_for_people_is_never_dressed_up_as_an_answer(attache: Attache, stocked: Path) -> None:
    shown = attache("ask", "What salary should we offer a zorbing officer?").out
    assert shown.startswith("The library holds no answer to this. Your question is logged as G1, ")
    documents = len(attache("documents", "--json").json["documents"])
    assert f"\nSearched: {documents} documents in the collection “office”, the newest from 2026-" in shown
    assert "\nNowhere in the library: “salary”, “zorbing”.\n" in shown
    assert "The library answers" not in shown


def test_search_returns_as_many_as_asked_best_first(attache: Attache, stocked: Path) -> None:
    hits = attache("search", "sister city agreement", "-k", 4, "--json").json["hits"]
    assert len(hits) == 4
    assert all(hit.keys() == HIT for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_a_thread_keeps_the_subject(attache: Attache, stocked: Path, tmp_path: Path) -> None:
    thread = tmp_path / "thread.jsonl"
    turns = ({"speaker": "user", "text": "What is the Denver Declaration?"}, {"speaker": "agent", "text": "A text."})
    thread.write_text("\n".join(map(json.dumps, turns)), "utf-8")
    followed = attache("ask", "When was it adopted?", "--thread", thread, "--json").json
    texts = [citation["passage"] for citation in followed["citations"]]
    texts += [hit["text"] for hit in (followed["gap"] or {"nearest": []})["nearest"]]
    assert any("Denver" in text for text in texts)


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        ('{"speaker": "user", "text": "Hello"}\nnot json', "Line 2 of the thread file must be"),
        ('{"speaker": "mayor", "text": "Hello"}', "Line 1 of the thread file must be"),
        ('["user", "Hello"]', "Line 1 of the thread file must be"),
        ('{"speaker": "user", "text": "Hello"}\n' + "[" * 100_000, "Line 2 of the thread file must be"),
        ('\n{"speaker": "user", "text": "Hello \\ud83d"}', "Line 2 of the thread file must be"),
    ],
)
def test_a_bad_thread_names_its_line(attache: Attache, tmp_path: Path, lines: str, advice: str) -> None:
    thread = tmp_path / "thread.jsonl"
    thread.write_text(lines, "utf-8")
    error = attache("ask", "And who pays?", "--thread", thread, "--json").error
    assert error["name"] == "BadQuestion"
    assert error["advice"].startswith(advice)


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\ufeff"])
def test_a_thread_ends_its_lines_only_where_json_lines_do(tmp_path: Path, char: str) -> None:
    thread = tmp_path / "thread.jsonl"
    turns = [Turn(speaker="user", text=f"Who{char}pays?"), Turn(speaker="agent", text="The city.")]
    lines = [json.dumps({"speaker": turn.speaker, "text": turn.text}, ensure_ascii=False) for turn in turns]
    thread.write_bytes(("\ufeff" + "\r\n".join(lines)).encode())
    assert read_thread(thread) == tuple(turns)


def test_a_thread_that_is_not_there_is_named(attache: Attache) -> None:
    error = attache("ask", "And who pays?", "--thread", "nowhere.jsonl", "--json").error
    assert error["name"] == "PathNotFound"


@pytest.mark.parametrize("question", ["", "   ", "word " * 2000])
def test_a_question_nobody_could_answer_is_refused(attache: Attache, stocked: Path, question: str) -> None:
    assert attache("ask", question, "--json").error["name"] == "BadQuestion"


def test_an_empty_library_answers_with_a_gap(attache: Attache) -> None:
    assert attache("ask", "What is the Denver Declaration?", "--json").json["outcome"] == "gap"
