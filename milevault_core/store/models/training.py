"""The athlete's values and zones over time, and the training metrics of each activity."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, activity_column, now_column, user_column


class AthleteValue(Base):
    """A value that is valid from a day on (training/values.py): of the athlete (sport ""), or for one sport. A value
    from a device belongs to the activity whose file has it, and is deleted with it."""

    __tablename__ = "athlete_values"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    name: Mapped[str]
    sport: Mapped[str] = mapped_column(server_default="")
    valid_from: Mapped[date] = mapped_column(Date)
    value: Mapped[float]
    origin: Mapped[str]  # person | device | computed (the grade curve)
    activity_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("activities.id", ondelete=CASCADE))
    told_at: Mapped[datetime] = now_column()  # by a device: the activity's start
    __table_args__ = (
        Index("athlete_values_lookup_idx", "user_id", "name", "sport", "origin", "valid_from"),
        Index("athlete_values_activity_idx", "activity_id"),
        Index("athlete_values_person_key", "user_id", "name", "sport", "valid_from", unique=True,
              postgresql_where=text("origin = 'person'")),
    )  # fmt: skip


class AthleteZones(Base):
    """The zones that an athlete chose for a sport from a day on; `bounds` only for the method "own"."""

    __tablename__ = "athlete_zones"
    user_id: Mapped[int] = user_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)  # heart_rate | power | pace
    sport: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    method: Mapped[str]
    bounds: Mapped[list] = mapped_column(server_default="[]")


class ActivityTraining(Base):
    """The training metrics of an activity: the winner for each metric, why others are absent, the athlete values they
    were computed with, seconds in zones, and its sums for the grade curve (float32: seconds and sums by slope)."""

    __tablename__ = "activity_training"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    metrics: Mapped[dict] = mapped_column(server_default="{}")
    reasons: Mapped[dict] = mapped_column(server_default="{}")
    inputs: Mapped[dict] = mapped_column(server_default="{}")
    zones: Mapped[dict] = mapped_column(server_default="{}")
    grades: Mapped[bytes | None]
