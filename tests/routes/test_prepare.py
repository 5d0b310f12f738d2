"""Preparing a track: what is dropped, what is kept, and that packed bytes and arrays are equivalent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core import track
from milevault_core.routes.cells import cells_around, cells_of
from milevault_core.routes.geometry import cumulative, min_step, unproject
from milevault_core.routes.prepare import local, outline, pack, prepare, prepare_course, prepare_track, unpack


def straight(n=1000, step=3.0, place=(50.0, 8.0)):
    xy = np.column_stack([np.arange(n) * step, np.zeros(n)])
    return np.arange(n, dtype=float), *unproject(xy, place)


def walked(xy, step):
    keep = [0]
    for i in range(1, len(xy)):
        if ((xy[i] - xy[keep[-1]]) ** 2).sum() >= step * step:
            keep.append(i)
    return keep if keep[-1] == len(xy) - 1 else [*keep, len(xy) - 1]


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 400), st.integers(0, 999), st.sampled_from([0.05, 0.5, 3.0, 20.0]))
def test_min_step_is_the_same_as_walking_point_by_point(n, seed, pace):
    xy = np.cumsum(np.random.default_rng(seed).normal(0, pace, (n, 2)), axis=0)
    assert min_step(xy, 8.0).tolist() == walked(xy, 8.0)


def test_a_plain_line_keeps_its_length_and_times():
    t, lat, lon = straight()
    p = prepare(t, lat, lon)
    assert abs(outline(p).length_m - 2997) < 1
    steps = np.diff(cumulative(local(p)))
    assert steps[:-1].min() >= 8.0 - 0.03
    assert p.seconds[0] == 0
    assert p.seconds[-1] == 999


def test_spikes_holes_and_repeated_times_are_dropped():
    t, lat, lon = straight()
    lat, lon, t = lat.copy(), lon.copy(), t.copy()
    lat[100] += 0.01  # a kilometre off for one second
    lat[200:210] = np.nan
    t[300] = t[299]
    assert abs(outline(prepare(t, lat, lon)).length_m - 2997) < 2


def test_wandering_while_standing_adds_next_to_nothing():
    rng = np.random.default_rng(1)
    xy = np.column_stack([np.arange(600) * 3.0, np.zeros(600)])
    stand = xy[300] + np.cumsum(rng.normal(0, 0.25, (400, 2)), axis=0).clip(-4, 4)
    xy = np.concatenate([xy[:300], stand, xy[300:]])
    p = prepare(np.arange(len(xy), dtype=float), *unproject(xy, (50.0, 8.0)))
    assert abs(outline(p).length_m - 1797) < 25


def test_bytes_and_back_across_the_date_line():
    t, lat, lon = straight(place=(-17.0, 179.99))
    p = prepare(t, lat, np.mod(lon + 180, 360) - 180)
    assert abs(outline(p).length_m - 2997) < 1
    again = unpack(pack(p))
    for name in ("seconds", "lat", "lon"):
        assert np.array_equal(getattr(again, name), getattr(p, name))
    west, _, east, _ = outline(p).box
    assert -180 <= west < 180 < east
    with pytest.raises(ValueError, match="12 bytes"):
        unpack(b"12345")


def test_the_box_is_padded_by_fifty_metres():
    west, south, east, north = outline(prepare(*straight())).box
    assert abs((north - south) * 111_195 - 100) < 1
    assert abs((east - west) * 111_195 * np.cos(np.radians(50)) - 3097) < 3


def test_a_stadium_is_a_venue_and_a_street_is_not():
    angle = np.arange(0, 20 * 2 * np.pi, 0.05)
    xy = np.column_stack([80 * np.cos(angle), 45 * np.sin(angle)])
    assert outline(prepare(np.arange(len(xy), dtype=float), *unproject(xy, (50.0, 8.0)))).is_venue
    assert not outline(prepare(*straight())).is_venue


@pytest.mark.parametrize("n", [0, 1, 5, 20])
def test_what_is_no_way_is_none(n):
    assert prepare(*straight(n)) is None
    assert prepare(np.arange(n * 1.0), np.full(n, np.nan), np.full(n, np.nan)) is None


def test_a_track_table_and_a_course():
    t, lat, lon = straight()
    time = np.datetime64("2024-05-01T06:00:00", "us") + (t * 1e6).astype("timedelta64[us]")
    p = prepare_track(track.from_columns({"time": time, "lat": lat, "lon": lon}))
    assert abs(outline(p).length_m - 2997) < 1
    assert prepare_track(track.empty(10)) is None
    assert abs(outline(prepare_course(lat[::50], lon[::50])).length_m - 2850) < 1
    assert prepare_course(lat[:1], lon[:1]) is None


def test_cells_cover_the_edges_between_sparse_points():
    lat, lon = np.array([50.0, 50.0113]), np.array([8.0, 8.0271])
    dense = cells_of(np.linspace(*lat, 2_000), np.linspace(*lon, 2_000))
    # A cell that the line only cuts by less than a quarter may be missed; no cell is made up.
    assert set(cells_of(lat, lon)) <= set(dense)
    assert len(cells_of(lat, lon)) >= 0.9 * len(dense)
    assert len(cells_around(50.0005, 8.0005)) == 9
    assert set(cells_of(lat[:1], lon[:1])) <= set(cells_around(50.0, 8.0))
    assert len(cells_of(np.array([0.0, 0.0]), np.array([179.9995, -179.9995]))) == 2
    assert len(cells_of(lat[:0], lon[:0])) == 0
