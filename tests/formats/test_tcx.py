"""TCX of every kind against the truth it was built with, and against tcxreader."""

import warnings
from datetime import timedelta

import numpy as np
import pytest
from tcxreader.tcxreader import TCXReader

from milevault_core import formats, track
from milevault_core.formats import LAP_COLUMNS
from milevault_core.problems import BadFile
from tests.builders.gpx import START, points
from tests.builders.tcx import activity, course, lap, later, multisport, tcx, with_distance
from tests.samples import needs_samples, sample_files


def read(text):
    return formats.read(text.encode() if isinstance(text, str) else text)


def one(text):
    reading = read(text)
    assert reading.kind == "activity"
    assert len(reading.recordings) == 1
    return reading.recordings[0]


TRUTH = with_distance(points(120))


def test_every_field():
    recording = one(tcx(activity(lap(TRUTH), sport="Biking")))
    fields = {"lat": "lat", "lon": "lon", "altitude": "ele", "distance": "distance", "speed": "speed",
              "heart_rate": "hr", "cadence": "cad", "power": "power"}  # fmt: skip
    for ours, theirs in fields.items():
        assert recording.track[ours].tolist() == pytest.approx([p[theirs] for p in TRUTH], abs=1e-8), ours
    assert [track.aware(t) for t in recording.track["time"]] == [p["time"] for p in TRUTH]
    assert (recording.sport, recording.sport_name, recording.device) == ("cycling", "Biking", "Test Watch 1")
    assert recording.details == {"description": "A note"}
    assert (recording.start_time, recording.problems) == (START, [])


def test_laps_and_totals():
    first, second = TRUTH[:60], TRUTH[60:]
    recording = one(tcx(activity(lap(first, calories=30), lap(second, calories=40))))
    laps = recording.laps
    assert list(laps.columns) == list(LAP_COLUMNS)
    assert laps["start_time"].tolist() == recording.track["time"].iloc[[0, 60]].tolist()
    assert laps["timer_s"].tolist() == [59, 59]
    assert laps["elapsed_s"].tolist() == [60, 59]
    assert laps["distance_m"].tolist() == [177, 177]
    assert laps["avg_speed"].tolist() == [3, 3]
    assert laps["avg_heart_rate"].tolist() == [130, 130]
    assert laps["avg_power"].tolist() == [225, 225]
    assert laps["trigger"].tolist() == ["Manual", "Manual"]
    assert laps["ascent_m"].isna().all()
    assert recording.totals == {"timer_s": 118, "distance_m": 354, "calories": 70, "max_speed": 4.5,
                                "max_heart_rate": 159, "avg_heart_rate": 130, "avg_power": 225}  # fmt: skip


def test_a_pause_inside_a_lap_is_no_timer_time():
    recording = one(tcx(activity(lap(TRUTH[:60], later(TRUTH[60:], 300)))))
    seconds = [(b - a) / np.timedelta64(1, "s") for a, b in recording.timer]
    assert seconds == [59, 59]
    assert one(tcx(activity(lap(TRUTH[:60]), lap(TRUTH[60:])))).timer == []


def test_several_activities_are_recordings_of_their_own():
    reading = read(tcx(activity(lap(TRUTH)), activity(lap(later(TRUTH, 86_400)), sport="Biking")))
    assert [(r.sport, len(r.track), r.part) for r in reading.recordings] == [
        ("running", 120, 0),
        ("cycling", 120, 1),
    ]


def test_multisport_keeps_its_transitions():
    swim = activity(lap(TRUTH), sport="Other")
    change = lap(later(TRUTH[:30], 200))
    ride = activity(lap(later(TRUTH, 300)), sport="Biking")
    reading = read(tcx(multisport(swim, (change, ride))))
    assert [(r.sport, r.is_transition, len(r.track), r.part) for r in reading.recordings] == [
        ("other", False, 120, 0), ("transition", True, 30, 1), ("cycling", False, 120, 2),
    ]  # fmt: skip


def test_a_course_is_a_route():
    reading = read(tcx(courses=course(TRUTH)))
    (recording,) = reading.recordings
    assert (reading.kind, recording.name, recording.start_time) == ("route", "Round the lake", None)
    assert recording.track["time"].isna().all()
    assert len(recording.track) == 120


