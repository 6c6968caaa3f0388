"""What people see in a terminal or a pipe: answers, gaps, hits, tables. Texts are made safe to print here."""

from collections.abc import Iterable

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.differing import DIFFER, cited
from bot.gold import gold_run_view
from bot.pages import page_report
from bot.refusing import logged_sentence, refusal_sentences, unanswered_sentence
from bot.screen import printable
from bot.speaking import counted, said
from bot.standing import answered_by, as_of_words, authority_words, place_words, review_note
from bot.translated import missing_translation, quote_translation, sentence_translations, sentences_label
from knowledge.differences import Difference
from knowledge.domain import (
    Answer,
    Citation,
    DocumentRecord,
    Gap,
    Hit,
    Kind,
    Manifest,
    Passage,
    PassageInContext,
    Status,
)
from knowledge.receipts import Change, Receipt
from knowledge.written import WRITTEN_BY

# Of a passage that is only near, this many characters tell whether it is worth opening.
EXCERPT = 240
NO_ANSWER = "The library holds no answer to this."
IN_FORCE = "current"
NOT_IN_FORCE = {
    Status.DRAFT: "DRAFT, not in force",
    Status.SUPERSEDED: "SUPERSEDED, not in force",
    Status.HISTORICAL: "HISTORICAL, not in force",
}


