"""Who does what to whom: two names or offices must not change places."""

from itertools import combinations

from knowledge.answering.gate.statements import Statement
from knowledge.answering.gate.tokens import Token

# A place or time may stand anywhere in a sentence: "In Denver, the mayor ...", "the mayor ... in Denver".
ADJUNCTS = frozenset("in at on under for during from according near".split())
Pair = tuple[int, int]

HAVE = frozenset({"has", "have", "had"})
LINKING = frozenset("is was are were remains remain still the a an its their of then now as".split())
WAYS = frozenset("from to by against of with before after".split())


def changes_places(said: Statement, source: Statement) -> bool:
    """Whether two that are named in both sentences stand the other way round, and no passive explains it."""
    own = {stem: place for place, stem in said.actors}
    theirs = {stem: place for place, stem in source.actors}
    for one, other in combinations([stem for stem in own if stem in theirs], 2):
        here, there = (own[one], own[other]), (theirs[one], theirs[other])
        if (here[0] < here[1]) != (there[0] < there[1]):
            if not _may_turn(said, source, here, there):
                return True
        elif _is_by(said.tokens, max(here)) != _is_by(source.tokens, max(there)) and abs(here[0] - here[1]) > 2:
            return True
    return False


def _may_turn(said: Statement, source: Statement, here: Pair, there: Pair) -> bool:
    """Whether a passive, an owner, a second name or a place explains that two stand the other way round."""
    by = any(_is_by(said.tokens, place) for place in here) != any(_is_by(source.tokens, place) for place in there)
    owned = any(_has(said.tokens, place) for place in here) or any(_has(source.tokens, place) for place in there)
    one = _is_one(said.tokens, *here) and _is_one(source.tokens, *there)
    return by or owned or one or any(_is_adjunct(said, source, *places) for places in zip(here, there, strict=True))


def _is_one(tokens: tuple[Token, ...], one: int, other: int) -> bool:
    """Whether two words name the same one: "Ruth Okafor, the director", "the treasurer is Thomas Weir"."""
    between = tokens[min(one, other) + 1 : max(one, other)]
    return len(between) <= 6 and all(
        token.is_capital or token.is_figure or token.low in LINKING or not token.text.isalnum() for token in between
    )


def _has(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether somebody owns here: "the board's members", "the board has members", beside "the members of the board"."""
    behind = tokens[place : place + 3]
    return any(token.owns for token in behind) or bool(HAVE & {token.low for token in behind})


def _is_adjunct(said: Statement, source: Statement, here: int, there: int) -> bool:
    before = _preposition(said.tokens, here)
    return before in ADJUNCTS and before == _preposition(source.tokens, there)


def _is_by(tokens: tuple[Token, ...], place: int) -> bool:
    return _preposition(tokens, place) == "by"


def _preposition(tokens: tuple[Token, ...], place: int) -> str:
    """The preposition a name hangs on, over its title and adjectives."""
    others = 0
    for token in reversed(tokens[max(0, place - 7) : place]):
        if token.low in ADJUNCTS | WAYS:
            return token.low
        if not (token.is_capital or token.low in {",", "the", "a", "an", "city", "its", "their", "deputy"}):
            others += 1
            if others > 1 or not (token.stem or token.is_figure):
                return ""
    return ""
