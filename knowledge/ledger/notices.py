"""The queue of notices: queued with what they tell, in one transaction, and posted once whatever crashes in between.

One worker takes them, so nothing is marked as taken and a crash leaves nothing to release. Never says what is in one.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.ledger.opening import writing
from knowledge.ledger.tables import notices, quiet
from knowledge.notices import Notice, NoticeKind

WAITING, POSTED, DROPPED = "waiting", "posted", "dropped"


class Notices:
    """Reads and writes what people are to be told, and who does not want to be."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._wake: Callable[[], None] = lambda: None

    def on_queued(self, wake: Callable[[], None]) -> None:
        """Call `wake` when something is queued in this process."""
        self._wake = wake

    def wake(self) -> None:
        """Say that something was queued, once its transaction is through."""
        self._wake()

    def claim(self) -> Notice | None:
        """Take the oldest whose time has come, and count the try; None when nothing waits."""
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            row = connection.execute(
                select(notices)
                .where(notices.c.state == WAITING, or_(notices.c.due_at.is_(None), notices.c.due_at <= now))
                .order_by(notices.c.id)
                .limit(1)
            ).first()
            if row is None:
                return None
            connection.execute(update(notices).where(notices.c.id == row.id).values(attempts=row.attempts + 1))
        return _notice(row, attempts=row.attempts + 1)

    def seconds_until_due(self) -> float | None:
        """Seconds until something is due; None when nothing is put off."""
        with self._engine.connect() as connection:
            due = connection.scalar(select(func.min(notices.c.due_at)).where(notices.c.state == WAITING))
        return max(0.0, (due - datetime.now(UTC)).total_seconds()) if due else None

    def waiting(self) -> int:
        """Count those still owed."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).where(notices.c.state == WAITING)) or 0

    def get(self, id_: int) -> Notice | None:
        """Return one by its number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(notices).where(notices.c.id == id_)).first()
        return _notice(row, attempts=row.attempts) if row else None

    def posting(self, notice: Notice, channel: str) -> None:
        """Note where it is about to be posted."""
        self._set(notice, maybe_posted=True, channel=channel)

    def posted(self, notice: Notice, message_ts: str) -> None:
        """Note that it stands."""
        self._set(notice, state=POSTED, message_ts=message_ts, due_at=None)

    def drop(self, notice: Notice, because: str) -> None:
        """Note why nobody is told, in a word; nothing else stops for it."""
        self._set(notice, state=DROPPED, because=because[:64], due_at=None)

    def forget(self, notice: Notice) -> None:
        """Take it back unsent, so that it can be queued again."""
        with writing(self._engine) as connection:
            connection.execute(delete(notices).where(notices.c.id == notice.id))

    def put_off(self, notice: Notice, seconds: float) -> None:
        """Try again, but not before so many seconds."""
        self._set(notice, due_at=datetime.now(UTC) + timedelta(seconds=seconds))

    def release(self, notice: Notice) -> None:
        """Let it wait as if this try had not been: the bot stops."""
        self._set(notice, attempts=notice.attempts - 1)

    def hush(self, user: str) -> None:
        """Tell somebody about answers no more."""
        with writing(self._engine) as connection:
            connection.execute(upsert(quiet).values(user=user, since=datetime.now(UTC)).on_conflict_do_nothing())

    def tell_again(self, user: str) -> None:
        """Tell somebody about answers again."""
        with writing(self._engine) as connection:
            connection.execute(delete(quiet).where(quiet.c.user == user))

    def is_quiet(self, user: str) -> bool:
        """Whether somebody does not want to be told about answers."""
        with self._engine.connect() as connection:
            return connection.scalar(select(quiet.c.user).where(quiet.c.user == user)) is not None

    def _set(self, notice: Notice, **values: Any) -> None:
        change = update(notices).where(notices.c.id == notice.id).values(updated_at=datetime.now(UTC), **values)
        with writing(self._engine) as connection:
            connection.execute(change)


def queue(connection: Connection, kind: NoticeKind, key: str, *, user: str, **values: Any) -> bool:
    """Queue a notice inside the caller's transaction, who says `wake` after it; says whether it is new."""
    now = datetime.now(UTC)
    row = {"key": f"{kind}:{key}", "kind": kind.value, "user": user, "state": WAITING, "attempts": 0, **values}
    row |= {"maybe_posted": False, "made_at": now, "updated_at": now}
    return connection.execute(upsert(notices).values(row).on_conflict_do_nothing()).rowcount == 1


def _notice(row: Row[Any], *, attempts: int) -> Notice:
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        user=row.user,
        channel=row.channel,
        thread_ts=row.thread_ts,
        answer_id=row.answer_id,
        recall_id=row.recall_id,
        attempts=attempts,
        maybe_posted=row.maybe_posted,
        message_ts=row.message_ts,
        verdict=row.verdict,
        made_at=row.made_at,
    )
