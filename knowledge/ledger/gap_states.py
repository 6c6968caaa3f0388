"""Where a gap stands and who sees to it. Each step is one transaction, with its entry in the audit trail.

Whoever takes a step that was taken already, a second admin at the same button, gets a sentence and changes nothing.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from knowledge.domain import GapReason
from knowledge.errors import BadGapChange, GapNotFound
from knowledge.gaps.records import GapRecord, GapStatus, gap_id, gap_number
from knowledge.ledger.audit import record_act
from knowledge.ledger.gap_rows import gap_records
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import gap_notes, gap_questions, gaps, proofs

# Who acts where no person did.
OURSELVES = "attache"
# Names and reasons are a line, notes a paragraph; Slack's inputs take no more than 3,000.
LONGEST_NAME = 200
LONGEST_TEXT = 3_000


class GapStates:
    """Assigning, waiting, answering, confirming, declining, opening again, and notes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def assign(
        self, id_: str, *, owner: str, owner_name: str | None = None, due: date | None = None, actor: str
    ) -> GapRecord:
        """Say who sees to a gap and until when; `owner` is a Slack user id or a name. Without `due` that stays.

        Raises GapNotFound, and BadGapChange where it is closed, or assigned like that already.
        """
        owner = _filled(owner, "Please say who sees to this gap: a name or a Slack user.", LONGEST_NAME)
        with writing(self._engine) as connection:
            row = open_gap(connection, id_)
            day = due.isoformat() if due else row.due
            if (row.owner, row.due) == (owner, day):
                raise BadGapChange(f"{gap_id(row.id)} is assigned to {row.owner_name or owner} already.")
            waiting = row.status == GapStatus.WAITING
            status = GapStatus.WAITING if waiting else GapStatus.ASSIGNED
            step(connection, row, status, actor=actor, act="assign_gap", owner=owner, owner_name=owner_name, due=day)
            return _record(connection, row)

    def wait(self, id_: str, *, note: str = "", actor: str) -> GapRecord:
        """Say that somebody outside has to act first. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            row = open_gap(connection, id_)
            if row.status == GapStatus.WAITING:
                raise BadGapChange(f"{gap_id(row.id)} is waiting already.")
            step(connection, row, GapStatus.WAITING, actor=actor, act="wait_gap")
            if note.strip():
                _write(connection, row, note, actor)
            return _record(connection, row)

    def note(self, id_: str, text: str, *, actor: str) -> GapRecord:
        """Write a note beside a gap. Raises GapNotFound, and BadGapChange for an empty one."""
        with writing(self._engine) as connection:
            row = known_gap(connection, id_)
            _write(connection, row, _filled(text, "Please write what to note.", LONGEST_TEXT), actor)
            record_act(connection, actor=actor, act="note_gap", subject=gap_id(row.id), detail={})
            return _record(connection, row)

    def written(self, id_: str, document: str, *, version: int, actor: str) -> None:
        """Note which version of which document somebody wrote for a gap."""
        with writing(self._engine) as connection:
            detail: dict[str, str | int | None] = {"document": document, "version": version}
            record_act(connection, actor=actor, act="write_for_gap", subject=id_, detail=detail)

    def answered(self, id_: str, *, actor: str) -> GapRecord:
        """Note that the library answers its questions now. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            row = open_gap(connection, id_)
            step(connection, row, GapStatus.ANSWERED, actor=actor, act="answer_gap", answered_at=datetime.now(UTC))
            return _record(connection, row)

    def confirm(self, id_: str, *, actor: str) -> GapRecord:
        """Note that somebody who asked says that it is answered. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            row = known_gap(connection, id_)
            if row.status != GapStatus.ANSWERED:
                raise BadGapChange(f"{gap_id(row.id)} is {row.status}; only one that is answered can be confirmed.")
            step(connection, row, GapStatus.CONFIRMED, actor=actor, act="confirm_gap")
            return _record(connection, row)

    def decline(self, id_: str, *, reason: str, actor: str) -> GapRecord:
        """Close a gap that the library shall not answer, and say why. Raises GapNotFound, BadGapChange."""
        reason = _filled(reason, "Please say why, so that whoever asked can be told.", LONGEST_TEXT)
        with writing(self._engine) as connection:
            row = open_gap(connection, id_)
            step(connection, row, GapStatus.DECLINED, actor=actor, act="decline_gap", because=reason)
            return _record(connection, row)

    def in_scope(self, id_: str, *, note: str = "", actor: str) -> GapRecord:
        """Say of a gap taken for out of scope that the library should answer it. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            row = known_gap(connection, id_)
            if not _record(connection, row).is_out_of_scope:
                raise BadGapChange(f"{gap_id(row.id)} is in scope already.")
            connection.execute(
                update(gap_questions)
                .where(gap_questions.c.gap_id == row.id, gap_questions.c.reason == GapReason.OUT_OF_SCOPE.value)
                .values(reason=GapReason.NOT_SUPPORTED.value)
            )
            record_act(connection, actor=actor, act="scope_gap", subject=gap_id(row.id), detail={})
            if note.strip():
                _write(connection, row, note, actor)
            return _record(connection, row)

    def reopen(self, id_: str, *, reason: str = "", actor: str) -> GapRecord:
        """Open a gap again that was answered, confirmed or declined. Raises GapNotFound, BadGapChange."""
        with writing(self._engine) as connection:
            row = known_gap(connection, id_)
            if GapStatus(row.status).is_open:
                raise BadGapChange(f"{gap_id(row.id)} is open already.")
            _turn_down(connection, row)
            open_again(connection, row, actor=actor, because=reason.strip()[:LONGEST_TEXT] or None)
            return _record(connection, row)


