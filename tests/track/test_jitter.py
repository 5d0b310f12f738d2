"""Ways whose positions jitter, and ways that really wind."""

import numpy as np
import pytest

from milevault_core import track
from milevault_core.track import TrackFacts
from tests.track.test_places import METRES, north


def jittered(
    speed: float, every: int, seed: int, drift: float = 0.0, white: float = 0.0, sport: str = "hiking"
):
    """An hour on a winding way, positions off by a drift with a memory of 30 s and by white noise (m)."""
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
    """Measured leg by leg, a second each, these are 25 to 160 % too long."""
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
