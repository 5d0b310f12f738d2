"""When a recording starts by its own clock, whatever its owner has set: many of one moment are of a clock that was
not set."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity_recordings", sa.Column("clock_start", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE activity_recordings SET clock_start = start_time")
    op.alter_column("activity_recordings", "clock_start", nullable=False)
    op.create_index(
        "activity_recordings_user_id_clock_start_idx", "activity_recordings", ["user_id", "clock_start"]
    )
