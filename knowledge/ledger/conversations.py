"""Questions, what came of them, and the replies still owed: stored before anybody works on them."""

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, desc, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.collections import Audience
from knowledge.domain import (
    Answer,
    Gap,
    Question,
    Turn,
)
from knowledge.job import Job, ReplyTo
from knowledge.ledger.memos import memo_row, read_request
from knowledge.ledger.opening import writing
from knowledge.ledger.outcomes import insert_answer, read_outcome
from knowledge.ledger.tables import (
    answers,
    feedback,
    jobs,
    proofs,
    questions,
)

# A follow-up leans on the last turns; a thread of a hundred questions is read no further back than this.
LONGEST_THREAD = 20
# The state of a job whose question was withdrawn before anything of a reply was posted.
WITHDRAWN = "withdrawn"


class Conversations:
    """Reads and writes questions, outcomes, jobs and feedback."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accept(self, question: Question, reply_to: ReplyTo) -> bool:
        """Store a question and the reply it is owed, in one transaction. False when it was accepted before."""
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            if not insert_question(connection, question):
                return False
            connection.execute(
                insert(jobs).values(
                    question_id=question.id,
                    reply_to=asdict(reply_to),
                    state="waiting",
                    attempts=0,
                    maybe_delivered=False,
                    accepted_at=now,
                    updated_at=now,
                )
            )
        return True

    def claim(self) -> Job | None:
        """Take the oldest waiting job; no other caller gets it. None when nothing waits."""
        with writing(self._engine) as connection:
            row = connection.execute(
                select(jobs, questions, jobs.c.id.label("job_id"))
                .join_from(jobs, questions, questions.c.id == jobs.c.question_id)
                .where(jobs.c.state == "waiting")
                .order_by(jobs.c.id)
                .limit(1)
            ).first()
            if row is None:
                return None
            _move(connection, row.job_id, state="working", attempts=row.attempts + 1)
        return Job(
            id=row.job_id,
            question=_question(row, question_id=row.question_id),
            reply_to=ReplyTo(**row.reply_to),
            attempts=row.attempts + 1,
            maybe_delivered=row.maybe_delivered,
            message_ts=row.message_ts,
            accepted_at=row.accepted_at,
        )

    def delivering(self, job: Job) -> bool:
        """Note that the reply is about to be posted. False where its question was withdrawn: nobody is to see one."""
        return self._move(job, state="delivering", maybe_delivered=True)

    def begun(self, job: Job, message_ts: str) -> None:
        """Note that the reply has begun to appear, in this message."""
        self._move(job, message_ts=message_ts)

    def delivered(self, job: Job, message_ts: str | None) -> None:
        """Note that the reply stands in Slack."""
        self._move(job, state="done", message_ts=message_ts)

    def give_back(self, job: Job) -> None:
        """Let the job wait again after a try that failed."""
        self._move(job, state="waiting")

    def fail(self, job: Job) -> None:
        """Give the job up."""
        self._move(job, state="failed")

    def release(self) -> int:
        """At start: what an earlier process had claimed waits again. Returns how many jobs wait."""
        with writing(self._engine) as connection:
            connection.execute(
                update(jobs)
                .where(jobs.c.state.in_(("working", "delivering")))
                .values(state="waiting", updated_at=datetime.now(UTC))
            )
            return len(connection.execute(select(jobs.c.id).where(jobs.c.state == "waiting")).all())

    def record(self, question: Question, outcome: Answer, manifest: str) -> Answer:
        """Store an answer with its citations; `manifest` is the digest of the library it was found in."""
        with writing(self._engine) as connection:
            insert_question(connection, question)
            insert_answer(connection, outcome, manifest, question.audience)
        return outcome

    def outcome(self, question_id: str) -> Answer | Gap | None:
        """Return what came of a question, as it was recorded; None while nothing did."""
        with self._engine.connect() as connection:
            return read_outcome(connection, question_id)

    def question(self, question_id: str) -> Question | None:
        """Return a question as it was asked; once something came of it, of those who read that."""
        with self._engine.connect() as connection:
            row = connection.execute(_asked().where(questions.c.id == question_id)).first()
        return _as_asked(row) if row else None

    def manifest_of(self, question_id: str) -> str | None:
        """Return the digest of the library a question was answered from; None while it is not answered."""
        with self._engine.connect() as connection:
            return connection.scalar(select(answers.c.manifest).where(answers.c.question_id == question_id))

    def takes_part(self, thread_id: str) -> bool:
        """Whether a question of this thread was accepted before."""
        query = select(questions.c.id).where(questions.c.thread_id == thread_id).limit(1)
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def turns(
        self,
        thread_id: str,
        before_question_id: str | None = None,
        reads: Callable[[str], bool] = lambda _: True,
    ) -> tuple[Turn, ...]:
        """Return the thread's earlier questions and answers, oldest first; all of them before a question not stored.

        An answer is left out unless it quotes only what the readers may read, by the ids of documents.
        """
        own = select(questions.c.asked_at).where(questions.c.id == before_question_id).scalar_subquery()
        query = (
            select(questions.c.id, questions.c.text)
            .where(questions.c.thread_id == thread_id, questions.c.id != (before_question_id or ""))
            .where(or_(own.is_(None), questions.c.asked_at < own))
            .order_by(desc(questions.c.asked_at))
            .limit(LONGEST_THREAD)
        )
        with self._engine.connect() as connection:
            asked = connection.execute(query).all()
        turns: list[Turn] = []
        for row in reversed(asked):
            turns.append(Turn(speaker="user", text=row.text))
            outcome = self.outcome(row.id)
            if isinstance(outcome, Answer) and all(reads(citation.document.id) for citation in outcome.citations):
                turns.append(Turn(speaker="agent", text=outcome.text))
        return tuple(turns)

    def last_asked(self, most: int) -> tuple[Question, ...]:
        """Return the last distinct questions of whoever asked them, newest first; capitals tell none apart."""
        distinct: dict[tuple[str, ...], Question] = {}
        with self._engine.connect() as connection:
            by_people = _asked().where(questions.c.id.not_in(select(proofs.c.answer_id)))
            for row in connection.execute(by_people.order_by(desc(questions.c.asked_at), questions.c.id)):
                if len(distinct) >= most:
                    break
                wording = (row.as_of or "", *re.findall(r"\w+", row.text.casefold()))
                distinct.setdefault(wording, _as_asked(row))
        return tuple(distinct.values())

    def record_feedback(self, question_id: str, user: str, helpful: bool) -> None:
        """Keep whether an answer helped; the last press of each person counts."""
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            connection.execute(
                upsert(feedback)
                .values(question_id=question_id, user=user, helpful=helpful, given_at=now)
                .on_conflict_do_update(
                    index_elements=["question_id", "user"], set_={"helpful": helpful, "given_at": now}
                )
            )

    def _move(self, job: Job, **values: Any) -> bool:
        with writing(self._engine) as connection:
            return _move(connection, job.id, **values)


def _move(connection: Connection, job_id: int, **values: Any) -> bool:
    """Move a job on. False for one whose question was withdrawn, which stays closed whoever works on it."""
    going_on = jobs.c.id == job_id, jobs.c.state != WITHDRAWN
    moved = connection.execute(update(jobs).where(*going_on).values(updated_at=datetime.now(UTC), **values))
    return moved.rowcount == 1


def withdraw_job(connection: Connection, question_id: str) -> bool:
    """Close the job of a question nobody is to answer any more. False where none waits or a reply may stand already."""
    unanswered = jobs.c.state.in_(("waiting", "working")), jobs.c.maybe_delivered.is_(False)
    closing = update(jobs).where(jobs.c.question_id == question_id, *unanswered)
    return connection.execute(closing.values(state=WITHDRAWN, updated_at=datetime.now(UTC))).rowcount == 1


def is_withdrawn(connection: Connection, question_id: str) -> bool:
    """Whether a question was withdrawn before it was answered."""
    query = select(jobs.c.id).where(jobs.c.question_id == question_id, jobs.c.state == WITHDRAWN)
    return connection.scalar(query) is not None


def insert_question(connection: Connection, question: Question) -> bool:
    """Store a question unless it is there already; says whether it was new."""
    stored = connection.execute(
        upsert(questions)
        .values(
            id=question.id,
            text=question.text,
            asker=question.asker,
            channel=question.channel,
            thread_id=question.thread_id,
            thread=[asdict(turn) for turn in question.thread],
            asked_at=datetime.now(UTC),
            as_of=question.as_of.isoformat() if question.as_of else None,
            memo=memo_row(question.memo),
        )
        .on_conflict_do_nothing()
    )
    return stored.rowcount == 1


def _asked() -> Select[Any]:
    """Select what `_as_asked` needs, one row a question."""
    return select(questions, answers.c.audience).outerjoin_from(questions, answers)


def _as_asked(row: Row[Any]) -> Question:
    audience = None if row.audience is None else Audience(collections=frozenset(row.audience))
    return replace(_question(row, question_id=row.id), audience=audience)


def _question(row: Row[Any], *, question_id: str) -> Question:
    return Question(
        id=question_id,
        text=row.text,
        asker=row.asker,
        channel=row.channel,
        thread_id=row.thread_id,
        thread=tuple(Turn(**turn) for turn in row.thread),
        as_of=date.fromisoformat(row.as_of) if row.as_of else None,
        memo=read_request(row.memo),
    )
