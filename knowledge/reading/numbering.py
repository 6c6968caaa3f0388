"""The bullets and numbers Word draws before paragraphs; they stand in the file as rules, not as text."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 8


class Numbering:
    """Counts the numbered paragraphs of one document as they come."""

    def __init__(self, document: "WordDocument") -> None:
        self._levels: dict[tuple[str, int], Any] = {}
        self._lists: dict[str, str] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        root = _numbering_root(document)
        if root is None:
            return
        for abstract in root.iter(f"{_W}abstractNum"):
            for level in abstract.iter(f"{_W}lvl"):
                self._levels[abstract.get(f"{_W}abstractNumId"), int(level.get(f"{_W}ilvl"))] = level
        for number in root.iter(f"{_W}num"):
            self._lists[number.get(f"{_W}numId")] = _value(number, "abstractNumId")

    def label(self, paragraph: Any, styles: Mapping[str, Any]) -> tuple[int, str] | None:
        """Return a paragraph's depth from 0 and its marker, counting it: (0, "-") or (1, "2.1."); None for no list."""
        number, depth = self._rule_of(paragraph, styles)
        if number is None or number == "0" or number not in self._lists:
            return None
        abstract = self._lists[number]
        level = self._levels.get((abstract, depth))
        kind = _value(level, "numFmt") if level is not None else "bullet"
        if kind in {"bullet", "none", ""} or level is None:
            return (depth, "-") if kind != "none" else None
        counts = self._counts[number]
        for deeper in [key for key in counts if key > depth]:
            del counts[deeper]
        for upper in range(depth):
            counts.setdefault(upper, self._start(abstract, upper))
        counts[depth] = counts[depth] + 1 if depth in counts else self._start(abstract, depth)
        marker = _value(level, "lvlText")
        for upper in range(depth + 1):
            upper_level = self._levels.get((abstract, upper))
            upper_kind = _value(upper_level, "numFmt") if upper_level is not None else "decimal"
            marker = marker.replace(f"%{upper + 1}", written(counts[upper], upper_kind))
        return (depth, marker.strip() or "-")

    def _rule_of(self, paragraph: Any, styles: Mapping[str, Any]) -> tuple[str | None, int]:
        """Return the list and depth a paragraph or its style names."""
        rule = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = styles.get(paragraph.style or "")
        while rule is None and style is not None:
            rule = style.element.find(f"{_W}pPr/{_W}numPr")
            style = getattr(style, "base_style", None)
        if rule is None:
            return None, 0
        depth = _value(rule, "ilvl")
        return _value(rule, "numId") or None, min(int(depth), _DEEPEST) if depth.isdecimal() else 0

    def _start(self, abstract: str, depth: int) -> int:
        level = self._levels.get((abstract, depth))
        start = _value(level, "start") if level is not None else "1"
        return int(start) if start.isdecimal() else 1


def _numbering_root(document: "WordDocument") -> Any:
    from docx.opc.constants import RELATIONSHIP_TYPE

    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return relation.target_part.element
    return None


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return (found.get(f"{_W}val") or "") if found is not None else ""


def written(number: int, kind: str) -> str:
    """Write a number as a list of a kind does: "decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman"."""
    if kind in {"lowerLetter", "upperLetter"}:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if kind == "lowerLetter" else letters.upper()
    if kind in {"lowerRoman", "upperRoman"}:
        return _roman(number) if kind == "lowerRoman" else _roman(number).upper()
    return str(number)


def _roman(number: int) -> str:
    digits = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    written = ""
    for value, digit in digits:
        while number >= value and len(written) < 12:
            written += digit
            number -= value
    return written
