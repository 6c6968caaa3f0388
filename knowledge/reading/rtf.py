"""RTF files to sections: paragraphs, tables and the headings that the file marks as such.

striprtf keeps the text and drops the rest: pictures, footnotes, headers, text boxes and comments are lost with it.
"""

import re

from knowledge.errors import DamagedDocument
from knowledge.reading.card import plausible_title
from knowledge.reading.cleaning import clean_line
from knowledge.reading.outline import Draft, Outline, Stated

# Signs no text holds carry through striprtf what it would drop: a heading's level, the ends of cells and rows.
_LEVELS = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008"
_CELL, _ROW = "\ue010", "\ue011"
_HEADING = re.compile(r"(?<!\\)\\outlinelevel([0-8]) ?(?![0-9])")
_ENDS = re.compile(r"(?<!\\)\\(?:nest)?(cell|row)(?![a-z0-9]) ?")
# striprtf puts the address of a link into the text when it sees this word.
_LINK = re.compile(r"(\\fldinst[^\"]{0,200}?)HYPERLINK", re.IGNORECASE)
# Pictures are written in hexadecimal digits; no text has so many in a row.
_PICTURE = re.compile(r"[0-9a-fA-F\s]{2000,}")
_DELETED = re.compile(r"\{\\(?:deleted|v)(?![a-z0-9])[^{}]*\}")
_TITLE = re.compile(r"\{\\title ([^{}]{1,1000})\}")
_MARKER = re.compile(r"(?:[•·▪◦\uf0b7\uf0a7–-]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)])\t")


def read_rtf(content: bytes) -> Draft:
    """Read an RTF file. Raises DamagedDocument for what is none or breaks off."""
    if not content.lstrip().startswith(b"{\\rtf") or not content.rstrip(b"\0 \r\n\t").endswith(b"}"):
        raise DamagedDocument
    source = _PICTURE.sub("", content.decode("latin-1"))
    source = _DELETED.sub("", _LINK.sub(r"\1", source))
    source = _HEADING.sub(lambda found: _LEVELS[int(found.group(1))], source)
    source = _ENDS.sub(lambda found: _ROW if found.group(1) == "row" else _CELL, source)
    outline = Outline()
    *rows, rest = _text(source).split(_ROW)
    table: list[list[str]] = []
    for row in rows:
        # What stands before the line of the first cell is text above the table.
        start = row.rfind("\n", 0, max(row.find(_CELL), 0)) + 1
        if row[:start].strip():
            outline.add_table(table)
            table = []
            _add_paragraphs(row[:start], outline)
        table.append([cell.strip(_LEVELS) for cell in row[start:].split(_CELL)[:-1]])
    outline.add_table(table)
    _add_paragraphs(rest.replace(_CELL, " "), outline)
    title = _TITLE.search(source)
    stated = Stated(title=plausible_title(_text("{\\rtf1\\ansi " + title.group(1) + "}")) if title else None)
    return Draft(sections=outline.sections(), stated=stated, first_heading=outline.first_heading)


def _text(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    # Characters beyond the basic plane come as two surrogates, which this puts together.
    text: str = rtf_to_text(source, errors="replace")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _add_paragraphs(text: str, outline: Outline) -> None:
    """Add lines, each a paragraph; those that begin with a bullet or number and a tab are a list."""
    items: list[str] = []
    for line in text.split("\n"):
        level = next((_LEVELS.index(sign) for sign in line if sign in _LEVELS), None)
        words = line.strip()
        for sign in _LEVELS:
            words = words.replace(sign, "")
        marker = _MARKER.match(words)
        if marker and level is None:
            sign = marker.group().strip()
            items.append(f"{sign if sign[-1] in '.)' else '-'} {clean_line(words[marker.end() :])}")
            continue
        outline.add_block("\n".join(items))
        items = []
        if level is not None and clean_line(words):
            outline.add_heading(level + 1, words)
        else:
            outline.add_block(clean_line(words))
    outline.add_block("\n".join(items))
