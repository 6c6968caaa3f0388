"""What a language model was asked and cost, in rows; whether it may be asked now is decided under one lock."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, desc, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.dates import Clock
from knowledge.domain import Answer
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import chat_calls, restated_questions, written_answers
from knowledge.written import AWAY, Translated, Translation, Unwritten, WrittenSentence

# So many troubles in a row, and the model is left alone for this long; then one call may try.
TROUBLES = 3
REST = timedelta(seconds=60)
# Costs are kept as whole numbers.
MILLIONTHS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be spent; tokens of both ways, costs in the office's currency. None is no limit."""

    tokens_per_question: int = 12_000
    tokens_per_user_per_day: int = 300_000
    tokens_per_day: int = 3_000_000
    price_in: float = 0.0
    price_out: float = 0.0
    cost_per_question: float | None = None
    cost_per_user_per_day: float | None = None
    cost_per_day: float | None = None

    def cost(self, tokens_in: int, tokens_out: int) -> int:
        """Return the cost in millionths; prices are per million tokens."""
        return round(tokens_in * self.price_in + tokens_out * self.price_out)

    def suffice(self, tokens_in: int, tokens_out: int) -> bool:
        """Whether one question may take so many tokens."""
        most = self.cost_per_question
        return tokens_in + tokens_out <= self.tokens_per_question and (
            most is None or self.cost(tokens_in, tokens_out) <= most * MILLIONTHS
        )


@dataclass(frozen=True, slots=True)
class _Budget:
    """What some calls may take together, and what people hear where one more would take too much."""

    calls: ColumnElement[bool]
    tokens: int
    cost: float | None
    why: Unwritten
    why_cost: Unwritten | None = None

    def exceeded(self, connection: Connection, tokens: int, cost: int) -> Unwritten | None:
        """Say why no call of so many tokens and of this cost, in millionths, may come to them; None where it may."""
        taken, paid = connection.execute(select(_TOKENS, func.sum(chat_calls.c.cost)).where(self.calls)).one()
        if (taken or 0) + tokens > self.tokens:
            return self.why
        is_dear = self.cost is not None and (paid or 0) + cost > self.cost * MILLIONTHS
        return (self.why_cost or self.why) if is_dear else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """How the model did last: the troubles of its last calls, the latest first, and until when it is left alone."""

    troubles: tuple[str | None, ...]
    resting_until: datetime | None
    tokens_today: int
    cost_today: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingReport:
    """What came of all that was written: sentences kept and dropped, by reason, and answers left unwritten."""

    answers: int
    kept: int
    dropped: Mapping[str, int]
    unwritten: Mapping[str, int]
    tokens_in: int
    tokens_out: int


