"""Documents, their versions and passages, as the ledger keeps them. What it calls live is what may be served."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, desc, func, select

from knowledge.dates import Clock, here
from knowledge.domain import DocumentRecord, Manifest, Passage, PassageInContext, content_id
from knowledge.errors import PassageNotFound
from knowledge.ledger.holdings import Holdings, past, present
from knowledge.ledger.opening import writing
from knowledge.ledger.publishing import Publication, Published, publish
from knowledge.ledger.rows import document_record, document_rows, passage_from, passage_rows
from knowledge.ledger.state import next_generation, put_state, state_of
from knowledge.ledger.tables import documents, passages, places, servings, version_passages, versions
from knowledge.ledger.timeline import is_open, row_is_open

# SQLite takes 32,766 parameters a statement by default (SQLITE_MAX_VARIABLE_NUMBER).
MOST_PARAMETERS = 30_000
# Days of the past remembered beside today; people ask about one at a time.
MOST_DAYS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPassage:
    """What both indexes need of a passage, whichever versions of its document hold it."""

    id: str
    title: str
    heading: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAt:
    """What the library knows of the file at a place: the document it is, and that document's latest version.

    `place` is where that version's file lies; `live` is False once the document left the library. `earlier` are the
    files of all its versions, `held_back` those that somebody went back behind.
    """

    document_id: str
    place: str
    live: bool
    fingerprint: str
    file: str | None
    stated: Mapping[str, str]
    earlier: frozenset[str]
    held_back: frozenset[str]


@dataclass(slots=True, kw_only=True)
class _Remembered:
    """What was read at a generation; the digest changes with any document served or the model."""

    generation: str | None
    today: Holdings
    digest: str
    days: dict[date, Holdings] = field(default_factory=dict)


class LibraryRecord:
    """Reads and writes documents, versions and passages."""

    def __init__(self, engine: Engine, now: Clock = here) -> None:
        self._engine = engine
        self._now = now
        self._remembered: _Remembered | None = None
        self._remembering = Lock()

    def publish(self, publications: Sequence[Publication], *, actor: str) -> tuple[Published, ...]:
        """Serve these versions from now or their moment on, all in one transaction; says of each what it did."""
        now = self._now()
        with writing(self._engine) as connection:
            done = tuple(publish(connection, publication, actor=actor, now=now) for publication in publications)
            next_generation(connection)
        return done

    def documents(self, as_of: date | None = None) -> Mapping[str, DocumentRecord]:
        """Return the documents served today, or in force on a day, by id in order of title."""
        return self._holdings(as_of).documents

    def waiting(self) -> tuple[DocumentRecord, ...]:
        """Return the documents and new versions that wait to be published: for those who keep the library only."""
        return self._holdings(None).waiting

    def removed(self) -> tuple[DocumentRecord, ...]:
        """Return the documents that left the library, as they were last."""
        last = select(func.max(servings.c.id)).group_by(servings.c.document_id)
        query = document_rows().join(servings, servings.c.version_id == versions.c.id).order_by(versions.c.title)
        with self._engine.connect() as connection:
            held = select(servings.c.document_id).where(is_open(self._now()))
            rows = connection.execute(query.where(servings.c.id.in_(last), versions.c.document_id.not_in(held)))
            return tuple(map(document_record, rows))

    def record(self, document_id: str) -> DocumentRecord:
        """Return a document in the version that is served, or that waits, or that was served last."""
        if document_id in self.documents():
            return self.documents()[document_id]
        known = {record.id: record for record in (*self.removed(), *self.waiting())}
        return known[document_id]

    def live(self, ids: Sequence[str], as_of: date | None = None) -> dict[str, Passage]:
        """Return those of the named passages that are served today, or were in force on a day, by id."""
        holdings = self._holdings(as_of)
        query = passage_rows()
        if as_of is None:
            query = query.join(servings, servings.c.version_id == version_passages.c.version_id)
            query = query.where(is_open(self._now()))
        with self._engine.connect() as connection:
            rows = self._rows_of(connection, query, ids)
            return {row.id: passage_from(row) for row in rows if row.version_id in holdings.versions}

    def kept_ids(self) -> frozenset[str]:
        """Return the ids of the passages of every version: what both indexes hold."""
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(select(passages.c.id)))

    def count_kept(self) -> int:
        """Count the passages of every version."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(passages)) or 0

    def kept(self, ids: Sequence[str]) -> tuple[KeptPassage, ...]:
        """Return what the indexes need of the named passages."""
        # Beside max() SQLite takes the other columns from the row that holds it. Ids are made of title and headings
        # too, so any version that holds the passage would do.
        query = (
            select(passages, versions.c.title, func.max(versions.c.id))
            .join_from(passages, version_passages, version_passages.c.passage_id == passages.c.id)
            .join(versions, versions.c.id == version_passages.c.version_id)
            .group_by(passages.c.id)
        )
        with self._engine.connect() as connection:
            return tuple(
                KeptPassage(id=row.id, title=row.title, heading=tuple(row.heading), text=row.text)
                for row in self._rows_of(connection, query, ids)
            )

    def ids(self) -> frozenset[str]:
        """Return the ids of all documents there ever were."""
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(select(documents.c.id)))

    def files(self) -> dict[str, FileAt]:
        """Return what is known of the file at each place."""
        now = self._now()
        query = (
            select(
                servings,
                versions.c.place,
                versions.c.fingerprint,
                versions.c.file,
                versions.c.stated,
            )
            .join_from(servings, versions, versions.c.id == servings.c.version_id)
            .order_by(servings.c.id)
        )
        with self._engine.connect() as connection:
            by_document: dict[str, list[Row[Any]]] = {}
            for row in connection.execute(query):
                by_document.setdefault(row.document_id, []).append(row)
            known = {document_id: _file_of(rows, now) for document_id, rows in by_document.items()}
            return {row.place: known[row.document_id] for row in connection.execute(select(places))}

    def passage(self, passage_id: str) -> PassageInContext:
        """Return a passage with its neighbours, from the version served or the last served that held it."""
        holdings = self._holdings(None)
        with self._engine.connect() as connection:
            found = connection.execute(
                select(version_passages)
                .join(versions, versions.c.id == version_passages.c.version_id)
                .join(servings, servings.c.version_id == versions.c.id)
                .where(version_passages.c.passage_id == passage_id, servings.c.starts <= self._now())
                .order_by(desc(versions.c.number))
            ).all()
            if not found:
                raise PassageNotFound
            place = next((row for row in found if row.version_id in holdings.versions), found[0])
            near = {
                row.ordinal: passage_from(row)
                for row in connection.execute(
                    passage_rows().where(
                        version_passages.c.version_id == place.version_id,
                        version_passages.c.ordinal.between(place.ordinal - 1, place.ordinal + 1),
                    )
                )
            }
            version = connection.execute(document_rows().where(versions.c.id == place.version_id)).one()
        live = place.version_id in holdings.versions
        return PassageInContext(
            passage=near[place.ordinal],
            document=holdings.documents[version.document_id] if live else document_record(version),
            before=near.get(place.ordinal - 1),
            after=near.get(place.ordinal + 1),
            live=live,
        )

    def manifest(self, release: str) -> Manifest:
        """Sum up what is live under this release of the software."""
        remembered = self._present()
        live = remembered.today.documents.values()
        return Manifest(
            digest=remembered.digest,
            documents=len(live),
            passages=sum(record.passages for record in live),
            newest=max((record.card.date for record in live if record.card.date), default=None),
            model=self.model() or "",
            version=release,
        )

    def model(self) -> str | None:
        """Return the name of the model whose vectors the dense index holds; None before the first."""
        with self._engine.connect() as connection:
            return state_of(connection, "model")

    def set_model(self, name: str) -> None:
        """Note the model whose vectors the dense index holds."""
        with writing(self._engine) as connection:
            put_state(connection, "model", name)
            next_generation(connection)

    def is_settled(self) -> bool:
        """Whether the indexes are known to hold exactly the passages kept."""
        with self._engine.connect() as connection:
            return state_of(connection, "settled") != "no"

    def set_settled(self, *, settled: bool) -> None:
        """Note that the indexes are about to change, or that they hold exactly the passages kept."""
        with writing(self._engine) as connection:
            put_state(connection, "settled", "yes" if settled else "no")

    def _holdings(self, as_of: date | None) -> Holdings:
        remembered = self._present()
        if as_of is None:
            return remembered.today
        if as_of not in remembered.days:
            with self._engine.connect() as connection:
                then = past(connection, as_of, self._now())
            if len(remembered.days) >= MOST_DAYS:
                remembered.days.clear()
            remembered.days[as_of] = then
        return remembered.days[as_of]

    def _present(self) -> _Remembered:
        """Return what is served; read anew only when somebody changed the library, in any process, or time did."""
        now = self._now()
        with self._engine.connect() as connection, self._remembering:
            generation = state_of(connection, "generation")
            known = self._remembered
            due = known is not None and known.today.changes_at is not None and known.today.changes_at <= now
            if known is None or known.generation != generation or due:
                today = present(connection, now)
                cards = sorted(f"{record.id} {record.version} {record.card}" for record in today.documents.values())
                digest = content_id(state_of(connection, "model") or "", *cards)
                known = self._remembered = _Remembered(generation=generation, today=today, digest=digest)
            return known

    def _rows_of(self, connection: Connection, query: Select[Any], ids: Sequence[str]) -> list[Row[Any]]:
        return [
            row
            for start in range(0, len(ids), MOST_PARAMETERS)
            for row in connection.execute(query.where(passages.c.id.in_(ids[start : start + MOST_PARAMETERS])))
        ]


def _file_of(rows: Sequence[Row[Any]], now: datetime) -> FileAt:
    last = rows[-1]
    went_back = last.act == "rollback" or last.undone_at is not None
    live = row_is_open(last, now)
    undone = [row for row in rows if row.undone_at is not None and row.undone_at >= last.made_at]
    held_back = {row.file for row in undone if row.file} if went_back else set()
    return FileAt(
        document_id=last.document_id,
        place=last.place,
        live=live,
        fingerprint=last.fingerprint,
        file=last.file,
        stated=last.stated,
        earlier=frozenset(row.file for row in rows if row.file),
        held_back=frozenset(held_back - {last.file} if live else held_back),
    )
