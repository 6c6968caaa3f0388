"""Where two sources of an answer do not agree, side by side above its quotes. Pure; blends and decides nothing."""

from bot.differing import DIFFER, cited
from bot.slack.safe_text import Block, clean, paragraph, plain
from bot.slack.sources import BETWEEN, source_words
from bot.speaking import said
from knowledge.differences import Difference, Side
from knowledge.domain import Answer

# What Slack takes in one field of a section (docs.slack.dev/reference/block-kit/blocks/section-block).
LONGEST_FIELD = 2_000


def differing_blocks(answer: Answer) -> tuple[Block, ...]:
    """Return each difference as its line and the two sentences in two columns; what is too long only by its numbers."""
    return tuple(block for difference in answer.differences for block in difference_blocks(answer, difference))


def difference_blocks(answer: Answer, difference: Difference) -> tuple[Block, ...]:
    """Return the blocks of one."""
    sides = [_side(answer, side) for side in difference.sides]
    if max(map(len, sides)) > LONGEST_FIELD:
        return (paragraph(_by_number(difference), bold=True),)
    fields = [plain(text, LONGEST_FIELD) for text in sides]
    return paragraph(said(DIFFER[difference.about]), bold=True), {"type": "section", "fields": fields}


def differing_lines(answer: Answer) -> tuple[str, ...]:
    """Return a line for each, by the numbers of the quotes that follow it in a text."""
    return tuple(map(_by_number, answer.differences))


def _by_number(difference: Difference) -> str:
    one, other = difference.sides
    return f"{said(DIFFER[difference.about])} [{one.number}], [{other.number}]"


def _side(answer: Answer, side: Side) -> str:
    """The sentence as its passage has it, and whose it is and when it is from."""
    citation, sentence = cited(answer, side)
    title, details = source_words(citation.passage, citation.document)
    return f"“{clean(sentence)}” [{side.number}]\n{title}{BETWEEN}{details}"
