"""Which sentence of the source a sentence stands on: one that holds all its words, or two that refer to each other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.answering.gate.negating import DENYING, denials_in
from knowledge.answering.gate.statements import Statement, Statements, clauses, is_actor
from knowledge.answering.gate.tokens import Token
from knowledge.domain import Hit
from knowledge.sentences import Span, split_sentences

POINTING = frozenset("it they he she this these its their his her such".split())
# With a verb behind them, these stand for what was named before: "Most were school visits."
COUNTING = frozenset("most some both many few none others all neither either several".split())
VERBS = frozenset("is are was were has have had do did may must can should will would".split())
# A sentence's subject stands within its first words; only those may be carried into the next sentence.
SUBJECT = 8
DEFINED = re.compile(r"((?:[A-Z][\w'’-]*\s+(?:(?:of|the|and|for|on|in|to)\s+)*){1,8})\(([A-Z]{2,8})\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A sentence of the source and the words that may be carried into it: what "it" or "the office" refers to."""

    main: Statement
    carried: frozenset[str]
    before: Statement | None = None


def grounds_of(hit: Hit, span: Span, reading: Statements) -> Iterator[Ground]:
    """Read the sentences of a cited span, each with what it refers back to inside the span or in its headings."""
    text = hit.passage.text
    headings = reading.stems(" ".join((hit.document.card.title, *hit.passage.heading)))
    aliases = [(reading.stems(full), f"{short.lower()}.") for full, short in DEFINED.findall(text)]
    before: Statement | None = None
    subject, topic = headings, frozenset[str]()
    for start, end in split_sentences(text[slice(*span)]):
        main = reading.read(text[span[0] + start : span[0] + end])
        carried = subject if _refers_back(main, before, reading) else frozenset()
        if not carried and not main.actors:
            carried = topic
        known = main.stems | carried
        known |= {stem for full, short in aliases if short in known for stem in full}
        known |= {short for full, short in aliases if full <= known}
        known |= {"us."} if {"unit", "state"} <= known else {"unit", "state"} if "us." in known else frozenset()
        yield Ground(main=main, carried=known - main.stems, before=before if carried else None)
        before = main
        topic = _names(main) or (topic if carried else frozenset())
        own = frozenset(token.stem for token in main.content[:SUBJECT])
        subject = own | carried


def _names(before: Statement) -> frozenset[str]:
    """The name with which a sentence begins; what follows without any name is about that."""
    opening = before.content[:2]
    if len(opening) == 2 and all(token.is_capital for token in opening):
        return frozenset(token.stem for token in before.content[:SUBJECT] if token.is_capital)
    return frozenset()


def _refers_back(main: Statement, before: Statement | None, reading: Statements) -> bool:
    words = [token.low for token in main.tokens if token.is_word][:5]
    after_comma = [b.low for a, b in zip(main.tokens, main.tokens[1:], strict=False) if a.low == ","][:1]
    if POINTING & {*words[:3], *after_comma}:
        return True
    if words and words[0] in COUNTING and VERBS & {*words[1:2]}:
        return True
    if words[:1] == ["the"] and before is not None:
        head = next((token.stem for token in main.content), "")
        return bool(head) and reading.held(head, before.stems)
    return False


def missing_words(tokens: Sequence[Token], ground: Ground, reading: Statements) -> list[Token]:
    """Return the words that the ground does not hold; names and offices must be there as they are."""
    stems = ground.main.stems | ground.carried
    denied = bool(denials_in(ground.main.tokens))
    missing: list[Token] = []
    for token in tokens:
        exact = is_actor(token) or (token.is_capital and not token.opens)
        if token.stem in stems or (token.low in DENYING and denied):
            continue
        if exact or not (token.stem in reading.free or reading.held(token.stem, stems)):
            missing.append(token)
    return missing


def mixes_clauses(said: Statement, source: Statement, reading: Statements) -> bool:
    """Whether one clause is made of words of two: "received at the library", where only others meet there.

    What a pronoun at the head of the second stands for may come from the head of the first.
    """
    parts = [reading.of(part) for part in clauses(source.tokens)]
    held = [frozenset(stem for stem in part.stems if reading.held(stem, said.stems)) for part in parts]
    own = [
        frozenset(stem for stem in stems if not any(reading.held(stem, o.stems) for o in parts if o is not part))
        for part, stems in zip(parts, held, strict=True)
    ]
    mixed = [number for number, stems in enumerate(own) if stems]
    if len(mixed) < 2:
        return False
    home = max(mixed, key=lambda number: len(held[number]))
    for number in mixed:
        if number == home or len(parts[number].stems) < 2:
            continue
        few = 2 * len(held[number]) <= len(parts[number].stems)
        head = frozenset(token.stem for token in parts[min(number, home)].content[:5])
        points = bool(POINTING & {token.low for token in [t for t in parts[max(number, home)].tokens if t.is_word][:3]})
        carried = points and own[min(number, home)] <= head
        if few or (len(parts[number].stems) > 2 and not carried):
            return True
    return False
