"""A file waits, unseen, for an admin's word: proposed, corrected, confirmed or discarded."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.domain import Details, Gap, Kind, Progress, Question, Status, Upload
from knowledge.errors import (
    AlreadyInLibrary,
    BadFrontMatter,
    BadSuccession,
    DocumentNotFound,
    EmptyDocument,
    PassageNotFound,
    ProposalDecided,
    ProposalNotFound,
)
from knowledge.knowledge_base import KnowledgeBase
from knowledge.proposals.proposal import Proposal
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

GIFTS = "# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n"
FLAGS = "# Flags\n\nThe flag of the guest is raised at nine.\n"
SECRET = "# The twin city deal\n\nOsaka pays nine million for the harbour.\n"
PARTS = [f"## Part {number}\n\nRoom {number} of the town hall has {number * 3} chairs." for number in range(20)]


def handbook(**changed: str) -> str:
    parts = [changed.get(f"part{number}", text) for number, text in enumerate(PARTS)]
    return "# Handbook\n\n" + "\n\n".join(parts)


def propose(base: KnowledgeBase, name: str, text: str, **details: str) -> Proposal:
    return base.proposals.propose(markdown(name, text, **details), actor="U1")


def found(base: KnowledgeBase, query: str) -> set[str]:
    return {hit.passage.text for hit in base.search(Question(id="q", text=query), 50)}


def in_step(base: KnowledgeBase) -> frozenset[str]:
    """The passages kept, which both indexes hold and nothing else."""
    kept = base._ledger.library.kept_ids()
    assert base._indexes._passages.ids() == base._indexes._keywords.ids() == kept
    return kept


def acts(base: KnowledgeBase) -> list[tuple[str, str]]:
    return [(entry.act, entry.subject) for entry in reversed(base.audit())]


def test_a_proposal_says_what_was_read_and_what_is_missing(knowledge_base: KnowledgeBase) -> None:
    table = "# Fees\n\n| City | Fee |\n|---|---|\n| Osaka | 9 |\n\nDue in May.\n"
    made = propose(knowledge_base, "fees", table, issuer="City of Denver")
    assert (made.id, made.name, made.card.title, made.tables, made.passages) == ("P1", "fees.md", "Fees", 1, 2)
    assert (made.missing, made.replaces, made.resembles, made.ocr_share) == (("No date.",), None, (), 0.0)
    assert (made.stated, made.made_by) == (Details(issuer="City of Denver"), "U1")
    assert knowledge_base.proposals.records() == (made,)
    assert acts(knowledge_base) == [("propose", "P1")]


def test_nobody_is_served_a_proposal_or_learns_of_it(knowledge_base: KnowledgeBase) -> None:
    base = knowledge_base
    base.add([markdown("flags", FLAGS)], actor="U1")
    before = base.manifest()
    made = propose(base, "secret", SECRET)
    (passage,) = base._ledger.proposals.passages(made.id)
    question = Question(id="q1", text="What does Osaka pay for the harbour in the twin city deal?")
    assert not found(base, question.text) & {passage.text}
    outcome = base.ask(question)
    assert isinstance(outcome, Gap)
    assert {hit.document.card.title for hit in outcome.nearest} <= {"Flags"}
    for hidden in (made.document_id, made.place, made.card.title):
        for act in (base.remove, base.restore, base.roll_back):
            with pytest.raises(DocumentNotFound, match=r"holds no such|never held"):
                act(hidden, actor="U2")
        with pytest.raises(DocumentNotFound):
            base.history(hidden)
    with pytest.raises(PassageNotFound):
        base.passage(passage.id)
    ledger = base._ledger.library
    assert made.card.title not in repr((base.documents(), base.waiting(), base.removed(), ledger.files()))
    assert base.manifest() == before
    taken = base.take_snapshot("now", actor="U1")
    assert taken.documents == 1
    assert made.document_id not in ledger.ids()


def test_confirming_publishes_what_was_read_and_embeds_nothing(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    made = propose(knowledge_base, "gifts", GIFTS)
    word_hash.encoded.clear()
    receipt = knowledge_base.proposals.confirm("p1", actor="U2")
    assert (receipt.added, receipt.passages, receipt.embedded, word_hash.encoded) == (("gifts.md",), 1, 0, [])
    (record,) = knowledge_base.documents()
    assert (record.id, record.card, record.version) == (made.document_id, made.card, 1)
    assert found(knowledge_base, "honey") == {"The mayor gives every delegation a jar of local honey."}
    assert acts(knowledge_base) == [("propose", "P1"), ("publish", record.id), ("confirm", "P1")]
    with pytest.raises(ProposalDecided, match="confirmed and is in the library already, by U2"):
        knowledge_base.proposals.confirm("P1", actor="U3")
    assert len(acts(knowledge_base)) == 3
    assert knowledge_base.add([markdown("gifts", GIFTS)], actor="U1").unchanged == ("gifts.md",)


def test_discarding_leaves_nothing_but_the_audit_trail(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("gifts", GIFTS)], actor="U1")
    kept = in_step(knowledge_base)
    longer = propose(knowledge_base, "gifts", f"{GIFTS}\n## Twins\n\nOsaka gets a harbour bell.\n")
    assert in_step(knowledge_base) > kept
    assert knowledge_base.proposals.discard(longer.id, actor="U2") == longer
    assert in_step(knowledge_base) == kept
    assert acts(knowledge_base)[-2:] == [("propose", "P1"), ("discard", "P1")]
    assert found(knowledge_base, "honey") == {"The mayor gives every delegation a jar of local honey."}
    for act in (knowledge_base.proposals.discard, knowledge_base.proposals.confirm):
        with pytest.raises(ProposalDecided, match="discarded already, by U2"):
            act(longer.id, actor="U3")
    assert propose(knowledge_base, "flags", FLAGS).id == "P2"


@pytest.mark.parametrize("id_", ["P9", "", "gifts", "P1; --", "9999999999"])
def test_an_id_nobody_gave_is_not_found(knowledge_base: KnowledgeBase, id_: str) -> None:
    room = knowledge_base.proposals
    for act in (room.record, lambda one: room.confirm(one, actor="U1"), lambda one: room.preview([one])):
        with pytest.raises(ProposalNotFound, match="No file with this id"):
            act(id_)


def test_what_the_library_holds_is_not_proposed_again(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("gifts", GIFTS)], actor="U1")
    for name in ("gifts", "a copy"):
        with pytest.raises(AlreadyInLibrary):
            propose(knowledge_base, name, GIFTS)
    with pytest.raises(EmptyDocument):
        propose(knowledge_base, "empty", "")
    with pytest.raises(DocumentNotFound):
        knowledge_base.proposals.propose(
            Upload(name="a.md", content=b"A text.", place="a.md", replaces="Nothing"), actor="U1"
        )
    assert knowledge_base.proposals.records() == ()
    corrected = propose(knowledge_base, "gifts", GIFTS, issuer="City of Denver")
    assert corrected.replaces is not None


def test_a_file_that_waits_already_is_the_same_proposal(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    made = propose(knowledge_base, "gifts", GIFTS)
    word_hash.encoded.clear()
    assert propose(knowledge_base, "gifts", GIFTS) == made
    assert (word_hash.encoded, len(acts(knowledge_base))) == ([], 1)


def test_progress_says_how_many_passages_are_embedded(knowledge_base: KnowledgeBase) -> None:
    told: list[Progress] = []
    text = "\n\n".join(f"## Room {number}\n\nRoom {number} has a chair." for number in range(150))
    knowledge_base.proposals.propose(markdown("rooms", text), actor="U1", on_progress=told.append)
    assert [(one.done, one.embedded, one.to_embed) for one in told] == [
        (0, 0, 0),
        (0, 0, 150),
        (0, 32, 150),
        (0, 64, 150),
        (0, 96, 150),
        (0, 128, 150),
        (1, 0, 0),
    ]
    told.clear()
    knowledge_base.add([markdown("more", text)], actor="U1", total=1, on_progress=told.append)
    assert (told[1].embedded, told[1].to_embed, told[1].name) == (32, 150, "more.md")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n", "en"),
        ("# Acuerdo\n\nLa alcaldesa firma cada acuerdo de hermanamiento en el ayuntamiento.\n", "es"),
        ("# Geschenke\n\nDer Bürgermeister überreicht jeder Delegation ein Glas Honig aus der Stadt.\n", "de"),
        ("# 贈り物\n\n市長は市庁舎で代表団を迎え、贈り物を渡します。\n", "ja"),
        ("# Preise\n\n| Tee | 4.20 |\n|---|---|\n| 12 | 5.60 |\n", "und"),
        ("---\nlanguage: fr\n---\n# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n", "fr"),
    ],
)
def test_the_language_of_a_file_is_told_by_its_letters_unless_it_states_one(
    knowledge_base: KnowledgeBase, text: str, language: str
) -> None:
    assert propose(knowledge_base, "letter", text).card.language == language


def test_what_is_corrected_is_what_is_published(knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding) -> None:
    base = knowledge_base
    made = propose(base, "scan", GIFTS, issuer="Nobody", date="2020")
    word_hash.encoded.clear()
    details = Details(kind=Kind.GUIDANCE, date="2026-11", issuer="", status=Status.DRAFT, publish_at="2026-12-01")
    amended = base.proposals.amend(made.id, details, actor="U2")
    assert word_hash.encoded == []
    assert (amended.card.kind, amended.card.date, amended.card.issuer) == (Kind.GUIDANCE, "2026-11", None)
    assert (amended.card.title, amended.missing) == ("Gifts", ("No issuer.",))
    renamed = base.proposals.amend(made.id, Details(title="Presents", publish_at=""), actor="U2")
    assert word_hash.encoded == ["Presents\nThe mayor gives every delegation a jar of local honey."]
    in_step(base)
    with pytest.raises(BadFrontMatter):
        base.proposals.amend(made.id, Details(date="soon"), actor="U2")
    base.proposals.confirm(made.id, actor="U2")
    (record,) = base.documents()
    assert record.card == renamed.card
    assert (record.card.title, record.card.status, record.card.publish_at) == ("Presents", Status.DRAFT, None)
    assert [act for act, _ in acts(base)] == ["propose", "amend", "amend", "publish", "confirm"]
    again = base.add([markdown("scan", GIFTS)], actor="U1")
    assert again.unchanged == ("scan.md",)


def test_a_newer_version_keeps_identity_and_history_and_shares_what_is_the_same(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    base = knowledge_base
    base.add([markdown("handbook", handbook())], actor="U1")
    (old,) = base.documents()
    word_hash.encoded.clear()
    newer = propose(base, "handbook 2027", handbook(part3="## Part 3\n\nThis room is closed."), date="2027")
    (resembled,) = newer.resembles
    assert (resembled.document.id, resembled.share, resembled.looks_newer) == (old.id, 0.95, True)
    embedded = len(word_hash.encoded)
    merged = base.proposals.amend(newer.id, Details(), replaces="Handbook", actor="U2")
    assert (merged.document_id, merged.replaces) == (old.id, old)
    assert len(word_hash.encoded) == embedded
    assert len(in_step(base)) == 21
    apart = base.proposals.amend(newer.id, Details(), replaces="", actor="U2")
    assert (apart.document_id, apart.replaces) == (newer.document_id, None)
    base.proposals.amend(newer.id, Details(), replaces=old.id, actor="U2")
    assert base.proposals.confirm(newer.id, actor="U2").updated == ("handbook 2027.md",)
    assert [edition.version for edition in base.history(old.id)] == [2, 1]
    assert len(in_step(base)) == 21
    assert base.roll_back(old.id, actor="U1").document.card.date is None


def test_what_supersedes_another_does_so_in_the_same_moment(tmp_path: Path, word_hash: WordHashEmbedding) -> None:
    base = open_in(tmp_path, word_hash, now=Calendar(datetime(2026, 11, 23, 9, tzinfo=UTC)))
    base.add([markdown("gifts", GIFTS), markdown("flags", FLAGS)], actor="U1")
    made = propose(base, "presents", "# Presents\n\nThe mayor gives a bell.\n")
    amended = base.proposals.amend(made.id, Details(), supersedes="Gifts", since=date(2026, 11, 1), actor="U2")
    assert amended.supersedes is not None
    assert (amended.supersedes.card.title, amended.since) == ("Gifts", date(2026, 11, 1))
    assert {record.card.status for record in base.documents()} == {Status.CURRENT}
    base.proposals.confirm(made.id, actor="U2")
    standing = {record.card.title: record for record in base.documents()}
    assert standing["Gifts"].card.status is Status.SUPERSEDED
    assert standing["Gifts"].successor_id == made.document_id
    assert [act for act, _ in acts(base)][-3:] == ["publish", "supersede", "confirm"]
    # A circle is noticed before anything is published.
    older = propose(base, "gifts", "# Gifts\n\nThe mayor gives jam.\n")
    base.proposals.amend(older.id, Details(), supersedes="Presents", actor="U2")
    before = acts(base)
    with pytest.raises(BadSuccession):
        base.proposals.confirm(older.id, actor="U2")
    assert (acts(base), base.proposals.record(older.id).id) == (before, older.id)
    with pytest.raises(BadSuccession):
        base.proposals.amend(older.id, Details(), supersedes="Gifts", actor="U2")
    assert base.proposals.amend(older.id, Details(), supersedes="", actor="U2").supersedes is None
    base.close()


def test_an_embargo_holds_after_the_confirmation(tmp_path: Path, word_hash: WordHashEmbedding) -> None:
    calendar = Calendar(datetime(2026, 11, 23, 9, tzinfo=UTC))
    base = open_in(tmp_path, word_hash, now=calendar)
    made = propose(base, "gifts", GIFTS, publish_at="2026-12-01")
    base.proposals.confirm(made.id, actor="U1")
    assert (base.documents(), len(base.waiting()), found(base, "honey")) == ((), 1, set())
    calendar.move(days=10)
    assert len(base.documents()) == len(found(base, "honey")) == 1
    base.close()


def test_what_was_indexed_meanwhile_is_not_published_twice(
    knowledge_base: KnowledgeBase, word_hash: WordHashEmbedding
) -> None:
    made = propose(knowledge_base, "gifts", GIFTS)
    word_hash.encoded.clear()
    assert knowledge_base.add([markdown("gifts", GIFTS)], actor="U1").embedded == 0
    assert knowledge_base.proposals.confirm(made.id, actor="U2").unchanged == ("gifts.md",)
    assert (len(knowledge_base.history("Gifts")), word_hash.encoded) == (1, [])


@pytest.mark.parametrize(
    ("name", "text", "date", "expected"),
    [
        (
            "presents",
            GIFTS.replace("# Gifts", "# Presents") + "\n## Also\n\nA bell.\n",
            None,
            (0.5, True),
        ),
        ("contacts-2026", "# Gifts 2026, final\n\nA list of people.\n", "2026", (0.0, True)),
        ("folder/Gifts v2", "# Some list\n\nA list of people.\n", None, (0.0, True)),
        ("gifts-old", "# Gifts\n\nA list of people.\n", "2019", (0.0, False)),
        ("others", "# Gifts of May\n\nA list of people.\n", "2022", (0.0, False)),
    ],
    ids=["much the same text", "the same title in another year", "the same file name", "older", "of the same year"],
)
def test_what_looks_like_a_newer_version(
    knowledge_base: KnowledgeBase, name: str, text: str, date: str | None, expected: tuple[float, bool]
) -> None:
    knowledge_base.add([markdown("gifts", GIFTS, date="2022"), markdown("flags", FLAGS)], actor="U1")
    (one,) = propose(knowledge_base, name, text, **({"date": date} if date else {})).resembles
    assert one.document.card.title == "Gifts"
    assert (one.share, one.looks_newer) == expected
