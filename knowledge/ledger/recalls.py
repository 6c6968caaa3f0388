"""Which answers quoted what holds no more, where they stand, and whether whoever reads there is to be told.

What happened to a quote is worked out anew whenever it is looked at: nobody is told of a change that was undone.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby, product
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, desc, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.collections import Audience
from knowledge.dates import Clock
from knowledge.errors import RecallDecided, RecallNotFound
from knowledge.ledger.audit import record_act
from knowledge.ledger.corrections import Corrections, Quoted
from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.notices import POSTED, Notices, queue
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import (
    answers,
    citations,
    jobs,
    notices,
    questions,
    recalled_answers,
    recalls,
    versions,
)
from knowledge.notices import Notice, NoticeKind
from knowledge.recalls import Correction, Decision, Place, Recall


class Recalls:
    """Finds, lists, sends and skips recalls."""

    def __init__(self, engine: Engine, library: LibraryRecord, queued: Notices, now: Clock) -> None:
        self._engine = engine
        self._corrections = Corrections(library, now)
        self._queued = queued

    def find(self, days: int) -> int:
        """Note which answers of the last days quoted what holds no more; returns how many answers that adds.

        An answer is recalled once for each document; 0 days look for nothing.
        """
        since = datetime.now(UTC) - timedelta(days=days)
        with self._engine.connect() as connection:
            quoted = connection.execute(_delivered().where(answers.c.answered_at >= since)).all() if days else []
            broken = [
                (document_id, answer_id)
                for document_id, rows in groupby(quoted, key=lambda row: str(row.document_id))
                for answer_id in self._corrections.broken(connection, document_id, list(rows))
            ]
        return self._add(broken) if broken else 0

    def records(self, *, decided: bool = False) -> tuple[Recall, ...]:
        """Return the recalls somebody has to decide about, the oldest first; with `decided` all there ever were."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(recalls).order_by(recalls.c.id)).all()
            found = [self._record(connection, row) for row in rows if decided or row.decision is None]
        return tuple(recall for recall in found if recall.decision or recall.correction)

    def record(self, id_: str) -> Recall:
        """Return a recall. Raises RecallNotFound."""
        with self._engine.connect() as connection:
            return self._record(connection, _known(connection, id_))

    def send(self, id_: str, *, actor: str) -> Recall:
        """Owe each place one correcting message. Raises RecallNotFound, which says so where somebody was first."""
        return self._decide(id_, Decision.SENT, actor=actor)

    def skip(self, id_: str, *, actor: str) -> Recall:
        """Tell nobody. Raises like `send`."""
        return self._decide(id_, Decision.SKIPPED, actor=actor)

    def offer(self, users: Collection[str]) -> None:
        """Owe each of these people, who keep the library, one notice of each recall to decide about.

        What happens to the document after that is worth another one.
        """
        waiting = self.records() if users else ()
        if waiting:
            with writing(self._engine) as connection:
                for recall, user in product(waiting, users):
                    if recall.correction:
                        number, seen = _number(recall.id), recall.correction
                        key = f"{number}:{seen.change}:{seen.changed_on}:{user}"
                        queue(connection, NoticeKind.CHANGED, key, user=user, recall_id=number)

    def correction(self, notice: Notice, audience: Audience | None) -> Correction | None:
        """Return what is to be said where answers stand, for those who read there; None where all of it stands again,
        or they may read the document no more.
        """
        with self._engine.connect() as connection:
            row = _known(connection, f"R{notice.recall_id}")
            here = next((place for place in _places(connection, row.id) if _is_at(place, notice)), None)
            quoted = _quoted_in(connection, row, here.answer_ids) if here else ()
            return self._corrections.of(connection, row.document_id, quoted, audience)

    def _add(self, broken: Iterable[tuple[str, str]]) -> int:
        with writing(self._engine) as connection:
            known = {
                (row.document_id, row.answer_id)
                for row in connection.execute(
                    select(recalls.c.document_id, recalled_answers.c.answer_id).join_from(recalls, recalled_answers)
                )
            }
            new = sorted(set(broken) - known)
            for document_id, some in groupby(new, key=lambda pair: pair[0]):
                undecided = select(recalls.c.id).where(
                    recalls.c.document_id == document_id, recalls.c.decision.is_(None)
                )
                number = connection.scalar(undecided) or connection.scalar(
                    insert(recalls).values(document_id=document_id, found_at=datetime.now(UTC)).returning(recalls.c.id)
                )
                rows = [{"recall_id": number, "answer_id": answer_id} for _, answer_id in some]
                connection.execute(upsert(recalled_answers).on_conflict_do_nothing(), rows)
        self._queued.wake()  # also for what is known: it may have become of it something else
        return len(new)

    def _decide(self, id_: str, decision: Decision, *, actor: str) -> Recall:
        with writing(self._engine) as connection:
            row = _known(connection, id_)
            if row.decision is not None:
                raise RecallDecided(f"R{row.id} is {row.decision} already, by {row.decided_by}.")
            values = {"decision": decision.value, "decided_by": actor, "decided_at": datetime.now(UTC)}
            connection.execute(update(recalls).where(recalls.c.id == row.id).values(values))
            places = _places(connection, row.id)
            for place in places if decision is Decision.SENT else ():
                where = f"{row.id}:{place.channel or place.user}:{place.thread_ts or ''}"
                owed = {"channel": place.channel, "thread_ts": place.thread_ts, "recall_id": row.id}
                queue(connection, NoticeKind.CORRECTION, where, user=place.user, **owed)
            act = "send_recall" if decision is Decision.SENT else "skip_recall"
            detail: dict[str, str | int | None] = {"document": row.document_id, "places": len(places)}
            record_act(connection, actor=actor, act=act, subject=f"R{row.id}", detail=detail)
            decided = self._record(connection, _known(connection, id_))
        self._queued.wake()
        return decided

    def _record(self, connection: Connection, row: Row[Any]) -> Recall:
        places = _places(connection, row.id)
        quoted = _quoted_in(connection, row, [id_ for place in places for id_ in place.answer_ids])
        title = connection.scalar(
            select(versions.c.title).where(versions.c.document_id == row.document_id).order_by(desc(versions.c.number))
        )
        return Recall(
            id=f"R{row.id}",
            title=title or "",
            correction=self._corrections.of(connection, row.document_id, quoted, None),
            places=places,
            decision=Decision(row.decision) if row.decision else None,
            decided_by=row.decided_by,
        )


