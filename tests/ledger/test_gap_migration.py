"""Gaps logged before there were groups keep their number, and take in who asks for the same from then on."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from knowledge.domain import Question
from knowledge.gaps.records import GapStatus
from tests.ledger.test_history_migration import MIGRATIONS
from tests.making import WordHashEmbedding, open_in

HONEY = "Who pays for the honey jars?"
ROWS = """
INSERT INTO questions (id, text, asker, channel, thread, asked_at) VALUES
    ('C1:1', 'Who pays for the honey jars?', 'U1', 'C1', '[]', '2026-11-01 08:00:00.000000'),
    ('C1:2', 'When is lunch?', 'U1', 'C1', '[]', '2026-11-02 08:00:00.000000'),
    ('C1:3', 'Who pays for the honey jars?', 'U2', 'C1', '[]', '2026-11-03 08:00:00.000000');
INSERT INTO answers (question_id, outcome, probability, manifest, milliseconds, answered_at)
    SELECT id, 'gap', 0.1, 'm', 7, asked_at FROM questions;
INSERT INTO gaps (id, question, wording, status, reason, first_asked) VALUES
    (1, 'Who pays for the honey jars?', 'w1', 'new', 'nothing_found', '2026-11-01 08:00:00.000000'),
    (2, 'When is lunch?', 'w2', 'new', 'nothing_found', '2026-11-02 08:00:00.000000');
INSERT INTO gap_questions (question_id, gap_id, reason) VALUES
    ('C1:1', 1, 'nothing_found'), ('C1:2', 2, 'nothing_found'), ('C1:3', 1, 'nothing_found');
"""


def test_old_gaps_keep_their_number_and_grow(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    engine.dispose()
    old = sqlite3.connect(tmp_path / "ledger.sqlite3")
    old.executescript(ROWS)
    old.close()
    library = open_in(tmp_path, WordHashEmbedding())
    assert [(gap.id, gap.question, gap.askers, gap.status) for gap in library.gaps.records()] == [
        ("G2", "When is lunch?", 1, GapStatus.NEW),
        ("G1", HONEY, 2, GapStatus.NEW),
    ]
    assert library.gaps.records()[1].questions[0].manifest == "m"
    assert library.ask(Question(id="C1:4", text="honey jars: who pays?", asker="U3")).id == "G1"  # type: ignore[union-attr]
    library.close()
