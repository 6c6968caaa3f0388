"""Documents to passages that fit the embedding model's window, cut where the text itself breaks (see cutting.py).

Never cuts across a heading, page or table, and inside a sentence only when the sentence alone is too long.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.cutting import INSIDE, INTRODUCED, LINE, PARAGRAPH, SENTENCE, Piece, Unit, as_piece, cut
from knowledge.domain import Document, Passage, Section, content_id
from knowledge.fiscal_years import spell_fiscal_years
from knowledge.sentences import Span, split_sentences

CountTokens = Callable[[Sequence[str]], Sequence[int]]

CONTEXT_TOKENS = 64
# A token of prose has four or five characters; sections far beyond that need not be measured whole.
USUAL_CHARACTERS = 6
# Tokenizers count a word they do not know as one token however long it is, so characters are bounded too.
CHARACTERS_PER_TOKEN = 16

_WORD = re.compile(r"[A-Za-z]+|[0-9]|\s+|[^\sA-Za-z0-9]")
_SPACES = re.compile(r"\s+")


def embedded_text(title: str, heading: Sequence[str], text: str) -> str:
    """Return what is embedded and read of a passage: "title > heading > sub", a line break, the text."""
    return spell_fiscal_years(f"{context_of(title, heading)}\n{text}")


def context_of(title: str, heading: Sequence[str]) -> str:
    """Return "title > heading > sub", shortened to about CONTEXT_TOKENS: the outer headings go first, then words."""
    parts = [title, *heading]
    while len(parts) > 2 and sum(map(_tokens_at_most, parts)) + len(parts) > CONTEXT_TOKENS:
        del parts[1]
    if sum(map(_tokens_at_most, parts)) + len(parts) > CONTEXT_TOKENS:
        parts = [_clip(part, CONTEXT_TOKENS // len(parts) - 1) for part in parts]
    return " > ".join(part for part in parts if part)


def split_document(document: Document, document_id: str, count_tokens: CountTokens, window: int) -> tuple[Passage, ...]:
    """Split a document into passages whose `embedded_text` is at most `window` tokens, in reading order.

    `count_tokens` counts with the model's own tokenizer, special tokens included. A passage of a table is the header
    row and the rows of its span. Ids leave out page and place, so a passage that only moved keeps its id.
    """

    def count(texts: Sequence[str]) -> Sequence[int]:
        return count_tokens([spell_fiscal_years(text) for text in texts])

    contexts = [context_of(document.card.title, section.heading) for section in document.sections]
    passages: list[Passage] = []
    for number, header, spans in _spans(document.sections, contexts, count, window):
        section = document.sections[number]
        for start, end in spans:
            passages.append(
                Passage(
                    id="",
                    document_id=document_id,
                    text=_passage_text(section, header, (start, end)),
                    heading=section.heading,
                    page=section.page,
                    unit=section.unit,
                    ocr=section.ocr,
                    section=number,
                    start=start,
                    end=end,
                    ordinal=len(passages),
                )
            )
    return identified(passages, document_id, document.card.title)


def identified(passages: Iterable[Passage], document_id: str, title: str) -> tuple[Passage, ...]:
    """Give passages the ids they have in this document under this title; where they are cut stays."""
    seen: Counter[tuple[str, str]] = Counter()
    named: list[Passage] = []
    for passage in passages:
        context = context_of(title, passage.heading)
        occurrence = str(seen[context, passage.text])
        seen[context, passage.text] += 1
        id_ = content_id(document_id, context, passage.text, occurrence)
        named.append(replace(passage, id=id_, document_id=document_id))
    return tuple(named)


def _spans(
    sections: Sequence[Section], contexts: Sequence[str], count_tokens: CountTokens, window: int
) -> Iterator[tuple[int, str, Sequence[Span]]]:
    """Yield each section's number, the header its passages repeat, and their spans; short sections in one batch."""
    spans = [_trimmed(section.text) for section in sections]
    short = [n for n, (start, end) in enumerate(spans) if 0 < end - start <= window * USUAL_CHARACTERS]
    sizes = count_tokens([f"{contexts[n]}\n{sections[n].text[slice(*spans[n])]}" for n in short])
    fits = {n for n, size in zip(short, sizes, strict=True) if size <= window}
    for number, (section, span) in enumerate(zip(sections, spans, strict=True)):
        if number in fits:
            yield number, "", (span,)
        elif span[0] < span[1]:
            yield number, *_split_section(section, contexts[number], count_tokens, window)


