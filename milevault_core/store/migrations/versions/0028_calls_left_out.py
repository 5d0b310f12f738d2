"""Which of Garmin's calls a day is still to be asked by, so that the others are not asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "garmin_days", sa.Column("left_out", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
