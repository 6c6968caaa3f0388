"""Amounts in a sentence: a number with what it counts, how often, and whether it is a limit or a guess."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from knowledge.answering.gate.days import Day
from knowledge.answering.gate.numerals import Numeral, numerals_in
from knowledge.answering.gate.tokens import Token

CURRENCIES = {
    **dict.fromkeys(("$", "dollar", "dollars", "usd"), "$"),
    **dict.fromkeys(("€", "euro", "euros", "eur"), "€"),
    **dict.fromkeys(("£", "pound", "pounds", "gbp"), "£"),
}
TIMES = {
    name: unit
    for unit, names in {
        "minute": "minute minutes",
        "hour": "hour hours",
        "day": "day days",
        "night": "night nights",
        "week": "week weeks",
        "month": "month months",
        "year": "year years",
        "decade": "decade decades",
    }.items()
    for name in names.split()
}
MEASURES = {
    name: unit
    for unit, names in {
        "m": "meter meters metre metres",
        "km": "kilometer kilometers kilometre kilometres km",
        "mi": "mile miles",
        "ft": "foot feet",
        "acre": "acre acres",
        "ha": "hectare hectares",
        "t": "ton tons tonne tonnes",
        "sqft": "sq",
    }.items()
    for name in names.split()
}
QUALIFIERS = {"business": "working", "working": "working", "calendar": "calendar", "consecutive": "consecutive"}
ADVERBS = {
    **dict.fromkeys(("annually", "yearly", "annual"), "year"),
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
    "hourly": "hour",
}
MORE = set("more longer greater larger higher over later older above exceeding bigger".split())
LESS = set("less fewer shorter smaller lower under below younger".split())
ABOUT = set("about around roughly approximately nearly almost circa some estimated".split())
# Phrases beside a number, in words, and the limit they make it; the longest that fits counts.
PHRASES = {
    "at least": ">=",
    "no less than": ">=",
    "no fewer than": ">=",
    "not less than": ">=",
    "not fewer than": ">=",
    "a minimum of": ">=",
    "minimum of": ">=",
    "at most": "<=",
    "up to": "<=",
    "no more than": "<=",
    "not more than": "<=",
    "no longer than": "<=",
    "not exceeding": "<=",
    "a maximum of": "<=",
    "maximum of": "<=",
    "within": "<=",
    "as much as": "<=",
    "no later than": "<=",
    "not later than": "<=",
    "under the age of": "<",
    "over the age of": ">",
}
BEHIND = {"or more": ">=", "or less": "<=", "or fewer": "<=", "or longer": ">=", "at most": "<=", "at least": ">="}
STOPS = {",", ";", ".", ":", "(", ")", "|"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as it is meant: `unit` is a currency, "%", a time or a measure, `counts` the words it may count.

    `limit` is one of >=, <=, >, <, ~ or empty; `rate` what it is per, `side` is "from" or "to"; `of` the number it is
    a share of ("7 of 64").
    """

    value: Fraction
    kind: str
    unit: str
    limit: str
    rate: str
    side: str
    of: Fraction | None
    counts: frozenset[str]
    first: int
    end: int


def amounts_in(tokens: Sequence[Token], days: Sequence[Day]) -> tuple[Amount, ...]:
    """Return the amounts of a sentence in order; its dates are none."""
    taken = {place for day in days for place in range(day.first, day.end)}
    numerals = [one for one in numerals_in(tokens) if one.first not in taken and not _is_no_count(tokens, one)]
    numerals = sorted([*numerals, *_single_units(tokens)], key=lambda one: one.first)
    rates = _rates(tokens, numerals)
    amounts = [_amount(tokens, one, number, numerals, rates) for number, one in enumerate(numerals)]
    for number, (low, high) in enumerate(pairwise(amounts)):  # "from $15 to $18 per ton" is per ton at both ends
        if high.side == "to" and low.unit == high.unit:
            rate = low.rate or high.rate
            amounts[number : number + 2] = [replace(low, rate=rate), replace(high, rate=rate)]
    return tuple(amounts)


