"""Local time from UTC and a zone."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from milevault_core.view import dates
from milevault_core.view.format import MISSING

EARLY = datetime(2026, 6, 1, 6, 0, 12)  # noqa: DTZ001 - stored times are UTC without zone


@pytest.mark.parametrize("utc", [
    EARLY, EARLY.replace(tzinfo=UTC), pd.Timestamp(EARLY), np.datetime64("2026-06-01T06:00:12", "us"),
    datetime(2026, 6, 1, 1, 0, 12, tzinfo=timezone(timedelta(hours=-5))),
])  # fmt: skip
def test_every_kind_of_time(utc):
    assert dates.day_time(utc, "Europe/Vienna") == "Mon 1 June 2026, 08:00"
    assert dates.short_day_time(utc, "Europe/Vienna") == "1 Jun 2026, 08:00"
    assert dates.clock(utc, "Europe/Vienna", seconds=True) == "08:00:12"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("America/Los_Angeles", "Sun 31 May 2026, 23:00"),
        ("Asia/Kathmandu", "Mon 1 June 2026, 11:45"),
        (7200, "Mon 1 June 2026, 08:00"),
        (np.int64(-12_600), "Mon 1 June 2026, 02:30"),
        (timezone(timedelta(hours=9)), "Mon 1 June 2026, 15:00"),
        ("", "Mon 1 June 2026, 06:00"),
        (None, "Mon 1 June 2026, 06:00"),
        ("No/Such_Zone", "Mon 1 June 2026, 06:00"),
        ("../../etc/passwd", "Mon 1 June 2026, 06:00"),
        (999_999, "Mon 1 June 2026, 06:00"),
    ],
)
def test_zones(zone, text):
    assert dates.day_time(EARLY, zone) == text


@pytest.mark.parametrize("utc", [None, pd.NaT, np.datetime64("NaT", "us")])
def test_missing(utc):
    assert dates.day_time(utc, "UTC") == MISSING
    assert dates.short_day_time(utc, "UTC") == MISSING
    assert dates.clock(utc, "UTC") == MISSING
    assert dates.local(utc, "UTC") is None


def test_days():
    assert dates.day(date(2026, 6, 1)) == "Mon 1 June 2026"
    assert dates.day(date(2026, 6, 1), weekday=False) == "1 June 2026"
    assert dates.short_day(date(2026, 9, 30)) == "30 Sep 2026"
    assert dates.day(None) == MISSING


def test_many_clocks_cross_the_change_of_the_clocks():
    """In Vienna 02:00 became 03:00 on 29 March 2026, at 01:00 UTC."""
    utc = np.array(["2026-03-29T00:59:59", "2026-03-29T01:00:00", "NaT"], dtype="datetime64[us]")
    assert dates.clocks(utc, "Europe/Vienna") == ["01:59:59", "03:00:00", MISSING]
    assert dates.clocks(utc[:0], "Europe/Vienna") == []


def test_many_clocks_equal_single_ones_where_the_offset_is_no_whole_hour():
    utc = np.datetime64("2026-04-04T10:00:00", "us") + np.arange(0, 200_000, 997).astype("timedelta64[s]")
    for zone in ("Australia/Lord_Howe", "Asia/Kathmandu"):
        single = [dates.clock(t, zone, seconds=True) for t in utc]
        assert dates.clocks(utc, zone) == single
