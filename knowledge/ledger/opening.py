"""Opens the ledger: one SQLite file in WAL mode, migrated to the newest schema."""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import ExceptionContext

from knowledge.errors import DiskFull, FolderNotWritable, LedgerDamaged

# A writer waits this long for another before it gives up, milliseconds.
BUSY_TIMEOUT = 15_000


def open_engine(file: Path) -> Engine:
    """Open the ledger in `file`, making or migrating it. Raises DiskFull, FolderNotWritable or LedgerDamaged."""
    # Without hide_parameters an error would carry questions into the log.
    engine = create_engine(URL.create("sqlite", database=str(file)), hide_parameters=True)
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _advise)
    with writing(engine) as connection:
        _migrate(connection)
    file.chmod(0o600)
    return engine


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """Begin a transaction that holds the write lock from its start."""
    return engine.execution_options(writes=True).begin()


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's late one
    for pragma in (
        "journal_mode = WAL",  # readers never wait for the writer
        "synchronous = FULL",  # what was acknowledged survives a power cut
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Take the write lock at the start: a reader that turns writer half-way would fail at once if it lost a race."""
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _advise(context: ExceptionContext) -> None:
    """Turn what SQLite says about disk and file into our errors; the rest stays a defect."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
    advice = {
        sqlite3.SQLITE_FULL: DiskFull,
        sqlite3.SQLITE_IOERR: DiskFull,
        sqlite3.SQLITE_READONLY: FolderNotWritable,
        sqlite3.SQLITE_CANTOPEN: FolderNotWritable,
        sqlite3.SQLITE_CORRUPT: LedgerDamaged,
        sqlite3.SQLITE_NOTADB: LedgerDamaged,
    }.get(code)
    if advice:
        raise advice from context.original_exception