def known_gap(connection: Connection, id_: str) -> Row[Any]:
    """Return the row of a gap that somebody asks for. Raises GapNotFound, and BadGapChange for a merged one."""
    row = connection.execute(select(gaps).where(gaps.c.id == gap_number(id_))).first()
    if row is None:
        raise GapNotFound
    if row.status == GapStatus.MERGED:
        raise BadGapChange(f"{gap_id(row.id)} is part of {gap_id(row.merged_into)} now; please use that number.")
    if row.status == GapStatus.WITHDRAWN:
        raise BadGapChange(f"Nobody asks for {gap_id(row.id)} any more: its questions were withdrawn.")
    return row


def open_gap(connection: Connection, id_: str) -> Row[Any]:
    """Return the row of an open gap. Raises GapNotFound, and BadGapChange for one that is closed."""
    row = known_gap(connection, id_)
    if not GapStatus(row.status).is_open:
        raise BadGapChange(f"{gap_id(row.id)} is {row.status} already; `attache gaps reopen` opens it again.")
    return row


def step(connection: Connection, row: Row[Any], status: GapStatus, *, actor: str, act: str, **values: Any) -> None:
    """Let a gap stand elsewhere and say so in the audit trail, without what people wrote: it could not be masked."""
    connection.execute(update(gaps).where(gaps.c.id == row.id).values(status=status.value, **values))
    detail = step_detail(GapStatus(row.status), status, **values)
    record_act(connection, actor=actor, act=act, subject=gap_id(row.id), detail=detail)


def step_detail(before: GapStatus, status: GapStatus, **values: Any) -> dict[str, str | int | None]:
    """What the audit trail says of a step."""
    said = {name: values[name] for name in ("owner", "due", "merged_into") if values.get(name)}
    return {"from": before.value, "to": status.value, **said}


def reopen_if_answered(connection: Connection, number: int) -> None:
    """Open a gap again where it was taken for answered and somebody asks and gets no answer."""
    row = connection.execute(select(gaps).where(gaps.c.id == number)).one()
    if row.status in {GapStatus.ANSWERED, GapStatus.CONFIRMED}:
        open_again(connection, row, actor=OURSELVES, because="It was asked again and the library did not answer.")


def open_again(connection: Connection, row: Row[Any], *, actor: str, because: str | None) -> None:
    """Open a closed gap again, for its owner where it has one."""
    status = GapStatus.ASSIGNED if row.owner else GapStatus.NEW
    step(connection, row, status, actor=actor, act="reopen_gap", because=because, answered_at=None)


def close_if_nobody_asks(connection: Connection, number: int, *, actor: str) -> None:
    """Close a gap as withdrawn once all its questions were."""
    left = select(func.count()).where(gap_questions.c.gap_id == number, gap_questions.c.withdrawn_at.is_(None))
    row = connection.execute(select(gaps).where(gaps.c.id == number)).one()
    if not connection.scalar(left) and row.status != GapStatus.MERGED:
        step(connection, row, GapStatus.WITHDRAWN, actor=actor, act="withdraw_gap")


def _turn_down(connection: Connection, row: Row[Any]) -> None:
    """Whatever answered its questions is not the answer: only something else proves them."""
    theirs = select(gap_questions.c.question_id).where(gap_questions.c.gap_id == row.id)
    standing = proofs.c.question_id.in_(theirs), proofs.c.rejected_at.is_(None)
    connection.execute(update(proofs).where(*standing).values(rejected_at=datetime.now(UTC)))


def _write(connection: Connection, row: Row[Any], text: str, by: str) -> None:
    connection.execute(
        insert(gap_notes).values(gap_id=row.id, text=text.strip()[:LONGEST_TEXT], by=by, at=datetime.now(UTC))
    )


def _record(connection: Connection, row: Row[Any]) -> GapRecord:
    return gap_records(connection, [row.id])[0]


def _filled(text: str, otherwise: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise BadGapChange(otherwise)
    return text[:most]
