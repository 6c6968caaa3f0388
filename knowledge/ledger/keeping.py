"""The passages that the ledger keeps, served or not: those of every version and of every proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, union

from knowledge.ledger.tables import passages, proposals, proposed_passages, version_passages, versions

# SQLite takes 32,766 parameters a statement by default (SQLITE_MAX_VARIABLE_NUMBER).
MOST_PARAMETERS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPassage:
    """What both indexes need of a passage, whichever versions or proposals hold it."""

    id: str
    title: str
    heading: tuple[str, ...]
    text: str


def kept_ids(connection: Connection) -> frozenset[str]:
    """Return the ids of all passages kept."""
    return frozenset(connection.scalars(union(select(passages.c.id), select(proposed_passages.c.passage_id))))


def kept(connection: Connection, ids: Sequence[str]) -> tuple[KeptPassage, ...]:
    """Return the named passages."""
    # Beside max() SQLite takes the other columns from the row that holds it. Ids are made of title and headings too, so
    # any version or proposal that holds the passage would do.
    published = (
        select(passages, versions.c.title, func.max(versions.c.id))
        .join_from(passages, version_passages, version_passages.c.passage_id == passages.c.id)
        .join(versions, versions.c.id == version_passages.c.version_id)
        .group_by(passages.c.id)
    )
    held = proposed_passages.c.passage_id
    title = proposals.c.card["title"].as_string().label("title")
    proposed = (
        select(held.label("id"), proposed_passages.c.heading, proposed_passages.c.text, title, func.max(proposals.c.id))
        .join_from(proposed_passages, proposals, proposals.c.id == proposed_passages.c.proposal_id)
        .group_by(held)
    )
    rows = rows_of(connection, published, passages.c.id, ids)
    left = sorted(set(ids).difference(row.id for row in rows))
    return tuple(
        KeptPassage(id=row.id, title=row.title, heading=tuple(row.heading), text=row.text)
        for row in (*rows, *rows_of(connection, proposed, held, left))
    )


def rows_of(
    connection: Connection, query: Select[Any], column: ColumnElement[str], ids: Sequence[str]
) -> list[Row[Any]]:
    """Return the rows of a query in which the column holds one of many ids."""
    return [
        row
        for start in range(0, len(ids), MOST_PARAMETERS)
        for row in connection.execute(query.where(column.in_(ids[start : start + MOST_PARAMETERS])))
    ]
