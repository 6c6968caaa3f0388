"""Questions of gaps that were asked again and answered: proof, closing of the gap and notice in one transaction.

What somebody turned down never proves anything again: a proof has to quote a passage that was not in it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.domain import Answer, GapReason, Question
from knowledge.errors import BadGapChange
from knowledge.gaps.records import GapRecord, GapStatus, gap_id, gap_number
from knowledge.ledger.conversations import insert_question
from knowledge.ledger.gap_rows import gap_records
from knowledge.ledger.gap_states import LONGEST_TEXT, OURSELVES, open_again, step
from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.notices import Notices, queue
from knowledge.ledger.opening import writing
from knowledge.ledger.outcomes import insert_answer, read_outcome
from knowledge.ledger.tables import citations, gap_questions, gap_reports, gaps, notices, proofs, questions
from knowledge.notices import Notice, NoticeKind, Told

# Where questions come from that nobody can be told about: the terminal.
DESK = "desk"
OPEN = tuple(status.value for status in GapStatus if status.is_open)
GONE = "What answered it has left the library."


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A question to be asked again, and the gap it is of."""

    question_id: str
    gap: str


class Proofs:
    """Says which questions are to be asked again and keeps what came of them."""

    def __init__(self, engine: Engine, library: LibraryRecord, queued: Notices) -> None:
        self._engine = engine
        self._library = library
        self._queued = queued

    def due(self, digest: str | None, gap: str | None = None) -> tuple[Due, ...]:
        """Return the questions of open gaps nothing proved yet, the first asked first.

        Without those asked of the library of this digest already, unless it is None; of one `gap` where it is named.
        """
        query = (
            _unproven()
            .join(questions, questions.c.id == gap_questions.c.question_id)
            .order_by(questions.c.asked_at, questions.c.id)
        )
        if digest is not None:
            last = func.coalesce(gap_questions.c.asked_again_of, gap_questions.c.manifest)
            query = query.where(last != digest)
        if gap is not None:
            query = query.where(gap_questions.c.gap_id == gap_number(gap))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple(Due(question_id=row.question_id, gap=gap_id(row.gap_id)) for row in rows)

    def turned_down(self, question_id: str) -> frozenset[str]:
        """Return the ids of the passages that did not answer a question when they were quoted."""
        earlier = select(proofs.c.answer_id).where(proofs.c.question_id == question_id)
        theirs = or_(citations.c.question_id == question_id, citations.c.question_id.in_(earlier))
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(select(citations.c.passage_id).where(theirs)))

    def asked_again(self, ids: Collection[str], digest: str) -> None:
        """Note that questions were asked of this library once more."""
        with writing(self._engine) as connection:
            for id_ in ids:
                among = gap_questions.c.question_id == id_
                connection.execute(update(gap_questions).where(among).values(asked_again_of=digest))

    def prove(self, question: Question, answer: Answer, digest: str) -> bool:
        """Keep what a question of an open gap is answered with, and owe whoever asked a notice, once for each gap.

        The gap is answered once all of its questions are. False where somebody was first or took the question back.
        """
        again = f"again:{secrets.token_hex(16)}"
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            number = connection.scalar(
                select(_unproven().where(gap_questions.c.question_id == question.id).subquery().c.gap_id)
            )
            if number is None:
                return False
            told = question.asker == DESK or _is_told(connection, number, question.asker)
            insert_question(connection, replace(question, id=again, thread_id=None))
            insert_answer(connection, replace(answer, question_id=again), digest, question.audience)
            connection.execute(
                upsert(proofs).values(answer_id=again, question_id=question.id, proved_at=now, rejected_at=None)
            )
            if not told:
                queue(connection, NoticeKind.ANSWERED, again, user=question.asker, answer_id=again)
            _close_if_proven(connection, number)
        self._queued.wake()
        return True

    def close_proven(self) -> None:
        """Close gaps whose last unanswered question somebody took back."""
        with writing(self._engine) as connection:
            proven = select(gap_questions.c.gap_id).where(_has_proof())
            query = select(gaps.c.id).where(gaps.c.status.in_(OPEN), gaps.c.id.in_(proven))
            for number in connection.scalars(query).all():
                _close_if_proven(connection, number)

    def told(self, notice: Notice) -> Told | None:
        """Return what an asker is to be told; None where they took the question back, or a quote is live no more.

        Then the proof is none, and the gap is open again.
        """
        with writing(self._engine) as connection:
            told = _told(connection, notice)
            quoted = [citation.passage.id for citation in told.answer.citations] if told else []
            if told and self._library.live(quoted).keys() < set(quoted):
                connection.execute(delete(proofs).where(proofs.c.answer_id == notice.answer_id))
                _open_again(connection, gap_number(told.gap), actor=OURSELVES, because=GONE)
                return None
        return told

    def shown(self, notice: Notice) -> Told | None:
        """Return what an asker was told; None where they took the question back."""
        with self._engine.connect() as connection:
            return _told(connection, notice)

    def respond(self, notice_id: int, *, user: str, satisfied: bool, said: str = "") -> GapRecord | None:
        """Note what an asker says of the answer they were told, once: yes confirms the gap, no opens it again.

        None where they took the question back meanwhile. Raises BadGapChange where it was not told to them, or they
        have said so before.
        """
        with writing(self._engine) as connection:
            row = connection.execute(
                select(notices, proofs.c.question_id, gap_questions.c.gap_id)
                .join_from(notices, proofs, proofs.c.answer_id == notices.c.answer_id)
                .outerjoin(gap_questions, gap_questions.c.question_id == proofs.c.question_id)
                .where(notices.c.id == notice_id, notices.c.user == user)
            ).first()
            if row is None:
                raise BadGapChange("Only the person who asked can say whether this answers it.")
            if row.verdict is not None:
                raise BadGapChange("You have said so already, thank you.")
            connection.execute(update(notices).where(notices.c.id == notice_id).values(verdict=satisfied))
            if not satisfied:
                _reject(connection, row.answer_id)
            if row.gap_id is None:
                return None
            said = said.strip()[:LONGEST_TEXT]
            if satisfied:
                _confirm(connection, row.gap_id, actor=user)
            else:
                _report(connection, row.question_id, user, said)
                _open_again(connection, row.gap_id, actor=user, because=said or "Whoever asked says: not quite.")
            found = gap_records(connection, [row.gap_id])
        return found[0] if found else None


