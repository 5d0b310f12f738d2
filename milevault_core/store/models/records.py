"""Personal records: the best efforts of each activity, the records they make, and what the user decided."""

from datetime import date, datetime

from sqlalchemy import Boolean, Index, Integer, true
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import Base, activity_column, now_column, user_column


class ActivityEffort(Base):
    """The best effort of an activity per kind and key (records.Effort). `user_id` is that of the activity, for the
    index; no foreign key to users, because a trigger per row costs more than the row."""

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
    """The highest mean per duration: float32, little-endian, one for each of mean_max.CURVE_DURATIONS up to the length
    of the activity."""

    __tablename__ = "activity_curves"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)  # power | heart_rate | speed
    values: Mapped[bytes]


class PersonalRecord(Base):
    """A row of records.progress.RECORDS, numbered within its kind, sport, place (indoors or not) and key. No foreign
    key to the activity, which may just have been removed; the records are then computed again."""

    __tablename__ = "personal_records"
    user_id: Mapped[int] = user_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sport: Mapped[str] = mapped_column(primary_key=True)
    is_indoor: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    key: Mapped[float] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    activity_id: Mapped[int | None] = mapped_column(Integer)  # None: record of a period
    start_time: Mapped[datetime]
    day: Mapped[date]  # local; the first day of a period
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
    """An effort that is implausible for this athlete, or overlaps such a stretch: it counts only if the user says so
    (records.outliers). `is_asked`: true for one effort of each stretch, about which the user is asked."""

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
    """An impossible effort: the reason why an activity, a stretch of it, or one of its sensors does not count."""

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
    """What counted of an activity when the records were last computed (JSON), so that changing or removing the activity
    recomputes only the records that it affects."""

    __tablename__ = "record_seen"
    user_id: Mapped[int] = user_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    counted: Mapped[str]


class RecordDecision(Base):
    """What the user decided about an effort, or (kind "*") about a whole activity. No foreign key to activities: it has
    no effect while the activity is in the trash, and counts again when that is restored."""

    __tablename__ = "record_decisions"
    user_id: Mapped[int] = user_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[float] = mapped_column(primary_key=True)
    decision: Mapped[str]  # keep | not a record
    t0_s: Mapped[float | None]  # the stretch and the value that the decision is about
    t1_s: Mapped[float | None]
    value: Mapped[float | None]
    decided_at: Mapped[datetime] = now_column()
