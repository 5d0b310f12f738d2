"""What track.clean must give for every kind of dirty track, and the properties it always has."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core import track
from milevault_core.geo.sphere import haversine_m, legs_m, simplify
from milevault_core.track import TrackFacts

START = np.datetime64("2024-05-01T07:00:00", "us")
NOW = np.datetime64("2025-01-01T00:00:00", "us")
SECOND = np.timedelta64(1, "s")


def walk(n=600, speed=3.0, **changes):
    """A straight walk north at `speed` m/s, one point per second."""
    seconds = np.arange(n)
    columns = {
        "time": START + seconds * SECOND,
        "lat": 47 + seconds * speed / 111_195.08,
        "lon": np.full(n, 8.0),
        "distance": seconds * speed,
        "speed": np.full(n, speed),
        "heart_rate": np.full(n, 140.0),
    }
    return track.from_columns(columns | changes)


def clean(frame):
    cleaned, problems = track.clean(frame, now=NOW)
    return cleaned, {p.code for p in problems}


def duration_s(frame):
    return (frame["time"].iloc[-1] - frame["time"].iloc[0]).total_seconds()


def test_a_good_track_stays_as_it_is():
    cleaned, codes = clean(walk())
    assert codes == set()
    pd.testing.assert_frame_equal(cleaned[list(track.COLUMNS)], walk())
    assert (cleaned["seq"] == 0).all()
    assert cleaned["seq"].dtype == np.int16


def test_clean_does_not_change_its_input():
    frame = walk(heart_rate=np.full(600, 999.0))
    before = frame.copy(deep=True)
    track.clean(frame, now=NOW)
    pd.testing.assert_frame_equal(frame, before)


def test_unordered_points_are_sorted_and_keep_their_index():
    frame = walk(10)
    order = [0, 1, 3, 2, 4, 5, 7, 6, 8, 9]
    cleaned, codes = clean(frame.iloc[order].reset_index(drop=True))
    assert codes == {"times_unordered"}
    assert cleaned.index.tolist() == order  # a permutation that is its own inverse
    assert cleaned["distance"].tolist() == frame["distance"].tolist()


def test_points_without_time_are_dropped_and_counted():
    times = START + np.arange(10) * SECOND
    times[[3, 4]] = np.datetime64("NaT", "us")
    cleaned, problems = track.clean(walk(10, time=times), now=NOW)
    assert cleaned.index.tolist() == [0, 1, 2, 5, 6, 7, 8, 9]
    assert [(p.code, p.text) for p in problems] == [
        ("points_without_time", "Left out: 2 points without a time.")
    ]


def test_equal_seconds_are_numbered():
    times = START + np.array([0, 1, 1, 1, 2, 2, 3]) * SECOND
    cleaned, codes = clean(walk(7, time=times))
    assert cleaned["seq"].tolist() == [0, 0, 1, 2, 0, 1, 0]
    assert codes == set()


def test_more_points_in_one_moment_than_seq_can_number():
    cleaned, codes = clean(walk(40_000, speed=0.0, time=np.full(40_000, START)))
    assert len(cleaned) == 32_768
    assert codes == {"points_dropped"}
    assert cleaned["seq"].is_unique


@pytest.mark.parametrize("epoch", ["1970-01-01", "1989-12-31", "2006-09-15", "2044-01-01", "9998-12-30"])
@pytest.mark.parametrize("rows", [slice(0, 20), slice(50, 51), slice(50, 70), slice(90, 100)])
def test_a_stray_block_of_dates_is_moved_beside_the_rest(epoch, rows):
    times = START + np.arange(100) * SECOND
    block = times[rows]
    times[rows] = np.datetime64(epoch, "us") + np.arange(len(block)) * SECOND
    cleaned, codes = clean(walk(100, time=times))
    assert "dates_moved" in codes
    assert len(cleaned) == 100
    assert 98 <= duration_s(cleaned) <= 100
    assert cleaned.index.tolist() == list(range(100))  # each next to its neighbours in the file
    assert cleaned["time"].iloc[40] == START + 40 * SECOND


def test_a_clock_set_right_in_the_middle_keeps_both_halves():
    times = START + np.arange(100) * SECOND
    times[:40] = np.datetime64("2005-01-01", "us") + np.arange(40) * SECOND
    cleaned, codes = clean(walk(100, time=times))
    assert codes == {"dates_moved"}
    assert duration_s(cleaned) == 99


def test_all_dates_in_the_future_are_kept_and_flagged():
    cleaned, codes = clean(walk(100, time=np.datetime64("2099-01-01", "us") + np.arange(100) * SECOND))
    assert codes == {"date_implausible"}
    assert duration_s(cleaned) == 99


def test_one_point_an_hour_ahead_does_not_make_an_hour():
    times = START + np.arange(100) * SECOND
    times[50] += 3600 * SECOND
    cleaned, codes = clean(walk(100, time=times))
    assert codes == {"dates_moved"}
    assert duration_s(cleaned) == 99


def test_a_night_on_a_tour_is_no_error():
    times = START + np.arange(100) * SECOND
    times[50:] += 20 * 3600 * SECOND
    cleaned, codes = clean(walk(100, time=times))
    assert codes == set()
    assert duration_s(cleaned) == 99 + 20 * 3600


def test_zero_zero_is_no_place_but_one_zero_is():
    frame = walk(10, speed=0.0)
    frame["lat"], frame["lon"] = 0.0, np.linspace(8.0, 8.001, 10)
    frame["distance"] = np.nan
    cleaned, codes = clean(frame)
    assert cleaned["lat"].notna().all()
    assert "positions_dropped" not in codes
    frame.loc[4, "lon"] = 0.0
    cleaned, codes = clean(frame)
    assert "positions_dropped" in codes
    assert len(cleaned) == 10
    assert np.isnan(cleaned["lat"].iloc[4])
    assert np.isnan(cleaned["lon"].iloc[4])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 9999.0, 1e300])
def test_a_bad_coordinate_costs_the_position_not_the_point(bad):
    frame = walk(20)
    frame.loc[7, "lat"] = bad
    cleaned, _ = clean(frame)
    assert len(cleaned) == 20
    assert np.isnan(cleaned.loc[7, ["lat", "lon"]].astype(float)).all()
    assert cleaned.loc[7, "heart_rate"] == 140


def test_impossible_values_go():
    frame = walk(20)
    frame.loc[3, "heart_rate"] = 400
    frame.loc[4, "power"] = -5
    frame.loc[5, "temperature"] = np.inf
    cleaned, problems = track.clean(frame, now=NOW)
    assert np.isnan(cleaned.loc[3, "heart_rate"])
    assert np.isnan(cleaned.loc[4, "power"])
    assert np.isnan(cleaned.loc[5, "temperature"])
    assert [p.text for p in problems] == ["Left out: 3 impossible values (heart rate, power, temperature)."]


def test_a_distance_computed_again_from_two_sources_is_said_once():
    frame = walk(40, distance=np.arange(40) * 500.0)
    frame["speed"] = 20.0
    _, problems = track.clean(frame, now=NOW, given=TrackFacts("alpine_skiing", total_m=780.0))
    assert [p.code for p in problems] == ["distance_recomputed"]


def test_one_of_a_kind_is_said_in_the_singular():
    frame = walk(300, altitude=np.full(300, 400.0))
    frame.loc[3, "power"] = -5
    frame.loc[50, ["lat", "lon"]] = 0.0
    frame.loc[100, ["lat", "lon"]] = [10.0, -60.0]
    frame.loc[150, "altitude"] = 9000.0
    frame.loc[200, "speed"] = 50.0
    _, problems = track.clean(frame, now=NOW, given=TrackFacts("running"))
    assert sorted(p.text for p in problems) == [
        "Left out: 1 altitude that cannot be right.",
        "Left out: 1 impossible speed.",
        "Left out: 1 impossible value (power).",
        "Left out: 1 position far off the track.",
        "Left out: 1 position without a fix (0, 0).",
    ]


@pytest.mark.parametrize("beats", [0, 1, 255])
def test_a_strap_without_contact_is_missing_without_a_word(beats):
    frame = walk(20)
    frame.loc[3, "heart_rate"] = beats
    cleaned, codes = clean(frame)
    assert np.isnan(cleaned.loc[3, "heart_rate"])
    assert codes == set()


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("speed", [1.0, 8.0, 30.0, 250.0])
def test_spikes_go_whatever_the_speed(width, speed):
    frame = walk(200, speed)
    frame.loc[100 : 99 + width, "lat"] += 0.5  # 55 km
    cleaned, codes = clean(frame)
    assert codes == {"positions_dropped"}
    assert np.flatnonzero(cleaned["lat"].isna()).tolist() == list(range(100, 100 + width))
    assert len(cleaned) == 200


@pytest.mark.parametrize("speed", [30.0, 70.0, 250.0])
def test_cars_and_planes_keep_every_position(speed):
    cleaned, codes = clean(walk(500, speed))
    assert codes == set()
    assert cleaned["lat"].notna().all()


def test_a_stale_first_position_goes():
    frame = walk(100)
    frame.loc[0, "lat"] = 40.0
    frame["distance"] = np.nan
    frame["speed"] = np.nan
    cleaned, codes = clean(frame)
    assert codes == {"positions_dropped"}
    assert cleaned["distance"].iloc[-1] == pytest.approx(98 * 3.0, abs=0.01)


def test_distance_that_restarts_per_lap_is_added_up():
    lap = np.arange(200) * 3.0
    frame = walk(600, distance=np.concatenate([lap, lap, lap]))
    cleaned, codes = clean(frame)
    assert codes == {"distance_restarted"}
    assert cleaned["distance"].iloc[-1] == pytest.approx(3 * 199 * 3.0)
    assert (np.diff(cleaned["distance"]) >= 0).all()


def test_a_lost_distance_is_interpolated():
    frame = walk(600)
    frame.loc[300:301, "distance"] = 0.0
    cleaned, _ = clean(frame)
    assert cleaned["distance"].tolist() == pytest.approx(walk(600)["distance"].tolist())


@pytest.mark.parametrize(
    "lie",
    [
        np.zeros(600),  # never moved
        np.concatenate([np.arange(300) * 3.0, 500 + np.arange(300) * 3.0]),  # falls, but not to zero
        np.concatenate([np.arange(300) * 3.0, 4_294_967 + np.arange(300) * 3.0]),  # jumps
    ],
)
def test_a_distance_that_lies_is_computed_from_the_positions(lie):
    cleaned, codes = clean(walk(600, distance=lie))
    assert codes == {"distance_recomputed"}
    assert cleaned["distance"].iloc[-1] == pytest.approx(599 * 3.0, rel=1e-4)


def test_a_leap_without_positions_is_left_out():
    lie = np.concatenate([np.arange(300) * 3.0, 4_294_967 + np.arange(300) * 3.0])
    cleaned, codes = clean(walk(600, distance=lie, lat=np.full(600, np.nan)))
    assert codes == {"distance_recomputed"}
    assert cleaned["distance"].iloc[-1] == pytest.approx(598 * 3.0)


def test_a_treadmill_under_a_wandering_gps_keeps_its_distance():
    rng = np.random.default_rng(3)
    frame = walk(1800, lat=47 + rng.normal(0, 2e-5, 1800), lon=8 + rng.normal(0, 2e-5, 1800))
    cleaned, codes = clean(frame)
    assert codes == set()
    assert cleaned["distance"].iloc[-1] == 1799 * 3.0


def test_missing_distance_comes_from_speed_then_from_positions():
    no_distance = np.full(600, np.nan)
    cleaned, codes = clean(walk(600, distance=no_distance, lat=no_distance))
    assert codes == set()
    assert cleaned["distance"].iloc[-1] == pytest.approx(599 * 3.0)
    frame = walk(600, distance=no_distance)
    frame["speed"] = np.nan
    cleaned, _ = clean(frame)
    assert cleaned["distance"].iloc[-1] == pytest.approx(599 * 3.0, rel=1e-4)


def test_missing_speed_comes_from_distance():
    frame = walk(600)
    frame["speed"] = np.nan
    cleaned, _ = clean(frame)
    assert cleaned["speed"].to_numpy() == pytest.approx(np.full(600, 3.0))


def test_empty_and_single_point():
    for frame in (track.empty(), walk(1), track.empty(3)):
        cleaned, _ = clean(frame)
        assert len(cleaned) == int(frame["time"].notna().sum())
        assert list(cleaned.columns) == [*track.COLUMNS, "seq"]
        assert track.outline(cleaned).shape == (int(cleaned["lat"].notna().sum()), 2)


any_float = st.floats(width=64) | st.sampled_from([0.0, 9999.0, -1.0])
any_time = st.one_of(
    st.integers(0, 5000).map(lambda s: START + s * SECOND),
    st.integers(-(2**63) + 1, 2**63 - 1).map(lambda us: np.datetime64(us, "us")),
    st.integers(-(10**17), 10**17).map(lambda us: np.datetime64(us, "us")),
    st.just(np.datetime64("NaT", "us")),
)
any_row = st.tuples(any_time, *[any_float] * len(track.METRIC_COLUMNS))


@settings(max_examples=300, deadline=None)
@given(st.lists(any_row, max_size=30))
def test_properties_of_every_cleaned_track(rows):
    columns = {"time": np.array([r[0] for r in rows], dtype="datetime64[us]")}
    for i, name in enumerate(track.METRIC_COLUMNS, 1):
        columns[name] = np.array([r[i] for r in rows], dtype=float)
    frame = track.from_columns(columns)
    cleaned, _ = track.clean(frame, now=NOW)
    assert list(cleaned.columns) == [*track.COLUMNS, "seq"]
    assert cleaned["time"].dtype == np.dtype("datetime64[us]")
    assert cleaned["time"].notna().all()
    assert cleaned["time"].is_monotonic_increasing
    assert cleaned.index.is_unique
    assert set(cleaned.index) <= set(frame.index)
    assert not cleaned.duplicated(["time", "seq"]).any()
    for name, (low, high) in track.LIMITS.items():
        values = cleaned[name].dropna()
        assert ((values >= low) & (values <= high)).all(), name
    assert (cleaned["lat"].isna() == cleaned["lon"].isna()).all()
    distance = cleaned["distance"].dropna().to_numpy()
    assert (np.diff(distance) >= 0).all()
    if len(cleaned) > 1:
        assert 0 <= duration_s(cleaned) <= len(cleaned) * 2 * 86_400 + 5000
    again, _ = track.clean(cleaned[list(track.COLUMNS)], now=NOW)
    assert (again["time"].to_numpy() == cleaned["time"].to_numpy()).all()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_few_broken_times_never_change_the_duration_much(data):
    n = 60
    times = START + np.arange(n) * SECOND
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.integers(0, n - 1))
        times[row] = np.datetime64(data.draw(st.integers(-(10**16), 8 * 10**16)), "us")
    cleaned, _ = track.clean(walk(n, time=times), now=NOW)
    inside = np.abs((times - START) / SECOND) < 2 * 86_400 + n
    if inside.sum() == n or (np.abs((times[inside] - START) / SECOND) <= n).all():
        # Two of them may each be a minute off (clock.STRAY) on top of their step and still be believed, as two pauses.
        assert duration_s(cleaned) <= n - 1 + 2 * (60 + 1)


def test_outline_keeps_the_corners_of_a_square():
    side = np.linspace(0, 0.01, 500)
    lat = 47 + np.concatenate([0 * side, side, 0 * side + 0.01, side[::-1]])
    lon = 8 + np.concatenate([side, 0 * side + 0.01, side[::-1], 0 * side])
    shape = track.outline(track.from_columns({"time": np.full(2000, START), "lat": lat, "lon": lon}), 5)
    corners = [(47, 8), (47, 8.01), (47.01, 8.01), (47.01, 8)]
    assert all(min(abs(shape - np.array(c)).sum(axis=1)) < 1e-4 for c in corners)
    assert tuple(shape[0]) == (47, 8)
    assert len(shape) == 5


def test_outline_draws_the_laps_of_a_stadium_once():
    turn = np.linspace(0, 25 * 2 * np.pi, 3600)
    rng = np.random.default_rng(1)
    lat = 47 + 0.0004 * np.sin(turn) + rng.normal(0, 5e-6, 3600)
    lon = 8 + 0.001 * np.cos(turn) + rng.normal(0, 5e-6, 3600)
    shape = track.outline(track.from_columns({"time": np.full(3600, START), "lat": lat, "lon": lon}))
    around = np.hypot((shape[:, 0] - 47) / 0.0004, (shape[:, 1] - 8) / 0.001)
    assert len(shape) == 100
    assert (np.abs(around - 1) < 0.1).all()
    legs = legs_m(shape[:, 0], shape[:, 1])
    assert legs.max() < 25  # no chords across the field, as with four points for each of 25 laps, 98 m apart


def test_outline_of_a_way_that_repeats_nothing_is_all_of_it():
    lat, lon = 47 + np.linspace(0, 0.1, 3000), 8 + 0.01 * np.sin(np.linspace(0, 9, 3000))
    shape = track.outline(track.from_columns({"time": np.full(3000, START), "lat": lat, "lon": lon}))
    assert tuple(shape[-1]) == (lat[-1], lon[-1])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 500), st.integers(2, 120), st.integers(0, 2**32 - 1))
def test_simplify_keeps_ends_order_and_count(m, n, seed):
    rng = np.random.default_rng(seed)
    lat, lon = np.cumsum(rng.integers(-2, 3, (2, m)) * 1e-4, axis=1) if m else np.empty((2, 0))
    rows = simplify(lat, lon, n)
    assert len(rows) <= max(n, 0)
    assert len(rows) == min(m, n)
    assert (np.diff(rows) > 0).all()
    if m:
        assert rows[0] == 0
        assert rows[-1] == m - 1 or n < 2


def test_distances():
    assert haversine_m(0, 0, 0, 180) == pytest.approx(np.pi * 6_371_008.8)
    assert haversine_m(48.8566, 2.3522, 51.5074, -0.1278) == pytest.approx(343_556, rel=1e-3)  # Paris-London
    lat, lon = np.array([47.0, 47.001, 47.001]), np.array([8.0, 8.0, 8.002])
    assert legs_m(lat, lon) == pytest.approx(haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), rel=1e-6)
    assert legs_m(np.array([0.0, 0.0]), np.array([179.999, -179.999]))[0] == pytest.approx(222.39, rel=1e-3)
