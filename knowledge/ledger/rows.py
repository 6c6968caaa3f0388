"""Rows of the ledger to nouns of the domain; parsed here once, so that no row leaves the room."""

from typing import Any

from sqlalchemy import Row, Select, func, select

from knowledge.domain import Card, DocumentRecord, Kind, Passage, Status, Unit
from knowledge.ledger.tables import documents, passages, version_passages, versions


def document_rows() -> Select[Any]:
    """Select what `document_record` needs, one row a version."""
    passage_count = (
        select(func.count())
        .where(version_passages.c.version_id == versions.c.id)
        .correlate(versions)
        .scalar_subquery()
        .label("passage_count")
    )
    return select(
        versions,
        versions.c.id.label("version_id"),
        documents.c.successor_id,
        documents.c.superseded_from,
        passage_count,
    ).join_from(versions, documents, documents.c.id == versions.c.document_id)


def document_record(row: Row[Any]) -> DocumentRecord:
    """Make a record of a row of `document_rows`, going by what the file says of itself."""
    card = Card(
        title=row.title,
        kind=Kind(row.kind),
        issuer=row.issuer,
        date=row.date,
        status=Status(row.status),
        superseded_by=row.superseded_by,
        language=row.language,
        source=row.source,
        publish_at=row.publish_at,
        review_by=row.review_by,
    )
    return DocumentRecord(
        id=row.document_id,
        card=card,
        place=row.place,
        version=row.number,
        passages=row.passage_count,
        indexed_at=row.published_at,
    )


def passage_rows() -> Select[Any]:
    """Select what `passage_from` needs, one row a passage of a version."""
    return select(passages, version_passages).join_from(
        passages, version_passages, version_passages.c.passage_id == passages.c.id
    )


def passage_from(row: Row[Any]) -> Passage:
    """Make a passage of a row of `passage_rows`."""
    return Passage(
        id=row.id,
        document_id=row.document_id,
        text=row.text,
        heading=tuple(row.heading),
        page=row.page,
        section=row.section,
        start=row.start,
        end=row.end,
        ordinal=row.ordinal,
        unit=Unit(row.unit),
        ocr=row.ocr,
    )
