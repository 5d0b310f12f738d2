"""What the FIT reader makes of files whose truth is known byte by byte."""

import numpy as np
import pytest

from milevault_core.formats import BadFile, fit
from tests.builders import fit as build
from tests.builders.fit import START, Writer, activity, developer_field, file_id, lap, records, session, timer

EPOCH = np.datetime64("1989-12-31T00:00:00", "us")


def when(seconds: int) -> np.datetime64:
    return EPOCH + np.timedelta64(seconds, "s")


def only(data: bytes):
    reading = fit.read(data)
    assert reading.kind == "activity", reading.reason
    assert len(reading.recordings) == 1
    return reading.recordings[0]


def codes(recording) -> list[str]:
    return [problem.code for problem in recording.problems]


def assert_is_the_run(recording, n: int = 60) -> None:
    """The points of build.activity(n), value by value."""
    i = np.arange(n)
    t = recording.track
    assert len(t) == n
    assert (t["time"].to_numpy() == when(START) + i.astype("timedelta64[s]")).all()
    np.testing.assert_allclose(t["lat"], 48.0, atol=1e-7)
    np.testing.assert_allclose(t["lon"], 11.0 + i * 4e-5, atol=1e-7)
    np.testing.assert_allclose(t["altitude"], 500 + i * 0.2, atol=1e-9)
    np.testing.assert_allclose(t["distance"], i * 3.0)
    np.testing.assert_allclose(t["speed"], 3.0)
    np.testing.assert_array_equal(t["heart_rate"], 120 + i % 40)
    np.testing.assert_array_equal(t["cadence"], 85)
    np.testing.assert_array_equal(t["power"], 200 + i % 50)
    np.testing.assert_array_equal(t["temperature"], 18)


@pytest.mark.parametrize(
    "data",
    [
        activity().file(),
        activity().file(header=12),
        activity().file(header_crc=False),
        activity(big=True).file(),
        activity(always_define=True).file(),
        activity().file(header=16),
    ],
    ids=[
        "plain",
        "12-byte header",
        "header checksum 0",
        "big-endian",
        "every message redefined",
        "long header",
    ],
)
def test_all_ways_of_writing_a_run_give_the_same_run(data):
    recording = only(data)
    assert_is_the_run(recording)
    assert codes(recording) == []
    assert recording.understood == 1.0
    assert recording.sport == "running"
    assert recording.device == "Garmin Edge 1040"
    assert recording.utc_offset_s == 7200
    assert recording.start_time.isoformat() == "2024-05-01T07:00:00+00:00"
    assert recording.timer == [(when(START), when(START + 59))]
    assert len(recording.laps) == 1
    first = recording.laps.iloc[0]
    assert (first["elapsed_s"], first["distance_m"], first["trigger"]) == (59, 177, "manual")
    assert recording.totals["distance_m"] == 177
    assert recording.totals["calories"] == 77


def test_thousands_of_redefinitions_cost_no_more_than_reading_them():
    w = file_id(Writer(always_define=True))
    records(w, 5_000)
    session(w, START, 4_999, 14_997)
    assert_is_the_run(only(w.file()), 5_000)


def test_compressed_timestamps_count_on_from_the_last_full_time():
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (3, "uint8", 100), local=1)
    seconds = [1, 2, 5, 30, 40, 71]  # steps below 32 s, some across the roll-over
    for s in seconds:
        w.add(20, (3, "uint8", 100 + s % 50), local=2, offset=START + s)
    w.add(20, (253, "uint32", START + 1000), (3, "uint8", 90), local=1)
    w.add(20, (3, "uint8", 91), local=2, offset=START + 1003)
    recording = only(w.file())
    expected = [0, *seconds, 1000, 1003]
    assert recording.track["time"].tolist() == [when(START + s) for s in expected]
    assert recording.track["heart_rate"].tolist() == [100, *[100 + s % 50 for s in seconds], 90, 91]


