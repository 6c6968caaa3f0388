"""What people do with gaps: own, close, open, merge, split, move. Each step once, each refusal with its sentence."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import AttacheError, BadGapChange, GapNotFound
from knowledge.gaps.records import GapStatus
from knowledge.ledger import Ledger
from tests.gaps.logging import asked
from tests.making import WordHashEmbedding, open_in

HONEY = "Who pays for the honey jars?"
LUNCH = "When does lunch for delegations start?"
FLAGS = "Where does the guest's flag stand?"


@pytest.fixture
def logged(ledger: Ledger) -> Ledger:
    """Three gaps, the first with three questions."""
    asked(ledger, 1, HONEY, asker="U1")
    asked(ledger, 2, LUNCH, asker="U1")
    asked(ledger, 3, FLAGS, asker="U2")
    asked(ledger, 4, "honey jars: who pays?", asker="U3")
    asked(ledger, 5, "Honey jars, who pays for them?", asker="U4")
    return ledger


def members(ledger: Ledger) -> dict[str, list[str]]:
    return {gap.id: [one.question_id for one in gap.questions] for gap in ledger.gaps.records()}


def test_a_gap_goes_its_way_and_its_history_says_who_did_what(logged: Ledger) -> None:
    states = logged.gap_states
    states.assign("G1", owner="U9", owner_name="Omar", due=date(2026, 12, 1), actor="U8")
    states.note("G1", "Ask the clerk, 202-555-0143.", actor="U9")
    states.wait("G1", note="The clerk is away.", actor="U9")
    states.assign("G1", owner="Maya", actor="U8")
    states.answered("G1", actor="U9")
    states.confirm("G1", actor="U1")
    states.reopen("G1", reason="Not quite: who pays for postage?", actor="U1")
    declined = states.decline("G1", reason="Not for this library.", actor="U8")
    assert (declined.status, declined.because, declined.owner, declined.due) == (
        GapStatus.DECLINED,
        "Not for this library.",
        "Maya",
        date(2026, 12, 1),
    )
    assert [(note.text, note.by) for note in declined.notes] == [
        ("Ask the clerk, [phone number].", "U9"),
        ("The clerk is away.", "U9"),
    ]
    history = [(entry.actor, entry.act, entry.detail.get("to")) for entry in logged.gaps.story("G1").history]
    assert history == [
        ("U8", "assign_gap", "assigned"),
        ("U9", "note_gap", None),
        ("U9", "wait_gap", "waiting"),
        ("U8", "assign_gap", "waiting"),
        ("U9", "answer_gap", "answered"),
        ("U1", "confirm_gap", "confirmed"),
        ("U1", "reopen_gap", "assigned"),
        ("U8", "decline_gap", "declined"),
    ]
    assert logged.audit.verify().broken is None
    assert "postage" not in repr(logged.audit.entries())


TWICE: dict[str, tuple[Callable[[Ledger], object], str]] = {
    "assign": (lambda ledger: ledger.gap_states.assign("G1", owner="U9", actor="U8"), "assigned to U9 already"),
    "wait": (lambda ledger: ledger.gap_states.wait("G1", actor="U8"), "waiting already"),
    "answer": (lambda ledger: ledger.gap_states.answered("G1", actor="U8"), "answered already"),
    "decline": (lambda ledger: ledger.gap_states.decline("G1", reason="No.", actor="U8"), "declined already"),
    "merge": (lambda ledger: ledger.gap_groups.merge("G1", into="G2", actor="U8"), "part of G2 now"),
    "split": (lambda ledger: ledger.gap_groups.split("G1", ["C1:4"], actor="U8"), "no such question"),
    "move": (lambda ledger: ledger.gap_groups.move("G1", ["C1:4"], to="G2", actor="U8"), "no such question"),
}


@pytest.mark.parametrize("act", TWICE)
def test_the_second_admin_at_the_same_button_gets_a_sentence_and_changes_nothing(logged: Ledger, act: str) -> None:
    press, sentence = TWICE[act]
    press(logged)
    entries, kept = logged.audit.entries(), logged.gaps.records()
    with pytest.raises(AttacheError, match=sentence):
        press(logged)
    assert (logged.audit.entries(), logged.gaps.records()) == (entries, kept)


@pytest.mark.parametrize(
    ("act", "error", "sentence"),
    [
        (lambda ledger: ledger.gap_states.assign("G77", owner="U9", actor="U8"), GapNotFound, "no gap"),
        (lambda ledger: ledger.gap_states.assign("the first", owner="U9", actor="U8"), GapNotFound, "no gap"),
        (lambda ledger: ledger.gap_states.assign("G1", owner="  ", actor="U8"), BadGapChange, "who sees to"),
        (lambda ledger: ledger.gap_states.decline("G1", reason=" ", actor="U8"), BadGapChange, "say why"),
        (lambda ledger: ledger.gap_states.note("G1", "", actor="U8"), BadGapChange, "what to note"),
        (lambda ledger: ledger.gap_states.reopen("G1", actor="U8"), BadGapChange, "open already"),
        (lambda ledger: ledger.gap_states.confirm("G1", actor="U8"), BadGapChange, "only one that is answered"),
        (lambda ledger: ledger.gap_groups.merge("G1", into="g1", actor="U8"), BadGapChange, "into itself"),
        (lambda ledger: ledger.gap_groups.merge("G1", into="G9", actor="U8"), GapNotFound, "no gap"),
        (lambda ledger: ledger.gap_groups.split("G1", [], actor="U8"), BadGapChange, "name the questions"),
        (lambda ledger: ledger.gap_groups.split("G2", ["C1:2"], actor="U8"), BadGapChange, "all questions of G2"),
        (lambda ledger: ledger.gap_groups.move("G1", ["C1:2"], to="G3", actor="U8"), GapNotFound, "no such question"),
        (
            lambda ledger: ledger.gap_groups.move("G1", ["C1:1"], to="1", actor="U8"),
            BadGapChange,
            "in that gap already",
        ),
    ],
)
def test_what_cannot_be_meant_gets_its_sentence(
    logged: Ledger, act: Callable[[Ledger], object], error: type[AttacheError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        act(logged)
    assert logged.audit.entries() == ()


def test_merged_gaps_stay_one_and_take_in_who_asks_for_either(logged: Ledger) -> None:
    logged.gap_states.note("G2", "Noon.", actor="U8")
    merged = logged.gap_groups.merge("G2", into="G3", actor="U8")
    assert (merged.id, merged.askers, [note.text for note in merged.notes]) == ("G3", 2, ["Noon."])
    assert logged.gaps.story("G2").gap.id == "G3"
    assert asked(logged, 6, LUNCH, asker="U7").id == asked(logged, 7, FLAGS, asker="U7").id == "G3"
    logged.gap_groups.regroup(actor="U8")
    assert members(logged) == {"G3": ["C1:2", "C1:3", "C1:6", "C1:7"], "G1": ["C1:1", "C1:4", "C1:5"]}


def test_what_was_split_or_moved_out_stays_out(logged: Ledger) -> None:
    split = logged.gap_groups.split("G1", ["C1:4"], actor="U8")
    logged.gap_groups.move("G1", ["C1:5"], to="G2", actor="U8")
    assert (split.id, split.question) == ("G4", "honey jars: who pays?")
    kept = {"G4": ["C1:4"], "G3": ["C1:3"], "G2": ["C1:2", "C1:5"], "G1": ["C1:1"]}
    assert members(logged) == kept
    assert logged.gap_groups.regroup(actor="U8") == ()
    assert members(logged) == kept


def test_gaps_from_before_grouping_come_together_and_owned_ones_keep_their_number(tmp_path: Path) -> None:
    library = open_in(tmp_path, WordHashEmbedding())
    ledger = library._ledger
    for number, text in enumerate([HONEY, LUNCH, "honey jars: who pays?", "Honey jars, who pays?"]):
        asked(ledger, number, text, asker=f"U{number}")
    with ledger.engine.begin() as connection:
        # As the migration leaves them: each a gap of its own, without vectors.
        connection.exec_driver_sql("INSERT INTO gaps (id, status) VALUES (3, 'new'), (4, 'new')")
        connection.exec_driver_sql("UPDATE gap_questions SET gap_id = 3, part = 3 WHERE question_id = 'C1:2'")
        connection.exec_driver_sql("UPDATE gap_questions SET gap_id = 4, part = 4 WHERE question_id = 'C1:3'")
        connection.exec_driver_sql("UPDATE gap_questions SET vector = NULL")
    library.gaps.assign("G4", owner="U9", actor="U8")
    assert [gap.id for gap in library.gaps.regroup(actor="U8")] == ["G1"]
    assert members(ledger) == {"G4": ["C1:3"], "G2": ["C1:1"], "G1": ["C1:0", "C1:2"]}
    assert asked(ledger, 9, HONEY).id == "G1"
    library.close()
