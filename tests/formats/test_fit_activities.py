"""What the FIT reader makes of whole files: swims, strength, multisport, chained files, clocks, non-activities."""

from datetime import UTC

import numpy as np
import pytest

from milevault_core.formats import fit
from milevault_core.formats.fit.times import to_datetime
from milevault_core.problems import BadFile
from tests.builders.fit import START, Writer, activity, file_id, records, session, timer
from tests.builders.fit_sports import BEATS, heart_beats, pool_swim, strength, triathlon
from tests.formats.test_fit import assert_is_the_run, codes, only, when


def test_heart_rate_that_comes_only_in_hr_messages_is_given_to_the_points():
    w = file_id(Writer())
    for i in range(60):
        w.add(20, (253, "uint32", START + i), (5, "uint32", i * 100), local=1)
    session(heart_beats(w, BEATS, START), START, 60, 59, sport=5, sub=17)
    t = only(w.file()).track
    assert len(t) == 60
    last_before = [max((b for s, b in BEATS if s <= i), default=None) for i in range(60)]
    assert t["heart_rate"][1:].tolist() == last_before[1:]
    assert t["heart_rate"][0] == 100  # the strap's first message has a rate of its own


def test_heart_rate_without_points_makes_the_points():
    w = file_id(Writer())
    session(heart_beats(w, BEATS, START), START, 60, 50, sport=5, sub=17)
    t = only(w.file()).track
    assert t["time"].iloc[0] == when(START)
    assert t["time"].is_monotonic_increasing
    assert len(t) == 60
    assert t["heart_rate"].between(100, 179).all()
    assert t["distance"].isna().all()


def test_a_pool_swim_of_lengths_without_points_is_an_activity():
    recording = only(pool_swim())
    assert len(recording.track) == 0
    assert (recording.sport, recording.sub_sport) == ("swimming", "lap_swimming")
    assert recording.lengths["is_active"].tolist() == [True, True, False, True]
    assert recording.lengths["stroke"].tolist() == ["breaststroke"] * 4
    assert recording.lengths["elapsed_s"].sum() == 120
    assert recording.totals["pool_length_m"] == 25
    assert recording.totals["strokes"] == 48


def test_strength_sets_have_repetitions_weight_and_exercise():
    recording = only(strength())
    assert recording.sport == "strength"
    assert recording.sets["repetitions"].tolist() == [10, 11, 12]
    assert recording.sets["weight_kg"].tolist() == [80.0] * 3
    assert recording.sets["is_active"].tolist() == [True, False, True]
    assert recording.sets["exercise"].tolist()[::2] == ["bench_press", "squat"]
    assert recording.sets["start_time"].tolist() == [when(START + 60 * k) for k in range(3)]


def test_multisport_gives_one_recording_a_session_linked_as_one_event():
    found = fit.read(triathlon()).recordings
    assert [r.sport for r in found] == ["swimming", "transition", "cycling", "transition", "running"]
    assert [r.is_transition for r in found] == [False, True, False, True, False]
    assert [r.part for r in found] == [0, 1, 2, 3, 4]
    assert [len(r.track) for r in found] == [20, 5, 30, 5, 20]
    assert [len(r.laps) for r in found] == [1] * 5
    assert {r.details["event"] for r in found} == {"2024-05-01T07:00:00Z"}
    times = np.concatenate([r.track["time"].to_numpy() for r in found])
    assert (np.diff(times) == np.timedelta64(1, "s")).all()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((0, 20, 60), (0, 60, 180)),  # one summary in between and one at the end
        ((0, 60, 180), (0, 20, 60)),
        ((0, 60, 180), (0, 60.5, 180)),
        ((0, 60, 180), (1, 59, 177)),
        ((0, 60, 180), (30, 30, 90)),
    ],
)
def test_two_summaries_of_one_session_are_one_activity(first, second):
    w = records(file_id(Writer()), 61)
    for begins, seconds, metres in (first, second):
        session(w, START + begins, seconds, metres)
    (found,) = fit.read(w.file()).recordings
    assert (len(found.track), found.totals["distance_m"]) == (61, 180)
    assert found.start_time == to_datetime(np.array([START], float))[0].item().replace(tzinfo=UTC)


