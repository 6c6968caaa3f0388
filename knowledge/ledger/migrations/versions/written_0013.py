"""Answers written by a language model, what they spent, and follow-ups it restated"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "chat_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=128), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("called_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_calls")),
    )
    op.create_index(op.f("ix_chat_calls_question_id"), "chat_calls", ["question_id"])
    op.create_index("ix_chat_calls_called_at", "chat_calls", ["called_at"])
    op.create_table(
        "written_answers",
        sa.Column("question_id", sa.String(length=128), nullable=False),
        sa.Column("sentences", sa.JSON(), nullable=False),
        sa.Column("unwritten", sa.String(length=24), nullable=True),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["answers.question_id"], name=op.f("fk_written_answers_question_id")),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_written_answers")),
    )
    op.create_table(
        "restated_questions",
        sa.Column("question_id", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_restated_questions")),
    )
