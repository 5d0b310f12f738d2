"""The files, read by third-party readers and ours, contain what was made."""

import io

import fitparse
import gpxpy
import numpy as np
import pandas as pd
import pytest
from garmin_fit_sdk import Decoder, Stream
from tcxreader.tcxreader import TCXReader

from milevault_core import formats
from milevault_core.demo import fit_encode, laps, truth
from milevault_core.demo.fit_writer import write_activity
from milevault_core.demo.gps import MISSING, SEMICIRCLES
from milevault_core.demo.gpx_writer import write_gpx
from milevault_core.demo.names import name_of
from milevault_core.demo.recording import recording
from milevault_core.demo.tcx_writer import write_tcx
from tests.demo.made import all_of_s, one_of_each

KINDS = (
    "easy", "long", "tempo", "intervals", "race", "treadmill", "commute", "trainer", "pool", "open_water",
    "strength", "hike",
)  # fmt: skip
OUTSIDE = ("easy", "long", "tempo", "intervals", "race", "commute", "open_water", "hike")


def test_there_is_one_of_each_kind():
    assert set(one_of_each()) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_garmins_own_reader_agrees(kind):
    made = one_of_each()[kind]
    messages, errors = Decoder(Stream.from_byte_array(bytearray(write_activity(made)))).read()
    assert errors == []
    records, session = messages["record_mesgs"], messages["session_mesgs"][0]
    assert [int(r["timestamp"].timestamp()) for r in records] == (made.start + made.seconds).tolist()
    names = {"heart_rate": 1, "cadence": 1, "power": 1, "temperature": 1, "enhanced_speed": 1000, "distance": 100,
             "position_lat": 1, "position_long": 1}  # fmt: skip
    ours = {"enhanced_speed": "speed", "position_lat": "lat", "position_long": "lon"}
    for name, scale in names.items():
        column = made.columns.get(ours.get(name, name))
        theirs = [None if r.get(name) is None else round(r[name] * scale) for r in records]
        assert theirs == ([None] * len(records) if column is None else _or_none(column)), name
    assert session["total_elapsed_time"] == made.elapsed_s
    assert session["total_timer_time"] == made.timer_s
    assert session.get("total_distance", 0.0) == pytest.approx(truth.of(made)["distance_m"], abs=0.006)
    assert session.get("total_ascent", 0) == pytest.approx(made.ascent_m, abs=0.5)
    assert len(messages["lap_mesgs"]) == len(made.lap_marks)
    assert len(messages.get("length_mesgs", [])) == len(made.lengths)
    assert len(messages.get("set_mesgs", [])) == len(made.sets)
    offset = (
        messages["activity_mesgs"][0]["local_timestamp"]
        + fit_encode.FIT_EPOCH
        - (made.start + made.elapsed_s)
    )
    assert offset == made.utc_offset_s


def _or_none(column: np.ndarray) -> list:
    return [None if value == MISSING else value for value in column.tolist()]


@pytest.mark.parametrize("kind", KINDS)
def test_fitparse_agrees(kind):
    made = one_of_each()[kind]
    records = list(fitparse.FitFile(io.BytesIO(write_activity(made))).get_messages("record"))
    assert len(records) == len(made.seconds)
    assert [r.get_value("heart_rate") for r in records] == made.columns["heart_rate"].tolist()
    if "altitude" in made.columns:
        altitude = [round((r.get_value("enhanced_altitude") + 500) * 5) for r in records]
        assert altitude == made.columns["altitude"].tolist()


def test_a_recording_is_what_our_reader_gives():
    """For every third activity of the small athlete and one of each kind, the direct recording equals the one read from
    the file."""
    for made in (*all_of_s()[::3], *one_of_each().values()):
        ours, theirs = recording(made), formats.read(write_activity(made)).recordings[0]
        pd.testing.assert_frame_equal(ours.track, theirs.track, check_exact=True)
        for table in ("laps", "lengths", "sets"):
            assert _plain(getattr(ours, table)) == _plain(getattr(theirs, table)), (made.key, table)
        rest = set(vars(ours)) - {"track", "laps", "lengths", "sets", "date_hints"}  # only files have it
        assert {k: getattr(ours, k) for k in rest} == {k: getattr(theirs, k) for k in rest}, made.key


def _plain(frame: pd.DataFrame) -> dict:
    return frame.astype(object).where(frame.notna(), None).to_dict("list")


@pytest.mark.parametrize("kind", OUTSIDE)
def test_gpxpy_agrees(kind):
    made = one_of_each()[kind]
    track = gpxpy.parse(write_gpx(made)).tracks[0]
    points = track.segments[0].points
    there = made.columns["lat"] != MISSING
    assert track.name == name_of(made)
    assert [int(p.time.timestamp()) for p in points] == (made.start + made.seconds[there]).tolist()
    lat = np.array([p.latitude for p in points])
    assert np.abs(lat - made.columns["lat"][there] / SEMICIRCLES).max() < 1e-7
    if "altitude" in made.columns:
        altitude = np.array([p.elevation for p in points])
        assert np.abs(altitude - (made.columns["altitude"][there] / 5 - 500)).max() < 0.051


def test_gpx_needs_positions():
    with pytest.raises(ValueError, match="positions"):
        write_gpx(one_of_each()["pool"])


@pytest.mark.parametrize("kind", KINDS)
def test_tcxreader_agrees(kind, tmp_path):
    made = one_of_each()[kind]
    file = tmp_path / "made.tcx"
    file.write_bytes(write_tcx(made, spaces=10).lstrip())
    read = TCXReader().read(str(file))
    assert len(read.laps) == len(made.lap_marks)
    assert read.distance == pytest.approx(laps.totals(made).get("distance_cm", 0) / 100, abs=0.01)
    if "lat" in made.columns:  # tcxreader omits points without a position
        there = made.columns["lat"] != MISSING
        assert [p.hr_value for p in read.trackpoints] == made.columns["heart_rate"][there].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_our_reader_reads_the_tcx(kind):
    made = one_of_each()[kind]
    read = formats.read(write_tcx(made, spaces=10)).recordings[0]
    assert len(read.track) == len(made.seconds)
    assert read.problems == []
    assert read.track["heart_rate"].tolist() == made.columns["heart_rate"].tolist()
    assert len(read.laps) == len(made.lap_marks)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 4095, 4096, 4097, 100_001])
def test_the_folded_checksum_is_the_plain_one(size):
    data = np.arange(size, dtype=np.uint64).view(np.uint8).tobytes()[:size] if size else b""
    plain = 0
    for byte in data:  # directly by the definition, bit by bit
        plain ^= byte
        for _ in range(8):
            plain = plain >> 1 ^ (0xA001 if plain & 1 else 0)
    assert fit_encode.crc16(data) == plain
