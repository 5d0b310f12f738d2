"""Dates in the reader's format, and weeks starting on the reader's first day."""

import contextvars
import json
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from milevault_core.training import streaks, volume
from milevault_core.view import calendar, dashboard, dates, rules, shapes
from milevault_core.view import format as fmt
from milevault_core.view.activities import rows
from milevault_core.view.health import night
from milevault_core.view.health import shapes as health_shapes
from milevault_core.view.records import shapes as record_shapes
from milevault_core.view.routes import shapes as route_shapes
from milevault_core.view.training import shapes as training_shapes
from milevault_core.view.training import trends

MONDAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def as_before():
    """Reset the reader after each test."""
    yield
    dates.read_as("day", "monday")


@pytest.mark.parametrize(
    ("how", "long", "short", "of_year", "chart"),
    [
        ("day", "Mon 1 June 2026", "1 Jun 2026", "Mon 1 Jun", "%-d %b %Y, %-d %b"),
        ("month", "Mon, June 1, 2026", "Jun 1, 2026", "Mon Jun 1", "%b %-d, %Y, %b %-d"),
        ("iso", "Mon 2026-06-01", "2026-06-01", "Mon 06-01", "%Y-%m-%d, %m-%d"),
    ],
)
def test_a_date_as_its_reader_writes_it(how: str, long: str, short: str, of_year: str, chart: str) -> None:
    dates.read_as(how, "monday")
    assert dates.day(MONDAY) == long
    assert dates.short_day(MONDAY) == short
    assert dates.day_of_year(MONDAY, weekday=True) == of_year
    assert dates.short_day(MONDAY, weekday=True) == f"Mon{',' if how == 'month' else ''} {short}"
    assert dates.day_time("2026-06-01T06:00", "Europe/Berlin") == f"{long}, 08:00"
    assert dates.chart_format("%-d %b %Y, %-d %b") == chart
    assert trends.period_label(pd.Timestamp(MONDAY), "day") == short
    row = SimpleNamespace(start_time="2026-06-01T06:00", time_zone="Europe/Berlin", utc_offset_s=7200)
    assert rows.when(row) == f"{dates.short_day(MONDAY, weekday=True)}, 08:00"


def test_a_time_of_day_as_its_reader_writes_it() -> None:
    times = np.array(["2026-06-01T22:05:07", "2026-06-02T10:00:00", "NaT"], "datetime64[s]")
    row = SimpleNamespace(start_time="2026-06-01T16:05", time_zone="Europe/Berlin", utc_offset_s=7200)
    dates.read_as("day", "monday", "12h")
    assert dates.clocks(times, "Europe/Berlin") == ["12:05:07\u00a0AM", "12:00:00\u00a0PM", fmt.MISSING]
    assert dates.clock("2026-06-01T06:05:09", "UTC", seconds=True) == "6:05:09\u00a0AM"
    assert dates.day_time("2026-06-01T16:05", "UTC") == "Mon 1 June 2026, 4:05\u00a0PM"
    assert dates.short_day_time("2026-06-01T00:05", "UTC") == "1 Jun 2026, 12:05\u00a0AM"
    assert rows.when(row) == "Mon 1 Jun 2026, 6:05\u00a0PM"
    assert [dates.clock_of(m) for m in (0, 450, 1440)] == ["12:00\u00a0AM", "7:30\u00a0AM", "12:00\u00a0AM"]
    assert rules.condition({"minutes": [0, 1440]}, fmt.METRIC) == "When it starts at 12:00\u00a0AM or later"
    for shape in (
        health_shapes.bed_times(),
        health_shapes.hypnogram(),
        health_shapes.line("", "#123456", 0, False, False),
    ):
        told = json.dumps(training_shapes.pour(shape, []))
        assert "%-I:%M" in told
        assert "%H" not in told
    dates.read_as("day", "monday")
    assert dates.clocks(times, "Europe/Berlin") == ["00:05:07", "12:00:00", fmt.MISSING]
    assert [dates.clock_of(m) for m in (0, 450, 1440)] == ["00:00", "07:30", "00:00"]


def test_charts_tell_days_so_and_their_data_stay() -> None:
    shape = {"encoding": {"tooltip": [{"format": "%-d %b %Y"}]}, "layer": [{"name": "a", "format": "%-d %b"}]}
    dates.read_as("iso", "monday")
    made = shapes.poured(shape, {"data": {"values": [{"text": "%-d %b %Y"}]}})
    assert made["encoding"]["tooltip"] == [{"format": "%Y-%m-%d"}]
    assert made["layer"] == [{"name": "a", "format": "%m-%d"}]
    assert made["data"] == {"values": [{"text": "%-d %b %Y"}]}
    assert shape["encoding"]["tooltip"] == [{"format": "%-d %b %Y"}]


@pytest.mark.parametrize(("start", "number"), [("monday", 0), ("sunday", 6), ("saturday", 5)])
def test_a_week_begins_on_the_readers_day(start: str, number: int) -> None:
    dates.read_as("day", start)
    for n in range(14):
        day = MONDAY + timedelta(days=n)
        first = dates.week_of(day)
        assert first.weekday() == number
        assert 0 <= (day - first).days < 7
        assert calendar.around(day) == (first, first + timedelta(days=6))
        assert volume.start_of(pd.Series([day]), "week", number)[0].date() == first
    assert dates.weekdays()[0] == dates.DAYS[number]
    weeks = calendar.months_days(2026, 6)
    assert {week[0].weekday() for week in weeks} == {number}
    heads = calendar.month(pd.DataFrame(columns=["local_day", "sport"]), 2026, 6, MONDAY, fmt.units("metric"))
    assert heads.index(dates.DAYS[number]) < heads.index(dates.DAYS[(number + 1) % 7])


