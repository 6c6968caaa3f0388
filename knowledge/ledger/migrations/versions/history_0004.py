"""Which version is served when, snapshots, supersession by a person, questions about the past"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go one step forward. What was live or retired becomes a row of `servings`."""
    _add_tables()
    for table, column in (
        ("documents", sa.Column("successor_id", sa.String(length=80), nullable=True)),
        ("documents", sa.Column("superseded_from", sa.String(length=10), nullable=True)),
        ("versions", sa.Column("place", sa.Text(), nullable=False, server_default="")),
        ("versions", sa.Column("file", sa.String(length=64), nullable=True)),
        ("versions", sa.Column("stated", sa.JSON(), nullable=False, server_default="{}")),
        ("versions", sa.Column("publish_at", sa.String(length=40), nullable=True)),
        ("questions", sa.Column("as_of", sa.String(length=10), nullable=True)),
        ("citations", sa.Column("status", sa.String(length=16), nullable=True)),
        ("near_passages", sa.Column("status", sa.String(length=16), nullable=True)),
    ):
        op.add_column(table, column)
    op.execute("UPDATE versions SET place = (SELECT place FROM documents WHERE documents.id = versions.document_id)")
    op.execute("INSERT INTO places (place, document_id) SELECT place, id FROM documents")
    op.execute(
        "INSERT INTO servings (document_id, version_id, starts, ends, act, made_at, made_by) "
        "SELECT v.document_id, v.id, v.published_at, v.retired_at, 'publish', v.published_at, "
        "coalesce((SELECT actor FROM audit WHERE act = 'publish' AND json_extract(detail, '$.version') = v.id), "
        "d.added_by) FROM versions v JOIN documents d ON d.id = v.document_id ORDER BY v.id"
    )
    op.drop_index("ix_documents_live_version_id", table_name="documents")
    # Not in batches, which would make the tables anew under the keys that point to them.
    op.drop_column("documents", "live_version_id")
    op.drop_column("documents", "removed_at")
    op.drop_column("versions", "retired_at")


def _add_tables() -> None:
    op.create_table(
        "places",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_places_document_id")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_places")),
    )
    op.create_table(
        "servings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.String(length=80), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("ends", sa.DateTime(), nullable=True),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_servings_document_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_servings_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_servings")),
    )
    op.create_index(op.f("ix_servings_document_id"), "servings", ["document_id"])
    op.create_index(op.f("ix_servings_version_id"), "servings", ["version_id"])
    op.create_table(
        "snapshots",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "snapshot_servings",
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=80), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("successor_id", sa.String(length=80), nullable=True),
        sa.Column("superseded_from", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_snapshot_servings_document_id")),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshots.name"], name=op.f("fk_snapshot_servings_snapshot")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_snapshot_servings_version_id")),
        sa.PrimaryKeyConstraint("snapshot", "document_id", "version_id", name=op.f("pk_snapshot_servings")),
    )
