"""A memo as one page of words, whatever it is drawn on. Pure; the only words beside the documents' own stand here."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from bot.differing import DIFFER, cited
from bot.screen import printable
from bot.showing import source_words
from bot.speaking import counted, said
from bot.standing import as_of_words, spell_day
from bot.translated import missing_translation, translations
from knowledge.differences import Difference
from knowledge.domain import Answer, Citation
from knowledge.memos import Basis, Dated, Doubt, Figure, Form, Memo, MemoRequest, Open, OpenPoint, Span
from knowledge.written import TRANSLATED_BY, WRITTEN_BY

NOTHING = "nothing found"
NAME = "Network or city"
NONE_OPEN = "None that the library shows you: no open gap, and no source overdue for review, undated or out of force."
FOOTER = "Quotes are the documents' own words. Check them against the sources before you rely on them."
SOURCES = "Sources"
TITLES = {Form.BRIEF: "Brief: {topic}", Form.TALKING_POINTS: "Talking points: {topic}"}
OLD = "Older than three years ({day}): say so, or look for a newer one."
UNDATED = "Undated: neither the sentence nor its document says of when it is."
APART = "Sources differ on this: see below."
OPEN_WORDS = {
    Open.GAP: "Asked and not answered yet: {text}",
    Open.UNKNOWN_WORD: "Nowhere in the library: “{text}”",
    Open.REVIEW_PASSED: "Past its review date: {text} {numbers}",
    Open.DRAFT: "A draft, not adopted: {text} {numbers}",
    Open.NOT_IN_FORCE: "Not in force any more: {text} {numbers}",
    Open.UNDATED: "Undated: {text} {numbers}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words in one weight."""

    text: str
    bold: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading with lines below it, or a table whose first row names its columns.

    The table of a `difference` holds its two sides, each below its source.
    """

    heading: str
    lines: tuple[Line, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    difference: Difference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A memo to read: `notes` stand under the title, `sources` are in the order of their numbers."""

    title: str
    notes: tuple[str, ...]
    parts: tuple[Part, ...]
    sources: tuple[Line, ...]


def lay_out(answer: Answer, memo: Memo) -> Page:
    """Put the citations of an answer into the words of its memo."""
    quotes = {citation.number: citation for citation in answer.citations}
    documents = len({citation.document.id for citation in answer.citations})
    one = "Written on {day} from one document of the library."
    many = "Written on {day} from {count} documents of the library."
    notes = [counted(one, many, documents, day=spell_day(memo.day)), *as_of_words(answer.as_of)]
    if answer.written:
        notes.append(said(WRITTEN_BY))
    elif answer.unwritten:
        notes.append(said(answer.unwritten.says))
    missing = missing_translation(answer)
    if missing:
        notes.append(missing)
    return Page(
        title=_sound(_title(memo.request)),
        notes=tuple(notes),
        parts=tuple(_parts(answer, memo, quotes)),
        sources=tuple(_source(label, citation) for label, citation in by_source(answer.citations)),
    )


def by_source(citations: Iterable[Citation]) -> tuple[tuple[str, Citation], ...]:
    """Put citations of one place together: their numbers, "[1][4]", and the first of them."""
    places: dict[tuple[object, ...], list[Citation]] = {}
    for one in citations:
        passage = one.passage
        places.setdefault((one.document.id, passage.heading, passage.page, passage.caution), []).append(one)
    return tuple(("".join(f"[{one.number}]" for one in some), some[0]) for some in places.values())


def _title(request: MemoRequest) -> str:
    if request.form is Form.COMPARISON:
        return f"{', '.join(request.subjects)}: {'; '.join(request.topics)}"
    return said(TITLES[request.form], topic=request.text)


def _parts(answer: Answer, memo: Memo, quotes: Mapping[int, Citation]) -> Iterable[Part]:
    apart = frozenset(side.number for difference in answer.differences for side in difference.sides)
    known = tuple(_known(answer, memo, quotes, apart))
    figures = tuple(_figure(one, quotes[one.number]) + _apart(apart, one.number) for one in memo.figures)
    opens = tuple(_open(point) for point in memo.open_points if point.kind is not Open.NOTHING_FOUND)
    match memo.request.form:
        case Form.COMPARISON:
            yield Part(heading=said("Side by side"), table=tuple(_rows(memo, quotes, apart)))
        case Form.TALKING_POINTS:
            none = (_words(said("No figures found.")),)
            yield Part(heading=said("Figures, each with its source"), lines=figures or none)
            if known:
                yield Part(heading=said("Points without figures"), lines=known)
        case Form.BRIEF:
            yield Part(heading=said("What we know"), lines=known)
            dates = tuple(_date(one, quotes[one.number]) + _apart(apart, one.number) for one in memo.dates)
            none = (_words(said("No dates found beside those of the other parts.")),)
            yield Part(heading=said("Dates"), lines=dates or none)
            none = (_words(said("No numbers found beside those of the other parts.")),)
            yield Part(heading=said("Numbers, with year and source"), lines=figures or none)
    yield from (_side_by_side(answer, difference) for difference in answer.differences)
    translated = tuple(_words(f"{text} {numbers}") for text, numbers in translations(answer))
    if translated:
        yield Part(heading=said(TRANSLATED_BY).rstrip(":"), lines=translated)
    yield Part(heading=said("Open points"), lines=opens or (_words(said(NONE_OPEN)),))


