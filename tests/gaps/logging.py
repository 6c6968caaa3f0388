"""What the tests of the log of gaps share: questions put into a ledger without a library or a model."""

from knowledge.domain import Gap, GapReason, Hit, Question, Turn
from knowledge.gaps.grouping import Likeness
from knowledge.gaps.missing import Missed, turn_before
from knowledge.ledger import Ledger
from tests.making import WordHashEmbedding


def missed(question: Question, *nearest: Hit, reason: GapReason = GapReason.NOT_SUPPORTED) -> Missed:
    """What a search would say of a question, by the words in it."""
    before = turn_before(question)
    (vector,) = WordHashEmbedding().encode([f"{before} {question.text}"])
    day = question.as_of.isoformat() if question.as_of else None
    return Missed(
        reason=reason,
        probability=0.1,
        nearest=nearest,
        milliseconds=7,
        likeness=Likeness(text=question.text, before=before, vector=vector, as_of=day),
        language="en",
        documents=3,
        collections=("office",),
        newest="2026-11",
        unknown=("zorbing",),
    )


def asked(ledger: Ledger, number: int, text: str, *after: str, asker: str = "U1") -> Gap:
    """Log a question that got no answer; `after` are the turns before it."""
    thread = tuple(Turn(speaker="user", text=turn) for turn in after)
    question = Question(id=f"C1:{number}", text=text, asker=asker, channel="C1", thread=thread)
    return ledger.gaps.record(question, missed(question), "m")
