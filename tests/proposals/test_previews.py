"""What a change would do to answers: asked of a copy by the very code that answers, and nothing is left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.domain import Details, Failure, Question
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.gold_questions import GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.copying import COPY
from knowledge.proposals.preview import Effect, Preview
from tests.making import WordHashEmbedding, markdown, open_in

GIFTS = "# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n"
LUNCH = "# Lunch\n\nLunch for delegations is served at noon in the old library.\n"
BELL = "# Gifts\n\nThe mayor gives every delegation a small bronze bell.\n"
PARKING = "# Parking\n\nDelegations park their buses behind the fire station.\n"
LATER = "# Lunch from 2027\n\nLunch for delegations is served at one in the new library.\n"

HONEY = "What does the mayor give every delegation?"
WHERE = "Where do delegations park their buses?"
NOON = "When is lunch for delegations served?"


@pytest.fixture
def office(tmp_path: Path, model: SentenceTransformerEmbedding) -> Iterator[KnowledgeBase]:
    """Two documents; two gold questions, of which one is met; three questions asked, one of them twice."""
    base = open_in(tmp_path / "home", model)
    base.add([markdown("gifts", GIFTS), markdown("lunch", LUNCH)], actor="U1")
    base.add_gold(GoldQuestion(text=HONEY, document="Gifts", words=("honey",)), actor="U1")
    base.add_gold(GoldQuestion(text=WHERE, document=None), actor="U1")
    for number, text in enumerate((HONEY, NOON, WHERE, NOON.upper())):
        base.ask(Question(id=str(number), text=text))
    yield base
    base.close()


def seen(preview: Preview) -> list[tuple[str, Effect, tuple[str, ...], tuple[str, ...]]]:
    return [(one.gold_id or one.question, one.effect, one.before, one.after) for one in preview.affected]


def everything(base: KnowledgeBase) -> tuple[object, ...]:
    """All that a preview must leave alone."""
    indexes = base._indexes
    rows = [base._ledger.library.kept_ids(), base._ledger.failures.records(), base._ledger.library.files()]
    return (*rows, indexes._passages.ids(), indexes._keywords.ids(), base.audit(), base.gaps.records(), base.gold())


def test_a_preview_of_proposals_says_which_answers_change_and_changes_none(
    office: KnowledgeBase, tmp_path: Path
) -> None:
    room = office.proposals
    bell = room.propose(markdown("bell", BELL), actor="U1")
    room.amend(bell.id, Details(), replaces="Gifts", actor="U1")
    parking = room.propose(markdown("parking", PARKING), actor="U1")
    later = room.propose(markdown("later", LATER), actor="U1")
    room.amend(later.id, Details(), supersedes="Lunch", actor="U1")
    before = everything(office)
    assert seen(room.preview([bell.id])) == [
        ("Q1", Effect.WORSE, ("Gifts",), ("Gifts",)),
        (HONEY, Effect.CHANGED, ("Gifts",), ("Gifts",)),
    ]
    whole = room.preview([bell.id, parking.id, later.id])
    assert seen(whole) == [
        ("Q1", Effect.WORSE, ("Gifts",), ("Gifts",)),
        ("Q2", Effect.WORSE, (), ("Parking",)),
        (NOON.upper(), Effect.CHANGED, ("Lunch",), ("Lunch from 2027",)),
        (HONEY, Effect.CHANGED, ("Gifts",), ("Gifts",)),
        (WHERE, Effect.NOW_ANSWERED, (), ("Parking",)),
    ]
    assert whole.affected[0].miss == "quoted without honey"
    assert (whole.gold, whole.asked, whole.unchanged) == (2, 3, 0)
    assert room.preview([parking.id], last=1).asked == 1
    assert everything(office) == before
    assert not (tmp_path / "home" / COPY).exists()
    assert [one.id for one in room.records()] == [bell.id, parking.id, later.id]


def test_a_rehearsal_indexes_removes_and_asks_and_leaves_nothing_behind(office: KnowledgeBase) -> None:
    before = everything(office)
    uploads = [markdown("parking", PARKING), Failure(name="scan.pdf", advice="Too blurred.", place="folder/scan.pdf")]
    rehearsal = office.proposals.rehearse(uploads, actor="U1", mirrored=["folder"])
    receipt = rehearsal.receipt
    assert (receipt.added, receipt.removed, len(receipt.failed)) == (("parking.md",), ("Gifts", "Lunch"), 1)
    assert seen(rehearsal.preview) == [
        ("Q1", Effect.WORSE, ("Gifts",), ()),
        ("Q2", Effect.WORSE, (), ("Parking",)),
        (NOON.upper(), Effect.NOW_UNANSWERED, ("Lunch",), ()),
        (HONEY, Effect.NOW_UNANSWERED, ("Gifts",), ()),
        (WHERE, Effect.NOW_ANSWERED, (), ("Parking",)),
    ]
    assert not rehearsal.published
    assert everything(office) == before


def test_what_makes_no_gold_question_worse_is_published_as_ever(
    knowledge_base: KnowledgeBase, tmp_path: Path, word_hash: WordHashEmbedding
) -> None:
    plain = open_in(tmp_path / "plain", word_hash)
    uploads = [
        markdown("gifts", GIFTS.replace("honey", "honey and some tea"), issuer="City of Denver"),
        Failure(name="scan.pdf", advice="Too blurred.", place="folder/scan.pdf"),
    ]
    for base in (knowledge_base, plain):
        base.add([markdown("gifts", GIFTS), markdown("lunch", LUNCH)], actor="U1")
    plain.add(uploads, actor="U1", mirrored=["folder"])
    word_hash.encoded.clear()
    rehearsal = knowledge_base.proposals.rehearse(uploads, actor="U1", mirrored=["folder"], publish_unless_worse=True)
    assert (rehearsal.published, len(word_hash.encoded)) == (True, 1)
    for base in (knowledge_base, plain):
        (record,) = base.documents()
        assert (record.card.title, record.card.issuer, record.version) == ("Gifts", "City of Denver", 2)
        assert [one.place for one in base._ledger.failures.records()] == ["folder/scan.pdf"]
        assert [one.card.title for one in base.removed()] == ["Lunch"]
        assert base._indexes._passages.ids() == base._ledger.library.kept_ids()
    one, other = ([(entry.act, entry.subject) for entry in base.audit()] for base in (knowledge_base, plain))
    assert one == other
    plain.close()
