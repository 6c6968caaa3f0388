"""What a change of the library did: to the documents, page by page, and to the gold questions asked after it."""

from dataclasses import dataclass

from knowledge.domain import Document, DocumentRecord, Failure
from knowledge.gold_questions import GoldRun


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrPage:
    """A page read from a picture, and how sure the reading was on average, 0 to 1."""

    page: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """What became of the pages of one file, by their numbers; `unread` are those of the `empty` nobody looked at."""

    name: str
    pages: int
    empty: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    ocr: tuple[OcrPage, ...] = ()


def report_pages(name: str, document: Document) -> PageReport:
    """Sum up the pages of a document that was read from the file of this name."""
    read = {s.page: s.ocr for s in document.sections if s.page is not None and s.ocr is not None}
    return PageReport(
        name=name,
        pages=document.pages,
        empty=document.empty_pages,
        unread=document.unread_pages,
        ocr=tuple(OcrPage(page=page, confidence=round(sure, 3)) for page, sure in sorted(read.items())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an indexing run did. The first five fields hold document names; `seconds` is wall time.

    `held_back` are files whose version somebody went back behind: restoring brings it back, not indexing.
    `pages` reports on each file added or updated whose format counts pages.
    `gold` is None where the run changed nothing or the office keeps no gold questions.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    held_back: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    pages: tuple[PageReport, ...] = ()
    passages: int = 0
    embedded: int = 0
    seconds: float = 0.0
    gold: GoldRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A document after an act on it, before it where it was removed; `gold` as in a receipt."""

    document: DocumentRecord
    gold: GoldRun | None = None
