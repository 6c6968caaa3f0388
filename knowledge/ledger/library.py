"""Documents, their versions and passages, as the ledger keeps them. What it calls live is what may be served."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine, Row, desc, func, select

from knowledge.collections import TODAY, Audience, Collection, View
from knowledge.dates import Clock, here
from knowledge.domain import DocumentRecord, Manifest, Passage, PassageInContext, content_id
from knowledge.errors import PassageNotFound
from knowledge.ledger.collections import Shelves, check_names, read_shelves
from knowledge.ledger.holdings import Holdings, past, present, read_by
from knowledge.ledger.keeping import KeptPassage, kept, kept_ids, rows_of
from knowledge.ledger.opening import writing
from knowledge.ledger.publishing import Publication, Published, publish
from knowledge.ledger.rows import document_record, document_rows, passage_from, passage_rows
from knowledge.ledger.state import next_generation, put_state, state_of
from knowledge.ledger.tables import documents, passages, places, servings, version_passages, versions
from knowledge.ledger.timeline import gone_behind, has_run, is_open, row_is_open
from knowledge.ledger.unfinished import Unfinished, note_unfinished, unfinished

# Days of the past, and what audiences read of one, remembered beside today; an office asks about few at a time.
MOST_VIEWS = 32


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
    shelves: Shelves
    digest: str
    views: dict[View, Holdings] = field(default_factory=dict)


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
            note_unfinished(connection, (), actor=actor)
            next_generation(connection)
        return done

    def begin(self, publications: Sequence[Publication], *, actor: str) -> None:
        """Note what is about to be embedded and published, for the next start to finish; none gives it up."""
        with writing(self._engine) as connection:
            put_state(connection, "settled", "no")
            note_unfinished(connection, publications, actor=actor)

    def unfinished(self) -> Unfinished | None:
        """Return what a crash broke off."""
        with self._engine.connect() as connection:
            return unfinished(connection)

    def documents(self, view: View = TODAY) -> Mapping[str, DocumentRecord]:
        """Return the documents served today, or in force on a day, that an audience may read, in order of title."""
        return self._holdings(view).documents

    def waiting(self) -> tuple[DocumentRecord, ...]:
        """Return the documents and new versions that wait to be published: for those who keep the library only."""
        return self._holdings(TODAY).waiting

    def collections(self) -> tuple[Collection, ...]:
        """Return the collections in order of name."""
        return self._present().shelves.collections

    def collections_of(self, document_id: str) -> frozenset[int]:
        """Return the ids of the collections that a document is in, also once it left."""
        return self._present().shelves.of_document.get(document_id, frozenset())

    def names_of(self, document_ids: Iterable[str], audience: Audience | None) -> tuple[str, ...]:
        """Return the names of the collections these documents are in, of those an audience may read."""
        shelves = self._present().shelves
        numbers = {number for id_ in document_ids for number in shelves.of_document.get(id_, ())}
        return tuple(one.name for one in shelves.collections if one.id in numbers and _reads(audience, one))

    def readable_names(self, names: Iterable[str], audience: Audience | None) -> tuple[str, ...]:
        """Return those of the names that are of collections an audience may read."""
        known = {one.name for one in self.collections() if _reads(audience, one)}
        return tuple(name for name in names if name in known)

    def check_collections(self, stated: str | None) -> None:
        """Raise CollectionNotFound for a name in "mayor, protocol" that no collection has."""
        if stated:
            with self._engine.connect() as connection:
                check_names(connection, stated)

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

    def live(self, ids: Sequence[str], view: View = TODAY) -> dict[str, Passage]:
        """Return those of the named passages that are served today, or were in force on a day, for an audience."""
        holdings = self._holdings(view)
        query = passage_rows()
        if view.as_of is None:
            query = query.join(servings, servings.c.version_id == version_passages.c.version_id)
            query = query.where(is_open(self._now()))
        with self._engine.connect() as connection:
            rows = rows_of(connection, query, passages.c.id, ids)
            return {row.id: passage_from(row) for row in rows if holdings.hold(row.document_id, row.version_id)}

    def kept_ids(self) -> frozenset[str]:
        """Return the ids of the passages of every version and proposal: what both indexes hold."""
        with self._engine.connect() as connection:
            return kept_ids(connection)

    def count_kept(self) -> int:
        """Count the passages of every version and proposal."""
        return len(self.kept_ids())

    def kept(self, ids: Sequence[str]) -> tuple[KeptPassage, ...]:
        """Return what the indexes need of the named passages."""
        with self._engine.connect() as connection:
            return kept(connection, ids)

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

    def passage(self, passage_id: str, audience: Audience | None = None) -> PassageInContext:
        """Return a passage with its neighbours, from the version served or the last served that held it.

        Raises PassageNotFound, also for one that the audience may not read.
        """
        holdings = self._holdings(View(audience=audience))
        with self._engine.connect() as connection:
            found = connection.execute(
                select(version_passages, versions.c.document_id)
                .join(versions, versions.c.id == version_passages.c.version_id)
                .join(servings, servings.c.version_id == versions.c.id)
                .where(version_passages.c.passage_id == passage_id, has_run(self._now()))
                .order_by(desc(versions.c.number))
            ).all()
            if not found or not self.is_read_by(audience, found[0].document_id):
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

    def manifest(self, release: str, audience: Audience | None = None) -> Manifest:
        """Sum up what is live, to an audience, under this release of the software; the digest is that of all of it."""
        live = self.documents(View(audience=audience)).values()
        return Manifest(
            digest=self._present().digest,
            documents=len(live),
            passages=sum(record.passages for record in live),
            newest=newest_of(live),
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

    def is_read_by(self, audience: Audience | None, document_id: str) -> bool:
        """Whether an audience may read a document, also one that left the library."""
        return audience is None or audience.reads(self.collections_of(document_id))

    def _holdings(self, view: View) -> Holdings:
        remembered = self._present()
        if view == TODAY:
            return remembered.today
        found = remembered.views.get(view)
        if found is None:
            found = remembered.today
            if view.as_of is not None:
                with self._engine.connect() as connection:
                    found = past(connection, view.as_of, self._now())
            if view.audience is not None:
                found = read_by(view.audience, found, remembered.shelves)
            if len(remembered.views) >= MOST_VIEWS:
                remembered.views.clear()  # also while others look one up
            remembered.views[view] = found
        return found

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
                known = self._remembered = _Remembered(
                    generation=generation, today=today, shelves=read_shelves(connection), digest=digest
                )
            return known


def newest_of(records: Iterable[DocumentRecord]) -> str | None:
    """Return the latest date that a document states; None where none does."""
    return max((record.card.date for record in records if record.card.date), default=None)


def _file_of(rows: Sequence[Row[Any]], now: datetime) -> FileAt:
    last = rows[-1]
    live = row_is_open(last, now)
    held_back = {row.file for row in gone_behind(rows) if row.file}
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


def _reads(audience: Audience | None, collection: Collection) -> bool:
    return audience is None or collection.id in audience.collections
