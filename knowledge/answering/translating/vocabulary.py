"""The words of three languages that a translation is compared by, read from words.toml once."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files

from knowledge.answering.gate.tokens import Token, Tokens

LANGUAGES = ("en", "es", "pt")
MARKS = (
    *("not", "again", "apart", "deny", "breaks", "must", "should", "may"),
    *("up", "down", "earlier", "later", "all", "some", "limits"),
)
# These are words of their own unless written in capitals: "tell us", "eu" (I), "un" (a).
ACRONYMS = frozenset({"us", "un", "eu"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Words that belong to a group: `pieces` in a row, of which the first `length` are it; the rest must follow."""

    pieces: tuple[str, ...]
    length: int
    group: int

    def stands(self, words: Sequence[str], place: int) -> bool:
        """Whether it stands at a place."""
        here = words[place : place + len(self.pieces)]
        return len(here) == len(self.pieces) and all(map(_is_like, here, self.pieces))


class Words:
    """A list of words and phrases, looked up at a place of a sentence."""

    def __init__(self, variants: Iterator[Variant]) -> None:
        self._by_start: dict[str, list[Variant]] = {}
        for variant in variants:
            self._by_start.setdefault(variant.pieces[0][:2], []).append(variant)

    def at(self, words: Sequence[str], place: int) -> tuple[frozenset[int], int]:
        """Return the groups of what stands there and how many words it is; nothing and 0 where nothing does."""
        standing = [one for one in self._by_start.get(words[place][:2], ()) if one.stands(words, place)]
        longest = max((one.length for one in standing), default=0)
        return frozenset(one.group for one in standing), longest


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one language. `marks` are lists by name, `same` and `named` groups shared by all three."""

    language: str
    numbers: Mapping[str, Fraction]
    perhaps: Mapping[str, Fraction]
    scales: Mapping[str, int]
    joint: str
    months: Mapping[str, int]
    marks: Mapping[str, Words]
    same: Words
    named: Words
    function: frozenset[str]
    opening: frozenset[str]
    free: frozenset[str]


def folded(text: str) -> str:
    """Return a text in small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def cut(text: str) -> tuple[Token, ...]:
    """Cut a sentence into words, figures and marks; nothing is stemmed. An accent that stands by itself is none."""
    return tuple(token for token in Tokens(lambda _: ()).cut(composed(text)) if folded(token.low))


def composed(text: str) -> str:
    """Return a text with each accent in its letter, where there is such a letter."""
    return unicodedata.normalize("NFC", text)


def accents_apart(text: str) -> frozenset[str]:
    """The accents and strokes of a text that no letter has: they may strike out what stands there."""
    return frozenset(c for c in composed(text) if unicodedata.category(c).startswith("M"))


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the words of a language."""
    lists = tomllib.loads(files("knowledge.answering.translating").joinpath("words.toml").read_text("utf-8"))
    own = lists[language]
    pairs = {name: own[name].split() for name in ("numbers", "perhaps", "scales")}
    values = {name: dict(zip(words[::2], words[1::2], strict=True)) for name, words in pairs.items()}
    months = [own[name].split() for name in ("months", "short_months")]
    return Vocabulary(
        language=language,
        numbers={word: Fraction(value) for word, value in values["numbers"].items()},
        perhaps={word: Fraction(value) for word, value in values["perhaps"].items()},
        scales={word: int(value) for word, value in values["scales"].items()},
        joint=own["joint"],
        months={word: min(number % 12 or 12, 12) for names in months for number, word in enumerate(names, start=1)}
        | ({"sept": 9} if language == "en" else {})
        | ({"setiembre": 9} if language == "es" else {}),
        marks={name: Words(_variants(own[name].split(), 0)) for name in MARKS},
        same=_groups(lists["same"]["lines"], language),
        named=_groups(lists["named"]["lines"], language),
        function=frozenset(own["function"].split()),
        opening=frozenset(own["opening"].split()),
        free=frozenset(lists["free"].split()),
    )


def _groups(lines: str, language: str) -> Words:
    column = LANGUAGES.index(language)
    rows = [row.split("|") for row in lines.strip().splitlines()]
    return Words(
        variant
        for number, row in enumerate(rows)
        for variant in _variants(row[min(column, len(row) - 1)].split(), number)
    )


def _variants(words: Sequence[str], group: int) -> Iterator[Variant]:
    for word in words:
        own, *ahead = word.split("+")
        pieces = _pieces(own)
        yield Variant(pieces=(*pieces, *(p for one in ahead for p in _pieces(one))), length=len(pieces), group=group)


def _pieces(word: str) -> tuple[str, ...]:
    """Cut as a sentence is cut; a star stays with what stands before it."""
    return tuple(
        token.low + ("*" if piece.endswith("*") and token is last else "")
        for piece in word.split("_")
        for tokens in (cut(piece.removesuffix("*")),)
        for last in tokens[-1:]
        for token in tokens
    )


def _is_like(word: str, piece: str) -> bool:
    return word.startswith(piece[:-1]) if piece.endswith("*") else word == piece
