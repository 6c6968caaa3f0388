"""Compares dates and amounts: each that is said stands in the source with the same unit, limit and rate."""

from collections.abc import Sequence

from knowledge.answering.gate.amounts import Amount, same_rate
from knowledge.answering.gate.days import Day
from knowledge.answering.gate.statements import Statement, Statements
from knowledge.answering.gate.tokens import Token
from knowledge.answering.gate.verdicts import Drop

JOINTS = frozenset({",", ";", "and", "or", "but", "while", "|"})
# What a word of each sort counts for when a number is looked up in the part of the source it belongs to.
SINGLE = frozenset({"a", "an", "single", "each", "one", "every"})
FIGURE_WEIGHT = 3
NAME_WEIGHT = 2


def wrong_figures(said: Statement, source: Statement, reading: Statements) -> Drop | None:
    """Return what is wrong with the dates and amounts that are said; None where nothing is."""
    if any(not any(day.is_in(other) for other in source.days) for day in said.days):
        return Drop.DATE
    wrong = (_wrong_amount(amount, source, reading) for amount in said.amounts)
    return next(filter(None, wrong), None if said.rates <= source.rates else Drop.UNIT)


def _wrong_amount(amount: Amount, source: Statement, reading: Statements) -> Drop | None:
    alike = [other for other in source.amounts if other.value == amount.value and other.kind == amount.kind]
    if not alike:
        is_single = amount.value == 1 and not amount.unit and source.lows & SINGLE
        return None if is_single else Drop.NUMBER
    fitting = [other for other in alike if _same_unit(amount, other)]
    if not fitting:
        return Drop.UNIT
    right = any(
        other.limit == amount.limit and _counts_same(amount, other, reading) and _same_side(amount, other)
        for other in fitting
    )
    turned = any(other.of == amount.value and other.value == amount.of for other in source.amounts if amount.of)
    return None if right and not turned else Drop.NUMBER


def _same_unit(amount: Amount, other: Amount) -> bool:
    return amount.unit == other.unit and same_rate(amount.rate, other.rate)


def _same_side(amount: Amount, other: Amount) -> bool:
    """Whether "to 7" is "to 7" in the source too; "from" may be "between" there."""
    return amount.side == other.side or (amount.side != "to" and not (amount.side and other.side))


def _counts_same(amount: Amount, other: Amount, reading: Statements) -> bool:
    """Whether both numbers may count the same: a unit says so, or a word behind both, or nothing behind one of them."""
    if amount.unit or not amount.counts or not other.counts:
        return True
    return any(reading.held(word, other.counts) for word in amount.counts)


def is_misplaced(said: Statement, source: Statement, reading: Statements) -> bool:
    """Whether a number or date is said of what another part of the source is about."""
    parts = [reading.of(part) for part in _parts(source, reading)]
    if len(parts) < 2:
        return False
    for piece in (reading.of(part) for part in _parts(said, reading)):
        figures = _figures(piece)
        for figure in figures:
            if isinstance(figure, Amount) and figure.of is not None:
                continue
            holding = [part for part in parts if _holds(part, figure)]
            # Only a part that has such a figure of its own, which is not said, can have lost it to this one.
            rivals = [other for part in parts for other in _figures(part) if _is_rival(figure, other, piece)]
            others = [part for part in parts if part not in holding and any(_holds(part, other) for other in rivals)]
            beside = [other for other in figures if other is not figure]
            here = max((_likeness(piece, part, beside, reading) for part in holding), default=0)
            if holding and here < max((_likeness(piece, part, beside, reading) for part in others), default=0):
                return True
    return False


def _is_rival(figure: Day | Amount, other: Day | Amount, piece: Statement) -> bool:
    if isinstance(figure, Day) or isinstance(other, Day):
        return type(figure) is type(other) and not _holds(piece, other)
    return figure.unit == other.unit and not _holds(piece, other)


def _figures(piece: Statement) -> list[Day | Amount]:
    return [*piece.days, *piece.amounts]


def _holds(part: Statement, figure: Day | Amount) -> bool:
    if isinstance(figure, Day):
        return any(figure.is_in(day) for day in part.days)
    return any(amount.value == figure.value and amount.unit == figure.unit for amount in part.amounts)


def _parts(statement: Statement, reading: Statements) -> list[Sequence[Token]]:
    """Cut a sentence at its joints so that each part has a number or date of its own, and words beside it."""
    inside = {place for day in statement.days for place in range(day.first, day.end)}
    cuts = [place for place, token in enumerate(statement.tokens) if token.low in JOINTS and place not in inside]
    parts: list[Sequence[Token]] = []
    start = 0
    for cut in [*cuts, len(statement.tokens)]:
        part = reading.of(statement.tokens[start:cut])
        if _figures(part) and (part.content or parts):
            parts.append(statement.tokens[start:cut])
            start = cut
    if parts and start < len(statement.tokens):
        parts[-1] = [*parts[-1], *statement.tokens[start:]]
    return parts or [statement.tokens]


def _likeness(piece: Statement, part: Statement, beside: Sequence[Day | Amount], reading: Statements) -> int:
    """How much two parts share: other figures and names count for more than words."""
    words = (token for token in piece.content if reading.held(token.stem, part.stems))
    shared = sum(NAME_WEIGHT if token.is_capital and not token.opens else 1 for token in words)
    return shared + FIGURE_WEIGHT * sum(_holds(part, figure) for figure in beside)
