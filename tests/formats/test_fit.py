"""What the FIT reader makes of points and fields that are known byte by byte."""

import numpy as np
import pytest

from milevault_core.formats import fit
from tests.builders import fit as build
from tests.builders.fit import START, Writer, activity, developer_field, file_id, records, session

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
    """Check the points of build.activity(n), value by value."""
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
    ]  # a heart rate of type uint32 in one byte, as Coros wrote it
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
