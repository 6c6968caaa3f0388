"""The gate: a sentence of a model passes only where its quotes say the same. Deterministic; asks no model.

It compares words, names, figures and denials. It does not understand: what it cannot compare it drops.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.answering.gate.acting import changes_places
from knowledge.answering.gate.counting import is_misplaced, wrong_figures
from knowledge.answering.gate.covering import Ground, grounds_of, missing_words, mixes_clauses
from knowledge.answering.gate.linking import adds_link
from knowledge.answering.gate.negating import denies_the_same
from knowledge.answering.gate.obliging import is_no_stronger
from knowledge.answering.gate.quoting import find_quote
from knowledge.answering.gate.statements import INVISIBLE, JOINTS, Statement, Statements, clauses, is_actor
from knowledge.answering.gate.tokens import Terms, Token
from knowledge.answering.gate.turning import overstates, turns_round
from knowledge.answering.gate.verdicts import Drop
from knowledge.domain import Hit
from knowledge.sentences import Span, split_sentences

LONGEST = 500
# Fewer words than this are no sentence: a heading, a "yes".
SHORTEST = 3
# So many words in a row that the prompt has and the quotes do not are the prompt's.
PROMPT_WORDS = 6
# Labels a model puts behind a sentence though they go elsewhere: [P1], [1, 2], (P3).
LABEL = re.compile(r"\s*(?:\[(?:P?\d+)(?:[,;]\s*P?\d+)*\]|\((?:P\d+)(?:[,;]\s*P\d+)*\))")
ABOUT_ITSELF = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|rule|prompt|above|previous)"
    r"|\bsystem prompt\b|\bas an ai\b|\blanguage model\b|\bjson\b|\byou are (?:now|a)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What a model says a sentence stands on: the label of a passage and words of it."""

    passage: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A sentence as a model wrote it."""

    text: str
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A sentence that passed, and the whole sentences of the passages it stands on."""

    text: str
    quotes: tuple[tuple[Hit, Span], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """What passed, and why each of the others did not."""

    kept: tuple[Kept, ...]
    dropped: tuple[Drop, ...]


class Gate:
    """Holds sentences against the passages their writer was shown."""

    def __init__(self, terms: Terms) -> None:
        self._reading = Statements(terms)

    def check(self, drafts: Iterable[Draft], shown: Mapping[str, Hit], *, prompt: str = "") -> Gated:
        """Sort sentences; `shown` maps labels to passages, and no sentence may repeat the rules in `prompt`."""
        kept: list[Kept] = []
        dropped: list[Drop] = []
        for draft in drafts:
            outcome = self._check(draft, shown, prompt)
            if isinstance(outcome, Kept) and outcome.text in {one.text for one in kept}:
                dropped.append(Drop.REPEATED)
            elif isinstance(outcome, Kept):
                kept.append(outcome)
            else:
                dropped.append(outcome)
        return Gated(kept=tuple(kept), dropped=tuple(dropped))

    def _check(self, draft: Draft, shown: Mapping[str, Hit], prompt: str) -> Kept | Drop:
        text = " ".join(LABEL.sub("", draft.text).split())
        if not text or len(text) > LONGEST or INVISIBLE.search(draft.text) or len(text.split()) < SHORTEST:
            return Drop.UNREADABLE
        if not draft.supports or any(support.passage not in shown for support in draft.supports):
            return Drop.UNKNOWN_PASSAGE
        quotes: list[tuple[Hit, Span]] = []
        for support in draft.supports:
            hit = shown[support.passage]
            span = find_quote(support.quote, hit.passage.text)
            if span is None:
                return Drop.NOT_QUOTED
            quotes.append((hit, span))
        sources = "\n".join(hit.passage.text[slice(*span)] for hit, span in quotes)
        if drop := _out_of_place(text, sources, prompt):
            return drop
        grounds = [ground for hit, span in quotes for ground in grounds_of(hit, span, self._reading)]
        for start, end in split_sentences(text):
            if drop := self._align(self._reading.read(text[start:end]).tokens, grounds):
                return drop
        return Kept(text=text if text[-1] in ".!" else f"{text}.", quotes=tuple(dict.fromkeys(quotes)))

    def _align(self, tokens: Sequence[Token], grounds: Sequence[Ground]) -> Drop | None:
        """Find a sentence of the source that says the same, or one for each of its parts; None where that is so."""
        whole = self._best(tokens, grounds)
        if whole is None:
            return None
        for place, token in enumerate(tokens):
            first, second = tokens[:place], tokens[place + 1 :]
            if token.low not in JOINTS or not self._stands_alone(first) or not self._stands_alone(second):
                continue
            ground = self._ground(first, grounds)
            if ground and self._continues(first, second, ground, grounds):
                return None
        return whole

    def _best(self, tokens: Sequence[Token], grounds: Sequence[Ground]) -> Drop | None:
        """None where one of the grounds says the same; else what is wrong beside the nearest of them."""
        said = self._reading.of(tokens)
        drops = sorted(
            (len(missing_words(said.content, ground, self._reading)), number, self._compare(said, ground))
            for number, ground in enumerate(grounds)
        )
        if any(drop is None for *_, drop in drops):
            return None
        held = frozenset(stem for ground in grounds for stem in ground.main.stems | ground.carried | self._reading.free)
        if drops[0][2] in {Drop.NAME, Drop.WORDS} and all(self._reading.held(stem, held) for stem in said.stems):
            return Drop.MERGED
        return drops[0][2]

    def _ground(self, tokens: Sequence[Token], grounds: Sequence[Ground]) -> Ground | None:
        said = self._reading.of(tokens)
        return next((ground for ground in grounds if self._compare(said, ground) is None), None)

    def _continues(
        self, first: Sequence[Token], second: Sequence[Token], ground: Ground, grounds: Sequence[Ground]
    ) -> bool:
        """Whether the second part stands on a ground that is about the same as the first, or names its own subject."""
        said = self._reading.of(second)
        for other in grounds:
            # On the same ground the whole was compared before, and parts must not pass what the whole did not.
            if other is ground or self._compare(said, other) is not None:
                continue
            same = other.before is ground.main
            about_it = {token.stem for token in self._reading.of(first).content[:4]} & (
                other.main.stems | other.carried
            )
            opening = other.main.content[:1]
            own_subject = bool(said.content and opening and said.content[0].stem == opening[0].stem)
            if same or about_it or own_subject:
                return True
        return False

    def _stands_alone(self, tokens: Sequence[Token]) -> bool:
        said = self._reading.of(tokens)
        return len(said.content) + len(said.amounts) + len(said.days) >= 2 or (
            bool(said.content) and any(token.low in {"it", "they"} for token in tokens)
        )

    def _compare(self, said: Statement, ground: Ground) -> Drop | None:
        """Return the first thing that is wrong with a sentence beside one of its source."""
        source, reading = ground.main, self._reading
        if missing := missing_words(said.content, ground, reading):
            named = any(is_actor(token) or (token.is_capital and not token.opens) for token in missing)
            return Drop.NAME if named else Drop.WORDS
        if wrong := wrong_figures(said, source, reading):
            return wrong
        parts = [reading.of(part) for part in clauses(said.tokens)]
        checks: tuple[tuple[Drop, Callable[[], bool]], ...] = (
            (Drop.CONDITION, lambda: turns_round(said, source) or overstates(said, source, reading)),
            (Drop.NEGATION, lambda: not denies_the_same(said, source, reading)),
            (Drop.OBLIGATION, lambda: not all(is_no_stronger(part, source, reading) for part in parts)),
            (Drop.MERGED, lambda: changes_places(said, source) or is_misplaced(said, source, reading)),
            (Drop.MERGED, lambda: any(mixes_clauses(part, source, reading) for part in parts)),
        )
        return next((drop for drop, is_wrong in checks if is_wrong()), None)


def _out_of_place(text: str, sources: str, prompt: str) -> Drop | None:
    """What no sentence may hold, whatever it stands on."""
    if text.endswith("?"):
        return Drop.QUESTION
    if adds_link(text, sources):
        return Drop.LINK
    if ABOUT_ITSELF.search(text) or runs_in(text) & runs_in(prompt) - runs_in(sources):
        return Drop.PROMPT
    return None


def runs_in(text: str) -> set[tuple[str, ...]]:
    """Return the words of a text, as many in a row as no two texts share by chance."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[place : place + PROMPT_WORDS]) for place in range(len(words) - PROMPT_WORDS + 1)}