def _split_section(
    section: Section, context: str, count_tokens: CountTokens, window: int
) -> tuple[str, Sequence[Span]]:
    header = section.text.lstrip().split("\n", 1)[0] if section.is_table else ""
    specials, with_context, with_header = count_tokens(["", context, f"{context}\n{header}"])
    if with_header - with_context > (window - with_context) // 3:
        header, with_header = "", with_context  # repeated with every row, it would leave the rows no room
    budget = max(1, window - with_header)
    todo = [as_piece(_units(section, budget, specials, count_tokens), section.text, budget)]
    fitting: list[Span] = []
    while todo:
        small = list(_cut_to_fit(todo, budget))
        todo = []
        # Tokens of sentences add up to those of their text, give or take one for each place where they meet.
        doubtful = [piece for piece in small if piece.tokens + piece.last - piece.first >= budget]
        fitting += [piece.span for piece in small if piece.tokens + piece.last - piece.first < budget]
        sizes = count_tokens([f"{context}\n{_passage_text(section, header, piece.span)}" for piece in doubtful])
        for piece, size in zip(doubtful, sizes, strict=True):
            if size <= window or piece.span[1] - piece.span[0] == 1:
                fitting.append(piece.span)
            elif piece.is_one_unit:
                halves = [Unit(start=a, end=b, tokens=1, level=INSIDE) for a, b in _halves(section.text, piece.span)]
                todo += [as_piece([half], section.text, budget) for half in halves]
            else:
                todo += cut(piece, budget)
    return header, sorted(fitting)


def _cut_to_fit(pieces: Sequence[Piece], budget: int) -> Iterator[Piece]:
    todo = list(pieces)
    while todo:
        piece = todo.pop()
        if piece.tokens <= budget or piece.is_one_unit:
            yield piece
        else:
            todo += cut(piece, budget)


def _units(section: Section, budget: int, specials: int, count_tokens: CountTokens) -> list[Unit]:
    """Return the sentences (rows, in a table) of a section, those beyond the budget halved until they fit."""
    text = section.text
    spans = _rows(text) if section.is_table else split_sentences(text)
    levels = [PARAGRAPH, *(_level(text, left, right) for left, right in pairwise(spans))]
    if section.is_table:
        levels[1:2] = [INTRODUCED] * len(levels[1:2])
    todo = list(zip(spans, levels, strict=True))
    units: list[Unit] = []
    while todo:
        counts = count_tokens([text[start:end] for (start, end), _ in todo])
        again: list[tuple[Span, int]] = []
        for ((start, end), level), count in zip(todo, counts, strict=True):
            tokens = max(count - specials, (end - start) // CHARACTERS_PER_TOKEN)
            if tokens <= budget or end - start == 1:
                units.append(Unit(start=start, end=end, tokens=tokens, level=level))
            else:
                first, second = _halves(text, (start, end))
                again += [(first, level), (second, INSIDE)]
        todo = again
    return sorted(units, key=lambda unit: unit.start)


def _level(text: str, left: Span, right: Span) -> int:
    between = text[left[1] : right[0]]
    if "\n" not in between:
        return SENTENCE
    if text[left[1] - 1] == ":":
        return INTRODUCED
    return PARAGRAPH if between.count("\n") > 1 else LINE


def _rows(text: str) -> tuple[Span, ...]:
    return tuple(
        (line.start() + start, line.start() + end)
        for line in re.finditer(r"[^\n]+", text)
        for start, end in [_trimmed(line.group())]
        if start < end
    )


def _halves(text: str, span: Span) -> tuple[Span, Span]:
    """Halve a span at the space nearest its middle, or in the middle of a word without end."""
    start, end = span
    middle = (start + end) // 2
    gaps = [gap.span() for gap in _SPACES.finditer(text, start, end)]
    if not gaps:
        return (start, middle), (middle, end)
    left, right = min(gaps, key=lambda gap: abs(gap[0] - middle))
    return (start, left), (right, end)


def _passage_text(section: Section, header: str, span: Span) -> str:
    rows = section.text[slice(*span)]
    first_row = not section.text[: span[0]].strip()
    return rows if first_row or not header else f"{header}\n{rows}"


def _trimmed(text: str) -> Span:
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))


def _tokens_at_most(text: str) -> int:
    """Bound the tokens of a text without a tokenizer: generous for words, exact for digits and signs."""
    return sum(_weight(match.group()) for match in _WORD.finditer(text))


def _weight(word: str) -> int:
    if word.isspace():
        return 0
    return math.ceil(len(word) / (4 if len(word) <= 12 else 2))


def _clip(text: str, tokens: int) -> str:
    used = 0
    for match in _WORD.finditer(text):
        used += _weight(match.group())
        if used > tokens:
            return text[: match.start()].rstrip()
    return text
