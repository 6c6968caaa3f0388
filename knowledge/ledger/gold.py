"""An office's gold questions and what the last run made of each. Whether one was met is decided elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, desc, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.domain import Turn
from knowledge.errors import GoldNotFound
from knowledge.gold_questions import GoldQuestion, GoldRecord
from knowledge.ledger.audit import record_act
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import gold_questions, gold_results, versions


class GoldQuestions:
    """Reads and writes gold questions and their last results."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, question: GoldQuestion, *, actor: str) -> GoldRecord:
        """Keep a gold question; its `document` is the id of one the ledger knows."""
        with writing(self._engine) as connection:
            number = connection.scalar(
                insert(gold_questions)
                .values(
                    text=question.text,
                    thread=[asdict(turn) for turn in question.thread],
                    document_id=question.document,
                    words=list(question.words),
                    added_at=datetime.now(UTC),
                    added_by=actor,
                )
                .returning(gold_questions.c.id)
            )
            added = _record(connection.execute(_rows().where(gold_questions.c.id == number)).one())
            record_act(
                connection, actor=actor, act="add_gold", subject=added.id, detail={"document": question.document}
            )
        return added

    def remove(self, id_: str, *, actor: str) -> GoldRecord:
        """Ask a gold question no more. Raises GoldNotFound."""
        with writing(self._engine) as connection:
            row = connection.execute(_rows().where(gold_questions.c.id == _number(id_))).first()
            if row is None:
                raise GoldNotFound
            connection.execute(
                update(gold_questions).where(gold_questions.c.id == row.id).values(removed_at=datetime.now(UTC))
            )
            removed = _record(row)
            record_act(
                connection,
                actor=actor,
                act="remove_gold",
                subject=removed.id,
                detail={"document": removed.question.document},
            )
        return removed

    def records(self) -> tuple[GoldRecord, ...]:
        """Return the gold questions with what the last run made of them, the first added first."""
        with self._engine.connect() as connection:
            return tuple(map(_record, connection.execute(_rows().order_by(gold_questions.c.id))))

    def record_run(self, misses: Mapping[str, str | None], manifest: str, *, asked_for: bool) -> None:
        """Store what a run made of each question by id; `manifest` is the digest of the library it asked.

        Later runs are compared with the last that was `asked_for`, or with the first there was.
        """
        now = datetime.now(UTC)
        with writing(self._engine) as connection:
            for id_, miss in misses.items():
                result = {"miss": miss, "manifest": manifest, "ran_at": now}
                known = {"known_miss": miss}
                connection.execute(
                    upsert(gold_results)
                    .values(gold_id=_number(id_), **result, **known)
                    .on_conflict_do_update(
                        index_elements=["gold_id"], set_={**result, **known} if asked_for else result
                    )
                )

    def due(self, manifest: str) -> bool:
        """Whether a question was not yet asked of the library that has this digest."""
        last = _rows().with_only_columns(gold_results.c.manifest)
        with self._engine.connect() as connection:
            return any(digest != manifest for digest in connection.scalars(last))


def gold_id(number: int) -> str:
    """Name a gold question the way people say it: Q7."""
    return f"Q{number}"


def _number(id_: str) -> int:
    """Read a number back from its name. Raises GoldNotFound."""
    # Nine digits stay within SQLite's integers.
    named = re.fullmatch(r"[Qq]?([0-9]{1,9})", id_.strip())
    if named is None:
        raise GoldNotFound
    return int(named[1])


def _rows() -> Select[Any]:
    """Select what `_record` needs, one row a question that was not removed."""
    title = (
        select(versions.c.title)
        .where(versions.c.document_id == gold_questions.c.document_id)
        .order_by(desc(versions.c.number))
        .limit(1)
        .scalar_subquery()
        .label("title")
    )
    return (
        select(gold_questions, gold_results.c.ran_at, gold_results.c.miss, gold_results.c.known_miss, title)
        .outerjoin_from(gold_questions, gold_results, gold_results.c.gold_id == gold_questions.c.id)
        .where(gold_questions.c.removed_at.is_(None))
    )


def _record(row: Row[Any]) -> GoldRecord:
    return GoldRecord(
        id=gold_id(row.id),
        question=GoldQuestion(
            text=row.text,
            thread=tuple(Turn(**turn) for turn in row.thread),
            document=row.document_id,
            words=tuple(row.words),
        ),
        title=row.title,
        added_at=row.added_at,
        added_by=row.added_by,
        ran_at=row.ran_at,
        miss=row.miss,
        known_miss=row.known_miss,
    )
