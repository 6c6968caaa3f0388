"""A ledger from before versions had a timeline opens with what was live, replaced and removed as it was."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from knowledge.ledger import open_ledger
from knowledge.ledger.tables import metadata
from tests.making import WordHashEmbedding, markdown, open_in

MIGRATIONS = Path(__file__).parents[2] / "knowledge" / "ledger" / "migrations"
ROWS = """
INSERT INTO documents VALUES ('gifts-1', 'folder/gifts.md', 2, '2026-11-01 08:00:00.000000', 'U1', NULL);
INSERT INTO documents VALUES ('flags-1', 'folder/flags.md', NULL, '2026-11-01 08:00:00.000000', 'U1',
    '2026-11-03 08:00:00.000000');
INSERT INTO versions VALUES (1, 'gifts-1', 1, 'f1', 'Gifts', 'other', NULL, NULL, 'current', NULL, 'en', NULL, '[]',
    '2026-11-01 08:00:00.000000', '2026-11-02 08:00:00.000000');
INSERT INTO versions VALUES (2, 'gifts-1', 2, 'f2', 'Gifts', 'other', NULL, NULL, 'current', NULL, 'en', NULL, '[]',
    '2026-11-02 08:00:00.000000', NULL);
INSERT INTO versions VALUES (3, 'flags-1', 1, 'f3', 'Flags', 'other', NULL, NULL, 'current', NULL, 'en', NULL, '[]',
    '2026-11-01 08:00:00.000000', '2026-11-03 08:00:00.000000');
INSERT INTO passages VALUES ('p1', 'gifts-1', '[]', 'The mayor gives honey.');
INSERT INTO passages VALUES ('p2', 'gifts-1', '[]', 'The mayor gives tea.');
INSERT INTO passages VALUES ('p3', 'flags-1', '[]', 'Flags stand left.');
INSERT INTO version_passages VALUES (1, 0, 'p1', NULL, 0, 0, 22, 'page', NULL);
INSERT INTO version_passages VALUES (2, 0, 'p2', NULL, 0, 0, 20, 'page', NULL);
INSERT INTO version_passages VALUES (3, 0, 'p3', NULL, 0, 0, 17, 'page', NULL);
INSERT INTO audit VALUES (1, '2026-11-02 08:00:00.000000', 'U2', 'publish', 'gifts-1', '{"version": 2}', 'x', 'y');
"""


def make_old_ledger(file: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    engine.dispose()
    connection = sqlite3.connect(file)
    connection.executescript(ROWS)
    connection.close()


def test_what_was_live_replaced_and_removed_still_is(tmp_path: Path) -> None:
    make_old_ledger(tmp_path / "ledger.sqlite3")
    ledger = open_ledger(tmp_path / "ledger.sqlite3")
    (gifts,) = ledger.library.documents().values()
    assert (gifts.id, gifts.version, gifts.place) == ("gifts-1", 2, "folder/gifts.md")
    assert [record.id for record in ledger.library.removed()] == ["flags-1"]
    assert [(edition.version, edition.by) for edition in ledger.history.editions("gifts-1")] == [(2, "U2"), (1, "U1")]
    with ledger.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    ledger.close()


def test_the_indexes_take_up_what_they_had_forgotten_and_everything_can_be_undone(tmp_path: Path) -> None:
    make_old_ledger(tmp_path / "ledger.sqlite3")
    opened = open_in(tmp_path, WordHashEmbedding())
    assert opened.restore("Flags", actor="U1").document.id == "flags-1"
    assert opened.roll_back("Gifts", actor="U1").document.version == 1
    assert opened._indexes._passages.ids() == opened._indexes._keywords.ids() == {"p1", "p2", "p3"}
    receipt = opened.add([markdown("gifts", "# Gifts\n\nThe mayor gives books.\n")], actor="U1")
    assert receipt.updated == ("gifts.md",)
    opened.close()


def test_every_table_is_known_to_the_code(tmp_path: Path) -> None:
    make_old_ledger(tmp_path / "ledger.sqlite3")
    ledger = open_ledger(tmp_path / "ledger.sqlite3")
    with ledger.engine.connect() as connection:
        held = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")}
    # SQLite's own, for numbers that are never given twice.
    assert held - {"alembic_version", "sqlite_sequence"} == set(metadata.tables)
    ledger.close()
