"""Gold questions after a change of the library: without a trace, and made up for where a crash prevented them."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.domain import Question
from knowledge.embedding import Vectors
from knowledge.errors import ModelUnavailable
from knowledge.gold_questions import GoldChange, GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from tests.making import WordHashEmbedding, markdown, open_in

BEES = "# Bees\n\nThe city keeps forty beehives on the roof.\n"
QUESTION = "How many beehives does the city keep on the roof?"
FORTY = GoldQuestion(text=QUESTION, document="Bees", words=("Forty\nbeehives",))


class PowerCut(Exception):
    """Stands for the process dying where it is raised."""


class CutOnQuestion(WordHashEmbedding):
    """Dies while it embeds the gold question, which no document holds."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if QUESTION in texts:
            raise PowerCut
        return super().encode(texts)


def test_a_crash_between_publishing_and_asking_loses_neither(tmp_path: Path) -> None:
    fewer = markdown("bees", BEES.replace("forty", "thirty"))
    with closing(open_in(tmp_path, WordHashEmbedding())) as before:
        before.add([markdown("bees", BEES)], actor="U1")
        before.add_gold(FORTY, actor="U1")
        assert before.run_gold().met == 1
    with closing(open_in(tmp_path, CutOnQuestion())) as cut, pytest.raises(PowerCut):
        cut.add([fewer], actor="U1")
    with closing(open_in(tmp_path, WordHashEmbedding())) as after:
        receipt = after.add([fewer], actor="U1")
        assert receipt.unchanged == ("bees.md",)
        assert receipt.gold
        assert receipt.gold.count(GoldChange.WORSE) == 1
        assert receipt.gold.outcomes[0].miss == "quoted without Forty\nbeehives"
        assert after.add([fewer], actor="U1").gold is None


class NoModelForQuestions(WordHashEmbedding):
    """Cannot embed the gold question."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if QUESTION in texts:
            raise ModelUnavailable
        return super().encode(texts)


def test_gold_questions_that_cannot_be_asked_do_not_make_the_change_look_failed(tmp_path: Path) -> None:
    with closing(open_in(tmp_path, NoModelForQuestions())) as knowledge_base:
        knowledge_base.add([markdown("bees", BEES)], actor="U1")
        knowledge_base.add_gold(FORTY, actor="U1")
        change = knowledge_base.remove("Bees", actor="U1")
        assert (change.document.card.title, change.gold) == ("Bees", None)
        with pytest.raises(ModelUnavailable):
            knowledge_base.run_gold()
    with closing(open_in(tmp_path, WordHashEmbedding())) as after:
        assert after.restore("Bees", actor="U1").gold


def test_asking_gold_questions_records_neither_questions_nor_gaps(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("bees", BEES)], actor="U1")
    knowledge_base.add_gold(FORTY, actor="U1")
    knowledge_base.add_gold(GoldQuestion(text="Which submarines visited Antarctica yesterday?"), actor="U1")
    assert knowledge_base.run_gold().met == 2
    assert knowledge_base.gaps.records() == ()
    ids = [f"gold:{record.id}" for record in knowledge_base.gold()]
    assert [knowledge_base.conversations.question(id_) for id_ in ids] == [None, None]
    assert knowledge_base.try_question(Question(id="q", text=QUESTION)).citations
    assert knowledge_base.conversations.question("q") is None
