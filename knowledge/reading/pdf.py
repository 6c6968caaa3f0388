"""PDF pages to lines of text with their places, by PDFium. What the lines mean is for layout.py.

Pages that hold only a picture are listed as empty; text in pictures is never recognized here.
"""

import ctypes
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

from knowledge.errors import DamagedDocument, EncryptedDocument, ImageOnlyDocument, TooLarge
from knowledge.reading.card import plausible_title
from knowledge.reading.cleaning import clean_line
from knowledge.reading.layout import Bookmark, add_lines
from knowledge.reading.limits import Limits
from knowledge.reading.outline import Draft, Outline, Stated
from knowledge.reading.running_lines import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# PDFium keeps its state in the process and crashes when two threads enter it, so the process has one lock for it.
_pdfium = Lock()

# Glyphs that stand for letters written together, and the bullets of symbol fonts.
_GLYPHS = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
        "\uf0b7": "•",
        "\uf0a7": "▪",
        "\uf0d8": "▪",
        "\uf02d": "-",
    }
)
_BREAK = 0x0A
_BREAKS = frozenset({_BREAK, 0x0D})
# PDFium puts one of these for a hyphen that breaks a word, and then no line break.
_BROKEN_WORD = frozenset({0x02, 0xFFFE})
_BOLD = 600  # font weight


def read_pdf(content: bytes, limits: Limits) -> Draft:
    """Read a PDF. Raises EncryptedDocument, DamagedDocument, ImageOnlyDocument and TooLarge."""
    # PDFium repairs a file that breaks off by leaving out the pages it cannot find, and nobody would know.
    if b"%PDF-" not in content[:1024] or b"%%EOF" not in content[-4096:]:
        raise DamagedDocument
    with _pdfium:
        document = _open(content)
        try:
            if len(document) > limits.max_pages:
                raise TooLarge("This PDF has too many pages; please split it and add the parts.")
            pages = [tuple(_page_lines(document, number)) for number in range(len(document))]
            bookmarks = tuple(_bookmarks(document))
            stated = Stated(title=plausible_title(document.get_metadata_value("Title")), language=_language(document))
        finally:
            document.close()
    if not any(pages):
        raise ImageOnlyDocument
    outline = Outline()
    add_lines(pages, bookmarks, outline)
    return Draft(
        sections=outline.sections(),
        stated=stated,
        first_heading=outline.first_heading,
        empty_pages=tuple(number for number, lines in enumerate(pages, start=1) if not lines),
    )


def _open(content: bytes) -> "PdfDocument":
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        return PdfDocument(content)
    except PdfiumError as err:
        locked = err.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}
        raise (EncryptedDocument if locked else DamagedDocument) from err


def _page_lines(document: "PdfDocument", number: int) -> Iterator[Line]:
    """Yield the lines of a page, counted from 0, in the order of the file."""
    page = document[number]
    text = page.get_textpage()
    try:
        place = _Place(page.get_bbox(), page.get_rotation())
        first = 0
        characters: list[str] = []
        for index, code in enumerate([*_codes(text), _BREAK]):
            if code in _BROKEN_WORD:
                characters.append("-")
            elif code not in _BREAKS:
                characters.append(chr(code))
                continue
            line = _line(text, first, characters, place)
            if line:
                yield line
            first, characters = index + 1, []
    finally:
        text.close()
        page.close()


def _codes(text: Any) -> Iterator[int]:
    from pypdfium2.raw import FPDFText_GetUnicode

    return (FPDFText_GetUnicode(text, index) for index in range(text.count_chars()))


def _line(text: Any, first: int, characters: list[str], place: "_Place") -> Line | None:
    from pypdfium2.raw import FPDFText_GetFontWeight

    # Characters beyond the basic plane may come as two surrogates, which this puts together.
    whole = "".join(characters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    words = clean_line(whole.translate(_GLYPHS))
    if not words:
        return None
    shown = [index for index, character in enumerate(characters, start=first) if not character.isspace()]
    samples = [shown[0], shown[len(shown) // 2], shown[-1]]
    boxes = [place.of(text, index) for index in samples]
    # Bullets, note numbers and odd letters are set in other sizes than the line itself: take the middle one of three.
    _, top, _, bottom = sorted(boxes, key=lambda box: box[3] - box[1])[1]
    return Line(
        text=words,
        left=boxes[0][0],
        right=boxes[-1][2],
        top=top,
        bottom=bottom,
        page_height=place.height,
        is_bold=all(FPDFText_GetFontWeight(text, index) >= _BOLD for index in samples),
    )


class _Place:
    """Where characters stand on a page as it is shown: points from its left and upper edges."""

    def __init__(self, box: tuple[float, float, float, float], rotation: int) -> None:
        self._left, self._bottom, self._right, self._top = box
        self._rotation = rotation
        across = rotation in {90, 270}
        self.height = self._right - self._left if across else self._top - self._bottom

    def of(self, text: Any, index: int) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a character's box, which is as high as its font."""
        from pypdfium2.raw import FS_RECTF, FPDFText_GetLooseCharBox

        box = FS_RECTF()
        FPDFText_GetLooseCharBox(text, index, ctypes.byref(box))
        x = box.left - self._left, box.right - self._left
        y = box.bottom - self._bottom, box.top - self._bottom
        width, height = self._right - self._left, self._top - self._bottom
        match self._rotation:
            case 90:
                shown = y[0], x[0], y[1], x[1]
            case 180:
                shown = width - x[1], y[0], width - x[0], y[1]
            case 270:
                shown = height - y[1], width - x[1], height - y[0], width - x[0]
            case _:
                shown = x[0], height - y[1], x[1], height - y[0]
        return shown


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
