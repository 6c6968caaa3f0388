"""What was done to a copy of the ledger, done to the ledger: publishing and removing, by the code that always does."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import PurePath

from sqlalchemy import Connection, select

from knowledge.domain import Document
from knowledge.errors import DocumentNotFound
from knowledge.history import AuditEntry
from knowledge.ledger import Ledger
from knowledge.ledger.publishing import Publication
from knowledge.ledger.rows import document_record, document_rows, passage_from, passage_rows
from knowledge.ledger.tables import collections, document_collections, documents, version_passages, versions

# Versions published in one transaction.
TOGETHER = 50


def replay(copy: Ledger, ledger: Ledger) -> None:
    """Publish and remove what was since the copy was made, in the order of its audit trail."""
    waiting: list[AuditEntry] = []
    for entry in _since(copy, ledger):
        if entry.act == "publish":
            waiting.append(entry)
            if len(waiting) < TOGETHER:
                continue
        _publish(copy, ledger, waiting)
        waiting = []
        if entry.act == "remove" and "became" not in entry.detail:  # publishing does the others again
            with suppress(DocumentNotFound):
                ledger.history.remove(entry.subject, actor=entry.actor)
    _publish(copy, ledger, waiting)
    _note_failures(copy, ledger)


def _since(copy: Ledger, ledger: Ledger) -> Iterator[AuditEntry]:
    made_at = {entry.id: entry for entry in ledger.audit.entries()}
    new = takewhile(lambda entry: made_at.get(entry.id) != entry, copy.audit.entries())
    return reversed([*new])


def _publish(copy: Ledger, ledger: Ledger, entries: list[AuditEntry]) -> None:
    if not entries:
        return
    with copy.engine.connect() as connection:
        publications = [_publication(connection, int(entry.detail["version"] or 0)) for entry in entries]
    ledger.library.publish(publications, actor=entries[0].actor)


def _publication(connection: Connection, version_id: int) -> Publication:
    """Read a version as it was published, with the collections its document is in, for nobody else may see it."""
    query = document_rows().add_columns(documents.c.place.label("origin")).where(versions.c.id == version_id)
    row = connection.execute(query).one()
    shelves = select(collections.c.name, document_collections.c.by_person).where(
        document_collections.c.collection_id == collections.c.id,
        document_collections.c.document_id == row.document_id,
    )
    in_collections = connection.execute(shelves.order_by(collections.c.name)).all()
    names = ", ".join(name for name, _ in in_collections)
    by_person = {"collections": names} if any(by_person for _, by_person in in_collections) else {}
    held = passage_rows().where(version_passages.c.version_id == version_id).order_by(version_passages.c.ordinal)
    return Publication(
        document_id=row.document_id,
        place=row.place,
        name=PurePath(row.place).name,
        fingerprint=row.fingerprint,
        file=row.file,
        document=Document(
            card=replace(document_record(row).card, collections=names),
            sections=(),
            empty_pages=tuple(row.empty_pages),
        ),
        passages=tuple(map(passage_from, connection.execute(held))),
        origin=row.origin,
        stated={**row.stated, **by_person},
    )


def _note_failures(copy: Ledger, ledger: Ledger) -> None:
    there, here = copy.failures.records(), ledger.failures.records()
    over = {record.place for record in here}.difference(record.place for record in there)
    failed = [one.failure for one in there if one not in here]
    ledger.failures.note(failed, tried=over)
