"""Training: the athlete's values and zones over time, and what training makes of each activity."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "athlete_values",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sport", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="athlete_values_pkey"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="athlete_values_user_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="athlete_values_activity_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index(
        "athlete_values_lookup_idx", "athlete_values", ["user_id", "name", "sport", "origin", "valid_from"]
    )
    op.create_index("athlete_values_activity_idx", "athlete_values", ["activity_id"])
    op.create_index(
        "athlete_values_person_key", "athlete_values", ["user_id", "name", "sport", "valid_from"], unique=True,
        postgresql_where=sa.text("origin = 'person'"),
    )
    op.create_table(
        "athlete_zones",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sport", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("bounds", JSONB(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "sport", "valid_from", name="athlete_zones_pkey"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="athlete_zones_user_id_fkey", ondelete="CASCADE"),
    )
    op.create_table(
        "activity_training",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        *(sa.Column(n, JSONB(), server_default="{}", nullable=False) for n in ("metrics", "reasons", "inputs", "zones")),
        sa.Column("grades", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("activity_id", name="activity_training_pkey"),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name="activity_training_activity_id_fkey", ondelete="CASCADE"
        ),
    )