class Quote:
    """Words of a document: a panel in a terminal, set in by four columns in a pipe."""

    def __init__(self, *parts: str | tuple[str, str]) -> None:
        self._text = Text.assemble(*parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose by what the console writes to."""
        if console.is_terminal:
            yield Panel(self._text, box=box.ROUNDED, border_style="cyan")
        else:
            yield SetIn(self._text)


class SideBySide:
    """Two things in two columns of a terminal; in a pipe, which has no width to share, one below the other."""

    def __init__(self, *things: RenderableType) -> None:
        self._things = things

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Choose by what the console writes to."""
        if not console.is_terminal:
            yield from self._things
            return
        grid = Table.grid(expand=True, padding=(0, 1))
        for _ in self._things:
            grid.add_column(ratio=1, overflow="fold")
        grid.add_row(*self._things)
        yield grid


class SetIn:
    """Text set in by four columns, wrapped, without the blanks at line ends that rich's Padding leaves in a pipe."""

    def __init__(self, text: Text) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Wrap to the width there is."""
        for line in self._text.wrap(console, options.max_width - 4):
            line.rstrip()
            yield Text.assemble("    " if line else "", line)


def outcome_view(outcome: Answer | Gap) -> RenderableType:
    """An answer's quotes with their numbered sources, or the gap and what came nearest."""
    match outcome:
        case Answer():
            return answer_view(outcome)
        case Gap():
            return gap_view(outcome)


def answer_view(answer: Answer) -> RenderableType:
    """The quotes in reading order, each over its source line."""
    documents = len({citation.document.id for citation in answer.citations})
    verdict = counted(
        "The library answers from one document:", "The library answers from {count} documents:", documents
    )
    parts: list[RenderableType] = [_line(line, "bold yellow") for line in as_of_words(answer.as_of)]
    parts.append(_line(verdict, "bold green"))
    if answer.written:
        parts += [
            Text(),
            _line(" ".join(sentence.cited for sentence in answer.written)),
            _line(said(WRITTEN_BY), "dim"),
            *_sentences_translated(answer),
        ]
    elif answer.unwritten:
        parts.append(_line(said(answer.unwritten.says), "yellow"))
    if missing := missing_translation(answer):
        parts.append(_line(missing, "yellow"))
    for difference in answer.differences:
        parts += [Text(), _line(said(DIFFER[difference.about]), "bold yellow"), _sides(answer, difference)]
    for citation in answer.citations:
        translation = quote_translation(answer, citation.number)
        below = [_line(translation, "italic")] if translation else []
        parts += [Text(), _quote(citation), *below, _source(citation)]
    parts += [line for left in answer.unanswered for line in (Text(), _line(unanswered_sentence(left), "yellow"))]
    return Group(*parts)


def _sentences_translated(answer: Answer) -> list[RenderableType]:
    """The sentences once more in the language of the question, with the label above them."""
    lines = sentence_translations(answer)
    if not lines:
        return []
    text = " ".join(f"{line} {numbers}" for line, numbers in lines)
    label = sentences_label(answer)
    return [Text(), *([_line(label, "dim")] if label else []), _line(text, "italic")]


def _sides(answer: Answer, difference: Difference) -> RenderableType:
    """Both sentences, each with what it is from; their whole quotes follow below with the others."""
    sides = []
    for side in difference.sides:
        citation, sentence = cited(answer, side)
        quote = Quote("“", printable(sentence), "”")
        title = f"[{side.number}] {citation.document.card.title}, {_facts(citation.document)}"
        sides.append(Group(quote, _line(title, "bold")))
    return SideBySide(*sides)


def _quote(citation: Citation) -> Quote:
    """The quote, the sentence that answers best bold."""
    before, key, after = map(printable, citation.parts)
    return Quote("“", before, (key, "bold"), after, "”")


def gap_view(gap: Gap) -> RenderableType:
    """Says that there is no answer, and offers the nearest passages as no more than that."""
    parts: list[RenderableType] = [_line(line, "bold yellow") for line in as_of_words(gap.as_of)]
    parts.append(_line(f"{said(NO_ANSWER)} {logged_sentence(gap)}", "bold yellow"))
    parts += [_line(sentence) for sentence in refusal_sentences(gap, gap.newest)]
    if gap.nearest:
        parts += [Text(), _line(said("Closest I have:"), "bold"), hits_view(gap.nearest)]
    return Group(*parts)


def hits_view(hits: Iterable[Hit], *, whole: bool = False) -> RenderableType:
    """Passages with where they stand; `whole` prints their full text."""
    parts: list[RenderableType] = []
    for number, hit in enumerate(hits, start=1):
        text = hit.passage.text if whole else _excerpt(hit.passage.text)
        parts += [
            Text(),
            _line(f"{number}. {_place(hit.document, hit.passage)}", "bold"),
            SetIn(Text(printable(text))),
            _opens(hit.passage.id),
        ]
    return Group(*parts) if parts else _line("Nothing found.")


def passage_view(found: PassageInContext) -> RenderableType:
    """A passage between its neighbours."""
    parts: list[RenderableType] = [_line(_place(found.document, found.passage), "bold")]
    parts.append(_line(_facts(found.document), "dim"))
    if not found.live:
        parts.append(
            _line("This passage is no longer in the library; it is kept for the answers that quote it.", "yellow")
        )
    for neighbour, is_it in ((found.before, False), (found.passage, True), (found.after, False)):
        if neighbour:
            shown = Quote(printable(neighbour.text)) if is_it else Text(printable(neighbour.text), style="dim")
            parts += [Text(), shown]
    return Group(*parts)


def receipt_view(receipt: Receipt) -> RenderableType:
    """What an indexing run did: one line, then the names that matter."""
    counts = ", ".join(
        f"{len(names)} {what}"
        for what, names in (
            ("added", receipt.added),
            ("updated", receipt.updated),
            ("unchanged", receipt.unchanged),
            ("held back", receipt.held_back),
            ("removed", receipt.removed),
            ("failed", receipt.failed),
        )
        if names
    )
    summary = f"{counts or 'Nothing to do'}; {receipt.passages} passages, {receipt.embedded} embedded"
    parts: list[RenderableType] = [_line(f"{summary}, {receipt.seconds:.1f} s.", "bold")]
    parts += [_line(f"  removed: {name}") for name in receipt.removed]
    for name in receipt.held_back:
        parts.append(_line(f"  held back: {name} was rolled back; `attache restore` brings that version back."))
    parts += [_line(f"  failed: {failure.name}: {failure.advice}", "red") for failure in receipt.failed]
    parts += [_line(f"  {pages}") for pages in map(page_report, receipt.pages) if pages]
    if receipt.gold:
        parts.append(gold_run_view(receipt.gold, whole=False))
    return Group(*parts)


def change_view(did: str, change: Change) -> RenderableType:
    """What was done to a document, and how the gold questions fared after it."""
    done = _line(f"{did}: {change.document.card.title}, version {change.document.version}")
    return Group(done, gold_run_view(change.gold, whole=False)) if change.gold else done


def manifest_view(manifest: Manifest) -> RenderableType:
    """What exactly the library holds."""
    lines = (
        f"{manifest.documents} documents, {manifest.passages} passages, newest {manifest.newest or 'undated'}",
        f"model {manifest.model or 'none yet'}, Attaché {manifest.version}",
        f"digest {manifest.digest}",
    )
    return Group(*map(_line, lines))


def _source(citation: Citation) -> RenderableType:
    document = citation.document
    parts: list[RenderableType] = [_line(f"[{citation.number}] {_place(document, citation.passage)}", "bold")]
    parts.append(_line(f"    {_facts(document)}", "default" if document.card.status.in_force else "bold red"))
    if document.card.source:
        parts.append(_line(f"    {document.card.source}", "dim"))
    parts.append(_opens(citation.passage.id))
    return Group(*parts)


def source_words(citation: Citation) -> tuple[str, str]:
    """Name a source in two parts: where the quote stands, and what is known of its document."""
    return _place(citation.document, citation.passage), _facts(citation.document)


def _place(document: DocumentRecord, passage: Passage) -> str:
    """Title, headings, page and what to beware of; a first heading that only repeats the title is left out."""
    title = document.card.title
    caution = said(passage.caution) if passage.caution else ""
    heading = passage.heading[1:] if passage.heading[:1] == (title,) else passage.heading
    return ", ".join(part for part in (title, " › ".join(heading), place_words(passage), caution) if part)


def _facts(document: DocumentRecord) -> str:
    card = document.card
    standing = said(IN_FORCE if card.status.in_force else NOT_IN_FORCE[card.status])
    day = card.date or said("undated")
    is_answer = card.kind is Kind.ANSWER
    origin = (answered_by(card, day),) if is_answer else (card.issuer, day, authority_words(card))
    return ", ".join(fact for fact in (*origin, standing, review_note(document)) if fact)


def _opens(passage_id: str) -> RenderableType:
    return _line(f"    attache show {passage_id}", "dim")


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= EXCERPT else f"{flat[:EXCERPT].rsplit(' ', 1)[0]} …"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"Date", "Status"})
    return table


def _cell(text: str) -> Text:
    return Text(printable(text))


def _line(text: str, style: str = "default") -> Text:
    return Text(printable(text), style=style)
