"""A user's connection to Garmin Connect: its state, its sealed token, and how far fetching has come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from milevault_core.store import engine
from milevault_core.store.models import GarminConnectConfig, User

QUEUE, SYNC, SIGN_IN = "garmin", "garmin_connect_sync", "garmin_connect_sign_in"
FURTHEST = timedelta(days=8)  # nothing is put off for longer; a later time was set while the clock was wrong
_LOCKS = 0x6A52  # the first number of the advisory locks for "this account is being synced"


@dataclass(frozen=True)
class Connection:
    """A row of garmin_connect_configs, as the models describe it, and the user's time zone."""

    time_zone: str
    state: str
    reason: str
    token: bytes | None
    is_china: bool
    display_name: str
    full_name: str
    is_new: bool
    is_paused: bool
    connected_on: date | None
    cooling_until: datetime | None
    cooling_steps: int
    failing_since: datetime | None
    next_run_at: datetime | None
    last_sync_at: datetime | None
    last_calls: int
    device_upload: str
    pass_upload: str
    pass_began_at: datetime | None
    listed: int
    is_listed: bool
    first_day: date | None
    empty_days: int

    @property
    def is_wanted(self) -> bool:
        """Whether the user is connected and has not paused."""
        return self.token is not None and not self.is_paused

    def is_cooling(self, now: datetime) -> bool:
        """Whether Garmin refused requests and still has to be left alone."""
        return self.cooling_until is not None and now < self.cooling_until <= now + FURTHEST


_COLUMNS = [getattr(GarminConnectConfig, name) for name in list(Connection.__dataclass_fields__)[1:]]


def read(session: Session, user_id: int) -> Connection | None:
    """The user's connection; None for a user who never had one."""
    found = session.execute(
        select(User.time_zone, *_COLUMNS)
        .join(User, User.id == GarminConnectConfig.user_id)
        .where(GarminConnectConfig.user_id == user_id)
    ).first()
    return Connection(*found) if found else None


def change(session: Session, user_id: int, values: Mapping[str, Any]) -> bool:
    """Change columns of a connection; returns whether there is one."""
    done = session.execute(
        update(GarminConnectConfig)
        .where(GarminConnectConfig.user_id == user_id)
        .values(**values)
        .returning(GarminConnectConfig.user_id)
    )
    return done.first() is not None


def is_wanted(session: Session, user_id: int) -> bool:
    """Whether the user is connected and has not paused; checked again during a sync."""
    account = read(session, user_id)
    return account is not None and account.is_wanted


def renew_token(session: Session, user_id: int, token: bytes) -> None:
    """Replace the sealed token; does nothing if the user has disconnected meanwhile."""
    session.execute(
        update(GarminConnectConfig)
        .where(GarminConnectConfig.user_id == user_id, GarminConnectConfig.token.is_not(None))
        .values(token=token)
    )


def make(session: Session, user_id: int) -> None:
    """Create the row of a user who has none."""
    session.execute(insert(GarminConnectConfig).values(user_id=user_id).on_conflict_do_nothing())


def forget_fetched(session: Session, user_id: int) -> None:
    """Forget what was fetched, because the Garmin account is a different one. What was imported stays."""
    for table in ("garmin_activities", "garmin_days"):
        session.execute(text(f"DELETE FROM {table} WHERE user_id = :u"), {"u": user_id})
    change(
        session,
        user_id,
        {"device_upload": "", "pass_upload": "", "pass_began_at": None, "listed": 0, "is_listed": False,
         "first_day": None, "empty_days": 0, "last_sync_at": None},
    )  # fmt: skip


def due(session: Session, now: datetime) -> list[int]:
    """The users whose accounts should be synced now."""
    query = text(
        "SELECT user_id FROM garmin_connect_configs WHERE token IS NOT NULL AND NOT is_paused "
        "AND state <> 'needs_sign_in' AND (next_run_at <= :now OR next_run_at > :furthest) "
        "AND (cooling_until IS NULL OR cooling_until <= :now OR cooling_until > :furthest) ORDER BY next_run_at"
    )
    return list(session.scalars(query, {"now": now, "furthest": now + FURTHEST}))


@contextmanager
def alone(user_id: int, is_patient: bool = False) -> Iterator[bool]:
    """A block that yields whether nobody else is talking to Garmin for this user; if so, nobody does until it ends. The
    lock belongs to the database connection, so a killed process releases it. is_patient: wait for the lock."""
    with engine.database().engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        lock = {"l": _LOCKS, "u": user_id}
        if is_patient:
            connection.execute(text("SELECT pg_advisory_lock(:l, :u)"), lock)
        got = is_patient or connection.execute(text("SELECT pg_try_advisory_lock(:l, :u)"), lock).scalar_one()
        try:
            yield bool(got)
        finally:
            if got:
                connection.execute(text("SELECT pg_advisory_unlock(:l, :u)"), lock)
