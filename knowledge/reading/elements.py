"""HTML elements (and the TEI ones trafilatura gives back) to headings, blocks, lists and tables of an outline."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.reading.cleaning import clean_line
from knowledge.reading.outline import Outline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font hi i img ins kbd label mark nobr picture q ref rp rt "
    "ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
_TABLE_PARTS = ("thead", "tbody", "tfoot", "tr", "td", "th")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "dl", "list", "menu"})
_NEVER_TEXT = (
    "//script | //style | //noscript | //template | //iframe | //object | //svg | //canvas | //nav | //aside | //footer"
    " | //button[not(ancestor::h1 or ancestor::h2 or ancestor::h3 or ancestor::h4 or ancestor::h5 or ancestor::h6)]"
    " | //select | //input | //textarea | //dialog | //head | //*[@hidden] | //*[@aria-hidden='true']"
    " | //*[contains(translate(@style, ' ', ''), 'display:none')]"
    " | //header[not(ancestor::main or ancestor::article) and not(.//h1)]"
)
_FRAME_ROLES = frozenset(
    {"alertdialog", "banner", "complementary", "contentinfo", "dialog", "menu", "navigation", "search"}
)
_FRAME_NAMES = frozenset(
    {
        "breadcrumb",
        "breadcrumbs",
        "cookie",
        "cookiebar",
        "cookieconsent",
        "cookies",
        "editsection",
        "gdpr",
        "navbar",
        "onetrust",
        "skipnav",
    }
)
# A council has a consent agenda, too; beside one of these the word is about cookies.
_CONSENT_TO = frozenset({"banner", "bar", "cmp", "dialog", "manager", "modal", "notice", "overlay", "popup", "tcf"})
# A page about cookies may be named so too; a banner is short.
_LONGEST_BANNER = 1_500
# Share of a list's characters that are links in a menu.
_LINKED = 0.7
# Wider tables are not for reading, and cells that span rows and columns multiply.
_MOST_COLUMNS = 100
_NAME_PARTS = re.compile(r"[A-Za-z][a-z]+|[A-Z]+")
_LINES = re.compile(r"[ \t\r\f\v]*\n[ \t\r\f\v]*")


def prune(root: "HtmlElement") -> None:
    """Take out of a page what is not its text: scripts, menus, banners, notices about cookies, hidden parts."""
    for element in root.xpath(_NEVER_TEXT.replace("//", ".//")):
        _drop(element)
    for heading in root.iter("button"):  # that opens what stands below it
        heading.tag = "span"
    for element in list(root.iter()):
        if isinstance(element.tag, str) and element.getparent() is not None and _is_frame(element):
            _drop(element)


def drop_link_lists(root: "HtmlElement") -> None:
    """Take out lists of little but links, such as menus nobody marked as such."""
    for element in list(root.iter("ul", "ol")):
        links = list(element.iter("a"))
        linked = sum(len(clean_line(link.text_content())) for link in links)
        if len(links) >= 3 and linked > _LINKED * len(clean_line(element.text_content())):
            _drop(element)


def straighten_tables(root: "HtmlElement") -> None:
    """Fill spanned cells in so that each row stands for itself, put captions before tables, open layout tables."""
    for table in list(root.iter("table")):
        if table.find(".//table") is not None or table.get("role") == "presentation":
            parts = [part for part in table.iter(*_TABLE_PARTS) if next(part.iterancestors("table")) is table]
            for part in [table, *parts]:
                part.tag = "div"
            continue
        for caption in table.findall("caption"):
            caption.drop_tree()
            caption.tag, caption.tail = "p", None
            table.addprevious(caption)
        _fill_spans(table)


def add_elements(root: "HtmlElement", outline: Outline) -> None:
    """Add what a tree of elements shows, in reading order."""
    line: list[str] = []
    _walk(root, outline, line)
    _flush(outline, line)


def _walk(element: "HtmlElement", outline: Outline, line: list[str]) -> None:
    line.append(_flat(element.text))
    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag in {"br", "lb"}:
            line.append("\n")
        elif _is_inline(child):
            _walk(child, outline, line)
        else:
            _flush(outline, line)
            _add_block(child, outline, line)
            _flush(outline, line)
        line.append(_flat(child.tail))


def _add_block(element: "HtmlElement", outline: Outline, line: list[str]) -> None:
    tag = element.tag
    if tag in _HEADINGS or (tag == "head" and element.getparent() is not None):
        outline.add_heading(_HEADINGS.get(element.get("rend") or tag, 6), _text(element))
    elif tag in _LISTS:
        outline.add_block("\n".join(_list_lines(element, 0)))
    elif tag == "table":
        outline.add_table([[_text(cell) for cell in row] for row in element.iter("tr", "row")])
    elif tag in {"pre", "code"}:
        outline.add_block("".join(element.itertext()))
    else:
        _walk(element, outline, line)


def _list_lines(element: "HtmlElement", depth: int) -> Iterator[str]:
    """Yield a line for each item of a list; the lists in an item come after it, indented."""
    ordered = element.tag == "ol" or element.get("rend") == "ol"
    start = element.get("start") or "1"
    number = int(start) if start.isdecimal() else 1
    for item in element:
        if item.tag in _LISTS:
            yield from _list_lines(item, depth + 1)
        elif isinstance(item.tag, str):
            own = _text(item, without=_LISTS)
            if own:
                yield "  " * depth + _marker(item, number if ordered else None) + own
                number += 1
            for inner in item.iterdescendants(*_LISTS):
                if next(inner.iterancestors(*_LISTS)) is element:
                    yield from _list_lines(inner, depth + 1)


def _marker(item: "HtmlElement", number: int | None) -> str:
    if item.tag in {"dt", "dd"} or (item.get("rend") or "").startswith(("dt", "dd")):
        return ""
    return "- " if number is None else f"{number}. "


def _text(element: "HtmlElement", without: frozenset[str] = frozenset()) -> str:
    """Return an element's text on one line, parts named in `without` left out."""
    return clean_line("".join(_parts(element, without)))


