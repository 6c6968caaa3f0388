"""Which messages about gaps stand in Slack, and which cards say less than the log does by now. Posts nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.gaps.records import GapStatus, gap_id, gap_number
from knowledge.ledger.gap_rows import GENERATION, in_scope
from knowledge.ledger.opening import writing
from knowledge.ledger.state import put_state, state_of
from knowledge.ledger.tables import audit, gap_posts, gap_questions, gap_reports, gaps, questions

# From when on a channel gets cards and digests is noted under this key.
SINCE = "gaps_posts_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message that was begun. `again` says that an earlier try may have posted it; `message_ts` that it stands."""

    key: str
    channel: str
    message_ts: str | None
    began_at: datetime
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDue:
    """A gap whose card is missing or out of date, and what it would say: `look` changes with whatever the card shows.

    `merged_into` names the gap it is part of now.
    """

    gap: str
    look: str
    status: GapStatus
    merged_into: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What a channel gets: cards of gaps after `gap`, a number, and digests that are due after `at`."""

    gap: int
    at: datetime


class GapPosts:
    """Reads and writes what stands."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, key: str, channel: str) -> Post:
        """Note that a message is about to be posted; where that was noted before, say so, and where it was."""
        new = {"key": key, "channel": channel, "began_at": datetime.now(UTC)}
        with writing(self._engine) as connection:
            made = connection.execute(upsert(gap_posts).values(new).on_conflict_do_nothing()).rowcount == 1
            row = connection.execute(select(gap_posts).where(gap_posts.c.key == key)).one()
        return _post(row, again=not made)

    def find(self, key: str) -> Post | None:
        """Return a message that was begun."""
        with self._engine.connect() as connection:
            row = connection.execute(select(gap_posts).where(gap_posts.c.key == key)).first()
        return _post(row, again=True) if row else None

    def posted(self, key: str, message_ts: str) -> None:
        """Note that it stands."""
        self._set(key, message_ts=message_ts)

    def shows(self, key: str, look: str) -> None:
        """Note what it says now."""
        self._set(key, shown=look)

    def since(self, now: datetime) -> Since:
        """Return from when on cards and digests are sent: from the first time this was asked, at `now`.

        So an office that names its channel late does not get every gap of the past at once.
        """
        with writing(self._engine) as connection:
            noted = state_of(connection, SINCE)
            if noted is None:
                noted = f"{connection.scalar(select(func.max(gaps.c.id))) or 0} {now.isoformat()}"
                put_state(connection, SINCE, noted)
        number, _, moment = noted.partition(" ")
        return Since(gap=int(number), at=datetime.fromisoformat(moment))

    def stamp(self) -> tuple[int, str]:
        """Return what changes whenever a gap does; cheap enough to be asked every second."""
        with self._engine.connect() as connection:
            reported = connection.scalar(select(func.max(gap_reports.c.at))) or ""
            grouped = state_of(connection, GENERATION) or ""
            return connection.scalar(select(func.max(audit.c.id))) or 0, f"{grouped} {reported}"

    def cards_due(self, since: Since) -> Sequence[CardDue]:
        """Return the gaps without the card they should have, and those whose card says less than the log, oldest first.

        A gap that closed before it got a card gets none, and neither does one that is out of scope.
        """
        held = and_(gap_questions.c.gap_id == gaps.c.id, gap_questions.c.withdrawn_at.is_(None))
        query = (
            select(
                gaps,
                func.count(questions.c.asker.distinct()).label("askers"),
                gap_posts.c.key,
                gap_posts.c.message_ts,
                gap_posts.c.shown,
            )
            .select_from(gaps)
            .outerjoin(gap_questions, held)
            .outerjoin(questions, questions.c.id == gap_questions.c.question_id)
            .outerjoin(gap_posts, gap_posts.c.key == func.printf("card %d", gaps.c.id))
            .where(or_(gap_posts.c.key.is_not(None), in_scope(gaps.c.id)))
            .group_by(gaps.c.id)
            .order_by(gaps.c.id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        due = []
        for row in rows:
            status = GapStatus(row.status)
            if row.key is None and (row.id <= since.gap or not status.is_open):
                continue
            look = "|".join(str(part or "") for part in (row.status, row.owner, row.due, row.askers, row.because))
            if row.message_ts is None or row.shown != look:
                into = gap_id(row.merged_into) if row.merged_into else None
                due.append(CardDue(gap=gap_id(row.id), look=look, status=status, merged_into=into))
        return due

    def _set(self, key: str, **values: Any) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(gap_posts).where(gap_posts.c.key == key).values(**values))


def card_key(gap: str) -> str:
    """Name the card of a gap."""
    return f"card {gap_number(gap)}"


def _post(row: Row[Any], *, again: bool) -> Post:
    return Post(key=row.key, channel=row.channel, message_ts=row.message_ts, began_at=row.began_at, again=again)
