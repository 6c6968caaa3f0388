"""The nouns of Attaché. Standard library and nouns only; every value is frozen once made.

Dates of documents are ISO 8601 text of the precision the document states: "2022", "2022-10" or "2022-10-03".
A guess at the missing part would be wrong more often than it helps.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from knowledge.collections import Audience, View
from knowledge.differences import Difference
from knowledge.memos import Memo, MemoRequest
from knowledge.unanswered import Unanswered
from knowledge.written import Translation, Unwritten, WrittenSentence


class Kind(StrEnum):
    """What sort of document it is, in the words staff use."""

    GUIDANCE = "guidance"
    SUMMIT = "summit"
    BEST_PRACTICE = "best_practice"
    POLICY = "policy"
    AGREEMENT = "agreement"
    LAW = "law"
    REPORT = "report"
    ARTICLE = "article"
    ANSWER = "answer"
    OTHER = "other"


class Status(StrEnum):
    """Whether a document may be quoted as what holds today."""

    CURRENT = "current"
    DRAFT = "draft"
    SUPERSEDED = "superseded"
    HISTORICAL = "historical"

    @property
    def in_force(self) -> bool:
        """Whether a quote may stand without a warning that it no longer holds."""
        return self is Status.CURRENT


class Unit(StrEnum):
    """What a number beside a passage counts."""

    PAGE = "page"
    SLIDE = "slide"
    ROW = "row"


class GapReason(StrEnum):
    """Why a question got no answer."""

    NOTHING_FOUND = "nothing_found"
    NOT_SUPPORTED = "not_supported"
    PARTIAL = "partial"
    OUT_OF_SCOPE = "out_of_scope"
    FEEDBACK = "feedback"
    NEEDS_HUMAN = "needs_human"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is known about a document beside its text. A field nobody stated stays None.

    `publish_at` is the day or moment from which it may be served, "2026-12-01T09:00"; `review_by` a date as any.
    `collections` are names as stated, "mayor, protocol": the document is put there, and cards in the library have none.
    """

    title: str
    kind: Kind = Kind.OTHER
    issuer: str | None = None
    date: str | None = None
    status: Status = Status.CURRENT
    superseded_by: str | None = None
    language: str = "en"
    source: str | None = None
    publish_at: str | None = None
    review_by: str | None = None
    collections: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a person states about an upload; each stated field beats what the file says of itself."""

    title: str | None = None
    kind: Kind | None = None
    issuer: str | None = None
    date: str | None = None
    status: Status | None = None
    superseded_by: str | None = None
    source: str | None = None
    publish_at: str | None = None
    review_by: str | None = None
    collections: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it arrives: its `name`, its bytes, and the `place` that makes it the same document next time.

    `replaces` names the document, by id, place or title, that the file is a newer version of wherever it lies.
    """

    name: str
    content: bytes = field(repr=False)
    place: str
    details: Details = Details()
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A run of text under one heading on one page, as the reader found it.

    `text` keeps paragraphs apart by a blank line and list items by a line break. In a table section the first
    line is the header row and each further line is one row, cells separated by " | ". `page` counts in `unit`s
    from 1. `ocr` is the mean confidence, 0 to 1, of text read from a picture; None for text the file itself holds.
    """

    text: str
    page: int | None = None
    heading: tuple[str, ...] = ()
    is_table: bool = False
    unit: Unit = Unit.PAGE
    ocr: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file once read: its card and its sections in reading order.

    `pages` is how many it has, 0 where the format counts none. `empty_pages` are those without text; the
    `unread_pages` among them are pictures beyond the limit on text recognition, which nobody looked at. Its language
    counts as `language_stated` where the file names it, and was guessed by its text where not.
    """

    card: Card
    sections: tuple[Section, ...]
    pages: int = 0
    empty_pages: tuple[int, ...] = ()
    unread_pages: tuple[int, ...] = ()
    language_stated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document that fits the embedding model's window.

    `text` is the document's own characters; `start` and `end` are its span in the text of section number
    `section`. `id` is made from the content, so an unchanged passage keeps its id when its document changes
    elsewhere. `ordinal` is its place in the document, from 0. `page`, `unit` and `ocr` are those of its section.
    """

    id: str
    document_id: str
    text: str
    heading: tuple[str, ...] = ()
    page: int | None = None
    section: int = 0
    start: int = 0
    end: int = 0
    ordinal: int = 0
    unit: Unit = Unit.PAGE
    ocr: float | None = None

    @property
    def where(self) -> str:
        """Its place in the document for people, "page 3"; empty where the format counts nothing."""
        return "" if self.page is None else f"{self.unit} {self.page}"

    @property
    def caution(self) -> str:
        """What people have to know about its wording; empty for the file's own text."""
        return "" if self.ocr is None else "read by OCR, please check against the original"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A document in the library: its id, its card and what indexing made of it.

    `publish_at` is set only while it waits to be published, `review_passed` once its review date is over.
    """

    id: str
    card: Card
    place: str
    version: int
    passages: int
    indexed_at: datetime
    successor_id: str | None = None
    publish_at: datetime | None = None
    review_passed: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question, best first; `score` orders hits of one search and means nothing beyond it.

    `dense` is a cosine similarity, `keyword` a BM25 score; None where that index did not return the passage.
    `fused` is the two as one, `penalty` what the passage lost of that because its document is not in force; less
    than 0 for one of the year that the question is about. `read` is the logit that it answers, None where not read.
    """

    passage: Passage
    document: DocumentRecord
    score: float
    dense: float | None = None
    keyword: float | None = None
    fused: float | None = None
    penalty: float = 0.0
    read: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier message of a thread; `speaker` is "user" or "agent"."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks. In Slack the `id` is made of channel and ts, so a redelivery is the same question.

    `thread_id` names its conversation, `thread` holds earlier turns, oldest first. With `as_of` it is about what was in
    force that day, with `memo` a topic to write on. `audience` reads the answer, None is who keeps the library.
    """

    id: str
    text: str
    asker: str = "desk"
    channel: str = "desk"
    thread_id: str | None = None
    thread: tuple[Turn, ...] = ()
    as_of: date | None = None
    audience: Audience | None = None
    memo: MemoRequest | None = None

    @property
    def view(self) -> View:
        """The library it is asked of."""
        return View(as_of=self.as_of, audience=self.audience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A quote and where it stands: `passage.text[start:end] == quote`, always.

    `key` is the span in the passage of the sentence that answers best; one citation of an answer has it.
    """

    number: int
    quote: str
    start: int
    end: int
    passage: Passage
    document: DocumentRecord
    key: tuple[int, int] | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """The quote as what stands before its key sentence, that sentence, and what stands behind it."""
        start, end = (self.key[0] - self.start, self.key[1] - self.start) if self.key else (0, 0)
        return self.quote[:start], self.quote[start:end], self.quote[end:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the library says, as quotes in reading order; `citations` is never empty.

    `probability` is the judge's, 0 to 1, that the library answers. `as_of` is the day whose library did; None for
    today's. `written` are a language model's sentences that passed the gate, `unwritten` says why there are none though
    the office has a model, `dropped` why others are not here. `differences` are where its sources do not agree, `memo`
    is what stands where, `unanswered` what else the message asked, `translation` what a model made of it in the
    language of the question.
    """

    question_id: str
    probability: float
    citations: tuple[Citation, ...]
    milliseconds: int = 0
    as_of: date | None = None
    written: tuple[WrittenSentence, ...] = ()
    unwritten: Unwritten | None = None
    dropped: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    memo: Memo | None = None
    unanswered: tuple[Unanswered, ...] = ()
    translation: Translation | None = None

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("an answer without a citation is a gap")

    @property
    def text(self) -> str:
        """The day it is of, where it is not today, and the sentences or else the quotes with their numbers."""
        written = [" ".join(sentence.cited for sentence in self.written)] if self.written else []
        quotes = [f"“{citation.quote}” [{citation.number}]" for citation in self.citations]
        return "\n\n".join((*as_of_lines(self.as_of), *(written or quotes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A question the library does not answer, with the nearest passages it holds.

    Searched were `documents` in these `collections`, the newest of date `newest`; `unknown` are the words in none.
    `ask` names who looks after this gap; `logged` is False once the asker took the question back.
    """

    id: str
    question_id: str
    reason: GapReason
    probability: float
    nearest: tuple[Hit, ...] = ()
    milliseconds: int = 0
    as_of: date | None = None
    documents: int = 0
    collections: tuple[str, ...] = ()
    newest: str | None = None
    unknown: tuple[str, ...] = ()
    ask: str | None = None
    logged: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageInContext:
    """A passage with the ones before and after it in its document; `live` is False once it left the library."""

    passage: Passage
    document: DocumentRecord
    before: Passage | None
    after: Passage | None
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A file that could not be indexed, what to do about it, and what was stated of it; `place` would name it."""

    name: str
    advice: str
    place: str | None = None
    details: Details = Details()
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What exactly the library held: `digest` changes whenever a live passage or the model does."""

    digest: str
    documents: int
    passages: int
    newest: str | None
    model: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an indexing run is: `done` of `total` files; `name` is the file at hand.

    `recognised` of `to_recognise` pages are read by OCR, `embedded` of `to_embed` passages are; 0 of 0 without any.
    """

    done: int
    total: int
    name: str
    recognised: int = 0
    to_recognise: int = 0
    embedded: int = 0
    to_embed: int = 0


OnProgress = Callable[[Progress], None]


def as_of_lines(day: date | None) -> tuple[str, ...]:
    """Say which day's library answered, "As of 1 March 2023"; nothing for today's."""
    return (f"As of {day.day} {day:%B} {day:%Y}",) if day else ()


def content_id(*parts: str) -> str:
    """Make an id from content: the first 128 bits of SHA-256 over the parts, as 32 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:32]
