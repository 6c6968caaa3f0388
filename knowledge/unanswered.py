"""One of several questions in a message that got no answer. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A question of a message that got no answer while others of it did, and the gap it is logged in."""

    question: str
    gap: str


# Between the id of a message and the number of a question in it.
PART = "#"


def part_id(question_id: str, number: int) -> str:
    """Name one of the questions of a message."""
    return f"{question_id}{PART}{number + 1}"


def whole_id(question_id: str) -> str:
    """Return the id of the message a question is in: its own, unless it is one of several there."""
    return question_id.partition(PART)[0]
