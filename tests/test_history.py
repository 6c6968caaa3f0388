"""Replace, remove, restore, roll back, supersede: one transaction each, nothing embedded, nothing lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.domain import DocumentRecord, Question, Status, Upload
from knowledge.errors import (
    BadSuccession,
    DocumentNotFound,
    NothingToRestore,
    NothingToRollBack,
    SnapshotExists,
    SnapshotNotFound,
)
from knowledge.knowledge_base import KnowledgeBase
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

OLD = "# Contacts 2022\n\nPlease call Ana at the Unit.\n"
NEW = "# Contacts 2026\n\nPlease call Ben at the Bureau.\n"
GIFTS = "# Gifts\n\nThe mayor gives honey.\n"


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 2, 9, tzinfo=UTC))


@pytest.fixture
def office(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", word_hash, now=calendar)
    yield opened
    opened.close()


def texts(knowledge_base: KnowledgeBase) -> set[str]:
    question = Question(id="q", text="Please call Ana Ben the Unit Bureau mayor gives honey")
    return {hit.passage.text for hit in knowledge_base.search(question, 50)}


def add(knowledge_base: KnowledgeBase, *uploads: Upload) -> None:
    receipt = knowledge_base.add(uploads, actor="U1")
    assert receipt.failed == ()


def only(knowledge_base: KnowledgeBase) -> DocumentRecord:
    (record,) = knowledge_base.documents()
    return record


def newer_version(name: str, text: str, of: str) -> Upload:
    return replace(markdown(name, text), replaces=of)


def acts(knowledge_base: KnowledgeBase) -> list[str]:
    return [entry.act for entry in reversed(knowledge_base.audit())]


# Replacing.


def test_a_newer_version_elsewhere_keeps_the_document_and_its_citations(office: KnowledgeBase) -> None:
    add(office, markdown("contacts-2022", OLD))
    first = only(office)
    (hit,) = office.search(Question(id="q", text="Ana"), 1)
    receipt = office.add([newer_version("contacts-2026", NEW, of="Contacts 2022")], actor="U1")
    assert receipt.updated == ("contacts-2026.md",)
    second = only(office)
    assert (second.id, second.version, second.card.title) == (first.id, 2, "Contacts 2026")
    assert second.place == "folder/contacts-2026.md"
    assert texts(office) == {"Please call Ben at the Bureau."}
    old = office.passage(hit.passage.id)
    assert (old.passage.text, old.live, old.document.card.title) == (
        "Please call Ana at the Unit.",
        False,
        "Contacts 2022",
    )


def test_after_replacing_the_new_place_is_the_documents_and_the_old_file_stays_out(office: KnowledgeBase) -> None:
    add(office, markdown("contacts-2022", OLD))
    add(office, newer_version("contacts-2026", NEW, of="Contacts 2022"))
    both = [markdown("contacts-2022", OLD), markdown("contacts-2026", NEW + "\nOr write.\n")]
    receipt = office.add(both, actor="U1", mirrored=["folder"])
    assert (receipt.unchanged, receipt.updated) == (("contacts-2022.md",), ("contacts-2026.md",))
    assert (receipt.added, receipt.removed) == ((), ())
    assert only(office).version == 3


def test_an_old_file_that_is_edited_later_is_a_document_of_its_own(office: KnowledgeBase) -> None:
    add(office, markdown("contacts-2022", OLD))
    add(office, newer_version("contacts-2026", NEW, of="Contacts 2022"))
    edited = markdown("contacts-2022", OLD.replace("Ana", "Ada"))
    assert office.add([edited], actor="U1").added == ("contacts-2022.md",)
    assert office.add([edited], actor="U1").unchanged == ("contacts-2022.md",)
    assert len({record.id for record in office.documents()}) == 2
    assert texts(office) == {"Please call Ben at the Bureau.", "Please call Ada at the Unit."}


def test_a_file_that_is_a_document_already_becomes_the_version_of_another(office: KnowledgeBase) -> None:
    add(office, markdown("contacts-2022", OLD), markdown("contacts-2026", NEW))
    add(office, newer_version("contacts-2026", NEW, of="Contacts 2022"))
    assert only(office).version == 2
    (left,) = office.removed()
    assert left.card.title == "Contacts 2026"
    office.roll_back(only(office).id, actor="U1")
    office.restore(left.id, actor="U1")
    assert texts(office) == {"Please call Ana at the Unit.", "Please call Ben at the Bureau."}
    add(office, markdown("contacts-2026", NEW + "\nOr write.\n"))
    assert {record.version for record in office.documents()} == {1, 2}


def test_a_newer_version_of_nothing_is_refused_with_advice(office: KnowledgeBase) -> None:
    receipt = office.add([newer_version("contacts-2026", NEW, of="Contacts 2022")], actor="U1")
    (failure,) = receipt.failed
    assert "no such document" in failure.advice
    assert office.documents() == ()


def test_a_file_that_reads_as_before_is_no_new_version(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS))
    receipt = office.add([markdown("gifts", GIFTS + "\n\n")], actor="U1")
    assert (receipt.unchanged, only(office).version) == (("gifts.md",), 1)
    assert office.add([markdown("gifts", GIFTS + "\n\n")], actor="U1").unchanged == ("gifts.md",)


# What a person stated.


def test_what_was_stated_once_stays_with_the_document(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS, title="Gifts for guests", issuer="Protocol", date="2024"))
    receipt = office.add([markdown("gifts", GIFTS)], actor="U1")
    assert receipt.unchanged == ("gifts.md",)
    add(office, markdown("gifts", GIFTS + "\nNever cash.\n"))
    card = only(office).card
    assert (card.title, card.issuer, card.date) == ("Gifts for guests", "Protocol", None)


# Removing and restoring.


def test_a_removed_document_comes_back_as_it_was_and_nothing_is_embedded(
    office: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    add(office, markdown("gifts", GIFTS))
    before = only(office)
    word_hash.encoded.clear()
    office.remove("Gifts", actor="U1")
    assert (texts(office), office.documents()) == (set(), ())
    assert [record.card.title for record in office.removed()] == ["Gifts"]
    assert office.restore("Gifts", actor="U2").document == before
    assert texts(office) == {"The mayor gives honey."}
    assert [text for text in word_hash.encoded if "honey" in text and "Please" not in text] == []
    assert acts(office) == ["publish", "remove", "restore"]


def test_what_cannot_be_undone_is_refused_with_advice(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS))
    with pytest.raises(NothingToRestore):
        office.restore("Gifts", actor="U1")
    with pytest.raises(NothingToRollBack):
        office.roll_back("Gifts", actor="U1")
    with pytest.raises(DocumentNotFound, match="never held"):
        office.restore("Flags", actor="U1")
    office.remove("Gifts", actor="U1")
    for act in (office.remove, office.roll_back):
        with pytest.raises(DocumentNotFound, match="removed already"):
            act("Gifts", actor="U1")
    assert acts(office) == ["publish", "remove"]


# Rolling back.


def test_rolling_back_serves_the_version_before_and_then_the_one_before_that(office: KnowledgeBase) -> None:
    for words in ("honey", "tea", "books"):
        add(office, markdown("gifts", GIFTS.replace("honey", words)))
    assert office.roll_back("Gifts", actor="U1").document.version == 2
    assert office.roll_back("Gifts", actor="U1").document.version == 1
    assert texts(office) == {"The mayor gives honey."}
    with pytest.raises(NothingToRollBack):
        office.roll_back("Gifts", actor="U1")


def test_rolling_back_after_a_new_version_leads_to_what_was_served_before_it(office: KnowledgeBase) -> None:
    for words in ("honey", "tea"):
        add(office, markdown("gifts", GIFTS.replace("honey", words)))
    office.roll_back("Gifts", actor="U1")
    add(office, markdown("gifts", GIFTS.replace("honey", "books")))
    assert only(office).version == 3
    assert office.roll_back("Gifts", actor="U1").document.version == 1


def test_a_version_rolled_back_is_held_back_until_somebody_restores_it(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS))
    add(office, markdown("gifts", GIFTS.replace("honey", "cash")))
    office.roll_back("Gifts", actor="U1")
    receipt = office.add([markdown("gifts", GIFTS.replace("honey", "cash"))], actor="U1", mirrored=["folder"])
    assert (receipt.held_back, receipt.updated, receipt.removed) == (("gifts.md",), (), ())
    assert texts(office) == {"The mayor gives honey."}
    assert office.restore("Gifts", actor="U1").document.version == 2
    assert texts(office) == {"The mayor gives cash."}
    assert office.add([markdown("gifts", GIFTS.replace("honey", "cash"))], actor="U1").unchanged == ("gifts.md",)


def test_a_changed_file_after_rolling_back_is_a_new_version(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS))
    add(office, markdown("gifts", GIFTS.replace("honey", "cash")))
    office.roll_back("Gifts", actor="U1")
    add(office, markdown("gifts", GIFTS.replace("honey", "tea")))
    assert (only(office).version, texts(office)) == (3, {"The mayor gives tea."})


def test_a_replacement_rolled_back_gives_the_place_back(office: KnowledgeBase) -> None:
    add(office, markdown("contacts-2022", OLD))
    add(office, newer_version("contacts-2026", NEW, of="Contacts 2022"))
    office.roll_back("Contacts 2026", actor="U1")
    assert only(office).place == "folder/contacts-2022.md"
    both = [markdown("contacts-2022", OLD), markdown("contacts-2026", NEW)]
    receipt = office.add(both, actor="U1", mirrored=["folder"])
    assert (receipt.unchanged, receipt.held_back) == (("contacts-2022.md",), ("contacts-2026.md",))
    gone = office.add([markdown("contacts-2026", NEW)], actor="U1", mirrored=["folder"])
    assert (gone.removed, texts(office)) == ((), {"Please call Ana at the Unit."})


def test_the_history_tells_what_was_served_by_whom_and_since_when(office: KnowledgeBase, calendar: Calendar) -> None:
    add(office, markdown("gifts", GIFTS))
    calendar.move(days=1)
    add(office, markdown("gifts", GIFTS.replace("honey", "cash")))
    calendar.move(days=1)
    office.roll_back("Gifts", actor="U2")
    now, undone, first = office.history("Gifts")
    assert [(e.version, e.act, e.by, e.undone) for e in (now, undone, first)] == [
        (1, "rollback", "U2", False),
        (2, "publish", "U1", True),
        (1, "publish", "U1", False),
    ]
    assert (first.starts.day, first.ends and first.ends.day, now.ends) == (2, 3, None)
    office.remove("Gifts", actor="U2")
    assert office.history("Gifts")[0].ends == calendar()


# Superseding.


def test_a_document_superseded_by_a_persons_word_is_so_from_that_day(office: KnowledgeBase, calendar: Calendar) -> None:
    add(office, markdown("contacts-2022", OLD), markdown("contacts-2026", NEW))
    office.supersede("Contacts 2022", by="Contacts 2026", since=date(2026, 12, 1), actor="U1")
    assert office.documents()[0].card.status is Status.CURRENT
    digest = office.manifest().digest
    calendar.move(days=29)
    old, new = office.documents()
    assert (old.card.status, old.successor_id, old.card.superseded_by) == (Status.SUPERSEDED, new.id, "Contacts 2026")
    assert office.manifest().digest != digest


def test_a_persons_word_survives_the_files_being_indexed_again_changed_or_not(office: KnowledgeBase) -> None:
    add(office, markdown("contacts-2022", OLD), markdown("contacts-2026", NEW))
    assert office.supersede("Contacts 2022", by="Contacts 2026", actor="U1").document.card.status is Status.SUPERSEDED
    for text in (OLD, OLD + "\nOr write.\n", f"---\nstatus: current\n---\n{OLD}"):
        add(office, markdown("contacts-2022", text))
        assert office.documents()[0].card.status is Status.SUPERSEDED
    office.undo_supersede("Contacts 2022", actor="U1")
    assert office.documents()[0].card.status is Status.CURRENT
    with pytest.raises(BadSuccession, match="Nobody stated"):
        office.undo_supersede("Contacts 2022", actor="U1")
    assert acts(office)[2:3] + acts(office)[-1:] == ["supersede", "undo_supersede"]


def test_documents_cannot_supersede_each_other_in_a_circle(office: KnowledgeBase) -> None:
    add(office, markdown("a", "# A\n\nOne.\n"), markdown("b", "# B\n\nTwo.\n"), markdown("c", "# C\n\nThree.\n"))
    office.supersede("A", by="B", actor="U1")
    office.supersede("B", by="C", since=date(2027, 1, 1), actor="U1")
    with pytest.raises(BadSuccession, match="itself superseded"):
        office.supersede("C", by="A", actor="U1")
    add(office, markdown("d", "---\nsuperseded_by: A\n---\n# D\n\nFour.\n"))
    with pytest.raises(BadSuccession, match="itself superseded"):
        office.supersede("C", by="D", actor="U1")
    with pytest.raises(BadSuccession, match="cannot supersede itself"):
        office.supersede("A", by="A", actor="U1")


# Snapshots.


def test_the_whole_library_goes_back_to_a_snapshot_and_nothing_is_embedded(
    office: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    add(office, markdown("contacts", OLD), markdown("gifts", GIFTS), markdown("flags", "# Flags\n\nMayor flags.\n"))
    assert office.take_snapshot("before the summit", actor="U1").documents == 3
    add(office, markdown("contacts", NEW), markdown("lunch", "# Lunch\n\nThe mayor eats.\n"))
    office.remove("Gifts", actor="U1")
    office.supersede("Flags", by="Lunch", actor="U1")
    word_hash.encoded.clear()
    gone_back, _ = office.go_back("before the summit", actor="U2")
    assert [len(ids) for ids in (gone_back.changed, gone_back.restored, gone_back.removed)] == [1, 1, 1]
    assert word_hash.encoded == []
    assert texts(office) == {"Please call Ana at the Unit.", "The mayor gives honey.", "Mayor flags."}
    assert {record.card.status for record in office.documents()} == {Status.CURRENT}
    assert acts(office)[-1] == "rollback_to"


def test_after_going_back_every_file_is_the_document_it_was(office: KnowledgeBase) -> None:
    files = [markdown("contacts-2022", OLD), markdown("contacts-2026", NEW)]
    add(office, *files)
    office.take_snapshot("two sheets", actor="U1")
    add(office, newer_version("contacts-2026", NEW, of="Contacts 2022"))
    gone_back, _ = office.go_back("two sheets", actor="U1")
    assert (len(gone_back.changed), len(gone_back.restored)) == (1, 1)
    receipt = office.add(files, actor="U1", mirrored=["folder"])
    assert receipt.unchanged == ("contacts-2022.md", "contacts-2026.md")
    assert office.add([files[0]], actor="U1", mirrored=["folder"]).removed == ("Contacts 2026",)


def test_what_was_added_after_a_snapshot_is_held_back_and_can_be_restored(office: KnowledgeBase) -> None:
    office.take_snapshot("empty", actor="U1")
    add(office, markdown("gifts", GIFTS))
    office.go_back("empty", actor="U1")
    receipt = office.add([markdown("gifts", GIFTS)], actor="U1", mirrored=["folder"])
    assert (receipt.held_back, office.documents()) == (("gifts.md",), ())
    office.restore("Gifts", actor="U1")
    assert texts(office) == {"The mayor gives honey."}


def test_going_back_to_where_the_library_is_changes_nothing(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS))
    office.take_snapshot("now", actor="U1")
    gone_back, _ = office.go_back("now", actor="U1")
    assert (gone_back.changed, gone_back.restored, gone_back.removed) == ((), (), ())
    assert len(office.history("Gifts")) == 1


def test_a_snapshots_name_is_used_once_and_must_be_known(office: KnowledgeBase) -> None:
    office.take_snapshot("now", actor="U1")
    with pytest.raises(SnapshotExists):
        office.take_snapshot("now", actor="U1")
    with pytest.raises(SnapshotNotFound):
        office.go_back("then", actor="U1")
    assert [snapshot.name for snapshot in office.snapshots()] == ["now"]
