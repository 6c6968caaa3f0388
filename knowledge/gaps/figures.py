"""The nouns of the figures: what was asked, what came of it, and what nobody ever quoted."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Questions of one week or one kind of document: `asked` got an answer or a gap."""

    name: str
    answered: int
    gaps: int

    @property
    def asked(self) -> int:
        """How many there were."""
        return self.answered + self.gaps

    @property
    def rate(self) -> float | None:
        """The share that was answered, 0 to 1; None where nothing was asked."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of unanswered questions and how many open gaps hold it."""

    word: str
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the log adds up to on a day; what was withdrawn counts nowhere.

    `weeks` are named by their Monday in the office's time zone, the first first. `kinds` go by the document an answer
    quotes first, or the one nearest to a gap. `to_answer` is the median in milliseconds from question to answer,
    `to_close` the median in days from the first asking of a gap to its answer; None without any. `never_cited` are
    titles of documents no answer ever quoted. `out_of_scope` counts the questions far from everything in the library,
    whose words are not among the `terms`.
    """

    day: date
    total: Share
    weeks: tuple[Share, ...]
    kinds: tuple[Share, ...]
    open_gaps: int
    out_of_scope: int
    to_answer: int | None
    to_close: float | None
    terms: tuple[Term, ...]
    never_cited: tuple[str, ...]
