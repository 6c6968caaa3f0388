"""Whether a translation keeps the numbers, dates, units, names, denials and duties of its source. Deterministic.

It knows some words of English, Spanish and Portuguese and understands none of them: a translation can say something
else in words that are not compared. What cannot be compared is withheld.
"""

from collections.abc import Callable

from knowledge.answering.gate.gate import runs_in
from knowledge.answering.gate.linking import adds_link
from knowledge.answering.gate.statements import INVISIBLE
from knowledge.answering.gate.verdicts import Drop
from knowledge.answering.translating.figures import same_counts, same_limits, same_months, same_units
from knowledge.answering.translating.names import same_names, same_order
from knowledge.answering.translating.reading import Read, read
from knowledge.answering.translating.stance import same_denials, same_direction, same_duties
from knowledge.answering.translating.vocabulary import LANGUAGES, accents_apart, folded
from knowledge.language import language_of
from knowledge.sentences import split_sentences

Checks = tuple[tuple[Drop, Callable[[Read, Read], bool]], ...]
# A translation has about as many letters as its source: where it has fewer something was left out, or else put in.
SHORTEST, LONGEST = 0.6, 1.7
# Letters more or less that a short sentence may differ by.
LEEWAY = 20


def compare(source: str, translation: str, *, languages: tuple[str, str], prompt: str = "") -> Drop | None:
    """Return the first thing a translation changes; None where nothing is found. `languages` are en, es or pt.

    No translation may repeat the rules in `prompt`, and none may have a sentence more.
    """
    if source.rstrip().endswith("?") != translation.rstrip().endswith("?"):
        return Drop.WORDS
    return _compare(source, translation, languages, prompt, (*SAME, *AS_STRONG))


def compare_questions(source: str, translation: str, *, languages: tuple[str, str], prompt: str = "") -> Drop | None:
    """Do so for a question, with or without its mark; how strong a duty it asks about may differ."""
    one, other = (text.strip().rstrip("?") for text in (source, translation))
    return _compare(one, other, languages, prompt, SAME, asks=True)


def _compare(
    source: str, translation: str, languages: tuple[str, str], prompt: str, checks: Checks, *, asks: bool = False
) -> Drop | None:
    if drop := _out_of_place(source, translation, languages[1]):
        return drop
    if runs_in(translation) & runs_in(prompt) - runs_in(source):
        return Drop.PROMPT
    ours, theirs = _sentences(source), _sentences(translation)
    if len(theirs) > len(ours):
        return Drop.WORDS
    for one, other in zip(ours, theirs, strict=True) if len(ours) == len(theirs) else ((source, translation),):
        if not _fits(one, other):
            return Drop.UNREADABLE
        sides = read(one, languages[0], asks=asks), read(other, languages[1], asks=asks)
        if drop := next((drop for drop, holds in checks if not holds(*sides)), None):
            return drop
    return None


def can_compare(*languages: str) -> bool:
    """Whether all of these are languages whose words are known here."""
    return set(languages) <= set(LANGUAGES)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def _out_of_place(source: str, translation: str, language: str) -> Drop | None:
    """What no translation may be, whatever it says."""
    if not translation.strip() or not _fits(source, translation) or INVISIBLE.search(translation):
        return Drop.UNREADABLE
    if accents_apart(translation) - accents_apart(source):
        return Drop.UNREADABLE
    if adds_link(translation, source):
        return Drop.LINK
    told = language_of(translation)
    is_foreign = folded(translation) == folded(source) or (told in LANGUAGES and told != language)
    return Drop.WORDS if is_foreign else None


def _fits(source: str, translation: str) -> bool:
    """Whether a translation is about as long."""
    return SHORTEST * len(source) - LEEWAY <= len(translation) <= LONGEST * len(source) + LEEWAY


def _same_words(source: Read, translation: Read) -> bool:
    """Whether each office, unit, country or "only" of one side has its like on the other, or stands there as it is."""
    return all(
        side.words[place] in other.words or any(groups & like for _, like in other.same)
        for side, other in ((source, translation), (translation, source))
        for place, groups in side.same
    )


SAME: Checks = (
    (Drop.NUMBER, same_counts),
    (Drop.DATE, same_months),
    (Drop.NAME, same_names),
    (Drop.NAME, same_order),
    (Drop.UNIT, same_units),
    (Drop.WORDS, _same_words),
    (Drop.NEGATION, same_denials),
)
AS_STRONG: Checks = (
    (Drop.OBLIGATION, same_duties),
    (Drop.CONDITION, same_limits),
    (Drop.CONDITION, same_direction),
)
