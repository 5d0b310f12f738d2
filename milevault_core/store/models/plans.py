"""What a user plans and owns: goals, bikes and shoes with their service, and rules for imported activities."""

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
    """What a user says about a bike, a pair of shoes or a part. Activities refer to it by `name`; its totals come from
    them."""

    __tablename__ = "gear_items"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    name: Mapped[str]  # as in the activities
    label: Mapped[str] = mapped_column(server_default="")  # the user's name for it; empty: the same as `name`
    kind: Mapped[str] = mapped_column(server_default="other")  # bike | shoe | part | other
    opening_m: Mapped[float] = mapped_column(server_default=text("0"))  # before the first activity here
    cost: Mapped[float | None]  # in the user's currency
    sports: Mapped[list] = mapped_column(server_default="[]")  # for which it is the default
    part_of: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("gear_items.id", ondelete=CASCADE)
    )  # of a part
    mounted_on: Mapped[date | None] = mapped_column(Date)  # of a part: it counts from this day on
    retired_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (UniqueConstraint("user_id", "name"),)


class GearService(Base):
    """A service that a piece of gear needs every `every_m` metres."""

    __tablename__ = "gear_services"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    gear_id: Mapped[int] = mapped_column(Integer, ForeignKey("gear_items.id", ondelete=CASCADE))
    what: Mapped[str]
    every_m: Mapped[float]
    last_on: Mapped[date] = mapped_column(Date)  # when it was last done, or the day to count from
    __table_args__ = (Index(None, "user_id"), Index(None, "gear_id"))


class Rule(Base):
    """Conditions and actions for activities: previewed on all activities, then applied to every import."""

    __tablename__ = "rules"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    user_id: Mapped[int] = user_column()
    place: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))  # in the order of the rules
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    conditions: Mapped[dict]
    actions: Mapped[dict]
    created_at: Mapped[datetime] = now_column()
    __table_args__ = (Index(None, "user_id"),)


class RuleEffect(Base):
    """What a rule has set, so that it can be undone; a user's own edits are never touched. No foreign key to
    activities, as with edits: it has no effect while the activity is in the trash."""

    __tablename__ = "rule_effects"
    rule_id: Mapped[int] = mapped_column(Integer, ForeignKey("rules.id", ondelete=CASCADE), primary_key=True)
    activity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = user_column()
    value: Mapped[str]
    __table_args__ = (Index(None, "user_id"), Index(None, "activity_id"))