def _parts(element: "HtmlElement", without: frozenset[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in without:
            space = "" if _is_inline(child) else " "
            yield space
            yield from _parts(child, without)
            yield space
        yield child.tail or ""


def _flush(outline: Outline, line: list[str]) -> None:
    text = _LINES.sub("\n", "".join(line))
    line.clear()
    outline.add_block("\n".join(clean_line(part) for part in text.split("\n")))


def _flat(text: str | None) -> str:
    """White space in HTML is one space, line breaks included; those that show are elements."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text or "")


def _is_inline(element: "HtmlElement") -> bool:
    """Whether an element stands in a line; so do those that Word names with a colon (o:p, st1:City)."""
    return (element.tag in _INLINE or ":" in element.tag) and not _is_code_block(element)


def _is_code_block(element: "HtmlElement") -> bool:
    return element.tag == "code" and "\n" in "".join(element.itertext())


def _is_frame(element: "HtmlElement") -> bool:
    if element.get("role") in _FRAME_ROLES:
        return element.find(".//main") is None
    names = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag in {"body", "main", "article", "html", *_HEADINGS} or not names.strip():
        return False
    parts = {part.lower() for part in _NAME_PARTS.findall(names)}
    is_named = bool(parts & _FRAME_NAMES) or ("consent" in parts and bool(parts & _CONSENT_TO))
    return is_named and len(element.text_content()) <= _LONGEST_BANNER


def _drop(element: "HtmlElement") -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _fill_spans(table: "HtmlElement") -> None:
    """Repeat a cell in each row it spans and leave blanks in the further columns it spans."""
    below: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        texts: list[str] = []
        for cell in cells:
            _take(below, texts)
            rows = _span(cell, "rowspan")
            for text in [_text(cell), *[""] * (_span(cell, "colspan") - 1)][: _MOST_COLUMNS - len(texts)]:
                if rows > 1:
                    below[len(texts)] = (rows - 1, text)
                texts.append(text)
        _take(below, texts)
        tag = "th" if cells and all(cell.tag == "th" for cell in cells) else "td"
        for cell in list(row):
            row.remove(cell)
        for text in texts:
            filled = row.makeelement(tag)
            filled.text = text
            row.append(filled)


def _take(below: dict[int, tuple[int, str]], texts: list[str]) -> None:
    """Add the cells that reach down from rows above into the columns that come next."""
    while below.get(len(texts), (0, ""))[0]:
        rows, text = below[len(texts)]
        below[len(texts)] = (rows - 1, text)
        texts.append(text)


def _span(cell: "HtmlElement", name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value), 50) if value.isdecimal() and int(value) else 1
