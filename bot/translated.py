"""What is shown below a sentence or a quote in the language of the question, labelled as what it is. Pure."""

from bot.speaking import said
from knowledge.domain import Answer
from knowledge.written import TRANSLATED_BY, WITHHELD, Translated


def quote_translation(answer: Answer, number: int) -> str:
    """Return the line below the quote with this number; empty where sentences are translated, or it needs none."""
    translation = answer.translation
    one = translation.of(number) if translation and not answer.written else None
    return _labelled(one) if one else ""


def sentence_translations(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return the translations of sentences that a language model wrote, each with its citations' numbers."""
    translation = answer.translation
    if translation is None:
        return ()
    found = ((translation.of(place), sentence) for place, sentence in enumerate(answer.written, start=1))
    return tuple(
        (one.text or said(WITHHELD), "".join(f"[{number}]" for number in sentence.numbers))
        for one, sentence in found
        if one
    )


def translations(answer: Answer) -> tuple[tuple[str, str], ...]:
    """Return every translation, or that it is withheld, with the numbers of the sentence or quote it is of."""
    if answer.written or answer.translation is None:
        return sentence_translations(answer)
    return tuple((one.text or said(WITHHELD), f"[{one.number}]") for one in answer.translation.texts)


def sentences_label(answer: Answer) -> str:
    """Say whose the translations of sentences are; empty where none is shown."""
    translation = answer.translation
    return said(TRANSLATED_BY) if translation and any(one.text for one in translation.texts) else ""


def missing_translation(answer: Answer) -> str:
    """Say in one line that there is no translation; empty where nothing is missing."""
    translation = answer.translation
    return said(translation.says_missing) if translation and translation.missing else ""


def _labelled(one: Translated) -> str:
    return f"{said(TRANSLATED_BY)} {one.text}" if one.text else said(WITHHELD)
