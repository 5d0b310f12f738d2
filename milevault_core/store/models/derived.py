"""Everything computed (stage 2), and the marks that say what is to be computed again."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, activity_column, user_column


class ActivityMetric(Base):
    """Every candidate of every number of an activity; origin says how it came about."""

    __tablename__ = "activity_metrics"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)  # device | computed | edited
    value: Mapped[float]
    version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))


class DayTotal(Base):
    """What was done on one local day in one sport."""

    __tablename__ = "day_totals"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    sport: Mapped[str] = mapped_column(primary_key=True)
    activity_count: Mapped[int] = mapped_column(Integer)
    elapsed_s: Mapped[float]
    moving_s: Mapped[float]
    distance_m: Mapped[float]
    ascent_m: Mapped[float]


class DirtyActivity(Base):
    """An activity whose derived rows are to be computed again; `step` "" means every step."""

    __tablename__ = "dirty_activities"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True, server_default="")
    user_id: Mapped[int] = user_column()
    __table_args__ = (Index(None, "user_id"),)


class DirtyDay(Base):
    """A local day whose derived rows are to be computed again; `step` "" means every step."""

    __tablename__ = "dirty_days"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True, server_default="")


class DirtyStep(Base):
    """An activity that a step over all of a user's activities (records, routes) has to look at again. The
    activity may be gone, so there is no foreign key; 0 means all of them."""

    __tablename__ = "dirty_steps"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class DeriveVersion(Base):
    """The version of each step that the stored rows were computed with."""

    __tablename__ = "derive_versions"
    step: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
