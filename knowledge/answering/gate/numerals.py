"""Figures and spelled-out numbers to values: "4,200", "1.5 million", "twenty-one", "two thirds", "ninth"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from knowledge.answering.gate.tokens import Token

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SMALL = {word: value for value, word in enumerate(ONES)} | {word: 10 * n for n, word in enumerate(TENS, start=2)}
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
SUFFIXES = {"k": 10**3, "m": 10**6, "bn": 10**9}
IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
ORDINALS = (
    {word + "th": value for word, value in SMALL.items()}
    | {word[:-1] + "ieth": value for word, value in SMALL.items() if word.endswith("y")}
    | IRREGULAR
)
PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    word + plural: value for word, value in ORDINALS.items() if value > 2 for plural in ("", "s")
}
TIMES = {"once": 1, "twice": 2}
AFTER_A_PART = {"of", "in", "", ".", ",", ";", "before", "by"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number in a sentence: tokens `first` up to `end`; `kind` is cardinal, ordinal, part or times."""

    value: Fraction
    kind: str
    first: int
    end: int


def numerals_in(tokens: Sequence[Token]) -> list[Numeral]:
    """Return the numbers of a sentence in order."""
    found: list[Numeral] = []
    place = 0
    while place < len(tokens):
        numeral = _at(tokens, place)
        if numeral:
            found.append(numeral)
            place = numeral.end
        else:
            place += 1
    return found


def _at(tokens: Sequence[Token], place: int) -> Numeral | None:
    low = tokens[place].low
    if tokens[place].is_figure:
        return _figure(tokens, place)
    if low in TIMES:
        return Numeral(value=Fraction(TIMES[low]), kind="times", first=place, end=place + 1)
    if part := _part(tokens, place):
        return part
    if low in ORDINALS:
        return Numeral(value=Fraction(ORDINALS[low]), kind="ordinal", first=place, end=place + 1)
    start = place + (low in {"a", "an"} and _low(tokens, place + 1) in SCALES)  # a hundred
    return _spelled(tokens, place, start) if _low(tokens, start) in SMALL | SCALES else None


def _spelled(tokens: Sequence[Token], place: int, start: int) -> Numeral:
    value, end = _cardinal(tokens, start)
    if _low(tokens, end) == "-" and _low(tokens, end + 1) in ORDINALS:  # twenty-first
        return Numeral(value=value + ORDINALS[_low(tokens, end + 1)], kind="ordinal", first=place, end=end + 2)
    return Numeral(value=value, kind="cardinal", first=place, end=end)


def _figure(tokens: Sequence[Token], place: int) -> Numeral:
    digits, suffix = re.fullmatch(r"([\d.,]+)(\w*)", tokens[place].low).groups()  # type: ignore[union-attr]
    value = Fraction(digits.replace(",", "")) if digits.count(".") < 2 else Fraction(digits.replace(".", ""))
    if suffix in {"st", "nd", "rd", "th"}:
        return Numeral(value=value, kind="ordinal", first=place, end=place + 1)
    value *= SUFFIXES.get(suffix, 1)
    end = place + 1
    if _low(tokens, end) in SCALES:
        value *= SCALES[_low(tokens, end)]
        end += 1
    return Numeral(value=value, kind="cardinal", first=place, end=end)


def _cardinal(tokens: Sequence[Token], place: int) -> tuple[Fraction, int]:
    """Add up number words: "one hundred and twenty-one thousand"."""
    whole, running = 0, 0
    while True:
        low = _low(tokens, place)
        if low in SMALL:
            running += SMALL[low]
        elif low in {"hundred", "dozen"}:
            running = max(1, running) * SCALES[low]
        elif low in SCALES:
            whole, running = whole + max(1, running) * SCALES[low], 0
        else:
            break
        place += 1
        after = _low(tokens, place + 1)
        joins = _low(tokens, place) == "-" and low in TENS and after in SMALL and SMALL[after] < 10
        joins = joins or (_low(tokens, place) == "and" and low in SCALES and after in SMALL)
        if joins:
            place += 1
        elif _low(tokens, place) in SMALL and low in SMALL and not (low in TENS and SMALL[_low(tokens, place)] < 10):
            break
    return Fraction(whole + running), place


def _part(tokens: Sequence[Token], place: int) -> Numeral | None:
    """Read "half", "a third of", "two-thirds", as parts of a hundred; "a third runway" is the third one."""
    low = tokens[place].low
    start = place
    count = 1
    if (low in SMALL or low == "a") and _low(tokens, place + 1):
        count = SMALL.get(low, 1)
        place += 2 if _low(tokens, place + 1) == "-" else 1
    name = _low(tokens, place)
    if name not in PARTS or (name == "quarter" and place == start):
        return None
    plural = name.endswith("s") and count > 1
    if name != "half" and not plural and (place == start or _low(tokens, place + 1) not in AFTER_A_PART):
        return None
    value = Fraction(100 * count, PARTS[name])
    end = place + 1
    if name == "half" and _low(tokens, end) == "a" and _low(tokens, end + 1) in SCALES:
        return Numeral(value=Fraction(SCALES[_low(tokens, end + 1)], 2), kind="cardinal", first=start, end=end + 2)
    return Numeral(value=value, kind="part", first=start, end=end)


def _low(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].low if 0 <= place < len(tokens) else ""
