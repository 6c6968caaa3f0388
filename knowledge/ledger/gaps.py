"""The log of gaps: one entry a missing thing, with everyone who asked for it."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select

from knowledge.domain import GapReason, GapRecord, NearPassage, Question, content_id
from knowledge.ledger.tables import gap_questions, gaps, near_passages, questions, versions


class GapLog:
    """Reads the log; entries are made in the transaction that records the outcome."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def records(self) -> tuple[GapRecord, ...]:
        """Return all gaps, the latest first."""
        asked = (
            select(gap_questions.c.gap_id, func.count(questions.c.asker.distinct()).label("askers"))
            .join(questions, questions.c.id == gap_questions.c.question_id)
            .group_by(gap_questions.c.gap_id)
            .subquery()
        )
        query = select(gaps, asked.c.askers).join(asked, asked.c.gap_id == gaps.c.id).order_by(gaps.c.id.desc())
        with self._engine.connect() as connection:
            return tuple(
                GapRecord(
                    id=gap_id(row.id),
                    question=row.question,
                    status=row.status,
                    reason=GapReason(row.reason),
                    askers=row.askers,
                    first_asked=row.first_asked,
                    nearest=_nearest(connection, row.id),
                )
                for row in connection.execute(query).all()
            )


def gap_id(number: int) -> str:
    """Name a gap the way people say it: G7."""
    return f"G{number}"


def log_gap(connection: Connection, question: Question, reason: GapReason) -> str:
    """Put a question into the gap with the same wording, or into a new one. Returns the gap's id."""
    words = " ".join("".join(c if c.isalnum() else " " for c in question.text.casefold()).split())
    wording = content_id(words, *([question.as_of.isoformat()] if question.as_of else []))
    # A follow-up means what its thread makes it mean, so only questions that stand alone share a gap.
    known = None
    if not question.thread:
        known = connection.scalar(select(gaps.c.id).where(gaps.c.wording == wording).order_by(gaps.c.id).limit(1))
    if known is None:
        known = connection.scalar(
            insert(gaps)
            .values(
                question=question.text,
                wording=wording,
                status="new",
                reason=reason.value,
                first_asked=datetime.now(UTC),
            )
            .returning(gaps.c.id)
        )
    connection.execute(insert(gap_questions).values(question_id=question.id, gap_id=known, reason=reason.value))
    return gap_id(known)


def _nearest(connection: Connection, number: int) -> tuple[NearPassage, ...]:
    """The passages nearest to the question that opened the gap."""
    first = select(func.min(gap_questions.c.question_id)).where(gap_questions.c.gap_id == number).scalar_subquery()
    query = (
        select(near_passages, versions.c.document_id, versions.c.title)
        .join(versions, versions.c.id == near_passages.c.version_id)
        .where(near_passages.c.question_id == first)
        .order_by(near_passages.c.rank)
    )
    return tuple(
        NearPassage(passage_id=row.passage_id, document_id=row.document_id, title=row.title, score=row.score)
        for row in connection.execute(query)
    )
