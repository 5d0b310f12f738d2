"""Dates of files that were recorded with a wrong clock."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from milevault_core import formats
from tests.activities.judged import DAY, codes, judged
from tests.builders import fit, gpx, tcx


def test_a_week_rolled_over_is_told_by_the_summary() -> None:
    then = gpx.START - timedelta(weeks=1024)
    text = tcx.tcx(tcx.activity(tcx.lap(tcx.with_distance(gpx.points(600, start=then)), start=gpx.START)))
    made = judged(text)
    assert made.row["start_time"] == gpx.START
    assert not made.row["date_doubted"]
    assert codes(made) == ["date_corrected"]


@pytest.mark.parametrize("year", [1970, 1980, 1995, 2090])
def test_a_date_that_cannot_be_is_doubted(year: int) -> None:
    then = datetime(year, 1, 6, 1, tzinfo=UTC)
    made = judged(gpx.gpx(gpx.track(gpx.points(600, start=then), name="20240501_070000")))
    assert made.row["date_doubted"]
    assert made.row["date_hints"][0].startswith("2024-05-01")
    assert "date_implausible" in codes(made)
    again = judged(gpx.gpx(gpx.track(gpx.points(600, start=then))), start_time="2024-05-01T07:00:00+00:00")
    assert again.row["start_time"] == gpx.START
    assert not again.row["date_doubted"]
    assert again.columns["time"][0] == np.datetime64("2024-05-01T07:00:00")


def test_a_summary_of_another_year_is_told() -> None:
    then = gpx.START - 800 * DAY
    text = tcx.tcx(tcx.activity(tcx.lap(tcx.with_distance(gpx.points(600, start=then)), start=gpx.START)))
    made = judged(text)
    assert made.row["start_time"] == then
    assert made.row["date_doubted"]
    assert made.row["date_hints"] == ["2024-05-01T07:00:00Z"]


def test_invented_times_make_a_course() -> None:
    months = gpx.points(600)
    for i, p in enumerate(months):
        p["time"] = gpx.START + i // 12 * timedelta(hours=39) + i * timedelta(seconds=38)
    planned = gpx.points(600, start=datetime(2010, 1, 1, tzinfo=UTC))
    for points in (months, planned):
        assert formats.read(gpx.gpx(gpx.track(points)).encode(), "a.gpx").kind == "route"


def test_an_offset_that_exists_nowhere_is_not_used() -> None:
    w = fit.activity(60, offset_s=17 * 3600 + 100)
    made = judged(w.file())
    assert abs(made.row["utc_offset_s"]) <= 14 * 3600
