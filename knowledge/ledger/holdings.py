"""What the library holds on a day: each document in the version that counts then, and whether it is in force.

A document supersedes another from the day somebody stated; where only the older file says so, from its own date, or
else from the day the library learned of it. What waits to be published does not exist. A review date is over on the day
after it, of what is still kept up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Row, Select

from knowledge.collections import Audience
from knowledge.dates import first_day, last_day
from knowledge.domain import Card, DocumentRecord, Status
from knowledge.ledger.collections import Shelves
from knowledge.ledger.rows import document_record, document_rows
from knowledge.ledger.tables import servings, versions
from knowledge.ledger.timeline import CORRECT, is_open, never_ran, row_is_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Documents by id in order of title; `versions` are the ids of the versions they stand in.

    `waiting` are those still to be published; at `changes_at` the holdings change by themselves.
    """

    documents: Mapping[str, DocumentRecord]
    versions: frozenset[int]
    waiting: tuple[DocumentRecord, ...] = ()
    changes_at: datetime | None = None

    def hold(self, document_id: str, version_id: int) -> bool:
        """Whether a document stands in them in this version."""
        return version_id in self.versions and document_id in self.documents


def present(connection: Connection, now: datetime) -> Holdings:
    """Return what is held at this moment."""
    rows = connection.execute(_served().where(is_open(now)).order_by(versions.c.title, versions.c.id)).all()
    running = {row.document_id: row for row in rows if row.starts <= now}
    waiting = [row for row in rows if row.starts > now]
    beginnings = [row.starts for row in waiting]
    beginnings += [_midnight(date.fromisoformat(row.superseded_from), now) for row in rows if row.superseded_from]
    reviews = [last_day(row.review_by) for row in running.values() if row.review_by]
    beginnings += [_midnight(day + timedelta(days=1), now) for day in reviews if day < date.max]
    return Holdings(
        documents=_standing(running, running, _hidden(rows, now), now.date(), now),
        versions=frozenset(row.version_id for row in running.values()),
        waiting=tuple(replace(document_record(row), publish_at=row.starts) for row in waiting),
        changes_at=min((moment for moment in beginnings if moment > now), default=None),
    )


def past(connection: Connection, day: date, now: datetime) -> Holdings:
    """Return what was in force at the end of a day: of the documents held now, each in the version of then.

    That is the version the library served then, or before it served any the latest by its date. What is dated later
    is left out, and so is what states no date and came into the library later.
    """
    query = _served().where(servings.c.undone_at.is_(None)).order_by(versions.c.document_id, servings.c.id)
    rows = [row for row in connection.execute(query) if not never_ran(row)]
    begun = groupby((row for row in rows if row.starts <= now), key=lambda row: str(row.document_id))
    history = {id_: list(of_one) for id_, of_one in begun}
    held = {id_: of_one for id_, of_one in history.items() if row_is_open(of_one[-1], now)}
    end = _midnight(day + timedelta(days=1), now)
    then = {id_: version for id_, of_one in held.items() if (version := _version_of_then(of_one, day, end))}
    ordered = dict(sorted(then.items(), key=lambda entry: (entry[1].title, entry[0])))
    latest = {id_: of_one[-1] for id_, of_one in held.items()}
    return Holdings(
        documents=_standing(ordered, latest, _hidden(rows, now), day, now, past=True),
        versions=frozenset(row.version_id for row in ordered.values()),
    )


def read_by(audience: Audience, holdings: Holdings, shelves: Shelves) -> Holdings:
    """Return what an audience may read of them; the same where that is everything.

    A document it may not read is no successor either: nobody may find its id or title on what it superseded.
    """
    readable = {
        id_: record
        for id_, record in holdings.documents.items()
        if audience.reads(shelves.of_document.get(id_, frozenset()))
    }
    if len(readable) == len(holdings.documents):
        return replace(holdings, waiting=())
    return Holdings(
        documents={
            id_: _without_successor(record) if record.successor_id and record.successor_id not in readable else record
            for id_, record in readable.items()
        },
        versions=holdings.versions,
    )


