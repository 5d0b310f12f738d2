"""Health data for page tests: thirteen days of a watch, and tables of values."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from milevault_core.demo import health
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.wellness_writer import write_day
from milevault_core.derive import clean
from milevault_core.imports import files

MONTH = Athlete(11, dt.date(2025, 2, 1), 40, 10, health_days=13)
LAST = MONTH.last_day


def make_measured(user: int) -> int:
    """Thirteen days of a watch."""
    batch = files.begin(user, "page")
    for day in health.days(MONTH):
        for kind, data in write_day(MONTH, day).items():
            files.add_and_process(user, batch, f"{day.day} {kind}.fit", data)
    clean.clean(user)
    return user


@pytest.fixture
def measured(user: int, filled_once: Callable[..., Any]) -> int:
    return filled_once(make_measured, user)


def table(user: int, *lines: str) -> None:
    """Import a table with these lines: day,metric,value,unit."""
    files.add_and_process(
        user, files.begin(user, "page"), "t.csv", "\n".join(["day,metric,value,unit", *lines]).encode()
    )
    clean.clean(user)
