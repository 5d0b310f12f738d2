"""Dates that cannot be right are marked, and no figure is NaN."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activities", sa.Column("date_doubted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("activities", sa.Column("date_hints", JSONB(), server_default="[]", nullable=False))
