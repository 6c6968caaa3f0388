"""How strongly a sentence says it: a fact, a must, a should, a may. None may be stronger than in the source."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from knowledge.answering.gate.negating import NOT
from knowledge.answering.gate.statements import Statement, Statements, clauses
from knowledge.answering.gate.tokens import Token


class Force(IntEnum):
    """From what may be to what has to be."""

    MAY = 1
    SHOULD = 2
    MUST = 3


WORDS = {
    **dict.fromkeys(
        """must shall required requires require requirement mandatory obliged obligated obligatory compelled compels
        binding binds bind bound needs need needed ordered orders forced forces obliges demands demanded""".split(),
        Force.MUST,
    ),
    **dict.fromkeys(
        "should ought recommended recommends recommend discouraged discourages discourage".split(), Force.SHOULD
    ),
    **dict.fromkeys(
        """may might can could would allowed allows allow permitted permits permit able optional lets let entitled
        eligible voluntary planned likely possibly perhaps proposed
        """.split(),
        Force.MAY,
    ),
    **dict.fromkeys("prohibited prohibits forbidden forbids barred bars banned bans".split(), Force.MUST),
}
# These oblige only where they go on with "to": "cities are asked to report", "it advised the city to merge".
WITH_TO = frozenset("asked asks ask expected expects advised advises advise encouraged encourages urged urges".split())
# Going on with "to", these say that something is meant, not that it was done.
MEANT = frozenset(
    """promised promises promise pledged pledges pledge hoped hopes hope wants wanted want plans planned plan intends
    intended intend aims aimed aim agreed agrees agree offered offers offer tried tries try seeks sought vowed committed
    commits attempted attempts wishes""".split()
)
HAVE = frozenset({"have", "has", "had"})
# Denied, these free from a duty instead of making one.
DUTIES = frozenset(
    """need needs needed required requires require requirement mandatory obliged obligated binding binds bind
    bound""".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """A word that says how strongly, and the stems it is about."""

    force: Force
    place: int
    about: frozenset[str]
    denied: bool


def modals_in(tokens: Sequence[Token]) -> list[Modal]:
    """Return what in a run of words says how strongly it is meant."""
    found: list[Modal] = []
    for place, token in enumerate(tokens):
        after = [other.low for other in tokens[place + 1 : place + 6]]
        force = WORDS.get(token.low)
        if token.low == "may" and token.is_capital and not token.opens:
            force = None  # the month
        if token.low in WITH_TO and "to" in after:
            force = Force.SHOULD
        if token.low in MEANT and "to" in after[:3]:
            force = Force.MAY
        if token.low in HAVE and (after[:1] == ["to"] or after[:2] == ["not", "to"]):
            force = Force.MUST
        if force is None:
            continue
        near = {other.low for other in tokens[max(0, place - 3) : place]} | set(after[:1])
        # "may last no longer than" is "may not last longer than".
        denied = bool(near & NOT) or "no" in after[:3]
        if denied:
            frees = token.low in DUTIES or token.low in HAVE
            force = Force.MAY if frees else force if force is Force.SHOULD else Force.MUST
        found.append(Modal(force=force, place=place, about=_about(tokens[place + 1 :]), denied=denied))
    return found


def _about(tokens: Sequence[Token]) -> frozenset[str]:
    """The first words behind, up to the next of these words."""
    stems: list[str] = []
    for token in tokens:
        if (token.low in WORDS and stems) or len(stems) == 3:
            break
        if token.stem and token.low not in WORDS:
            stems.append(token.stem)
    return frozenset(stems)


def is_no_stronger(said: Statement, source: Statement, reading: Statements) -> bool:
    """Whether the sentence obliges no more, and states as a fact nothing that the source only asks, plans or allows."""
    part = _nearest_clause(said, source, reading)
    own, theirs = modals_in(said.tokens), modals_in(part)
    for modal in own:
        allowed = _force_of(modal, theirs, reading)
        if modal.force > (Force.MAY if allowed is None else allowed):
            return False
    if own:
        return True
    stems = said.stems
    for modal in theirs:
        repeated = [stem for stem in modal.about if reading.held(stem, stems)]
        weak = modal.force is not Force.MUST and not modal.denied
        if weak and 2 * len(repeated) >= len(modal.about) > 0:
            return False
    return True


def _force_of(modal: Modal, theirs: Sequence[Modal], reading: Statements) -> Force | None:
    """How strongly the source says what this one is about; where it says nothing of that, the strongest it says."""
    shared = [sum(reading.held(stem, other.about) for stem in modal.about) for other in theirs]
    most = max(shared, default=0)
    return max((other.force for other, count in zip(theirs, shared, strict=True) if count == most), default=None)


def _nearest_clause(said: Statement, source: Statement, reading: Statements) -> Sequence[Token]:
    """The clause of the source that holds most of what is said; the whole where they are equal."""
    parts = clauses(source.tokens)
    scores = [
        sum(reading.held(stem, frozenset(t.stem for t in part if t.stem)) for stem in said.stems) for part in parts
    ]
    best = max(scores, default=0)
    return parts[scores.index(best)] if scores.count(best) == 1 and len(parts) > 1 else source.tokens
