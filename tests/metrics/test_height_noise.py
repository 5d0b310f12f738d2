"""Climbs from an altitude with noise and drift, with a point every second and every five seconds."""

import numpy as np
import pytest

from milevault_core.metrics.climb import climbed, is_estimate
from milevault_core.metrics.height_noise import noise_of

START = np.datetime64("2024-05-01T07:00:00", "us")
HOUR = np.arange(0.0, 3600.0)
FLAT = np.zeros(3600)
HILL = np.interp(HOUR, [900, 1150, 1400], [0, 20, 0])
HIKE = np.interp(np.arange(0.0, 14_400.0), [0, 9000, 14_400], [0, 900, 100])
ROLLING = 30 * np.abs(np.sin(np.arange(0.0, 10_800.0) * np.pi / 900)) * (1 + np.arange(10_800) / 10_800)


def wander(n: int, every: float, seed: int, metres: float, memory_s: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if memory_s == 0:
        return rng.normal(0, metres, n)
    keep = np.exp(-every / memory_s)
    out = np.empty(n)
    out[0] = rng.normal(0, metres)
    for i, push in enumerate(rng.normal(0, metres * np.sqrt(1 - keep**2), n - 1), 1):
        out[i] = keep * out[i - 1] + push
    return out


def measured(height: np.ndarray, every: int, seed: int, metres: float, memory_s: float) -> dict:
    height = height[::every]
    time = START + (np.arange(len(height)) * every * 1e6).astype("timedelta64[us]")
    noisy = np.round(200 + height + wander(len(height), every, seed, metres, memory_s), 1)
    return {"time": time, "altitude": noisy}


def ascents(height: np.ndarray, every: int, metres: float, memory_s: float, seeds: int = 9) -> np.ndarray:
    return np.array([climbed(measured(height, every, s, metres, memory_s))[0] for s in range(seeds)])


NOISES = [(4.0, 0.0), (4.0, 10.0), (4.0, 20.0), (4.0, 40.0), (3.0, 20.0), (2.0, 40.0), (6.0, 40.0)]


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize(("metres", "memory_s"), NOISES)
def test_a_flat_hour_climbs_little(metres: float, memory_s: float, every: int) -> None:
    """Without a filter it would be 390 to 3,000 m."""
    assert ascents(FLAT, every, metres, memory_s).max() < 60
    assert is_estimate(measured(FLAT, every, 1, metres, memory_s))


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("memory_s", [10.0, 20.0, 40.0])
def test_a_hill_of_20_m_is_found(memory_s: float, every: int) -> None:
    """In the median of many recordings: a single one with 4 m of noise cannot tell."""
    assert np.median(ascents(HILL, every, 4.0, memory_s, 25)) == pytest.approx(20, rel=0.15)


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize(("metres", "memory_s"), NOISES)
def test_a_hike_keeps_its_climb(metres: float, memory_s: float, every: int) -> None:
    assert np.median(ascents(HIKE, every, metres, memory_s, 3)) == pytest.approx(900, rel=0.02)


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("memory_s", [0.0, 10.0, 40.0])
def test_hills_one_after_the_other_are_climbed(memory_s: float, every: int) -> None:
    true = float(np.maximum(np.diff(ROLLING), 0).sum())
    assert np.median(ascents(ROLLING, every, 4.0, memory_s, 5)) == pytest.approx(true, rel=0.13)


@pytest.mark.parametrize(("metres", "memory_s"), NOISES)
def test_a_second_and_five_agree(metres: float, memory_s: float) -> None:
    often, seldom = (np.median(ascents(ROLLING, every, metres, memory_s, 7)) for every in (1, 5))
    assert seldom == pytest.approx(often, rel=0.12)


def test_points_now_and_then_are_no_smoother_than_points_every_second() -> None:
    """A device that writes a point when something changes, every 1 to 8 s."""
    rng = np.random.default_rng(5)
    seconds = np.cumsum(rng.integers(1, 9, 1200)).astype(float)
    time = START + (seconds * 1e6).astype("timedelta64[us]")
    altitude = 300 + wander(1200, 1.0, 3, 4.0, 10.0)
    assert climbed({"time": time, "altitude": altitude})[0] < 60
    assert noise_of(seconds, altitude).metres == pytest.approx(4, rel=0.3)


def test_a_barometer_keeps_every_hill() -> None:
    hills = 6 * np.abs(np.sin(HOUR * np.pi / 240))  # 15 hills of 6 m
    found = climbed(measured(hills, 1, 1, 0.2, 0.0))[0]
    assert found == pytest.approx(15 * 6, rel=0.1)
    assert not is_estimate(measured(hills, 1, 1, 0.2, 0.0))


def test_nothing_is_climbed_in_a_lift() -> None:
    """The distance does not change in the meantime."""
    seconds = np.append(np.arange(600.0), 1200 + np.arange(600.0))
    time = START + (seconds * 1e6).astype("timedelta64[us]")
    altitude = np.append(np.full(600, 100.0), np.full(600, 390.0))
    distance = np.append(np.arange(600) * 5.0, 599 * 5.0 + np.arange(600) * 5.0)
    assert climbed({"time": time, "altitude": altitude, "distance": distance}) == (0.0, 0.0)
    walked = distance + np.append(np.zeros(600), np.full(600, 500.0))
    assert climbed({"time": time, "altitude": altitude, "distance": walked})[0] == pytest.approx(290, abs=0.5)
