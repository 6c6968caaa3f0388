"""Do two sentences say different things about one matter? Strict: what is not surely one matter is no difference.

Built on the gate's reading of sentences (knowledge/answering/gate): a wrong "sources differ" costs the trust that a
right one earns.
"""

from collections.abc import Sequence

from knowledge.answering.differing.duties import duties_clash
from knowledge.answering.differing.figures import compare_figures
from knowledge.answering.differing.scopes import Scope, is_elsewhere
from knowledge.answering.gate.negating import DENYING, denials_in
from knowledge.answering.gate.obliging import WITH_TO, WORDS
from knowledge.answering.gate.statements import Statement, Statements, is_actor
from knowledge.answering.gate.tokens import Token
from knowledge.answering.gate.turning import AFTER, BEFORE, IF, ONLY, SOME, UNLESS
from knowledge.differences import About

# So many words two sentences have in common at least, and so many may one say more than the other.
IN_COMMON = 2
MORE = 2
# Behind these, words at the end of a sentence add who or how; behind others ("for", "in") they say of what it is true.
ADDING = frozenset({"to", "by", "with", "through", "as", "the", "a", "an", "its", "their", "your", "our"})
# Words that oblige are compared as duties, not as words.
DUTY_WORDS = frozenset(WORDS) | WITH_TO | DENYING
EITHER_WAY = (BEFORE, AFTER, ONLY, UNLESS | IF)
# Who acts must be the same word, but for these, which no office means as two.
ALIKE = frozenset("staff employee employees company companies firm firms".split())


def what_differs(one: Statement, other: Statement, around: tuple[Scope, Scope], reading: Statements) -> About | None:
    """Return what two sentences of different documents do not agree on; None where they agree or say other things."""
    own, theirs = _words(one, reading), _words(other, reading)
    if not _are_on_one_matter((one, own), (other, theirs), around, reading):
        return None
    figures = compare_figures(one, other, reading)
    if figures.apart:
        return None
    if figures.differs:
        return figures.differs if _deny_alike(one, other) else None
    more = bool(_missing(own, theirs, reading)) or bool(_missing(theirs, own, reading))
    return About.DUTY if not more and duties_clash(one.tokens, other.tokens) else None


def _are_on_one_matter(
    one: tuple[Statement, list[Token]],
    other: tuple[Statement, list[Token]],
    around: tuple[Scope, Scope],
    reading: Statements,
) -> bool:
    (said, own), (stated, theirs) = one, other
    here, there = _missing(own, theirs, reading), _missing(theirs, own, reading)
    # Each a word the other has not: "domestic trips" and "trips abroad" are two matters however alike the rest is.
    if (here and there) or len(own) - len(here) < IN_COMMON:
        return False
    if not _only_adds(here, said, around[1]) or not _only_adds(there, stated, around[0]):
        return False
    if said.lows & SOME != stated.lows & SOME:
        return False
    if any(bool(said.lows & words) != bool(stated.lows & words) for words in EITHER_WAY):
        return False
    return not is_elsewhere(*around, said.stems | stated.stems)


def _words(statement: Statement, reading: Statements) -> list[Token]:
    return [token for token in statement.content if token.stem not in reading.free and token.low not in DUTY_WORDS]


def _missing(own: Sequence[Token], theirs: Sequence[Token], reading: Statements) -> list[Token]:
    stems = frozenset(token.stem for token in theirs)
    return [token for token in own if not (token.stem in stems if _is_name(token) else reading.held(token.stem, stems))]


def _only_adds(more: Sequence[Token], statement: Statement, around: Scope) -> bool:
    """Whether the words that one sentence has more stand at its end and narrow nothing.

    A name among them has to stand somewhere around the other sentence, too.
    """
    if not more:
        return True
    if len(more) > MORE or any(_is_name(token) and token.stem not in around.stems for token in more):
        return False
    first = min(statement.tokens.index(token) for token in more)
    behind = [token for token in statement.tokens[first:] if token in statement.content and token not in more]
    before = statement.tokens[first - 1].low if first else ""
    return not behind and before in ADDING


def _is_name(token: Token) -> bool:
    return (is_actor(token) and token.low not in ALIKE) or (token.is_capital and not token.opens)


def _deny_alike(one: Statement, other: Statement) -> bool:
    return bool(denials_in(one.tokens)) == bool(denials_in(other.tokens))
