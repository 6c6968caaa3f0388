"""The nouns of a preview: which answers a change of the library would change, and how. Asks nothing."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.receipts import Receipt


class Effect(StrEnum):
    """What a change of the library does to the answer of a question.

    BETTER and WORSE are for gold questions, whose answer is known: missed before and met after, or the reverse.
    CHANGED answers begin with another quote, be it of another document or of a newer version.
    """

    WORSE = "worse"
    NOW_UNANSWERED = "now_unanswered"
    CHANGED = "changed"
    NOW_ANSWERED = "now_answered"
    BETTER = "better"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A question that a change would answer differently.

    `before` and `after` are the titles of the documents quoted, in the order of the quotes; none for a refusal.
    `gold_id` names a gold question, and `miss` says what would then be wrong with its answer.
    """

    question: str
    effect: Effect
    before: tuple[str, ...]
    after: tuple[str, ...]
    gold_id: str | None = None
    miss: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change of the library would do: the questions `affected`, gold questions first, the worst first.

    `gold` and `asked` count the gold questions and the questions of people that were tried.
    """

    affected: tuple[Affected, ...] = ()
    gold: int = 0
    asked: int = 0

    @property
    def unchanged(self) -> int:
        """How many questions would be answered as before."""
        return self.gold + self.asked - len(self.affected)

    def count(self, effect: Effect) -> int:
        """How many questions would fare like this."""
        return sum(one.effect is effect for one in self.affected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What indexing would do, or did where it was `published`, and what that means for answers."""

    receipt: Receipt
    preview: Preview
    published: bool = False
