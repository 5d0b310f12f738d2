"""Who made a link, so that it ends with that person's account; the step of a workout that a lap belongs to; how often a
day at Garmin was asked for in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "one_time_tokens",
        sa.Column("made_by", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=True),
    )
    op.add_column("activity_laps", sa.Column("workout_step", sa.SmallInteger(), nullable=True))
    op.add_column(
        "garmin_days", sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