def _side_by_side(answer: Answer, difference: Difference) -> Part:
    """Two sources in force that do not agree, each above its sentence."""
    sides = [(side.number, *cited(answer, side)) for side in difference.sides]
    sources = tuple(_sound(f"{_dated_source(citation)} [{number}]") for number, citation, _ in sides)
    sentences = tuple(_sound(f"“{sentence}”") for *_, sentence in sides)
    heading = said(DIFFER[difference.about]).rstrip(":")
    return Part(heading=heading, table=(sources, sentences), difference=difference)


def _dated_source(citation: Citation) -> str:
    return f"{citation.document.card.title}, {source_words(citation)[1]}"


def _apart(apart: Container[int], *numbers: int) -> Line:
    """A word of warning behind what cites a source that another one contradicts."""
    return (_run(f" {said(APART)}", bold=True),) if any(number in apart for number in numbers) else ()


def _rows(memo: Memo, quotes: Mapping[int, Citation], apart: Container[int]) -> Iterable[tuple[str, ...]]:
    yield (said(NAME), *map(_sound, memo.request.topics))
    for row in memo.rows:
        yield (_sound(row.subject), *(_cell([quotes[number] for number in cell], apart) for cell in row.cells))


def _cell(cited: list[Citation], apart: Container[int]) -> str:
    lines = (line for one in cited for line in (_quote(one), _apart(apart, one.number)))
    return "\n".join("".join(run.text for run in line).strip() for line in lines if line) or said(NOTHING)


def _known(answer: Answer, memo: Memo, quotes: Mapping[int, Citation], apart: Container[int]) -> Iterable[Line]:
    """The sentences of a language model, else the quotes of what is known."""
    if answer.written:
        return (_words(one.cited) + _apart(apart, *one.numbers) for one in answer.written)
    return (_quote(quotes[number]) + _apart(apart, number) for number in memo.know)


def _quote(citation: Citation, spans: Iterable[Span] = ()) -> Line:
    """The quote with its number; what stands at the spans is bold."""
    runs, at = [_run("“")], 0
    for start, end in sorted(spans):
        if at <= start < end <= len(citation.quote):
            runs += [_run(citation.quote[at:start]), _run(citation.quote[start:end], bold=True)]
            at = end
    return tuple(run for run in (*runs, _run(citation.quote[at:]), _run(f"” [{citation.number}]")) if run.text)


def _date(one: Dated, citation: Citation) -> Line:
    return (_run(f"{_spell(one.day)}: ", bold=True), *_quote(citation))


def _figure(figure: Figure, citation: Citation) -> Line:
    """The quote, its source right behind it, the year its figure is of, and a warning where that is long ago."""
    card = citation.document.card
    source = ", ".join(part for part in (card.title, card.issuer, _spell(card.date)) if part)
    says = [source]
    match figure.basis:
        case Basis.SENTENCE:
            says.append(said("Figure of {day}", day=_spell(figure.day)))
        case Basis.ELSEWHERE:
            says.append(said("Figure of {day}, as the same document says of it elsewhere", day=_spell(figure.day)))
    line = (*_quote(citation, figure.spans), _run(f" {'. '.join(says)}."))
    match figure.doubt:
        case Doubt.OLD:
            return (*line, _run(f" {said(OLD, day=_spell(figure.old))}", bold=True))
        case Doubt.UNDATED:
            return (*line, _run(f" {said(UNDATED)}", bold=True))
    return line


def _open(point: OpenPoint) -> Line:
    numbers = "".join(f"[{number}]" for number in point.numbers)
    return _words(said(OPEN_WORDS[point.kind], text=point.text, numbers=numbers).rstrip())


def _source(label: str, citation: Citation) -> Line:
    place, facts = source_words(citation)
    address = citation.document.card.source
    rest = f". {facts}" + (f". {address}" if address else "")
    return (_run(f"{label} ", bold=True), _run(place), _run(rest))


def _words(text: str) -> Line:
    return (_run(text),)


def _run(text: str, *, bold: bool = False) -> Run:
    return Run(text=_sound(text), bold=bold)


def _spell(iso: str | None) -> str:
    from bot.slack.sources import spell_date

    return spell_date(iso)


def _sound(text: str) -> str:
    """Leave out what no file or terminal can hold: control characters, halves of pairs, code points for no text."""
    return "".join(char for char in printable(text) if not _is_no_text(ord(char)))


def _is_no_text(point: int) -> bool:
    return 0xD800 <= point <= 0xDFFF or point & 0xFFFE == 0xFFFE
