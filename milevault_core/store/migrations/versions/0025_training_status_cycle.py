"""Three more values a day: Garmin's training status, and day and phase of the menstrual cycle."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("training_status", "cycle_day", "cycle_phase"):
        op.add_column("health_metrics", sa.Column(name, sa.Double()))
