"""What a language model wrote, once it was checked, or why none of it is shown. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSentence:
    """A sentence that passed the gate and the numbers of the citations it stands on."""

    text: str
    numbers: tuple[int, ...]

    @property
    def cited(self) -> str:
        """The sentence with its numbers behind it, "… [1][2]"."""
        return f"{self.text} {''.join(f'[{number}]' for number in self.numbers)}"


class Unwritten(StrEnum):
    """Why an answer is shown as quotes although the office has a language model."""

    TIMEOUT = "timeout"
    BUSY = "busy"
    REFUSED = "refused"
    FAILED = "failed"
    CUT = "cut"
    EMPTY = "empty"
    TOOL_CALL = "tool_call"
    UNREADABLE = "unreadable"
    RESTING = "resting"
    STOPPED = "stopped"
    QUESTION_BUDGET = "question_budget"
    USER_BUDGET = "user_budget"
    DAY_BUDGET = "day_budget"
    COST_BUDGET = "cost_budget"
    TOO_LONG = "too_long"
    NOTHING_KEPT = "nothing_kept"
    NO_ANSWER_LEFT = "no_answer_left"

    @property
    def says(self) -> str:
        """The one line that people read above the quotes."""
        return f"{_WHY[self]}; these are the documents' own words."


class Unrestated(StrEnum):
    """Why a question is searched for as it was asked in its thread, where the model was not simply away."""

    STANDS_ALONE = "stands alone"
    EMPTY = "empty"
    TOO_LONG = "too long"
    LINK = "link"
    NEW_WORD = "a word nobody said"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A follow-up as a question of its own, or why there is none."""

    text: str | None = None
    why: Unrestated | Unwritten | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A translation of the sentence, or else of the quote, with this `number`; `withheld` says why it has no `text`."""

    number: int
    text: str | None = None
    withheld: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An answer in the `language` of its question, by a language model; `missing` says why it has not all `texts`."""

    language: str
    texts: tuple[Translated, ...] = ()
    missing: Unwritten | None = None

    @property
    def says_missing(self) -> str:
        """The one line that people read where a translation would stand; empty where nothing is missing."""
        if self.missing is None:
            return ""
        return NOT_ALL if self.missing is Unwritten.TOO_LONG else SPENT if self.missing in BUDGETS else NOT_TRANSLATED

    def of(self, number: int) -> Translated | None:
        """Return the translation of the sentence or quote with this number; None where it needs none."""
        return next((one for one in self.texts if one.number == number), None)


WRITTEN_BY = "Written by a language model from the sources below; every sentence was checked against them."

TRANSLATED_BY = "Translation by a language model:"
WITHHELD = "Translation withheld: its numbers, dates, names or negations may not be those of the source."
NOT_TRANSLATED = "The language model gave no translation."
NOT_ALL = "What is too long for the language model to translate in one go is not translated."
SPENT = "No translation: what the language model may be used for today or for one question is used up."

# What counts as the model being away: the circuit breaker goes by these.
AWAY = frozenset(
    {
        Unwritten.TIMEOUT,
        Unwritten.BUSY,
        Unwritten.REFUSED,
        Unwritten.FAILED,
        Unwritten.CUT,
        Unwritten.EMPTY,
        Unwritten.TOOL_CALL,
        Unwritten.UNREADABLE,
    }
)

BUDGETS = frozenset({Unwritten.QUESTION_BUDGET, Unwritten.USER_BUDGET, Unwritten.DAY_BUDGET, Unwritten.COST_BUDGET})

_WHY = {
    Unwritten.TIMEOUT: "The language model did not answer in time",
    Unwritten.BUSY: "The language model takes no more requests now",
    Unwritten.REFUSED: "The language model refused the request",
    Unwritten.FAILED: "The language model failed",
    Unwritten.CUT: "The connection to the language model broke",
    Unwritten.EMPTY: "The language model answered nothing",
    Unwritten.TOOL_CALL: "The language model did not write an answer",
    Unwritten.UNREADABLE: "The language model's answer could not be read",
    Unwritten.RESTING: "The language model failed several times and is not asked for a minute",
    Unwritten.STOPPED: "The language model was stopped",
    Unwritten.QUESTION_BUDGET: "The question needs more of the language model than one question may",
    Unwritten.USER_BUDGET: "Your share of the language model for today is used up",
    Unwritten.DAY_BUDGET: "The office's share of the language model for today is used up",
    Unwritten.COST_BUDGET: "What the office spends on the language model in a day is spent",
    Unwritten.TOO_LONG: "This is too long for the language model",
    Unwritten.NOTHING_KEPT: "Nothing the language model wrote could be verified against its sources",
    Unwritten.NO_ANSWER_LEFT: "What could be verified of the language model's text does not answer the question",
}
