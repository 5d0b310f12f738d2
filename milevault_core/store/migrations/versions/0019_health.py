"""Health: what files say of days and nights, what is entered by hand, and what is made of both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

DAILY = (
    "hrv_sdnn", "steps", "distance_m", "kcal_active", "kcal_bmr", "kcal_total", "im_moderate", "im_vigorous",
    "floors_up", "hydration_ml", "rhr", "rhr_week", "hr_min", "hr_max", "stress_avg", "stress_max", "bb_high",
    "bb_low", "bb_wake", "resp_avg", "spo2_avg", "spo2_low", "sleep_s", "sleep_score", "sleep_stress", "awakenings",
    "hrv_last_night", "hrv_high", "hrv_weekly", "hrv_base_low", "hrv_balanced_low", "hrv_balanced_high", "hrv_status",
    "skin_temp_dev", "skin_temp_dev_week", "skin_temp", "vo2max", "vo2max_cycling", "readiness", "weight_kg",
    "fat_pct", "water_pct", "muscle_kg", "bone_kg", "bmi", "bp_systolic", "bp_diastolic",
)  # fmt: skip


def _user(key=False):
    return sa.Column(
        "user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=key, nullable=False
    )


def _day(key=False):
    return sa.Column("day", sa.Date(), primary_key=key, nullable=False)


def _text(name, key=False, default=None):
    return sa.Column(name, sa.Text(), primary_key=key, server_default=default, nullable=False)


def _time(name, key=False, default=None):
    return sa.Column(
        name, sa.DateTime(timezone=True), primary_key=key, server_default=default, nullable=False
    )


def upgrade() -> None:
    op.create_table(
        "health_files",
        sa.Column("original_id", sa.BigInteger(), sa.ForeignKey("original_files.id", ondelete="CASCADE"),
                  primary_key=True, autoincrement=False),
        _user(), sa.Column("import_id", sa.Integer(), nullable=False), _text("source"), _text("device", default=""),
        sa.Column("version", sa.SmallInteger(), nullable=False),
    )  # fmt: skip
    op.create_index("health_files_user_id_idx", "health_files", ["user_id"])
    op.create_index("health_files_import_id_idx", "health_files", ["import_id"])
    op.create_table(
        "health_pieces",
        sa.Column("original_id", sa.BigInteger(), sa.ForeignKey("health_files.original_id", ondelete="CASCADE"),
                  primary_key=True, autoincrement=False),
        _day(True), _user(), sa.Column("data", sa.LargeBinary(), nullable=False),
    )  # fmt: skip
    op.create_index("health_pieces_user_id_day_idx", "health_pieces", ["user_id", "day"])
    op.execute("ALTER TABLE health_pieces ALTER COLUMN data SET STORAGE EXTERNAL")  # packed already
    op.create_table(
        "health_values", _user(True), _day(True), _text("metric", True), _text("source", True),
        sa.Column("value", sa.Double(), nullable=False), _time("observed_at"),
        sa.Column("original_id", sa.BigInteger(), sa.ForeignKey("original_files.id", ondelete="CASCADE")),
    )  # fmt: skip
    op.create_index("health_values_original_id_idx", "health_values", ["original_id"])
    op.create_table(
        "health_metrics", _user(True), _day(True), *(sa.Column(name, sa.Double()) for name in DAILY),
        sa.Column("sources", JSONB(), server_default="{}", nullable=False),
    )  # fmt: skip
    op.create_table(
        "wellness_samples", _time("time"), sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.REAL(), nullable=False), sa.Column("metric", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "metric", "time", name="wellness_samples_pkey"),
    )  # fmt: skip
    if op.get_bind().execute(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'")).scalar():
        op.execute(
            "SELECT create_hypertable('wellness_samples', 'time', "
            "chunk_time_interval => interval '365 days', create_default_indexes => false)"
        )
    op.create_table(
        "sleep_sessions", _user(True), _day(True), _text("source", True), _time("start_time", True),
        _time("end_time"), sa.Column("is_nap", sa.Boolean(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("utc_offset_s", sa.Integer(), nullable=False),
        sa.Column("seconds", JSONB(), server_default="{}", nullable=False),
    )  # fmt: skip
    op.create_table(
        "sleep_stages", _user(True), _day(True), _text("source", True), _time("start_time", True),
        _time("end_time"), _text("stage"),
    )  # fmt: skip
    op.create_table(
        "weight_logs", sa.Column("id", sa.Integer(), sa.Identity(always=False), primary_key=True), _user(), _day(),
        _time("measured_at"),
        *(sa.Column(name, sa.Double()) for name in ("weight_kg", "fat_pct", "water_pct", "muscle_kg", "bone_kg",
                                                    "bp_systolic", "bp_diastolic", "hydration_ml")),
        _text("note", default=""), _time("created_at", default=sa.func.now()),
    )  # fmt: skip
    op.create_index("weight_logs_user_id_day_idx", "weight_logs", ["user_id", "day"])
    op.create_table(
        "day_notes", _user(True), _day(True), _text("note", default=""),
        sa.Column("tags", ARRAY(sa.Text()), server_default="{}", nullable=False),
    )  # fmt: skip
    op.create_table(
        "health_ranks", _user(True), _text("metric", True),
        sa.Column("sources", ARRAY(sa.Text()), server_default="{}", nullable=False),
    )  # fmt: skip
    op.create_table("health_settings", _user(True), _text("name", True), _text("value"))
