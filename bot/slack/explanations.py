"""The modal that explains an answer. Pure; every number in its tables stands in words or in the list below it, too."""

from collections.abc import Iterable, Sequence

from bot.reasons import (
    CHANGED,
    COLUMNS,
    LEGEND,
    fate_line,
    place_line,
    scores,
    searched_lines,
    signal_line,
    stage_line,
    worth_showing,
)
from bot.slack.blocks import Reply
from bot.slack.safe_text import Block, clip, one_line, paragraph, plain, preformatted, rich_text, section, words
from knowledge.explaining import Explanation, Traced

LONGEST_PLACE = 200
# A question may have 4,000 characters, and the one before it as many again.
LONGEST_LINE = 1_000
LOOKING = "Looking at every stage again…"
NOTHING_DONE = "Nothing was recorded or changed. In the terminal, attache ask --explain --json shows every passage."


def explanation_view(explanation: Explanation) -> Block:
    """Make the modal: the stage to blame, the question as it was searched, the judge's signals, the passages."""
    judged, shown = explanation.judged, worth_showing(explanation)
    start = f"Starting from {judged.intercept:+.2f}, each signal adds its value times its weight:"
    return _modal(
        paragraph(stage_line(explanation), bold=True),
        *([paragraph(CHANGED)] if explanation.library_changed else []),
        _header("The question as it was searched"),
        _bullets(clip(line, LONGEST_LINE) for line in (explanation.searched.text, *searched_lines(explanation))),
        _header("The judge, the costliest signal first"),
        paragraph(start),
        _bullets(map(signal_line, judged.signals)),
        _header(f"Passages: {len(shown)} of {len(explanation.passages)} found"),
        *([rich_text(preformatted(_numbers(shown))), _fates(shown), _context(LEGEND)] if shown else []),
        _context(NOTHING_DONE),
    )


def note_view(reply: Reply) -> Block:
    """Make the same modal with a sentence of our own, while it is waited for or when nothing comes of it."""
    return _modal(*reply.blocks)


def _modal(*blocks: Block) -> Block:
    return {
        "type": "modal",
        "title": plain("Why this answer", 24),
        "close": plain("Close", 24),
        "blocks": list(blocks),
    }


def _numbers(shown: Sequence[Traced]) -> str:
    """A table in letters of one width; Slack takes its own tables in messages only."""
    rows = (COLUMNS, *map(scores, shown))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _fates(shown: Sequence[Traced]) -> Block:
    items = []
    for one in shown:
        label = f"{one.rank}. " if one.rank else ""
        place = one_line(place_line(one), LONGEST_PLACE)
        items.append(section(words(f"{label}{place}", bold=True), words(f" · {fate_line(one)}")))
    return _list(items)


def _bullets(lines: Iterable[str]) -> Block:
    return _list([section(words(line)) for line in lines])


def _list(items: Sequence[Block]) -> Block:
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": list(items)}],
    }


def _header(text: str) -> Block:
    return {"type": "header", "text": plain(text, 150)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [plain(text, 3_000)]}