def test_compressed_messages_before_any_time_have_none():
    w = file_id(Writer(), created=None)
    w.add(20, (3, "uint8", 100), local=2, offset=3)
    w.add(20, (253, "uint32", START), (3, "uint8", 100), local=1)
    recording = only(w.file())
    assert np.isnat(recording.track["time"].to_numpy()).tolist() == [True, False]


def test_values_not_measured_are_nan_and_zero_is_a_value():
    w = file_id(Writer())
    missing = [(253, "uint32", START), (0, "sint32", None), (1, "sint32", None), (3, "uint8", None),
               (5, "uint32", None), (7, "uint16", None), (13, "sint8", None), (73, "uint32", None)]  # fmt: skip
    w.add(20, *missing, local=1)
    zeros = [(n, base, 0 if v is None else v + 1) for n, base, v in missing]
    w.add(20, *zeros, local=1)
    t = only(w.file()).track
    named = ["lat", "lon", "heart_rate", "distance", "power", "temperature", "speed"]
    assert t.loc[0, named].isna().all()
    assert (t.loc[1, named] == 0).all()


def test_latitude_or_longitude_of_exactly_0_is_a_place():
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (0, "sint32", 0), (1, "sint32", build.semicircles(9.5)))
    w.add(20, (253, "uint32", START + 1), (0, "sint32", build.semicircles(51.5)), (1, "sint32", 0))
    t = only(w.file()).track
    assert t["lat"].tolist() == [0.0, pytest.approx(51.5, abs=1e-7)]
    assert t["lon"].tolist() == [pytest.approx(9.5, abs=1e-7), 0.0]


def test_developer_fields_become_channels_with_scale_offset_and_missing_values():
    w = file_id(Writer())
    developer_field(w, 0, 5, "SmO2", "uint16", "%", scale=10, offset=2)
    for i, value in enumerate((570, None, 600)):
        w.add(20, (253, "uint32", START + i), (3, "uint8", 100), local=1, developer=[(5, 0, "uint16", value)])
    (channel,) = only(w.file()).channels
    assert (channel.name, channel.unit, channel.developer) == ("SmO2", "%", "01" * 16)
    assert channel.values.dtype == np.float32
    np.testing.assert_allclose(channel.values, [55.0, np.nan, 58.0], rtol=1e-6)


def test_two_apps_with_one_field_name_stay_apart():
    w = file_id(Writer())
    developer_field(w, 0, 0, "Strain", "uint8")
    developer_field(w, 1, 0, "Strain", "uint8")
    same_app = bytes([1] * 16)  # the first app again, for a second sensor
    developer_field(w, 2, 0, "Strain", "uint8", app=same_app)
    values = [(0, 0, "uint8", 1), (0, 1, "uint8", 2), (0, 2, "uint8", 3)]
    w.add(20, (253, "uint32", START), (3, "uint8", 100), local=1, developer=values)
    found = {(c.developer[:2], c.name): c.values.tolist() for c in only(w.file()).channels}
    assert found == {("01", "Strain"): [1.0], ("02", "Strain"): [2.0], ("01", "Strain 2"): [3.0]}


@pytest.mark.parametrize(("name", "unit", "native"), [("Power", "Watts", None), ("Lauf", "", 7)])
def test_power_of_an_app_fills_the_power_that_the_device_has_not(name, unit, native):
    stryd = bytes.fromhex("18fb2cf01a4b430dad66988c847421f4")
    w = file_id(Writer())
    developer_field(w, 0, 0, name, "uint16", unit, native=native, app=stryd)
    for i in range(3):
        w.add(
            20, (253, "uint32", START + i), (3, "uint8", 100), local=1, developer=[(0, 0, "uint16", 250 + i)]
        )
    recording = only(w.file())
    assert recording.track["power"].tolist() == [250, 251, 252]
    assert recording.details["filled_from_developer"] == {"power": f"Stryd {name}"}
    assert recording.channels == []


