"""Collects what a reader finds into sections: one run of text under one heading on one page, tables apart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from knowledge.domain import Section
from knowledge.reading.cleaning import clean_line, clean_text

LONGEST_HEADING = 200

# Hears of each page that is read: how many of how many were read by OCR so far, 0 of 0 for one with text of its own.
OnPage = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a file says of itself, as text still to be checked; a field it does not state is None."""

    title: str | None = None
    kind: str | None = None
    issuer: str | None = None
    date: str | None = None
    status: str | None = None
    superseded_by: str | None = None
    language: str | None = None
    source: str | None = None
    publish_at: str | None = None
    review_by: str | None = None
    collections: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file read, before its card is made. `first_heading` can stand in for a title."""

    sections: tuple[Section, ...]
    stated: Stated = Stated()
    first_heading: str | None = None
    pages: int = 0
    empty_pages: tuple[int, ...] = ()
    unread_pages: tuple[int, ...] = ()


class Outline:
    """Takes headings, blocks of text and tables in reading order and gives back sections."""

    def __init__(self) -> None:
        self._sections: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._blocks: list[str] = []
        self._page: int | None = None
        self._ocr: float | None = None
        # Headings side by side with nothing under them, the items of an agenda for example, and what they stand under.
        # Each is a section of its own until it is known how many there are.
        self._bare: list[Section] = []
        self._lone: Section | None = None
        self.first_heading: str | None = None

    def begin_page(self, number: int, *, ocr: float | None = None) -> None:
        """Start a page, counted from 1; the heading goes on. `ocr` is the confidence of a page read from a picture."""
        self._close()
        self._page = number
        self._ocr = ocr

    def add_heading(self, level: int, text: str) -> None:
        """Start a section under a heading; deeper headings before it end. A paragraph in a heading's dress is text."""
        heading = clean_line(text)
        if not heading or len(heading) > LONGEST_HEADING:
            self.add_block(heading)
            return
        self._close()
        while self._path and self._path[-1][0] >= level:
            self._leave()
        self._lone = self._section(heading)
        self._path.append((level, heading))
        self.first_heading = self.first_heading or heading

    def add_block(self, text: str) -> None:
        """Add a paragraph, a list (its items on lines of their own) or a block of code."""
        lines = [line.expandtabs(4).rstrip() for line in clean_text(text).split("\n")]
        block = "\n".join(lines).strip("\n")
        if block.strip():
            self._blocks.append(block)

    def add_table(self, rows: Sequence[Sequence[str]]) -> None:
        """Add a table, header row first; a table of one row or column is text."""
        cells = [[clean_line(cell) for cell in row] for row in rows]
        lines = [" | ".join(row) for row in cells if any(row)]
        if len(lines) < 2 or max(map(len, cells)) < 2:
            self.add_block("\n".join(lines))
            return
        self._close()
        self._add(self._section("\n".join(lines), is_table=True))

    def sections(self) -> tuple[Section, ...]:
        """Return the sections in reading order. Several headings in a row with nothing under them are text themselves.

        So is one where there is nothing else.
        """
        self._close()
        while self._path:
            self._leave()
        self._list_bare()
        if not self._sections and self.first_heading:
            return (Section(text=self.first_heading, page=self._page, ocr=self._ocr),)
        return tuple(self._sections)

    def _close(self) -> None:
        if self._blocks:
            self._add(self._section("\n\n".join(self._blocks)))
            self._blocks = []

    def _add(self, section: Section) -> None:
        self._list_bare()
        self._lone = None
        self._sections.append(section)

    def _leave(self) -> None:
        """End the last heading."""
        self._path.pop()
        if self._lone:
            if self._bare and self._bare[-1].heading != self._lone.heading:
                self._list_bare()
            self._bare.append(self._lone)
        self._lone = None

    def _list_bare(self) -> None:
        """Make a list of headings in a row that have nothing under them, one for each page; a single one is no text."""
        if len(self._bare) > 1:
            for _, together in groupby(self._bare, key=lambda one: one.page):
                first, *more = together
                self._sections.append(replace(first, text="\n".join((first.text, *(one.text for one in more)))))
        self._bare = []

    def _section(self, text: str, *, is_table: bool = False) -> Section:
        heading = tuple(heading for _, heading in self._path)
        return Section(text=text, page=self._page, heading=heading, is_table=is_table, ocr=self._ocr)


def without_title(sections: Sequence[Section], title: str) -> tuple[Section, ...]:
    """Leave the document's own title, or the part of it a heading gives, out of the heading paths: the card has it."""
    return tuple(
        replace(section, heading=section.heading[1:]) if _is_title(section.heading[:1], title) else section
        for section in sections
    )


def _is_title(heading: tuple[str, ...], title: str) -> bool:
    own = title.casefold()
    return any(part.casefold() == own or (len(part) >= 12 and own.startswith(part.casefold())) for part in heading)
