"""OpenDocument texts to sections, in the order of the body: headings, lists with their numbers, tables, footnotes.

What a reader does not see stays out: deleted and hidden text, comments, tables of contents, headers and footers.
"""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from knowledge.errors import DamagedDocument, EncryptedDocument
from knowledge.reading.card import plausible_title
from knowledge.reading.cleaning import clean_line
from knowledge.reading.limits import Limits
from knowledge.reading.numbering import written
from knowledge.reading.outline import Draft, Outline, Stated
from knowledge.reading.package import check_package, parse_xml

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _STYLE, _TABLE = (f"{{{_SPACE}{name}:1.0}}" for name in ("office", "style", "table"))
_TEXT, _DRAW = f"{{{_SPACE}text:1.0}}", f"{{{_SPACE}drawing:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_HOLDERS = frozenset({f"{_TEXT}section", f"{_TEXT}index-body", f"{_DRAW}text-box"})
# Not text of the line they stand in: comments, notes and boxes come after it or not at all.
_APART = frozenset(
    {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_DRAW}text-box", f"{_TEXT}ruby-text", f"{_TEXT}tracked-changes"}
)
_MOST_COLUMNS = 63  # those of a text document, as in Word


def read_odt(content: bytes, limits: Limits) -> Draft:
    """Read an ODT. Raises EncryptedDocument, DamagedDocument and TooLarge."""
    check_package(content, limits)
    with zipfile.ZipFile(BytesIO(content)) as package:
        names = set(package.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise EncryptedDocument
        trees = {
            name: parse_xml(package.read(f"{name}.xml"))
            for name in ("content", "styles", "meta")
            if f"{name}.xml" in names
        }
    body = trees["content"].find(f"{_OFFICE}body/{_OFFICE}text") if "content" in trees else None
    if body is None:
        raise DamagedDocument
    reader = _BodyReader([trees[name] for name in ("styles", "content") if name in trees])
    reader.add(body)
    meta = trees.get("meta")
    stated = {name: meta.findtext(f".//{_DC}{name}") if meta is not None else None for name in ("title", "language")}
    return Draft(
        sections=reader.outline.sections(),
        stated=Stated(title=reader.title or plausible_title(stated["title"]), language=stated["language"]),
        first_heading=reader.outline.first_heading,
    )


class _BodyReader:
    """Walks the body of one document; knows its styles and holds its outline."""

    def __init__(self, trees: list[Any]) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._parents: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._lists: dict[str, dict[int, Any]] = {}
        for tree in trees:
            for style in tree.iter(f"{_STYLE}style"):
                name = style.get(f"{_STYLE}name", "")
                self._parents[name] = style.get(f"{_STYLE}parent-style-name", "")
                properties = style.find(f"{_STYLE}text-properties")
                if properties is not None and properties.get(f"{_TEXT}display") == "none":
                    self._hidden.add(name)
            for style in tree.iter(f"{_TEXT}list-style"):
                levels = {_number(level.get(f"{_TEXT}level"), 1): level for level in style}
                self._lists[style.get(f"{_STYLE}name", "")] = levels

    def add(self, container: Any) -> None:
        """Add a body, a section, a note or a text box."""
        for element in container:
            if element.tag == f"{_TEXT}h":
                self._add_heading(element)
            elif element.tag == f"{_TEXT}p":
                self._add_paragraph(element)
            elif element.tag == f"{_TEXT}list":
                self.outline.add_block("\n".join(self._items(element, 0, None)))
                self._add_apart(element)
            elif element.tag == f"{_TABLE}table":
                self.outline.add_table(self._rows(element))
            elif element.tag in _HOLDERS:
                self.add(element)

    def _add_heading(self, element: Any) -> None:
        self.outline.add_heading(_number(element.get(f"{_TEXT}outline-level"), 1), self._line(element))
        self._add_apart(element)

    def _add_paragraph(self, element: Any) -> None:
        text = "\n".join(clean_line(line) for line in self._seen(element).split("\n"))
        styles = set(self._ancestry(element.get(f"{_TEXT}style-name", "")))
        if "Title" in styles and text.strip():
            self.title = self.title or clean_line(text)
            self.outline.add_heading(0, text)
        else:
            self.outline.add_block(text)
        self._add_apart(element)

    def _add_apart(self, element: Any) -> None:
        """Add the notes and text boxes that hang on an element, after it."""
        for part in element.iter(f"{_TEXT}note", f"{_DRAW}text-box"):
            if next((each for each in part.iterancestors() if each.tag in _APART), None) is not None:
                continue
            if part.tag == f"{_DRAW}text-box":
                self.add(part)
            else:
                lines = (self._line(paragraph) for paragraph in part.iterfind(f"{_TEXT}note-body/{_TEXT}p"))
                self.outline.add_block(f"{part.findtext(f'{_TEXT}note-citation') or ''} {' '.join(lines)}".strip())

    def _items(self, element: Any, depth: int, style: str | None) -> Iterator[str]:
        """Yield a line for each item of a list; the lists in an item come after it, indented."""
        style = element.get(f"{_TEXT}style-name") or style
        level = self._lists.get(style or "", {}).get(depth + 1)
        count = _number(level.get(f"{_TEXT}start-value"), 1) if level is not None else 1
        for item in element.iterchildren(f"{_TEXT}list-item", f"{_TEXT}list-header"):
            own = " ".join(self._line(part) for part in item.iterchildren(f"{_TEXT}p", f"{_TEXT}h")).strip()
            if own:
                count = _number(item.get(f"{_TEXT}start-value"), count)
                yield f"{'  ' * depth}{_marker(level, count)} {own}"
                count += 1
            for inner in item.iterchildren(f"{_TEXT}list"):
                yield from self._items(inner, depth + 1, style)

    def _rows(self, table: Any) -> list[list[str]]:
        """Return a table's texts; a cell that spans rows is repeated in each, one over many columns leaves blanks."""
        rows: list[list[str]] = []
        below: dict[int, tuple[int, str]] = {}
        for row in table.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table")) is not table:
                continue
            texts: list[str] = []
            for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                column = len(texts)
                left, above = below.get(column, (0, ""))
                if cell.tag == f"{_TABLE}covered-table-cell" and left:
                    below[column] = left - 1, above
                    texts.append(above)
                    continue
                text = " ".join(self._line(part) for part in cell.iter(f"{_TEXT}p", f"{_TEXT}h"))
                below[column] = _number(cell.get(f"{_TABLE}number-rows-spanned"), 1) - 1, text
                texts += [text] * _number(cell.get(f"{_TABLE}number-columns-repeated"), 1)
                del texts[_MOST_COLUMNS:]
            rows.append(texts)
        return rows

    def _line(self, element: Any) -> str:
        return clean_line(self._seen(element))

    def _seen(self, element: Any) -> str:
        return "".join(self._parts(element))

    def _parts(self, element: Any) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            if child.tag == f"{_TEXT}line-break":
                yield "\n"
            elif child.tag in {f"{_TEXT}s", f"{_TEXT}tab"}:
                yield " "
            elif isinstance(child.tag, str) and child.tag not in _APART and not self._is_hidden(child):
                yield from self._parts(child)
            yield child.tail or ""

    def _is_hidden(self, span: Any) -> bool:
        return span.get(f"{_TEXT}style-name") in self._hidden or span.tag == f"{_TEXT}hidden-text"

    def _ancestry(self, name: str) -> Iterator[str]:
        """Yield a style's name and those of the styles it is based on."""
        for _ in range(10):
            if not name:
                return
            yield name
            name = self._parents.get(name, "")


def _marker(level: Any, count: int) -> str:
    if level is None or level.tag != f"{_TEXT}list-level-style-number":
        return "-"
    kind = _KINDS.get(level.get(f"{_STYLE}num-format") or "")
    before, after = level.get(f"{_STYLE}num-prefix", ""), level.get(f"{_STYLE}num-suffix", "")
    return f"{before}{written(count, kind)}{after}".strip() if kind else "-"


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 5 else otherwise
