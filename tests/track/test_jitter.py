"""Tracks whose positions jitter, and tracks that really wind."""

import numpy as np
import pytest

from milevault_core import track
from milevault_core.metrics import Context
from milevault_core.metrics.moving import moving_s
from milevault_core.track import TrackFacts
from tests.track.test_places import METRES, north


def jittered(
    speed: float, every: int, seed: int, drift: float = 0.0, white: float = 0.0, sport: str = "hiking"
):
    """Metres of an hour on a winding path; positions are off by a drift correlated over 30 s and by white noise (m)."""
    rng = np.random.default_rng(seed)
    t = np.arange(0, 3601, every)
    heading = 0.8 * np.sin(np.arange(0, 3601) * speed / 80.0)
    north_m, east_m = (np.append(0, np.cumsum(speed * f(heading[:-1])))[t] for f in (np.cos, np.sin))
    keep = np.exp(-every / 30)
    error = np.empty((2, len(t)))
    error[:, 0] = 0
    for i in range(1, len(t)):
        error[:, i] = keep * error[:, i - 1] + rng.normal(0, drift * np.sqrt(1 - keep**2), 2)
    error += rng.normal(0, white, error.shape)
    lat = 47 + (north_m + error[0]) / METRES
    lon = 8 + (east_m + error[1]) / METRES / np.cos(np.radians(47))
    frame = north(len(t), every=every, lat=lat, lon=lon)
    return float(track.clean(frame, given=TrackFacts(sport))[0]["distance"].iloc[-1])


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize(("drift", "white"), [(3.0, 0.5), (5.0, 0.0), (0.0, 1.0), (0.0, 2.5)])
def test_a_walk_is_as_long_as_it_is(drift: float, white: float, every: int) -> None:
    """Measured leg by leg, with legs of a second, these come out 25 to 160 % too long."""
    metres = [jittered(1.2, every, seed, drift, white) for seed in range(3)]
    assert np.median(metres) == pytest.approx(3600 * 1.2, rel=0.05)


@pytest.mark.parametrize(("drift", "white"), [(3.0, 0.5), (0.0, 1.0)])
def test_a_second_and_five_agree(drift: float, white: float) -> None:
    assert jittered(1.2, 1, 7, drift, white) == pytest.approx(jittered(1.2, 5, 7, drift, white), rel=0.03)


@pytest.mark.parametrize(("speed", "sport"), [(1.2, "hiking"), (3.3, "running"), (8.0, "cycling")])
def test_a_way_without_jitter_is_measured_leg_by_leg(speed: float, sport: str) -> None:
    assert jittered(speed, 1, 1, sport=sport) == pytest.approx(3600 * speed, rel=1e-3)


def test_laps_of_a_stadium_keep_their_bends() -> None:
    angle = np.arange(0, 3601) * 3.3 / 63.66
    lat = 47 + 63.66 * np.sin(angle) / METRES
    lon = 8 + 63.66 * np.cos(angle) / METRES / np.cos(np.radians(47))
    rng = np.random.default_rng(2)
    for off in (0.0, 0.3 / METRES):
        frame = north(3601, lat=lat + rng.normal(0, 1, 3601) * off, lon=lon + rng.normal(0, 1, 3601) * off)
        cleaned, _ = track.clean(frame, given=TrackFacts("running"))
        assert cleaned["distance"].iloc[-1] == pytest.approx(3600 * 3.3, rel=0.012)


STAND_S = 600


def stood(speed: float, off_m: float, seed: int, sport: str, every: int = 1, way_m: float = 0.0):
    """(metres, seconds moving) of twenty minutes' movement with a stop of ten minutes in the middle; all positions have
    white noise. way_m: go back and forth on a stretch of this length instead of straight on."""
    rng = np.random.default_rng(seed)
    moving = np.ones(1800, dtype=bool)
    moving[600 : 600 + STAND_S] = False
    north_m = np.append(0.0, np.cumsum(speed * moving))[::every]
    if way_m:
        north_m = np.abs(north_m % (2 * way_m) - way_m)
    off = rng.normal(0, off_m, (2, len(north_m)))
    lat = 47 + (north_m + off[0]) / METRES
    lon = 8 + off[1] / METRES / np.cos(np.radians(47))
    frame = north(len(north_m), every=every, lat=lat, lon=lon)
    cleaned, _ = track.clean(frame, given=TrackFacts(sport))
    return float(cleaned["distance"].iloc[-1]), moving_s(cleaned, Context(sport))


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("off_m", [1.0, 2.0, 3.0])
@pytest.mark.parametrize(("speed", "sport"), [(7.0, "cycling"), (3.0, "running")])
def test_who_stands_in_jitter_does_not_move(speed: float, sport: str, off_m: float, every: int) -> None:
    """Ten minutes at a café used to give up to 1.1 km and 9 minutes of moving."""
    found = np.array([stood(speed, off_m, seed, sport, every) for seed in range(3)])
    assert found[:, 0] == pytest.approx(1200 * speed, rel=0.05)
    assert found[:, 1] == pytest.approx(1200, rel=0.02)


@pytest.mark.parametrize(("speed", "way_m"), [(0.35, 0.0), (0.35, 25.0), (0.45, 100.0), (1.0, 10.0)])
@pytest.mark.parametrize("off_m", [1.0, 2.0])
def test_who_goes_slowly_in_jitter_does_not_stand(speed: float, way_m: float, off_m: float) -> None:
    """A via ferrata, open water between two buoys, back and forth in a garden: the stop is found, and only the stop."""
    found = np.array([stood(speed, off_m, seed, "hiking", way_m=way_m) for seed in range(3)])
    assert found[:, 0] == pytest.approx(1200 * speed, rel=0.2)
    assert found[:, 1] == pytest.approx(1200, rel=0.05)


def test_to_and_fro_on_a_court_is_no_stand() -> None:
    """Back and forth over ten metres: points five seconds apart can be anywhere on it, as if they jittered."""
    for sport in ("racket_sports", "walking"):
        metres, moving = stood(1.0, 2.0, 1, sport, every=5, way_m=10.0)
        assert metres > 1000
        assert moving > 1000