def test_a_course_beside_an_activity_is_left_out_and_said():
    assert [p.code for p in one(tcx(activity(lap(TRUTH)), courses=course(TRUTH))).problems] == [
        "route_left_out"
    ]


def test_a_workout_is_no_activity():
    workout = '<Workouts><Workout Sport="Running"><Name>Intervals</Name></Workout></Workouts>'
    reading = read(tcx(courses=workout))
    assert (reading.kind, reading.reason) == ("other", "This is a workout, not an activity.")


def test_without_positions():
    bare = [{k: p[k] for k in ("time", "hr", "distance", "speed")} for p in TRUTH]
    recording = one(tcx(activity(lap(bare))))
    cleaned, problems = track.clean(recording.track)
    assert recording.problems == problems == []
    assert cleaned["lat"].isna().all()
    assert cleaned["distance"].iloc[-1] == 357


def test_laps_without_points():
    empty = lap([], seconds=600, metres=1000, start="2024-05-01T07:00:00Z")
    recording = one(tcx(activity(empty, empty)))
    assert len(recording.track) == 0
    assert recording.start_time == START
    assert recording.totals["distance_m"] == 2000
    assert recording.laps["elapsed_s"].tolist() == [0, 600]


def test_doubled_and_backward_times_and_distance_per_lap():
    a, b = with_distance(points(60)), with_distance(later(points(60, lat=47 + 60 * 3 / 111_195.08), 60))
    a[10]["time"] = a[9]["time"]
    a[20]["time"] -= timedelta(seconds=5)
    recording = one(tcx(activity(lap(a), lap(b))))
    cleaned, problems = track.clean(recording.track)
    assert {p.code for p in problems} == {"times_unordered", "distance_restarted"}
    assert len(cleaned) == 120
    assert (np.diff(cleaned["distance"]) >= 0).all()
    assert cleaned["distance"].iloc[-1] == pytest.approx(2 * 177)
    assert not cleaned.duplicated(["time", "seq"]).any()


def test_a_truncated_file_gives_what_comes_before():
    data = tcx(activity(lap(TRUTH[:60]), lap(TRUTH[60:]))).encode()
    recording = one(data[: int(len(data) * 0.75)])
    assert [p.code for p in recording.problems if p.code != "times_unreadable"] == ["truncated"]
    assert 80 <= len(recording.track) <= 95
    assert len(recording.laps) == 2


def test_nothing_in_it():
    with pytest.raises(BadFile, match="no activity and no course"):
        read(tcx())


def test_leading_spaces_and_utf_16():
    text = tcx(activity(lap(TRUTH)))
    for data in (b"   \r\n " + text.encode(), text.encode("utf-16"), text.encode("utf-8-sig")):
        recording = one(data)
        assert (len(recording.track), recording.problems) == (120, [])


def by_tcxreader(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return TCXReader().read(str(path), only_gps=False)


def same_as_tcxreader(data: bytes, path) -> None:
    theirs = by_tcxreader(path)
    ours = formats.read(data).recordings[0]
    known = [p for p in theirs.trackpoints if p.time]
    frame = ours.track[ours.track["time"].notna()]
    assert len(frame) == len(known)
    for name, attribute in (("lat", "latitude"), ("lon", "longitude"), ("altitude", "elevation"),
                            ("distance", "distance"), ("heart_rate", "hr_value")):  # fmt: skip
        values = np.array(
            [np.nan if getattr(p, attribute) is None else getattr(p, attribute) for p in known], float
        )
        np.testing.assert_allclose(frame[name].to_numpy(), values, rtol=0, atol=1e-9, err_msg=name)
    assert len(ours.laps) == len(theirs.laps)


def test_built_files_read_the_same_in_tcxreader(tmp_path):
    data = tcx(activity(lap(TRUTH[:60]), lap(TRUTH[60:]))).encode()
    path = tmp_path / "a.tcx"
    path.write_bytes(data)
    same_as_tcxreader(data, path)


@needs_samples
@pytest.mark.parametrize("path", sample_files(".tcx"), ids=lambda p: p.name)
def test_real_files_read_the_same_in_tcxreader(path):
    reading = formats.read(path.read_bytes())
    if reading.kind != "activity":
        assert b"<Activity " not in path.read_bytes()
    elif len(reading.recordings) == 1:
        same_as_tcxreader(path.read_bytes(), path)
    else:
        assert len(reading.recordings) == path.read_bytes().count(b"<Activity ")
