"""A distance in a unit other than metres (track/series.py)."""

import numpy as np
import pytest

from milevault_core.track.distance import way_m
from milevault_core.track.series import is_in_another_unit, may_be_in_another_unit

UNITS = {"feet": 3.2808, "yards": 1.0936, "metres": 1.0, "a bit more": 1.4, "half more": 1.6, "twice": 2.0}


def wandered(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(seconds, metres, lat, lon) of a track with turns and stops, as a receiver with errors records it."""
    n = int(rng.integers(200, 4_000))
    seconds = np.cumsum(rng.choice([1.0, 1.0, 1.0, 2.0, 5.0], n))
    moves = np.ones(n)
    for begin in rng.integers(0, n, int(rng.integers(0, 6))):
        moves[begin : begin + int(rng.integers(10, n // 4))] = 0.0
    speed = rng.uniform(0.8, 12.0) * moves * np.diff(seconds, prepend=seconds[0])
    course = np.cumsum(rng.normal(0.0, rng.uniform(0.005, 0.4), n))
    error = rng.uniform(0.0, 6.0)
    north = np.cumsum(speed * np.cos(course)) + rng.normal(0.0, error, n)
    east = np.cumsum(speed * np.sin(course)) + rng.normal(0.0, error, n)
    return seconds, np.cumsum(speed), 47.0 + north / 111_195, 8.0 + east / 75_800


@pytest.mark.parametrize("unit", UNITS)
def test_the_quick_answer_is_never_another_than_the_thorough_one(unit: str) -> None:
    rng, asked, found = np.random.default_rng(14), 0, 0
    for _ in range(12):
        seconds, metres, lat, lon = wandered(rng)
        lat[rng.random(len(lat)) < rng.choice([0.0, 0.05])] = np.nan
        told = metres * UNITS[unit]
        way, left_out = way_m(lat, lon, seconds)
        wrong = is_in_another_unit(told, way) and not left_out.any()
        found += wrong
        asked += may_be_in_another_unit(seconds, told, lat, lon)
        assert may_be_in_another_unit(seconds, told, lat, lon) or not wrong
    assert (unit in ("feet", "twice")) <= (found > 0), "the generated ways show nothing"
    if unit == "metres":
        assert asked < 12, "the quick answer is always that it does not know"
