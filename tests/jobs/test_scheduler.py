"""The scheduler keeps checking, whatever this machine's clock does."""

from datetime import datetime, timedelta

import pytest
import schedule

from jobs.scheduler import Scheduler


class Clock:
    """A clock that can be set, and a steady one that cannot; `schedule` reads the first too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.steady_s = datetime(2026, 10, 25, 2, 59, 50), 1000.0  # noqa: DTZ001 - as schedule has it
        clock = self

        class Now(datetime):
            @classmethod
            def now(cls, tz=None):
                return clock.now

        monkeypatch.setattr(schedule.datetime, "datetime", Now)

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.steady_s += seconds

    def set(self, hours: float) -> None:
        self.now += timedelta(hours=hours)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def scheduler(clock: Clock, looks: list) -> Scheduler:
    made = Scheduler(lambda: clock.now, lambda: clock.steady_s)
    made.every(2, lambda: looks.append(clock.steady_s))
    return made


def run_for(clock: Clock, one: Scheduler, seconds: int) -> None:
    for _ in range(seconds * 2):
        clock.pass_s(0.5)
        one.run_due()


@pytest.mark.parametrize("hours", [-1, -24 * 365, 3, 0])
def test_it_looks_every_two_seconds_though_the_clock_is_set(clock: Clock, hours: float) -> None:
    looks: list[float] = []
    one = scheduler(clock, looks)
    run_for(clock, one, 10)
    before = len(looks)
    assert before in (4, 5)
    clock.set(hours)
    run_for(clock, one, 10)
    assert len(looks) - before in (
        4,
        5,
        6,
    )  # plain `schedule` would wait an hour, or do nothing for a year


def test_asleep_for_three_hours_is_one_look(clock: Clock) -> None:
    looks: list[float] = []
    one = scheduler(clock, looks)
    clock.pass_s(3 * 3600)
    one.run_due()
    assert len(looks) == 1


def test_a_look_that_fails_stops_neither_itself_nor_the_others(clock: Clock) -> None:
    looks: list[float] = []
    failures: list[float] = []

    def fail() -> None:
        failures.append(clock.steady_s)
        raise ConnectionError("the database is away")

    one = Scheduler(lambda: clock.now, lambda: clock.steady_s)
    one.every(1, fail)
    one.every(2, lambda: looks.append(clock.steady_s))
    run_for(clock, one, 10)
    assert len(failures) >= 9
    assert len(looks) >= 4
