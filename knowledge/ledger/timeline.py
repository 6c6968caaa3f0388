"""Which version of a document is served from when to when: the changes of it, inside the caller's transaction.

A row is open while nothing has ended it; it runs once it has started, and waits before. A document has at most one
that runs and one that waits. Rows are ended and undone, never deleted or moved.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, not_, or_, select, update

from knowledge.ledger.tables import servings

# The act of serving the same text with something else stated about it.
CORRECT = "correct"


def is_open(now: datetime) -> ColumnElement[bool]:
    """Select the rows that run or wait."""
    return or_(servings.c.ends.is_(None), and_(servings.c.ends > now, servings.c.ends > servings.c.starts))


def row_is_open(row: Row[Any], now: datetime) -> bool:
    """Whether a row runs or waits."""
    return row.ends is None or row.ends > max(now, row.starts)


def has_run(now: datetime) -> ColumnElement[bool]:
    """Select the rows that began by now; not those that were ended while they waited, whose moment may have passed."""
    ended = and_(servings.c.ends <= servings.c.starts, servings.c.starts > servings.c.made_at)
    return and_(servings.c.starts <= now, or_(servings.c.ends.is_(None), not_(ended)))


def never_ran(row: Row[Any]) -> bool:
    """Whether a row was ended while it still waited."""
    return row.ends is not None and row.ends <= row.starts and row.starts > row.made_at


def rows_of(connection: Connection, document_id: str) -> Sequence[Row[Any]]:
    """Return all rows of a document as they were made."""
    return connection.execute(
        select(servings).where(servings.c.document_id == document_id).order_by(servings.c.id)
    ).all()


def open_rows(connection: Connection, document_id: str, now: datetime) -> Sequence[Row[Any]]:
    """Return the row that runs and the one that waits, as far as there are such."""
    query = select(servings).where(servings.c.document_id == document_id, is_open(now)).order_by(servings.c.starts)
    return connection.execute(query).all()


def serve(
    connection: Connection, document_id: str, version_id: int, *, starts: datetime, now: datetime, act: str, actor: str
) -> None:
    """Serve a version from `starts` on, or from now where that has passed; until then what runs goes on."""
    end(connection, document_id, now, handover=max(starts, now))
    serve_first(connection, document_id, version_id, starts=starts, now=now, act=act, actor=actor)


def serve_first(
    connection: Connection, document_id: str, version_id: int, *, starts: datetime, now: datetime, act: str, actor: str
) -> None:
    """Serve a version of a document of which nothing runs or waits."""
    row = {"document_id": document_id, "version_id": version_id, "starts": max(starts, now), "act": act}
    connection.execute(insert(servings), {**row, "made_at": now, "made_by": actor})


def end(connection: Connection, document_id: str, now: datetime, *, handover: datetime | None = None) -> None:
    """End what runs, now or at the `handover`; what waits never starts."""
    mine = servings.c.document_id == document_id
    connection.execute(
        update(servings).where(mine, is_open(now), servings.c.starts > now).values(ends=servings.c.starts)
    )
    connection.execute(
        update(servings).where(mine, is_open(now), servings.c.starts <= now).values(ends=handover or now)
    )


def undo(connection: Connection, ids: Iterable[int], now: datetime) -> None:
    """Note that somebody went back behind these rows."""
    connection.execute(
        update(servings).where(servings.c.id.in_(list(ids)), servings.c.undone_at.is_(None)).values(undone_at=now)
    )


def last_act(rows: Sequence[Row[Any]]) -> Row[Any]:
    """Return the row of the last act that was no mere correction of what was stated about the text."""
    return next((row for row in reversed(rows) if row.act != CORRECT), rows[-1])


def gone_behind(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return the rows that somebody went back behind since what last came and stayed; none once something newer did."""
    if last_act(rows).act != "rollback" and rows[-1].undone_at is None:
        return []
    stayed = [n for n, row in enumerate(rows) if row.act in ("publish", "restore") and row.undone_at is None]
    return [row for row in rows[max(stayed, default=-1) + 1 :] if row.undone_at is not None]


def in_turn(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Return the rows that count, a version that was served twice running only once: the last is what is served."""
    counting: list[Row[Any]] = []
    for row in rows:
        if row.undone_at is None and not never_ran(row):
            if counting and counting[-1].version_id == row.version_id:
                counting.pop()
            counting.append(row)
    return counting