def test_power_of_an_app_stays_beside_the_devices_own():
    w = file_id(Writer())
    developer_field(w, 0, 0, "Power", "uint16", "Watts")
    w.add(20, (253, "uint32", START), (7, "uint16", 300), local=1, developer=[(0, 0, "uint16", 250)])
    recording = only(w.file())
    assert recording.track["power"].tolist() == [300]
    assert recording.channels[0].values.tolist() == [250]


def test_of_a_field_with_more_values_than_it_should_have_the_first_counts():
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (6, "uint16", [3100, 65535]), (3, "uint8", [99, 1, 2]), local=1)
    t = only(w.file()).track
    assert (t["speed"][0], t["heart_rate"][0]) == (3.1, 99)


def test_a_number_in_too_few_bytes_is_read_as_bytes():
    w = file_id(Writer())
    fields = [
        (253, 4, 0x86),
        (3, 1, 0x86),
        (5, 3, 0x86),
    ]  # a heart rate "uint32" in one byte, as Coros wrote it
    w.raw(build.definition(1, 20, fields)).raw(b"\x01" + START.to_bytes(4, "little") + bytes([133, 1, 2, 3]))
    t = only(w.file()).track
    assert t["heart_rate"][0] == 133
    assert np.isnan(t["distance"][0])


def test_enhanced_fields_win_and_are_filled_from_their_narrow_twins():
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (6, "uint16", 1000), (73, "uint32", 2000), (2, "uint16", 2600), local=1)
    w.add(
        20,
        (253, "uint32", START + 1),
        (6, "uint16", 1000),
        (73, "uint32", None),
        (2, "uint16", 2600),
        local=1,
    )
    t = only(w.file()).track
    assert t["speed"].tolist() == [2.0, 1.0]
    assert t["altitude"].tolist() == [20.0, 20.0]


def test_compressed_speed_and_distance_roll_over():
    w = file_id(Writer())
    for i, metres in enumerate((10, 200, 300, 400)):
        speed, ticks = 250, metres * 16 & 0xFFF
        packed = [speed & 255, speed >> 8 | (ticks & 15) << 4, ticks >> 4]
        w.add(20, (253, "uint32", START + i), (8, "byte", packed), local=1)
    t = only(w.file()).track
    assert t["distance"].tolist() == [10, 200, 300, 400]
    assert t["speed"].tolist() == [2.5] * 4


def test_cadence_has_its_fraction_and_balance_its_left_side():
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (4, "uint8", 85), (53, "uint8", 64), (30, "uint8", 0x80 | 48), local=1)
    recording = only(w.file())
    assert recording.track["cadence"][0] == 85.5
    assert [(c.name, c.unit, c.values.tolist()) for c in recording.channels] == [
        ("left_right_balance", "% left", [52.0])
    ]


def test_running_dynamics_respiration_and_core_temperature_are_channels_in_their_units():
    w = file_id(Writer())
    w.add(20, (253, "uint32", START), (3, "uint8", 100), (39, "uint16", 85), (41, "uint16", 2400),
          (108, "uint16", 3250), (139, "uint16", 3815), (69, "uint8", [128, 64]), local=1)  # fmt: skip
    found = {c.name: (c.unit, pytest.approx(float(c.values[0]), abs=1e-3)) for c in only(w.file()).channels}
    assert found == {
        "vertical_oscillation": ("mm", 8.5), "stance_time": ("ms", 240.0),
        "respiration_rate": ("breaths/min", 32.5), "core_temperature": ("°C", 38.15),
        "left_power_phase_start": ("°", 180.0), "left_power_phase_end": ("°", 90.0),
    }  # fmt: skip


