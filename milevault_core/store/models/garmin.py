"""Garmin Connect: a user's connection, a sign-in in progress, and what was fetched."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from milevault_core.store.models.base import CASCADE, Base, UserId


def _user_key() -> Mapped[int]:
    return mapped_column(UserId, ForeignKey("users.id", ondelete=CASCADE), primary_key=True)


def _flag() -> Mapped[bool]:
    return mapped_column(server_default=text("false"))


def _number() -> Mapped[int]:
    return mapped_column(Integer, server_default=text("0"))


def _text() -> Mapped[str]:
    return mapped_column(server_default="")


class GarminConnectConfig(Base):
    """The connection of a user to Garmin Connect. The password is not kept; the token is sealed (accounts/vault.py)."""

    __tablename__ = "garmin_connect_configs"
    user_id: Mapped[int] = _user_key()
    # disconnected | ok | needs_sign_in | cooling_down | failing
    state: Mapped[str] = mapped_column(server_default="disconnected")
    reason: Mapped[str] = _text()  # why: a key of the sentences in view/garmin.py
    token: Mapped[bytes | None]
    is_china: Mapped[bool] = _flag()  # an account of garmin.cn
    display_name: Mapped[str] = _text()  # Garmin's own key of the account, part of some addresses
    full_name: Mapped[str] = _text()
    is_new: Mapped[bool] = _flag()  # just signed in: Garmin has to be asked whose account it is
    is_paused: Mapped[bool] = _flag()
    connected_on: Mapped[date | None]  # days from two days before this one on are fetched in detail
    cooling_until: Mapped[datetime | None]
    cooling_steps: Mapped[int] = _number()  # refusals (429) in a row
    failing_since: Mapped[datetime | None]
    next_run_at: Mapped[datetime | None]
    last_sync_at: Mapped[datetime | None]  # when everything was last here
    last_calls: Mapped[int] = _number()  # in the last run
    device_upload: Mapped[str] = (
        _text()
    )  # the watch's last upload that is completely here, in Garmin's own format
    pass_upload: Mapped[str] = _text()  # the upload that is being fetched
    pass_began_at: Mapped[datetime | None]  # None: everything is here
    listed: Mapped[int] = _number()  # how far back the list of activities was read
    is_listed: Mapped[bool] = _flag()  # the list was read to its end
    first_day: Mapped[date | None]  # Garmin has nothing before it; None: not known yet
    empty_days: Mapped[int] = _number()  # in a row, going back in time


class GarminSignIn(Base):
    """A sign-in in progress. Not in backups. `sealed`: what the next step needs, deleted as soon as it is taken."""

    __tablename__ = "garmin_sign_ins"
    user_id: Mapped[int] = _user_key()
    step: Mapped[str]  # asked | working | code_wanted | code_given | failed
    reason: Mapped[str] = _text()  # why it failed, or what was wrong with the code
    sealed: Mapped[bytes | None]
    is_china: Mapped[bool] = _flag()
    attempts: Mapped[int] = _number()  # codes that were wrong
    expires_at: Mapped[datetime]


class GarminActivity(Base):
    """An activity in Garmin's list, and the import item that it became."""

    __tablename__ = "garmin_activities"
    user_id: Mapped[int] = _user_key()
    garmin_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    start_time: Mapped[datetime | None]
    entry: Mapped[dict] = mapped_column(server_default="{}")
    item_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("import_items.id", ondelete="SET NULL")
    )
    fetched_at: Mapped[datetime | None]
    attempts: Mapped[int] = _number()  # failed ones
    retry_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]  # since when Garmin's list lacks it; it is kept here
    __table_args__ = (Index(None, "item_id"),)


class GarminDay(Base):
    """A day whose health data was fetched. Final: fetched so late that its data no longer changes."""

    __tablename__ = "garmin_days"
    user_id: Mapped[int] = _user_key()
    day: Mapped[date] = mapped_column(primary_key=True)
    is_final: Mapped[bool] = _flag()
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))  # in which something failed
    # The calls that are still to be made for it, in order, separated by spaces; "" for all.
    left_out: Mapped[str] = _text()
    fetched_at: Mapped[datetime]
