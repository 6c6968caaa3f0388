"""What is taken for out of scope, how rarely that is wrong, and what a gap out of scope gets and does not get."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import yaml

from knowledge.domain import Gap, GapReason, Question, Turn
from knowledge.embedding import BUNDLED_MODEL, SentenceTransformerEmbedding
from knowledge.errors import BadGapChange
from knowledge.gaps.digest import digest_of
from knowledge.gaps.exporting import Format, export_text, requests_of
from knowledge.gaps.figures import Share
from knowledge.gaps.records import Report
from knowledge.gaps.scope import FEWEST_DOCUMENTS, is_out_of_scope
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger
from knowledge.ledger.gap_posts import Since
from tests.gaps.logging import asked, missed

Asked = tuple[str, tuple[str, ...]]
Far = Callable[[Sequence[Asked]], list[Asked]]
HERE = Path(__file__).parent
LABELLED = yaml.safe_load((HERE / "scope.yaml").read_text("utf-8"))
STAFF = yaml.safe_load((HERE / "staff_questions.yaml").read_text("utf-8"))
GUIDE = yaml.safe_load((HERE / "office_guide.yaml").read_text("utf-8"))
WEATHER = "What will the weather be tomorrow?"
BREAD = "How do I bake sourdough bread?"


@pytest.fixture(scope="module")
def far(starter_library: KnowledgeBase, model: SentenceTransformerEmbedding) -> Far:
    """Returns those of some questions, with the turns before them, that the starter library takes for out of scope."""
    passages = starter_library._chroma._collection.get(include=["embeddings"])["embeddings"]
    documents = len(starter_library.documents())

    def those_of(asked: Sequence[Asked]) -> list[Asked]:
        vectors = model.encode([text for text, _ in asked])
        nearest = (vectors @ np.asarray(passages).T).max(axis=1)
        return [
            (text, before)
            for (text, before), cosine in zip(asked, nearest, strict=True)
            if is_far(after(text, *before), nearest=float(cosine), documents=documents)
        ]

    return those_of


def after(text: str, *before: str) -> Question:
    return Question(id="C1:1", text=text, thread=tuple(Turn(speaker="user", text=turn) for turn in before))


def is_far(
    question: Question, *, nearest: float = 0.0, documents: int = 1_000, searched: str = "", model: str = BUNDLED_MODEL
) -> bool:
    """Whether it is, searched as it was asked with the bundled model where nothing else is said."""
    searched = searched or question.text
    return is_out_of_scope(question, nearest=nearest, documents=documents, searched=searched, model=model)


def log(ledger: Ledger, number: int, text: str, reason: GapReason, asker: str = "U1") -> Gap:
    question = Question(id=f"C1:{number}", text=text, asker=asker, channel="C1")
    return ledger.gaps.record(question, missed(question, reason=reason), "m")


def due(ledger: Ledger) -> list[str]:
    return [card.gap for card in ledger.gap_posts.cards_due(Since(gap=0, at=datetime(2026, 1, 1, tzinfo=UTC)))]


@pytest.mark.parametrize("half", ["tuned", "held_out"])
def test_most_of_what_is_out_of_scope_is_called_so_and_hardly_any_guidance(far: Far, half: str) -> None:
    asked_for = {kind: [(text, ()) for text in texts] for kind, texts in LABELLED[half].items()}
    assert {kind: len(texts) for kind, texts in asked_for.items()} == {"out_of_scope": 20, "guidance": 20}
    assert len(far(asked_for["out_of_scope"])) >= 12
    assert len(far(asked_for["guidance"])) <= 1


def test_of_the_needs_of_an_office_one_in_twenty_at_most_is_called_out_of_scope(far: Far) -> None:
    guide = [*(part["asked"] for part in GUIDE["guide"]), *GUIDE["not_in_it"]]
    staff = [one for half in STAFF.values() for group in half for one in group["questions"]]
    needs: list[Asked] = [
        (one["text"], (one["after"],)) if isinstance(one, dict) else (one, ()) for one in (*guide, *staff)
    ]
    assert len(needs) >= 200
    assert len(far(needs)) <= len(needs) / 20, far(needs)


def test_a_question_is_out_of_scope_by_itself_and_in_english_only(starter_library: KnowledgeBase) -> None:
    asking = starter_library._asking
    for question, reason in (
        (after(BREAD), GapReason.OUT_OF_SCOPE),
        (after(BREAD, "Who hosts a delegation?"), GapReason.NOT_SUPPORTED),
        (after("¿Cómo se cuece un huevo duro?"), GapReason.NOT_SUPPORTED),
    ):
        considered = asking.consider(question)
        assert not considered.citations
        assert asking._missing.missed(considered.question, considered.found).reason is reason
    assert not is_far(after(BREAD), nearest=0.0, documents=FEWEST_DOCUMENTS - 1)


def test_nothing_is_out_of_scope_by_other_words_than_its_own_or_by_another_model() -> None:
    question = after(BREAD)
    assert is_far(question)
    assert not is_far(question, searched="How do I bake bread in the oven?")
    assert not is_far(question, model="intfloat/multilingual-e5-small")


def test_what_was_translated_for_its_search_is_not_called_out_of_scope(starter_library: KnowledgeBase) -> None:
    asking = starter_library._asking
    question = replace(after(BREAD), id="translated:1")
    starter_library._ledger.writing.keep_restated(question.id, "How do I cook a hard-boiled egg?")
    considered = asking.consider(question)
    assert considered.found.reading.text != BREAD
    assert asking._missing.missed(considered.question, considered.found).reason is GapReason.NOT_SUPPORTED


def test_what_is_out_of_scope_is_logged_and_gets_no_card_until_somebody_wants_it(ledger: Ledger) -> None:
    gap = log(ledger, 1, WEATHER, GapReason.OUT_OF_SCOPE)
    asked(ledger, 2, "Who pays for the honey jars?")
    assert gap.reason is GapReason.OUT_OF_SCOPE
    assert due(ledger) == ["G2"]
    before = ledger.gap_posts.stamp()
    report = Report(reason=GapReason.NEEDS_HUMAN, user="U2", said="", at=datetime(2026, 11, 23, tzinfo=UTC))
    ledger.gaps.report(Question(id="C1:1", text=WEATHER), report, None, "m")
    assert ledger.gap_posts.stamp() != before
    assert due(ledger) == ["G1", "G2"]
    assert not ledger.gaps.story("G1").gap.is_out_of_scope


def test_an_admin_brings_it_into_scope_and_there_it_stays(ledger: Ledger) -> None:
    log(ledger, 1, WEATHER, GapReason.OUT_OF_SCOPE)
    assert ledger.gap_states.in_scope("G1", note="For the parade.", actor="U9").reason is GapReason.NOT_SUPPORTED
    assert due(ledger) == ["G1"]
    with pytest.raises(BadGapChange, match="G1 is in scope already"):
        ledger.gap_states.in_scope("G1", actor="U9")
    assert log(ledger, 2, WEATHER, GapReason.OUT_OF_SCOPE, asker="U2").reason is GapReason.NOT_SUPPORTED
    story = ledger.gaps.story("G1")
    assert (story.gap.askers, story.gap.notes[0].text) == (2, "For the parade.")
    assert [entry.act for entry in story.history] == ["scope_gap"]


def test_who_asks_for_it_in_other_words_that_come_near_brings_it_into_scope_too(ledger: Ledger) -> None:
    log(ledger, 1, WEATHER, GapReason.OUT_OF_SCOPE)
    assert log(ledger, 2, WEATHER, GapReason.NOT_SUPPORTED, asker="U2").id == "G1"
    assert (due(ledger), ledger.gaps.story("G1").gap.reason) == (["G1"], GapReason.NOT_SUPPORTED)


def test_lists_count_it_and_ask_for_no_guidance_because_of_it(ledger: Ledger) -> None:
    for number in range(3):
        log(ledger, number, WEATHER, GapReason.OUT_OF_SCOPE, asker=f"U{number}")
    asked(ledger, 9, "Who pays for the honey jars?")
    figures, records = ledger.gap_figures.figures(), ledger.gaps.records()
    assert (figures.total.gaps, figures.open_gaps, figures.out_of_scope) == (4, 2, 3)
    assert "weather" not in {term.word for term in figures.terms}
    none = Share(name="", answered=0, gaps=0)
    digest = digest_of(records, figures, closed=(), lately=none, before=none, now=datetime.now(UTC))
    assert (digest.open_gaps, digest.out_of_scope) == (2, 1)
    assert [[gap.id for gap in gaps] for gaps in (digest.top, digest.oldest)] == [["G2"], ["G2"]]
    requests = requests_of(records)
    assert [(request.gap, request.reason) for request in requests] == [
        ("G2", GapReason.NOT_SUPPORTED),
        ("G1", GapReason.OUT_OF_SCOPE),
    ]
    assert "Out of scope: nothing in the library comes near it." in export_text(requests, Format.MARKDOWN)
    assert export_text(requests, Format.CSV).splitlines()[-1].endswith(",out_of_scope")
