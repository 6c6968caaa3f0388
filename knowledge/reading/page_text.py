"""The characters of a PDF page to lines with their places, by PDFium, in the order of the file or of the columns."""

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from knowledge.reading.cleaning import clean_line
from knowledge.reading.columns import in_columns
from knowledge.reading.running_lines import Line
from knowledge.reading.scans import is_useless

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

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
# PDFium puts one of these for a hyphen that breaks a word, and then no line break.
_BROKEN_WORD = frozenset({0x02, 0xFFFE})
_ENDS = _BROKEN_WORD | {0x0A, 0x0D}
_BOLD = 600  # font weight
# Words further apart than this, in heights of the line, may stand in different columns or cells.
APART = 1.0


def page_lines(page: "PdfPage") -> tuple[Line, ...] | None:
    """Return the lines of a page's text layer; None where that layer is of no use."""
    text = page.get_textpage()
    try:
        codes = list(_codes(text))
        times = Counter(codes)
        if is_useless({code: times[code] for code in times.keys() - _BROKEN_WORD - _GLYPHS.keys()}):
            return None
        return in_columns(list(_lines(text, codes, _Place(page.get_bbox(), page.get_rotation()))))
    finally:
        text.close()


def _codes(text: Any) -> Iterator[int]:
    from pypdfium2.raw import FPDFText_GetUnicode

    return map(partial(FPDFText_GetUnicode, text.raw), range(text.count_chars()))


def _lines(text: Any, codes: Sequence[int], place: "_Place") -> Iterator[list[Line]]:
    """Yield the lines of a page in the order of the file, each as the pieces that stand apart."""
    characters = ["-" if code in _BROKEN_WORD else chr(code) for code in codes]
    first = 0
    for index in (*(index for index, code in enumerate(codes) if code in _ENDS), len(codes)):
        # The hyphen is the last of its line.
        is_broken = index < len(codes) and codes[index] in _BROKEN_WORD
        line = characters[first : index + is_broken]
        cuts = [0, *_cuts(text, first, line, place), len(line)]
        pieces = [_piece(text, first + start, line[start:end], place) for start, end in pairwise(cuts)]
        if any(pieces):
            yield [piece for piece in pieces if piece]
        first = index + 1


def _cuts(text: Any, first: int, characters: Sequence[str], place: "_Place") -> Iterator[int]:
    """Yield where words begin that stand far from the one before."""
    end = None
    for index, character in enumerate(characters):
        if character.isspace():
            continue
        if end is not None and end < index - 1:
            before, after = place.of(text, first + end), place.of(text, first + index)
            if after[0] - before[2] > APART * (before[3] - before[1]):
                yield index
        end = index


def _piece(text: Any, first: int, characters: list[str], place: "_Place") -> Line | None:
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
        from pypdfium2.raw import FS_RECTF, FPDFText_GetLooseCharBox

        self._box = FS_RECTF()
        self._get_box: Any = FPDFText_GetLooseCharBox
        self._left, self._bottom, self._right, self._top = box
        self._rotation = rotation
        across = rotation in {90, 270}
        self.height = self._right - self._left if across else self._top - self._bottom

    def of(self, text: Any, index: int) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a character's box, which is as high as its font."""
        box = self._box
        self._get_box(text.raw, index, ctypes.byref(box))
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
