"""Goals, gear with its service, rules for what comes in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _id():
    return sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False)


def _text(name, default=None):
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _user():
    return sa.Column("user_id", sa.Integer(), nullable=False)


def _created():
    return sa.Column(
        "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _to(table, column, other):
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"{table}_{column}_fkey", ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "goals", _id(), _user(), _text("measure"), sa.Column("amount", sa.Double(), nullable=False),
        _text("period"), sa.Column("first_day", sa.Date()), sa.Column("last_day", sa.Date()), _text("sport", ""),
        _created(), sa.PrimaryKeyConstraint("id", name="goals_pkey"), _to("goals", "user_id", "users"),
    )
    op.create_index("goals_user_id_idx", "goals", ["user_id"])
    op.create_table(
        "gear_items", _id(), _user(), _text("name"), _text("label", ""), _text("kind", "other"),
        sa.Column("opening_m", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("cost", sa.Double()), sa.Column("sports", JSONB(), server_default="[]", nullable=False),
        sa.Column("part_of", sa.Integer()), sa.Column("mounted_on", sa.Date()), sa.Column("retired_on", sa.Date()),
        _created(), sa.PrimaryKeyConstraint("id", name="gear_items_pkey"), _to("gear_items", "user_id", "users"),
        _to("gear_items", "part_of", "gear_items"),
        sa.UniqueConstraint("user_id", "name", name="gear_items_user_id_name_key"),
    )
    op.create_table(
        "gear_services", _id(), _user(), sa.Column("gear_id", sa.Integer(), nullable=False), _text("what"),
        sa.Column("every_m", sa.Double(), nullable=False), sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="gear_services_pkey"), _to("gear_services", "user_id", "users"),
        _to("gear_services", "gear_id", "gear_items"),
    )
    op.create_index("gear_services_user_id_idx", "gear_services", ["user_id"])
    op.create_index("gear_services_gear_id_idx", "gear_services", ["gear_id"])
    op.create_table(
        "rules", _id(), _user(), sa.Column("place", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("conditions", JSONB(), nullable=False), sa.Column("actions", JSONB(), nullable=False), _created(),
        sa.PrimaryKeyConstraint("id", name="rules_pkey"), _to("rules", "user_id", "users"),
    )
    op.create_index("rules_user_id_idx", "rules", ["user_id"])
    op.create_table(
        "rule_effects", sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False), _text("field"), _user(), _text("value"),
        sa.PrimaryKeyConstraint("rule_id", "activity_id", "field", name="rule_effects_pkey"),
        _to("rule_effects", "rule_id", "rules"), _to("rule_effects", "user_id", "users"),
    )
    op.create_index("rule_effects_user_id_idx", "rule_effects", ["user_id"])
    op.create_index("rule_effects_activity_id_idx", "rule_effects", ["activity_id"])
