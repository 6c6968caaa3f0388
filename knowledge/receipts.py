"""What a change of the library did: to the documents, page by page, and to the gold questions asked after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from knowledge.domain import Details, Document, DocumentRecord, Failure, Passage
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


def report_pages(name: str, document: Document, passages: Iterable[Passage]) -> PageReport:
    """Sum up the pages of a document that was read from the file of this name."""
    read = {p.page: p.ocr for p in passages if p.page is not None and p.ocr is not None}
    return PageReport(
        name=name,
        pages=document.pages,
        empty=document.empty_pages,
        unread=document.unread_pages,
        ocr=tuple(OcrPage(page=page, confidence=round(sure, 3)) for page, sure in sorted(read.items())),
    )


def page_numbers(pages: Iterable[int]) -> str:
    """Write page numbers the way people do: 1, 3, 5-9."""
    runs = []
    for _, run in groupby(enumerate(sorted(pages)), key=lambda pair: pair[1] - pair[0]):
        numbers = [page for _, page in run]
        runs.append(f"{numbers[0]}-{numbers[-1]}" if len(numbers) > 2 else ", ".join(map(str, numbers)))
    return ", ".join(runs)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFile:
    """A file that the last run over it could not index, and the sentence that says what to do about it."""

    place: str
    name: str
    advice: str
    failed_at: datetime
    details: Details
    replaces: str | None

    @property
    def failure(self) -> Failure:
        """As the run that failed said it."""
        return Failure(
            name=self.name, advice=self.advice, place=self.place, details=self.details, replaces=self.replaces
        )
