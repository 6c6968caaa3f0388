"""Gaps as groups of questions that are owned"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Go one step forward. Each gap keeps its number and is a group of its own; vectors are made when they are used."""
    op.drop_index("ix_gaps_wording", table_name="gaps")
    for name in ("question", "wording", "reason", "first_asked"):
        op.drop_column("gaps", name)
    state: list[sa.Column[Any]] = [
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("due", sa.String(length=10), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
    ]
    for column in state:
        op.add_column("gaps", column)
    place: list[sa.Column[Any]] = [
        sa.Column("part", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("by_hand", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("before", sa.Text(), nullable=False, server_default=""),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("permalink", sa.Text(), nullable=True),
        sa.Column("searched", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("manifest", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
    ]
    for column in place:
        op.add_column("gap_questions", column)
    op.execute(
        "UPDATE gap_questions SET part = gap_id, manifest = coalesce((SELECT manifest FROM answers "
        "WHERE answers.question_id = gap_questions.question_id), '')"
    )
    _add_tables()


def _add_tables() -> None:
    op.create_table(
        "gap_reports",
        sa.Column("question_id", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["gap_questions.question_id"], name=op.f("fk_gap_reports_question_id")
        ),
        sa.PrimaryKeyConstraint("question_id", "reason", "user", name=op.f("pk_gap_reports")),
    )
    op.create_table(
        "gap_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_notes_gap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_notes")),
    )
    op.create_index(op.f("ix_gap_notes_gap_id"), "gap_notes", ["gap_id"])
