"""Which figure of two sentences on one matter differs. Units are converted; what cannot be is no difference.

Exactly one figure may differ: where two do, the sentences are about two cases ("over 50,000 people $300, over 100,000
people $500"), not about one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from knowledge.answering.gate.amounts import Amount, same_rate
from knowledge.answering.gate.days import Day
from knowledge.answering.gate.obliging import modals_in
from knowledge.answering.gate.statements import Statement, Statements
from knowledge.differences import About

Figure = TypeVar("Figure")

# In days and in metres: what a unit is worth beside others of its sort.
WORTH = {
    "minute": ("time", Fraction(1, 1440)),
    "hour": ("time", Fraction(1, 24)),
    "day": ("time", Fraction(1)),
    "calendar day": ("time", Fraction(1)),
    "consecutive day": ("time", Fraction(1)),
    "week": ("time", Fraction(7)),
    "month": ("time", Fraction(36525, 1200)),
    "year": ("time", Fraction(36525, 100)),
    "decade": ("time", Fraction(36525, 10)),
    "m": ("length", Fraction(1)),
    "km": ("length", Fraction(1000)),
    "mi": ("length", Fraction(1609)),
    "ft": ("length", Fraction(3048, 10000)),
    "acre": ("area", Fraction(4047)),
    "ha": ("area", Fraction(10000)),
    "sqft": ("area", Fraction(929, 10000)),
}
# Thirty days and a month, a mile and 1.6 km are the same; so are 3,962 and "nearly 4,000".
CONVERTED = Fraction(5, 100)
ROUNDED = Fraction(10, 100)
# A number behind one of these, or behind a name, is which one it is, not how many.
LABELS = frozenset(
    """section article chapter rule form title part page step room tier level class phase zone district number no
    version item grade paragraph clause schedule appendix annex table figure option category group stage act bill
    resolution ordinance route terminal pier building floor unit file case""".split()
)
# What happens to a thing once, so that two years cannot both be right.
ONCE = frozenset(
    """founded established created opened opens adopted enacted signed launched effective effect force expires
    expired ends ended begins began starts started elected appointed ratified incorporated repealed closed closes
    completed inaugurated chartered""".split()
)
# What has one date in a year.
SET = ONCE | frozenset("due deadline submitted filed registered apply applications held place falls".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the figures of two sentences compare: `differs` is set where exactly one does, `apart` where more do."""

    differs: About | None = None
    apart: bool = False


APART = Figures(apart=True)


def compare_figures(one: Statement, other: Statement, reading: Statements) -> Figures:
    """Compare the dates and amounts of two sentences."""
    days = _left_over(one.days, other.days, _may_be_one)
    amounts = _left_over(one.amounts, other.amounts, lambda own, their: _agree(own, their, reading))
    if max(len(left) for left in (*days, *amounts)) > 1:
        return APART
    if not any(days) and not any(amounts):
        return Figures()
    if any(days) and any(amounts):
        return APART
    if any(days):
        return Figures(differs=About.DATE) if all(days) and _differs_in_date(one, other, days) else APART
    # A number that only one of them has says more, not something else.
    if not all(amounts):
        return Figures()
    return Figures(differs=About.NUMBER) if _differ(amounts[0][0], amounts[1][0], one, other, reading) else APART


def _left_over(
    ours: Sequence[Figure], theirs: Sequence[Figure], agree: Callable[[Figure, Figure], bool]
) -> tuple[list[Figure], list[Figure]]:
    """Take away what both have, each once."""
    here: list[Figure] = []
    there = list(theirs)
    for figure in ours:
        match = next((place for place, against in enumerate(there) if agree(figure, against)), None)
        if match is None:
            here.append(figure)
        else:
            del there[match]
    return here, there


def _may_be_one(one: Day, other: Day) -> bool:
    """Whether two dates agree in all that both state, and both state something."""
    pairs = [
        (own, their)
        for own, their in ((one.year, other.year), (one.month, other.month), (one.day, other.day))
        if own is not None and their is not None
    ]
    return bool(pairs) and all(own == their for own, their in pairs)


def _differs_in_date(one: Statement, other: Statement, days: tuple[list[Day], list[Day]]) -> bool:
    """Whether both say when the same thing is, and not what was in two years."""
    (own,), (their,) = days
    if _is_frame(one, own) or _is_frame(other, their):
        return False
    lows = one.lows & other.lows
    if own.year and their.year and own.year != their.year:
        return bool(lows & ONCE)
    duty = bool(modals_in(one.tokens)) and bool(modals_in(other.tokens))
    return bool(own.month and their.month) and (duty or bool(lows & SET) or own.side == their.side == "deadline")


def _is_frame(statement: Statement, day: Day) -> bool:
    """Whether a date says which case a sentence is about: "In 2023, ...", "the 2023 budget"."""
    tokens = statement.tokens
    opens = day.first <= 1
    names = day.month is None and day.end < len(tokens) and bool(tokens[day.end].stem)
    return opens or (names and tokens[day.first - 1].low not in {"in", "by", "since", "until", "before", "after"})


def _agree(one: Amount, other: Amount, reading: Statements) -> bool:
    """Whether two amounts say the same of the same, or both can be true."""
    return _is_of_one_sort(one, other, reading) and _both_true(one, other)


def _differ(one: Amount, other: Amount, here: Statement, there: Statement, reading: Statements) -> bool:
    labels = _is_label(one, here) or _is_label(other, there)
    return not labels and _is_of_one_sort(one, other, reading)


def _is_of_one_sort(one: Amount, other: Amount, reading: Statements) -> bool:
    if one.kind or other.kind:  # the Ninth Summit is no other size of the Tenth
        return one.kind == other.kind and one.value == other.value
    if _sort(one) != _sort(other) or not same_rate(one.rate, other.rate) or one.of != other.of:
        return False
    counted = one.counts, other.counts
    return bool(one.unit) or not all(counted) or any(reading.held(word, other.counts) for word in one.counts)


def _both_true(one: Amount, other: Amount) -> bool:
    own, their = _value(one), _value(other)
    near = CONVERTED if one.unit != other.unit else Fraction(0)
    if "~" in (one.limit, other.limit):
        near = ROUNDED
    if abs(own - their) <= near * max(own, their):
        return True
    low = {">": own, ">=": own}.get(one.limit), {">": their, ">=": their}.get(other.limit)
    high = {"<": own, "<=": own}.get(one.limit), {"<": their, "<=": their}.get(other.limit)
    if one.limit and other.limit:
        return _fits(low[0], high[1]) or _fits(low[1], high[0])
    if one.limit:
        return _fits(low[0], their) or _fits(their, high[0])
    return bool(other.limit) and (_fits(low[1], own) or _fits(own, high[1]))


def _fits(low: Fraction | None, high: Fraction | None) -> bool:
    return low is not None and high is not None and low <= high


def _sort(amount: Amount) -> str:
    return WORTH[amount.unit][0] if amount.unit in WORTH else amount.unit


def _value(amount: Amount) -> Fraction:
    return amount.value * (WORTH[amount.unit][1] if amount.unit in WORTH else 1)


def _is_label(amount: Amount, statement: Statement) -> bool:
    """Whether a number is part of a name: "Section 4", "H.R. 5323", "Form 12"."""
    before = statement.tokens[amount.first - 1] if amount.first else None
    if before is None or amount.unit:
        return False
    counts_nothing = bool(before.stem) and not amount.counts  # "Slide 58: Thanks"
    named = before.is_capital and not before.opens
    return named or counts_nothing or before.low in LABELS or before.text in {".", "-", "/"}
