"""Records: what is said of an effort is said of its stretch, and a doubted stretch holds up every effort in it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("t0_s", "t1_s", "value"):
        op.add_column("record_decisions", sa.Column(name, sa.Float(), nullable=True))
    op.execute(
        "UPDATE record_decisions d SET t0_s = e.t0_s, t1_s = e.t1_s, value = e.value FROM activity_efforts e "
        "WHERE e.activity_id = d.activity_id AND e.kind = d.kind AND e.key = d.key"
    )
    # What is computed of records is computed anew at the first start: the versions of the kinds are raised.
    op.execute("DELETE FROM record_waiting")
    op.add_column(
        "record_waiting", sa.Column("is_asked", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    for name in ("typical", "share"):
        op.alter_column("record_waiting", name, nullable=True)
