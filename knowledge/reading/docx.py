"""Word files to sections, in the order of the body: headings by style, lists with their numbers, tables.

What a reader does not see stays out: deleted and hidden text, tables of contents, headers and footers.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from knowledge.reading.card import plausible_title
from knowledge.reading.cleaning import clean_line, clean_text
from knowledge.reading.limits import Limits
from knowledge.reading.numbering import Numbering
from knowledge.reading.outline import Draft, Outline, Stated
from knowledge.reading.package import check_package

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNSEEN = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}txbxContent", _FALLBACK})


def read_docx(content: bytes, limits: Limits) -> Draft:
    """Read a DOCX. Raises EncryptedDocument, DamagedDocument and TooLarge."""
    from docx import Document

    check_package(content, limits)
    document = Document(BytesIO(content))
    reader = _BodyReader(document)
    reader.add(document.element.body)
    properties = document.core_properties
    return Draft(
        sections=reader.outline.sections(),
        stated=Stated(title=reader.title or plausible_title(properties.title), language=properties.language or None),
        first_heading=reader.outline.first_heading,
    )


class _BodyReader:
    """Walks the body of one document; holds the list that is open and the numbers reached."""

    def __init__(self, document: "WordDocument") -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._numbering = Numbering(document)
        self._styles = {style.style_id: style for style in document.styles}
        self._items: list[str] = []

    def add(self, container: Any) -> None:
        """Add a body, a cell or a text box."""
        for element in container:
            if element.tag == f"{_W}p":
                self._add_paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._end_list()
                self._add_table(element)
            elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo", f"{_W}customXml"}:
                self.add(element)
        self._end_list()

    def _add_paragraph(self, paragraph: Any) -> None:
        text = _seen_text(paragraph).strip()
        names = self._style_names(paragraph)
        label = self._numbering.label(paragraph, self._styles) if text else None
        level = self._heading_level(paragraph, names)
        if any(name.startswith("toc ") for name in names):
            return
        if "title" in names and text:
            self._end_list()
            self.title = self.title or clean_line(text)
            self.outline.add_heading(0, text)
        elif level and text:
            self._end_list()
            self.outline.add_heading(level, f"{label[1]} {text}" if label and label[1] != "-" else text)
        elif label and text:
            depth, marker = label
            self._items.append(f"{'  ' * depth}{marker} {clean_line(text)}")
        elif text:
            self._end_list()
            self.outline.add_block("\n".join(clean_line(line) for line in clean_text(text).split("\n")))
        for box in paragraph.iter(f"{_W}txbxContent"):
            if not _is_fallback(box):
                self.add(box)

    def _add_table(self, table: Any) -> None:
        rows = [_cells(row) for row in table.iter(f"{_W}tr") if _nearest(row, "tbl") is table]
        if all(len(cells) == 1 for cells in rows):  # a box around text
            for cells in rows:
                self.add(cells[0])
            return
        texts: list[list[str]] = []
        for cells in rows:
            texts.append(_row_texts(cells, texts[-1] if texts else []))
        self.outline.add_table(texts)

    def _end_list(self) -> None:
        self.outline.add_block("\n".join(self._items))
        self._items = []

    def _style_names(self, paragraph: Any) -> list[str]:
        """Return the names of a paragraph's style and of those it is based on, in lower case."""
        names: list[str] = []
        style = self._styles.get(paragraph.style or "")
        while style is not None and len(names) < 10:
            names.append((style.name or "").lower())
            style = getattr(style, "base_style", None)
        return names

    def _heading_level(self, paragraph: Any, names: list[str]) -> int | None:
        own = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
        if own is not None and (own.get(f"{_W}val") or "").isdecimal():
            level = int(own.get(f"{_W}val")) + 1
            return level if level <= 9 else None
        found = (name.removeprefix("heading ") for name in names if name.startswith("heading "))
        return next((int(level) for level in found if level.isdecimal()), None)


def _seen_text(element: Any) -> str:
    return "".join(_seen_parts(element))


def _seen_parts(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _UNSEEN or (child.tag == f"{_W}r" and _is_hidden(child)):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        else:
            yield from _seen_parts(child)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val") not in {"0", "false"}


def _is_fallback(element: Any) -> bool:
    """Whether it stands in a second copy of a text box, for programs that cannot draw the first."""
    return any(ancestor.tag == _FALLBACK for ancestor in element.iterancestors())


def _nearest(element: Any, name: str) -> Any:
    return next(element.iterancestors(f"{_W}{name}"), None)


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter(f"{_W}tc") if _nearest(cell, "tr") is row]


def _row_texts(cells: list[Any], above: list[str]) -> list[str]:
    """Return a row's texts; a cell merged with the one above repeats it, one over many columns leaves blanks."""
    texts: list[str] = []
    for cell in cells:
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        goes_on = merged is not None and merged.get(f"{_W}val") != "restart"
        text = " ".join(_seen_text(one) for one in cell.iter(f"{_W}p") if not _is_fallback(one))
        texts.append(above[len(texts)] if goes_on and len(texts) < len(above) else text)
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        columns = (span.get(f"{_W}val") or "1") if span is not None else "1"
        texts += [""] * (min(int(columns), 63) - 1 if columns.isdecimal() else 0)
    return texts
