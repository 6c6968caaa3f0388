"""What is logged of a question without an answer, and how it leaves the log."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.domain import GapReason, Question
from knowledge.errors import BadGapChange, GapNotFound
from knowledge.gaps.records import GapStatus, Report
from knowledge.job import ReplyTo
from knowledge.ledger import Ledger, open_ledger
from knowledge.ledger.gap_posts import Since
from tests.gaps.logging import asked, missed

HONEY = "Who pays for the honey jars?"


def listed(ledger: Ledger) -> list[tuple[str, int, str]]:
    return [(gap.id, gap.askers, gap.question) for gap in ledger.gaps.records()]


def report(ledger: Ledger, question: Question, user: str, reason: GapReason, said: str = "") -> str:
    said_so = Report(reason=reason, user=user, said=said, at=datetime(2026, 11, 23, tzinfo=UTC))
    new = None if ledger.gaps.holds(question.id) else missed(question, reason=reason)
    return ledger.gaps.report(question, said_so, new, "m")


def test_a_recorded_gap_comes_back_as_it_was(ledger: Ledger) -> None:
    gap = asked(ledger, 1, HONEY)
    assert ledger.conversations.outcome("C1:1") == gap
    assert (gap.documents, gap.collections, gap.newest) == (3, ("office",), "2026-11")
    assert (gap.unknown, gap.ask, gap.logged) == (("zorbing",), None, True)
    assert ledger.conversations.outcome("C1:2") is None


def test_two_who_ask_the_same_are_one_gap_and_a_third_who_asks_something_else_is_another(ledger: Ledger) -> None:
    first = asked(ledger, 1, HONEY, asker="U1")
    second = asked(ledger, 2, "honey jars: who pays?", asker="U2")
    asked(ledger, 3, HONEY, asker="U2")
    other = asked(ledger, 4, "When is lunch?", asker="U2")
    assert first.id == second.id
    assert listed(ledger) == [(other.id, 1, "When is lunch?"), (first.id, 2, HONEY)]
    (one, *_), _ = (gap.questions for gap in reversed(ledger.gaps.records()))
    assert (one.question_id, one.asker, one.channel, one.language) == ("C1:1", "U1", "C1", "en")
    assert (one.reason, one.manifest, one.permalink) == (GapReason.NOT_SUPPORTED, "m", None)
    ledger.gaps.locate("C1:1", "https://city.slack.example/archives/C1/p1")
    assert ledger.gaps.story("g1").gap.questions[0].permalink == "https://city.slack.example/archives/C1/p1"


def test_a_follow_up_is_read_in_its_thread(ledger: Ledger) -> None:
    asked(ledger, 1, "Who pays?")
    asked(ledger, 2, "Who pays?", "What is the flag protocol of the sister city?")
    assert listed(ledger)[0] == ("G2", 1, "What is the flag protocol of the sister city? Who pays?")


def test_a_question_about_another_day_is_another_gap(ledger: Ledger) -> None:
    asked(ledger, 1, HONEY)
    then = Question(id="C1:2", text=HONEY, as_of=date(2023, 3, 1))
    assert ledger.gaps.record(then, missed(then), "m").id == "G2"


def test_questions_at_the_same_moment_are_one_gap_also_for_a_second_process(ledger: Ledger, tmp_path: Path) -> None:
    second = open_ledger(tmp_path / "ledger.sqlite3")
    with ThreadPoolExecutor(4) as pool:
        made = [
            pool.submit(asked, side, number, HONEY, asker=f"U{number}")
            for number, side in enumerate((ledger, second) * 10)
        ]
    assert {gap.result().id for gap in made} == {"G1"}
    assert listed(second) == [("G1", 20, HONEY)]
    second.close()


def test_what_is_shown_is_masked_and_what_was_asked_is_kept(ledger: Ledger) -> None:
    asked(ledger, 1, "Is 202-555-0143 the number of maya@city.example?")
    (gap,) = ledger.gaps.records()
    assert gap.question == gap.questions[0].text == "Is [phone number] the number of [e-mail]?"
    question = ledger.conversations.question("C1:1")
    assert question
    assert "202-555-0143" in question.text


def test_what_people_report_is_logged_once_with_the_reason_they_gave_last(ledger: Ledger) -> None:
    asked(ledger, 1, HONEY)
    question = Question(id="C1:2", text=HONEY, asker="U2")
    with ledger.engine.begin() as connection:
        from knowledge.ledger.conversations import insert_question

        insert_question(connection, question)
    assert report(ledger, question, "U3", GapReason.FEEDBACK) == "G1"
    assert report(ledger, question, "U3", GapReason.FEEDBACK, "call 202-555-0143") == "G1"
    assert report(ledger, question, "U3", GapReason.NEEDS_HUMAN) == "G1"
    (gap,) = ledger.gaps.records()
    assert gap.askers == 2
    assert [(one.reason, one.user, one.said) for one in gap.questions[1].reports] == [
        (GapReason.FEEDBACK, "U3", "call [phone number]"),
        (GapReason.NEEDS_HUMAN, "U3", ""),
    ]
    for reason in (GapReason.FEEDBACK, GapReason.NEEDS_HUMAN):
        ledger.gaps.take_back("C1:2", reason=reason, user="U3")
    ledger.gaps.take_back("C1:1", reason=GapReason.FEEDBACK, user="U3")
    assert listed(ledger) == [("G1", 1, HONEY)]
    assert report(ledger, question, "U3", GapReason.FEEDBACK) == "G1"


def test_a_withdrawn_question_leaves_and_the_next_one_speaks_for_the_gap(ledger: Ledger) -> None:
    asked(ledger, 1, HONEY, asker="U1")
    asked(ledger, 2, "honey jars: who pays?", asker="U2")
    assert ledger.gaps.withdraw("C1:1", actor="U1")
    assert not ledger.gaps.withdraw("C1:1", actor="U1")
    assert not ledger.gaps.withdraw("C9:9", actor="U1")
    assert listed(ledger) == [("G1", 1, "honey jars: who pays?")]
    outcome = ledger.conversations.outcome("C1:1")
    assert outcome
    assert not outcome.logged  # type: ignore[union-attr]
    with pytest.raises(BadGapChange, match="does not want it logged"):
        report(ledger, Question(id="C1:1", text=HONEY), "U2", GapReason.NEEDS_HUMAN)


def test_a_gap_nobody_asks_for_any_more_is_closed_and_takes_no_new_question(ledger: Ledger) -> None:
    asked(ledger, 1, HONEY)
    ledger.gaps.withdraw("C1:1", actor="U1")
    assert listed(ledger) == []
    with pytest.raises(GapNotFound):
        ledger.gaps.story("G1")
    with pytest.raises(BadGapChange, match="withdrawn"):
        ledger.gap_states.assign("G1", owner="U9", actor="U9")
    assert asked(ledger, 2, HONEY).id == "G2"
    assert [entry.act for entry in ledger.audit.entries()] == ["withdraw_gap", "withdraw_from_gap"]


@pytest.mark.parametrize("part", ["", "#1"])
def test_a_question_withdrawn_while_it_is_worked_on_is_put_as_withdrawn_and_opens_no_gap(
    ledger: Ledger, part: str
) -> None:
    asked(ledger, 1, HONEY)
    ledger.gap_states.answered("G1", actor="U9")
    question = Question(id="C1:2", text=HONEY, asker="U2", channel="C1")
    ledger.conversations.accept(question, ReplyTo(channel="C1", user="U2", thread_ts="2"))
    assert ledger.conversations.claim()
    assert ledger.gaps.withdraw("C1:2", actor="U2")
    question = replace(question, id=f"C1:2{part}")
    gap = ledger.gaps.record(question, missed(question), "m")
    assert (gap.id, gap.logged) == ("G2", False)
    assert ledger.conversations.outcome(question.id) == gap
    assert listed(ledger) == [("G1", 1, HONEY)]
    assert ledger.gaps.story("G1").gap.status is GapStatus.ANSWERED
    assert ledger.gap_posts.cards_due(Since(gap=1, at=datetime(2026, 11, 23, tzinfo=UTC))) == []
    assert [(entry.act, entry.actor) for entry in ledger.audit.entries()][:2] == [
        ("withdraw_gap", "U2"),
        ("withdraw_from_gap", "U2"),
    ]
    assert asked(ledger, 3, HONEY, asker="U3").id == "G1"


@pytest.mark.parametrize("status", [GapStatus.ANSWERED, GapStatus.CONFIRMED])
def test_a_gap_taken_for_answered_opens_when_somebody_asks_in_vain(ledger: Ledger, status: GapStatus) -> None:
    asked(ledger, 1, HONEY)
    ledger.gap_states.assign("G1", owner="U9", owner_name="Omar", actor="U9")
    ledger.gap_states.answered("G1", actor="U9")
    if status is GapStatus.CONFIRMED:
        ledger.gap_states.confirm("G1", actor="U1")
    assert ledger.gaps.story("G1").gap.status is status
    assert asked(ledger, 2, HONEY, asker="U2").ask == "Omar"
    again = ledger.gaps.story("G1")
    assert (again.gap.status, again.gap.answered_at) == (GapStatus.ASSIGNED, None)
    assert (again.history[-1].actor, again.history[-1].act) == ("attache", "reopen_gap")
