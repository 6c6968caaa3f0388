"""Closing gaps: an answer somebody writes, asking again, what proves and what does not, and the digest of a week."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from knowledge.domain import Answer, Gap, GapReason, Kind, Question
from knowledge.embedding import Vectors
from knowledge.errors import BadGapChange, GapNotFound
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import open_ledger
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

HONEY = "Which linden honey does the mayor give visiting delegations?"
SHEET = "# Gifts\n\nThe mayor gives visiting delegations linden honey from the city hall roof.\n"
ANSWER = {"source": "Decision of the mayor, May 2026", "author": "Maya Ortiz", "office": "Protocol", "actor": "U1"}


@pytest.fixture
def clock() -> Calendar:
    """A clock that stands still; questions are dated by the machine's."""
    return Calendar(datetime.now(UTC))


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding, clock: Calendar) -> Iterator[KnowledgeBase]:
    """A library with one document that says nothing of honey."""
    opened = open_in(tmp_path / "home", word_hash, now=clock)
    opened.add([markdown("flags", "# Flags\n\nOur own flag stands on the right of the guest's.\n")], actor="test")
    yield opened
    opened.close()


def ask(library: KnowledgeBase, number: int, text: str = HONEY, asker: str = "U1") -> Answer | Gap:
    return library.ask(Question(id=f"C1:{number}", text=text, asker=asker, channel="C1"))


def status(library: KnowledgeBase, gap: str = "G1") -> GapStatus:
    return library.gaps.story(gap).gap.status


def test_an_answer_is_a_document_cited_by_name_that_closes_the_gap_and_gets_versions(
    library: KnowledgeBase, clock: Calendar
) -> None:
    ask(library, 1)
    text = "---\ncollection: mayor\n---\nThe mayor gives delegations linden honey."
    written = library.gaps.answer("G1", text, **ANSWER)
    assert written.answers
    assert written.gap.status is GapStatus.ANSWERED
    card = written.document.card
    assert (card.title, card.kind, card.issuer) == (HONEY, Kind.ANSWER, "Maya Ortiz, Protocol")
    assert card.date == clock().date().isoformat()
    assert card.source == "Decision of the mayor, May 2026"
    again = library.gaps.answer("G1", "The mayor gives delegations acacia honey now.", **ANSWER)
    assert (again.document.id, again.document.version) == (written.document.id, 2)
    answer = ask(library, 2)
    assert isinstance(answer, Answer)
    assert "acacia" in answer.text
    acts = [entry.act for entry in library.gaps.story("G1").history]
    assert acts == ["write_for_gap", "answer_gap", "write_for_gap"]


@pytest.mark.parametrize(
    ("gap", "wrong", "error", "words"),
    [
        ("G9", {}, GapNotFound, "no gap"),
        ("G1", {"text": " \n"}, BadGapChange, "write the answer"),
        ("G1", {"source": " "}, BadGapChange, "where the answer comes from"),
        ("G1", {"author": ""}, BadGapChange, "whose answer"),
        ("G1", {"text": "word " * 8_000}, BadGapChange, "too long"),
        ("G1", {"review_by": date(2026, 1, 1)}, BadGapChange, "a day to come"),
    ],
)
def test_an_answer_that_lacks_something_gets_its_sentence(
    library: KnowledgeBase, gap: str, wrong: dict[str, object], error: type[Exception], words: str
) -> None:
    ask(library, 1)
    with pytest.raises(error, match=words):
        library.gaps.answer(gap, **{"text": "Linden honey.", **ANSWER, **wrong})  # type: ignore[arg-type]
    assert len(library.documents()) == 1


def test_what_answers_some_of_the_questions_only_is_published_and_leaves_the_gap_open(library: KnowledgeBase) -> None:
    ask(library, 1)
    ask(library, 2, "Who paints the zebra crossing purple?", asker="U2")
    library.gaps.merge("G2", into="G1", actor="test")
    written = library.gaps.answer("G1", "The mayor gives delegations linden honey.", **ANSWER)
    assert not written.answers
    assert status(library) is GapStatus.NEW


def test_a_question_is_due_once_for_each_state_of_the_library_and_one_pass_of_the_model(
    library: KnowledgeBase, word_hash: WordHashEmbedding, tmp_path: Path
) -> None:
    def due() -> int:
        with closing(open_ledger(tmp_path / "home" / "ledger.sqlite3")) as ledger:
            return len(ledger.proofs.due(library.manifest().digest))

    for number in range(40):
        ask(library, number, f"Who feeds animal {number} of kind{number}?", asker=f"U{number}")
    assert due() == 0
    library.add([markdown("lunch", "# Lunch\n\nLunch begins at noon.\n")], actor="test")
    assert due() == 40
    word_hash.encoded.clear()
    retested = library.gaps.retest()
    assert (retested.asked, retested.answered) == (40, 0)
    assert len(word_hash.encoded) == 40
    assert due() == 0


