"""The log of gaps: what the library did not answer, each question put where the same thing is missed already.

A place is found in the transaction that records the outcome, so that two questions at once are one gap. What people do
with gaps is in gap_changes.py.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.domain import Gap, GapReason, Question
from knowledge.errors import BadGapChange, GapNotFound
from knowledge.gaps.records import GapRecord, GapStatus, GapStory, Report, gap_id, gap_number
from knowledge.history import AuditEntry
from knowledge.ledger.audit import record_act
from knowledge.ledger.conversations import insert_question, is_withdrawn, withdraw_job
from knowledge.ledger.gap_rows import GENERATION, gap_records, grouped_questions, in_scope, likeness_of, places_changed
from knowledge.ledger.gap_states import close_if_nobody_asks, reopen_if_answered
from knowledge.ledger.opening import writing
from knowledge.ledger.outcomes import insert_gap, insert_nearest, is_part_of
from knowledge.ledger.state import put_state, state_of
from knowledge.ledger.tables import audit, gap_questions, gap_reports, gaps, near_passages, questions
from knowledge.unanswered import whole_id

if TYPE_CHECKING:
    from knowledge.gaps.grouping import Grouping, Likeness
    from knowledge.gaps.missing import Missed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Where a question was put: the gap's row, its part, why it is there, and what the ledger calls the state then."""

    gap: Row[Any]
    reason: GapReason
    part: int
    likeness: "Likeness"
    generation: int


