"""Reading again: what an activity was before and is after, for the preview and for the undo."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    table = "activities_before"
    op.add_column(table, sa.Column("state", sa.Text(), server_default="waiting", nullable=False))
    op.add_column(table, sa.Column("reason", sa.Text(), server_default="", nullable=False))
    for name in ("before", "after"):
        op.add_column(table, sa.Column(name, JSONB(), server_default="{}", nullable=False))
    op.alter_column(table, "rows", nullable=True)
    op.create_index("activities_before_import_id_state_idx", table, ["import_id", "state"])
