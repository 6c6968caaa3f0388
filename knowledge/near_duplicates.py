"""Passages that say the same: which one of two is shown. Compares words, costs no model and no vector.

Never hides a passage that says anything the one shown in its place does not, unless it is not in force: two sheets
that differ in one amount, date, name or "not" are both shown, however alike their vectors are.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.domain import Hit

# Of two passages that say the same, the shorter has at least this share of the longer one's words: one sentence that
# happens to stand in a page on something else is no copy of that page.
NEARLY_AS_LONG = 0.8
# Runs of three words (shingles; Broder 1997) that a copy not in force shares with the one in force: about one word in
# twelve may be another.
SHINGLE = 3
ALIKE = 0.7

# How signs of no meaning of their own are evened out; a point, comma or colon inside a number stays, and so does a
# minus before one. (str.translate is slower: it takes its time over every text that is not plain ASCII.)
TYPOGRAPHIC = (("’", "'"), ("“", ""), ("”", ""), ("•", " "), (" – ", " "))
EVEN = (
    *(('"', ""), ("*", ""), ("(", ""), (")", ""), ("|", " ")),
    *(("? ", ". "), ("! ", ". "), (", ", " "), ("; ", " "), (": ", " "), (" - ", " ")),
)
EDGES = " .,;:?!'"
# A line that only says which copy this is: "DRAFT for comment", "Version 2.1", "Last updated: 3 May 2024".
STAMPS = ("draft", "copy", "version", "revision", "updated", "revised", "reviewed", "printed")
MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
STAMP = re.compile(
    r"^[^\w\n]*(?:(?:preliminary|working|internal|first|final|last)[^\w\n]+)?"
    rf"(?:{'|'.join(STAMPS)})\b(?:[^\w\n]+(?:of|on|for|copy|comments?|review|discussion|version|only|"
    rf"v?\d[\d.]*(?:st|nd|rd|th)?|{MONTH})\b)*[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
# Words that turn a sentence round, or count, without being names or figures.
TURNING = frozenset(
    """not no never none nor neither nobody nothing without cannot unless except only but if before after until
    since may might must shall should can could will would need is are was were be been has have had do does
    did more less most least over under above below all any some every each both either and or from to in
    out on off up down
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    million billion dozen half third quarter first second last next once twice daily weekly monthly
    quarterly yearly""".split()
)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a passage says: its sentences without case, punctuation and stamps, under its heading."""

    hit: Hit
    heading: str
    text: str
    sentences: frozenset[str]
    length: int

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Its runs of three words."""
        return _shingles(self.text)

    @cached_property
    def telling(self) -> tuple[str, ...]:
        """Its numbers, names (whatever is not in small letters) and turning words, in order."""
        words = (word.strip(EDGES) for word in self.text.split())
        return tuple(word for word in words if not (word.islower() and word.isalpha()) or word in TURNING)

    @cached_property
    def label(self) -> frozenset[str]:
        """What a question can name its document by: the year, the numbers and the longer words of its title."""
        card = self.hit.document.card
        words = words_of(f"{card.title} {(card.date or '')[:4]}")
        return frozenset(word for word in words if len(word) > 3 or not word.isalpha())


def show_once(ranked: Sequence[Hit], question: str) -> list[Hit]:
    """Return the hits without those that say what another says; the order is otherwise as it was.

    Of two that say the same the one in force is shown, else the newer, else the better ranked, at the better rank. A
    document that the question names, by a word or year of its title or date, is never hidden behind one it does not.
    """
    asked = frozenset(words_of(question))
    headings = [folded(" > ".join(hit.passage.heading)) for hit in ranked]
    under = Counter(headings)
    shown: list[Hit] = []
    wordings: dict[int, Wording] = {}
    holding: dict[tuple[str, str], list[int]] = defaultdict(list)
    for hit, heading in zip(ranked, headings, strict=True):
        if under[heading] == 1:  # only what stands under one heading is compared, so this one need not be looked at
            shown.append(hit)
            continue
        wording = wording_of(hit)
        # And of that only what has a sentence in common: not every pair.
        keys = [(heading, sentence) for sentence in wording.sentences]
        places = sorted({place for key in keys for place in holding.get(key, ())})
        if any(_stands_for(wordings[place], wording, asked) for place in places):
            continue
        behind = (at for at in places if _stands_for(wording, wordings[at], asked) and _is_newer(hit, shown[at]))
        place = next(behind, len(shown))
        shown[place : place + 1] = [hit]
        wordings[place] = wording
        for key in keys:
            holding[key].append(place)
    return shown


def folded(text: str) -> str:
    """Return a text in small letters, its blanks and punctuation evened out; sentences end in a point and a blank."""
    text = " ".join(text.casefold().split())
    for written, meant in EVEN if text.isascii() else (*TYPOGRAPHIC, *EVEN):
        text = text.replace(written, meant)
    return text.strip(EDGES)


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters without the punctuation around them."""
    return folded(text).replace(". ", " ").split()


def holds(text: str, sentence: str) -> bool:
    """Whether a sentence stands in a text, word for word; case and punctuation do not count."""
    return f" {' '.join(words_of(sentence))} " in f" {' '.join(words_of(text))} "


def nearly_alike(one: str, other: str) -> bool:
    """Whether two texts have the same words, or nearly: about one word in twelve may be another."""
    return words_of(one) == words_of(other) or _overlap(_shingles(one), _shingles(other)) >= ALIKE


def wording_of(hit: Hit) -> Wording:
    """Read what a hit's passage says. The heading counts: a fee under "Denver" is not the fee under "Phoenix"."""
    text = hit.passage.text
    lowered = text.lower()
    if any(stamp in lowered for stamp in STAMPS):
        text = STAMP.sub("", text)
    flat = folded(text)
    return Wording(
        hit=hit,
        heading=folded(" > ".join(hit.passage.heading)),
        text=text,
        sentences=frozenset(sentence.strip(EDGES) for sentence in flat.split(". ")),
        length=flat.count(" ") + 1,
    )


def _stands_for(one: Wording, other: Wording, asked: frozenset[str]) -> bool:
    """Whether `one` can be shown in place of `other`."""
    return _says_all(one, other) and not _is_newer(other.hit, one.hit) and not asked & (other.label - one.label)


def _says_all(one: Wording, other: Wording) -> bool:
    """Whether `one` has every sentence of `other`; one in force need only tell the same as one that is not."""
    if one.heading != other.heading:
        return False
    if one.sentences >= other.sentences:
        return other.length >= NEARLY_AS_LONG * one.length
    if 2 * len(one.sentences & other.sentences) < max(len(one.sentences), len(other.sentences)):
        return False
    replaces = one.hit.document.card.status.in_force and not other.hit.document.card.status.in_force
    return replaces and one.telling == other.telling and _overlap(one.shingles, other.shingles) >= ALIKE


def _is_newer(one: Hit, other: Hit) -> bool:
    """Whether `one` holds rather than `other`: it is in force, or both or neither are and its date is later."""
    ours, theirs = one.document.card, other.document.card
    if ours.status.in_force != theirs.status.in_force:
        return ours.status.in_force
    if not ours.date or not theirs.date:
        return False
    length = min(len(ours.date), len(theirs.date))
    return ours.date[:length] > theirs.date[:length]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = words_of(text)
    return frozenset(zip(*(words[start:] for start in range(SHINGLE)), strict=False))


def _overlap(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
