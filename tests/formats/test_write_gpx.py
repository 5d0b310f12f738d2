"""Our reader and gpxpy read back what MileVault writes as GPX."""

import gpxpy
import numpy as np
import pytest

from milevault_core import formats, track
from milevault_core.formats.write_gpx import write_gpx
from tests.builders.gpx import gpx, points
from tests.builders.gpx import track as trk


def ride(n=200):
    read = formats.read(gpx(trk(points(n), type="cycling")).encode()).recordings[0].track
    return track.clean(read)[0]


def test_read_back_equal():
    frame = ride()
    recording = formats.read(write_gpx(frame, "Über <den> & Berg", "cycling")).recordings[0]
    assert (recording.name, recording.sport) == ("Über <den> & Berg", "cycling")
    assert recording.problems == []
    back = recording.track
    for name in ("time", "heart_rate", "cadence", "power", "temperature"):
        assert back[name].tolist() == frame[name].tolist(), name
    for name, within in (("lat", 1e-9), ("lon", 1e-9), ("altitude", 0.01), ("speed", 0.001)):
        assert back[name].tolist() == pytest.approx(frame[name].tolist(), abs=within), name


def test_gpxpy_reads_it_too():
    frame = ride()
    theirs = [p for t in gpxpy.parse(write_gpx(frame).decode()).tracks for s in t.segments for p in s.points]
    assert [p.latitude for p in theirs] == pytest.approx(frame["lat"].tolist(), abs=1e-9)
    assert [p.time.replace(tzinfo=None) for p in theirs] == [t.to_pydatetime() for t in frame["time"]]


def test_gaps_fractions_and_segments():
    frame = ride(20)
    frame.loc[3, ["heart_rate", "cadence", "power", "temperature", "speed", "altitude"]] = np.nan
    frame.loc[5, ["lat", "lon"]] = np.nan
    frame.loc[7, "time"] += np.timedelta64(250, "ms")
    recording = formats.read(write_gpx(frame, starts=[0, 10])).recordings[0]
    expected = frame.drop(index=5).reset_index(drop=True)
    assert recording.track["time"].tolist() == expected["time"].tolist()
    assert recording.track["heart_rate"].isna().tolist() == expected["heart_rate"].isna().tolist()
    assert recording.details["segments"] == [0, 9]


def test_zero_is_a_place_and_a_value():
    frame = ride(10)
    frame["lat"], frame["power"] = 0.0, 0.0
    back = formats.read(write_gpx(frame)).recordings[0].track
    assert back["lat"].tolist() == [0.0] * 10
    assert back["power"].tolist() == [0.0] * 10


def test_without_positions_there_is_no_gpx():
    frame = ride(10)
    frame[["lat", "lon"]] = np.nan
    with pytest.raises(ValueError, match="no positions"):
        write_gpx(frame)


def test_signs_xml_cannot_hold_are_left_out_of_the_name():
    recording = formats.read(write_gpx(ride(5), "a\x00b\x1fc\ud800")).recordings[0]
    assert recording.name == "abc"
