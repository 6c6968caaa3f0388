"""Rows of the log of gaps to its nouns; texts are masked here, so that none leaves the room as it was typed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, Exists, Row, Select, or_, select, true

from knowledge.domain import GapReason
from knowledge.gaps.masking import masked
from knowledge.gaps.records import Asked, GapRecord, GapStatus, NearPassage, Note, Report, gap_id
from knowledge.ledger.state import put_state, state_of
from knowledge.ledger.tables import gap_notes, gap_questions, gap_reports, gaps, near_passages, questions, versions

if TYPE_CHECKING:
    from knowledge.gaps.grouping import Likeness

# What the ledger notes the state of the groups under: whoever remembers them sees that they changed.
GENERATION = "gaps"


def gap_records(connection: Connection, numbers: Collection[int] | None = None) -> tuple[GapRecord, ...]:
    """Return gaps that somebody asks for, the latest first; `numbers` says which, all unless given."""
    wanted: ColumnElement[bool] = true() if numbers is None else gaps.c.id.in_(numbers)
    asked = _asked(connection, wanted)
    notes: dict[int, list[Note]] = defaultdict(list)
    query = select(gap_notes).join_from(gap_notes, gaps, gaps.c.id == gap_notes.c.gap_id)
    for row in connection.execute(query.where(wanted).order_by(gap_notes.c.id)):
        notes[row.gap_id].append(Note(text=masked(row.text), by=row.by, at=row.at))
    rows = connection.execute(select(gaps).where(wanted).order_by(gaps.c.id.desc()))
    return tuple(_record(row, asked[row.id], notes[row.id]) for row in rows if row.id in asked)


def grouped_questions() -> Select[Any]:
    """Select what `likeness_of` needs, one row a question that has its place, the first asked first."""
    return (
        select(
            gap_questions.c.gap_id,
            gap_questions.c.part,
            gap_questions.c.by_hand,
            gap_questions.c.before,
            gap_questions.c.vector,
            questions.c.text,
            questions.c.as_of,
            gaps.c.status,
            gaps.c.owner,
        )
        .join_from(gap_questions, questions, questions.c.id == gap_questions.c.question_id)
        .join(gaps, gaps.c.id == gap_questions.c.gap_id)
        .where(gap_questions.c.withdrawn_at.is_(None), gap_questions.c.vector.is_not(None))
        .order_by(questions.c.asked_at, questions.c.id)
    )


def likeness_of(row: Row[Any]) -> "Likeness":
    """Return what a question is compared by."""
    import numpy as np

    from knowledge.gaps.grouping import Likeness

    vector = np.frombuffer(row.vector, dtype=np.float32)
    return Likeness(text=row.text, before=row.before, vector=vector, as_of=row.as_of)


def in_scope(number: int | Column[int]) -> Exists:
    """Whether a gap is in scope: one of its questions is, or somebody reported the reply to one."""
    held = gap_questions.alias()
    reported = select(gap_reports.c.user).where(gap_reports.c.question_id == held.c.question_id)
    counts = or_(held.c.reason != GapReason.OUT_OF_SCOPE.value, reported.exists())
    return select(held.c.question_id).where(held.c.gap_id == number, held.c.withdrawn_at.is_(None), counts).exists()


def places_changed(connection: Connection) -> None:
    """Tell whoever remembers the groups that they changed."""
    put_state(connection, GENERATION, str(int(state_of(connection, GENERATION) or 0) + 1))


def _record(row: Row[Any], asked: list[Asked], notes: Iterable[Note]) -> GapRecord:
    first = asked[0]
    return GapRecord(
        id=gap_id(row.id),
        question=first.text,
        status=GapStatus(row.status),
        reason=_reason(asked),
        askers=len({one.asker for one in asked}),
        first_asked=first.asked_at,
        last_asked=asked[-1].asked_at,
        nearest=first.nearest,
        questions=tuple(asked),
        owner=row.owner,
        owner_name=row.owner_name,
        due=date.fromisoformat(row.due) if row.due else None,
        because=masked(row.because) if row.because else None,
        answered_at=row.answered_at,
        notes=tuple(notes),
    )


def _reason(asked: Iterable[Asked]) -> GapReason:
    """Why a gap is here; out of scope only while all of its questions are and nobody said anything of a reply."""
    for one in asked:
        if one.reason is not GapReason.OUT_OF_SCOPE:
            return one.reason
        if one.reports:
            return one.reports[0].reason
    return GapReason.OUT_OF_SCOPE


def _asked(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, list[Asked]]:
    """The questions of each gap that were not taken back, the first asked first."""
    among = gap_questions.c.gap_id == gaps.c.id
    held = gap_questions.c.withdrawn_at.is_(None)
    near: dict[str, list[NearPassage]] = defaultdict(list)
    for row in connection.execute(
        select(near_passages, versions.c.document_id, versions.c.title)
        .join_from(near_passages, versions, versions.c.id == near_passages.c.version_id)
        .join(gap_questions, gap_questions.c.question_id == near_passages.c.question_id)
        .join(gaps, among)
        .where(wanted, held)
        .order_by(near_passages.c.rank)
    ):
        near[row.question_id].append(
            NearPassage(passage_id=row.passage_id, document_id=row.document_id, title=row.title, score=row.score)
        )
    reports: dict[str, list[Report]] = defaultdict(list)
    for row in connection.execute(
        select(gap_reports)
        .join_from(gap_reports, gap_questions, gap_questions.c.question_id == gap_reports.c.question_id)
        .join(gaps, among)
        .where(wanted, held)
        .order_by(gap_reports.c.at)
    ):
        said = Report(reason=GapReason(row.reason), user=row.user, said=masked(row.said), at=row.at)
        reports[row.question_id].append(said)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for row in connection.execute(
        select(gap_questions, questions.c.text, questions.c.asker, questions.c.channel, questions.c.asked_at)
        .join_from(gap_questions, questions, questions.c.id == gap_questions.c.question_id)
        .join(gaps, among)
        .where(wanted, held)
        .order_by(questions.c.asked_at, questions.c.id)
    ):
        asked[row.gap_id].append(
            Asked(
                question_id=row.question_id,
                text=masked(f"{row.before} {row.text}".strip()),
                asker=row.asker,
                channel=row.channel,
                asked_at=row.asked_at,
                language=row.language,
                reason=GapReason(row.reason),
                permalink=row.permalink or None,
                manifest=row.manifest,
                reports=tuple(reports[row.question_id]),
                nearest=tuple(near[row.question_id]),
            )
        )
    return asked
