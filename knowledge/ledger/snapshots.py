"""Names for the library as it was, and the way back to one: in a single transaction, whatever it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from knowledge.dates import Clock, here
from knowledge.errors import SnapshotExists, SnapshotNotFound
from knowledge.history import GoneBack, Snapshot
from knowledge.ledger.audit import record_act
from knowledge.ledger.opening import writing
from knowledge.ledger.places import take_place_back
from knowledge.ledger.state import next_generation
from knowledge.ledger.tables import documents, servings, snapshot_servings, snapshots
from knowledge.ledger.timeline import end, is_open, rows_of, serve, undo


class Snapshots:
    """Takes snapshots and goes back to them. They cost a row for each document, no text."""

    def __init__(self, engine: Engine, now: Clock = here) -> None:
        self._engine = engine
        self._now = now

    def take(self, name: str, *, actor: str) -> Snapshot:
        """Name the library as it is now. Raises SnapshotExists."""
        now = self._now()
        with writing(self._engine) as connection:
            if connection.scalar(select(snapshots.c.name).where(snapshots.c.name == name)):
                raise SnapshotExists
            last = connection.scalar(select(func.max(servings.c.id)))
            connection.execute(insert(snapshots).values(name=name, taken_at=now, taken_by=actor, last=last or 0))
            columns = ("snapshot", "document_id", "version_id", "starts", "successor_id", "superseded_from")
            held = (
                select(
                    snapshots.c.name,
                    servings.c.document_id,
                    servings.c.version_id,
                    servings.c.starts,
                    documents.c.successor_id,
                    documents.c.superseded_from,
                )
                .join_from(servings, documents, documents.c.id == servings.c.document_id)
                .join(snapshots, snapshots.c.name == name)
                .where(is_open(now))
            )
            connection.execute(insert(snapshot_servings).from_select(columns, held))
            record_act(connection, actor=actor, act="snapshot", subject=name, detail={})
            return _snapshot(connection.execute(_snapshots().where(snapshots.c.name == name)).one())

    def records(self) -> tuple[Snapshot, ...]:
        """Return the snapshots, the latest first."""
        with self._engine.connect() as connection:
            return tuple(map(_snapshot, connection.execute(_snapshots().order_by(snapshots.c.taken_at.desc()))))

    def go_back(self, name: str, *, actor: str) -> GoneBack:
        """Serve exactly what was served then. Documents added since are removed. Raises SnapshotNotFound."""
        now = self._now()
        with writing(self._engine) as connection:
            last = _last_serving(connection, name)
            then = _held_then(connection, name)
            gone_back = _differences(connection, then, now)
            for document_id in sorted((*gone_back.changed, *gone_back.restored, *gone_back.removed)):
                wanted = _due(then.get(document_id, ()), now)
                since = [row.id for row in rows_of(connection, document_id) if row.id > last]
                undo(connection, since, now)
                end(connection, document_id, now)
                for version_id, starts in wanted:
                    serve(
                        connection, document_id, version_id, starts=starts or now, now=now, act="rollback", actor=actor
                    )
                detail = {"snapshot": name, "version": wanted[-1][0] if wanted else None}
                record_act(connection, actor=actor, act="rollback", subject=document_id, detail=detail)
            for document_id in (*gone_back.changed, *gone_back.restored):
                take_place_back(connection, document_id, then[document_id][-1].version_id, now)
            for document_id, rows in then.items():
                stated = {"successor_id": rows[0].successor_id, "superseded_from": rows[0].superseded_from}
                connection.execute(update(documents).where(documents.c.id == document_id).values(**stated))
            detail = {what: len(ids) for what, ids in asdict(gone_back).items()}
            record_act(connection, actor=actor, act="rollback_to", subject=name, detail=detail)
            next_generation(connection)
        return gone_back

    def compare(self, name: str) -> GoneBack:
        """Say what going back would change now, and change nothing. Raises SnapshotNotFound."""
        with self._engine.connect() as connection:
            _last_serving(connection, name)
            return _differences(connection, _held_then(connection, name), self._now())


def _last_serving(connection: Connection, name: str) -> int:
    """Return the last row of the timeline there was then. Raises SnapshotNotFound."""
    last = connection.scalar(select(snapshots.c.last).where(snapshots.c.name == name))
    if last is None:
        raise SnapshotNotFound
    return int(last)


def _differences(connection: Connection, then: Mapping[str, Sequence[Row[Any]]], now: datetime) -> GoneBack:
    """Say which documents are not served as they were then."""
    standing: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(select(servings).where(is_open(now)).order_by(servings.c.starts)):
        standing.setdefault(row.document_id, []).append(row)
    changed: list[str] = []
    restored: list[str] = []
    removed: list[str] = []
    for document_id in sorted({*then, *standing}):
        wanted, present = _due(then.get(document_id, ()), now), _due(standing.get(document_id, ()), now)
        if wanted != present:
            (removed if not wanted else changed if present else restored).append(document_id)
    return GoneBack(changed=tuple(changed), restored=tuple(restored), removed=tuple(removed))


def _held_then(connection: Connection, name: str) -> dict[str, list[Row[Any]]]:
    query = select(snapshot_servings).where(snapshot_servings.c.snapshot == name)
    then: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query.order_by(snapshot_servings.c.starts)):
        then.setdefault(row.document_id, []).append(row)
    return then


def _due(rows: Sequence[Row[Any]], now: datetime) -> list[tuple[int, datetime | None]]:
    """The version to serve now, with None, and the one that waits, with its moment; `rows` in order of `starts`."""
    begun = [(row.version_id, None) for row in rows if row.starts <= now]
    return [*begun[-1:], *((row.version_id, row.starts) for row in rows if row.starts > now)]


def _snapshots() -> Any:
    count = (
        select(func.count(snapshot_servings.c.document_id.distinct()))
        .where(snapshot_servings.c.snapshot == snapshots.c.name)
        .scalar_subquery()
    )
    return select(snapshots, count.label("documents"))


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(name=row.name, taken_at=row.taken_at, taken_by=row.taken_by, documents=row.documents)
