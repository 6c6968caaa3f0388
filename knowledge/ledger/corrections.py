"""What became of what answers quoted: worked out from the ledger as it stands, for whoever is to be told."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, desc, select

from knowledge.collections import Audience, View
from knowledge.dates import Clock
from knowledge.domain import DocumentRecord, Passage, Status
from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.rows import passage_from, passage_rows
from knowledge.ledger.tables import documents, servings, version_passages, versions
from knowledge.recalls import Change, Correction, Was, what_became_of

# Citations of one document, with what was said of it then as `told_status` and its version's `title`.
Quoted = Sequence[Row[Any]]


class Corrections:
    """Compares citations with what is served today."""

    def __init__(self, library: LibraryRecord, now: Clock) -> None:
        self._library = library
        self._now = now

    def of(
        self, connection: Connection, document_id: str, quoted: Quoted, audience: Audience | None = None
    ) -> Correction | None:
        """Say what became of what was quoted of a document; None where it stands, or the audience may not read it."""
        if not quoted or not self._library.is_read_by(audience, document_id):
            return None
        record = self._library.documents(View(audience=audience)).get(document_id)
        if record is None:
            day = self._day(connection, document_id, servings.c.ends)
            return Correction(title=quoted[0].title, change=Change.REMOVED, changed_on=day, quotes=_whole(quoted))
        held_then = [row for row in quoted if row.told_status != Status.SUPERSEDED]
        if record.card.status is Status.SUPERSEDED and held_then:
            return self._superseded(connection, record, held_then, audience)
        return self._changed(connection, record, quoted, audience)

    def broken(self, connection: Connection, document_id: str, quoted: Quoted) -> list[str]:
        """Return the ids of the answers whose quotes of a document hold no more."""
        if self.of(connection, document_id, quoted) is None:
            return []
        known: dict[tuple[int, str, str], bool] = {}
        for row in quoted:
            alike = (row.version_id, row.quote, row.told_status)
            if alike not in known:
                known[alike] = self.of(connection, document_id, [row]) is not None
        return [row.question_id for row in quoted if known[row.version_id, row.quote, row.told_status]]

    def _superseded(
        self, connection: Connection, record: DocumentRecord, quoted: Quoted, audience: Audience | None
    ) -> Correction:
        newer = self._library.documents(View(audience=audience)).get(record.successor_id or "")
        stated = connection.scalar(select(documents.c.superseded_from).where(documents.c.id == record.id))
        return Correction(
            title=record.card.title,
            change=Change.SUPERSEDED,
            changed_on=date.fromisoformat(stated) if stated else self._day(connection, record.id, servings.c.starts),
            quotes=_whole(quoted),
            successor=newer.card.title if newer else record.card.superseded_by,
        )

    def _changed(
        self, connection: Connection, record: DocumentRecord, quoted: Quoted, audience: Audience | None
    ) -> Correction | None:
        live = self._library.live([row.passage_id for row in quoted], View(audience=audience))
        gone = {(row.version_id, row.quote) for row in quoted if row.passage_id not in live}
        if not gone:
            return None
        present = versions.c.document_id == record.id, versions.c.number == record.version
        now = _passages(connection, *present)
        before = {version: _passages(connection, versions.c.id == version) for version, _ in gone}
        changed = [one for version, quote in sorted(gone) for one in what_became_of(quote, before[version], now)]
        if not changed:
            return None
        day = self._day(connection, record.id, servings.c.starts)
        quotes = tuple(dict.fromkeys(changed))
        return Correction(title=record.card.title, change=Change.CHANGED, changed_on=day, quotes=quotes)

    def _day(self, connection: Connection, document_id: str, moment: Any) -> date:
        """The day from which a document stands as it does, or on which it left: by the last row of its servings."""
        now = self._now()
        past = select(moment).where(servings.c.document_id == document_id, moment <= now).order_by(desc(moment))
        found: datetime = connection.scalar(past.limit(1)) or now
        return found.astimezone(now.tzinfo).date()


def _passages(connection: Connection, *which: Any) -> tuple[Passage, ...]:
    query = passage_rows().join(versions, versions.c.id == version_passages.c.version_id).where(*which)
    return tuple(map(passage_from, connection.execute(query.order_by(version_passages.c.ordinal))))


def _whole(quoted: Quoted) -> tuple[Was, ...]:
    return tuple(dict.fromkeys(Was(was=row.quote) for row in quoted))
