"""The audit trail: every change of the library, chained by hashes, never changed or deleted (triggers refuse)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, desc, insert, select

from knowledge.history import Audited, AuditEntry
from knowledge.ledger.tables import audit

START = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody did, to what."""

    act: str
    subject: str
    detail: Mapping[str, str | int | None]


def record_act(
    connection: Connection, *, actor: str, act: str, subject: str, detail: Mapping[str, str | int | None]
) -> None:
    """Append one act inside the transaction that does it; its hash covers the hash before it."""
    record_acts(connection, [Act(act=act, subject=subject, detail=detail)], actor=actor)


def record_acts(connection: Connection, acts: Iterable[Act], *, actor: str) -> None:
    """Append acts of one actor, in this order, as `record_act` does each."""
    previous = connection.scalar(select(audit.c.hash).order_by(desc(audit.c.id)).limit(1)) or START
    at, rows = datetime.now(UTC), []
    for one in acts:
        said: dict[str, Any] = {"at": at, "actor": actor, "act": one.act, "subject": one.subject, "detail": one.detail}
        chained = chained_hash(previous, **said)
        rows.append({**said, "detail": dict(one.detail), "previous": previous, "hash": chained})
        previous = chained
    if rows:
        connection.execute(insert(audit), rows)


def chained_hash(
    previous: str, *, at: datetime, actor: str, act: str, subject: str, detail: Mapping[str, str | int | None]
) -> str:
    """SHA-256 over the entry before and everything this entry says, as hex."""
    entry = json.dumps([previous, at.isoformat(), actor, act, subject, dict(detail)], sort_keys=True)
    return hashlib.sha256(entry.encode()).hexdigest()


class AuditTrail:
    """Reads the trail and checks it against itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def entries(self, last: int | None = None) -> tuple[AuditEntry, ...]:
        """Return the acts, the latest first; with `last` no more than that many."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(audit).order_by(desc(audit.c.id)).limit(last))
            return tuple(
                AuditEntry(id=row.id, at=row.at, actor=row.actor, act=row.act, subject=row.subject, detail=row.detail)
                for row in rows
            )

    def verify(self) -> Audited:
        """Compare every entry with its hash and with the entry before it.

        What the chain cannot show is that the latest entries are missing: nothing follows them.
        """
        previous, number = START, 0
        with self._engine.connect() as connection:
            for row in connection.execute(select(audit).order_by(audit.c.id)):
                why = _fault(row, previous, number)
                if why:
                    return Audited(entries=number, broken=row.id, why=why)
                previous, number = row.hash, row.id
        return Audited(entries=number)


def _fault(row: Row[Any], previous: str, number: int) -> str:
    if row.id != number + 1:
        return f"entry {number + 1} is missing"
    if row.previous != previous:
        return "it does not follow the entry before it"
    said = chained_hash(row.previous, at=row.at, actor=row.actor, act=row.act, subject=row.subject, detail=row.detail)
    return "" if said == row.hash else "it was changed"
