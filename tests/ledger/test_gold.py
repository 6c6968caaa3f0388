"""Gold questions in the ledger: kept until they are removed, each change in the audit trail."""

import pytest

from knowledge.domain import Turn
from knowledge.errors import GoldNotFound
from knowledge.gold_questions import GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger
from knowledge.ledger.tables import audit
from tests.making import markdown

REFUSED = GoldQuestion(text="Who wins?", thread=(Turn(speaker="user", text="Is there an election?"),))


def acts(ledger: Ledger) -> list[tuple[str, str, str]]:
    with ledger.engine.connect() as connection:
        return [(row.actor, row.act, row.subject) for row in connection.execute(audit.select().order_by(audit.c.id))]


def test_a_gold_question_is_kept_as_it_was_added(ledger: Ledger) -> None:
    added = ledger.gold.add(REFUSED, actor="U1")
    assert ledger.gold.records() == (added,)
    assert (added.id, added.question, added.added_by) == ("Q1", REFUSED, "U1")
    assert (added.title, added.ran_at, added.miss) == (None, None, None)


def test_adding_and_removing_are_acts_of_somebody(ledger: Ledger) -> None:
    added = ledger.gold.add(REFUSED, actor="U1")
    ledger.gold.remove(added.id, actor="U2")
    assert acts(ledger) == [("U1", "add_gold", "Q1"), ("U2", "remove_gold", "Q1")]


def test_the_id_of_a_removed_question_never_means_another(ledger: Ledger) -> None:
    ledger.gold.remove(ledger.gold.add(REFUSED, actor="U1").id, actor="U1")
    assert ledger.gold.add(REFUSED, actor="U1").id == "Q2"
    assert [record.id for record in ledger.gold.records()] == ["Q2"]


@pytest.mark.parametrize("name", ["Q1", "q1", "1", " Q1 "])
def test_a_question_is_removed_by_its_id_however_it_is_typed(ledger: Ledger, name: str) -> None:
    ledger.gold.add(REFUSED, actor="U1")
    assert ledger.gold.remove(name, actor="U1").id == "Q1"
    assert ledger.gold.records() == ()


@pytest.mark.parametrize("name", ["Q2", "", "Q", "Q-1", "one", "Q1 OR 1", "Q99999999999999999999", "Q¹"])
def test_what_is_no_id_of_a_gold_question_removes_nothing(ledger: Ledger, name: str) -> None:
    ledger.gold.add(REFUSED, actor="U1")
    with pytest.raises(GoldNotFound):
        ledger.gold.remove(name, actor="U1")
    assert len(ledger.gold.records()) == 1
    assert [act for _, act, _ in acts(ledger)] == ["add_gold"]


def test_a_removed_question_cannot_be_removed_again(ledger: Ledger) -> None:
    ledger.gold.remove(ledger.gold.add(REFUSED, actor="U1").id, actor="U1")
    with pytest.raises(GoldNotFound):
        ledger.gold.remove("Q1", actor="U1")


def test_the_last_run_replaces_the_one_before(ledger: Ledger) -> None:
    for question in (REFUSED, GoldQuestion(text="Who pays?")):
        ledger.gold.add(question, actor="U1")
    ledger.gold.record_run({"Q1": "answered", "Q2": None}, "one", asked_for=True)
    ledger.gold.record_run({"Q1": None, "Q2": "answered"}, "two", asked_for=True)
    first, second = ledger.gold.records()
    assert (first.miss, second.miss) == (None, "answered")
    assert first.ran_at
    assert first.ran_at == second.ran_at


def test_runs_are_compared_with_the_last_that_was_asked_for(ledger: Ledger) -> None:
    ledger.gold.add(REFUSED, actor="U1")
    ledger.gold.record_run({"Q1": None}, "one", asked_for=False)
    ledger.gold.record_run({"Q1": "answered"}, "two", asked_for=False)
    (unseen,) = ledger.gold.records()
    assert (unseen.miss, unseen.known_miss) == ("answered", None)
    ledger.gold.record_run({"Q1": "answered"}, "two", asked_for=True)
    (seen,) = ledger.gold.records()
    assert (seen.miss, seen.known_miss) == ("answered", "answered")


def test_questions_are_due_until_each_was_asked_of_the_library_as_it_is(ledger: Ledger) -> None:
    assert not ledger.gold.due("one")
    ledger.gold.add(REFUSED, actor="U1")
    assert ledger.gold.due("one")
    ledger.gold.record_run({"Q1": None}, "one", asked_for=True)
    assert not ledger.gold.due("one")
    assert ledger.gold.due("two")
    ledger.gold.add(REFUSED, actor="U1")
    assert ledger.gold.due("one")
    ledger.gold.remove("Q2", actor="U1")
    assert not ledger.gold.due("one")


def test_the_document_keeps_its_title_after_it_left_the_library(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("trams", "# Trams\n\nThe tram leaves every twelve minutes.\n")], actor="U1")
    knowledge_base.add_gold(GoldQuestion(text="How often?", document="Trams"), actor="U1")
    knowledge_base.remove("Trams", actor="U1")
    (record,) = knowledge_base.gold()
    assert record.title == "Trams"
