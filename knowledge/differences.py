"""Where two sources in force differ: which sentences of which citations, and on what. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What two sentences on the same matter do not agree on."""

    NUMBER = "number"
    DATE = "date"
    DUTY = "duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two sentences: characters `start` to `end` of the passage that citation `number` quotes from."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two sentences that say different things about one matter; each stands whole in its citation's quote."""

    about: About
    sides: tuple[Side, Side]