def rates_in(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the times that something is said to be per: "a year", "monthly"."""
    return frozenset(rate for _, rate in _rate_places(tokens) if rate in TIMES.values())


def _single_units(tokens: Sequence[Token]) -> list[Numeral]:
    """Read "within a month" as one month; "a month" behind an amount is a rate."""
    return [
        Numeral(value=Fraction(1), kind="cardinal", first=place, end=place + 1)
        for place, token in enumerate(tokens)
        if token.low in {"a", "an"} and _low(tokens, place + 1) in TIMES and _low(tokens, place - 1) in PLACED
    ]


def _is_no_count(tokens: Sequence[Token], one: Numeral) -> bool:
    """Whether a number word counts nothing: "one of", "no one", "First, ...", "one another"."""
    low, after, before = tokens[one.first].low, _low(tokens, one.end), _low(tokens, one.first - 1)
    if low == "one" and one.end == one.first + 1:
        return after in {"of", "another", "or"} or before in {"no", "any", "every", "each", "this", "that", "which"}
    return one.kind == "ordinal" and tokens[one.first].opens and after == ","


def _amount(
    tokens: Sequence[Token], one: Numeral, number: int, numerals: Sequence[Numeral], rates: dict[int, set[str]]
) -> Amount:
    following = numerals[number + 1].first if number + 1 < len(numerals) else len(tokens)
    unit, value, after = _unit(tokens, one)
    of = None
    at = after
    if _low(tokens, at) == "of":
        at += 1
        at += _low(tokens, at) in {"the", "its", "our", "their"}
        of = numerals[number + 1].value if following == at < len(tokens) else None
    return Amount(
        value=value,
        kind="ordinal" if one.kind == "ordinal" else "",
        unit=unit,
        limit=_limit(tokens, one, after),
        rate=" ".join(sorted(rates.get(one.first, ()))),
        side=_side(tokens, one.first, numerals[number - 1].end if number else -9),
        of=of,
        counts=frozenset(_counted(tokens, one.end, following)),
        first=one.first,
        end=after,
    )


def _side(tokens: Sequence[Token], first: int, last: int) -> str:
    """Whether a number is where something starts from, or what another number right before it comes to."""
    at = first - 1
    while _low(tokens, at) in CURRENCIES or _low(tokens, at) in ABOUT:
        at -= 1
    low = _low(tokens, at)
    return low if low == "from" or (low == "to" and at - last < 6) else ""


def _unit(tokens: Sequence[Token], one: Numeral) -> tuple[str, Fraction, int]:
    """Return the unit, the value in it and where what was read ends."""
    if one.kind in {"part", "times"}:
        return "%" if one.kind == "part" else "time", one.value, one.end
    sign = CURRENCIES.get(_low(tokens, one.first - 1))
    if sign and not tokens[one.first - 1].is_word:
        return sign, one.value, one.end
    at = one.end + (_low(tokens, one.end) == "-")
    unit, end = _share(tokens, at) or _named(tokens, at) or ("", one.end)
    return unit, one.value, end


def _share(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Read "%", "percent", "per cent" and "percentage points"."""
    if _low(tokens, at) == "per" and _low(tokens, at + 1) == "cent":
        return "%", at + 2
    if _low(tokens, at) not in {"%", "percent", "percentage"}:
        return None
    points = _low(tokens, at + 1) in {"point", "points"}
    return ("% points", at + 2) if points else ("%", at + 1)


def _named(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Read a currency, a measure or a time, which may be counted in business days."""
    low = _low(tokens, at)
    if unit := CURRENCIES.get(low) or MEASURES.get(low) or ("time" if low in {"times", "time"} else ""):
        return unit, at + 1
    qualifier = QUALIFIERS.get(low, "")
    at += bool(qualifier)
    time = TIMES.get(_low(tokens, at))
    return (f"{qualifier} {time}".strip(), at + 1) if time else None


def _limit(tokens: Sequence[Token], one: Numeral, after: int) -> str:
    start = one.first
    while start and (_low(tokens, start - 1) in CURRENCIES or _low(tokens, start - 1) in {"the", "another"}):
        start -= 1
    before = [token.low for token in tokens[max(0, start - 4) : start]]
    for phrase, limit in sorted(PHRASES.items(), key=lambda item: -len(item[0])):
        words = phrase.split()
        if before[-len(words) :] == words:
            by_a_deadline = "later" in words and "before" in [token.low for token in tokens[after : after + 2]]
            return ">=" if by_a_deadline else limit
    behind = " ".join(token.low for token in tokens[after : after + 2])
    if behind in BEHIND:
        return BEHIND[behind]
    if before and before[-1] in ABOUT:
        return "~"
    than = before[-2:-1] if before[-1:] == ["than"] else before[-1:]
    word = than[0] if than and (before[-1:] == ["than"] or than[0] in {"over", "under", "above", "below"}) else ""
    if word not in MORE | LESS:
        return ""
    denied = before[-1] == "than" and _is_denied(tokens, start)
    if word in MORE:
        return "<=" if denied else ">"
    return ">=" if denied else "<"


def _is_denied(tokens: Sequence[Token], start: int) -> bool:
    """Whether "not" or "no" stands before a comparison in the same run of words."""
    for token in reversed(tokens[max(0, start - 9) : start]):
        if token.low in STOPS:
            return False
        if token.low in {"no", "not", "never", "none"}:
            return True
    return False


def _counted(tokens: Sequence[Token], start: int, end: int) -> list[str]:
    words: list[str] = []
    for token in tokens[start : min(end, start + 6)]:
        if token.low in STOPS or len(words) == 3:
            break
        if token.stem:
            words.append(token.stem)
    return words


def _rates(tokens: Sequence[Token], numerals: Sequence[Numeral]) -> dict[int, set[str]]:
    """Give each rate to the amount nearest before it, or else behind it, by the amount's first token."""
    rates: dict[int, set[str]] = {}
    for place, rate in _rate_places(tokens):
        before = [one for one in numerals if one.end <= place]
        nearest = before[-1:] or numerals[:1]
        if nearest:
            rates.setdefault(nearest[0].first, set()).add(rate)
    return rates


def _rate_places(tokens: Sequence[Token]) -> list[tuple[int, str]]:
    """What something is per: "a year", "monthly", "per giver and year", "for each job"."""
    found: list[tuple[int, str]] = []
    for place, token in enumerate(tokens):
        low, after = token.low, _low(tokens, place + 1)
        if low in {"a", "an", "per", "each", "every", "/"} and after in TIMES:
            if not (low in {"a", "an"} and _low(tokens, place - 1) in PLACED):
                found.append((place, TIMES[after]))
        elif (low == "per" or (low in {"each", "every"} and _low(tokens, place - 1) == "for")) and after != "cent":
            found += [(place, word) for word in _per(tokens, place + 1)]
        elif low in ADVERBS:
            found.append((place, ADVERBS[low]))
    return found


def _per(tokens: Sequence[Token], start: int) -> list[str]:
    """The words behind "per", two where the first is an adjective, and another that "and" joins to them."""
    words = [token.stem for token in tokens[start : start + 2] if token.stem]
    if words and not tokens[start].stem:
        words = []
    if _low(tokens, start + 1) == "and" and (joined := _low(tokens, start + 2)):
        words.append(TIMES.get(joined, joined))
    return words


def same_rate(one: str, other: str) -> bool:
    """Whether two rates are per the same: equal times, and a word in common beside them."""
    own, theirs = set(one.split()), set(other.split())
    times = set(TIMES.values())
    beside = own - times, theirs - times
    return own & times == theirs & times and (not any(beside) or bool(beside[0] & beside[1]))


PLACED: Collection[str] = {"within", "for", "in", "after", "of", "about", "over", "half"}


def _low(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].low if 0 <= place < len(tokens) else ""
