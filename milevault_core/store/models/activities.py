"""Activities: figures, points, laps, sets, channels, outlines."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import Base, activity_column, now_column, user_column


class Activity(Base):
    """One workout. The figures are those of the primary recording (stage 1); the candidates for each figure are in
    activity_metrics."""

    __tablename__ = "activities"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    name: Mapped[str] = mapped_column(server_default="")  # empty: the view makes one from time and sport
    sport: Mapped[str]
    sub_sport: Mapped[str] = mapped_column(server_default="")
    sport_name: Mapped[str] = mapped_column(server_default="")  # the file's own word when unknown
    is_indoor: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_virtual: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_transition: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    start_time: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(server_default="")  # IANA; empty when only the offset is known
    utc_offset_s: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # at the start
    local_day: Mapped[date]  # of the start, in the activity's own time zone
    # The date cannot be right: the activity counts in no total and no record until its owner sets the date. The hints
    # are ISO 8601, UTC.
    date_doubted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    date_hints: Mapped[list] = mapped_column(server_default="[]")
    elapsed_s: Mapped[float]
    timer_s: Mapped[float | None]
    moving_s: Mapped[float | None]
    distance_m: Mapped[float | None]
    ascent_m: Mapped[float | None]
    descent_m: Mapped[float | None]
    avg_speed: Mapped[float | None]
    max_speed: Mapped[float | None]
    avg_heart_rate: Mapped[float | None]
    max_heart_rate: Mapped[float | None]
    avg_cadence: Mapped[float | None]
    avg_power: Mapped[float | None]
    max_power: Mapped[float | None]
    avg_temperature: Mapped[float | None]
    calories: Mapped[float | None]
    point_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    device: Mapped[str] = mapped_column(server_default="")
    event_key: Mapped[str] = mapped_column(server_default="")  # equal for the parts of one multisport event
    # Texts by the user, else from an archive, else from a file (activities/texts.py).
    description: Mapped[str] = mapped_column(server_default="")
    private_note: Mapped[str] = mapped_column(server_default="")
    is_commute: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_race: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_left_out: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))  # of totals and records
    tags: Mapped[str] = mapped_column(server_default="")  # separated by ", "
    rpe: Mapped[float | None] = mapped_column(REAL)  # how hard it felt, 1 to 10
    gear: Mapped[str] = mapped_column(server_default="")  # its name in the archive
    fingerprint: Mapped[str] = mapped_column(server_default="")  # of the primary recording: the natural key
    details: Mapped[dict] = mapped_column(server_default="{}")  # devices, zones, splits, workout …
    problems: Mapped[list] = mapped_column(server_default="[]")
    understood: Mapped[float] = mapped_column(REAL, server_default=text("1"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))  # raised by every change
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (
        Index("activities_user_start_idx", "user_id", "start_time"),
        Index("activities_user_day_idx", "user_id", "local_day"),
    )


# A point is (activity, time, seq), unique because points are numbered at import and written once by COPY. Columns are
# ordered widest first; the only index is on (activity_id), whose equal keys B-tree deduplication keeps small. No
# primary key (it would double the index) and no foreign key (a trigger per row costs 40 % of an import):
# `activity_rows.remove` removes an activity together with its points, and a test looks for orphans. A plain Table,
# because no ORM object is ever made of a point.
activity_data_points = Table(
    "activity_data_points",
    Base.metadata,
    Column("time", DateTime(timezone=True), nullable=False),
    Column("activity_id", Integer, nullable=False),
    Column("lat_e7", Integer),
    Column("lon_e7", Integer),
    Column("altitude", REAL),
    Column("distance", REAL),
    Column("speed", REAL),
    Column("seq", SmallInteger, nullable=False),
    Column("heart_rate", SmallInteger),
    Column("cadence", SmallInteger),
    Column("power", SmallInteger),
    Column("temperature", SmallInteger),
    Index("activity_data_points_activity_id_idx", "activity_id"),
)


class ActivityLap(Base):
    """A lap (kind "lap") or a pool length (kind "length"), numbered from 0 within its kind."""

    __tablename__ = "activity_laps"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    start_time: Mapped[datetime | None]
    elapsed_s: Mapped[float | None]
    timer_s: Mapped[float | None]
    distance_m: Mapped[float | None]
    ascent_m: Mapped[float | None]
    descent_m: Mapped[float | None]
    avg_speed: Mapped[float | None]
    max_speed: Mapped[float | None]
    avg_heart_rate: Mapped[float | None]
    max_heart_rate: Mapped[float | None]
    avg_cadence: Mapped[float | None]
    avg_power: Mapped[float | None]
    max_power: Mapped[float | None]
    calories: Mapped[float | None]
    strokes: Mapped[float | None]
    stroke: Mapped[str] = mapped_column(server_default="")
    trigger: Mapped[str] = mapped_column(server_default="")
    intensity: Mapped[str] = mapped_column(server_default="")  # active | rest | warmup …
    workout_step: Mapped[int | None] = mapped_column(SmallInteger)  # of the planned workout, from 0


class ActivitySet(Base):
    """A set of a strength workout."""

    __tablename__ = "activity_sets"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    start_time: Mapped[datetime | None]
    duration_s: Mapped[float | None]
    repetitions: Mapped[float | None]
    weight_kg: Mapped[float | None]
    exercise: Mapped[str] = mapped_column(server_default="")
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class ActivityChannel(Base):
    """Values per point outside the fixed columns: float32, little-endian, zlib, one value per point."""

    __tablename__ = "activity_channels"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    developer: Mapped[str] = mapped_column(primary_key=True, server_default="")
    unit: Mapped[str] = mapped_column(server_default="")
    values: Mapped[bytes]


class ActivityTrack(Base):
    """What lists and maps need of a track without reading its points."""

    __tablename__ = "activity_tracks"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    outline: Mapped[bytes]  # float32 little-endian pairs lat, lon; at most 100
    south: Mapped[float] = mapped_column(REAL)
    north: Mapped[float] = mapped_column(REAL)
    west: Mapped[float] = mapped_column(REAL)
    east: Mapped[float] = mapped_column(REAL)
