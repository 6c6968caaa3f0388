"""Rows of a spreadsheet to sections: each row of a table is one section, its header line first.

A table may stand anywhere on its sheet, with title lines above, and more tables may follow. The number of a row is
never in the text, so that a row put in changes nothing but itself.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.domain import Section, Unit
from knowledge.errors import TooLarge
from knowledge.reading.cleaning import clean_line
from knowledge.reading.limits import Limits
from knowledge.reading.outline import LONGEST_HEADING

# Wider sheets are data for programs; a person could not read a row of them.
_MOST_COLUMNS = 300
# Rows looked at to tell how wide a table is, and the share of that width that makes a header of a row above it.
_LOOK, _HEADER_SHARE = 20, 0.6
# Characters beyond which a row with its header may not fit the window of the embedding model; cut in two, its cells
# would lose their names, so it is written as lines "name: value", of which the first goes with each part.
LONGEST_ROW = 320
CELLS = " | "
# What ends in a number, or is one with its sign or unit: "Room 7", "12%", "30 days", "(1,200)".
_COUNTS = re.compile(r".*\d|\W*\d[\d.,:/]*\W*[^\W\d]*\W*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row as the spreadsheet program numbers and shows it; `is_bold` where all its filled cells are in bold print."""

    number: int
    cells: tuple[str, ...]
    is_bold: bool = False

    @property
    def filled(self) -> tuple[int, ...]:
        """The columns that hold something, counted from 0."""
        return tuple(column for column, cell in enumerate(self.cells) if cell)


class RowCount:
    """Counts the rows of one file that hold something, and their characters. Raises TooLarge beyond the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.max_rows
        self._rows = 0
        self._characters_left = limits.max_characters

    def clean(self, number: int, cells: Sequence[str], *, is_bold: bool = False) -> Row:
        """Make a row of the texts of its cells."""
        row = Row(number=number, cells=tuple(clean_line(cell) if cell else "" for cell in cells), is_bold=is_bold)
        filled = row.filled
        self._rows += bool(filled)
        if self._rows > self._limit:
            raise TooLarge(
                f"This file has more than {self._limit:,} rows; please keep those that people ask about and add that."
            )
        if filled and filled[-1] >= _MOST_COLUMNS:
            raise TooLarge(
                f"This sheet has more than {_MOST_COLUMNS} columns; please keep those that people ask about."
            )
        return row

    def weigh(self, section: Section) -> Section:
        """Give a section back, before the next one is made: a long header comes back with every row."""
        self._characters_left -= len(section.text)
        if self._characters_left < 0:
            raise TooLarge
        return section


def sections_of(rows: Iterable[Row], heading: tuple[str, ...] = ()) -> Iterator[Section]:
    """Yield the sections of a sheet in its order: title lines and notes as text, each row of a table with its header.

    A table ends where a blank row is followed by a line of one cell, by other columns, or by what must be a new
    header; a blank row alone only spaces it out.
    """
    table = _NO_TABLE
    for block in _blocks(rows):
        if table.goes_on(block[0]):
            yield from table.sections(block)
            continue
        yield from table.alone()
        lines, header, body = _parts(block)
        title = lines[0].text if lines and header and len(lines[0].text) <= LONGEST_HEADING else None
        path = (*heading, title) if title else heading
        yield from _text(lines[1:] if title else lines, path)
        table = _Table(header, path) if header else _NO_TABLE
        yield from table.sections(body)
    yield from table.alone()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int
    text: str


class _Table:
    """A header and what has been seen below it."""

    def __init__(self, header: Row, heading: tuple[str, ...]) -> None:
        self.header = header
        self._heading = heading
        self._columns = set(header.filled)
        self._counting: set[int] = set()
        self._has_rows = False

    def goes_on(self, row: Row) -> bool:
        """Whether a row after a blank one belongs to this table still."""
        if len(row.filled) == 1 or not set(row.filled) <= self._columns:
            return False
        if row.cells == self.header.cells or (row.is_bold and (self.header.is_bold or not self._has_rows)):
            return False
        if not self._has_rows and _has_digit(self.header) and not _has_digit(row):  # a line of facts above the table
            return False
        return _has_digit(row) or not self._counting & set(row.filled)

    def alone(self) -> Iterator[Section]:
        """Yield a header that no row followed as the text it then is."""
        if self.header.filled and not self._has_rows:
            yield from _text([_line(self.header)], self._heading)

    def sections(self, rows: Sequence[Row]) -> Iterator[Section]:
        """Yield a section for each row."""
        for row in rows:
            self._has_rows = True
            self._columns |= set(row.filled)
            self._counting |= {column for column in row.filled if _COUNTS.fullmatch(row.cells[column])}
            text = self._text(row)
            yield Section(text=text, page=row.number, unit=Unit.ROW, heading=self._heading, is_table=True)

    def _text(self, row: Row) -> str:
        """Write a row below the names of its columns; columns that are blank in both are left out."""
        columns = sorted({*self.header.filled, *row.filled})
        names, cells = ([_cell(each, column) for column in columns] for each in (self.header, row))
        text = f"{CELLS.join(names)}\n{CELLS.join(cells)}"
        if len(text) <= LONGEST_ROW:
            return text
        pairs = zip(names, cells, strict=True)
        return "\n".join(f"- {name}: {cell}" if name else f"- {cell}" for name, cell in pairs if cell)


_NO_TABLE = _Table(Row(number=0, cells=()), ())


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the runs of rows between blank ones."""
    block: list[Row] = []
    for row in rows:
        if row.filled:
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _parts(block: Sequence[Row]) -> tuple[list[_Line], Row | None, Sequence[Row]]:
    """Return the lines above a table, its header and its rows; a block one column wide is all lines."""
    widest = max(len(row.filled) for row in block[:_LOOK])
    if widest < 2:
        wide = next((place for place, row in enumerate(block) if len(row.filled) > 1), len(block))
    else:
        least = max(2, widest * _HEADER_SHARE)
        wide = next(n for n, row in enumerate(block) if len(row.filled) >= least and not _is_label(row, widest))
    lines = [_line(row) for row in block[:wide]]
    return (lines, block[wide], block[wide + 1 :]) if wide < len(block) else (lines, None, ())


def _is_label(row: Row, widest: int) -> bool:
    """Whether a row narrower than its table says something of it: "Prepared by:", "Maria Lopez"."""
    return len(row.filled) < widest and row.cells[row.filled[0]].endswith(":")


def _has_digit(row: Row) -> bool:
    return any(character.isdigit() for cell in row.cells for character in cell)


def _text(lines: Sequence[_Line], heading: tuple[str, ...]) -> Iterator[Section]:
    """Yield lines that belong to no table as text: more than one as a list."""
    if lines:
        text = "\n".join(f"- {line.text}" for line in lines) if len(lines) > 1 else lines[0].text
        yield Section(text=text, page=lines[0].number, unit=Unit.ROW, heading=heading)


def _line(row: Row) -> _Line:
    return _Line(number=row.number, text=CELLS.join(row.cells[column] for column in row.filled))


def _cell(row: Row, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""
