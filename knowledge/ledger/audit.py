"""The audit trail: every change of the library, chained by hashes, never changed or deleted (triggers refuse)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, desc, insert, select

from knowledge.ledger.tables import audit

START = "0" * 64


def record_act(
    connection: Connection, *, actor: str, act: str, subject: str, detail: Mapping[str, str | int | None]
) -> None:
    """Append one act inside the transaction that does it; its hash covers the hash before it."""
    previous = connection.scalar(select(audit.c.hash).order_by(desc(audit.c.id)).limit(1)) or START
    at = datetime.now(UTC)
    connection.execute(
        insert(audit).values(
            at=at,
            actor=actor,
            act=act,
            subject=subject,
            detail=dict(detail),
            previous=previous,
            hash=chained_hash(previous, at=at, actor=actor, act=act, subject=subject, detail=detail),
        )
    )


def chained_hash(
    previous: str, *, at: datetime, actor: str, act: str, subject: str, detail: Mapping[str, str | int | None]
) -> str:
    """SHA-256 over the entry before and everything this entry says, as hex."""
    entry = json.dumps([previous, at.isoformat(), actor, act, subject, dict(detail)], sort_keys=True)
    return hashlib.sha256(entry.encode()).hexdigest()