def _totals(days: list[date]) -> pd.DataFrame:
    return dashboard.prepared(
        pd.DataFrame({"day": days, "sport": "run", "moving_s": 3600.0, "distance_m": 10_000.0, "ascent_m": 0.0,
                      "activity_count": 1})
    )  # fmt: skip


def test_this_week_on_the_dashboard() -> None:
    """A run on Sunday is in the same week as the next Monday only if weeks begin on Sunday."""
    totals, units = _totals([MONDAY - timedelta(days=1), MONDAY]), fmt.units("metric")
    assert dashboard.week(totals, MONDAY, units)[1].value == "10.0 km"
    dates.read_as("day", "sunday")
    assert dashboard.week(totals, MONDAY, units)[1].value == "20.0 km"
    chart = dashboard.weeks_chart(totals, MONDAY, False)
    assert {row["week"] for row in chart["data"]["values"]} == {"2026-05-31"}


def test_the_same_week_a_year_ago() -> None:
    rows = pd.DataFrame(
        {"local_day": [date(2025, 6, 1), date(2026, 5, 31)], "sport": "run", "elapsed_s": 1.0, "moving_s": 1.0,
         "distance_m": [5.0, 7.0], "ascent_m": 0.0, "load": 0.0}
    )  # fmt: skip
    found = volume.with_last_year(rows, "week", "distance_m", 6)
    assert found["start"].dt.date.tolist() == [date(2025, 6, 1), date(2026, 5, 31)]
    assert found["last_year"].tolist()[1] == 5.0
    assert volume.best_weeks(rows, "distance_m", first_weekday=6)["start"][0].date() == date(2026, 5, 31)


def test_weeks_in_a_row() -> None:
    sunday = MONDAY - timedelta(days=1)
    days = [sunday, MONDAY + timedelta(days=6)]  # two Sundays: the second ends the week of Monday
    assert streaks.longest_and_current(days, days[-1], 7)[0].length == 2
    assert streaks.longest_and_current([sunday, MONDAY], MONDAY, 7)[0].length == 2
    assert streaks.longest_and_current([sunday, MONDAY], MONDAY, 7, 6)[0].length == 1


def test_dates_of_training_and_health_charts_are_the_readers_too() -> None:
    dates.read_as("iso", "monday")
    rows = [{"day": "2026-06-01T00:00:00", "number": 3}]
    for shape in (training_shapes.steps("Number"), health_shapes.weights("kg")):
        told = json.dumps(training_shapes.pour(shape, rows))
        assert "%-d %b" not in told
        assert "%Y-%m-%d" in told
        assert "%-d %b %Y" in json.dumps(shape), "the shape stays as it is"


def test_the_clock_of_a_day_tells_midnight_as_the_reader_writes_dates() -> None:
    dates.read_as("iso", "monday")
    times = pd.date_range("2026-06-01", periods=3, freq="h", tz="UTC")
    samples = pd.DataFrame({"metric": "hr", "time": times, "value": 60.0, "low": 60.0, "high": 60.0})
    told = json.dumps(night.under(samples, times[0], times[-1], "UTC", ("hr",)))
    assert "%-d %b" not in told
    assert "%m-%d" in told


def test_a_week_is_named_by_its_first_day() -> None:
    """Not by its number, which few people know."""
    assert trends.period_label(pd.Timestamp(MONDAY), "week") == "1 Jun 2026"


def test_every_axis_of_days_says_them_alike() -> None:
    line = health_shapes.line("bpm", "#123456", 0, False, True)
    every = (health_shapes.weights("kg"), health_shapes.pressures(), health_shapes.bed_times(), line,
              training_shapes.form(), training_shapes.dots("Efficiency", 2, (), ()), training_shapes.steps("Number"),
              training_shapes.scores(), route_shapes.trend(True),
              record_shapes.progression("km", False, ()))  # fmt: skip
    for shape in every:
        parts = [
            one["encoding"] for one in (shape, *shape.get("layer", [])) if "x" in one.get("encoding", {})
        ]
        axes = [one["x"]["axis"] for one in parts if one["x"].get("type") == "temporal"]
        assert axes
        assert {one.get("labelExpr") for one in axes} == {shapes.DATE}


def test_one_reader_is_not_another() -> None:
    """Page runs are separate, like threads."""
    contextvars.copy_context().run(dates.read_as, "iso", "sunday", "12h")
    assert dates.reader() == ("day", 0, "24h")


def test_goals_of_a_week(user: int) -> None:
    from milevault_core.actions import goals
    from milevault_core.store.queries import goals as queries

    goals.add(user, "distance", 1000.0, "week")
    goals.add(user, "distance", 1000.0, "month")
    for number in (0, 5, 6):
        for n in range(7):
            day = MONDAY + timedelta(days=n)
            week, month = queries.progress(user, day, number).itertuples()
            assert week.first == day - timedelta(days=(day.weekday() - number) % 7)
            assert week.last == week.first + timedelta(days=6)
            assert (month.first, month.last) == (date(2026, 6, 1), date(2026, 6, 30))
