"""Climbs on known profiles."""

import numpy as np
import pytest

from milevault_core.segments.climbs import Climb, climbs


def ridden(*parts: tuple[float, float], speed: float = 5.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds, distance and altitude at 1 Hz; parts: (metres, grade)."""
    metres = np.cumsum([0.0, *(m for m, _ in parts)])
    heights = np.cumsum([100.0, *(m * g for m, g in parts)])
    distance = np.arange(0.0, metres[-1], speed)
    return np.arange(len(distance), dtype=float), distance, np.interp(distance, metres, heights)


def test_one_climb() -> None:
    (only,) = climbs(*ridden((2_000, 0.0), (3_000, 0.06), (2_000, 0.0)))
    assert only.begin_m == pytest.approx(2_000, abs=40)
    assert only.end_m == pytest.approx(5_000, abs=40)
    assert only.gain_m == pytest.approx(180, abs=2)
    assert only.grade == pytest.approx(0.06, abs=0.002)
    assert only.vam == pytest.approx(0.06 * 5 * 3600, rel=0.03)
    assert only.category == "3"


@pytest.mark.parametrize("noise", [0.0, 1.0])
def test_a_small_dip_is_part_of_it_and_a_big_one_is_not(noise: float) -> None:
    rng = np.random.default_rng(2)
    for dip, count in ((300, 1), (2_000, 2)):
        seconds, distance, altitude = ridden(
            (1_000, 0.0), (2_000, 0.07), (dip, -0.04), (2_000, 0.07), (1_000, 0.0)
        )
        found = climbs(seconds, distance, altitude + noise * rng.normal(0, 1, len(altitude)))
        assert len(found) == count
    assert found[0].end_m <= found[1].begin_m


def test_a_long_flat_divides_two_climbs() -> None:
    found = climbs(*ridden((1_500, 0.06), (5_000, 0.0), (1_500, 0.06)))
    assert [round(c.gain_m, -1) for c in found] == [90, 90]


def test_what_is_no_climb() -> None:
    assert climbs(*ridden((20_000, 0.015))) == []  # a false flat that gains 300 m
    assert climbs(*ridden((200, 0.08), (3_000, 0.0))) == []  # a ramp
    assert climbs(*ridden((3_000, -0.08))) == []
    assert climbs(np.array([]), np.array([]), np.array([])) == []
    nothing = np.full(50, np.nan)
    assert climbs(np.arange(50.0), np.arange(50.0), nothing) == []


def test_a_stop_at_the_foot_is_not_climbing() -> None:
    _, distance, altitude = ridden((1_000, -0.01), (2_000, 0.06), (500, -0.05))
    foot = int(np.searchsorted(distance, 1_000))
    stood = np.sort(np.append(np.arange(len(distance)), np.full(600, foot)))
    (only,) = climbs(np.arange(len(stood), dtype=float), distance[stood], altitude[stood])
    assert only.end_s - only.begin_s < 2_000 / 5 + 20


def test_no_climb_across_a_cable_car() -> None:
    seconds, distance, altitude = ridden((1_000, 0.0), (2_000, 0.4), (1_000, 0.0))
    kept = (distance < 1_000) | (distance > 3_000)
    assert climbs(seconds[kept], distance[kept], altitude[kept]) == []
    assert len(climbs(seconds, distance, altitude)) == 1


def test_categories() -> None:
    for gain, category in ((79, ""), (80, "4"), (160, "3"), (320, "2"), (640, "1"), (800, "HC")):
        assert Climb(0.0, 3_600.0, 0.0, 10_000.0, float(gain)).category == category
    assert Climb(0.0, 1_800.0, 0.0, 5_000.0, 500.0).vam == 1_000
