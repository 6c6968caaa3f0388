"""A copy of the ledger to try a change on. It lies beside the ledger, holds all of it, and goes away again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from knowledge.errors import DiskFull
from knowledge.ledger import Ledger, open_ledger

COPY = "preview.sqlite3"
# SQLite's own files stand beside a database.
BESIDE = ("", "-wal", "-shm", "-journal")


@contextmanager
def copied(ledger: Ledger) -> Iterator[Ledger]:
    """Copy the ledger as it is now, at most one at a time. Raises DiskFull."""
    clear_copies(ledger)
    file = _copy_of(ledger)
    try:
        _copy(ledger, file)
        with closing(open_ledger(file, ledger.now)) as opened:
            yield opened
    finally:
        clear_copies(ledger)


def clear_copies(ledger: Ledger) -> None:
    """Take away what a crash may have left."""
    for suffix in BESIDE:
        file = _copy_of(ledger)
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _copy_of(ledger: Ledger) -> Path:
    return Path(str(ledger.engine.url.database)).with_name(COPY)


def _copy(ledger: Ledger, file: Path) -> None:
    try:
        # For its owner only from the start: it holds what people asked.
        file.touch(mode=0o600)
        # The backup API reads one state of the ledger, whoever writes meanwhile (sqlite.org/backup.html).
        with closing(sqlite3.connect(file)) as copy, closing(ledger.engine.raw_connection()) as connection:
            connection.driver_connection.backup(copy)  # type: ignore[union-attr]
    except (sqlite3.OperationalError, OSError) as err:
        raise DiskFull from err