def test_sessions_one_after_the_other_stay_apart_also_where_they_touch():
    w = records(file_id(Writer()), 61)
    for begins, seconds in ((0, 20.5), (20, 20.4), (40, 20), (60, 1), (61, 1)):
        session(w, START + begins, seconds, 3 * seconds)
    assert len(fit.read(w.file()).recordings) == 5


def test_chained_files_are_activities_of_their_own():
    later = START + 100_000
    first, second = activity(30), activity(20, sport=2, start=later)
    found = fit.read(first.file() + second.file()).recordings
    assert [(r.sport, len(r.track), r.part) for r in found] == [("running", 30, 0), ("cycling", 20, 1)]
    assert found[1].track["time"].iloc[0] == when(later)
    assert "event" not in found[0].details


def test_a_chained_part_without_a_file_id_belongs_to_the_one_before():
    strap = heart_beats(Writer(), BEATS, START)
    w = file_id(Writer())
    for i in range(60):
        w.add(20, (253, "uint32", START + i), (5, "uint32", i * 100), local=1)
    session(w, START, 60, 59, sport=5)
    recording = only(w.file() + strap.file())
    assert recording.track["heart_rate"].notna().all()


def test_the_timer_stops_and_starts():
    w = file_id(Writer())
    for at, kind in ((0, 0), (10, 4), (20, 0), (25, 1), (30, 0)):
        timer(w, START + at, kind)
    records(w, 60)
    session(w, START, 59, 177)
    expected = [(0, 10), (20, 25), (30, 59)]
    assert only(w.file()).timer == [(when(START + a), when(START + b)) for a, b in expected]


def test_devices_zones_splits_workout_and_beats_are_kept():
    w = file_id(Writer())
    w.add(23, (253, "uint32", START), (0, "uint8", 0), (2, "uint16", 1), (4, "uint16", 3843), (5, "uint16", 2110),
          local=4)  # fmt: skip
    w.add(23, (253, "uint32", START), (0, "uint8", 1), (1, "uint8", 120), (3, "uint32z", 777),
          (11, "uint8", 3), (25, "enum", 1), local=5)  # fmt: skip
    w.add(26, (8, "string", "5 x 1000"), local=6)
    w.add(78, (0, "uint16", [800, 810, 65535]), local=7)
    w.add(312, (0, "enum", 3), (1, "uint32", 60_000), (3, "uint32", 30_000), (9, "uint32", START), local=8)
    records(w, 10)
    session(w, START, 9, 27)
    w.add(
        216,
        (0, "uint16", 18),
        (1, "uint16", 0),
        (2, "uint32", [5000, 4000]),
        (6, "uint8", [120, 150]),
        local=9,
    )
    details = only(w.file()).details
    assert details["devices"] == [
        {"name": "Garmin Edge 1040", "kind": "Recorder", "software": 21.1},
        {"kind": "Heart rate sensor", "serial": 777, "battery": "ok"},
    ]
    assert details["workout"] == {"name": "5 x 1000"}
    assert details["rr_ms"] == [800, 810]
    assert details["time_in_zone"] == {"heart_rate_s": [5.0, 4.0], "heart_rate_bounds": [120.0, 150.0]}
    assert details["splits"] == [
        {"kind": "interval_active", "elapsed_s": 60.0, "distance_m": 300.0,
         "start_time": "2024-05-01T07:00:00.000000"}
    ]  # fmt: skip


def test_without_summary_and_laps_both_are_made_from_the_points():
    w = file_id(Writer())
    records(w, 60)
    recording = only(w.file())
    assert codes(recording) == ["summary_missing"]
    assert recording.sport == "other"
    (made,) = recording.laps.to_dict("records")
    assert (made["start_time"], made["elapsed_s"], made["distance_m"]) == (when(START), 59, 177)
    assert made["max_heart_rate"] == 159
    assert recording.details["laps_made"]


def test_zwift_is_virtual_and_a_treadmill_indoor():
    w = file_id(Writer(), maker=260, product=0)
    records(w, 5)
    session(w, START, 4, 12, sport=2, sub=58)
    assert only(w.file()).is_virtual
    w = file_id(Writer())
    session(w, START, 1000, 3000, sport=1, sub=1)
    recording = only(w.file())
    assert recording.is_indoor
    assert not recording.is_virtual
    assert (recording.sub_sport, recording.totals["distance_m"]) == ("treadmill", 3000)


