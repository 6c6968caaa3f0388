"""What of a passage can be quoted by itself: sentences, whole lists, table rows. Works on positions only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.sentences import Span, split_sentences

# A sentence shorter than this many words is read together with the next one.
SHORT = 8
# Lists and tables up to this many words are quoted whole; of longer ones the best items or rows.
WHOLE_LIST = 170
WHOLE_TABLE = 90

LIST_ITEM = re.compile(r"(?:[-*•–]|\(?(?:\d{1,2}|[a-z])[.)])\s")
LEANS_BACK = re.compile(
    r"(?:he|she|it|they|this|that|these|those|such|its|their|his|her|however|also)\b", re.IGNORECASE
)
# With the mark of a footnote behind it: "the parade.2", "[1]", "*"; not the decimals of a number.
ENDS = re.compile(r"""[.!?:;…]["'”’»)\]]*(?:\s?(?:[*†‡§]+|\[\d{1,3}\]|[¹²³⁰⁴-⁹]+)|(?<=[^\W\d][.!?])\d{1,2})?$""")
CELLS = " | "


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotable:
    """A span that can stand by itself; `parts` are the sentences, items or rows it is judged by."""

    start: int
    end: int
    parts: tuple[Span, ...]
    is_list: bool = False


def quotables(text: str) -> tuple[Quotable, ...]:
    """Return what can be quoted of a passage, in reading order; headings, crumbs and lone labels are left out."""
    spans = split_sentences(text)
    # Rows follow each other; a byline with such a sign in it stands above paragraphs.
    if spans and CELLS in text[slice(*spans[0])] and "\n\n" not in text:
        return _of_table(text, spans)
    found: list[Quotable] = []
    run: list[Span] = []
    for span in spans:
        if run and _is_item(text, span) != _is_item(text, run[-1]) and not _continues(text, run[-1], span):
            found += _of_run(text, run)
            run = []
        run.append(span)
    return tuple(found + _of_run(text, run))


def _of_run(text: str, run: Sequence[Span]) -> list[Quotable]:
    """Make one list of a run of items, or sentences of a run of prose."""
    if not run:
        return []
    if not _is_item(text, run[0]):
        return _of_prose(text, run)
    start, end = run[0][0], run[-1][1]
    if len(run) > 1 and len(text[start:end].split()) <= WHOLE_LIST:
        return [Quotable(start=start, end=end, parts=tuple(run), is_list=True)]
    return [Quotable(start=a, end=b, parts=((a, b),), is_list=True) for a, b in run if len(text[a:b].split()) > 2]


def _of_prose(text: str, run: Sequence[Span]) -> list[Quotable]:
    """Sentences, a short one joined to the next, one that leans back joined to the one before."""
    joined: list[list[Span]] = []
    for span in run:
        sentence = text[slice(*span)]
        if len(sentence.split()) < 4 or not ENDS.search(sentence):
            continue
        last = joined[-1] if joined else None
        if last and "\n\n" not in text[last[-1][1] : span[0]]:
            short = len(text[last[0][0] : last[-1][1]].split()) < SHORT
            if short or (LEANS_BACK.match(sentence) and len(last) < 3):
                last.append(span)
                continue
        joined.append([span])
    return [Quotable(start=parts[0][0], end=parts[-1][1], parts=tuple(parts)) for parts in joined]


def _of_table(text: str, rows: Sequence[Span]) -> tuple[Quotable, ...]:
    """A small table whole, with its header; of a large one each row."""
    if len(text.split()) <= WHOLE_TABLE:
        return (Quotable(start=rows[0][0], end=rows[-1][1], parts=tuple(rows), is_list=True),)
    return tuple(Quotable(start=start, end=end, parts=((start, end),)) for start, end in rows[1:])


def _is_item(text: str, span: Span) -> bool:
    """Whether a line begins with a bullet or number here."""
    start = span[0]
    return (start == 0 or text[start - 1] == "\n") and bool(LIST_ITEM.match(text, start))


def _continues(text: str, before: Span, span: Span) -> bool:
    """Whether a sentence goes on in the line of the item before it."""
    return "\n" not in text[before[1] : span[0]]
