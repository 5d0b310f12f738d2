"""Routes: what tells two of one length and place apart in their names. Filled when the routes are matched anew."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("quarter", "beside", "turn"):
        op.add_column("named_routes", sa.Column(name, sa.Text(), server_default="", nullable=False))