def _delivered() -> Select[Any]:
    """Select the citations of answers of today's library that people were shown in Slack."""
    shown = select(jobs.c.question_id).where(jobs.c.state == "done")
    told = select(notices.c.answer_id).where(notices.c.kind == NoticeKind.ANSWERED, notices.c.state == POSTED)
    return (
        select(
            citations,
            versions.c.document_id,
            versions.c.title,
            func.coalesce(citations.c.status, versions.c.status).label("told_status"),
        )
        .join_from(citations, answers, answers.c.question_id == citations.c.question_id)
        .join(versions, versions.c.id == citations.c.version_id)
        .join(questions, questions.c.id == citations.c.question_id)
        .where(questions.c.as_of.is_(None), questions.c.id.in_(shown.union(told)))
        .order_by(versions.c.document_id, citations.c.question_id, citations.c.number)
    )


def _quoted_in(connection: Connection, recall: Row[Any], answer_ids: Collection[str]) -> Quoted:
    """The citations of a recall's document in some answers."""
    query = _delivered().where(versions.c.document_id == recall.document_id)
    return [row for row in connection.execute(query) if row.question_id in answer_ids]


def _places(connection: Connection, recall: int) -> tuple[Place, ...]:
    """Where the answers of a recall stand, each place once."""
    mine = select(recalled_answers.c.answer_id).where(recalled_answers.c.recall_id == recall)
    # By place: who asked there first, and the answers.
    held: dict[tuple[str | None, str | None, str], tuple[str, list[str]]] = {}
    for job in connection.execute(select(jobs).where(jobs.c.question_id.in_(mine)).order_by(jobs.c.id)):
        to = job.reply_to
        for_one = to["user"] if to.get("ephemeral") else ""
        place = (None, None) if for_one else (to["channel"], to.get("thread_ts") or job.message_ts)
        held.setdefault((*place, for_one), (to["user"], []))[1].append(job.question_id)
    told = notices.c.answer_id.in_(mine), notices.c.state == POSTED
    for row in connection.execute(select(notices).where(*told).order_by(notices.c.id)):
        held.setdefault((row.channel, row.message_ts, ""), (row.user, []))[1].append(row.answer_id)
    return tuple(
        Place(channel=channel, thread_ts=thread_ts, user=user, answer_ids=tuple(ids))
        for (channel, thread_ts, _), (user, ids) in held.items()
    )


def _is_at(place: Place, notice: Notice) -> bool:
    """Whether a correction goes to a place; the channel of direct messages is known only once it is posted."""
    if place.channel is None:
        return notice.thread_ts is None and place.user == notice.user
    return (place.channel, place.thread_ts) == (notice.channel, notice.thread_ts)


def _number(id_: str) -> int:
    named = re.fullmatch(r"[Rr]?([0-9]{1,9})", id_.strip())
    if named is None:
        raise RecallNotFound
    return int(named[1])


def _known(connection: Connection, id_: str) -> Row[Any]:
    row = connection.execute(select(recalls).where(recalls.c.id == _number(id_))).first()
    if row is None:
        raise RecallNotFound
    return row
