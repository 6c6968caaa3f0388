"""Small words that turn a sentence round: before and after, more and fewer, all and some, if, only and unless."""

from knowledge.answering.gate.statements import Statement, Statements, clauses

BEFORE = frozenset("before first prior until till ahead beforehand advance earlier".split())
AFTER = frozenset("after afterwards afterward since later following".split())
UP = frozenset(
    "more higher up rise rises rose risen increase increases increased grew grows grown growth climbed".split()
)
DOWN = frozenset(
    "fewer less lower down fall falls fell fallen decrease decreases decreased drop dropped shrank".split()
)
ABOVE = frozenset({"above"})
BELOW = frozenset({"below"})
ALL = frozenset("all every always everyone everybody everything entire whole any each both everywhere".split())
SOME = frozenset("some most many several few often usually sometimes generally typically partly mainly nearly".split())
ONLY = frozenset("only solely exclusively just merely".split())
UNLESS = frozenset("unless except excepted without until otherwise".split())
IF = frozenset("if when whenever where provided once case unless".split())
# What may stand in place of a condition, by the word it replaces.
CONDITIONS = {
    "unless": UNLESS | IF,
    "except": UNLESS | {"but", "not", "other"},
    "only": ONLY | {"no", "none", "not"},
    "if": IF | {"who", "that", "which"},
    "provided": IF,
}


def turns_round(said: Statement, source: Statement) -> bool:
    """Whether the sentence goes the other way than its source: a word of one side that only the other side has."""
    own, theirs = _without_limits(said), _without_limits(source)
    for one, other in ((BEFORE, AFTER), (UP, DOWN), (ABOVE, BELOW)):
        for this, that in ((one, other), (other, one)):
            if own & this and not theirs & this and theirs & that:
                return True
    return bool(own & AFTER and not theirs & AFTER) or bool(
        own & BEFORE - {"ahead", "first"} and not _has_deadline(source)
    )


def _without_limits(statement: Statement) -> frozenset[str]:
    """Its words but for the limits of its amounts: "no later than ten", "more than $50"."""
    tokens = statement.tokens
    starts = {place for amount in statement.amounts for place in (amount.first - 2, amount.first - 3)}
    limits = {place for place in starts if place >= 0 and tokens[place + 1].low == "than"}
    return frozenset(token.low for place, token in enumerate(tokens) if place not in limits)


def _has_deadline(source: Statement) -> bool:
    return bool(source.lows & BEFORE) or any(day.side == "deadline" for day in source.days)


def overstates(said: Statement, source: Statement, reading: Statements) -> bool:
    """Whether "some" became "all", or an "if", "only" or "unless" of the part that is said was left out."""
    own, theirs = said.lows, source.lows
    if own & (ALL - {"any", "each", "both"}) and not theirs & ALL:
        return True
    if theirs & SOME and not own & SOME and _says(said, source, theirs & SOME, reading):
        return True
    for part in clauses(source.tokens):
        lows = {token.low for token in part}
        stems = frozenset(token.stem for token in part if token.stem)
        shared = sum(reading.held(stem, said.stems) for stem in stems)
        if shared < 2 and 2 * shared < len(stems):
            continue
        if any(word in lows and not own & instead for word, instead in CONDITIONS.items()):
            return True
    return False


def _says(said: Statement, source: Statement, words: frozenset[str], reading: Statements) -> bool:
    """Whether what a "some" or "usually" stands before is said."""
    for place, token in enumerate(source.tokens):
        if token.low in words:
            if token.low == "most" and any(other.low == "at" for other in source.tokens[max(0, place - 1) : place]):
                continue
            behind = [other.stem for other in source.tokens[place + 1 :] if other.stem][:2]
            if behind and all(reading.held(stem, said.stems) for stem in behind):
                return True
    return False
