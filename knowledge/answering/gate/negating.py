"""What a sentence denies. A denial must not be lost, added, or moved to something else."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.answering.gate.amounts import LESS, MORE
from knowledge.answering.gate.statements import Statement, Statements
from knowledge.answering.gate.tokens import Token

NOT = frozenset("not no never none nor neither without nobody nothing".split())
DENYING = frozenset(
    """prohibit prohibits prohibited prohibiting prohibition forbid forbids forbidden forbidding ban bans banned banning
    bar bars barred barring illegal unlawful ineligible unable impossible fail fails failed lack lacks lacked void
    invalid""".split()
)
STOPS = frozenset({",", ";", ":", "|", "(", ")", "but", "while", "unless", "if"})
AHEAD = 5
BACK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A "not" and the stems of what it denies: those behind it, and those before it in its clause."""

    place: int
    behind: tuple[str, ...]
    before: tuple[str, ...]

    @property
    def around(self) -> frozenset[str]:
        """Both."""
        return frozenset((*self.behind, *self.before))


def denials_in(tokens: Sequence[Token]) -> list[Denial]:
    """Return the denials of a sentence; "not prohibited" denies nothing.

    Nor do "no later than" and "not last longer than": they are limits of amounts, which are compared as such.
    """
    places = [
        place
        for place, token in enumerate(tokens)
        if token.low in NOT | DENYING and not _is_a_limit(tokens[place + 1 : place + 9])
    ]
    cancelled: set[int] = set()
    for place in places:
        near = [other for other in places if place < other <= place + 3 and tokens[other].low in DENYING]
        if tokens[place].low in NOT and near:
            cancelled |= {place, near[0]}
    return [
        Denial(place=place, behind=_stems(tokens[place + 1 :], AHEAD, STOPS), before=_before(tokens[:place]))
        for place in places
        if place not in cancelled
    ]


def _is_a_limit(tokens: Sequence[Token]) -> bool:
    for one, other in pairwise(tokens):
        if one.low in STOPS:
            return False
        if one.low in MORE | LESS and other.low == "than":
            return True
    return False


def _before(tokens: Sequence[Token]) -> tuple[str, ...]:
    return _stems(tokens[::-1], BACK, STOPS | {"and", "or"})


def _stems(tokens: Sequence[Token], most: int, stops: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    for token in tokens:
        if token.low in stops or len(found) == most:
            break
        if token.stem and token.low not in NOT:
            found.append(token.stem)
    return tuple(found)


def denies_the_same(said: Statement, source: Statement, reading: Statements) -> bool:
    """Whether all that the source denies is denied where it is said, and nothing else is."""
    own, theirs = denials_in(said.tokens), denials_in(source.tokens)
    said_stems = frozenset(token.stem for token in said.tokens if token.stem)
    for denial in theirs:
        by_word = source.tokens[denial.place].low in DENYING
        denied = denial.around if by_word else _own_words(denial, source) or frozenset(denial.behind) or denial.around
        repeated = [stem for stem in denied if reading.held(stem, said_stems)]
        if denied and 2 * len(repeated) >= len(denied) and not any(_touch(one.around, denied, reading) for one in own):
            return False
    return all(any(_touch(one.around, other.around, reading) or not one.around for other in theirs) for one in own)


def _own_words(denial: Denial, source: Statement) -> frozenset[str]:
    """What is denied and stands nowhere else in the sentence."""
    stems = [token.stem for token in source.tokens if token.stem]
    return frozenset(stem for stem in denial.behind if stems.count(stem) == 1)


def _touch(one: frozenset[str], other: frozenset[str], reading: Statements) -> bool:
    return any(reading.held(stem, other) for stem in one)
