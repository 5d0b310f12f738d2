"""Segments, their efforts, and the tracks they are looked for in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _text(name, default=None):
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _number(name, nullable=False):
    return sa.Column(name, sa.Double(), nullable=nullable)


def _real(name, nullable=False):
    return sa.Column(name, sa.REAL(), nullable=nullable)


def _bytes(name, default=None):
    return sa.Column(name, sa.LargeBinary(), server_default=default, nullable=False)


def _cells(name):
    return sa.Column(name, ARRAY(sa.BigInteger()), nullable=False)


def _integer(name):
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def _to(table, column, other):
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"{table}_{column}_fkey", ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "route_segments", sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        _integer("user_id"), _text("name"), _text("sport_group"), _bytes("line"), _bytes("altitudes", ""),
        _number("length_m"), _number("gain_m", True), _text("origin"), _text("origin_key", ""),
        _cells("start_cells"), _cells("middle_cells"), _cells("end_cells"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="route_segments_pkey"), _to("route_segments", "user_id", "users"),
    )  # fmt: skip
    op.create_index("route_segments_user_id_idx", "route_segments", ["user_id"])
    op.create_table(
        "segment_lines", _integer("segment_id"), _integer("user_id"), _bytes("line"), _bytes("outline"),
        _number("length_m"), _number("gain_m", True), _text("made_of"),
        sa.PrimaryKeyConstraint("segment_id", name="segment_lines_pkey"),
        _to("segment_lines", "segment_id", "route_segments"), _to("segment_lines", "user_id", "users"),
    )  # fmt: skip
    op.create_index("segment_lines_user_id_idx", "segment_lines", ["user_id"])
    op.create_table(
        "segment_tracks", _integer("activity_id"), _integer("user_id"), _text("sport_group"), _cells("cells"),
        _bytes("track"), sa.PrimaryKeyConstraint("activity_id", name="segment_tracks_pkey"),
        _to("segment_tracks", "activity_id", "activities"), _to("segment_tracks", "user_id", "users"),
    )  # fmt: skip
    op.create_index("segment_tracks_user_id_sport_group_idx", "segment_tracks", ["user_id", "sport_group"])
    op.create_index("segment_tracks_cells_idx", "segment_tracks", ["cells"], postgresql_using="gin")
    # Read by the hundred, and random to a compressor.
    op.execute("ALTER TABLE segment_tracks ALTER COLUMN track SET STORAGE EXTERNAL")
    op.create_table(
        "segment_efforts", _integer("segment_id"), _integer("activity_id"),
        sa.Column("number", sa.SmallInteger(), nullable=False, autoincrement=False), _integer("user_id"),
        sa.Column("start_time", sa.DateTime(timezone=True), nullable=False), _number("t0_s"), _number("t1_s"),
        _number("time_s"), _real("plus_minus_s"), _real("away"), _real("heart_rate", True), _real("power", True),
        _real("cadence", True), _real("gain_m", True), _bytes("sideways"),
        sa.PrimaryKeyConstraint("segment_id", "activity_id", "number", name="segment_efforts_pkey"),
        _to("segment_efforts", "segment_id", "route_segments"), _to("segment_efforts", "activity_id", "activities"),
        _to("segment_efforts", "user_id", "users"),
    )  # fmt: skip
    op.create_index("segment_efforts_user_id_activity_id_idx", "segment_efforts", ["user_id", "activity_id"])
    op.create_index("segment_efforts_activity_id_idx", "segment_efforts", ["activity_id"])
