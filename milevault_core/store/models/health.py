"""Days, nights and the body: what files say about them, what users enter, and what is computed from both."""

from datetime import date, datetime

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.formats.health_metrics import DAILY
from milevault_core.store.models.base import CASCADE, Base, UserId, now_column, user_column


class HealthFile(Base):
    """An original file with days or nights. Its content is in its pieces."""

    __tablename__ = "health_files"
    original_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("original_files.id", ondelete=CASCADE), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = user_column()
    import_id: Mapped[int] = mapped_column(Integer)
    source: Mapped[str]
    device: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int] = mapped_column(SmallInteger)  # of the readers
    __table_args__ = (Index(None, "user_id"), Index(None, "import_id"))


class HealthPiece(Base):
    """What a file says about one day (UTC for what has a time), packed by health/pack.py."""

    __tablename__ = "health_pieces"
    original_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("health_files.original_id", ondelete=CASCADE), primary_key=True,
        autoincrement=False,
    )  # fmt: skip
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    user_id: Mapped[int] = user_column()
    data: Mapped[bytes]
    __table_args__ = (Index(None, "user_id", "day"),)


class HealthValue(Base):
    """The value of one day, metric and source, with the file it is from (none: entered by the user)."""

    __tablename__ = "health_values"
    user_id: Mapped[int] = user_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
    observed_at: Mapped[datetime]
    original_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("original_files.id", ondelete=CASCADE)
    )
    __table_args__ = (Index(None, "original_id"),)


# The values that count, one column per metric, with {metric: source}.
health_metrics = Table(
    "health_metrics",
    Base.metadata,
    Column("user_id", UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True),
    Column("day", Date, primary_key=True),
    *(Column(name, Double) for name in DAILY),
    Column("sources", JSONB, nullable=False, server_default="{}"),
)

# What a watch measures during the day, one value per time; `metric` is a number of health_metrics.SERIES. A hypertable.
# No foreign key, because it would cost a trigger per row.
wellness_samples = Table(
    "wellness_samples",
    Base.metadata,
    Column("time", DateTime(timezone=True), nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("value", REAL, nullable=False),
    Column("metric", SmallInteger, nullable=False),
    PrimaryKeyConstraint("user_id", "metric", "time", name="wellness_samples_pkey"),
)


class SleepSession(Base):
    """A night or a nap from one source; `is_shown`: whether it is the one that counts if several sources report it."""

    __tablename__ = "sleep_sessions"
    user_id: Mapped[int] = user_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)  # on which it ends
    source: Mapped[str] = mapped_column(primary_key=True)
    start_time: Mapped[datetime] = mapped_column(primary_key=True)
    end_time: Mapped[datetime]
    is_nap: Mapped[bool] = mapped_column(Boolean)
    is_shown: Mapped[bool] = mapped_column(Boolean)
    utc_offset_s: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[dict] = mapped_column(server_default="{}")  # by stage


class SleepStage(Base):
    """A stretch of a night in one stage."""

    __tablename__ = "sleep_stages"
    user_id: Mapped[int] = user_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    start_time: Mapped[datetime] = mapped_column(primary_key=True)
    end_time: Mapped[datetime]
    stage: Mapped[str]


class WeightLog(Base):
    """What a user enters about the body: weight and composition, blood pressure, hydration."""

    __tablename__ = "weight_logs"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    day: Mapped[date] = mapped_column(Date)
    measured_at: Mapped[datetime]
    weight_kg: Mapped[float | None]
    fat_pct: Mapped[float | None]
    water_pct: Mapped[float | None]
    muscle_kg: Mapped[float | None]
    bone_kg: Mapped[float | None]
    bp_systolic: Mapped[float | None]
    bp_diastolic: Mapped[float | None]
    hydration_ml: Mapped[float | None]
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (Index(None, "user_id", "day"),)


class DayNote(Base):
    """A user's note on a day, and its tags (ill, travel, alcohol, race, or the user's own)."""

    __tablename__ = "day_notes"
    user_id: Mapped[int] = user_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    note: Mapped[str] = mapped_column(server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class HealthRank(Base):
    """Which sources a user prefers for a metric ("*": for metrics without their own ranking), best first."""

    __tablename__ = "health_ranks"
    user_id: Mapped[int] = user_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class HealthSetting(Base):
    """A choice for the health pages: weight goal, whether the cycle is shown."""

    __tablename__ = "health_settings"
    user_id: Mapped[int] = user_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
