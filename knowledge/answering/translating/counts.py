"""Numbers in three languages: "1,049" and "1.049", "ten million", "10 mil milhões". Compares nothing."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from knowledge.answering.gate.tokens import Token
from knowledge.answering.translating.vocabulary import Vocabulary

SUFFIXES = {"k": 10**3, "m": 10**6, "bn": 10**9}
FIGURE = re.compile(r"([\d.,]*\d)([a-z]*)")
# Points and commas as Spanish and Portuguese write thousands, and as English does, which Mexico does too.
POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
# Of a month; "one" is no day, for it is "un" and "a" as well.
FIRSTS = frozenset("first primero primeiro".split())
# A minus stands before a figure and behind none, and behind no letter: "COVID-19", "2020-2023". "Menos" is one but in
# "al menos", "o menos", "por lo menos" and "pelo menos".
MINUS = re.compile(
    r"(?:(?<![^\s(\"'“«:;,])[-−–](?=[$€£]?\d)|\bminus |(?<!al )(?<!o )\bmenos )[$€£]?(\d[\d.,]*)", re.IGNORECASE
)
YEARS = range(1500, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number: tokens `first` up to `end`, and what it may be. One that is only `perhaps` a number needs no other.

    `kind` is "year", "day" for one of a month, or empty.
    """

    values: frozenset[Fraction]
    first: int
    end: int
    perhaps: bool = False
    kind: str = ""


def odd_signs(text: str) -> Counter[str]:
    """The signs for numbers that are part of a word, "m²", and the figures that have a minus."""
    parts = (c for word in re.findall(r"\w{2,}", text) for c in word if c.isnumeric() and not c.isdecimal())
    negative = (f"-{re.sub('[.,]', '', figure)}" for figure in MINUS.findall(text))
    return Counter([*parts, *negative])


def counts_in(tokens: Sequence[Token], words: Sequence[str], known: Vocabulary) -> list[Count]:
    """Return the numbers of a sentence in order, also ones in figures and firsts: every "un" and "a" is one."""
    found: list[Count] = []
    place = 0
    while place < len(tokens):
        count = _figure(tokens, words, place, known) or _sign(tokens[place], place) or _spelled(words, place, known)
        if count:
            found.append(count)
        place = count.end if count else place + 1
    return found


def _figure(tokens: Sequence[Token], words: Sequence[str], place: int, known: Vocabulary) -> Count | None:
    if not tokens[place].is_figure or not (match := FIGURE.fullmatch(words[place])):
        return None
    digits, end = match[1], place + 1
    if known.language != "en" and re.fullmatch(r"[1-9]\d{0,2}", digits):  # 20 000
        while end < len(words) and re.fullmatch(r"\d{3}(?:,\d+)?", words[end]):
            digits, end = digits + words[end], end + 1
    is_year = digits.isdecimal() and len(digits) == 4 and int(digits) in YEARS
    scale = SUFFIXES.get(match[2], 1)
    while end < len(words) and words[end] in known.scales:
        scale, end, is_year = scale * known.scales[words[end]], end + 1, False
    values = frozenset(value * scale for value in _values(digits, known.language))
    return Count(values=values, first=place, end=end, kind="year" if is_year else "")


def _sign(token: Token, place: int) -> Count | None:
    """Read a sign that is a number by itself: ½, Ⅳ."""
    if len(token.text) > 1 or not token.text.isnumeric():
        return None
    value = Fraction(unicodedata.numeric(token.text)).limit_denominator(100)
    return Count(values=frozenset({value}), first=place, end=place + 1)


def _values(digits: str, language: str) -> set[Fraction]:
    """What figures may mean in a language; both where its countries do not agree."""
    values = set()
    if language == "en" or COMMAS.fullmatch(digits):
        values.add(_number(digits.replace(",", "")))
    if language != "en":
        if POINTS.fullmatch(digits) or "," in digits:
            values.add(_number(digits.replace(".", "").replace(",", ".")))
        elif not values:
            values.add(_number(digits))
    return values


def _number(digits: str) -> Fraction:
    """Read a number, or one of a paragraph ("4.2.1") as its figures."""
    return Fraction(digits if digits.count(".") < 2 else digits.replace(".", ""))


def _spelled(words: Sequence[str], place: int, known: Vocabulary) -> Count | None:
    word = words[place]
    if word in FIRSTS:
        return Count(values=frozenset({Fraction(1)}), first=place, end=place + 1)
    if word in known.perhaps:
        return Count(values=frozenset({known.perhaps[word]}), first=place, end=place + 1, perhaps=True)
    if word not in known.numbers and word not in known.scales:
        return None
    if word in known.scales and word.endswith("es"):  # millones de personas
        return None
    whole, running, end = Fraction(0), Fraction(0), place
    while end < len(words):
        word = words[end]
        if word in known.scales and (scale := known.scales[word]) > 100:
            whole = whole * scale if not running and whole else whole + max(running, Fraction(1)) * scale
            running, last = Fraction(0), Fraction(scale)
        elif word in known.scales:
            running = max(running, Fraction(1)) * known.scales[word]
            last = running
        else:
            running += known.numbers[word]
            last = known.numbers[word]
        end += 1
        goes_on = _goes_on(words, end, last, known)
        if not goes_on:
            break
        end += goes_on - 1
    return Count(values=frozenset({whole + running}), first=place, end=end)


def _goes_on(words: Sequence[str], place: int, last: Fraction, known: Vocabulary) -> int:
    """How many words further the next one of the same number stands, from 1; 0 where none does."""
    for ahead, joins in ((0, True), (1, words[place : place + 1] and words[place] in {known.joint, "-"})):
        after = words[place + ahead] if joins and place + ahead < len(words) else ""
        if after in known.scales and not ahead:
            return 1
        value = known.numbers.get(after)
        if value and ((last in range(20, 91, 10) and value < 10) or (last >= 100 and value < last)):
            return ahead + 1
    return 0
