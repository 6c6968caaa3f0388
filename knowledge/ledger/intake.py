"""What people hand in, remembered before anybody is told so, and how far it is: a queue no crash takes anything from.

Knows nothing of what the files say; that is the proposal's, named by `proposal_id`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.ledger.opening import writing
from knowledge.ledger.tables import intake, proposals


class Stage(StrEnum):
    """What is to be done next with something handed in; of the last three, nothing."""

    RECEIVED = "received"  # its card is to be posted
    WAITING = "waiting"  # it is to be read
    OFFERED = "offered"  # somebody is to decide
    CORRECTING = "correcting"  # somebody's corrections are being worked in
    CONFIRMED = "confirmed"  # it is to be published
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A file, by its id in Slack, or the address of a page, and where its card goes.

    `key` is the same when the same thing is sent again. `name` is what people are shown until it is fetched. `channel`
    None means direct messages with `user`.
    """

    key: str
    user: str
    name: str
    file_id: str | None = None
    url: str | None = None
    channel: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """Something handed in and how far it is. `attempts` counts the tries at this stage, this one included.

    `maybe_posted` without `message_ts` means that the card may stand in Slack and has to be looked for. `decided_by` is
    the user's id, `decider` the name people know.
    """

    id: int
    handed_in: HandedIn
    stage: Stage
    attempts: int
    maybe_posted: bool
    message_ts: str | None
    proposal_id: str | None
    decided_by: str | None
    decider: str | None
    accepted_at: datetime


