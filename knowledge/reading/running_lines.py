"""Running heads, feet and page numbers: what repeats near the edge of the pages at the same height."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Share of the page's height above and below in which running lines stand.
MARGIN = 0.16
# Points by which a running line may move from page to page.
JITTER = 6.0
# Pages on which a line, numbers aside, or the first words of a numbered line must stand to be taken for running.
SAME_LINES, SAME_WORDS = 3, 5

# How much larger than the body's print that of headings is.
LARGER = 1.12

# Text of a line that stands in a picture and could not be read with certainty. No file's own text holds it.
UNREADABLE = "\ufffc"

_NUMBER = re.compile(r"\d+")
_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text and its place on its page, in points from the page's left and upper edges.

    `is_row` says that it is known to be a row of a table.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    page_height: float
    is_bold: bool = False
    is_row: bool = False

    @property
    def size(self) -> float:
        """Height of the font."""
        return abs(self.bottom - self.top)


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out the lines near the edges that repeat on three pages, or on two with numbers that count the pages.

    Print larger than the body's is a heading, which may well count; it runs only when it says the same each time.
    """
    body = body_size(pages)
    seen: defaultdict[str, list[tuple[int, Line]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for line in filter(_in_margin, page):
            for shape in _shapes(line):
                seen[shape].append((number, line))

    def runs(number: int, line: Line) -> bool:
        large = line.size > body * LARGER
        for shape, needed in zip(_shapes(line), (SAME_LINES, SAME_WORDS), strict=False):
            same = [(page, other) for page, other in seen[shape] if abs(other.bottom - line.bottom) <= JITTER]
            if len({page for page, other in same if not large or other.text == line.text}) >= needed:
                return True
            if not large and any(_count_pages(line, other, page - number) for page, other in same):
                return True
        return False

    return [
        [line for line in page if not (_in_margin(line) and runs(number, line))] for number, page in enumerate(pages)
    ]


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the size most of the text is printed in."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _in_margin(line: Line) -> bool:
    return line.bottom < line.page_height * MARGIN or line.top > line.page_height * (1 - MARGIN)


def _shapes(line: Line) -> Iterator[str]:
    """Yield a line without its numbers, Arabic or Roman, then the first words of a line that has numbers."""
    words = _NUMBERS.sub(" ", line.text).casefold().split()
    yield " ".join(words)
    if _NUMBER.search(line.text) and len("".join(words[:3])) >= 15:
        yield " ".join([*words[:3], "…"])


def _count_pages(line: Line, other: Line, pages: int) -> bool:
    """Whether a number of two lines grows as the pages do, by one or, on spreads, by two a page."""
    numbers = zip(_NUMBER.findall(line.text), _NUMBER.findall(other.text), strict=False)
    return pages != 0 and any(int(b) - int(a) in {pages, 2 * pages} for a, b in numbers if len(a + b) < 12)
