"""What a language model wrote, above the sources it was checked against, or the line that says why not. Pure."""

from bot.slack.safe_text import Block, rich_text, section, words
from bot.speaking import said
from knowledge.domain import Answer
from knowledge.written import WRITTEN_BY


def written_lines(answer: Answer) -> tuple[str, ...]:
    """Return the sentences with their numbers and whose they are, as lines of text; nothing without a model."""
    if answer.written:
        return (" ".join(sentence.cited for sentence in answer.written), said(WRITTEN_BY))
    return (said(answer.unwritten.says),) if answer.unwritten else ()


def sentence_blocks(answer: Answer) -> tuple[Block, ...]:
    """Return one block for each sentence, its numbers bold as they are beside the quotes.

    A block is what appears at once where an answer appears as it is written: no sentence stands without its numbers.
    """
    return tuple(
        rich_text(
            section(words(f"{sentence.text} "), words("".join(f"[{number}]" for number in sentence.numbers), bold=True))
        )
        for sentence in answer.written
    )