class GapLog:
    """Reads the log and puts questions into it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Lock()
        self._grouping: Grouping | None = None
        self._generation = -1

    def records(self) -> tuple[GapRecord, ...]:
        """Return all gaps somebody asks for, the latest first."""
        with self._engine.connect() as connection:
            return gap_records(connection)

    def story(self, id_: str) -> GapStory:
        """Return a gap with what was done to it; a merged one is shown as the gap it is part of. Raises GapNotFound."""
        number = gap_number(id_)
        with self._engine.connect() as connection:
            while into := connection.scalar(select(gaps.c.merged_into).where(gaps.c.id == number)):
                number = into
            found = gap_records(connection, [number])
            if not found:
                raise GapNotFound
            done = connection.execute(select(audit).where(audit.c.subject == gap_id(number)).order_by(audit.c.id))
            history = tuple(
                AuditEntry(id=row.id, at=row.at, actor=row.actor, act=row.act, subject=row.subject, detail=row.detail)
                for row in done
                if row.act.endswith("_gap")
            )
        return GapStory(gap=found[0], history=history)

    def record(self, question: Question, missed: "Missed", manifest: str) -> Gap:
        """Log a question without an answer; `manifest` is the digest of the library it was asked of.

        One that was withdrawn while it was worked on is put as withdrawn, in a gap of its own.
        """
        with self._turn:
            with writing(self._engine) as connection:
                insert_question(connection, question)
                withdrawn = is_withdrawn(connection, whole_id(question.id))
                placed = self._put(connection, question, missed, manifest, alone=withdrawn)
                gap = Gap(
                    id=gap_id(placed.gap.id),
                    question_id=question.id,
                    reason=placed.reason,
                    probability=missed.probability,
                    nearest=missed.nearest,
                    milliseconds=missed.milliseconds,
                    as_of=question.as_of,
                    documents=missed.documents,
                    collections=missed.collections,
                    newest=missed.newest,
                    unknown=missed.unknown,
                    ask=placed.gap.owner_name or placed.gap.owner,
                    logged=not withdrawn,
                )
                insert_gap(connection, gap, manifest, question.audience)
                if withdrawn:
                    _take_out(connection, gap_questions.c.question_id == question.id, actor=question.asker)
            self._remember(None if withdrawn else placed)
        return gap

    def holds(self, question_id: str) -> bool:
        """Whether a question is in the log, or was until its asker took it out."""
        query = select(gap_questions.c.question_id).where(gap_questions.c.question_id == question_id)
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def report(self, question: Question, report: Report, missed: "Missed | None", manifest: str) -> str:
        """Note what somebody says of a reply; `missed` puts a question there that is not in the log yet.

        Said again it is said once. Returns the gap's id. Raises BadGapChange where the asker took the question out.
        """
        values = {"said": report.said, "at": report.at}
        placed = None
        with self._turn:
            with writing(self._engine) as connection:
                place = connection.execute(
                    select(gap_questions).where(gap_questions.c.question_id == question.id)
                ).first()
                if place is not None and place.withdrawn_at:
                    raise BadGapChange("The person who asked this does not want it logged.")
                if place is None:
                    if missed is None:
                        raise GapNotFound
                    placed = self._put(connection, question, missed, manifest)
                    insert_nearest(connection, question.id, missed.nearest)
                connection.execute(
                    upsert(gap_reports)
                    .values(question_id=question.id, reason=report.reason.value, user=report.user, **values)
                    .on_conflict_do_update(index_elements=["question_id", "reason", "user"], set_=values)
                )
            self._remember(placed)
        return gap_id(placed.gap.id if placed else place.gap_id)  # type: ignore[union-attr]

    def take_back(self, question_id: str, *, reason: GapReason, user: str) -> None:
        """Forget what somebody said of a reply; a question that is in the log for nothing else leaves it."""
        of_it = gap_reports.c.question_id == question_id
        with writing(self._engine) as connection:
            connection.execute(
                delete(gap_reports).where(of_it, gap_reports.c.reason == reason.value, gap_reports.c.user == user)
            )
            place = connection.execute(select(gap_questions).where(gap_questions.c.question_id == question_id)).first()
            there_for_that = place is not None and GapReason(place.reason) in {
                GapReason.FEEDBACK,
                GapReason.NEEDS_HUMAN,
            }
            if place is None or not there_for_that or connection.scalar(select(gap_reports.c.user).where(of_it)):
                return
            connection.execute(delete(near_passages).where(near_passages.c.question_id == question_id))
            connection.execute(delete(gap_questions).where(gap_questions.c.question_id == question_id))
            close_if_nobody_asks(connection, place.gap_id, actor=user)
            places_changed(connection)

    def withdraw(self, question_id: str, *, actor: str) -> bool:
        """Take a message's questions out of groups, counts and exports; one not answered yet will not be.

        False when there are none, or not any more.
        """
        theirs = or_(gap_questions.c.question_id == question_id, is_part_of(question_id))
        with writing(self._engine) as connection:
            waited = withdraw_job(connection, question_id)
            return _take_out(connection, theirs, actor=actor) or waited

    def unlocated(self) -> tuple[tuple[str, str, str], ...]:
        """Return id, channel and ts of the questions whose message nobody has asked the address of yet."""
        asked_in = func.printf("%s:%%", questions.c.channel)
        query = (
            select(questions.c.id, questions.c.channel)
            .join_from(gap_questions, questions, questions.c.id == gap_questions.c.question_id)
            .where(gap_questions.c.permalink.is_(None), gap_questions.c.withdrawn_at.is_(None))
            .where(questions.c.channel != "", questions.c.id.like(asked_in))
            .order_by(questions.c.asked_at)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return tuple((row.id, row.channel, whole_id(row.id).removeprefix(f"{row.channel}:")) for row in rows)

    def locate(self, question_id: str, permalink: str) -> None:
        """Note the address of a question's message; an empty one where it has none."""
        with writing(self._engine) as connection:
            connection.execute(
                update(gap_questions).where(gap_questions.c.question_id == question_id).values(permalink=permalink)
            )

    def _put(
        self, connection: Connection, question: Question, missed: "Missed", manifest: str, *, alone: bool = False
    ) -> _Placed:
        """Put a question into the gap it belongs to, or into a new one, as one that is to stay `alone`."""
        grouping, generation = self._present(connection)
        part = None if alone else grouping.nearest(missed.likeness)
        number = part and connection.scalar(select(gap_questions.c.gap_id).where(gap_questions.c.part == part).limit(1))
        if part is None or number is None:
            number = part = connection.execute(
                insert(gaps).values(status=GapStatus.NEW.value).returning(gaps.c.id)
            ).scalar_one()
        reason = missed.reason
        if reason is GapReason.OUT_OF_SCOPE and connection.scalar(select(in_scope(number))):
            reason = GapReason.NOT_SUPPORTED
        connection.execute(
            insert(gap_questions).values(
                question_id=question.id,
                gap_id=number,
                reason=reason.value,
                part=part,
                before=missed.likeness.before,
                vector=missed.likeness.vector.tobytes(),
                language=missed.language,
                searched={
                    "documents": missed.documents,
                    "collections": list(missed.collections),
                    "newest": missed.newest,
                    "unknown": list(missed.unknown),
                },
                manifest=manifest,
            )
        )
        put_state(connection, GENERATION, str(generation + 1))
        reopen_if_answered(connection, number)
        gap = connection.execute(select(gaps).where(gaps.c.id == number)).one()
        return _Placed(gap=gap, reason=reason, part=part, likeness=missed.likeness, generation=generation + 1)

    def _present(self, connection: Connection) -> "tuple[Grouping, int]":
        """Return what has its place; read anew only where somebody else changed it, in this process or another."""
        from knowledge.gaps.grouping import Grouping

        generation = int(state_of(connection, GENERATION) or 0)
        if self._grouping is None or self._generation != generation:
            self._grouping = Grouping()
            for row in connection.execute(grouped_questions()):
                self._grouping.add(row.part, likeness_of(row))
            self._generation = generation
        return self._grouping, generation

    def _remember(self, placed: "_Placed | None") -> None:
        """Know a question's place once the ledger does."""
        if placed is not None and self._grouping is not None:
            self._grouping.add(placed.part, placed.likeness)
            self._generation = placed.generation


def _take_out(connection: Connection, which: ColumnElement[bool], *, actor: str) -> bool:
    """Withdraw questions that are in the log, and close gaps that nobody else asks for. False when none is there."""
    left = connection.execute(
        update(gap_questions)
        .where(which, gap_questions.c.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.now(UTC), vector=None)
        .returning(gap_questions.c.gap_id, gap_questions.c.question_id)
    ).all()
    for row in left:
        detail = {"question": row.question_id}
        record_act(connection, actor=actor, act="withdraw_from_gap", subject=gap_id(row.gap_id), detail=detail)
        close_if_nobody_asks(connection, row.gap_id, actor=actor)
    if left:
        places_changed(connection)
    return bool(left)
