"""The ledger's file: its mode, its owner, its schema, and what a full disk or a damaged file turns into."""

import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from knowledge.domain import Question
from knowledge.errors import DiskFull, LedgerDamaged
from knowledge.job import ReplyTo
from knowledge.ledger import Ledger, open_ledger
from knowledge.ledger.audit import START, chained_hash, record_act
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import audit, metadata


def test_migrations_make_the_tables_the_code_works_with(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_file_is_in_wal_mode_and_for_its_owner_only(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    assert stat.S_IMODE((tmp_path / "ledger.sqlite3").stat().st_mode) == 0o600


def test_a_ledger_opened_again_keeps_what_it_holds(ledger: Ledger, tmp_path: Path) -> None:
    ledger.conversations.accept(Question(id="C1:1", text="Who pays?"), ReplyTo(channel="C1", user="U1"))
    again = open_ledger(tmp_path / "ledger.sqlite3")
    assert again.conversations.question("C1:1") == Question(id="C1:1", text="Who pays?")
    again.close()


def test_a_file_that_is_no_database_asks_for_advice_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LedgerDamaged, match="put the backup"):
        open_ledger(tmp_path / "ledger.sqlite3")


def test_a_ledger_with_damaged_pages_is_not_taken_for_a_damaged_index(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    file = tmp_path / "ledger.sqlite3"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(LedgerDamaged):
        open_ledger(file).library.documents()


def test_a_full_disk_says_so_and_loses_nothing(ledger: Ledger) -> None:
    reply_to = ReplyTo(channel="C1", user="U1")
    ledger.conversations.accept(Question(id="C1:1", text="Who pays?"), reply_to)
    with ledger.engine.connect() as connection:
        # SQLite's own limit stands in for the disk's: the error is the real one (SQLITE_FULL).
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(DiskFull):
        ledger.conversations.accept(Question(id="C1:2", text="Why? " * 100_000), reply_to)
    assert ledger.conversations.question("C1:1") is not None


def test_the_audit_trail_chains_and_refuses_changes(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        for act in ("publish", "remove"):
            record_act(connection, actor="U1", act=act, subject="doc", detail={"version": 1})
    with ledger.engine.connect() as connection:
        first, second = connection.execute(audit.select().order_by(audit.c.id)).all()
    assert (first.previous, second.previous) == (START, first.hash)
    assert second.hash == chained_hash(
        first.hash, at=second.at, actor="U1", act="remove", subject="doc", detail={"version": 1}
    )
    for change in ("UPDATE audit SET actor = 'U2'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError, match="append-only"), writing(ledger.engine) as connection:
            connection.execute(text(change))


def test_what_the_code_depends_on_is_in_this_sqlite() -> None:
    assert sqlite3.sqlite_version_info >= (3, 35)  # RETURNING and upserts
