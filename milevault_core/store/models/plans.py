"""What a person plans and owns: goals, bikes and shoes with their service, rules for what comes in."""

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, now_column, user_column


class Goal(Base):
    """An amount to reach in every week, month or year, or from one day to another."""

    __tablename__ = "goals"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    measure: Mapped[str]  # distance | time | ascent | load | count
    amount: Mapped[float]  # metres, seconds, metres, activities
    period: Mapped[str]  # week | month | year | between
    first_day: Mapped[date | None] = mapped_column(Date)  # of "between"
    last_day: Mapped[date | None] = mapped_column(Date)
    sport: Mapped[str] = mapped_column(server_default="")  # empty: all of them
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (Index(None, "user_id"),)


class GearItem(Base):
    """What a person says of a bike, a pair of shoes or a part. Activities name it by `name`; totals are theirs."""

    __tablename__ = "gear_items"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    name: Mapped[str]  # as activities call it
    label: Mapped[str] = mapped_column(server_default="")  # as its owner calls it; empty: the same
    kind: Mapped[str] = mapped_column(server_default="other")  # bike | shoe | part | other
    opening_m: Mapped[float] = mapped_column(server_default=text("0"))  # before the first activity here
    cost: Mapped[float | None]  # in whatever the owner counts in
    sports: Mapped[list] = mapped_column(server_default="[]")  # it is the default for
    part_of: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("gear_items.id", ondelete=CASCADE)
    )  # of a part
    mounted_on: Mapped[date | None] = mapped_column(Date)  # of a part: counts from this day
    retired_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (UniqueConstraint("user_id", "name"),)


class GearService(Base):
    """A service that a thing needs every so many metres."""

    __tablename__ = "gear_services"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    gear_id: Mapped[int] = mapped_column(Integer, ForeignKey("gear_items.id", ondelete=CASCADE))
    what: Mapped[str]
    every_m: Mapped[float]
    last_on: Mapped[date] = mapped_column(Date)  # done on this day, or counted from it
    __table_args__ = (Index(None, "user_id"), Index(None, "gear_id"))


class Rule(Base):
    """If an activity meets the conditions, apply the actions: previewed on all activities, then run on every
    import."""

    __tablename__ = "rules"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    place: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))  # in their order
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    conditions: Mapped[dict]
    actions: Mapped[dict]
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (Index(None, "user_id"),)


class RuleEffect(Base):
    """What a rule has set, so that it can be undone; an edit of the person's own is never touched. No key to
    activities, as with edits: it rests while the activity is in the trash."""

    __tablename__ = "rule_effects"
    rule_id: Mapped[int] = mapped_column(Integer, ForeignKey("rules.id", ondelete=CASCADE), primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = user_column()
    value: Mapped[str]
    __table_args__ = (Index(None, "user_id"), Index(None, "activity_id"))
