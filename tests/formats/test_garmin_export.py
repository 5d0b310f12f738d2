"""Garmin's account export: names matched by time, health files recognised by shape, and the cheap look at any file."""

import gzip
import json
from datetime import UTC, date, datetime

import pytest

from bench.hour import hour_fit
from milevault_core.formats import garmin_export, read
from milevault_core.formats.peek import peek
from milevault_core.problems import BadFile
from tests.builders import gpx, tcx

LIST = [{"summarizedActivitiesExport": [
    {"name": "Lunch Run", "activityType": "trail_running", "beginTimestamp": 1717221600000.0, "duration": 3600000.0},
    {"name": "  ", "activityType": {"typeKey": "lap_swimming"}, "startTimeGmt": 1717308000000},
    {"name": "no time"}, "nonsense",
]}]  # fmt: skip


def test_the_list_of_activities() -> None:
    run, swim = garmin_export.read_list(json.dumps(LIST).encode())
    assert run.start == datetime(2024, 6, 1, 6, tzinfo=UTC)
    assert run.duration_s == 3600
    assert run.about == {"name": "Lunch Run", "sport": "running", "sub_sport": "trail"}
    assert swim.about["sport"] == "swimming"
    with pytest.raises(BadFile):
        garmin_export.read_list(b'[{"summarizedActivitiesExport": [')


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("UDSFile_1.json", [{"calendarDate": "2024-06-01", "totalSteps": 1}], "daily summaries"),
        ("renamed.json", [{"calendarDate": "2024-06-01", "totalSteps": 1}], "daily summaries"),
        ("x_sleepData.json", [{"calendarDate": "2024-06-01", "sleepStartTimestampGMT": "…"}], "sleep"),
        ("x_healthStatusData.json", [{"calendarDate": "2024-06-01", "metrics": []}], "health status"),
        (
            "x_userBioMetrics.json",
            [{"metaData": {"calendarDate": "2024-06-01T00:00:00.0"}, "weight": {"weight": 7}}],
            "weight and body",
        ),
        ("TrainingReadinessDTO_1.json", [{"calendarDate": 1717200000000, "score": 7}], "training readiness"),
        ("MetricsMaxMetData_1.json", [{"calendarDate": "2024-06-01", "vo2MaxValue": 50}], "VO2max"),
    ],
)
def test_health_is_recognised_and_its_days_counted(name: str, content: list, kind: str) -> None:
    data = json.dumps(content).encode()
    assert garmin_export.health_kind(data, f"a/{name}") == kind
    assert garmin_export.days_of(data) == [date(2024, 6, 1)]
    assert peek(data, name).kind == "health"


def test_other_json_is_none() -> None:
    assert garmin_export.health_kind(b'{"a": 1}', "settings.json") == ""
    assert garmin_export.health_kind(b"no json", "UDSFile_1.json") == ""
    assert read(json.dumps(LIST).encode()).kind == "other"
    assert garmin_export.is_personal("x/customer.json")
    assert not garmin_export.is_personal("x/UDSFile_1.json")


def test_a_look_agrees_with_reading() -> None:
    """A look gives the same kind and start as reading the file."""
    run = gpx.gpx(gpx.track(gpx.points())).encode()
    lap = tcx.tcx(tcx.activity(tcx.lap(tcx.with_distance(gpx.points())))).encode()
    for data in (hour_fit(0, 100), run, lap, b"          " + lap, b"\xef\xbb\xbf" + run):
        reading, looked = read(data), peek(data)
        assert looked.kind == reading.kind == "activity"
        first = reading.recordings[0].track["time"].iloc[0]
        assert looked.start is not None
        assert abs((looked.start.replace(tzinfo=None) - first.to_pydatetime()).total_seconds()) < 1


def test_a_look_never_raises() -> None:
    for data in (
        b"",
        b"\x0e",
        hour_fit(0, 60)[:30],
        b"<gpx>",
        gzip.compress(b"x"),
        b"PK\x03\x04",
        b"[" * 5000,
        b"\0" * 99,
    ):
        assert peek(data).kind in ("activity", "health", "other", "unreadable", "route")
