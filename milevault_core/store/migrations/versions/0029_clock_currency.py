"""How people write the time of day, and the currency of their costs."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("clock", sa.Text(), server_default="24h", nullable=False))
    op.add_column("users", sa.Column("currency", sa.Text(), server_default="", nullable=False))
