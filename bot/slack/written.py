"""What a language model wrote, above the sources it was checked against, or the line that says why not. Pure."""

from bot.slack.safe_text import Block, paragraph, rich_text, section, words
from bot.speaking import said
from knowledge.domain import Answer
from knowledge.written import WRITTEN_BY


def written_lines(answer: Answer) -> tuple[str, ...]:
    """Return the sentences with their numbers and whose they are, as lines of text; nothing without a model."""
    if answer.written:
        return (" ".join(sentence.cited for sentence in answer.written), said(WRITTEN_BY))
    return (said(answer.unwritten.says),) if answer.unwritten else ()


def written_blocks(answer: Answer) -> tuple[Block, ...]:
    """Return the same as blocks, numbers bold as they are beside the quotes."""
    if not answer.written:
        return tuple(map(paragraph, written_lines(answer)))
    elements: list[Block] = []
    for sentence in answer.written:
        numbers = "".join(f"[{number}]" for number in sentence.numbers)
        elements += [words(f"{sentence.text} "), words(f"{numbers} ", bold=True)]
    return (rich_text(section(*elements)), paragraph(said(WRITTEN_BY)))
