"""Excel workbooks to sections, row by row, as they were last calculated and as they show.

Never evaluates a formula or takes its text: a cell whose result was not stored is blank. Hidden sheets and columns,
notes, charts and pictures stay out.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from knowledge.domain import Section
from knowledge.errors import DamagedDocument
from knowledge.reading.card import plausible_title
from knowledge.reading.limits import Limits
from knowledge.reading.number_formats import shown
from knowledge.reading.outline import Draft, Stated
from knowledge.reading.package import check_package
from knowledge.reading.rows import Row, RowCount, sections_of

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Excel's own limits; a file that goes beyond them was made to do harm.
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """How cells of one style look."""

    is_bold: bool
    number_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Of one sheet: its hidden columns, and the last row of each cell that reaches down, by its row and column."""

    hidden: frozenset[int]
    last_rows: dict[tuple[int, int], int]


def read_xlsx(content: bytes, limits: Limits) -> Draft:
    """Read an XLSX. Raises EncryptedDocument, DamagedDocument and TooLarge."""
    from openpyxl import load_workbook

    check_package(content, limits)
    workbook = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sections: list[Section] = []
    count = RowCount(limits)
    with zipfile.ZipFile(BytesIO(content)) as package:
        for sheet in workbook.worksheets:
            if sheet.sheet_state == "visible":
                rows = _rows(sheet, _layout(package, sheet), count)
                sections += map(count.weigh, sections_of(rows, (sheet.title.strip(),)))
    stated = Stated(title=plausible_title(workbook.properties.title), language=workbook.properties.language or None)
    return Draft(sections=tuple(sections), stated=stated)


def _rows(sheet: Any, layout: _Layout, count: RowCount) -> Iterator[Row]:
    """Yield the rows of a sheet; a cell merged with the one above repeats it, one over many columns leaves blanks."""
    sheet.reset_dimensions()  # what a sheet says of its size is often wrong
    below: dict[int, tuple[int, str]] = {}
    styles: dict[int, _Style] = {}
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > _LAST_ROW or len(cells) > _LAST_COLUMN:
            raise DamagedDocument
        texts = [
            "" if cell.value is None or column in layout.hidden else _shown(cell, styles)
            for column, cell in enumerate(cells, start=1)
        ]
        bold = all(_style(cell, styles).is_bold for cell, text in zip(cells, texts, strict=True) if text)
        for column, text in enumerate(texts, start=1):
            if text and (number, column) in layout.last_rows:
                below[column] = layout.last_rows[number, column], text
        if any(texts):
            for column, (last, text) in below.items():
                if number <= last and not "".join(texts[column - 1 : column]):
                    texts += [""] * (column - len(texts))
                    texts[column - 1] = text
        yield count.clean(number, texts, is_bold=bold)


def _shown(cell: Any, styles: dict[int, _Style]) -> str:
    return "" if cell.data_type == "e" else shown(cell.value, _style(cell, styles).number_format)


def _style(cell: Any, styles: dict[int, _Style]) -> _Style:
    """Return how a cell looks, which openpyxl puts together anew each time it is asked."""
    known = styles.get(cell._style_id)
    if known is None:
        known = _Style(is_bold=bool(cell.font.b), number_format=cell.number_format or "General")
        styles[cell._style_id] = known
    return known


def _layout(package: zipfile.ZipFile, sheet: Any) -> _Layout:
    """Read of a sheet what openpyxl leaves out when it reads row by row."""
    from lxml import etree
    from openpyxl.utils.cell import range_boundaries

    hidden: set[int] = set()
    last_rows: dict[tuple[int, int], int] = {}
    # The reader for single rows keeps the path of its part for itself.
    with package.open(sheet._worksheet_path) as part:
        tags = [f"{_S}row", f"{_S}col", f"{_S}mergeCell"]
        for _, element in etree.iterparse(part, tag=tags, resolve_entities=False, no_network=True):
            if element.tag == f"{_S}col" and element.get("hidden") in {"1", "true"}:
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                hidden |= set(range(first, min(last, _LAST_COLUMN) + 1))
            elif element.tag == f"{_S}mergeCell":
                left, top, _, bottom = range_boundaries(element.get("ref"))
                last_rows[top, left] = bottom
            element.clear()
    return _Layout(hidden=frozenset(hidden), last_rows=last_rows)
