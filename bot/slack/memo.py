"""A memo as a Slack message. Pure; what does not fit into one message is left to the files beside it."""

from collections.abc import Iterator, Sequence

from bot.memos.page import SOURCES, Line, Page, Part, by_source, lay_out
from bot.slack.blocks import (
    LONGEST_MESSAGE,
    LONGEST_TEXT,
    Reply,
    buttons_below,
    outcome_reply,
)
from bot.slack.differing import difference_blocks
from bot.slack.safe_text import (
    Block,
    clip,
    context,
    escape,
    header,
    listing,
    paragraph,
    rich_text,
    section,
    table,
    weigh,
    words,
)
from bot.slack.sources import source_elements
from bot.speaking import said
from knowledge.domain import Answer, Citation, Gap
from knowledge.memos import Memo

# Room for buttons and the footer.
AROUND = 2_500
# Characters of cells that go into a table block; a longer table is a list.
LONGEST_TABLE = 5_000
LEFT_OUT = "Not all of it fits into this message: the files have the rest."


def reply_for(outcome: Answer | Gap) -> Reply:
    """Make the message of whatever came of a question or of a memo that was wanted."""
    if isinstance(outcome, Answer) and outcome.memo:
        return memo_reply(outcome, outcome.memo)
    return outcome_reply(outcome)


def memo_reply(answer: Answer, memo: Memo) -> Reply:
    """Make the message of a memo: its parts, its sources, the buttons that open them, footer."""
    page = lay_out(answer, memo)
    return Reply(
        text=clip(escape(_text(page)), LONGEST_TEXT),
        blocks=(
            header(page.title),
            context("\n".join(page.notes)),
            *_fitting((*_blocks(page.parts, answer), *_sources(answer.citations)), LONGEST_MESSAGE - AROUND),
            *buttons_below(answer),
        ),
    )


def _blocks(parts: Sequence[Part], answer: Answer) -> Iterator[Block]:
    """The parts; where sources differ as in any answer, since Slack takes one table in a message."""
    for part in parts:
        if part.difference:
            yield from difference_blocks(answer, part.difference)
            continue
        yield paragraph(part.heading, bold=True)
        if part.table and sum(len(cell) for row in part.table for cell in row) <= LONGEST_TABLE:
            yield table(part.table)
        else:
            yield listing((*_rows_as_lines(part.table), *map(_section, part.lines)))


def _rows_as_lines(rows: Sequence[Sequence[str]]) -> list[Block]:
    """A table read line by line: subject, column and what stands there."""
    return [
        section(words(f"{row[0]}, {column}: ", bold=True), words(cell))
        for row in rows[1:]
        for column, cell in zip(rows[0][1:], row[1:], strict=True)
    ]


def _sources(citations: Sequence[Citation]) -> Iterator[Block]:
    yield paragraph(said(SOURCES), bold=True)
    for label, citation in by_source(citations):
        yield rich_text(section(*source_elements(label, citation.passage, citation.document)))


def _fitting(blocks: Sequence[Block], room: int) -> list[Block]:
    """Blocks from the first one on, as long as they fit."""
    kept: list[Block] = []
    for block in blocks:
        room -= weigh(block)
        if room < 0:
            return [*kept, paragraph(said(LEFT_OUT))]
        kept.append(block)
    return kept


def _section(line: Line) -> Block:
    return section(*(words(run.text, bold=run.bold) for run in line))


def _text(page: Page) -> str:
    """The memo as text, for notifications and screen readers."""
    lines = [page.title, *page.notes]
    for part in page.parts:
        lines += ["", part.heading]
        if part.difference:
            lines += [f"{source}: {sentence}" for source, sentence in zip(*part.table, strict=True)]
            continue
        lines += ["".join(element["text"] for element in row["elements"]) for row in _rows_as_lines(part.table)]
        lines += ["".join(run.text for run in line) for line in part.lines]
    return "\n".join((*lines, "", said(SOURCES), *("".join(run.text for run in line) for line in page.sources)))
