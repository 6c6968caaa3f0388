"""The starter library's gold questions: a simple count of right answers and right refusals, and the misses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from knowledge.domain import Answer, Question, Turn
from knowledge.gold_questions import GoldQuestion, what_is_missed
from knowledge.knowledge_base import KnowledgeBase


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A question that went wrong, in a few words how, and the probability the judge gave."""

    question: GoldQuestion
    how: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldResult:
    """How many of the answerable were answered rightly and of the others refused."""

    answerable: int
    answered: int
    unanswerable: int
    refused: int
    misses: tuple[Miss, ...]


def starter_gold() -> tuple[GoldQuestion, ...]:
    """Read the questions that come with the starter library."""
    import yaml

    entries = yaml.safe_load((files("knowledge") / "gold" / "starter.yaml").read_text("utf-8"))
    return tuple(
        GoldQuestion(
            text=entry["question"],
            thread=tuple(Turn(speaker="user", text=text) for text in entry.get("thread", ())),
            document=None if entry["expect"] == "refuse" else entry["expect"]["document"],
            words=() if entry["expect"] == "refuse" else tuple(entry["expect"]["words"]),
        )
        for entry in entries
    )


def run_gold(knowledge_base: KnowledgeBase, questions: Sequence[GoldQuestion]) -> GoldResult:
    """Ask every gold question once."""
    misses = tuple(_misses(knowledge_base, questions))
    wrong = {miss.question for miss in misses}
    answerable = [question for question in questions if question.document]
    unanswerable = [question for question in questions if not question.document]
    return GoldResult(
        answerable=len(answerable),
        answered=sum(question not in wrong for question in answerable),
        unanswerable=len(unanswerable),
        refused=sum(question not in wrong for question in unanswerable),
        misses=misses,
    )


def as_question(number: int, gold: GoldQuestion) -> Question:
    """Make the question as somebody would ask it."""
    return Question(id=f"gold:{number}", text=gold.text, thread=gold.thread)


def _misses(knowledge_base: KnowledgeBase, questions: Sequence[GoldQuestion]) -> Iterable[Miss]:
    for number, gold in enumerate(questions):
        outcome = knowledge_base.ask(as_question(number, gold))
        how = what_is_missed(gold, outcome.citations if isinstance(outcome, Answer) else ())
        if how:
            yield Miss(question=gold, how=how, probability=outcome.probability)
