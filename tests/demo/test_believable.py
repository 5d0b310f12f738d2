"""The demo has nothing that an athlete or a watch could not have done."""

from collections.abc import Callable

import numpy as np

from milevault_core.demo.activity import activities
from milevault_core.demo.gps import MISSING
from milevault_core.demo.made import Activity
from milevault_core.demo.recording import recording
from tests.demo.made import YEARS, all_of_s, one_of_each


def everything(test: Callable[[Activity], None]) -> Callable[[], None]:
    """Run the test for every activity of the small athlete and one of each kind."""

    def each() -> None:
        for made in (*all_of_s(), *one_of_each().values()):
            try:
                test(made)
            except AssertionError as error:
                error.add_note(f"It is activity {made.key}.")
                raise

    each.__name__ = test.__name__
    return each


# m/s: lowest and highest mean moving speed, and the highest speed in any second
SPEEDS = {
    "running": (2.0, 5.0, 7.0),
    "cycling": (5.0, 12.5, 19.0),
    "hiking": (0.8, 1.7, 2.6),
    "swimming": (0.7, 1.4, 1.9),
}


@everything
def test_heart_rate(made):
    beats = made.columns["heart_rate"]
    assert beats.min() >= 40
    assert beats.max() <= made.athlete.max_heart_rate
    steps = np.abs(np.diff(beats)) / np.diff(made.seconds)
    assert steps.max() <= 10
    if made.session.kind == "race":
        assert np.median(beats) > 0.88 * made.athlete.max_heart_rate
    if made.session.kind == "hike":
        assert np.median(beats) < 0.80 * made.athlete.max_heart_rate


@everything
def test_speed_and_distance(made):
    if made.session.sport == "strength":
        assert "distance" not in made.columns
        return
    slow, fast, top = SPEEDS[made.session.sport]
    assert slow < made.distance_m / made.moving_s < fast
    assert made.columns["speed"].max() / 1000 < top
    if made.session.kind != "pool":  # in the pool the distance jumps at each wall
        rate = np.diff(made.columns["distance"]) / np.diff(made.seconds) / 100
        assert rate.max() < top


@everything
def test_nothing_is_missing_but_positions_at_the_start(made):
    for name, values in made.columns.items():
        gone = values == MISSING
        assert not gone[20:].any()
        assert name in ("lat", "lon") or not gone.any()
    outdoor = made.session.route is not None
    assert ("lat" in made.columns) == outdoor
    track = recording(made).track
    for name in made.columns:
        assert track[name].notna().sum() >= len(track) - 20


@everything
def test_time_runs_forwards_and_the_timer_fits(made):
    assert made.seconds[0] == 0
    assert (np.diff(made.seconds) > 0).all()
    assert made.timer[0][0] == 0
    assert made.timer[-1][1] == made.elapsed_s
    assert all(a < b for a, b in made.timer)
    assert all(a[1] < b[0] for a, b in zip(made.timer, made.timer[1:], strict=False))
    ends = [second for second, _, _ in made.lap_marks]
    assert ends == sorted(set(ends))
    assert ends[-1] == made.elapsed_s
    assert np.isin(ends, made.seconds).all()


@everything
def test_power_and_cadence(made):
    if "power" in made.columns:
        power = made.columns["power"]
        assert power.min() >= 0
        assert power.max() < 1300
        assert 0.4 < power[power > 0].mean() / made.athlete.threshold_power < 1.35
    if "cadence" in made.columns:
        turning = made.columns["cadence"][made.columns["cadence"] > 0]
        assert turning.min() >= 30
        assert turning.max() <= 120


@everything
def test_altitude_and_temperature(made):
    assert made.columns["temperature"].min() > -35
    assert made.columns["temperature"].max() < 50
    if "altitude" in made.columns:
        altitude = made.columns["altitude"] / 5 - 500
        assert altitude.min() > -20
        assert altitude.max() < 1500
        climbed = np.maximum(np.diff(altitude), 0).sum()
        assert climbed >= 0.8 * made.ascent_m


def test_uphill_costs_power_and_heart():
    made = one_of_each()["tempo"]
    slope = np.diff(made.columns["altitude"] / 5) / np.maximum(np.diff(made.columns["distance"]) / 100, 0.5)
    slope = np.convolve(slope, np.ones(60) / 60, "same")
    speed = made.columns["speed"][1:] / 1000
    assert np.corrcoef(slope, speed)[0, 1] < -0.2


def test_pauses_smart_recording_and_spikes_happen():
    sample = [made for k in range(0, 5000, 40) for made in activities(YEARS, k, k + 1)]
    outdoor = [
        made for made in sample if made.session.sport in ("running", "cycling", "hiking") and made.journey
    ]
    assert sum(len(made.timer) > 1 for made in outdoor) > len(outdoor) / 6
    assert any(made.journey.pauses and len(made.timer) == 1 for made in outdoor)
    assert any(np.diff(made.seconds).max() > 4 for made in sample)
    assert any((made.columns["lat"][:20] == MISSING).all() for made in outdoor)