def test_asking_again_waits_for_a_publish_that_runs(tmp_path: Path) -> None:
    embedding, reached, go_on = WordHashEmbedding(), Event(), Event()

    def encode(texts: Sequence[str]) -> Vectors:
        if any("roof" in text for text in texts):
            reached.set()
            assert go_on.wait(60)
        return embedding.encode(texts)

    slow = SimpleNamespace(encode=encode, count_tokens=embedding.count_tokens, name="slow", dimension=64, window=128)
    with closing(open_in(tmp_path / "slow", slow)) as library, ThreadPoolExecutor(2) as pool:  # type: ignore[arg-type]
        ask(library, 1)
        publishing = pool.submit(library.add, [markdown("gifts", SHEET)], actor="test")
        assert reached.wait(60)
        retesting = pool.submit(library.gaps.retest)
        with pytest.raises(TimeoutError):
            retesting.result(0.2)
        go_on.set()
        assert retesting.result(60).answered == 1
        assert publishing.result(60).failed == ()
        assert status(library) is GapStatus.ANSWERED


def test_a_gap_is_answered_once_all_its_questions_are(library: KnowledgeBase) -> None:
    ask(library, 1)
    ask(library, 2, "Who paints the zebra crossing purple?", asker="U2")
    library.gaps.merge("G2", into="G1", actor="test")
    library.add([markdown("gifts", SHEET)], actor="test")
    assert (library.gaps.retest().answered, status(library)) == (1, GapStatus.NEW)
    notice = library.notices.claim()
    assert notice
    assert library.gaps.respond(notice.id, user="U1", satisfied=True)
    assert status(library) is GapStatus.NEW
    library.add([markdown("paint", "# Paint\n\nThe zebra crossing is painted purple by the school.\n")], actor="test")
    assert library.gaps.retest().answered == 1
    assert status(library) is GapStatus.CONFIRMED
    with pytest.raises(BadGapChange, match="said so already"):
        library.gaps.respond(notice.id, user="U1", satisfied=False)
    with pytest.raises(BadGapChange, match="Only the person"):
        library.gaps.respond(notice.id, user="U2", satisfied=False)


def test_what_was_no_help_proves_nothing_until_something_else_is_quoted(library: KnowledgeBase) -> None:
    library.add([markdown("gifts", SHEET)], actor="test")
    assert isinstance(ask(library, 1), Answer)
    library.gaps.report("C1:1", reason=GapReason.FEEDBACK, user="U1", said="That was last year.")
    library.add([markdown("lunch", "# Lunch\n\nLunch begins at noon.\n")], actor="test")
    assert library.gaps.retest().answered == 0
    library.add([markdown("gifts", f"{SHEET}\nThe honey the mayor gives delegations is acacia.\n")], actor="test")
    assert library.gaps.retest().answered == 1
    library.gaps.reopen("G1", reason="Not true", actor="test")
    assert library.gaps.retest().answered == 0
    assert status(library) is GapStatus.NEW


def test_a_question_taken_back_is_not_told_and_asked_again_counts_for_nothing(library: KnowledgeBase) -> None:
    ask(library, 1)
    library.add([markdown("gifts", SHEET)], actor="test")
    assert library.gaps.retest().answered == 1
    figures = library.gaps.figures()
    assert (figures.total.asked, figures.total.answered) == (1, 0)
    assert [question.text for question in library.conversations.last_asked(9)] == [HONEY]
    library.gaps.withdraw("C1:1", actor="U1")
    notice = library.notices.claim()
    assert notice
    assert library.gaps.told(notice) is None


def test_the_digest_sums_up_the_last_days_and_what_came_before(library: KnowledgeBase, clock: Calendar) -> None:
    for number in (1, 2, 3):
        ask(library, number, asker=f"U{number}")
    ask(library, 4, "Who paints the zebra crossing purple?")
    library.gaps.decline("G2", reason="No.", actor="test")
    clock.move(seconds=5)
    digest = library.gaps.digest()
    assert [gap.id for gap in digest.top] == [gap.id for gap in digest.oldest] == ["G1"]
    assert [gap.id for gap in digest.closed] == ["G2"]
    assert (digest.open_gaps, digest.opened) == (1, 2)
    assert (digest.documents[0].title, digest.documents[0].gaps, digest.documents[0].askers) == ("Flags", 1, 3)
    assert (digest.lately.asked, digest.lately.rate, digest.before.asked) == (4, 0.0, 0)
