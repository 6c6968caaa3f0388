"""Finds a quote in its passage and gives the whole sentences it is of. Forgives spaces and quotation marks only."""

import re

from knowledge.sentences import Span, split_sentences

SAME = {
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "’": "'",
    "‘": "'",
    "‚": "'",
}
# Fewer words than this support nothing: "the city" stands everywhere.
SHORTEST = 3


def find_quote(quote: str, text: str) -> Span | None:
    """Return the span of the whole sentences a quote touches; None unless the passage says it, character by character.

    White space and typographic quotation marks count as the same. A quote of part of a sentence is widened, for what
    is cut off may be "not".
    """
    wanted, _ = _fold(quote.strip())
    folded, places = _fold(text)
    if len(re.findall(r"\w+", wanted)) < SHORTEST:
        return None
    at = folded.find(wanted)
    while at >= 0 and not _at_word_ends(folded, at, at + len(wanted)):
        at = folded.find(wanted, at + 1)
    if at < 0:
        return None
    start, end = places[at], places[at + len(wanted) - 1] + 1
    touched = [span for span in split_sentences(text) if span[0] < end and start < span[1]]
    return (min(start, touched[0][0]), max(end, touched[-1][1])) if touched else (start, end)


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text with single spaces and plain quotation marks, and the place of each character in the original."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if folded and folded[-1] != " ":
                folded.append(" ")
                places.append(place)
        else:
            folded.append(SAME.get(character, character))
            places.append(place)
    return "".join(folded), places


def _at_word_ends(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (after.isalnum() and text[end - 1].isalnum())
