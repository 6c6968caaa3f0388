"""Gaps from the command line: listed, owned, put together, closed, sent out and counted."""

import json
from pathlib import Path

import pytest

from knowledge.domain import GapReason, Question
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger, open_ledger
from tests.cli.calling import Attache
from tests.gaps.logging import asked, missed

SALARY = "What salary should we offer a protocol officer?"
FORMULA = '=HYPERLINK("http://evil.example", 202-555-0143)'


@pytest.fixture
def ledger(home: Path) -> Ledger:
    """The ledger of the data folder, with three gaps, one of them from two people."""
    home.mkdir()
    opened = open_ledger(home / "ledger.sqlite3")
    asked(opened, 1, SALARY, asker="U1")
    asked(opened, 2, FORMULA, asker="U2")
    asked(opened, 3, "Where is lunch?", asker="U2")
    asked(opened, 4, "what salary should we offer a protocol officer", asker="U3")
    return opened


def test_every_act_goes_through_the_running_bot_and_says_what_it_did(attache: Attache, bot: KnowledgeBase) -> None:
    for number, text in enumerate([SALARY, "Where is lunch?", SALARY.upper()], start=1):
        bot.ask(Question(id=f"C1:{number}", text=text, asker=f"U{number}", channel="C1"))
    assigned = attache("gaps", "assign", "g1", "--to", "Maya", "--due", "2026-12-01", "--json").json["assigned"]
    assert (assigned["id"], assigned["status"], assigned["owner"], assigned["due"], assigned["askers"]) == (
        "G1",
        "assigned",
        "Maya",
        "2026-12-01",
        2,
    )
    assert [member["question_id"] for member in assigned["members"]] == ["C1:1", "C1:3"]
    assert attache("gaps", "wait", "G1", "--note", "HR is away").code == 0
    assert attache("gaps", "note", "G1", "Call", "maya@city.example").code == 0
    assert attache("gaps", "split", "G1", "C1:3").out.startswith("Split off G3, new: ")
    assert attache("gaps", "move", "G2", "C1:9", "--to", "G1", "--json").error["name"] == "GapNotFound"
    assert attache("gaps", "merge", "G3", "--into", "G1").out.startswith("Merged G3 into G1, waiting, owner Maya")
    assert attache("gaps", "regroup", "--json").json == {"grown": []}
    assert attache("gaps", "decline", "G2", "--reason", "Ask the caterer", "--json").json["declined"]["because"]
    assert attache("gaps", "reopen", "G2", "--json").json["reopened"]["status"] == "new"
    assert attache("gaps", "withdraw", "C1:2").out.startswith("Withdrawn")
    shown = attache("gaps", "show", "G3").out
    for words in ("G1: ", "waiting, owner Maya, due 2026-12-01", "HR is away", "Call [e-mail]", "desk merge (from G3)"):
        assert words in shown
    told = attache("gaps", "show", "G1", "--json").json
    assert [entry["act"] for entry in told["history"]][:3] == ["assign_gap", "wait_gap", "note_gap"]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["show", "G9"], "GapNotFound"),
        (["assign", "G1", "--to", " "], "BadGapChange"),
        (["assign", "G1", "--to", "Maya", "--due", "soon"], "BadCommand"),
        (["merge", "G1", "--into", "1"], "BadGapChange"),
        (["decline", "G1", "--reason", ""], "BadGapChange"),
        (["reopen", "G1"], "BadGapChange"),
        (["export", "missing/folder/gaps.md"], "FileNotWritable"),
    ],
)
def test_what_cannot_be_meant_gets_its_sentence(
    attache: Attache, bot: KnowledgeBase, arguments: list[str], name: str
) -> None:
    bot.ask(Question(id="C1:1", text=SALARY))
    assert attache("gaps", *arguments, "--json").error["name"] == name


def test_an_export_names_nobody_and_holds_no_formula(attache: Attache, ledger: Ledger, tmp_path: Path) -> None:
    asked(ledger, 5, "What is the fee? " * 2_400, asker="U1")
    for how in ("csv", "json", "markdown"):
        file = tmp_path / f"gaps.{how}"
        assert attache("gaps", "export", "--format", how, file, "--json").json["exported"] == 4
        text = file.read_text("utf-8")
        assert SALARY in text
        assert not any(name in text for name in ("U1", "U2", "U3", "555-0143", "desk"))
        assert max(map(len, text.splitlines())) < 1_000
        assert attache("gaps", "export", "--format", how, file, "--with-names").code == 0
        assert "U3" in file.read_text("utf-8")
    rows = json.loads((tmp_path / "gaps.json").read_text("utf-8"))["requests"]
    assert (rows[0]["gap"], rows[0]["asked_by"], rows[0]["names"]) == ("G1", 2, ["U1", "U3"])
    csv = (tmp_path / "gaps.csv").read_text("utf-8")
    assert "'=HYPERLINK" in csv
    assert ",=" not in csv
    assert '"=' not in csv
    assert "\n=" not in csv
    assert r"## G2: =HYPERLINK" in (tmp_path / "gaps.markdown").read_text("utf-8")


def test_a_gap_out_of_scope_is_listed_as_such_and_brought_into_scope(attache: Attache, ledger: Ledger) -> None:
    weather = Question(id="C1:9", text="What will the weather be tomorrow?", asker="U1")
    ledger.gaps.record(weather, missed(weather, reason=GapReason.OUT_OF_SCOPE), "m")
    assert "out of scope" in " ".join(attache("gaps", "list").out.split())
    assert attache("gaps", "show", "G4").out.splitlines()[1].startswith("new, out of scope, asked by 1 person")
    assert attache("figures", "--json").json["out_of_scope"] == 1
    assert "Out of scope: 1 question, " in attache("figures").out
    assert "Gaps: 4 open (1 out of scope);" in attache("gaps", "digest").out
    assert attache("gaps", "in-scope", "G4", "--note", "For the parade", "--json").json["in_scope"]["reason"] == (
        "not_supported"
    )
    assert attache("gaps", "in-scope", "G4", "--json").error["name"] == "BadGapChange"
    assert attache("gaps", "digest", "--json").json["out_of_scope"] == 0


def test_figures_are_one_object_and_a_picture(attache: Attache, ledger: Ledger, tmp_path: Path) -> None:
    picture = tmp_path / "figures.png"
    shape = attache("figures", "--plot", picture, "--json").json
    assert (shape["asked"], shape["answered"], shape["gaps"], shape["answer_rate"], shape["open_gaps"]) == (
        4,
        0,
        4,
        0,
        3,
    )
    assert {"word": "salary", "gaps": 1} in shape["unanswered_terms"]
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "4 asked, 0 answered, 4 not (0% answered); 3 open gaps." in attache("figures").out
    assert attache("figures", "--plot", tmp_path, "--json").error["name"] == "FileNotWritable"
