"""Marks of their own: each change adds its own mark, whoever is just computing from an earlier one.

With one row a thing, the mark of a change that met one being taken was lost.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEYS = {
    "dirty_activities": ["activity_id", "step"],
    "dirty_days": ["user_id", "day", "step"],
    "dirty_steps": ["user_id", "step", "activity_id"],
}


def upgrade() -> None:
    for table, key in _KEYS.items():
        op.drop_constraint(f"{table}_pkey", table, type_="primary")
        op.add_column(table, sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))
        op.create_primary_key(f"{table}_pkey", table, ["id"])
        op.create_index(f"{table}_{'_'.join(key)}_idx", table, key)
