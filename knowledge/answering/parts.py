"""The questions in one message: "What do we pay? And who approves the trip?" are two. Splits, and judges nothing."""

from dataclasses import replace

from knowledge.domain import Question, Turn
from knowledge.sentences import split_sentences
from knowledge.unanswered import part_id

# Of one message; more are a list of topics and not a question.
MOST_PARTS = 6


def parts_of(question: Question) -> tuple[Question, ...]:
    """Return the questions of a message, each as a follow-up of those before it; none where it asks but one.

    A question ends with a question mark, and what stands before it goes with it.
    """
    text = question.text
    ends = [end for _, end in split_sentences(text) if text[:end].endswith("?")]
    if not 1 < len(ends) <= MOST_PARTS:
        return ()
    pieces = [text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]
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
