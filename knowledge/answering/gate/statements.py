"""One sentence with everything the gate compares: its words, dates, amounts, names and clauses. Compares nothing."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from knowledge.answering.gate.amounts import (
    ABOUT,
    ADVERBS,
    CURRENCIES,
    LESS,
    MEASURES,
    MORE,
    PHRASES,
    QUALIFIERS,
    Amount,
    amounts_in,
    rates_in,
)
from knowledge.answering.gate.amounts import TIMES as UNITS_OF_TIME
from knowledge.answering.gate.days import Day, days_in
from knowledge.answering.gate.numerals import numerals_in
from knowledge.answering.gate.tokens import Terms, Token, Tokens

# Who acts: offices and bodies, which are swapped as easily as names.
ACTORS = frozenset(
    """mayor council clerk attorney governor state county counties federal government department board commission
    committee ministry minister ministries secretary secretaries senate senator congress house court police manager
    chief staff officer director embassy embassies consulate consul ambassador company companies firm university
    universities network league member host visitor guest delegation delegate traveler auditor treasurer chair
    president city cities judge institute fund foundation office bank union employee recipient applicant resident
    citizen""".split()
)
# Compared as limits of amounts and as denials, not as words.
LIMITS = MORE | LESS | ABOUT | {word for phrase in PHRASES for word in phrase.split()} | {"maximum", "minimum"}
UNITS = LIMITS | UNITS_OF_TIME.keys() | CURRENCIES.keys() | MEASURES.keys() | ADVERBS.keys() | QUALIFIERS.keys()
DENIED = frozenset({"not", "no", "never", "none", "nor", "neither", "without"})
BREAKS = frozenset({";", ":"})
# Words with which a new clause may begin.
JOINTS = frozenset({",", ";", ":", "and", "but", "while", "which", "because", "though", "although", "so", "|", "or"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence, read."""

    text: str
    tokens: tuple[Token, ...]
    days: tuple[Day, ...]
    amounts: tuple[Amount, ...]
    rates: frozenset[str]
    content: tuple[Token, ...]

    @property
    def stems(self) -> frozenset[str]:
        """What its words say, without figures and units."""
        return frozenset(token.stem for token in self.content)

    @property
    def lows(self) -> frozenset[str]:
        """All its words as they stand, in small letters."""
        return frozenset(token.low for token in self.tokens)

    @property
    def actors(self) -> list[tuple[int, str]]:
        """Who and what is named, with its place: names and offices; what stands twice is left out."""
        places = [
            (place, token.stem or token.low)
            for place, token in enumerate(self.tokens)
            if token in self.content and ((token.is_capital and not token.opens) or is_actor(token))
        ]
        stems = [stem for _, stem in places]
        return [(place, stem) for place, stem in places if stems.count(stem) == 1]


def is_actor(token: Token) -> bool:
    """Whether a word names somebody who acts, one or many."""
    return token.low in ACTORS or token.low.removesuffix("s") in ACTORS


class Statements:
    """Reads sentences and says which words mean the same."""

    def __init__(self, terms: Terms) -> None:
        self._tokens = Tokens(terms)
        lists = tomllib.loads(files("knowledge.answering.gate").joinpath("words.toml").read_text("utf-8"))
        self.free = frozenset(filter(None, map(self._tokens.stem, lists["free"].split())))
        groups: dict[str, set[int]] = {}
        for number, line in enumerate(lists["groups"].splitlines()):
            for word in line.split():
                groups.setdefault(self._tokens.stem(word), set()).add(number)
        self._groups = {stem: frozenset(numbers) for stem, numbers in groups.items() if stem}

    def read(self, text: str) -> Statement:
        """Read one sentence."""
        return self.of(self.cut(text), text)

    def cut(self, text: str) -> tuple[Token, ...]:
        """Cut one sentence into tokens and read no further, for `of` to go on where that is worth its time."""
        return self._tokens.cut(text)

    def of(self, tokens: Sequence[Token], text: str = "") -> Statement:
        """Read what was cut into tokens before."""
        days = tuple(days_in(tokens))
        amounts = amounts_in(tokens, days)
        return Statement(
            text=text,
            tokens=tuple(tokens),
            days=days,
            amounts=amounts,
            rates=rates_in(tokens),
            content=tuple(_content(tokens, days)),
        )

    def stems(self, text: str) -> frozenset[str]:
        """The stems of a text's words."""
        return frozenset(token.stem for token in self.cut(text) if token.stem)

    def same(self, one: str, other: str) -> bool:
        """Whether two stems say the same: equal, in one group, or of one long beginning."""
        if one == other or self._groups.get(one, frozenset()) & self._groups.get(other, frozenset()):
            return True
        common = _common_beginning(one, other)
        return common >= 6 and common >= 0.7 * max(len(one), len(other))

    def held(self, stem: str, stems: frozenset[str]) -> bool:
        """Whether one of the stems says the same."""
        return stem in stems or any(self.same(stem, other) for other in stems)


def _content(tokens: Sequence[Token], days: Sequence[Day]) -> Iterator[Token]:
    """The words that carry the matter: no function words, dates, numbers, units or rates."""
    skipped = {place for day in days for place in range(day.first, day.end)}
    for numeral in numerals_in(tokens):
        skipped.update(range(numeral.first, numeral.end))
    for place, token in enumerate(tokens):
        is_unit = token.low in UNITS and (token.opens or not token.is_capital)
        if token.stem and place not in skipped and not is_unit and token.low not in DENIED | {"percent", "cent"}:
            yield token


def clauses(tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
    """Cut a sentence where a new clause surely begins."""
    parts: list[list[Token]] = [[]]
    for place, token in enumerate(tokens):
        comma_joins = token.low == "," and place + 1 < len(tokens) and tokens[place + 1].low in {"but", "and", "while"}
        if token.low in BREAKS or comma_joins or token.low in {"but", "while"}:
            parts.append([])
        parts[-1].append(token)
    return [tuple(part) for part in parts if any(token.stem for token in part)]


def _common_beginning(one: str, other: str) -> int:
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f]")
