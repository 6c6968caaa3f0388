"""What was in force on a day: the version of then, documents superseded since, nothing from later. And embargoes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge.day_asked_about import day_asked_about
from knowledge.domain import Answer, Details, Gap, Question, Status
from knowledge.errors import BadQuestion, PassageNotFound
from knowledge.knowledge_base import KnowledgeBase
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

CHICAGO = ZoneInfo("America/Chicago")
OLD = "---\ndate: '2022-10'\nsuperseded_by: contacts-2026\n---\n# Contacts 2022\n\nPlease call Ana at the Unit.\n"
NEW = "---\ndate: '2026-11-01'\n---\n# Contacts 2026\n\nPlease call Ben at the Bureau.\n"


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 2, 9, tzinfo=CHICAGO))


@pytest.fixture
def office(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", word_hash, now=calendar, threshold=0.0)
    yield opened
    opened.close()


def found(knowledge_base: KnowledgeBase, as_of: date | None = None) -> dict[str, Status]:
    question = Question(id="q", text="Whom do we please call at the Unit or the Bureau?", as_of=as_of)
    return {hit.passage.text: hit.document.card.status for hit in knowledge_base.search(question, 50)}


def test_what_was_superseded_since_counts_as_current_then_and_later_documents_do_not_exist(
    office: KnowledgeBase,
) -> None:
    office.add([markdown("contacts-2022", OLD), markdown("contacts-2026", NEW)], actor="U1")
    assert found(office)["Please call Ana at the Unit."] is Status.SUPERSEDED
    assert found(office, date(2023, 3, 1)) == {"Please call Ana at the Unit.": Status.CURRENT}
    assert found(office, date(2022, 9, 30)) == {}
    today = found(office, date(2026, 11, 2))
    assert today["Please call Ana at the Unit."] is Status.SUPERSEDED


def test_an_answer_of_then_says_so_and_is_recorded_with_what_was_said(office: KnowledgeBase) -> None:
    office.add([markdown("contacts-2022", OLD), markdown("contacts-2026", NEW)], actor="U1")
    question = Question(id="C1:1", text="Whom do we please call at the Unit?", as_of=date(2023, 3, 1))
    answer = office.ask(question)
    assert isinstance(answer, Answer)
    assert answer.text.splitlines()[0] == "As of 1 March 2023"
    assert {citation.document.card.status for citation in answer.citations} == {Status.CURRENT}
    assert office.conversations.question("C1:1") == question
    again = office.ask(question)
    assert isinstance(again, Answer)
    assert again.as_of == date(2023, 3, 1)
    assert {citation.document.card.status for citation in again.citations} == {Status.CURRENT}


def test_a_gap_of_then_says_so_too_and_is_another_gap_than_todays(office: KnowledgeBase) -> None:
    then = office.ask(Question(id="C1:1", text="Whom do we call?", as_of=date(2023, 3, 1)))
    now = office.ask(Question(id="C1:2", text="Whom do we call?"))
    assert isinstance(then, Gap)
    assert isinstance(now, Gap)
    assert (then.as_of, now.as_of) == (date(2023, 3, 1), None)
    assert then.id != now.id
    assert office.ask(Question(id="C1:1", text="Whom do we call?")) == then


def test_a_version_replaced_since_is_searched_as_it_was_served_then(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit before noon.\n")], actor="U1")
    calendar.move(days=10)
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit after lunch.\n")], actor="U1")
    assert set(found(office)) == {"Please call the Unit after lunch."}
    assert set(found(office, date(2026, 11, 5))) == {"Please call the Unit before noon."}
    assert set(found(office, date(2026, 11, 12))) == {"Please call the Unit after lunch."}
    assert found(office, date(2026, 11, 1)) == {}  # states no date and was not in the library yet


def test_before_the_library_knew_a_document_its_versions_count_by_their_dates(office: KnowledgeBase) -> None:
    office.add([markdown("contacts", OLD.replace("superseded_by: contacts-2026\n", ""))], actor="U1")
    office.add([markdown("contacts", NEW)], actor="U1")
    assert set(found(office, date(2023, 3, 1))) == {"Please call Ana at the Unit."}
    assert found(office, date(2021, 3, 1)) == {}


def test_a_version_dated_later_leaves_the_one_before_in_force_until_then(
    office: KnowledgeBase, calendar: Calendar
) -> None:
    office.add([markdown("contacts", NEW.replace("2026-11-01", "2024"))], actor="U1")
    calendar.move(days=8)
    later = NEW.replace("2026-11-01", "2026-12-01").replace("Ben", "Eve")
    office.add([markdown("contacts", later)], actor="U1")
    calendar.move(days=2)
    assert set(found(office, date(2026, 11, 11))) == {"Please call Ben at the Bureau."}
    assert set(found(office)) == {"Please call Eve at the Bureau."}
    assert found(office, date(2023, 11, 11)) == {}


def test_a_date_that_was_corrected_never_stood(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("contacts", NEW.replace("2026-11-01", "2024"))], actor="U1")
    (document,) = office.documents()
    office.correct(document.id, Details(date="2026-11-12"), actor="U1")
    calendar.move(days=2)
    assert found(office, date(2026, 11, 3)) == {}


def test_what_was_rolled_back_or_removed_was_never_in_force(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit before noon.\n")], actor="U1")
    calendar.move(days=1)
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit never.\n")], actor="U1")
    calendar.move(days=5)
    office.roll_back("Hours", actor="U1")
    assert set(found(office, date(2026, 11, 4))) == {"Please call the Unit before noon."}
    office.remove("Hours", actor="U1")
    assert found(office, date(2026, 11, 4)) == {}


def test_a_day_to_come_cannot_be_asked_about(office: KnowledgeBase) -> None:
    with pytest.raises(BadQuestion, match="still to come"):
        office.ask(Question(id="C1:1", text="Whom do we call?", as_of=date(2026, 11, 3)))


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("What did the 2022 sheet say?", date(2022, 12, 31)),
        ("What did our 2022 federal contacts sheet say about Ecuador?", date(2022, 12, 31)),
        ("As of March 2023, who was the contact?", date(2023, 3, 31)),
        ("Who was the contact for Mexico as of 1 March 2023?", date(2023, 3, 1)),
        ("Who was the contact as of March 1, 2023?", date(2023, 3, 1)),
        ("Who was the contact as of 2023-03-01?", date(2023, 3, 1)),
        ("Which rules were in force in 2022?", date(2022, 12, 31)),
        ("What was in force on 2022-02-03?", date(2022, 2, 3)),
    ],
)
def test_words_that_leave_no_doubt_ask_about_a_day(question: str, day: date) -> None:
    assert day_asked_about(question, TODAY) == day


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the 2019 MOU?",
        "What did the 2019 agreement with Lima say?",
        "What did the 2023 Denver Declaration say about housing?",
        "What did the mayor say in 2022?",
        "Which rules apply as of January 2025?",
        "What was the budget in 2022?",
        "Has the 2022 policy been replaced?",
        "Was the Act in force when Denver hosted the summit of 2023?",
        "What was in force in 2031?",
        "As of 2026, who was the contact?",
        "What was signed as of 2022-02-31?",
        "How many cities joined by COP26?",
    ],
)
def test_a_year_that_is_only_named_asks_about_no_day(question: str) -> None:
    assert day_asked_about(question, TODAY) is None


def test_a_question_in_words_about_the_past_is_answered_from_then(office: KnowledgeBase) -> None:
    office.add([markdown("contacts-2022", OLD), markdown("contacts-2026", NEW)], actor="U1")
    answer = office.ask(Question(id="C1:1", text="Whom did we please call as of March 2023?"))
    assert isinstance(answer, Answer)
    assert answer.as_of == date(2023, 3, 31)
    assert {citation.document.card.title for citation in answer.citations} == {"Contacts 2022"}


def test_where_nothing_was_in_force_then_such_a_question_is_answered_like_any_other(office: KnowledgeBase) -> None:
    office.add([markdown("towns", "# Towns\n\nBy 2017 forty towns had joined.\n")], actor="U1")
    answer = office.ask(Question(id="C1:1", text="How many towns had joined as of 2017?"))
    assert isinstance(answer, Answer)
    assert answer.as_of is None


# Embargo.


def test_a_document_under_embargo_exists_for_nobody_until_its_moment(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit.\n")], actor="U1")
    empty = office.manifest()
    secret = "---\npublish_at: 2026-11-03 09:00\n---\n# Deal\n\nPlease call the Bureau about the deal.\n"
    office.add([markdown("deal", secret)], actor="U1")
    assert set(found(office)) == {"Please call the Unit."}
    assert set(found(office, date(2026, 11, 2))) == {"Please call the Unit."}
    assert [record.card.title for record in office.documents()] == ["Hours"]
    assert office.manifest() == empty
    gap = office.ask(Question(id="C1:1", text="deal"))
    assert "Deal" not in {hit.document.card.title for hit in getattr(gap, "nearest", ())}
    (waiting,) = office.waiting()
    assert (waiting.card.title, waiting.publish_at) == ("Deal", datetime(2026, 11, 3, 9, tzinfo=CHICAGO))
    calendar.move(hours=23, minutes=59)
    assert len(found(office)) == 1
    calendar.move(minutes=1)
    assert set(found(office)) == {"Please call the Unit.", "Please call the Bureau about the deal."}
    assert (office.waiting(), office.manifest().documents) == ((), 2)


def test_the_old_version_is_served_until_the_new_ones_moment(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit.\n\nIt is open.\n")], actor="U1")
    (shared,) = office.search(Question(id="q", text="Unit"), 1)
    office.add([markdown("hours", "# Hours\n\nPlease call the Bureau.\n", publish_at="2026-11-03T09:00")], actor="U1")
    assert [record.version for record in office.documents()] == [1]
    assert "Please call the Bureau." not in found(office)
    assert office.passage(shared.passage.id).live
    calendar.move(days=1)
    assert set(found(office)) == {"Please call the Bureau."}
    assert not office.passage(shared.passage.id).live


def test_a_passage_under_embargo_cannot_be_opened(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("deal", "# Deal\n\nPlease call.\n", publish_at="2026-11-03")], actor="U1")
    (id_,) = office._ledger.library.kept_ids()
    with pytest.raises(PassageNotFound):
        office.passage(id_)
    calendar.move(days=1)
    assert office.passage(id_).live


def test_an_embargo_put_off_holds_and_one_that_is_lifted_ends(office: KnowledgeBase, calendar: Calendar) -> None:
    deal = markdown("deal", "# Deal\n\nPlease call.\n")
    for moment in ("2026-11-03T09:00", "2026-11-05T09:00"):
        office.add([replace(deal, details=replace(deal.details, publish_at=moment))], actor="U1")
    calendar.move(days=2)
    assert office.add([deal], actor="U1").unchanged == ("deal.md",)
    assert office.add([markdown("deal", "# Deal\n\nPlease call us.\n")], actor="U1").failed == ()
    assert office.documents() == ()  # a changed file does not lift it
    office.add([markdown("deal", "# Deal\n\nPlease call us.\n", publish_at="2026-11-02")], actor="U1")
    assert set(found(office)) == {"Please call us."}


def test_a_successor_under_embargo_supersedes_nothing_yet(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("contacts-2022", "# Contacts 2022\n\nPlease call Ana.\n")], actor="U1")
    office.add([markdown("contacts-2026", NEW, publish_at="2026-11-03")], actor="U1")
    office.supersede("Contacts 2022", by="Contacts 2026", actor="U1")
    (old,) = office.documents()
    assert (old.card.status, old.card.superseded_by, old.successor_id) == (Status.CURRENT, None, None)
    calendar.move(days=1)
    assert office.documents()[0].card.status is Status.SUPERSEDED


def test_what_waits_can_be_removed_restored_and_rolled_back(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("hours", "# Hours\n\nPlease call the Unit.\n")], actor="U1")
    office.add([markdown("hours", "# Hours\n\nPlease call the Bureau.\n", publish_at="2026-11-03")], actor="U1")
    office.remove("Hours", actor="U1")
    assert (office.documents(), office.waiting()) == ((), ())
    office.restore("Hours", actor="U1")
    assert set(found(office)) == {"Please call the Unit."}
    assert len(office.waiting()) == 1
    office.roll_back("Hours", actor="U1")
    calendar.move(days=2)
    assert set(found(office)) == {"Please call the Unit."}


def test_a_snapshot_keeps_what_waited(office: KnowledgeBase, calendar: Calendar) -> None:
    office.add([markdown("deal", "# Deal\n\nPlease call.\n", publish_at="2026-11-04")], actor="U1")
    office.take_snapshot("waiting", actor="U1")
    office.remove("Deal", actor="U1")
    office.go_back("waiting", actor="U1")
    assert (office.documents(), len(office.waiting())) == ((), 1)
    calendar.move(days=2)
    assert len(office.documents()) == 1


@pytest.mark.parametrize("stated", ["soon", "2026-13-01", "2026-11-03T25:00"])
def test_a_moment_nobody_can_wait_for_is_refused(office: KnowledgeBase, stated: str) -> None:
    text = f"---\npublish_at: '{stated}'\n---\n# Deal\n\nPlease call.\n"
    (failure,) = office.add([markdown("deal", text)], actor="U1").failed
    assert "publish_at" in failure.advice


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-05", datetime(2026, 11, 5, tzinfo=CHICAGO)),
        ("2026-11-05 09:30:00", datetime(2026, 11, 5, 9, 30, tzinfo=CHICAGO)),
        ("'2026-11-05T09:30'", datetime(2026, 11, 5, 9, 30, tzinfo=CHICAGO)),
        ("2026-11-05T09:30:00Z", datetime(2026, 11, 5, 3, 30, tzinfo=CHICAGO)),
    ],
)
def test_front_matter_states_the_moment_in_the_offices_time(
    office: KnowledgeBase, written: str, moment: datetime
) -> None:
    office.add([markdown("deal", f"---\npublish_at: {written}\n---\n# Deal\n\nPlease call.\n")], actor="U1")
    (waiting,) = office.waiting()
    assert waiting.publish_at is not None
    assert waiting.publish_at - moment == timedelta(0)
