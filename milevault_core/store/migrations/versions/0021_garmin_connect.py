"""Garmin Connect: an account's connection, a sign-in under way, and what was fetched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _text(name):
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _flag(name):
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _number(name):
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _time(name, nullable=True):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _user(table):
    return (
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"{table}_user_id_fkey", ondelete="CASCADE"),
    )


def upgrade() -> None:
    op.create_table(
        "garmin_connect_configs",
        *_user("garmin_connect_configs"),
        sa.Column("state", sa.Text(), server_default="disconnected", nullable=False), _text("reason"),
        sa.Column("token", sa.LargeBinary()), _flag("is_china"), _text("display_name"), _text("full_name"),
        _flag("is_new"), _flag("is_paused"), sa.Column("connected_on", sa.Date()),
        _time("cooling_until"), _number("cooling_steps"), _time("failing_since"), _time("next_run_at"),
        _time("last_sync_at"), _number("last_calls"), _text("device_upload"),
        _text("pass_upload"), _time("pass_began_at"), _number("listed"), _flag("is_listed"),
        sa.Column("first_day", sa.Date()), _number("empty_days"),
        sa.PrimaryKeyConstraint("user_id", name="garmin_connect_configs_pkey"),
    )
    op.create_table(
        "garmin_sign_ins",
        *_user("garmin_sign_ins"),
        sa.Column("step", sa.Text(), nullable=False), _text("reason"), sa.Column("sealed", sa.LargeBinary()),
        _flag("is_china"), _number("attempts"), _time("expires_at", nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="garmin_sign_ins_pkey"),
    )
    op.create_table(
        "garmin_activities",
        *_user("garmin_activities"),
        sa.Column("garmin_id", sa.BigInteger(), nullable=False), _time("start_time"),
        sa.Column("entry", JSONB(), server_default="{}", nullable=False),
        sa.Column("item_id", sa.BigInteger()), _time("fetched_at"), _number("attempts"), _time("retry_at"),
        _time("deleted_at"),
        sa.PrimaryKeyConstraint("user_id", "garmin_id", name="garmin_activities_pkey"),
        sa.ForeignKeyConstraint(
            ["item_id"], ["import_items.id"], name="garmin_activities_item_id_fkey", ondelete="SET NULL"
        ),
    )
    op.create_index("garmin_activities_item_id_idx", "garmin_activities", ["item_id"])
    op.create_table(
        "garmin_days",
        *_user("garmin_days"),
        sa.Column("day", sa.Date(), nullable=False), _flag("is_final"), _time("fetched_at", nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day", name="garmin_days_pkey"),
    )
