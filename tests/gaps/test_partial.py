"""One message, several questions: what it leaves open is logged as a part of it, and answered and told by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.answering.parts import parts_of
from knowledge.domain import Answer, Gap, GapReason, Question, Turn
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from tests.making import WordHashEmbedding, markdown, open_in

HONEY = "Which linden honey does the mayor give visiting delegations?"
ZEPPELIN = "Who polishes the purple zeppelin?"
SHEET = "# Gifts\n\nThe mayor gives visiting delegations linden honey from the city hall roof.\n"


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """A library that knows of honey only, and a judge that lets half an answer pass."""
    opened = open_in(tmp_path / "home", word_hash, threshold=0.3)
    opened.add([markdown("gifts", SHEET)], actor="test")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (HONEY, []),
        (f"Good morning. {HONEY} Thank you.", []),
        (f"Good morning. {HONEY} {ZEPPELIN} Thanks.", [f"Good morning. {HONEY}", ZEPPELIN]),
        ("What is it? " * 7, []),
    ],
)
def test_a_question_ends_with_its_mark(text: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(Question(id="q", text=text))] == parts


def test_each_part_follows_up_on_those_before_it() -> None:
    thread = (Turn(speaker="user", text="Before"), Turn(speaker="agent", text="An answer"))
    _, second = parts_of(Question(id="C1:1", text="Who pays for it? And who approves it?", thread=thread, asker="U1"))
    assert (second.id, second.asker, [turn.text for turn in second.thread]) == (
        "C1:1#2",
        "U1",
        ["Before", "Who pays for it?"],
    )


def test_what_an_answer_leaves_open_is_a_gap_that_closes_by_itself(library: KnowledgeBase) -> None:
    question = Question(id="C1:1", text=f"{HONEY} {ZEPPELIN}", asker="U1", channel="C1")
    answer = library.ask(question)
    assert isinstance(answer, Answer)
    assert [(left.question, left.gap) for left in answer.unanswered] == [(ZEPPELIN, "G1")]
    assert library.ask(question) == answer
    (gap,) = library.gaps.records()
    assert (gap.question, gap.reason, gap.askers) == (ZEPPELIN, GapReason.PARTIAL, 1)
    figures = library.gaps.figures()
    assert (figures.total.asked, figures.total.answered, figures.open_gaps) == (1, 1, 1)
    library.add([markdown("zeppelin", "# Zeppelin\n\nThe school polishes the purple zeppelin.\n")], actor="test")
    assert library.gaps.retest().answered == 1
    assert library.gaps.story("G1").gap.status is GapStatus.ANSWERED
    notice = library.notices.claim()
    assert notice
    told = library.gaps.told(notice)
    assert told
    assert (notice.user, told.question) == ("U1", ZEPPELIN)
    assert "polishes" in told.answer.text


def test_whoever_takes_the_message_back_takes_its_parts_back(library: KnowledgeBase) -> None:
    question = Question(id="C1:1", text=f"{HONEY} {ZEPPELIN}", asker="U1", channel="C1")
    library.ask(question)
    assert library.gaps.withdraw("C1:1", actor="U1")
    assert library.gaps.records() == ()
    assert library.ask(question).unanswered == ()  # type: ignore[union-attr]


@pytest.mark.parametrize("text", [f"{HONEY} Can you help?", f"{HONEY} Right?", f"Who polishes? {ZEPPELIN}"])
def test_a_part_that_asks_nothing_and_a_message_without_an_answer_are_no_partial_gap(
    library: KnowledgeBase, text: str
) -> None:
    library.ask(Question(id="C1:1", text=text, asker="U1", channel="C1"))
    assert {gap.reason for gap in library.gaps.records()} <= {GapReason.NOT_SUPPORTED}


def test_a_part_the_judge_is_not_sure_of_is_not_open_where_the_quotes_hold_its_words(
    knowledge_base: KnowledgeBase,
) -> None:
    knowledge_base.add([markdown("gifts", "# Gifts\n\nThe mayor gives a jar of local honey.\n")], actor="test")
    part = "What does the mayor give?"
    both = knowledge_base.ask(Question(id="C1:1", text=f"{part} A jar of honey?"))
    assert isinstance(both, Answer)
    assert both.unanswered == ()
    assert isinstance(knowledge_base.ask(Question(id="C1:2", text=part)), Gap)
