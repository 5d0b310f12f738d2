"""Personal records: what each activity did best, the records that come of it, and what their owner said."""

from datetime import date, datetime

from sqlalchemy import Boolean, Index, Integer, true
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import Base, activity_column, now_column, user_column


class ActivityEffort(Base):
    """The best of one activity per kind and key (records.Effort). `user_id` is that of the activity, for the index;
    no foreign key to users, for a trigger a row costs more than the row."""

    __tablename__ = "activity_efforts"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[float] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(Integer)
    value: Mapped[float]
    t0_s: Mapped[float]  # the window, in seconds since the activity's first point
    t1_s: Mapped[float]
    source: Mapped[str] = mapped_column(server_default="")  # of the distance: device | gps
    __table_args__ = (Index(None, "user_id", "kind", "key"),)


class ActivityCurve(Base):
    """The highest mean per duration: float32, little-endian, one for each of mean_max.CURVE_DURATIONS as far as the
    activity is long enough."""

    __tablename__ = "activity_curves"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)  # power | heart_rate | speed
    values: Mapped[bytes]


class PersonalRecord(Base):
    """A row of records.progress.RECORDS, numbered within its kind, sport, place and key. The activity may just have
    gone, so there is no foreign key to it; the records are then computed again."""

    __tablename__ = "personal_records"
    user_id: Mapped[int] = user_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sport: Mapped[str] = mapped_column(primary_key=True)
    is_indoor: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    key: Mapped[float] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    activity_id: Mapped[int | None] = mapped_column(Integer)  # None: of a period
    start_time: Mapped[datetime]
    day: Mapped[date]  # local; of a period the first
    last_day: Mapped[date]
    value: Mapped[float]
    previous: Mapped[float | None]
    gain: Mapped[float | None]
    t0_s: Mapped[float | None]
    t1_s: Mapped[float | None]
    source: Mapped[str] = mapped_column(server_default="")
    season: Mapped[int] = mapped_column(Integer)
    is_improvement: Mapped[bool]
    is_current: Mapped[bool]
    is_season_best: Mapped[bool]
    __table_args__ = (Index(None, "user_id", "activity_id"),)


class RecordWaiting(Base):
    """An effort that is implausible for this athlete, or touches such a stretch: it counts when its owner says so
    (records.outliers). `is_asked`: one effort of each stretch."""

    __tablename__ = "record_waiting"
    user_id: Mapped[int] = user_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[float] = mapped_column(primary_key=True)
    sport: Mapped[str]
    is_indoor: Mapped[bool]
    start_time: Mapped[datetime]
    day: Mapped[date]
    value: Mapped[float]
    typical: Mapped[float | None]
    share: Mapped[float | None]
    t0_s: Mapped[float]
    t1_s: Mapped[float]
    source: Mapped[str] = mapped_column(server_default="")
    is_asked: Mapped[bool] = mapped_column(Boolean, server_default=true())


class RecordLeftOut(Base):
    """Why an activity, a stretch of it, or one of its sensors does not count: what nobody can have done."""

    __tablename__ = "record_left_out"
    user_id: Mapped[int] = user_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[float]
    value: Mapped[float]
    t0_s: Mapped[float]
    t1_s: Mapped[float]
    source: Mapped[str] = mapped_column(server_default="")


class RecordSeen(Base):
    """What of an activity counted when the records were last computed (JSON), so that a change, or the end, of the
    activity recomputes only what it touches."""

    __tablename__ = "record_seen"
    user_id: Mapped[int] = user_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    counted: Mapped[str]


class RecordDecision(Base):
    """What the owner said of an effort, or (kind "*") of a whole activity. No foreign key to activities: it rests
    while the activity is in the trash and counts again when that is restored."""

    __tablename__ = "record_decisions"
    user_id: Mapped[int] = user_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[float] = mapped_column(primary_key=True)
    decision: Mapped[str]  # keep | not a record
    t0_s: Mapped[float | None]  # the stretch and the value it was said of
    t1_s: Mapped[float | None]
    value: Mapped[float | None]
    decided_at: Mapped[datetime] = now_column()
