"""The nouns of collections: who may read what. Standard library only; knows nothing of where people are asked about."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# The collection every document is in while nobody says otherwise.
OFFICE = "office"
LONGEST_NAME = 80


class Access(StrEnum):
    """Who may read a collection.

    PUBLIC also guests and people of other organizations, OFFICE everybody of our own, LIMITED whoever is in one of the
    channels or groups it names.
    """

    PUBLIC = "public"
    OFFICE = "office"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection of documents. `channels` and `groups` are ids, for a limited one; `documents` counts what is in it.

    `alone` of them are in no other, those that left the library included.
    """

    id: int
    name: str
    access: Access
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    documents: int = 0
    alone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who reads an answer, by the ids of the collections all of them may read."""

    collections: frozenset[int]

    def reads(self, collections: frozenset[int]) -> bool:
        """Whether they may read a document that is in these collections: one of them is enough."""
        return not self.collections.isdisjoint(collections)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which library is meant: today's or that of a day, and whole or what an audience may read of it."""

    as_of: date | None = None
    audience: Audience | None = None


TODAY = View()


def names_in(text: str | None) -> tuple[str, ...]:
    """Return the names in "mayor, protocol"."""
    return tuple(name for name in (part.strip() for part in (text or "").split(",")) if name)
