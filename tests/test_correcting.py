"""What is stated of a published document is corrected as its next version: nothing read, hardly anything embedded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.collections import Access
from knowledge.domain import Details, DocumentRecord, Kind, Status, Upload
from knowledge.errors import BadCorrection, BadFrontMatter, CollectionNotFound, DocumentNotFound
from knowledge.knowledge_base import KnowledgeBase
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

GIFTS = "---\nissuer: Protocol office\ndate: '2024'\n---\n# Gifts\n\nThe mayor gives honey.\n\nGuests give books.\n"


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 2, 9, tzinfo=UTC))


@pytest.fixture
def office(tmp_path: Path, word_hash: WordHashEmbedding, calendar: Calendar) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", word_hash, now=calendar)
    opened.add([markdown("gifts", GIFTS)], actor="U1")
    yield opened
    assert opened.verify_audit().broken is None
    assert opened._indexes._passages.ids() == opened._ledger.library.kept_ids() == opened._indexes._keywords.ids()
    opened.close()


def correct(office: KnowledgeBase, **stated: object) -> DocumentRecord:
    return office.correct(only(office).id, Details(**stated), actor="U2").document  # type: ignore[arg-type]


def only(office: KnowledgeBase) -> DocumentRecord:
    (record,) = office.documents()
    return record


def add(office: KnowledgeBase, *uploads: Upload) -> tuple[str, ...]:
    receipt = office.add(uploads, actor="U1")
    assert receipt.failed == ()
    return receipt.unchanged


def test_everything_but_the_title_is_corrected_without_embedding_anything(
    office: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    embedded, before = len(word_hash.encoded), only(office)
    record = correct(office, kind=Kind.POLICY, issuer="", date="2025-03", status=Status.DRAFT, source="https://a.org/x")
    assert record.card == replace(
        before.card, kind=Kind.POLICY, issuer=None, date="2025-03", status=Status.DRAFT, source="https://a.org/x"
    )
    assert (record.version, record.passages, len(word_hash.encoded)) == (2, before.passages, embedded)
    assert [(one.version, one.act, one.by) for one in office.history(record.id)] == [
        (2, "correct", "U2"),
        (1, "publish", "U1"),
    ]
    entry = office.audit(1)[0]
    assert (entry.act, entry.actor, entry.subject) == ("correct", "U2", record.id)
    assert office.roll_back(record.id, actor="U2").document.card == before.card
    assert office.restore(record.id, actor="U2").document.card == record.card


def test_a_new_title_embeds_the_document_once_more_and_the_old_one_stays_readable(
    office: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    (old,) = office._ledger.library.kept_ids()
    assert correct(office, title="Presents").card.title == "Presents"
    assert sum("honey" in text for text in word_hash.encoded) == 2
    assert office.passage(old).live is False
    assert office.roll_back(only(office).id, actor="U1").document.card.title == "Gifts"
    assert office.passage(old).live


def test_what_was_corrected_stays_when_the_file_is_indexed_again_and_what_is_said_of_a_text_ends_with_it(
    office: KnowledgeBase,
) -> None:
    correct(office, title="Presents", date="2025", review_by="2027")
    assert add(office, markdown("gifts", GIFTS)) == ("gifts.md",)
    assert (only(office).card.title, only(office).card.date) == ("Presents", "2025")
    add(office, markdown("gifts", GIFTS.replace("honey", "tea")))
    card = only(office).card
    assert (card.title, card.date, card.review_by) == ("Presents", "2024", None)


def test_a_language_that_was_guessed_wrong_is_put_right_in_the_file(office: KnowledgeBase) -> None:
    add(office, markdown("gifts", GIFTS.replace("---\n", "---\nlanguage: pt\n", 1)))
    assert (only(office).card.language, only(office).version) == ("pt", 2)
    assert add(office, markdown("gifts", GIFTS)) == ("gifts.md",)
    assert (only(office).card.language, only(office).version) == ("pt", 2)


def test_a_correction_of_what_was_rolled_back_to_lets_the_newer_file_neither_in_nor_go(office: KnowledgeBase) -> None:
    newer = markdown("gifts", GIFTS.replace("honey", "tea"))
    add(office, newer)
    office.roll_back(only(office).id, actor="U1")
    assert correct(office, issuer="Clerk").version == 3
    assert office.add([newer], actor="U1").held_back == ("gifts.md",)
    assert only(office).version == 3
    assert office.restore(only(office).id, actor="U1").document.version == 2


def test_a_version_that_was_rolled_back_stays_out_however_often_and_whenever_somebody_goes_back_again(
    office: KnowledgeBase, calendar: Calendar
) -> None:
    tea, cake = (markdown("gifts", GIFTS.replace("honey", word)) for word in ("tea", "cake"))

    def go_back() -> int:
        calendar.move(hours=1)
        return office.roll_back(only(office).id, actor="U1").document.version

    add(office, tea)
    assert go_back() == 1
    calendar.move(hours=1)
    assert correct(office, issuer="Clerk").version == 3
    assert go_back() == 1
    assert office.add([tea], actor="U1").held_back == ("gifts.md",)
    calendar.move(hours=1)
    add(office, cake)
    calendar.move(hours=1)
    add(office, markdown("gifts", GIFTS.replace("honey", "bread")))
    assert (go_back(), go_back()) == (4, 1)
    assert office.add([cake], actor="U1").held_back == ("gifts.md",)
    assert office.add([markdown("gifts", GIFTS.replace("honey", "bread"))], actor="U1").held_back == ("gifts.md",)
    assert only(office).version == 1


def test_a_correction_takes_no_place_away_from_the_document_that_is_there_now(office: KnowledgeBase) -> None:
    add(office, replace(markdown("elsewhere", GIFTS.replace("honey", "tea")), replaces="Gifts"))
    add(office, markdown("gifts", "# Flags\n\nFlags stand on the left.\n"))
    gifts = next(record for record in office.documents() if record.card.title == "Gifts")
    office.roll_back(gifts.id, actor="U1")
    before = {place: file.document_id for place, file in office._ledger.library.files().items()}
    office.correct(gifts.id, Details(issuer="Clerk"), actor="U1")
    assert {place: file.document_id for place, file in office._ledger.library.files().items()} == before
    assert len(office.documents()) == len({*before.values()})


def test_collections_are_corrected_without_a_new_version(office: KnowledgeBase) -> None:
    office.collections.add("protocol", Access.LIMITED, channels=["C1"], actor="U1")
    assert correct(office, collections="Protocol").version == 1
    assert [one.name for one in office.collections.of(only(office).id)] == ["protocol"]
    with pytest.raises(CollectionNotFound):
        correct(office, title="Presents", collections="nowhere")
    assert only(office).card.title == "Gifts"


def test_what_cannot_be_corrected_says_why_and_changes_nothing(office: KnowledgeBase, calendar: Calendar) -> None:
    id_ = only(office).id
    with pytest.raises(BadCorrection, match="Nothing was changed"):
        correct(office, issuer="Protocol office")
    with pytest.raises(BadFrontMatter):
        correct(office, date="soon")
    with pytest.raises(BadFrontMatter, match="no link"):
        correct(office, source="Press release of 3 May")
    add(office, markdown("gifts", GIFTS, publish_at="2026-12-01"))
    with pytest.raises(BadCorrection, match="waits to be published"):
        correct(office, issuer="Clerk")
    assert (only(office).card.issuer, len(office.waiting())) == ("Protocol office", 1)
    office.roll_back(id_, actor="U1")
    assert correct(office, publish_at="2026-12-24").version == 1  # until then what there is is served
    assert [(record.version, str(record.publish_at)[:10]) for record in office.waiting()] == [(3, "2026-12-24")]
    office.remove(id_, actor="U1")
    with pytest.raises(DocumentNotFound):
        office.correct(id_, Details(issuer="Clerk"), actor="U1")
