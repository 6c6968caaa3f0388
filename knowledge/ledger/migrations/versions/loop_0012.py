"""Re-asking, recalls and reminders"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("gap_questions", sa.Column("asked_again_of", sa.String(length=32), nullable=True))
    op.create_table(
        "proofs",
        sa.Column("answer_id", sa.String(length=128), nullable=False),
        sa.Column("question_id", sa.String(length=128), nullable=False),
        sa.Column("proved_at", sa.DateTime(), nullable=False),
        sa.Column("rejected_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["questions.id"], name=op.f("fk_proofs_answer_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_proofs_question_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_proofs")),
    )
    op.create_index(op.f("ix_proofs_question_id"), "proofs", ["question_id"])
    op.create_table(
        "recalls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=80), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_recalls_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
    )
    op.create_index(op.f("ix_recalls_document_id"), "recalls", ["document_id"])
    op.create_table(
        "recalled_answers",
        sa.Column("recall_id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.id"], name=op.f("fk_recalled_answers_recall_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.question_id"], name=op.f("fk_recalled_answers_answer_id")),
        sa.PrimaryKeyConstraint("recall_id", "answer_id", name=op.f("pk_recalled_answers")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("answer_id", sa.String(length=128), nullable=True),
        sa.Column("recall_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("maybe_posted", sa.Boolean(), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("because", sa.String(length=64), nullable=True),
        sa.Column("verdict", sa.Boolean(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["questions.id"], name=op.f("fk_notices_answer_id")),
        sa.ForeignKeyConstraint(["recall_id"], ["recalls.id"], name=op.f("fk_notices_recall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(op.f("ix_notices_answer_id"), "notices", ["answer_id"])
    op.create_index(op.f("ix_notices_recall_id"), "notices", ["recall_id"])
    op.create_index("ix_notices_state", "notices", ["state", "id"])
    op.create_table(
        "quiet",
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_quiet")),
    )
    op.create_table(
        "gap_posts",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gap_posts")),
    )
    op.create_table(
        "answer_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("review_by", sa.String(length=10), nullable=True),
        sa.Column("offered_by", sa.String(length=64), nullable=False),
        sa.Column("colleague", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_answer_offers_gap_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_offers")),
        sa.UniqueConstraint("key", name=op.f("uq_answer_offers_key")),
    )
