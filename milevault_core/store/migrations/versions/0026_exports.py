"""Exports of everything of a person, made by a worker; how people write dates, and on which day their week begins."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("date_format", sa.Text(), server_default="day", nullable=False))
    op.add_column("users", sa.Column("week_start", sa.Text(), server_default="monday", nullable=False))
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.Text(), server_default="asked", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("size_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unfinished", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="exports_pkey"),
        sa.UniqueConstraint("user_id", name="exports_user_id_key"),
    )
    op.create_table(
        "export_chunks",
        sa.Column("export_id", sa.Integer(), sa.ForeignKey("exports.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", "number", name="export_chunks_pkey"),
    )
    op.execute("ALTER TABLE export_chunks ALTER COLUMN data SET STORAGE EXTERNAL")