def test_gear_changes_become_a_series():
    w = file_id(Writer())
    records(w, 4)
    rear_11_front_52 = 11 << 8 | 3 | 52 << 24 | 2 << 16
    w.add(
        21,
        (253, "uint32", START + 2),
        (0, "enum", 43),
        (1, "enum", 3),
        (3, "uint32", rear_11_front_52),
        local=4,
    )
    found = {c.name: c.values for c in only(w.file()).channels}
    np.testing.assert_array_equal(found["rear_gear"], [np.nan, np.nan, 11, 11])
    np.testing.assert_array_equal(found["front_gear"], [np.nan, np.nan, 52, 52])


def heart_beats(w: Writer, beats: list[tuple[float, int]], at: int) -> Writer:
    """`hr` messages as a chest strap writes them: a full time first, then eight beats in 12 bits each."""
    clock = 5_000_000
    w.add(
        132, (253, "uint32", at), (0, "uint16", 0), (9, "uint32", clock), (6, "uint8", beats[0][1]), local=8
    )
    for k in range(0, len(beats), 8):
        eight = beats[k : k + 8]
        ticks = [clock + round(s * 1024) & 0xFFF for s, _ in eight]
        octets = []
        for a, b in zip(ticks[::2], ticks[1::2], strict=True):
            octets += [a & 255, a >> 8 | (b & 15) << 4, b >> 4]
        w.add(132, (10, "byte", octets), (6, "uint8", [bpm for _, bpm in eight]), local=9)
    return w


BEATS = [(0.5 + k * 0.75, 100 + k) for k in range(80)]  # a minute of beats, 80 to the minute


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
    w = file_id(Writer())
    for k in range(4):
        w.add(101, (253, "uint32", START + 30 * k + 30), (2, "uint32", START + 30 * k), (3, "uint32", 30_000),
              (4, "uint32", 30_000), (5, "uint16", 12), (7, "enum", 2), (12, "enum", int(k != 2)),
              local=7)  # fmt: skip
    lap(w, START, 120, 75)
    session(w, START, 120, 75, sport=5, sub=17, extra=((44, "uint16", 2500), (10, "uint32", 48)))
    recording = only(w.file())
    assert len(recording.track) == 0
    assert (recording.sport, recording.sub_sport) == ("swimming", "lap_swimming")
    assert recording.lengths["is_active"].tolist() == [True, True, False, True]
    assert recording.lengths["stroke"].tolist() == ["breaststroke"] * 4
    assert recording.lengths["elapsed_s"].sum() == 120
    assert recording.totals["pool_length_m"] == 25
    assert recording.totals["strokes"] == 48


def test_strength_sets_have_repetitions_weight_and_exercise():
    w = file_id(Writer())
    for k, (kind, category) in enumerate(((1, 0), (0, None), (1, 28))):
        w.add(225, (254, "uint32", START + 60 * k + 40), (0, "uint32", 40_000), (3, "uint16", 10 + k),
              (4, "uint16", 80 * 16), (5, "enum", kind), (6, "uint32", START + 60 * k),
              (7, "uint16", [category, None]), local=7)  # fmt: skip
    session(w, START, 180, 0, sport=10, sub=20)
    recording = only(w.file())
    assert recording.sport == "strength"
    assert recording.sets["repetitions"].tolist() == [10, 11, 12]
    assert recording.sets["weight_kg"].tolist() == [80.0] * 3
    assert recording.sets["is_active"].tolist() == [True, False, True]
    assert recording.sets["exercise"].tolist()[::2] == ["bench_press", "squat"]
    assert recording.sets["start_time"].tolist() == [when(START + 60 * k) for k in range(3)]


def triathlon() -> bytes:
    w = file_id(Writer())
    legs = [(5, 18, 20), (3, 0, 5), (2, 0, 30), (3, 0, 5), (1, 0, 20)]
    records(w, 80)
    begin = START
    for sport, sub, seconds in legs:
        lap(w, begin, seconds, seconds * 3)
        session(w, begin, seconds, seconds * 3, sport, sub)
        begin += seconds
    return w.file()


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
    """An architecture byte that the protocol does not know: refused here, big-endian to fitparse."""
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
