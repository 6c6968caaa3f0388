"""What came of a question, in rows: an answer with its citations, or a gap with what was nearest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from knowledge.collections import Audience
from knowledge.differences import About, Difference, Side
from knowledge.domain import Answer, Citation, DocumentRecord, Gap, GapReason, Hit, Passage, Status
from knowledge.gaps.records import gap_id
from knowledge.ledger.memos import memo_row, read_memo
from knowledge.ledger.rows import document_record, document_rows, passage_from, passage_rows
from knowledge.ledger.tables import (
    answers,
    citations,
    gap_questions,
    gaps,
    near_passages,
    questions,
    version_passages,
    versions,
)
from knowledge.ledger.writing import insert_written, read_written
from knowledge.unanswered import PART, Unanswered


def insert_answer(connection: Connection, answer: Answer, manifest: str, audience: Audience | None) -> None:
    """Store an answer and its citations, each with the version of the document it quotes."""
    _insert_outcome(connection, answer, "answer", manifest, audience)
    insert_written(connection, answer)
    for citation in answer.citations:
        connection.execute(
            insert(citations).values(
                question_id=answer.question_id,
                number=citation.number,
                passage_id=citation.passage.id,
                version_id=_version_id(citation.document.id, citation.document.version),
                quote=citation.quote,
                start=citation.start,
                end=citation.end,
                key_start=citation.key[0] if citation.key else None,
                key_end=citation.key[1] if citation.key else None,
                status=citation.document.card.status.value,
                review_passed=_iso(citation.document.review_passed),
            )
        )


def insert_gap(connection: Connection, gap: Gap, manifest: str, audience: Audience | None) -> None:
    """Store that a question got no answer, and the passages nearest to it."""
    _insert_outcome(connection, gap, "gap", manifest, audience)
    insert_nearest(connection, gap.question_id, gap.nearest)


def insert_nearest(connection: Connection, question_id: str, nearest: Sequence[Hit]) -> None:
    """Store the passages nearest to a question, best first."""
    for rank, hit in enumerate(nearest):
        connection.execute(
            insert(near_passages).values(
                question_id=question_id,
                rank=rank,
                passage_id=hit.passage.id,
                version_id=_version_id(hit.document.id, hit.document.version),
                score=hit.score,
                status=hit.document.card.status.value,
                review_passed=_iso(hit.document.review_passed),
            )
        )


def read_outcome(connection: Connection, question_id: str) -> Answer | Gap | None:
    """Return what came of a question as it was then; None while nothing did."""
    row = connection.execute(
        select(answers, questions.c.as_of)
        .join_from(answers, questions, questions.c.id == answers.c.question_id)
        .where(answers.c.question_id == question_id)
    ).first()
    if row is None:
        return None
    as_of = date.fromisoformat(row.as_of) if row.as_of else None
    if row.outcome == "answer":
        written, unwritten, dropped, translation = read_written(connection, question_id)
        return Answer(
            question_id=question_id,
            probability=row.probability,
            citations=_citations(connection, question_id),
            milliseconds=row.milliseconds,
            as_of=as_of,
            written=written,
            unwritten=unwritten,
            dropped=dropped,
            memo=read_memo(row.memo),
            differences=tuple(map(_difference, row.differences or ())),
            unanswered=_unanswered(connection, question_id),
            translation=translation,
        )
    gap = connection.execute(
        select(gap_questions, gaps.c.owner, gaps.c.owner_name)
        .join_from(gap_questions, gaps, gaps.c.id == gap_questions.c.gap_id)
        .where(gap_questions.c.question_id == question_id)
    ).one()
    return Gap(
        id=gap_id(gap.gap_id),
        question_id=question_id,
        reason=GapReason(gap.reason),
        probability=row.probability,
        nearest=_nearest(connection, question_id),
        milliseconds=row.milliseconds,
        as_of=as_of,
        documents=gap.searched.get("documents", 0),
        collections=tuple(gap.searched.get("collections", ())),
        newest=gap.searched.get("newest"),
        unknown=tuple(gap.searched.get("unknown", ())),
        ask=gap.owner_name or gap.owner,
        logged=gap.withdrawn_at is None,
    )


def _unanswered(connection: Connection, question_id: str) -> tuple[Unanswered, ...]:
    """The questions of the same message that are in the log, in order."""
    parts = (
        select(gap_questions.c.gap_id, questions.c.text)
        .join_from(gap_questions, questions, questions.c.id == gap_questions.c.question_id)
        .where(is_part_of(question_id), gap_questions.c.withdrawn_at.is_(None))
        .order_by(gap_questions.c.question_id)
    )
    return tuple(Unanswered(question=row.text, gap=gap_id(row.gap_id)) for row in connection.execute(parts))


def is_part_of(question_id: str) -> ColumnElement[bool]:
    """Whether a question of a gap is one of several in a message."""
    return gap_questions.c.question_id.between(f"{question_id}{PART}1", f"{question_id}{PART}9")


def _insert_outcome(
    connection: Connection, outcome: Answer | Gap, name: str, manifest: str, audience: Audience | None
) -> None:
    connection.execute(
        insert(answers).values(
            question_id=outcome.question_id,
            outcome=name,
            probability=outcome.probability,
            manifest=manifest,
            milliseconds=outcome.milliseconds,
            answered_at=datetime.now(UTC),
            audience=sorted(audience.collections) if audience else None,
            memo=memo_row(outcome.memo) if isinstance(outcome, Answer) else None,
            differences=_differences(outcome),
        )
    )


def _differences(outcome: Answer | Gap) -> list[Any] | None:
    if not isinstance(outcome, Answer) or not outcome.differences:
        return None
    return [
        [one.about.value, *([side.number, side.start, side.end] for side in one.sides)] for one in outcome.differences
    ]


def _difference(row: list[Any]) -> Difference:
    about, one, other = row
    one, other = (Side(number=number, start=start, end=end) for number, start, end in (one, other))
    return Difference(about=About(about), sides=(one, other))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _version_id(document_id: str, number: int) -> Any:
    return (
        select(versions.c.id)
        .where(versions.c.document_id == document_id, versions.c.number == number)
        .scalar_subquery()
    )


def _citations(connection: Connection, question_id: str) -> tuple[Citation, ...]:
    rows = connection.execute(
        select(citations).where(citations.c.question_id == question_id).order_by(citations.c.number)
    ).all()
    return tuple(
        Citation(
            number=row.number,
            quote=row.quote,
            start=row.start,
            end=row.end,
            passage=passage,
            document=document,
            key=(row.key_start, row.key_end) if row.key_end else None,
        )
        for row in rows
        for passage, document in [_source(connection, row)]
    )


def _nearest(connection: Connection, question_id: str) -> tuple[Hit, ...]:
    rows = connection.execute(
        select(near_passages).where(near_passages.c.question_id == question_id).order_by(near_passages.c.rank)
    ).all()
    return tuple(
        Hit(passage=passage, document=document, score=row.score)
        for row in rows
        for passage, document in [_source(connection, row)]
    )


def _source(connection: Connection, row: Row[Any]) -> tuple[Passage, DocumentRecord]:
    """Return a passage and its document as they were in that version, with what was said of it then."""
    passage = connection.execute(
        passage_rows().where(
            version_passages.c.passage_id == row.passage_id, version_passages.c.version_id == row.version_id
        )
    ).one()
    document = document_record(connection.execute(document_rows().where(versions.c.id == row.version_id)).one())
    if row.status:
        document = replace(document, card=replace(document.card, status=Status(row.status)))
    if row.review_passed:
        document = replace(document, review_passed=date.fromisoformat(row.review_passed))
    return passage_from(passage), document
