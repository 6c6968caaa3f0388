"""A sentence in one of three languages as what a translation must keep of it. Compares nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from knowledge.answering.gate.tokens import Token
from knowledge.answering.translating.counts import FIRSTS, Count, counts_in, odd_signs
from knowledge.answering.translating.vocabulary import ACRONYMS, Vocabulary, Words, cut, folded, vocabulary

# Words that may stand between a number and its unit.
BETWEEN = frozenset("- de of business working consecutive calendar full more mas mais square".split())
BULLETS = frozenset("-•*–▪|;:.!?\"'“«(")

STOPS = frozenset(",;:.()")
BEFORE_A_MONTH = frozenset("in by of until since from through before after every each last next".split())
UNITS = (
    "$ r$ € £ pesos % points year month week day hour minute night decade km metre mile foot acre hectare ton".split()
)


@dataclass(frozen=True, kw_only=True)
class Read:
    """A sentence, cut into words, with its numbers and months found; `asks` where it is a question."""

    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    known: Vocabulary
    counts: tuple[Count, ...]
    months: tuple[tuple[int, int], ...]
    odd: Mapping[str, int]
    asks: bool = False

    @cached_property
    def taken(self) -> frozenset[int]:
        """The places of numbers and months."""
        numbers = {place for count in self.counts for place in range(count.first, count.end)}
        return frozenset(numbers | {place for place, _ in self.months})

    @cached_property
    def same(self) -> tuple[tuple[int, frozenset[int]], ...]:
        """Each word, by its place, that must stand on both sides, with the groups it may be of."""
        return tuple(
            (place, groups) for place, groups in self._groups(self.known.same) if not self._is_year_named(place)
        )

    @cached_property
    def named(self) -> frozenset[int]:
        """The groups of all its words that a name may be made of."""
        return frozenset(group for _, groups in self._groups(self.known.named) for group in groups)

    @cached_property
    def phrases(self) -> frozenset[int]:
        """The places of words that are compared as `same`."""
        return frozenset(
            place
            for first in range(len(self.words))
            for place in range(first, first + self._at(self.known.same, first)[1])
        )

    def _groups(self, lists: Words) -> list[tuple[int, frozenset[int]]]:
        found, place = [], 0
        while place < len(self.words):
            groups, length = self._at(lists, place)
            if groups:
                found.append((place, groups))
            place += max(1, length)
        return found

    def _at(self, lists: Words, place: int) -> tuple[frozenset[int], int]:
        is_acronym = self.words[place] in ACRONYMS and self.words[place + 1 : place + 2] != ("$",)
        if is_acronym and not self.tokens[place].text.isupper():
            return frozenset(), 0
        return lists.at(self.words, place)

    def _is_year_named(self, place: int) -> bool:
        """Whether a word is the "year" beside a year: "en el año 2023"."""
        years = {count.first for count in self.counts if count.kind == "year"}
        return self.words[place] in {"year", "ano"} and bool(years & {place + 1, place + 2})

    def places(self, mark: str) -> list[int]:
        """Where words of a list stand."""
        found, place = [], 0
        while place < len(self.words):
            groups, length = self.known.marks[mark].at(self.words, place)
            if groups:
                found.append(place)
            place += max(1, length)
        return found

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """Where its clauses begin and end."""
        breaks = {place for place, word in enumerate(self.words) if word in STOPS} | set(self.places("breaks"))
        ends = [*sorted(breaks), len(self.words)]
        return tuple(zip([0, *ends], ends, strict=False))

    def unit_of(self, count: Count) -> frozenset[int]:
        """The groups of what a number counts, where that is money, a share, a time or a measure; empty elsewhere."""
        groups = dict(self.same)
        before = count.first - 1
        if before >= 0 and self.words[before] in {"$", "€", "£"}:
            return groups.get(before - 1, frozenset()) & _units() or groups.get(before, frozenset())
        place = count.end
        between = BETWEEN | {"a", "an"} if max(count.values) < 1 else BETWEEN  # half a day
        while place < len(self.words) and place < count.end + 3 and self.words[place] in between:
            place += 1
        return groups.get(place, frozenset()) & _units()

    def opens(self, place: int) -> bool:
        """Whether a word begins a sentence, an item or words in quotation marks: there every word has a capital."""
        return not any(word[0].isalnum() for word in self.words[:place]) or self.words[place - 1] in BULLETS


def read(text: str, language: str, *, asks: bool = False) -> Read:
    """Read one sentence."""
    known = vocabulary(language)
    tokens = cut(text)
    words = tuple(folded(token.low) for token in tokens)
    months = tuple(_months(tokens, words, known))
    counts = (_dated(count, words, months) for count in counts_in(tokens, words, known))
    return Read(
        tokens=tokens,
        words=words,
        known=known,
        counts=tuple(count for count in counts if count.values != {1} or count.kind),
        months=months,
        odd=odd_signs(text),
        asks=asks,
    )


def _dated(count: Count, words: Sequence[str], months: Sequence[tuple[int, int]]) -> Count:
    """Say of a number that it is a day where a month stands beside it."""
    raised = count.end + (words[count.end : count.end + 1] == ("o",))  # 1º de maio
    behind = raised + (words[raised : raised + 1] in [("of",), ("de",)])
    if words[count.first] in FIRSTS:  # "the first of May", and no "first May meeting"
        beside = {place for place, _ in months} & ({behind} - {raised})
    else:
        beside = {place for place, _ in months} & {count.first - 1, behind}
    return replace(count, kind="day") if beside and max(count.values) <= 31 else count


def _months(tokens: Sequence[Token], words: Sequence[str], known: Vocabulary) -> list[tuple[int, int]]:
    """Return places and numbers of months. English ones have a capital, and "May" and short ones a day or "in" by."""
    found = []
    for place, word in enumerate(words):
        if (month := known.months.get(word)) is None:
            continue
        near = [*words[max(0, place - 2) : place], *words[place + 1 : place + 3]]
        beside = any(one[0].isdigit() for one in near) or (place > 0 and words[place - 1] in BEFORE_A_MONTH)
        is_plain = len(word) > 4 or known.language != "en" or word in {"june", "july"}
        if known.language == "en" and not tokens[place].is_capital:
            continue
        if beside or (is_plain and word != "march" and len(word) > 3):
            found.append((place, month))
    return found


@cache
def _units() -> frozenset[int]:
    """The groups of what numbers count."""
    same = vocabulary("en").same
    return frozenset(group for unit in UNITS for group in same.at(tuple(token.low for token in cut(unit)), 0)[0])
