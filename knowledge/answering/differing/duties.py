"""Whether two sentences on one matter oblige differently: must and may, must and need not, should and must not."""

from collections.abc import Sequence

from knowledge.answering.gate.negating import DENYING
from knowledge.answering.gate.obliging import DUTIES, Force, modals_in
from knowledge.answering.gate.tokens import Token

# Words that oblige, free or forbid; "planned", "likely" and "could" say how sure something is.
DEONTIC = frozenset(
    """must shall required requires requirement mandatory obliged obligated obligatory binding binds bound needs need
    needed should ought recommended discouraged may can allowed allows permitted permits optional voluntary entitled
    prohibited forbidden barred banned prohibits forbids bars bans has have""".split()
)
# "You need two forms" says what is useful, "you need to sign two forms" what has to be done.
NEEDING = frozenset({"need", "needs"})
MUST, SHOULD, MAY, FREE, SHOULD_NOT, MUST_NOT = "must", "should", "may", "need not", "should not", "must not"
# What cannot both hold. A "may" beside a "should" or a "need not" can.
CLASHING = frozenset(
    frozenset(pair)
    for pair in (
        (MUST, SHOULD),
        (MUST, MAY),
        (MUST, FREE),
        (MUST, SHOULD_NOT),
        (MUST, MUST_NOT),
        (SHOULD, SHOULD_NOT),
        (SHOULD, MUST_NOT),
        (MAY, SHOULD_NOT),
        (MAY, MUST_NOT),
        (FREE, MUST_NOT),
        (SHOULD_NOT, MUST_NOT),
    )
)


def duties_clash(one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Whether each sentence obliges once, and the two cannot both be followed."""
    own, theirs = duties_in(one), duties_in(other)
    return len(own) == len(theirs) == 1 and frozenset((own[0], theirs[0])) in CLASHING


def duties_in(tokens: Sequence[Token]) -> list[str]:
    """Name the duties of a sentence, each kind once."""
    found: list[str] = []
    for modal in modals_in(tokens):
        low = tokens[modal.place].low
        behind = {token.low for token in tokens[modal.place + 1 : modal.place + 3]}
        if low not in DEONTIC or (low in NEEDING and not behind & {"to", "not"}):
            continue
        if low in DENYING and not modal.denied:
            duty = MUST_NOT
        elif modal.denied and (low in DUTIES or low in {"has", "have"}):
            duty = FREE
        elif modal.denied:
            duty = SHOULD_NOT if modal.force is Force.SHOULD else MUST_NOT
        else:
            duty = {Force.MUST: MUST, Force.SHOULD: SHOULD, Force.MAY: MAY}[modal.force]
        if duty not in found:
            found.append(duty)
    return found
