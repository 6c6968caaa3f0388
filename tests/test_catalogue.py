"""What those who keep the library look up: review dates, who added what, times cited, how a document stands."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, insert

from knowledge.catalogue import Standing, Wanted
from knowledge.domain import Answer, Kind, Question, Status
from knowledge.errors import DocumentNotFound, SnapshotNotFound
from knowledge.history import GoneBack
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger, open_ledger
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import documents, servings, versions
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

GIFTS = "---\nreview_by: 2026-11-03\n---\n# Gifts\n\nThe mayor gives honey to guests.\n"


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 2, 9, tzinfo=UTC))


@pytest.fixture
def office(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", word_hash, now=calendar, threshold=0.0)
    yield opened
    opened.close()


def titles(library: KnowledgeBase, **wanted: object) -> list[str]:
    return [entry.document.card.title for entry in library.catalogue.find(Wanted(**wanted)).entries]  # type: ignore[arg-type]


def ask(library: KnowledgeBase, number: int, text: str, as_of: date | None = None) -> Answer:
    outcome = library.ask(Question(id=f"C1:{number}", text=text, as_of=as_of))
    assert isinstance(outcome, Answer)
    return outcome


def test_a_review_date_passes_at_the_end_of_its_day_and_every_citation_says_so(
    office: KnowledgeBase, calendar: Calendar
) -> None:
    office.add([markdown("gifts", GIFTS)], actor="U1")
    calendar.move(days=1)
    before = ask(office, 1, "What does the mayor give to guests?")
    assert before.citations[0].document.card.review_by == "2026-11-03"
    assert before.citations[0].document.review_passed is None
    assert titles(office, stale=True) == []
    calendar.move(hours=15)
    after = ask(office, 2, "What does the mayor give to guests?")
    assert after.citations[0].document.review_passed == date(2026, 11, 3)
    assert titles(office, stale=True) == ["Gifts"]
    for number, outcome in ((1, before), (2, after)):
        recorded = ask(office, number, "What does the mayor give to guests?")
        assert recorded.citations[0].document.review_passed == outcome.citations[0].document.review_passed
    then = ask(office, 3, "What does the mayor give to guests?", as_of=date(2026, 11, 2))
    assert then.citations[0].document.review_passed is None


@pytest.mark.parametrize(
    ("stated", "day"),
    [("2025", date(2025, 12, 31)), ("2025-02", date(2025, 2, 28)), ("9999-12-31", None)],
)
def test_a_review_date_has_the_precision_of_any_date(office: KnowledgeBase, stated: str, day: date | None) -> None:
    assert office.add([markdown("gifts", "# Gifts\n\nHoney.\n", review_by=stated)], actor="U1").failed == ()
    (record,) = office.documents()
    assert (record.card.review_by, record.review_passed) == (stated, day)


def test_a_review_date_is_stated_anew_for_another_text(office: KnowledgeBase) -> None:
    office.add([markdown("gifts", "# Gifts\n\nHoney.\n", review_by="2027-01-01")], actor="U1")
    assert office.add([markdown("gifts", "# Gifts\n\nHoney.\n")], actor="U1").unchanged == ("gifts.md",)
    office.add([markdown("gifts", "# Gifts\n\nHoney.\n", review_by="2028")], actor="U1")
    assert office.documents()[0].card.review_by == "2028"
    office.add([markdown("gifts", "# Gifts\n\nBooks.\n")], actor="U1")
    assert office.documents()[0].card.review_by is None


def test_what_is_superseded_needs_no_review_and_a_date_that_is_none_is_refused(office: KnowledgeBase) -> None:
    old = markdown("old", "# Old\n\nHoney.\n", review_by="2020", superseded_by="gifts")
    wrong = markdown("wrong", "---\nreview_by: soon\n---\n# Wrong\n\nHoney.\n")
    receipt = office.add([old, wrong], actor="U1")
    assert [failure.advice for failure in receipt.failed] == [
        "The `review_by` is not a date; please write it as YYYY, YYYY-MM or YYYY-MM-DD."
    ]
    assert titles(office, stale=True) == []


def test_an_entry_says_who_added_it_how_it_stands_and_how_often_it_was_cited(
    office: KnowledgeBase, calendar: Calendar
) -> None:
    office.add([markdown("gifts", "# Gifts\n\nThe mayor gives honey.\n")], actor="U1")
    ask(office, 1, "What does the mayor give?")
    calendar.move(days=1)
    office.add([markdown("gifts", "# Gifts\n\nThe mayor gives books.\n")], actor="U2")
    ask(office, 2, "What does the mayor give?")
    ask(office, 2, "What does the mayor give?")
    office.add([markdown("soon", "# Soon\n\nThe mayor gives tea.\n", publish_at="2026-12-01")], actor="U2")
    gifts, soon = office.catalogue.find(Wanted()).entries
    assert (gifts.added_by, gifts.document.version, gifts.cited) == ("U1", 2, 2)
    assert gifts.document.indexed_at == calendar()
    assert (gifts.standing, soon.standing) == (Standing.CURRENT, Standing.WAITING)
    office.remove("Gifts", actor="U3")
    (left,) = office.catalogue.find(Wanted(standing=Standing.REMOVED)).entries
    assert (left.standing, left.left_by, left.cited) == (Standing.REMOVED, "U3", 2)
    assert titles(office) == ["Soon"]
    assert office.catalogue.entry(gifts.document.id) == left
    with pytest.raises(DocumentNotFound):
        office.catalogue.entry("nothing-1")


def test_documents_are_found_by_words_kind_standing_and_age(office: KnowledgeBase) -> None:
    text = "# {}\n\nThe mayor gives honey.\n"
    office.add(
        [
            markdown("a", text.format("São Paulo gifts"), date="2022", kind=Kind.POLICY),
            markdown("b", text.format("Gifts"), date="2022-10-03"),
            markdown("c", text.format("Flags"), status=Status.DRAFT),
        ],
        actor="U1",
    )
    assert titles(office, words="GIFTS sao") == ["São Paulo gifts"]
    assert titles(office, kind=Kind.POLICY) == ["São Paulo gifts"]
    assert titles(office, standing=Standing.DRAFT) == ["Flags"]
    # A year is over with its last day; what states no date is as old as its version.
    assert titles(office, before=date(2022, 12, 31)) == ["Gifts"]
    assert titles(office, before=date(2026, 11, 2)) == ["Gifts", "São Paulo gifts"]
    assert titles(office, before=date(2026, 11, 3)) == ["Flags", "Gifts", "São Paulo gifts"]
    page = office.catalogue.find(Wanted(), first=1, most=1)
    assert ([entry.document.card.title for entry in page.entries], page.first, page.found) == (["Gifts"], 1, 3)


def test_what_going_back_would_change_is_what_it_changes(office: KnowledgeBase) -> None:
    office.add([markdown(name, f"# {name}\n\nHoney for {name}.\n") for name in ("kept", "edited", "gone")], actor="U1")
    ids = {record.card.title: record.id for record in office.documents()}
    office.take_snapshot("before", actor="U1")
    assert office.catalogue.what_going_back_changes("before") == GoneBack()
    office.add([markdown("edited", "# edited\n\nTea.\n"), markdown("new", "# new\n\nTea.\n")], actor="U1")
    office.remove("gone", actor="U1")
    new = next(record.id for record in office.documents() if record.card.title == "new")
    expected = GoneBack(changed=(ids["edited"],), restored=(ids["gone"],), removed=(new,))
    assert office.catalogue.what_going_back_changes("before") == expected
    assert office.catalogue.what_going_back_changes("before") == office.go_back("before", actor="U1")[0]
    assert office.catalogue.titles(expected.removed) == ("new",)
    with pytest.raises(SnapshotNotFound):
        office.catalogue.what_going_back_changes("never")


def shelve(ledger: Ledger, count: int) -> None:
    """Put rows of many documents straight into the ledger; nothing here reads their text."""
    now = datetime(2026, 11, 2, tzinfo=UTC)
    numbers = range(1, count + 1)
    with writing(ledger.engine) as connection:
        connection.execute(
            insert(documents), [{"id": f"d{n}", "place": f"p{n}", "added_at": now, "added_by": "U1"} for n in numbers]
        )
        connection.execute(
            insert(versions),
            [
                {
                    "id": n,
                    "document_id": f"d{n}",
                    "number": 1,
                    "fingerprint": "f",
                    "title": f"Document {n}",
                    "kind": "other",
                    "status": "current",
                    "language": "en",
                    "empty_pages": [],
                    "published_at": now,
                }
                for n in numbers
            ],
        )
        rows = [{"document_id": f"d{n}", "version_id": n, "starts": now, "made_at": now} for n in numbers]
        connection.execute(insert(servings), [{**row, "act": "publish", "made_by": "U1"} for row in rows])


def test_looking_up_takes_as_many_queries_however_many_documents_there_are(tmp_path: Path) -> None:
    counts = []
    for count in (3, 300):
        with closing(open_ledger(tmp_path / f"{count}.sqlite3")) as ledger:
            shelve(ledger, count)
            queries: list[str] = []
            event.listen(ledger.engine, "before_cursor_execute", lambda *args, seen=queries: seen.append(args[2]))
            assert ledger.catalogue.find(Wanted()).found == count
            assert ledger.catalogue.overview().held == count
            counts.append(len(queries))
    assert counts[0] == counts[1]
