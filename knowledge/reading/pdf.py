"""PDFs to sections by PDFium: the text of each page, bookmarks and properties. What lines mean is for layout.py.

A page without a text layer, or with a useless one, is drawn and read as a picture; no other ever is.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.errors import DamagedDocument, EncryptedDocument, ImageOnlyDocument, TooLarge
from knowledge.reading.card import plausible_title
from knowledge.reading.cleaning import clean_line
from knowledge.reading.layout import Bookmark, add_lines
from knowledge.reading.limits import Limits
from knowledge.reading.outline import Draft, OnPage, Outline, Stated
from knowledge.reading.page_text import page_lines
from knowledge.reading.reading_order import PRINT, read_page
from knowledge.reading.running_lines import Line, body_size
from knowledge.reading.scans import draw, looks_scanned

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# PDFium keeps its state in the process and crashes when two threads enter it, so the process has one lock for it.
_pdfium = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The lines of a page's own text, in the order of the file, and whether it has to be read as a picture."""

    lines: tuple[Line, ...]
    is_scan: bool = False


def read_pdf(content: bytes, limits: Limits, on_page: OnPage = lambda *_: None) -> Draft:
    """Read a PDF. Raises EncryptedDocument, DamagedDocument, ImageOnlyDocument and TooLarge."""
    # PDFium repairs a file that breaks off by leaving out the pages it cannot find, and nobody would know.
    if b"%PDF-" not in content[:1024] or b"%%EOF" not in content[-4096:]:
        raise DamagedDocument
    with _pdfium:
        document = _open(content)
    try:
        with _pdfium:
            if len(document) > limits.max_pages:
                raise TooLarge("This PDF has too many pages; please split it and add the parts.")
            own = []
            for number in range(len(document)):
                own.append(_page(document, number))
                on_page(0, 0)
            bookmarks = tuple(_bookmarks(document))
            stated = Stated(title=plausible_title(document.get_metadata_value("Title")), language=_language(document))
        pages = [page.lines for page in own]
        scans = [number for number, page in enumerate(own) if page.is_scan]
        looked_at, ocr = scans[: limits.max_ocr_pages], {}
        for recognised, number in enumerate(looked_at, start=1):
            pages[number], confidence = _scanned_lines(document, number, own)
            if pages[number] is not own[number].lines:
                ocr[number] = confidence
            on_page(recognised, len(looked_at))
    finally:
        with _pdfium:
            document.close()
    outline = Outline()
    add_lines(pages, outline, bookmarks=bookmarks, ocr=ocr)
    sections = outline.sections()
    if not sections and scans:
        raise ImageOnlyDocument
    with_text = {section.page for section in sections}
    return Draft(
        sections=sections,
        stated=stated,
        first_heading=outline.first_heading,
        pages=len(pages),
        empty_pages=tuple(n + 1 for n, lines in enumerate(pages) if not lines or (n in ocr and n + 1 not in with_text)),
        unread_pages=tuple(n + 1 for n in scans[limits.max_ocr_pages :]),
    )


def _open(content: bytes) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        return PdfDocument(content)
    except PdfiumError as err:
        locked = err.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}
        raise (EncryptedDocument if locked else DamagedDocument) from err


def _page(document: "PdfDocument", number: int) -> _Page:
    """Read a page's own text, counted from 0."""
    page = document[number]
    try:
        lines = page_lines(page)
        if lines is None:
            return _Page(lines=(), is_scan=True)
        letters = _letters(lines)
        return _Page(lines=lines, is_scan=letters == 0 or looks_scanned(page, letters))
    finally:
        page.close()


def _scanned_lines(document: "PdfDocument", number: int, own: Sequence[_Page]) -> tuple[tuple[Line, ...], float]:
    """Read a page as a picture, and say how surely; its own text stays where the picture says little more."""
    with _pdfium:
        page = document[number]
        try:
            picture, height = draw(page), page.get_height()
        finally:
            page.close()
    if picture is None:
        return own[number].lines, 0.0
    print_size = body_size([page.lines for page in own]) or PRINT
    lines, confidence = read_page(picture, page_height=height, print_size=print_size)
    return (lines if _letters(lines) > 2 * _letters(own[number].lines) else own[number].lines), confidence


def _letters(lines: Sequence[Line]) -> int:
    return sum(sum(map(str.isalpha, line.text)) for line in lines)


def _bookmarks(document: "PdfDocument") -> Iterator[Bookmark]:
    for bookmark in document.get_toc(max_depth=6):
        destination = bookmark.get_dest()
        page = destination.get_index() if destination else None
        title = clean_line(bookmark.get_title())
        if page is not None and title:
            yield Bookmark(title=title, level=bookmark.level + 1, page=page)


def _language(document: "PdfDocument") -> str | None:
    from pypdfium2.raw import FPDF_WCHAR, FPDFCatalog_GetLanguage

    buffer = (FPDF_WCHAR * 32)()
    size = FPDFCatalog_GetLanguage(document, buffer, ctypes.sizeof(buffer))
    return bytes(buffer)[: max(size - 2, 0)].decode("utf-16-le", "ignore") or None
