"""A document read and indexed becomes what is served, inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.dates import parse_moment
from knowledge.domain import Card, Document, Passage
from knowledge.errors import BadCorrection
from knowledge.ledger.audit import record_act
from knowledge.ledger.collections import put
from knowledge.ledger.keeping import KeptPassage
from knowledge.ledger.places import served_from, take_place
from knowledge.ledger.rows import document_record, document_rows, passage_from, passage_rows
from knowledge.ledger.tables import documents, passages, version_passages, versions
from knowledge.ledger.timeline import CORRECT, end, open_rows, rows_of, serve, serve_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A document ready to be served: its passages are in both indexes already.

    `file` is the SHA-256 of the file's bytes, `stated` what people stated about it, `origin` what a new document's id
    was made of.
    """

    document_id: str
    place: str
    name: str
    fingerprint: str
    file: str
    document: Document
    passages: tuple[Passage, ...]
    origin: str
    stated: Mapping[str, str]

    @property
    def kept(self) -> tuple[KeptPassage, ...]:
        """What both indexes need of its passages."""
        title = self.document.card.title
        return tuple(KeptPassage(id=p.id, title=title, heading=p.heading, text=p.text) for p in self.passages)


class Published(StrEnum):
    """What publishing did: a document came into the library, got a new version, or reads as it did before."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def publish(connection: Connection, publication: Publication, *, actor: str, now: datetime) -> Published:
    """Serve a version, or note that the file reads as the version there is. A file's place names one document."""
    document_id = publication.document_id
    # Values as parameters: SQLAlchemy takes longer over .values() than SQLite over the whole document.
    came = {"id": document_id, "place": publication.origin, "added_at": now, "added_by": actor}
    is_new = connection.execute(upsert(documents).on_conflict_do_nothing(), came).rowcount == 1
    card = publication.document.card
    by_person = "collections" in publication.stated
    moved = put(connection, document_id, card.collections, by_person=by_person, actor=actor)
    _take_place(connection, publication, actor, now)
    standing = () if is_new else open_rows(connection, document_id, now)
    before = standing or (() if is_new else rows_of(connection, document_id))
    last = before[-1] if before else None
    if last and _reads_alike(connection, last.version_id, publication):
        version = last.version_id
        _note_file(connection, version, publication)
        if standing:
            return Published.UPDATED if moved else Published.UNCHANGED
    else:
        number = 1 if is_new else _next_number(connection, document_id)
        version = _insert_version(connection, publication, number, now)
    starts = parse_moment(card.publish_at, now.tzinfo) if card.publish_at else now
    serving = serve if standing else serve_first
    serving(connection, document_id, version, starts=starts, now=now, act="publish", actor=actor)
    record_act(
        connection,
        actor=actor,
        act="publish",
        subject=document_id,
        detail={
            "version": version,
            "before": last.version_id if last else None,
            "passages": len(publication.passages),
            "publish_at": card.publish_at,
        },
    )
    return Published.UPDATED if standing else Published.ADDED


def publication_of(connection: Connection, version_id: int) -> Publication:
    """Return a version as it was published, without the sections of its file."""
    row = connection.execute(document_rows().where(versions.c.id == version_id)).one()
    kept = connection.execute(select(versions).where(versions.c.id == version_id)).one()
    held = passage_rows().where(version_passages.c.version_id == version_id).order_by(version_passages.c.ordinal)
    card = document_record(row).card
    return Publication(
        document_id=kept.document_id,
        place=kept.place,
        name=PurePath(kept.place).name,
        fingerprint=kept.fingerprint,
        file=kept.file,
        document=Document(card=card, sections=(), empty_pages=tuple(kept.empty_pages)),
        passages=tuple(map(passage_from, connection.execute(held))),
        origin=kept.place,
        stated=kept.stated,
    )


