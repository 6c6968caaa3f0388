"""The figures and dates of a quote, where they stand in it, and how old they are. Works on positions only."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.answering.gate.amounts import amounts_in
from knowledge.answering.gate.days import YEAR, Day, days_in
from knowledge.answering.gate.tokens import ACRONYM, TOKEN, TYPOGRAPHIC, Terms, Token, Tokens, spelled_out
from knowledge.dates import last_day
from knowledge.memos import Basis, Dated, Doubt, Figure, Span
from knowledge.sentences import split_sentences

# A figure older than this many years is not told to voters without a word about its age.
YEARS_THAT_HOLD = 3
# What belongs to a figure behind its digits, and the sign before them.
UNIT = re.compile(r"\s*(?:(?:%|percent\b|per cent\b|thousand\b|million\b|billion\b|trillion\b|[KMB]\b|bn\b)\s*)+")
SIGN = re.compile(r"(?:US)?[$€£]\s?$")
# A number behind one of these names a place in a text or a room, and counts nothing.
NAMES_A_PLACE = frozenset(
    """article articles section sections sec chapter chapters ch title part page pages p pp paragraph para clause item
    number no nr room floor suite step figure table annex appendix exhibit act bill resolution ordinance code vol volume
    version phase line route group""".split()
)
REPORTERS = frozenset({"usc", "u.s.c", "cfr", "fr", "stat"})
MONEY = frozenset({"USD", "EUR", "GBP", "US"})
TO = frozenset({"to", "-", "and", "through", "until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text holds: its figures, and its dates of any precision with where they stand."""

    figures: tuple[Span, ...]
    dates: tuple[tuple[str, Span], ...]


class Readings:
    """Reads texts with the tokens that the gate reads them with."""

    def __init__(self, terms: Terms) -> None:
        self._tokens = Tokens(terms)

    def read(self, text: str) -> Reading:
        """Read the sentences, items and rows of a text."""
        figures: list[Span] = []
        dates: list[tuple[str, Span]] = []
        for start, end in split_sentences(text):
            sentence = text[start:end]
            tokens, places = self._placed(sentence)
            days = days_in(tokens)
            figures += (_moved(_whole_figure(sentence, places[at]), start) for at in _figures(tokens, days))
            dates += (
                (_iso(day), _moved((places[day.first][0], places[day.end - 1][1]), start))
                for day in days
                if day.year is not None
            )
        return Reading(figures=tuple(dict.fromkeys(figures)), dates=tuple(dates))

    def _placed(self, sentence: str) -> tuple[Sequence[Token], Sequence[Span]]:
        """Return the tokens with where each stands; both halves of a contraction stand where it does.

        A sentence whose contractions cannot be told apart has neither, and so no figures.
        """
        tokens = self._tokens.cut(sentence)
        places = [
            match.span()
            for match in TOKEN.finditer(sentence.translate(TYPOGRAPHIC))
            for _ in TOKEN.findall(spelled_out(match.group()))
        ]
        return (tokens, places) if len(places) == len(tokens) else ((), ())


def figure(
    number: int, reading: Reading, *, elsewhere: Iterable[str], document_date: str | None, today: date
) -> Figure:
    """Date a quote's figures and say what is doubtful about that.

    By the dates of the quote, else by those that stand `elsewhere` beside the same figure, else by the document's. A
    quote that names an older date beside a newer one counts as old: its figures may be of either.
    """
    bases = (
        (Basis.SENTENCE, [iso for iso, _ in reading.dates]),
        (Basis.ELSEWHERE, list(elsewhere)),
        (Basis.DOCUMENT, [document_date] if document_date else []),
    )
    known = {basis: past for basis, days in bases if (past := [day for day in days if not is_to_come(day, today)])}
    basis = next(iter(known), None)
    dates = [*(known[basis] if basis else ()), *known.get(Basis.DOCUMENT, ())]
    old = min((day for day in dates if is_old(day, today)), default=None)
    return Figure(
        number=number,
        spans=reading.figures,
        day=max(known[basis]) if basis else None,
        basis=basis,
        doubt=Doubt.OLD if old else None if basis else Doubt.UNDATED,
        old=old,
    )


def dated(number: int, reading: Reading) -> Dated:
    """Say when a quote is about: its first date that is more than a year, else its first."""
    day, span = next((one for one in reading.dates if len(one[0]) > len("2026")), reading.dates[0])
    return Dated(number=number, day=day, span=span)


def is_old(iso: str, today: date) -> bool:
    """Whether all of a year, month or day is more than the years that hold ago. False for what is no date."""
    try:
        ended = last_day(iso)
    except ValueError:
        return False
    return (ended.year + YEARS_THAT_HOLD, ended.month, ended.day) < (today.year, today.month, today.day)


def is_to_come(iso: str, today: date) -> bool:
    """Whether a date is of a year, month or day after today's."""
    return iso > today.isoformat()[: len(iso)]


def _figures(tokens: Sequence[Token], days: Sequence[Day]) -> Iterator[int]:
    """Yield the tokens with the digits of each amount that counts or measures something."""
    dated_places = {place for day in days for place in range(day.first, day.end)}
    for amount in amounts_in(tokens, days):
        place = next((at for at in range(amount.first, amount.end) if tokens[at].is_figure), None)
        if place is not None and not _names(tokens, place, dated_places, has_unit=bool(amount.unit)):
            yield place


def _names(tokens: Sequence[Token], place: int, dated_places: set[int], *, has_unit: bool) -> bool:
    """Whether a number names something: a law, a page, an item of a list, a year, the end of "April 26 to 28"."""
    digits, before, after = tokens[place].text, _at(tokens, place - 1), _at(tokens, place + 1)
    named = _at(tokens, place - 2) if before == "." else before
    if _is_marker(tokens, place, after) or (YEAR.fullmatch(digits) and not has_unit):
        return True
    if named.lower() in NAMES_A_PLACE or after.lower().rstrip(".") in REPORTERS or named.lower() in REPORTERS:
        return True
    if ACRONYM.fullmatch(named) and named not in MONEY:
        return True
    if (before, after) == ("(", ")") or (after == "(" and len(_at(tokens, place + 2)) == 1):
        return True
    if (before == "-" and _at(tokens, place - 2)[:1].isupper()) or re.fullmatch(r"[A-Z]\.?", named):
        return True
    return before.lower() in TO and place - 2 in dated_places


def _is_marker(tokens: Sequence[Token], place: int, after: str) -> bool:
    return (place == 0 and after in {".", ")"}) or (place == 1 and _at(tokens, 0) == "(" and after == ")")


def _at(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].text if 0 <= place < len(tokens) else ""


def _whole_figure(sentence: str, digits: Span) -> Span:
    start, end = digits
    sign, unit = SIGN.search(sentence[:start]), UNIT.match(sentence, end)
    return (sign.start() if sign else start), (len(sentence[: unit.end()].rstrip()) if unit else end)


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _iso(day: Day) -> str:
    parts = [f"{day.year:04d}"]
    if day.month:
        parts.append(f"{day.month:02d}")
        if day.day:
            parts.append(f"{day.day:02d}")
    return "-".join(parts)
