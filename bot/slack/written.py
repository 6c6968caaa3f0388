"""What a language model wrote, above the sources it was checked against, or the line that says why not. Pure."""

from bot.slack.safe_text import Block, paragraph, rich_text, section, words
from bot.speaking import said
from bot.translated import missing_translation, sentence_translations, sentences_label
from knowledge.domain import Answer
from knowledge.written import WRITTEN_BY


def written_lines(answer: Answer) -> tuple[str, ...]:
    """Return the sentences, whose they are and what they are in the language of the question, as lines of text.

    Nothing without a model.
    """
    missing = missing_translation(answer)
    last = [missing] if missing else []
    if answer.written:
        translated = " ".join(f"{line} {numbers}" for line, numbers in sentence_translations(answer))
        below = [f"{sentences_label(answer)} {translated}".strip()] if translated else []
        return (" ".join(sentence.cited for sentence in answer.written), said(WRITTEN_BY), *below, *last)
    return (*([said(answer.unwritten.says)] if answer.unwritten else []), *last)


def whose_blocks(answer: Answer) -> tuple[Block, ...]:
    """Return what stands right below the sentences: whose they are, and their translations, labelled."""
    label, missing = sentences_label(answer), missing_translation(answer)
    return (
        paragraph(said(WRITTEN_BY)),
        *([paragraph(label, bold=True)] if label else []),
        *(
            rich_text(section(words(f"{line} "), words(numbers, bold=True)))
            for line, numbers in sentence_translations(answer)
        ),
        *([paragraph(missing)] if missing else []),
    )


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
