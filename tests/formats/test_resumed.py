"""Recordings that were resumed days later, and clocks that only jumped."""

from datetime import timedelta

import numpy as np
import pytest

from milevault_core import formats
from milevault_core.activities.prepare import prepare
from tests.builders import fit, gpx, tcx
from tests.builders.fit import START, Writer, semicircles

WEEK = timedelta(days=7)


def prepared(data: bytes) -> list:
    reading = formats.read(data, "a")
    assert reading.kind == "activity"
    return [prepare(recording, lambda: "UTC") for recording in reading.recordings]


def two_runs(later: timedelta = WEEK) -> tuple[list[dict], list[dict]]:
    return gpx.points(600), gpx.points(900, start=gpx.START + later, lat=47.1)


@pytest.mark.parametrize("in_segments", [True, False])
def test_a_gpx_resumed_a_week_later_is_two_activities(in_segments: bool) -> None:
    first, second = two_runs()
    track = gpx.track(first, second) if in_segments else gpx.track([*first, *second])
    one, two = prepared(gpx.gpx(track).encode())
    assert [one.row["start_time"], two.row["start_time"]] == [gpx.START, gpx.START + WEEK]
    assert [one.row["elapsed_s"], two.row["elapsed_s"]] == [599, 899]
    assert one.row["distance_m"] == pytest.approx(599 * 3, rel=0.001)
    assert two.row["distance_m"] == pytest.approx(899 * 3, rel=0.001)
    assert [one.recording.part, two.recording.part] == [0, 1]
    for made in (one, two):
        assert [p.code for p in made.recording.problems] == ["resumed"]
        assert np.isfinite(made.columns["heart_rate"]).all()


def test_a_fit_of_two_rides_31_days_apart() -> None:
    """One session of 744 hours covers both."""
    w = fit.file_id(Writer())
    month = 31 * 86_400
    for begin in (0, month):
        w.add(19, (253, "uint32", START + begin + 899), (2, "uint32", START + begin), (7, "uint32", 899_000),
              (8, "uint32", 899_000), (9, "uint32", 539_400), local=2)  # fmt: skip
        for i in range(900):
            w.add(20, (253, "uint32", START + begin + i), (0, "sint32", semicircles(48.0)),
                  (1, "sint32", semicircles(11 + i * 6 / 74_402.8)), (5, "uint32", (i + 900 * (begin > 0)) * 600),
                  local=1)  # fmt: skip
    w.add(18, (253, "uint32", START + month + 899), (2, "uint32", START), (5, "enum", 2), (6, "enum", 0),
          (7, "uint32", (month + 899) * 1000), (8, "uint32", 1_798_000), (9, "uint32", 1_079_400), local=3)  # fmt: skip
    one, two = prepared(w.file())
    for made in (one, two):
        assert made.row["elapsed_s"] == 899
        assert made.row["distance_m"] == pytest.approx(899 * 6, rel=0.01)
        assert made.row["moving_s"] == pytest.approx(899)
        assert len(made.recording.laps) == 1


def test_a_tcx_too() -> None:
    first, second = (tcx.with_distance(points) for points in two_runs(timedelta(days=3)))
    laps = tcx.lap(first), tcx.lap(second, start=gpx.START + timedelta(days=3))
    assert len(prepared(tcx.tcx(tcx.activity(*laps)).encode())) == 2


@pytest.mark.parametrize(
    "later", [timedelta(hours=1), timedelta(hours=20), timedelta(days=1, hours=20)], ids=str
)
def test_a_night_between_is_a_pause(later: timedelta) -> None:
    first, second = two_runs(later)
    assert len(prepared(gpx.gpx(gpx.track(first, second)).encode())) == 1


@pytest.mark.parametrize("days", [-27, 400, -1024 * 7])
def test_a_few_points_of_another_date_are_a_clock_that_jumped(days: int) -> None:
    points = gpx.points(900)
    for p in points[300:310]:
        p["time"] += timedelta(days=days)
    (made,) = prepared(gpx.gpx(gpx.track(points)).encode())
    assert made.row["elapsed_s"] == 899
    assert made.row["start_time"] == gpx.START


def test_a_clock_that_is_set_after_a_while_is_no_second_activity() -> None:
    points = gpx.points(900)
    for p in points[:400]:
        p["time"] -= gpx.START - gpx.START.replace(year=1980)
    (made,) = prepared(gpx.gpx(gpx.track(points)).encode())
    assert made.row["elapsed_s"] == pytest.approx(899, abs=2)


def test_numbers_follow_those_of_the_other_tracks() -> None:
    first, second = two_runs()
    other = gpx.points(300, start=gpx.START + timedelta(days=30), lat=48.0)
    made = prepared(gpx.gpx(gpx.track(first, second, name="a"), gpx.track(other, name="b")).encode())
    assert [(m.recording.part, m.recording.name) for m in made] == [(0, "a"), (1, "b"), (2, "a")]


def test_a_track_without_points_is_no_activity_and_no_failure() -> None:
    reading = formats.read(gpx.gpx("<trk><name>Treadmill</name><trkseg/></trk>").encode(), "a.gpx")
    assert reading.kind == "other"
    assert "no points" in reading.reason


@pytest.mark.parametrize("empty", ["<trkseg/>", "<trkseg></trkseg>", "<trkseg><extensions/></trkseg>"])
def test_an_empty_segment_beside_others_is_nothing(empty: str) -> None:
    whole = gpx.gpx(gpx.track(gpx.points(300)))
    for text in (whole.replace("<trkseg>", f"{empty}<trkseg>", 1), whole.replace("</trk>", f"{empty}</trk>")):
        (made,) = prepared(text.encode())
        assert made.row["distance_m"] == pytest.approx(299 * 3, rel=0.001)
        assert made.recording.problems == []
