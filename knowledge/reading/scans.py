"""Which pages of a PDF are only pictures of text, and what such a page looks like. PDFium's lock is the caller's.

A text layer that somebody's text recognition put under a picture is the file's own text and is taken at its word.
"""

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.reading.ocr import LONGEST_SIDE

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

# Letters a stamp, a file number or a running head brings to a scanned page; a page of text has more.
FEW_LETTERS = 100
# Share of the page under pictures from which such a page is a scan, and the pictures looked at to tell.
COVERED, MOST_PICTURES = 0.5, 500
# Share of characters that stand for nothing from which a text layer is of no use: its font does not say what it shows.
UNMAPPED = 0.1
# The most pixels for each point of a page, 400 dpi; only small pages are drawn so large.
LARGEST_SCALE = 400 / 72


def is_useless(times: Mapping[int, int]) -> bool:
    """Whether characters of a text layer stand for nothing: no code, control and private codes, replacement signs.

    Takes how many times each code occurs.
    """
    shown = {code: count for code, count in times.items() if not chr(code).isspace()}
    empty = sum(count for code, count in shown.items() if _stands_for_nothing(code))
    return empty > UNMAPPED * sum(shown.values())


def looks_scanned(page: "PdfPage", letters: int) -> bool:
    """Whether a page with this many letters of its own is mostly a picture."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    if letters >= FEW_LETTERS:
        return False
    left, bottom, right, top = page.get_bbox()
    covered = 0.0
    for picture in islice(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]), MOST_PICTURES):
        x0, y0, x1, y1 = picture.get_bounds()
        covered += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, top) - max(y0, bottom))
    return bool(covered > COVERED * (right - left) * (top - bottom))


def draw(page: "PdfPage") -> "Image | None":
    """Draw a page in RGB as it is shown, LONGEST_SIDE pixels long; None where there is nothing on it to see."""
    width, height = page.get_size()
    scale = min(LONGEST_SIDE / max(width, height, 1.0), LARGEST_SCALE)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        picture = bitmap.to_pil().convert("RGB").copy()
    finally:
        bitmap.close()
    is_blank = all(low == high for low, high in picture.getextrema())
    return None if is_blank else picture


def _stands_for_nothing(code: int) -> bool:
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xE000 <= code < 0xF900 or code == 0xFFFD
