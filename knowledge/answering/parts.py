"""The questions in one message: "What do we pay? And who approves the trip?" are two. Splits, and judges nothing."""

from dataclasses import replace

from knowledge.domain import Question, Turn
from knowledge.sentences import questions_in
from knowledge.unanswered import part_id


def parts_of(question: Question) -> tuple[Question, ...]:
    """Return the questions of a message, each as a follow-up of those before it; none where it asks but one."""
    pieces = questions_in(question.text)
    if len(pieces) == 1:
        return ()
    before = [turn for turn in question.thread if turn.speaker == "user"]
    asked = [*before, *(Turn(speaker="user", text=piece) for piece in pieces)]
    return tuple(
        replace(
            question,
            id=part_id(question.id, number),
            text=piece,
            thread_id=None,
            thread=tuple(asked[: len(before) + number]),
        )
        for number, piece in enumerate(pieces)
    )
