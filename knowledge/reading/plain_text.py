"""Plain text to sections. Layout is all there is to go by, so a rule without clear signs leaves the lines be."""

import re
from collections.abc import Sequence
from itertools import pairwise

from knowledge.reading.cleaning import clean_text, join_lines, words_of
from knowledge.reading.decoding import decode
from knowledge.reading.outline import Draft, Outline, Stated

LONGEST_TITLE = 150
LONGEST_HEADING = 80
# Files wrapped by hand or by mail programs break between 40 and 120 characters; shorter lines are verse or lists.
NARROWEST, WIDEST = 40, 120

_MARKER = re.compile(r"\s*(?:[-*+•▪–]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
_RULE = re.compile(r"\s*[-=_*~#]{3,}\s*")
_CELLS = re.compile(r"\t+|\s+\|\s+")

Block = list[str]


def read_plain_text(content: bytes) -> Draft:
    """Read a text file. Raises DamagedDocument for binary junk.

    A short first line that stands by itself is the title; a short line alone between blank lines that ends no
    sentence is the heading of what follows.
    """
    text = clean_text(decode(content).replace("\f", "\n\n"))
    blocks = _blocks(text)
    width, words = _wrapped_at(blocks), words_of(text)
    outline = Outline()
    title = None
    if len(blocks) > 1 and len(blocks[0]) == 1 and len(blocks[0][0].strip()) <= LONGEST_TITLE:
        title = blocks[0][0].strip()
        # A title that is a sentence may as well be the first paragraph, so it stays quotable; another is a heading.
        if title[-1] not in ".!?":
            outline.add_heading(1, blocks.pop(0)[0])
    for block, following in zip(blocks, [*blocks[1:], None], strict=False):
        if len(block) > 1 and _UNDERLINE.fullmatch(block[1]) and len(block[0]) <= LONGEST_HEADING:
            outline.add_heading(1 if block[1].strip()[0] == "=" else 2, block[0])
            block = block[2:]  # noqa: PLW2901
            if not block:
                continue
        elif _is_heading(block) and following and not _is_heading(following):
            outline.add_heading(2, block[0])
            continue
        _add(block, width, words, outline)
    sections = outline.sections()
    return Draft(sections=sections, stated=Stated(title=title), first_heading=outline.first_heading)


def add_paragraphs(text: str, outline: Outline) -> None:
    """Add a text without headings that stands in another document, such as the body of a mail."""
    cleaned = clean_text(text)
    blocks = _blocks(cleaned)
    width, words = _wrapped_at(blocks), words_of(cleaned)
    for block in blocks:
        _add(block, width, words, outline)


def _add(block: Block, width: int | None, words: frozenset[str], outline: Outline) -> None:
    if _is_table(block):
        outline.add_table([_CELLS.split(row.strip()) for row in block])
    else:
        outline.add_block(_unwrapped(block, width, words))


def _blocks(text: str) -> list[Block]:
    """Return the runs of lines between blank lines; lines of nothing but signs are rules, not text."""
    blocks: list[Block] = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append(line.rstrip())
        else:
            blocks.append([])
    return [block for block in blocks if not all(_RULE.fullmatch(line) for line in block)]


def _is_heading(block: Block) -> bool:
    line = block[0].strip()
    return (
        len(block) == 1
        and len(line) <= LONGEST_HEADING
        and (line[0].isupper() or line[0].isdigit())
        and line[-1] not in ".!?:;,…"
        and any(character.isalpha() for character in line)
        and not _MARKER.match(line)
        and not _CELLS.search(line)
    )


def _is_table(block: Block) -> bool:
    columns = {len(_CELLS.split(row.strip())) for row in block}
    return len(block) > 1 and len(columns) == 1 and columns != {1}


def _wrapped_at(blocks: Sequence[Block]) -> int | None:
    """Return the width lines are wrapped at: that of the longer lines which another follows. None if they are not."""
    lengths = sorted(len(line) for block in blocks for line in block[:-1])
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    return width if NARROWEST <= width <= WIDEST else None


def _unwrapped(block: Block, width: int | None, words: frozenset[str]) -> str:
    """Join the lines a program broke: those on which the first word of the next line had no room left."""
    lines = [block[0].strip()]
    for before, line in pairwise(block):
        word = line.split(maxsplit=1)[0]
        full = width is not None and len(before) + 1 + len(word) > width * 0.95
        if full and not _MARKER.match(line) and not _CELLS.search(line.strip()):
            lines[-1] = join_lines(lines[-1], line.strip(), words)
        else:
            lines.append(line.strip())
    return "\n".join(lines)
