"""Which document the file at a place is, inside the caller's transaction. A place names one document at a time."""

from datetime import datetime

from sqlalchemy import Connection, Executable, select
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.ledger.tables import places, versions
from knowledge.ledger.timeline import open_rows


def _take_place() -> Executable:
    made = upsert(places)
    return made.on_conflict_do_update(index_elements=["place"], set_={"document_id": made.excluded.document_id})


# Made once, and with values as parameters: SQLAlchemy takes longer over a statement than SQLite over the row.
TAKE_PLACE = _take_place()


def take_place(connection: Connection, place: str, document_id: str) -> None:
    """Let a place name this document."""
    connection.execute(TAKE_PLACE, {"place": place, "document_id": document_id})


def served_from(connection: Connection, place: str, now: datetime) -> tuple[str, int] | None:
    """Return the document, with its version, that a place names and that is or will be served from there."""
    named = connection.scalar(select(places.c.document_id).where(places.c.place == place))
    standing = open_rows(connection, named, now) if named else ()
    if named is None or not standing or place_of(connection, standing[-1].version_id) != place:
        return None
    return named, standing[-1].version_id


def take_place_back(connection: Connection, document_id: str, version_id: int, now: datetime) -> None:
    """Let the place of a version's file name its document again, unless another is served from there."""
    place = place_of(connection, version_id)
    if served_from(connection, place, now) is None:
        take_place(connection, place, document_id)


def place_of(connection: Connection, version_id: int) -> str:
    """Return where the file of a version lies."""
    return str(connection.scalar(select(versions.c.place).where(versions.c.id == version_id)))
