"""An office's gold questions, and what the last run made of each"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "gold_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("document_id", sa.String(length=80), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_gold_questions_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_questions")),
    )
    op.create_table(
        "gold_results",
        sa.Column("gold_id", sa.Integer(), nullable=False),
        sa.Column("miss", sa.Text(), nullable=True),
        sa.Column("known_miss", sa.Text(), nullable=True),
        sa.Column("manifest", sa.String(length=32), nullable=False),
        sa.Column("ran_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gold_id"], ["gold_questions.id"], name=op.f("fk_gold_results_gold_id")),
        sa.PrimaryKeyConstraint("gold_id", name=op.f("pk_gold_results")),
    )
