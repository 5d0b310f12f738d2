"""The best efforts of one activity: known rides and runs, and what no person can have done."""

import numpy as np
import pandas as pd
import pytest

from milevault_core import track as tracks
from milevault_core.records import KINDS
from milevault_core.records.efforts import CURVES, curves, efforts
from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import IMPOSSIBLE

START = np.datetime64("2025-03-01T07:00:00", "us")


def track_of(seconds, **columns):
    times = START + (np.asarray(seconds, float) * 1e6).astype("timedelta64[us]")
    return tracks.from_columns({"time": times, **columns})


def run(speed=3.0, n=3_601, **columns):
    seconds = np.arange(float(n))
    track = track_of(seconds, distance=seconds * speed, **columns)
    figures = {"distance_m": (n - 1) * speed, "elapsed_s": n - 1.0, "moving_s": n - 11.0, "ascent_m": 40.0}
    return Performance(track, "running", figures=figures, source="gps")


def by_key(found, kind):
    return {e.key: e for e in found if e.kind == kind}


def test_an_hour_at_3_m_s():
    found = efforts(run(power=np.full(3_601, 250.0), heart_rate=np.full(3_601, 150.0)))
    times = by_key(found, "best_time")
    assert list(times)[-1] == 10_000
    assert all(e.value == pytest.approx(d / 3) and e.source == "gps" for d, e in times.items())
    assert {e.value for e in by_key(found, "power").values()} == {250}
    assert max(by_key(found, "heart_rate")) == 3_600
    assert by_key(found, "longest_distance")[0].value == 10_800
    assert by_key(found, "longest_time")[0].value == 3_590
    assert by_key(found, "most_climb")[0].value == 40
    assert not [e for e in found if e.kind.startswith("impossible")]


def test_the_window_shows_where():
    seconds = np.arange(3_601.0)
    speed = np.where((seconds >= 1_000) & (seconds < 1_100), 5.0, 3.0)
    performance = run()
    performance.track["distance"] = np.append(0.0, np.cumsum(speed[:-1]))
    best = by_key(efforts(performance), "best_time")[400]
    assert (best.value, best.t0_s, best.t1_s) == (80, 1_000, 1_080)


def test_a_ride_saved_as_a_run_is_impossible():
    found = efforts(run(speed=9.0))
    worst = next(e for e in found if e.kind == IMPOSSIBLE)
    assert worst.key >= 10_000
    assert worst.value == pytest.approx(worst.key / 9)


def test_a_distance_without_a_track_is_held_against_the_record_too():
    walk = {"distance_m": 351_000.0, "elapsed_s": 3_600.0, "moving_s": 3_600.0}
    found = efforts(Performance(tracks.empty(), "walking", figures=walk))
    assert IMPOSSIBLE in {e.kind for e in found}
    walk["distance_m"] = 5_000.0
    assert IMPOSSIBLE not in {e.kind for e in efforts(Performance(tracks.empty(), "walking", figures=walk))}


def test_a_jump_is_neither_an_effort_nor_part_of_the_longest_distance():
    performance = run()
    way = performance.track["distance"].to_numpy().copy()
    way[1_800:] += 300_000
    performance.track["distance"] = way
    performance.figures["distance_m"] += 300_000
    found = efforts(performance)
    assert by_key(found, "best_time")[1_000].value == pytest.approx(1_000 / 3)
    assert by_key(found, "longest_distance")[0].value == pytest.approx(10_800 - 3, abs=0.01)
    assert IMPOSSIBLE not in {e.kind for e in found}


def test_a_sensor_gone_wild_puts_out_its_own_kind_only():
    power = np.full(3_601, 250.0)
    power[100:120] = 2_950
    kinds = {e.kind for e in efforts(run(power=power))}
    assert "impossible_power" in kinds
    assert IMPOSSIBLE not in kinds


def test_a_few_values_that_nobody_has_are_left_out_and_the_sensor_counts():
    power = np.full(3_601, 250.0)
    power[100:103] = 9_000
    found = efforts(run(power=power))
    assert {e.value for e in by_key(found, "power").values()} == {250}
    assert "impossible_power" not in {e.kind for e in found}


def test_laps_are_scaled_to_their_length_and_short_ones_are_none():
    laps = pd.DataFrame(
        {
            "start_time": START + (np.array([0, 300, 500, 900, 950]) * 1e6).astype("timedelta64[us]"),
            "elapsed_s": [300.0, 200.0, 400.0, 50.0, 9.0],
            "distance_m": [1_000.0, 970.0, 1_000.0, 200.0, 400.0],
        }
    )
    performance = run()
    performance.laps = laps
    found = by_key(efforts(performance), "fastest_lap")
    assert list(found) == [200, 1_000]  # nobody runs 400 m in 9 s
    assert found[1_000].value == pytest.approx(200 / 0.97)
    assert (found[1_000].t0_s, found[1_000].t1_s) == (300, 500)


