"""Dates in a sentence, of whatever precision it states, and whether they are a deadline, a start or the day itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.answering.gate.tokens import Token

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
DAY = re.compile(r"([0-3]?\d)(?:st|nd|rd|th)?")
BEFORE_A_MONTH = {
    "in",
    "by",
    "of",
    "until",
    "till",
    "since",
    "every",
    "each",
    "last",
    "next",
    "before",
    "after",
    "from",
}
DEADLINE = {"by", "before", "until", "till", "to", "through"}
START = {"since", "after", "from"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date: tokens `first` up to `end`. `side` is "deadline", "start" or "" by the word before it."""

    year: int | None
    month: int | None
    day: int | None
    side: str
    first: int
    end: int

    def is_in(self, other: "Day") -> bool:
        """Whether the other states all that this one does."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return self.side == other.side and all(own is None or own == theirs for own, theirs in pairs)


def days_in(tokens: Sequence[Token]) -> list[Day]:
    """Return the dates of a sentence in order."""
    found: list[Day] = []
    place = 0
    while place < len(tokens):
        read = _iso(tokens, place) or _slashes(tokens, place) or _written(tokens, place) or _year(tokens, place)
        if read:
            (year, month, day), end = read
            found.append(Day(year=year, month=month, day=day, side=_side(tokens, place), first=place, end=end))
            place = end
        else:
            place += 1
    return found


Read = tuple[tuple[int | None, int | None, int | None], int] | None


def _iso(tokens: Sequence[Token], place: int) -> Read:
    text = "".join(token.text for token in tokens[place : place + 5])
    match = re.match(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)", text)
    return ((int(match[1]), int(match[2]), int(match[3])), place + 5) if match else None


def _slashes(tokens: Sequence[Token], place: int) -> Read:
    text = "".join(token.text for token in tokens[place : place + 5])
    match = re.match(r"(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)(?!\d)", text)
    return ((int(match[3]), int(match[1]), int(match[2])), place + 5) if match else None


def _written(tokens: Sequence[Token], place: int) -> Read:
    """Read "3 October 2022", "the 3rd of October", "October 3, 2022", "Oct. 2022", "October"."""
    day = _day(tokens, place)
    at = place + 1 if day else place
    if day and _low(tokens, at) == "of":
        at += 1
    if not _is_month(tokens, at, beside_day=day is not None):
        return None
    month = MONTHS[_low(tokens, at)]
    at += 1
    if _low(tokens, at) == "." and len(_low(tokens, at - 1)) <= 4:
        at += 1
    if day is None and (behind := _day(tokens, at)) and not YEAR.fullmatch(_low(tokens, at)):
        day, at = behind, at + 1
    after_comma = at + 1 if _low(tokens, at) == "," else at
    if YEAR.fullmatch(_low(tokens, after_comma)):
        return (int(_low(tokens, after_comma)), month, day), after_comma + 1
    return (None, month, day), at


def _is_month(tokens: Sequence[Token], place: int, *, beside_day: bool) -> bool:
    """Whether a word is a month here; "may" and "march" are one only where a day, a year or a preposition says so."""
    low = _low(tokens, place)
    if low not in MONTHS or not tokens[place].is_capital:
        return False
    after = _low(tokens, place + 1)
    sure = (
        beside_day or bool(DAY.fullmatch(after) or YEAR.fullmatch(after)) or _low(tokens, place - 1) in BEFORE_A_MONTH
    )
    return sure or (low not in {"may", "mar", "jan", "jun"} and not tokens[place].opens)


def _year(tokens: Sequence[Token], place: int) -> Read:
    if not YEAR.fullmatch(tokens[place].text) or _low(tokens, place - 1) in {"$", "€", "£", "-"}:
        return None
    return (int(tokens[place].text), None, None), place + 1


def _day(tokens: Sequence[Token], place: int) -> int | None:
    match = DAY.fullmatch(_low(tokens, place))
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None


def _side(tokens: Sequence[Token], place: int) -> str:
    at = place - 1
    while _low(tokens, at) in {
        "the",
        "about",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        ",",
        "end",
        "of",
    }:
        at -= 1
    low = _low(tokens, at)
    return "deadline" if low in DEADLINE else "start" if low in START else ""


def _low(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].low if 0 <= place < len(tokens) else ""