class Intake:
    """Reads and writes what was handed in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accept(self, arrivals: Sequence[HandedIn]) -> int:
        """Remember what arrived, all in one transaction; returns how many of them are new."""
        now, new = datetime.now(UTC), 0
        with writing(self._engine) as connection:
            for arrival in arrivals:
                values = {name: getattr(arrival, name) for name in HandedIn.__slots__}
                values |= {"stage": Stage.RECEIVED, "attempts": 0, "maybe_posted": False}
                values |= {"accepted_at": now, "updated_at": now}
                new += connection.execute(upsert(intake).values(values).on_conflict_do_nothing()).rowcount
        return new

    def claim(self, stage: Stage) -> Incoming | None:
        """Take the oldest at this stage whose time has come, and count the try; None when nothing waits.

        Each stage has one worker, so nothing is marked as taken and a crash leaves nothing to release.
        """
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            row = connection.execute(
                select(intake)
                .where(intake.c.stage == stage, or_(intake.c.due_at.is_(None), intake.c.due_at <= now))
                .order_by(intake.c.id)
                .limit(1)
            ).first()
            if row is None:
                return None
            connection.execute(update(intake).where(intake.c.id == row.id).values(attempts=row.attempts + 1))
        return _incoming(row, attempts=row.attempts + 1)

    def seconds_until_due(self, stage: Stage) -> float | None:
        """Seconds until something at this stage is due; None when nothing is put off."""
        with self._engine.connect() as connection:
            due = connection.scalar(select(func.min(intake.c.due_at)).where(intake.c.stage == stage))
        return max(0.0, (due - datetime.now(UTC)).total_seconds()) if due else None

    def get(self, id_: int) -> Incoming | None:
        """Return one by its number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(intake).where(intake.c.id == id_)).first()
        return _incoming(row, attempts=row.attempts) if row else None

    def posting(self, incoming: Incoming, channel: str) -> None:
        """Note where the card is about to be posted."""
        self._set(incoming.id, maybe_posted=True, channel=channel)

    def posted(self, incoming: Incoming, message_ts: str) -> None:
        """Note that the card stands; now the file is to be read."""
        self._move(incoming.id, Stage.WAITING, message_ts=message_ts)

    def proposed(self, incoming: Incoming, proposal_id: str) -> None:
        """Note what became of it in the library, before anybody sees it."""
        self._set(incoming.id, proposal_id=proposal_id)

    def offer(self, incoming: Incoming) -> None:
        """Let people decide; nothing where they did already, for the card is there before this is noted."""
        self._move(incoming.id, Stage.OFFERED, intake.c.stage == Stage.WAITING)

    def correct(self, id_: int) -> bool:
        """Note that corrections are being worked in; False where somebody decided."""
        return self._move(id_, Stage.CORRECTING, _undecided())

    def corrected(self, id_: int) -> None:
        """Note that they are, so that it can be offered again."""
        self._move(id_, Stage.WAITING, intake.c.stage == Stage.CORRECTING)

    def decide(self, id_: int, stage: Stage, *, by: str, decider: str | None) -> bool:
        """Confirm or discard what was read; False when somebody was first."""
        return self._move(id_, stage, _undecided(), decided_by=by, decider=decider)

    def kept_back(self) -> tuple[Incoming, ...]:
        """Return what somebody discarded and the library still keeps, unless another card is about the same file."""
        held = select(func.printf("P%d", proposals.c.id))
        open_stages = (Stage.WAITING, Stage.OFFERED, Stage.CORRECTING, Stage.CONFIRMED)
        others = select(intake.c.proposal_id).where(intake.c.stage.in_(open_stages), intake.c.proposal_id.is_not(None))
        query = select(intake).where(
            intake.c.stage == Stage.DISCARDED, intake.c.proposal_id.in_(held), intake.c.proposal_id.not_in(others)
        )
        with self._engine.connect() as connection:
            return tuple(_incoming(row, attempts=row.attempts) for row in connection.execute(query))

    def settle(self, incoming: Incoming, stage: Stage) -> None:
        """Note how it ended."""
        self._move(incoming.id, stage)

    def put_off(self, incoming: Incoming, seconds: float) -> None:
        """Try this stage again, but not before so many seconds."""
        self._set(incoming.id, due_at=datetime.now(UTC) + timedelta(seconds=seconds))

    def resume(self) -> int:
        """At start: cards whose correction was cut off are shown again. Returns how many things wait for the bot."""
        with writing(self._engine) as connection:
            cut_off = update(intake).where(intake.c.stage == Stage.CORRECTING)
            connection.execute(cut_off.values(stage=Stage.WAITING, updated_at=datetime.now(UTC)))
            owed = intake.c.stage.in_((Stage.RECEIVED, Stage.WAITING, Stage.CONFIRMED))
            return connection.scalar(select(func.count()).where(owed)) or 0

    def release(self, incoming: Incoming) -> None:
        """Let it wait as if this try had not been: the bot stops, and no fault is to be found with the file."""
        self._set(incoming.id, attempts=incoming.attempts - 1)

    def _move(self, id_: int, stage: Stage, *only_if: ColumnElement[bool], **values: Any) -> bool:
        return self._set(id_, *only_if, stage=stage, attempts=0, due_at=None, **values)

    def _set(self, id_: int, *only_if: ColumnElement[bool], **values: Any) -> bool:
        change = update(intake).where(intake.c.id == id_, *only_if).values(updated_at=datetime.now(UTC), **values)
        with writing(self._engine) as connection:
            return connection.execute(change).rowcount == 1


def _undecided() -> ColumnElement[bool]:
    """What has buttons: it was read, and nobody pressed one that decides."""
    return and_(intake.c.stage.in_((Stage.WAITING, Stage.OFFERED)), intake.c.proposal_id.is_not(None))


def _incoming(row: Row[Any], *, attempts: int) -> Incoming:
    return Incoming(
        id=row.id,
        handed_in=HandedIn(**{name: getattr(row, name) for name in HandedIn.__slots__}),
        stage=Stage(row.stage),
        attempts=attempts,
        maybe_posted=row.maybe_posted,
        message_ts=row.message_ts,
        proposal_id=row.proposal_id,
        decided_by=row.decided_by,
        decider=row.decider,
        accepted_at=row.accepted_at,
    )
