"""The publications under way, so that the next start finishes what a crash broke off. Nothing else reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete

from knowledge.ledger.publishing import Publication
from knowledge.ledger.state import put_state, state_of
from knowledge.ledger.tables import index_state

if TYPE_CHECKING:
    from pydantic import TypeAdapter

KEY = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Publications, apart from their documents' text, that `actor` made the library begin at a generation."""

    publications: tuple[Publication, ...]
    actor: str
    generation: str | None


def note_unfinished(connection: Connection, publications: Sequence[Publication], *, actor: str) -> None:
    """Note what is about to be embedded and published; none when that is done, or given up."""
    if not publications:
        connection.execute(delete(index_state).where(index_state.c.key == KEY))
        return
    noted = Unfinished(
        publications=tuple(replace(one, document=replace(one.document, sections=())) for one in publications),
        actor=actor,
        generation=state_of(connection, "generation"),
    )
    put_state(connection, KEY, _shape().dump_json(noted).decode())


def unfinished(connection: Connection) -> Unfinished | None:
    """Return what a crash broke off; None too where the library was changed since, for then it is too late for it."""
    noted = state_of(connection, KEY)
    found = _shape().validate_json(noted) if noted else None
    return found if found and found.generation == state_of(connection, "generation") else None


@cache
def _shape() -> "TypeAdapter[Unfinished]":
    from pydantic import TypeAdapter

    return TypeAdapter(Unfinished)
