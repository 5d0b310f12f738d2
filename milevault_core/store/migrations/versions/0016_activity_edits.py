"""More that a person says of an activity: race, tags, effort, left out; parts of one workout; where figures come from."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("is_race", "is_left_out"):
        op.add_column("activities", sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("activities", sa.Column("tags", sa.Text(), server_default="", nullable=False))
    op.add_column("activities", sa.Column("rpe", sa.REAL(), nullable=True))
    op.create_table(
        "recordings_joined",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("first", sa.Text(), primary_key=True),
        sa.Column("second", sa.Text(), primary_key=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_table(
        "figure_defaults",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("origin", sa.Text(), nullable=False),
    )
