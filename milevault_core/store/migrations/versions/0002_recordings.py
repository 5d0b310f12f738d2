"""Recordings as facts: what archives say, edits, trash, tombstones, undo."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def words(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def json(name: str) -> sa.Column:
    return sa.Column(name, JSONB(), server_default="{}", nullable=False)


def time(name: str, nullable: bool = False, now: bool = False) -> sa.Column:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=sa.text("now()") if now else None
    )


def user(primary_key: bool = False) -> sa.Column:
    return sa.Column(
        "user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False,
        primary_key=primary_key,
    )  # fmt: skip


def upgrade() -> None:
    op.add_column("import_items", json("about"))
    for column in (time("undo_asked_at", nullable=True), time("undone_at", nullable=True), json("scope")):
        op.add_column("imports", column)
    for column in (words("description"), words("private_note"), words("gear"), words("fingerprint")):
        op.add_column("activities", column)
    op.add_column(
        "activities", sa.Column("is_commute", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    _decisions()
    _trash()
    _recordings()


def _decisions() -> None:
    op.create_table(
        "activity_edits",
        user(primary_key=True),
        sa.Column("activity_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        time("edited_at", now=True),
        sa.PrimaryKeyConstraint("user_id", "activity_id", "field", name="activity_edits_pkey"),
    )
    op.create_table(
        "recordings_apart",
        user(primary_key=True),
        sa.Column("first", sa.Text(), primary_key=True),
        sa.Column("second", sa.Text(), primary_key=True),
        time("decided_at", now=True),
        sa.PrimaryKeyConstraint("user_id", "first", "second", name="recordings_apart_pkey"),
    )
    op.create_table(
        "activities_before",
        sa.Column(
            "import_id", sa.Integer(), sa.ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("activity_id", sa.Integer(), primary_key=True, autoincrement=False),
        user(),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("import_id", "activity_id", name="activities_before_pkey"),
    )
    op.execute("ALTER TABLE activities_before ALTER COLUMN rows SET STORAGE EXTERNAL")


def _trash() -> None:
    op.create_table(
        "trashed_activities",
        sa.Column("activity_id", sa.Integer(), primary_key=True, autoincrement=False),
        user(),
        time("deleted_at", now=True),
        words("name"),
        sa.Column("sport", sa.Text(), nullable=False),
        time("start_time"),
        words("time_zone"),
        sa.Column("utc_offset_s", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("elapsed_s", sa.Double(), nullable=False),
        sa.Column("distance_m", sa.Double()),
        sa.PrimaryKeyConstraint("activity_id", name="trashed_activities_pkey"),
    )
    op.create_index("trashed_activities_user_id_idx", "trashed_activities", ["user_id"])
    op.create_index("trashed_activities_deleted_at_idx", "trashed_activities", ["deleted_at"])
    op.create_table(
        "tombstones",
        user(primary_key=True),
        sa.Column("sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("part", sa.SmallInteger(), primary_key=True, autoincrement=False),
        time("start_time"),
        sa.Column("elapsed_s", sa.Double(), nullable=False),
        words("name"),
        words("sport"),
        time("deleted_at"),
        sa.PrimaryKeyConstraint("user_id", "sha256", "part", name="tombstones_pkey"),
    )


def _recordings() -> None:
    table = "activity_recordings"
    for name in ("about", "words", "filled"):
        op.add_column(table, json(name))
    for column in (
        sa.Column("trashed_id", sa.Integer()),
        sa.Column("home_id", sa.Integer()),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("shift_s", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column("start_time", sa.DateTime(timezone=True)),
        sa.Column("elapsed_s", sa.Double()),
        sa.Column("distance_m", sa.Double()),
        sa.Column("point_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("channel_count", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        words("device"),
        sa.Column("line", sa.LargeBinary()),
    ):
        op.add_column(table, column)
    # Recordings from before have no line: they are told apart by duration and distance until they are read again.
    op.execute(
        "UPDATE activity_recordings r SET home_id = a.id, fingerprint = encode(o.sha256, 'hex') || ':' || r.part, "
        "start_time = a.start_time, elapsed_s = a.elapsed_s, distance_m = a.distance_m, device = a.device, "
        "point_count = a.point_count, words = jsonb_build_object('name', a.name, 'sport', a.sport, "
        "'sub_sport', a.sub_sport, 'sport_name', a.sport_name, 'event_key', a.event_key) "
        "FROM activities a, original_files o WHERE a.id = r.activity_id AND o.id = r.original_id"
    )
    op.execute(
        "UPDATE activities a SET fingerprint = r.fingerprint FROM activity_recordings r "
        "WHERE r.activity_id = a.id AND r.is_primary"
    )
    for name in ("home_id", "fingerprint", "start_time", "elapsed_s"):
        op.alter_column(table, name, nullable=False)
    op.alter_column(table, "activity_id", nullable=True)
    op.execute("ALTER TABLE activity_recordings ALTER COLUMN line SET STORAGE EXTERNAL")
    # An activity must not take its recordings with it: they go to the trash, or to another activity.
    op.drop_constraint("activity_recordings_activity_id_fkey", table, type_="foreignkey")
    op.create_foreign_key("activity_recordings_activity_id_fkey", table, "activities", ["activity_id"], ["id"])
    op.create_foreign_key(
        "activity_recordings_trashed_id_fkey", table, "trashed_activities", ["trashed_id"], ["activity_id"],
        ondelete="CASCADE",
    )  # fmt: skip
    op.create_check_constraint(
        "activity_recordings_place_check", table, "activity_id IS NULL OR trashed_id IS NULL"
    )
    op.create_index("activity_recordings_trashed_id_idx", table, ["trashed_id"])
    op.create_index("activity_recordings_import_id_idx", table, ["import_id"])
    op.create_index("activity_recordings_user_id_start_time_idx", table, ["user_id", "start_time"])