def _without_successor(record: DocumentRecord) -> DocumentRecord:
    return replace(record, successor_id=None, card=replace(record.card, superseded_by=None))


def _served() -> Select[Any]:
    columns = (servings.c.starts, servings.c.ends, servings.c.made_at, servings.c.act)
    return document_rows().add_columns(*columns).join(servings, servings.c.version_id == versions.c.id)


def _hidden(rows: Sequence[Row[Any]], now: datetime) -> frozenset[str]:
    """The documents nobody may know of yet."""
    waiting = {str(row.document_id) for row in rows if row.starts > now}
    return frozenset(waiting.difference(str(row.document_id) for row in rows if row.starts <= now))


def _version_of_then(rows: Sequence[Row[Any]], day: date, end: datetime) -> Row[Any] | None:
    served = [row for row in rows if row.starts < end]
    dated = [row for row in rows if row.date and first_day(row.date) <= day]
    if served:
        # What was corrected never stood; what is dated later took the place of what was in force until then.
        stood = [
            row for row, after in zip(served, [*served[1:], None], strict=True) if not after or after.act != CORRECT
        ]
        return next((row for row in reversed(stood) if not row.date or row in dated), None)
    return max(dated, key=lambda row: (first_day(row.date), row.number), default=None)


def _standing(
    rows: Mapping[str, Row[Any]],
    latest: Mapping[str, Row[Any]],
    hidden: frozenset[str],
    day: date,
    now: datetime,
    *,
    past: bool = False,
) -> dict[str, DocumentRecord]:
    """Say of each row whether it is in force on the day; `latest` are all documents held, to find successors among."""
    named = {name: row.document_id for row in latest.values() for name in _names(row)}
    records = {}
    for id_, row in rows.items():
        record = document_record(row)
        stated = _stated_successor(row, hidden, day)
        successor = latest.get(stated or named.get(record.card.superseded_by or "", ""))
        if stated:
            record = _superseded(record, successor)
        elif past and record.card.status is Status.SUPERSEDED and day < _superseded_since(row, successor, now):
            record = replace(record, card=replace(record.card, status=Status.CURRENT))
            successor = None
        known = successor is not None and successor.document_id in rows
        successor_id = successor.document_id if successor and known else None
        records[id_] = replace(record, successor_id=successor_id, review_passed=_review_passed(record.card, day))
    return records


def _stated_successor(row: Row[Any], hidden: frozenset[str], day: date) -> str | None:
    """The successor a person named, once the day has come; not while it waits to be published."""
    if row.successor_id is None or row.successor_id in hidden or date.fromisoformat(row.superseded_from) > day:
        return None
    return str(row.successor_id)


def _superseded(record: DocumentRecord, successor: Row[Any] | None) -> DocumentRecord:
    title = successor.title if successor else record.card.superseded_by
    return replace(record, card=replace(record.card, status=Status.SUPERSEDED, superseded_by=title))


def _review_passed(card: Card, day: date) -> date | None:
    """The last day it should have been reviewed on, once that is over; what holds no more needs no review."""
    if card.review_by is None or card.status in {Status.SUPERSEDED, Status.HISTORICAL}:
        return None
    due = last_day(card.review_by)
    return due if due < day else None


def _superseded_since(row: Row[Any], successor: Row[Any] | None, now: datetime) -> date:
    if successor is not None and successor.date:
        return first_day(successor.date)
    learned: datetime = row.published_at
    return learned.astimezone(now.tzinfo).date()


def _names(row: Row[Any]) -> Iterable[str]:
    """What `superseded_by` may call a document."""
    return (str(row.document_id), str(row.title), PurePath(row.place).stem)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time.min, tzinfo=now.tzinfo)