def test_a_clock_that_was_not_set_counts_from_when_the_file_was_made():
    w = file_id(Writer())
    records(w, 5, start=1000)
    session(w, 1000, 4, 12)
    recording = only(w.file())
    assert codes(recording) == ["clock_not_set"]
    assert recording.track["time"].tolist() == [when(START + i) for i in range(5)]
    assert recording.start_time.isoformat() == "2024-05-01T07:00:00+00:00"


@pytest.mark.parametrize(
    ("kind", "expected", "reason"),
    [
        (2, "other", "These are the settings of a device, not an activity."),
        (5, "other", "This is a workout plan, not an activity."),
        (9, "weight", ""),
        (15, "health", ""), (32, "health", ""), (44, "health", ""), (49, "health", ""), (68, "health", ""),
        (73, "health", ""),
        (4, "other", "This file holds no activity: nothing was recorded in it."),
        (77, "other", "This is a FIT file of a kind that MileVault does not use (type 77)."),
    ],
)  # fmt: skip
def test_files_that_are_no_activity_say_what_they_are(kind, expected, reason):
    reading = fit.read(file_id(Writer(), kind=kind).file())
    assert (reading.kind, reading.reason) == (expected, reason)


def test_a_course_is_a_route_without_time():
    w = file_id(Writer(), kind=6)
    records(w, 10)
    reading = fit.read(w.file())
    assert reading.kind == "route"
    (recording,) = reading.recordings
    assert recording.start_time is None
    assert recording.track["time"].isna().all()
    assert len(recording.track["lat"].dropna()) == 10
    assert recording.problems == []


def test_settings_before_an_activity_in_one_chain_do_not_hide_it():
    settings = file_id(Writer(), kind=2).file()
    assert_is_the_run(only(settings + activity().file()))


def test_a_file_that_only_fitparse_understands_reaches_fitparse():
    """An architecture byte that is not in the protocol: our reader refuses it, fitparse takes it as big-endian."""
    data = activity(big=True, architecture=7).file()
    recording = only(data)
    assert_is_the_run(recording)
    assert codes(recording) == ["read_by_fitparse"]
    assert recording.sport == "running"


@pytest.mark.parametrize(("data", "sentence"), [
    (b"", "The file is empty."),
    (b"<html>", "This is not a FIT file: it does not begin like one."),
    (Writer().raw(b"\x07" * 50).file(), "The file is damaged, and no activity could be read from it."),
], ids=["empty", "html", "noise"])  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(BadFile) as refusal:
        fit.read(data)
    assert str(refusal.value) == sentence


def test_segments_and_climbs_that_a_device_timed_are_told():
    w = file_id(Writer())
    records(w, 60)
    w.add(142, (253, "uint32", START + 40), (2, "uint32", START + 10), (7, "uint32", 25_345), (29, "string", "Hill"),
          (65, "string", "abc-1"), local=5)  # fmt: skip
    for at, event, number in ((5, 1, 1), (8, 1, 2), (30, 2, 2)):  # the first was never completed
        w.add(317, (253, "uint32", START + at), (2, "enum", event), (3, "uint16", number), local=6)
    session(w, START, 60, 59)
    climb, segment = only(w.file()).details["stretches"]
    assert (segment["kind"], segment["name"], segment["key"]) == ("segment", "Hill", "abc-1")
    assert segment["elapsed_s"] == 25.345
    assert segment["start_time"] == str(when(START + 10))
    assert (climb["kind"], climb["name"]) == ("climb", "Climb 2")
    assert (climb["start_time"], climb["end_time"]) == (str(when(START + 8)), str(when(START + 30)))


def test_a_lap_tells_its_step_of_the_workout():
    w = records(file_id(Writer()), 30)
    for at, step in ((0, 0), (10, 1), (20, None)):
        w.add(19, (253, "uint32", START + at + 10), (2, "uint32", START + at), (7, "uint32", 10_000),
              (71, "uint16", step), local=2)  # fmt: skip
    w.add(19, (253, "uint32", START + 40), (2, "uint32", START + 30), (71, "uint16", 0x8001), local=2)
    session(w, START, 30, 90)
    steps = only(w.file()).laps["workout_step"]
    assert steps.fillna(-1).tolist() == [0, 1, -1, -1]
