"""What the ledger notes about itself and the indexes, by key."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.ledger.tables import index_state


def state_of(connection: Connection, key: str) -> str | None:
    """Return what is noted under a key."""
    return connection.scalar(select(index_state.c.value).where(index_state.c.key == key))


def put_state(connection: Connection, key: str, value: str) -> None:
    """Note a value under a key."""
    connection.execute(
        upsert(index_state)
        .values(key=key, value=value)
        .on_conflict_do_update(index_elements=["key"], set_={"value": value})
    )


def next_generation(connection: Connection) -> None:
    """Tell every reader, in this process or another, that what it remembers of the library is old."""
    put_state(connection, "generation", str(int(state_of(connection, "generation") or 0) + 1))
