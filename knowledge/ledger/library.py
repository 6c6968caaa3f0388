"""Documents, their versions and passages, as the ledger keeps them. What it calls live is what may be served."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath
from threading import Lock

from sqlalchemy import Connection, Engine, desc, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.domain import (
    Document,
    DocumentRecord,
    Manifest,
    Passage,
    PassageInContext,
    content_id,
)
from knowledge.errors import DocumentNotFound, PassageNotFound
from knowledge.ledger.audit import record_act
from knowledge.ledger.opening import writing
from knowledge.ledger.rows import document_record, document_rows, passage_from, passage_rows
from knowledge.ledger.tables import documents, index_state, passages, version_passages, versions

# SQLite takes 32,766 parameters a statement by default (SQLITE_MAX_VARIABLE_NUMBER).
MOST_PARAMETERS = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A document ready to be served: its passages are in both indexes already."""

    document_id: str
    place: str
    name: str
    fingerprint: str
    document: Document
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Snapshot:
    """The live documents as they were at a generation; the digest changes with any of them or the model."""

    generation: str | None
    documents: dict[str, DocumentRecord]
    digest: str


class LibraryRecord:
    """Reads and writes documents, versions and passages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._snapshot: _Snapshot | None = None
        self._caching = Lock()

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of every live document by its place."""
        query = select(documents.c.place, versions.c.fingerprint).join(
            versions, documents.c.live_version_id == versions.c.id
        )
        with self._engine.connect() as connection:
            return {row.place: row.fingerprint for row in connection.execute(query)}

    def publish(self, publications: Sequence[Publication], *, actor: str) -> frozenset[str]:
        """Make these versions the live ones, all in one transaction. Returns the ids of passages live no more."""
        with writing(self._engine) as connection:
            retired = [_publish(connection, publication, actor) for publication in publications]
            _next_generation(connection)
        return frozenset().union(*retired)

    def remove(self, document_id: str, *, actor: str) -> tuple[str, ...]:
        """Take a document out of service; its text stays readable. Returns the ids of its passages."""
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            version = connection.scalar(select(documents.c.live_version_id).where(documents.c.id == document_id))
            if version is None:
                raise DocumentNotFound
            retired = _passage_ids(connection, version)
            connection.execute(update(versions).where(versions.c.id == version).values(retired_at=now))
            connection.execute(
                update(documents).where(documents.c.id == document_id).values(live_version_id=None, removed_at=now)
            )
            record_act(connection, actor=actor, act="remove", subject=document_id, detail={"version": version})
            _next_generation(connection)
        return tuple(retired)

    def documents(self) -> dict[str, DocumentRecord]:
        """Return the live documents by id, in order of title."""
        return self._present().documents

    def live(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Return those of the named passages that are live, by id."""
        query = passage_rows().join(documents, documents.c.live_version_id == version_passages.c.version_id)
        with self._engine.connect() as connection:
            rows = [
                row
                for start in range(0, len(ids), MOST_PARAMETERS)
                for row in connection.execute(query.where(passages.c.id.in_(ids[start : start + MOST_PARAMETERS])))
            ]
        return {row.id: passage_from(row) for row in rows}

    def live_ids(self) -> frozenset[str]:
        """Return the ids of all live passages."""
        query = select(version_passages.c.passage_id).join(
            documents, documents.c.live_version_id == version_passages.c.version_id
        )
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(query))

    def passage(self, passage_id: str) -> PassageInContext:
        """Return a passage with its neighbours, from the live version or the last that held it."""
        with self._engine.connect() as connection:
            place = connection.execute(
                select(version_passages, documents.c.live_version_id)
                .join(versions, versions.c.id == version_passages.c.version_id)
                .join(documents, documents.c.id == versions.c.document_id)
                .where(version_passages.c.passage_id == passage_id)
                .order_by(desc(versions.c.number))
                .limit(1)
            ).first()
            if place is None:
                raise PassageNotFound
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
        return PassageInContext(
            passage=near[place.ordinal],
            document=document_record(version),
            before=near.get(place.ordinal - 1),
            after=near.get(place.ordinal + 1),
            live=place.live_version_id == place.version_id,
        )

    def manifest(self, release: str) -> Manifest:
        """Sum up what is live under this release of the software."""
        present = self._present()
        live = present.documents.values()
        return Manifest(
            digest=present.digest,
            documents=len(live),
            passages=sum(record.passages for record in live),
            newest=max((record.card.date for record in live if record.card.date), default=None),
            model=self.model() or "",
            version=release,
        )

    def model(self) -> str | None:
        """Return the name of the model whose vectors the dense index holds; None before the first."""
        return self._state("model")

    def set_model(self, name: str) -> None:
        """Note the model whose vectors the dense index holds."""
        with writing(self._engine) as connection:
            _put_state(connection, "model", name)
            _next_generation(connection)

    def is_settled(self) -> bool:
        """Whether the indexes are known to hold exactly the live passages."""
        return self._state("settled") != "no"

    def set_settled(self, *, settled: bool) -> None:
        """Note that the indexes are about to change, or that they hold exactly the live passages."""
        self._set_state("settled", "yes" if settled else "no")

    def _present(self) -> _Snapshot:
        """Return what is live; read from SQL only when the library changed, in this process or another."""
        generation = self._state("generation")
        with self._caching:
            if self._snapshot is None or self._snapshot.generation != generation:
                query = document_rows().where(documents.c.live_version_id == versions.c.id).order_by(versions.c.title)
                with self._engine.connect() as connection:
                    live = _with_successors(map(document_record, connection.execute(query)))
                cards = sorted(f"{record.id} {record.version} {record.card}" for record in live.values())
                digest = content_id(self.model() or "", *cards)
                self._snapshot = _Snapshot(generation=generation, documents=live, digest=digest)
            return self._snapshot

    def _state(self, key: str) -> str | None:
        with self._engine.connect() as connection:
            return connection.scalar(select(index_state.c.value).where(index_state.c.key == key))

    def _set_state(self, key: str, value: str) -> None:
        with writing(self._engine) as connection:
            _put_state(connection, key, value)


def _next_generation(connection: Connection) -> None:
    """Tell every reader, in this process or another, that what it remembers of the library is old."""
    last = connection.scalar(select(index_state.c.value).where(index_state.c.key == "generation"))
    _put_state(connection, "generation", str(int(last or 0) + 1))


def _put_state(connection: Connection, key: str, value: str) -> None:
    connection.execute(
        upsert(index_state)
        .values(key=key, value=value)
        .on_conflict_do_update(index_elements=["key"], set_={"value": value})
    )


def _passage_ids(connection: Connection, version_id: int | None) -> frozenset[str]:
    query = select(version_passages.c.passage_id).where(version_passages.c.version_id == version_id)
    return frozenset(connection.scalars(query))


def _publish(connection: Connection, publication: Publication, actor: str) -> frozenset[str]:
    """Make one version live; returns the ids of the passages it retires."""
    now = datetime.now(UTC)
    document_id = publication.document_id
    connection.execute(
        upsert(documents)
        .values(id=document_id, place=publication.place, added_at=now, added_by=actor)
        .on_conflict_do_nothing()
    )
    before = connection.scalar(select(documents.c.live_version_id).where(documents.c.id == document_id))
    retired = _passage_ids(connection, before)
    if before is not None:
        connection.execute(update(versions).where(versions.c.id == before).values(retired_at=now))
    version = _insert_version(connection, publication, now)
    connection.execute(
        update(documents).where(documents.c.id == document_id).values(live_version_id=version, removed_at=None)
    )
    record_act(
        connection,
        actor=actor,
        act="publish",
        subject=document_id,
        detail={"version": version, "before": before, "passages": len(publication.passages)},
    )
    return retired - {passage.id for passage in publication.passages}


def _insert_version(connection: Connection, publication: Publication, now: datetime) -> int:
    card = publication.document.card
    last = connection.scalar(
        select(func.max(versions.c.number)).where(versions.c.document_id == publication.document_id)
    )
    version = connection.scalar(
        insert(versions)
        .values(
            document_id=publication.document_id,
            number=(last or 0) + 1,
            fingerprint=publication.fingerprint,
            title=card.title,
            kind=card.kind.value,
            issuer=card.issuer,
            date=card.date,
            status=card.status.value,
            superseded_by=card.superseded_by,
            language=card.language,
            source=card.source,
            empty_pages=list(publication.document.empty_pages),
            published_at=now,
        )
        .returning(versions.c.id)
    )
    connection.execute(
        upsert(passages).on_conflict_do_nothing(),
        [
            {"id": p.id, "document_id": p.document_id, "heading": list(p.heading), "text": p.text}
            for p in publication.passages
        ],
    )
    connection.execute(
        insert(version_passages),
        [
            {
                "version_id": version,
                "ordinal": p.ordinal,
                "passage_id": p.id,
                "page": p.page,
                "section": p.section,
                "start": p.start,
                "end": p.end,
            }
            for p in publication.passages
        ],
    )
    return int(version or 0)


def _with_successors(records: Iterable[DocumentRecord]) -> dict[str, DocumentRecord]:
    """Resolve what `superseded_by` names, a title, an id or a file's name, to the document it means."""
    live = {record.id: record for record in records}
    named = {
        name: record.id
        for record in live.values()
        for name in (record.id, record.card.title, PurePath(record.place).stem)
    }
    return {
        id_: replace(record, successor_id=named.get(record.card.superseded_by or "")) for id_, record in live.items()
    }