class WritingRecord:
    """Reads and writes the calls of the model and what was kept of them."""

    def __init__(self, engine: Engine, now: Clock) -> None:
        self._engine = engine
        self._now = now

    def begin(
        self, *, question_id: str, asker: str, tokens_in: int, tokens_out: int, limits: Limits
    ) -> int | Unwritten:
        """Set aside what a call may take at most and return its number, or why it may not be made."""
        now = self._now()
        cost = limits.cost(tokens_in, tokens_out)
        with writing(self._engine) as connection:
            if _resting_until(connection, now):
                return Unwritten.RESTING
            today = chat_calls.c.called_at >= _midnight(now)
            this, theirs = chat_calls.c.question_id == question_id, today & (chat_calls.c.asker == asker)
            for budget in (
                _Budget(this, limits.tokens_per_question, limits.cost_per_question, Unwritten.QUESTION_BUDGET),
                _Budget(theirs, limits.tokens_per_user_per_day, limits.cost_per_user_per_day, Unwritten.USER_BUDGET),
                _Budget(today, limits.tokens_per_day, limits.cost_per_day, Unwritten.DAY_BUDGET, Unwritten.COST_BUDGET),
            ):
                why = budget.exceeded(connection, tokens_in + tokens_out, cost)
                if why:
                    return why
            number = connection.scalar(
                insert(chat_calls)
                .values(
                    question_id=question_id,
                    asker=asker,
                    called_at=now,
                    tokens_in=tokens_in,
                    tokens_out=tokens_out,
                    cost=cost,
                    counted=False,
                )
                .returning(chat_calls.c.id)
            )
        return int(number or 0)

    def end(
        self,
        call: int,
        *,
        limits: Limits,
        tokens: tuple[int, int] | None = None,
        counted: bool = False,
        trouble: Unwritten | None = None,
    ) -> None:
        """Note what a call took; where that is not known, what was set aside stays spent."""
        values: dict[str, object] = {"ended_at": self._now(), "trouble": trouble.value if trouble else None}
        if tokens is not None:
            values |= {
                "tokens_in": tokens[0],
                "tokens_out": tokens[1],
                "cost": limits.cost(*tokens),
                "counted": counted,
            }
        with writing(self._engine) as connection:
            connection.execute(update(chat_calls).where(chat_calls.c.id == call).values(**values))

    def state(self) -> ModelState:
        """Say how the model did last, for `attache check`."""
        now = self._now()
        with self._engine.connect() as connection:
            today = chat_calls.c.called_at >= _midnight(now)
            tokens = connection.scalar(select(_TOKENS).where(today)) or 0
            cost = connection.scalar(select(func.sum(chat_calls.c.cost)).where(today)) or 0
            return ModelState(
                troubles=tuple(trouble for trouble, _ in _last(connection)),
                resting_until=_resting_until(connection, now),
                tokens_today=tokens,
                cost_today=cost / MILLIONTHS,
            )

    def keep_restated(self, question_id: str, text: str) -> None:
        """Keep how a follow-up reads by itself, or a question in the library's language; the last word counts."""
        row = upsert(restated_questions).values(question_id=question_id, text=text)
        with writing(self._engine) as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["question_id"], set_={"text": text}))

    def keep_translation(self, answer: Answer) -> None:
        """Keep the translation of an answer that was recorded without one."""
        with writing(self._engine) as connection:
            insert_written(connection, answer)

    def restated(self, question_id: str) -> str | None:
        """Return how a question was restated or translated for the search; None where it was not."""
        query = select(restated_questions.c.text).where(restated_questions.c.question_id == question_id)
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def report(self) -> WritingReport:
        """Sum up what was written, kept and dropped."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(written_answers)).all()
            spent = connection.execute(
                select(func.sum(chat_calls.c.tokens_in), func.sum(chat_calls.c.tokens_out))
            ).one()
        return WritingReport(
            answers=sum(bool(row.sentences or row.unwritten) for row in rows),
            kept=sum(len(row.sentences) for row in rows),
            dropped=dict(Counter(reason for row in rows for reason in row.dropped)),
            unwritten=dict(Counter(row.unwritten for row in rows if row.unwritten)),
            tokens_in=spent[0] or 0,
            tokens_out=spent[1] or 0,
        )


def insert_written(connection: Connection, answer: Answer) -> None:
    """Store what was written of an answer, or why nothing was; nothing where no model was asked."""
    if answer.written or answer.unwritten or answer.translation:
        connection.execute(
            insert(written_answers).values(
                question_id=answer.question_id,
                sentences=[{"text": one.text, "numbers": list(one.numbers)} for one in answer.written],
                unwritten=answer.unwritten.value if answer.unwritten else None,
                dropped=list(answer.dropped),
                translation=_translation_row(answer.translation),
            )
        )


def read_written(
    connection: Connection, question_id: str
) -> tuple[tuple[WrittenSentence, ...], Unwritten | None, tuple[str, ...], Translation | None]:
    """Return the sentences of an answer, why there are none, why others were dropped, and its translation."""
    row = connection.execute(select(written_answers).where(written_answers.c.question_id == question_id)).first()
    if row is None:
        return (), None, (), None
    sentences = (WrittenSentence(text=one["text"], numbers=tuple(one["numbers"])) for one in row.sentences)
    unwritten = Unwritten(row.unwritten) if row.unwritten else None
    return tuple(sentences), unwritten, tuple(row.dropped), _translation(row.translation)


def _translation_row(translation: Translation | None) -> dict[str, Any] | None:
    return asdict(translation) if translation else None


def _translation(row: dict[str, Any] | None) -> Translation | None:
    if row is None:
        return None
    missing = Unwritten(row["missing"]) if row["missing"] else None
    return Translation(
        language=row["language"], texts=tuple(Translated(**one) for one in row["texts"]), missing=missing
    )


def _resting_until(connection: Connection, now: datetime) -> datetime | None:
    """Until when the model is left alone after troubles in a row; None where it may be asked."""
    last = _last(connection)
    if len(last) < TROUBLES or any(trouble not in AWAY for trouble, _ in last):
        return None
    until = last[0][1] + REST
    trial = connection.scalar(
        select(func.max(chat_calls.c.called_at)).where(
            chat_calls.c.ended_at.is_(None), chat_calls.c.called_at > now - REST
        )
    )
    until = max(until, trial + REST) if trial else until
    return until if until > now.astimezone(UTC) else None


def _last(connection: Connection) -> list[tuple[str | None, datetime]]:
    query = (
        select(chat_calls.c.trouble, chat_calls.c.ended_at)
        .where(chat_calls.c.ended_at.is_not(None))
        .order_by(desc(chat_calls.c.id))
        .limit(TROUBLES)
    )
    return [(row.trouble, row.ended_at) for row in connection.execute(query)]


def _midnight(now: datetime) -> datetime:
    """When today began in the office's time zone."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


_TOKENS = func.sum(chat_calls.c.tokens_in + chat_calls.c.tokens_out)