def _told(connection: Connection, notice: Notice) -> Told | None:
    row = connection.execute(
        select(gap_questions.c.gap_id, questions.c.text, questions.c.asked_at)
        .join_from(proofs, gap_questions, gap_questions.c.question_id == proofs.c.question_id)
        .join(questions, questions.c.id == proofs.c.question_id)
        .where(proofs.c.answer_id == notice.answer_id, gap_questions.c.withdrawn_at.is_(None))
    ).first()
    answer = read_outcome(connection, notice.answer_id) if row and notice.answer_id else None
    if row is None or not isinstance(answer, Answer):
        return None
    return Told(gap=gap_id(row.gap_id), question=row.text, asked_at=row.asked_at, answer=answer)


def _has_proof() -> ColumnElement[bool]:
    """Whether a question of a gap has an answer nobody turned down."""
    standing = and_(proofs.c.question_id == gap_questions.c.question_id, proofs.c.rejected_at.is_(None))
    return select(proofs.c.answer_id).where(standing).exists()


def _unproven() -> Select[tuple[str, int]]:
    """Select the questions of open gaps without such an answer."""
    return (
        select(gap_questions.c.question_id, gap_questions.c.gap_id)
        .join_from(gap_questions, gaps, gaps.c.id == gap_questions.c.gap_id)
        .where(gap_questions.c.withdrawn_at.is_(None), gaps.c.status.in_(OPEN), ~_has_proof())
    )


def _of_gap(number: int) -> Select[tuple[int]]:
    """Select the notices about answers to a gap that nobody turned down."""
    return (
        select(notices.c.id)
        .join_from(notices, proofs, proofs.c.answer_id == notices.c.answer_id)
        .join(gap_questions, gap_questions.c.question_id == proofs.c.question_id)
        .where(gap_questions.c.gap_id == number, proofs.c.rejected_at.is_(None))
    )


def _is_told(connection: Connection, number: int, user: str) -> bool:
    return connection.scalar(_of_gap(number).where(notices.c.user == user).limit(1)) is not None


def _close_if_proven(connection: Connection, number: int) -> None:
    """Let a gap be answered once all its questions are, and confirmed where somebody said so of one before."""
    if connection.scalar(_unproven().where(gap_questions.c.gap_id == number).limit(1)) is not None:
        return
    row = connection.execute(select(gaps).where(gaps.c.id == number)).one()
    if GapStatus(row.status).is_open:
        step(connection, row, GapStatus.ANSWERED, actor=OURSELVES, act="answer_gap", answered_at=datetime.now(UTC))
    said_yes = connection.scalar(_of_gap(number).where(notices.c.verdict.is_(True)).limit(1))
    if said_yes is not None:
        _confirm(connection, number, actor=OURSELVES)


def _confirm(connection: Connection, number: int, *, actor: str) -> None:
    row = connection.execute(select(gaps).where(gaps.c.id == number)).one()
    if row.status == GapStatus.ANSWERED:
        step(connection, row, GapStatus.CONFIRMED, actor=actor, act="confirm_gap")


def _reject(connection: Connection, answer_id: str) -> None:
    change = update(proofs).where(proofs.c.answer_id == answer_id, proofs.c.rejected_at.is_(None))
    connection.execute(change.values(rejected_at=datetime.now(UTC)))


def _open_again(connection: Connection, number: int, *, actor: str, because: str) -> None:
    row = connection.execute(select(gaps).where(gaps.c.id == number)).one()
    if row.status in {GapStatus.ANSWERED, GapStatus.CONFIRMED}:
        open_again(connection, row, actor=actor, because=because)


def _report(connection: Connection, question_id: str, user: str, said: str) -> None:
    """Put what an asker misses beside the question, as every other word on a reply."""
    values = {"said": said, "at": datetime.now(UTC)}
    connection.execute(
        upsert(gap_reports)
        .values(question_id=question_id, reason=GapReason.FEEDBACK.value, user=user, **values)
        .on_conflict_do_update(index_elements=["question_id", "reason", "user"], set_=values)
    )