def restate(connection: Connection, version_id: int, publication: Publication, *, actor: str, now: datetime) -> None:
    """Serve the text of the version that stands with another card; its file and its place stay what they are.

    Where only the collections are others there is no new version.
    """
    document_id, card = publication.document_id, publication.document.card
    moved = put(connection, document_id, card.collections, by_person=True, actor=actor)
    if _reads_alike(connection, version_id, publication):
        if not moved:
            raise BadCorrection("Nothing was changed: all of this stands like that already.")
        return
    version = _insert_version(connection, publication, _next_number(connection, document_id), now)
    starts = parse_moment(card.publish_at, now.tzinfo) if card.publish_at else now
    serve(connection, document_id, version, starts=starts, now=now, act=CORRECT, actor=actor)
    detail: dict[str, str | int | None] = {"version": version, "before": version_id}
    detail["stated"] = ", ".join(sorted(publication.stated))
    record_act(connection, actor=actor, act="correct", subject=document_id, detail=detail)


def _take_place(connection: Connection, publication: Publication, actor: str, now: datetime) -> None:
    """Let the place name this document; the one it named before leaves the library, its file being this one's."""
    other, version = served_from(connection, publication.place, now) or (None, None)
    take_place(connection, publication.place, publication.document_id)
    if other and other != publication.document_id:
        end(connection, other, now)
        detail = {"version": version, "became": publication.document_id}
        record_act(connection, actor=actor, act="remove", subject=other, detail=detail)


def _reads_alike(connection: Connection, version_id: int, publication: Publication) -> bool:
    """Whether the file says what that version says: the same card and the same passages in the same places."""
    row = connection.execute(document_rows().where(versions.c.id == version_id)).one()
    before = document_record(row).card
    card = replace(publication.document.card, collections=None)
    if not publication.document.language_stated:  # what it was taken to be in says nothing new of it
        card = replace(card, language=before.language)
    if before != card or row.empty_pages != list(publication.document.empty_pages):
        return False
    held = passage_rows().where(version_passages.c.version_id == version_id).order_by(version_passages.c.ordinal)
    return tuple(map(passage_from, connection.execute(held))) == publication.passages


def _note_file(connection: Connection, version_id: int, publication: Publication) -> None:
    connection.execute(update(versions).where(versions.c.id == version_id).values(**_file_columns(publication)))


def _file_columns(publication: Publication) -> dict[str, Any]:
    return {
        "place": publication.place,
        "fingerprint": publication.fingerprint,
        "file": publication.file,
        # What it is in stays with the document, whatever versions come.
        "stated": {name: said for name, said in publication.stated.items() if name != "collections"},
    }


def _card_columns(card: Card) -> dict[str, Any]:
    return {
        "title": card.title,
        "kind": card.kind.value,
        "issuer": card.issuer,
        "date": card.date,
        "status": card.status.value,
        "superseded_by": card.superseded_by,
        "language": card.language,
        "source": card.source,
        "publish_at": card.publish_at,
        "review_by": card.review_by,
    }


def _next_number(connection: Connection, document_id: str) -> int:
    last = connection.scalar(select(func.max(versions.c.number)).where(versions.c.document_id == document_id))
    return (last or 0) + 1


def _insert_version(connection: Connection, publication: Publication, number: int, now: datetime) -> int:
    version: Row[Any] = connection.execute(
        insert(versions).returning(versions.c.id),
        {
            "document_id": publication.document_id,
            "number": number,
            "empty_pages": list(publication.document.empty_pages),
            "published_at": now,
            **_file_columns(publication),
            **_card_columns(publication.document.card),
        },
    ).one()
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
                "version_id": version.id,
                "ordinal": p.ordinal,
                "passage_id": p.id,
                "page": p.page,
                "section": p.section,
                "start": p.start,
                "end": p.end,
                "unit": p.unit.value,
                "ocr": p.ocr,
            }
            for p in publication.passages
        ],
    )
    return int(version.id)
