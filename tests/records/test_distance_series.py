import numpy as np
import pandas as pd
import pytest

from milevault_core import track as tracks
from milevault_core.records.distance_series import source_of, way_of, way_of_lengths

CAP = 12.5


def lengths_of(way):
    return [(p[1][0], p[1][-1]) for p in way.pieces]


def test_cut_at_a_gap_but_not_at_a_pause_and_the_metres_of_a_jump_do_not_count():
    seconds = np.array([0.0, 1, 2, 3, 4, 5, 105, 106, 136, 137])
    metres = np.array([0.0, 3, 6, 306, 309, 312, 315, 318, 418, 421])
    way = way_of(seconds, metres, CAP, "gps")
    assert lengths_of(way) == [(0, 18), (118, 121)]
    assert way.jumped_m == 300


def test_a_distance_told_every_five_seconds_is_no_jump():
    seconds = np.arange(61.0)
    metres = np.floor(seconds / 5) * 20
    assert lengths_of(way_of(seconds, metres, CAP, "device")) == [(0, 240)]
    metres[30:] += 60  # 80 m in five seconds is one
    way = way_of(seconds, metres, CAP, "device")
    assert (lengths_of(way), way.jumped_m) == ([(0, 220)], 80)


def test_any_order_any_reset_gives_rising_time_and_a_way_that_never_falls():
    rng = np.random.default_rng(1)
    for _ in range(200):
        n = int(rng.integers(0, 50))
        seconds = rng.integers(0, 60, n).astype(float)
        metres = rng.uniform(0, 300, n)
        metres[rng.random(n) < 0.2] = np.nan
        for t, d in way_of(seconds, metres, CAP, "gps").pieces:
            assert (np.diff(t) > 0).all()
            assert (np.diff(d) >= 0).all()
            assert len(t) == len(d) > 1


def test_a_pool_swim_is_its_lengths():
    start = np.datetime64("2025-05-05T06:00:00", "us")
    begin = [0.0, 20, 70, 90]
    lengths = pd.DataFrame(
        {
            "start_time": [start + np.timedelta64(int(b * 1e6), "us") for b in begin],
            "elapsed_s": [20.0, 50.0, 20.0, 20.0],
            "is_active": [True, False, True, True],
        }
    )
    way = way_of_lengths(lengths, start, 25.0)
    assert [p[0].tolist() for p in way.pieces] == [[0, 20, 70, 90, 110]]
    assert [p[1].tolist() for p in way.pieces] == [[0, 25, 25, 50, 75]]


@pytest.mark.parametrize("device", [False, True])
def test_the_source_of_the_distance(device):
    n = 600
    columns = {
        "time": np.datetime64("2025-01-01", "us") + np.arange(n) * np.timedelta64(1_000_000, "us"),
        "lat": 48 + np.cumsum(np.random.default_rng(1).normal(3e-5, 1e-5, n)),
        "lon": np.full(n, 11.0),
    }
    if device:
        columns["distance"] = np.arange(n) * 3.3
    track, _ = tracks.clean(tracks.from_columns(columns))
    track["distance"] = track["distance"].astype(np.float32).astype(float)  # as it is stored
    assert source_of(track) == ("device" if device else "gps")
    indoors = track.assign(lat=np.nan, lon=np.nan)
    assert source_of(indoors) == "device"
