"""A stand-in for Garmin, a clock that does not wait, and a connected user."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import garminconnect.client.sso as sso
import pytest

from milevault_core import config, store
from milevault_core.accounts import vault
from milevault_core.garmin import client, sync, tokens
from milevault_core.garmin.manners import Clock
from milevault_core.store.garmin import connection
from milevault_core.store.garmin.connection import Connection
from tests.garmin.standin import NAME, StandIn
from tests.pages.conftest import open_page  # noqa: F401 - a fixture

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Hand(Clock):
    """A clock that is moved by hand, and by every pause."""

    def __init__(self) -> None:
        self.time = NOON
        self.pauses: list[float] = []

    def now(self) -> datetime:
        return self.time

    def steady_s(self) -> float:
        return self.time.timestamp()

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MILEVAULT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    config.settings.cache_clear()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def garmin(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The stand-in, which is the only Garmin that the client knows; signing in does not pause."""
    for name in ("MOBILE", "WIDGET", "LOGIN"):
        for end in ("MIN", "MAX"):
            monkeypatch.setattr(sso, f"{name}_DELAY_{end}_S", 0)
    with StandIn() as made:
        made.first_day = date(2026, 11, 20)
        monkeypatch.setattr(client, "BASE_URL", made.url)
        yield made


def connect(
    user_id: int, garmin: StandIn, is_old: bool = False, first_day: date | None = date(2026, 11, 20)
) -> int:
    """Sign the user in, with a known profile and, if given, the first day that has data; returns the user's id."""
    with store.session() as session:
        connection.make(session, user_id)
        token = vault.seal(user_id, tokens.PURPOSE, garmin.token(is_old))
        values = {"token": token, "state": "ok", "display_name": NAME, "next_run_at": NOON,
                  "connected_on": date(2026, 11, 29),
            "first_day": first_day}  # fmt: skip
        connection.change(session, user_id, values)
    return user_id


@pytest.fixture
def ann(user: int, garmin: StandIn) -> int:
    return connect(user, garmin)


def state(user_id: int) -> Connection:
    with store.session() as session:
        found = connection.read(session, user_id)
    assert found is not None
    return found


def run_until_done(user_id: int, clock: Hand, most: int = 20) -> int:
    """Run as the jobs do while there is more to fetch; returns how many runs it took."""
    for number in range(1, most + 1):
        sync.run(user_id, clock)
        account = state(user_id)
        if account.pass_began_at is None or account.state != "ok":
            return number
        clock.time += timedelta(minutes=1)
    raise AssertionError(f"not done after {most} runs")
