"""Answers that quoted what holds no more: the nouns, and what became of a quote.

Pure; every text is a document's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from functools import partial

from knowledge.domain import Passage
from knowledge.sentences import split_sentences

# The share of words in order that two sentences have in common from which one stands where the other stood; a sentence
# with an amount, a name or a day changed keeps well over half of its words.
ALIKE = 0.5


class Change(StrEnum):
    """What happened to a document that was quoted."""

    CHANGED = "changed"
    SUPERSEDED = "superseded"
    REMOVED = "removed"


class Decision(StrEnum):
    """What an admin decided about telling those who read the answers."""

    SENT = "sent"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Was:
    """A sentence that was quoted and what stands in its place: characters `start` to `end` of `passage`, or nothing."""

    was: str
    passage: Passage | None = None
    start: int = 0
    end: int = 0

    @property
    def now(self) -> str | None:
        """What stands there now."""
        return self.passage.text[self.start : self.end] if self.passage else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is to be said where an answer stands: which document it quoted, what happened to it and when, what it says.

    `successor` is the title of the document that holds in its place, where readers may know of it.
    """

    title: str
    change: Change
    changed_on: date
    quotes: tuple[Was, ...]
    successor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where answers stand: a thread, or without a `channel` what only `user` saw, who asked."""

    channel: str | None
    thread_ts: str | None
    user: str
    answer_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A change of a document and the places where answers quoted what it changed.

    `correction` says what happened as things stand now; None once everything quoted stands again.
    """

    id: str
    title: str
    correction: Correction | None
    places: tuple[Place, ...]
    decision: Decision | None = None
    decided_by: str | None = None


def what_became_of(quote: str, before: Sequence[Passage], now: Sequence[Passage]) -> tuple[Was, ...]:
    """Compare a quote with the passages of its document, as they were and as they are: its sentences that are gone.

    Each with the new sentence most like it. Nothing where all of them still stand, in whatever passage and order.
    """
    standing = [(passage, span) for passage in now for span in split_sentences(passage.text)]
    known = {_flat(passage.text[start:end]) for passage in before for start, end in split_sentences(passage.text)}
    new = [(passage, span) for passage, span in standing if _flat(passage.text[span[0] : span[1]]) not in known]
    texts = [_flat(passage.text) for passage in now]
    changed = []
    for start, end in split_sentences(quote):
        said = quote[start:end]
        whole = re.compile(rf"(?<!\S){re.escape(_flat(said))}(?!\S)")
        if any(whole.search(text) for text in texts):
            continue
        likest = max(new, key=partial(_likeness, said), default=None)
        if likest is None or _likeness(said, likest) < ALIKE:
            changed.append(Was(was=said))
        else:
            passage, (first, last) = likest
            changed.append(Was(was=said, passage=passage, start=first, end=last))
    return tuple(changed)


def _likeness(said: str, candidate: tuple[Passage, tuple[int, int]]) -> float:
    passage, (start, end) = candidate
    return SequenceMatcher(None, _words(said), _words(passage.text[start:end]), autojunk=False).ratio()


def _flat(text: str) -> str:
    """The text with every run of white space as one blank: where lines are broken says nothing."""
    return " ".join(text.split())


def _words(text: str) -> tuple[str, ...]:
    from knowledge.judging import WORD  # here, for that room brings numpy and the help must not

    return tuple(word.casefold() for word in WORD.findall(text))