def test_climb_and_altitude_with_their_windows():
    altitude = np.concatenate([np.full(600, 100.0), np.linspace(100, 400, 1_201), np.full(1_800, 400.0)])
    performance = run(altitude=altitude)
    found = efforts(performance)
    climb = by_key(found, "biggest_climb")[0]
    assert climb.value == pytest.approx(300)
    assert (climb.t0_s, climb.t1_s) == pytest.approx((600, 1_800), abs=5)
    assert by_key(found, "highest_altitude")[0].value == pytest.approx(400)
    performance.is_indoor = True
    kinds = {e.kind for e in efforts(performance)}
    assert "biggest_climb" not in kinds
    assert "highest_altitude" not in kinds


@pytest.mark.parametrize(
    ("sport", "height", "counts"),
    [("running", 12_000.0, False), ("mountaineering", 8_850.0, True), ("flying", 12_000.0, True)],
)
def test_nobody_on_the_ground_is_above_its_highest_mountain(sport: str, height: float, counts: bool) -> None:
    performance = run(altitude=np.full(3_601, height))
    performance.sport = sport
    assert ("highest_altitude" in {e.kind for e in efforts(performance)}) == counts


@pytest.mark.parametrize(("elapsed_s", "counts"), [(0.0, False), (3_600.0, True), (None, True)])
def test_a_way_without_a_duration_is_no_record(elapsed_s: float | None, counts: bool) -> None:
    performance = run()
    performance.figures["elapsed_s"] = elapsed_s
    assert ("longest_distance" in {e.kind for e in efforts(performance)}) == counts


def test_a_lift_ridden_with_the_recording_paused_is_not_climbed():
    seconds = np.append(np.arange(600.0), 1_200 + np.arange(600.0))
    altitude = np.append(np.linspace(1_000, 1_050, 600), np.linspace(1_800, 1_830, 600))
    track = track_of(seconds, altitude=altitude, distance=seconds)
    climb = by_key(efforts(Performance(track, "hiking")), "biggest_climb")[0]
    assert climb.value == pytest.approx(50, abs=1)


def test_curves():
    power = np.full(3_601, 200.0)
    power[500:560] = 500.0
    found = curves(run(power=power))
    assert set(found) == {"power", "speed"} < set(CURVES)
    at = {d: k for k, d in enumerate(CURVE_DURATIONS)}
    assert found["power"][at[60]] == 500
    assert found["power"][at[120]] == 350
    assert np.isnan(found["power"][at[5_400]])
    assert found["speed"][at[600]] == pytest.approx(3.0)
    assert found["power"].dtype == np.float32
    assert len(found["power"]) == len(CURVE_DURATIONS)


def test_an_effort_has_a_row_of_its_own():
    found = [(e.kind, e.key) for e in efforts(run())]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_written_as_a_kind_should_be(name):
    kind = KINDS[name]
    assert kind.over in ("activity", "periods")
    assert kind.label
    assert kind.compute.__doc__
    if kind.over == "activity":
        for word in ("Source", "efinition", "Messy data:"):
            assert word in kind.compute.__doc__
        assert list(kind.compute(Performance(tracks.empty(), "running"))) == []
        alone = track_of([5.0], distance=[0.0], altitude=[3.0], power=[1.0], heart_rate=[60.0])
        assert len(list(kind.compute(Performance(alone, "running")))) <= 1
    else:
        empty = pd.DataFrame({"local_day": pd.to_datetime([]), "sport": [], "distance_m": []})
        assert len(kind.compute(empty.assign(moving_s=[], ascent_m=[]).astype({"distance_m": float}))) == 0


@pytest.mark.parametrize(("ascent_m", "counts"), [(1_300.0, True), (1_736.0, False)])
def test_no_ride_is_steeper_than_a_street(ascent_m: float, counts: bool) -> None:
    """3.6 km with 1,736 m of ascent, as recorded by a device without a barometer."""
    track = run(speed=1.0).track
    figures = {"distance_m": 3_600.0, "elapsed_s": 3_600.0, "moving_s": 3_600.0, "ascent_m": ascent_m}
    found = efforts(Performance(track, "cycling", figures=figures, source="gps"))
    assert bool(by_key(found, "most_climb")) is counts
