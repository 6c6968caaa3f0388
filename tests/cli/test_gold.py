"""Gold questions from the command line: kept, listed, asked, and heard of when the library changes."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Attache

HONEY = "What does the mayor give every delegation?"
SUBMARINES = "Which submarines visited Antarctica yesterday?"


@pytest.fixture
def gold(attache: Attache, folder: Path) -> Path:
    """The folder, indexed, with a question that its page on gifts answers and one that nothing answers."""
    assert attache("index", folder).code == 0
    assert attache("gold", "add", HONEY, "--document", "Gifts", "--words", "jar of local honey").code == 0
    assert attache("gold", "add", SUBMARINES, "--refuse").code == 0
    return folder


def changes(run: dict[str, Any]) -> dict[str, int]:
    return {change: run[change] for change in ("better", "worse", "same", "new")}


def test_what_was_added_is_listed_with_what_is_expected(attache: Attache, gold: Path) -> None:
    added = attache("gold", "add", "And", "how much?", "--after", HONEY, "--document", "Gifts", "--json").json["added"]
    assert (added["id"], added["question"], added["after"], added["title"]) == ("Q3", "And how much?", [HONEY], "Gifts")
    listed = attache("gold", "list", "--json").json["gold_questions"]
    assert [(one["id"], one["refuse"], one["words"], one["met"], one["added_by"]) for one in listed] == [
        ("Q1", False, ["jar of local honey"], None, "desk"),
        ("Q2", True, [], None, "desk"),
        ("Q3", False, [], None, "desk"),
    ]
    shown = attache("gold", "list").out
    assert all(words in shown for words in (HONEY, "refused", "not run", f"after: {HONEY}"))


def test_a_run_says_how_each_question_fared_and_leaves_no_gap(attache: Attache, gold: Path) -> None:
    assert attache("gold", "add", "When is lunch for delegations?", "--document", "Gifts").code == 0
    first = attache("gold", "run", "--json")
    assert first.code == 0
    assert changes(first.json["gold"]) == {"better": 0, "worse": 0, "same": 0, "new": 3}
    assert [(one["id"], one["met"], one["miss"]) for one in first.json["gold"]["questions"]] == [
        ("Q1", True, None),
        ("Q2", True, None),
        ("Q3", False, "quoted another document"),
    ]
    again = attache("gold", "run")
    assert again.code == 0
    assert again.out.startswith("2 of 3 gold questions met; 3 same.\n")
    assert "Q1 met as before" in again.out
    assert "Q3 still missed" in again.out
    assert [one["met"] for one in attache("gold", "list", "--json").json["gold_questions"]] == [True, True, False]
    assert attache("gaps", "list", "--json").json["gaps"] == []


def test_what_a_change_made_worse_is_in_its_receipt_and_the_next_run_exits_with_3(attache: Attache, gold: Path) -> None:
    attache("gold", "run")
    removed = attache("remove", "Gifts", "--json")
    assert removed.code == 0
    assert changes(removed.json["gold"]) == {"better": 0, "worse": 1, "same": 1, "new": 0}
    assert attache("gold", "list", "--json").json["gold_questions"][0]["met"] is False
    worse = attache("gold", "run", "--json")
    assert worse.code == 3
    assert worse.json["gold"]["questions"][0]["change"] == "worse"
    seen = attache("gold", "run")
    assert seen.code == 0
    assert "Q1 still missed" in seen.out
    back = attache("restore", "Gifts")
    assert "2 of 2 gold questions met; 1 better, 1 same." in back.out
    assert f"Q1 better: {HONEY}" in back.out
    assert attache("gold", "run").code == 0


def test_indexing_and_going_back_ask_the_gold_questions(attache: Attache, gold: Path) -> None:
    attache("gold", "run")
    attache("snapshot", "honey")
    (gold / "gifts.md").write_text("# Gifts\n\nThe mayor gives every delegation a small bronze bell.\n", "utf-8")
    receipt = attache("index", gold)
    assert "1 of 2 gold questions met; 1 worse, 1 same." in receipt.out
    assert "Q1 worse" in receipt.out
    assert "Q2" not in receipt.out
    assert "gold" not in attache("index", gold, "--json").json
    assert "2 of 2 gold questions met; 2 same." in attache("rollback", "--to", "honey").out
    assert attache("gold", "run").code == 0


def test_without_gold_questions_nothing_is_said_of_them(attache: Attache, folder: Path) -> None:
    assert "gold" not in attache("index", folder, "--json").json
    assert attache("gold", "list", "--json").json == {"gold_questions": []}
    assert attache("gold", "list").out == "There are no gold questions yet; `attache gold add` adds one.\n"
    run = attache("gold", "run", "--json")
    assert (run.code, run.json["gold"]["questions"]) == (0, [])


def test_a_removed_question_is_asked_no_more(attache: Attache, gold: Path) -> None:
    assert attache("gold", "remove", "q1", "--json").json["removed"]["question"] == HONEY
    assert [one["id"] for one in attache("gold", "run", "--json").json["gold"]["questions"]] == ["Q2"]
    assert attache("gold", "remove", "Q1", "--json").error["name"] == "GoldNotFound"
    assert attache("gold", "remove", "Q2").out == "Removed Q2.\n"


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["Who pays?"], "BadCommand"),
        (["Who pays?", "--words", "the city"], "BadCommand"),
        (["Who pays?", "--refuse", "--document", "Gifts"], "BadCommand"),
        (["Who pays?", "--refuse", "--words", "the city"], "BadCommand"),
        (["Who pays?", "--document", "Gifts", "--words", " "], "BadCommand"),
        (["--refuse"], "BadCommand"),
        ([" ", "--refuse"], "BadQuestion"),
        (["Who pays?", "--after", " ", "--refuse"], "BadQuestion"),
        (["Who pays?", "--document", "Budgets"], "DocumentNotFound"),
        (["Who pays?", "--document", ""], "DocumentNotFound"),
    ],
)
def test_what_cannot_be_meant_is_not_kept(attache: Attache, gold: Path, arguments: list[str], name: str) -> None:
    assert attache("gold", "add", *arguments, "--json").error["name"] == name
    assert len(attache("gold", "list", "--json").json["gold_questions"]) == 2


def test_a_library_without_documents_keeps_only_questions_to_refuse(attache: Attache) -> None:
    assert attache("gold", "add", HONEY, "--document", "Gifts", "--json").error["name"] == "DocumentNotFound"
    assert attache("gold", "add", SUBMARINES, "--refuse").code == 0
    assert attache("gold", "run").out.startswith("1 of 1 gold questions met; 1 new.\n")
