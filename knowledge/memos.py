"""The nouns of memos: what somebody wants written, and how the quotes of the answer are laid out for it.

Standard library only. A memo holds no words of its own about the matter: it points to the citations of its answer.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Span = tuple[int, int]


class Form(StrEnum):
    """What is to be written."""

    BRIEF = "brief"
    TALKING_POINTS = "talking_points"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoRequest:
    """A memo somebody wants: on one topic, or a comparison of `subjects` on each of the topics."""

    form: Form
    topics: tuple[str, ...]
    subjects: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words that stand for it as a question: "members; dues: C40, ICLEI"."""
        topics = "; ".join(self.topics)
        return f"{topics}: {', '.join(self.subjects)}" if self.subjects else topics


class Basis(StrEnum):
    """What dates a figure: its own sentence, another one of its document with the same figure, or its document."""

    SENTENCE = "sentence"
    ELSEWHERE = "elsewhere"
    DOCUMENT = "document"


class Doubt(StrEnum):
    """Why a figure is to be used with care."""

    OLD = "old"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A citation whose quote holds figures, at `spans` of the quote.

    `day` is the year, month or day they are of, by `basis`; None where nothing says so. `old` is the date that is
    older than voters should hear without a word about it.
    """

    number: int
    spans: tuple[Span, ...] = ()
    day: str | None = None
    basis: Basis | None = None
    doubt: Doubt | None = None
    old: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A citation whose quote holds a date: what it says in ISO, and where it stands in the quote."""

    number: int
    day: str
    span: Span | None = None


class Open(StrEnum):
    """What is not known, or not surely."""

    GAP = "gap"
    UNKNOWN_WORD = "unknown_word"
    NOTHING_FOUND = "nothing_found"
    REVIEW_PASSED = "review_passed"
    DRAFT = "draft"
    NOT_IN_FORCE = "not_in_force"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A point nobody can rely on: a gap's question, a word, an empty cell, or the title that `numbers` cite."""

    kind: Open
    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was found of one subject, topic by topic, as numbers of citations; nothing is an empty cell."""

    subject: str
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """An answer's citations laid out as what was wanted, on the day it was written.

    `know` are shown as quotes unless the answer has sentences of a language model.
    """

    request: MemoRequest
    day: date
    know: tuple[int, ...] = ()
    dates: tuple[Dated, ...] = ()
    figures: tuple[Figure, ...] = ()
    rows: tuple[Row, ...] = ()
    open_points: tuple[OpenPoint, ...] = ()
