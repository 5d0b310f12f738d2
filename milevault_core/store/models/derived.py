"""Everything computed (stage 2), and the marks for what is to be computed again."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Index, Integer, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, activity_column, now_column, user_column


class ActivityMetric(Base):
    """Every candidate for every figure of an activity; `origin` tells where it came from."""

    __tablename__ = "activity_metrics"
    activity_id: Mapped[int] = activity_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)  # device | computed | edited
    value: Mapped[float]
    version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))


class DayTotal(Base):
    """The totals of one local day in one sport."""

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
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    activity_id: Mapped[int] = activity_column()
    step: Mapped[str] = mapped_column(server_default="")
    user_id: Mapped[int] = user_column()
    __table_args__ = (Index(None, "user_id"), Index(None, "activity_id", "step"))


class DirtyDay(Base):
    """A local day whose derived rows are to be computed again; `step` "" means every step."""

    __tablename__ = "dirty_days"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    day: Mapped[date] = mapped_column(Date)
    step: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (Index(None, "user_id", "day", "step"),)


class DirtyStep(Base):
    """An activity that a step over all of a user's activities (records, routes) has to look at again. The
    activity may be gone, so there is no foreign key; 0 means all of them."""

    __tablename__ = "dirty_steps"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    step: Mapped[str]
    activity_id: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index(None, "user_id", "step", "activity_id"),)


class DeriveVersion(Base):
    """The version of each step that the stored rows were computed with."""

    __tablename__ = "derive_versions"
    step: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]


class DeriveRevision(Base):
    """Counts the changes of a user's derived rows; cached views of them are valid for one revision."""

    __tablename__ = "derive_revisions"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)


class SetAside(Base):
    """Work that failed and was set aside: see store/set_aside.py."""

    __tablename__ = "set_aside"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(server_default="")
    tries: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    since: Mapped[datetime] = now_column()
    retry_at: Mapped[datetime]


class WorkerAnswer(Base):
    """A worker's answer to a page that waits for it: see store/worker_answers.py."""

    __tablename__ = "worker_answers"
    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[dict] = mapped_column(JSONB)
    made_at: Mapped[datetime] = now_column()
