"""Moving time leaves out stops and understands a distance that is counted in steps."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from milevault_core import track
from milevault_core.activities.summary import summarise
from milevault_core.formats import Recording
from milevault_core.metrics.moving import moving_s

START = dt.datetime(2026, 6, 1, 6, tzinfo=dt.UTC)


def at_every_second(distance: np.ndarray) -> pd.DataFrame:
    time = np.datetime64("2026-06-01T06:00:00", "us") + np.arange(len(distance)) * np.timedelta64(1, "s")
    return track.from_columns({"time": time, "distance": np.asarray(distance, float)})


def test_a_stop_of_a_minute_is_not_moving() -> None:
    way = np.concatenate([np.arange(300) * 3.0, np.full(60, 897.0), 897 + np.arange(1, 301) * 3.0])
    assert moving_s(at_every_second(way)) == pytest.approx(600, abs=4)


def test_a_stop_in_the_pool_of_a_distance_counted_in_lengths() -> None:
    """25 m every 22 s without a rest: all of it is moving, although the distance stays the same for 21 of 22 s."""
    way = np.repeat(np.arange(20) * 25.0, 22)
    assert moving_s(at_every_second(np.append(way, 500.0))) == pytest.approx(440, abs=2)


def test_waiting_before_a_small_step_is_not_moving() -> None:
    way = np.concatenate([np.arange(100) * 2.0, np.full(100, 198.0), 204 + np.arange(100) * 2.0])
    assert moving_s(at_every_second(way)) == pytest.approx(200, abs=4)


@pytest.mark.parametrize(("every_s", "speed"), [(1, 8.0), (2, 8.0), (7, 2.8)])
@pytest.mark.parametrize("stop_s", [11, 13, 30])
def test_a_stop_after_which_the_next_point_is_far_on_is_not_moving(
    every_s: int, speed: float, stop_s: int
) -> None:
    """A watch that records rarely, but at both ends of the stop: the next point is some metres further on."""
    before = np.arange(0, 60) * every_s
    after = before[-1] + stop_s + np.arange(0, 60) * every_s
    track = at_every_second(np.concatenate([before, before[-1] + np.arange(60) * every_s]) * speed)
    track["time"] = np.datetime64("2026-06-01T06:00:00", "us") + np.concatenate(
        [before, after]
    ) * np.timedelta64(1, "s")
    assert moving_s(track) == pytest.approx(2 * 59 * every_s, abs=5)


def test_a_swim_moves_for_its_active_lengths() -> None:
    lengths = pd.DataFrame(
        {"elapsed_s": [22.0, 30, 23], "timer_s": [22.0, 30, None], "is_active": [True, False, True]}
    )
    cleaned = at_every_second(np.append(np.repeat([0.0, 25.0], [22, 53]), 50.0))
    recording = Recording(
        "swimming", START, cleaned, lengths=lengths, totals={"timer_s": 75.0, "elapsed_s": 80.0}
    )
    figures = summarise(recording, cleaned).figures
    assert figures["moving_s"] == 45
    assert figures["avg_speed"] == pytest.approx(50 / 45)
