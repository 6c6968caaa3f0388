"""Which collections a document is in, by whose word, and what an audience is shown of the library for it."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from knowledge.collections import OFFICE, Access, Audience, View
from knowledge.domain import Gap, Question, Status, Turn
from knowledge.errors import (
    BadCollection,
    CollectionInUse,
    CollectionNotFound,
    NotForReaders,
    PassageNotFound,
)
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.holdings import Holdings
from tests.ledger.test_history_migration import make_old_ledger
from tests.making import WordHashEmbedding, markdown, open_in

HONEY = "# {title}\n\nThe mayor gives every delegation a jar of local honey.\n"


@pytest.fixture
def office(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """A library that answers whatever it finds, with a public collection and one for a group."""
    opened = open_in(tmp_path / "home", word_hash, threshold=0.0)
    opened.collections.add("Website", Access.PUBLIC, actor="U1")
    opened.collections.add("protocol", Access.LIMITED, groups=["S1"], actor="U1")
    yield opened
    opened.close()


def add(office: KnowledgeBase, name: str, front_matter: str = "", text: str = HONEY, **details: str) -> str:
    """Index a file and return the id of its document."""
    head = f"---\n{front_matter}\n---\n" if front_matter else ""
    receipt = office.add([markdown(name, head + text.format(title=name), **details)], actor="U1")
    assert receipt.failed == ()
    return next(record.id for record in office.documents() if record.place == f"folder/{name}.md")


def names(office: KnowledgeBase, document_id: str) -> set[str]:
    return {collection.name for collection in office.collections.of(document_id)}


def readers_of(office: KnowledgeBase, *collections: str) -> Audience:
    """Those who may read these collections."""
    return Audience(
        collections=frozenset(known.id for known in office.collections.records() if known.name in collections)
    )


def acts(office: KnowledgeBase) -> list[str]:
    return [f"{entry.act} {entry.subject}" for entry in office.audit()]


@pytest.mark.parametrize(
    ("front_matter", "details", "expected"),
    [
        ("", {}, {OFFICE}),
        ("collection: protocol", {}, {"protocol"}),
        ("collections: [Protocol, website]", {}, {"protocol", "Website"}),
        ("collection: protocol", {"collections": "Website"}, {"Website"}),
    ],
)
def test_a_document_is_where_a_person_or_else_its_file_says_or_else_in_the_office(
    office: KnowledgeBase, front_matter: str, details: dict[str, str], expected: set[str]
) -> None:
    assert names(office, add(office, "Honey", front_matter, **details)) == expected


@pytest.mark.parametrize("stated", ["collection: protocoll", "collections: [protocol, nowhere]"])
def test_a_name_that_does_not_exist_fails_its_file_and_no_other(office: KnowledgeBase, stated: str) -> None:
    good = markdown("Good", HONEY.format(title="Good"))
    receipt = office.add([markdown("Bad", f"---\n{stated}\n---\n{HONEY}"), good], actor="U1")
    (failure,) = receipt.failed
    assert failure.advice.startswith("There is no collection “")
    assert "attache collections list" in failure.advice
    assert [record.card.title for record in office.documents()] == ["Good"]


@pytest.mark.parametrize("stated", ["collections: []", "collection:", 'collections: [protocol, ""]'])
def test_front_matter_that_names_no_collection_is_not_taken_for_the_office(office: KnowledgeBase, stated: str) -> None:
    receipt = office.add([markdown("Bad", f"---\n{stated}\n---\n{HONEY}")], actor="U1")
    assert "names none" in receipt.failed[0].advice
    assert office.documents() == ()


def test_a_newer_file_that_states_nothing_leaves_its_document_where_it_is(office: KnowledgeBase) -> None:
    honey = add(office, "Honey", "collection: protocol")
    assert add(office, "Honey", text=HONEY + "\nOr tea.\n") == honey
    assert names(office, honey) == {"protocol"}
    office.remove(honey, actor="U1")
    office.restore(honey, actor="U1")
    assert names(office, honey) == {"protocol"}


def test_a_file_that_moves_its_document_counts_as_updated_and_needs_no_new_version(office: KnowledgeBase) -> None:
    honey = add(office, "Honey", "collection: protocol")
    receipt = office.add(
        [markdown("Honey", f"---\ncollection: Website\n---\n{HONEY.format(title='Honey')}")], actor="U1"
    )
    assert receipt.updated == ("Honey.md",)
    assert names(office, honey) == {"Website"}
    assert [record.version for record in office.documents()] == [1]


def test_what_a_person_put_somewhere_no_file_moves(office: KnowledgeBase) -> None:
    honey = add(office, "Honey", "collection: Website")
    office.collections.put("Honey", ["protocol"], actor="U1")
    add(office, "Honey", "collection: Website", text=HONEY + "\nOr tea.\n")
    assert names(office, honey) == {"protocol"}
    assert f"set_collections {honey}" in acts(office)
    unchanged = markdown("Honey", f"---\ncollection: Website\n---\n{HONEY.format(title='Honey')}\nOr tea.\n")
    office.add([markdown("Honey", unchanged.content.decode(), collections="office")], actor="U1")
    assert names(office, honey) == {OFFICE}
    office.add([unchanged], actor="U1")
    assert names(office, honey) == {OFFICE}


def test_a_document_in_two_collections_is_for_the_readers_of_either(office: KnowledgeBase) -> None:
    add(office, "Honey", "collections: [protocol, Website]")
    for reader, found in (("protocol", 1), ("Website", 1), (OFFICE, 0)):
        assert office.manifest(readers_of(office, reader)).documents == found


def test_whoever_superseded_it_unseen_leaves_no_trace_on_a_document(office: KnowledgeBase) -> None:
    old, new = add(office, "Old sheet"), add(office, "Secret sheet", "collection: protocol")
    office.supersede(old, by=new, actor="U1")
    view = View(audience=readers_of(office, OFFICE))
    record = office._ledger.library.documents(view)[old]
    assert record.card.status is Status.SUPERSEDED
    assert (record.successor_id, record.card.superseded_by) == (None, None)
    found = office.try_question(Question(id="q", text="Which honey does the mayor give?", audience=view.audience))
    assert [citation.document.id for citation in found.citations] == [old]


def test_the_past_is_read_by_the_same_people(office: KnowledgeBase) -> None:
    add(office, "Honey", "collection: protocol\ndate: 2020")
    day = office._ledger.now().date()
    assert office._ledger.library.documents(View(as_of=day)) != {}
    assert office._ledger.library.documents(View(as_of=day, audience=readers_of(office, OFFICE))) == {}


class Emptied(dict[View, Holdings]):
    """Views that somebody who looks up many others clears right after one was found."""

    def __contains__(self, view: object) -> bool:
        there = super().__contains__(view)
        self.clear()
        return there

    def get(self, view: View, _: object = None) -> Holdings | None:  # type: ignore[override]
        there = super().get(view)
        self.clear()
        return there


def test_a_view_is_read_also_while_somebody_else_forgets_it(office: KnowledgeBase) -> None:
    add(office, "gifts")
    library, view = office._ledger.library, View(audience=readers_of(office, OFFICE))
    seen = library.documents(view)
    assert seen
    library._present().views = Emptied(library._present().views)
    assert library.documents(view) == seen


def test_an_outcome_that_comes_again_is_for_its_readers_of_now(office: KnowledgeBase) -> None:
    honey = add(office, "Honey")
    question = Question(id="q", text="Which honey does the mayor give?", audience=readers_of(office, OFFICE))
    answered = office.ask(question)
    assert office.ask(question) == answered
    assert office.conversations.question("q") == question
    assert office.explain("q").passages != ()
    office.collections.put(honey, ["protocol"], actor="U1")
    with pytest.raises(NotForReaders):
        office.ask(question)
    assert office.explain("q").passages == ()


def test_a_gap_offers_only_what_its_readers_may_read(office: KnowledgeBase, tmp_path: Path) -> None:
    honey = add(office, "Honey")
    tea = add(office, "Tea", "collection: protocol", text="# Tea\n\nThe mayor gives tea to no delegation.\n")
    office.close()
    strict = open_in(tmp_path / "home", WordHashEmbedding(), threshold=1.0)
    question = Question(id="q", text="Which honey does the mayor give?", audience=readers_of(strict, OFFICE))
    for _ in range(2):
        gap = strict.ask(question)
        assert {hit.document.id for hit in gap.nearest} == {honey}  # type: ignore[union-attr]
        assert (gap.documents, gap.collections) == (1, (OFFICE,))  # type: ignore[union-attr]
    assert {near.document_id for record in strict.gaps.records() for near in record.nearest} == {honey}
    strict.collections.put(honey, ["protocol"], actor="U1")
    assert strict.ask(question).nearest == ()  # type: ignore[union-attr]
    with pytest.raises(PassageNotFound):
        strict.passage(gap.nearest[0].passage.id, question.audience)  # type: ignore[union-attr]
    everything = strict.ask(Question(id="all", text=question.text))
    assert tea in {hit.document.id for hit in everything.nearest}  # type: ignore[union-attr]
    assert everything.collections == ("protocol",)  # type: ignore[union-attr]
    # Shared with people who may not know of a collection, its name goes as well.
    assert strict.collections.for_readers(everything, question.audience).collections == ()  # type: ignore[union-attr]
    strict.close()


def test_a_gap_comes_again_to_others_with_what_they_may_know_of_what_was_searched(
    office: KnowledgeBase, tmp_path: Path
) -> None:
    add(office, "Honey", date="2022")
    add(office, "Layoffs", "collection: protocol", text="# Layoffs\n\nMaps are secret.\n", date="2026-11-20")
    office.close()
    strict = open_in(tmp_path / "home", WordHashEmbedding(), threshold=1.0)
    asked = Question(id="q", text="Which zeppelin carries the maps?")
    channel = readers_of(strict, OFFICE)
    for _ in range(2):
        whole = strict.ask(asked)
        assert isinstance(whole, Gap)
        assert (whole.documents, whole.newest, whole.collections) == (2, "2026-11-20", (OFFICE, "protocol"))
        assert whole.unknown == ("zeppelin", "carries")
        own = strict.ask(replace(asked, id="c", audience=channel))
        assert isinstance(own, Gap)
        assert (own.documents, own.newest, own.unknown) == (1, "2022", ("zeppelin", "carries", "maps"))
    for gap in (strict.collections.for_readers(whole, channel), strict.ask(replace(asked, audience=channel))):
        assert isinstance(gap, Gap)
        assert (gap.documents, gap.newest, gap.collections, gap.unknown) == (1, "2022", (OFFICE,), ())
        assert {hit.document.card.title for hit in gap.nearest} <= {"Honey"}
    strict.close()


def test_a_library_for_everybody_costs_no_query_more(office: KnowledgeBase) -> None:
    add(office, "Honey")
    asked: list[str] = []
    event.listen(office._ledger.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for audience in (None, readers_of(office, OFFICE), readers_of(office, OFFICE)):
        asked.clear()
        office.try_question(Question(id="q", text="Which honey does the mayor give?", audience=audience))
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]


def test_a_collection_in_use_and_the_offices_own_stay(office: KnowledgeBase) -> None:
    honey = add(office, "Honey", "collection: protocol")
    office.remove(honey, actor="U1")
    with pytest.raises(CollectionInUse, match="1 document is in this collection alone"):
        office.collections.remove("protocol", actor="U1")
    for change in (
        office.collections.remove,
        lambda name, actor: office.collections.change(name, Access.PUBLIC, actor=actor),
    ):
        with pytest.raises(BadCollection):
            change(OFFICE, actor="U1")
    office.collections.put(honey, ["protocol", "website"], actor="U1")
    office.collections.remove("Protocol", actor="U1")
    assert names(office, honey) == {"Website"}
    assert "remove_collection protocol" in acts(office)
    assert office.verify_audit().broken is None


@pytest.mark.parametrize(
    ("name", "access", "channels"),
    [
        ("PROTOCOL", Access.OFFICE, []),
        ("  ", Access.OFFICE, []),
        ("a, b", Access.OFFICE, []),
        ("x" * 81, Access.OFFICE, []),
        ("nobody", Access.LIMITED, []),
        ("both", Access.PUBLIC, ["C1"]),
    ],
)
def test_what_is_no_collection_is_refused(
    office: KnowledgeBase, name: str, access: Access, channels: list[str]
) -> None:
    before = office.collections.records()
    with pytest.raises(BadCollection):
        office.collections.add(name, access, channels=channels, actor="U1")
    with pytest.raises(CollectionNotFound):
        office.collections.change("nowhere", Access.PUBLIC, actor="U1")
    assert office.collections.records() == before


def test_another_process_learns_at_once_who_reads_a_collection(office: KnowledgeBase, tmp_path: Path) -> None:
    honey = add(office, "Honey")
    from knowledge.ledger import open_ledger

    beside = open_ledger(tmp_path / "home" / "ledger.sqlite3")
    assert beside.library.collections_of(honey) == frozenset({1})
    office.collections.put(honey, ["protocol"], actor="U1")
    assert not beside.library.is_read_by(Audience(collections=frozenset({1})), honey)
    beside.close()


def test_an_older_ledger_opens_with_everything_in_the_office(tmp_path: Path) -> None:
    from knowledge.ledger import open_ledger

    make_old_ledger(tmp_path / "ledger.sqlite3")
    ledger = open_ledger(tmp_path / "ledger.sqlite3")
    (kept,) = ledger.library.collections()
    assert (kept.name, kept.access, kept.documents) == (OFFICE, Access.OFFICE, 2)
    ledger.close()
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as file:
        assert file.execute("pragma foreign_key_check").fetchall() == []


def test_a_follow_up_gets_no_help_from_quotes_its_readers_may_not_read(office: KnowledgeBase) -> None:
    add(office, "Honey", "collection: protocol")
    office.ask(Question(id="1", text="Which honey does the mayor give?", thread_id="T"))
    following = Question(id="2", text="And tea?", thread_id="T")
    everything = office._asking.in_thread(following).thread
    assert [turn.speaker for turn in everything] == ["user", "agent"]
    for reader in (OFFICE, "Website"):
        found = office.try_question(
            Question(id="2", text="And tea?", thread_id="T", audience=readers_of(office, reader))
        )
        assert found.question.thread == (Turn(speaker="user", text="Which honey does the mayor give?"),)
        assert found.found.candidates == ()
