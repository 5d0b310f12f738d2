"""A distance that is written in steps is spread evenly between them; whole metres, stops and jumps stay."""

import numpy as np
import pandas as pd
import pytest

from milevault_core import track
from milevault_core.metrics import Context
from milevault_core.metrics.moving import moving_s
from milevault_core.records.best_effort import best_over
from milevault_core.records.distance_series import way_of
from milevault_core.track.stairs import even, even_known

N = 1200
SECONDS = np.arange(N + 1.0)


def made_of(distance: np.ndarray) -> pd.DataFrame:
    time = np.datetime64("2026-06-01T06:00:00", "us") + SECONDS.astype("timedelta64[s]")
    return track.from_columns({"time": time, "distance": distance})


def told_every(way: np.ndarray, step_s: int) -> np.ndarray:
    return way[np.arange(len(way)) // step_s * step_s]


@pytest.mark.parametrize("step_s", [4, 6, 8, 10, 12, 15, 20, 60])
@pytest.mark.parametrize("speed", [1.3, 3.0, 8.0])
def test_a_distance_told_in_steps_has_the_time_and_the_speed_of_its_way(step_s: int, speed: float) -> None:
    cleaned, problems = track.clean(made_of(told_every(SECONDS * speed, step_s)))
    assert not problems
    assert moving_s(cleaned, Context("running")) == pytest.approx(N, abs=2)
    assert np.nanmax(cleaned["speed"]) == pytest.approx(speed, rel=0.001)
    assert cleaned["distance"].iloc[-1] == pytest.approx(N * speed)


@pytest.mark.parametrize("step_s", [5, 8, 10, 15])
def test_a_track_stored_as_it_was_told_has_them_too(step_s: int) -> None:
    stored = made_of(told_every(SECONDS * 3.0, step_s))
    assert moving_s(stored, Context("running")) == pytest.approx(N, abs=2)
    found = best_over(way_of(SECONDS, stored["distance"].to_numpy(), 12.5, "device").pieces, 400)
    assert found is not None
    assert found[0] == pytest.approx(400 / 3, rel=0.001)


def test_a_speed_that_changes_and_steps_that_are_missed() -> None:
    rng = np.random.default_rng(1)
    way = np.append(0.0, np.cumsum(3 + np.sin(np.arange(N) / 60)))
    ends = np.cumsum(rng.choice([7, 8, 9, 16], N // 8))
    ends = np.append(0, ends[ends <= N])
    told = way[ends[np.searchsorted(ends, SECONDS, "right") - 1]]
    within = ends[-1]
    assert np.abs(even(SECONDS, told) - way)[:within].max() < 4.0  # the steps are off by up to 60 m
    assert even(SECONDS, told)[ends] == pytest.approx(way[ends])


@pytest.mark.parametrize("stop_s", [30, 60, 400])
def test_a_stop_stays_a_stop(stop_s: int) -> None:
    way = np.cumsum(np.where((SECONDS > 602) & (602 + stop_s >= SECONDS), 0.0, 3.0))
    assert moving_s(made_of(told_every(way, 8)), Context("running")) == pytest.approx(N - stop_s, abs=10)


@pytest.mark.parametrize(
    "told",
    [
        np.floor(SECONDS * 0.4),  # whole metres of a slow walker
        told_every(SECONDS * 3.0, 3),
        SECONDS * 3.0,
        np.cumsum(np.where(SECONDS % 40 < 15, 0.0, 3.0)),  # a red light after every 25 s of running
    ],
)
def test_what_is_no_stairs_is_the_same(told: np.ndarray) -> None:
    assert even(SECONDS, told) is told


def test_a_leap_among_steps_stays_for_others_to_judge() -> None:
    told = told_every(SECONDS * 3.0, 8)
    told[800:] += 400
    spread = even(SECONDS, told)
    assert spread[800] - spread[799] == 424
    assert spread[:792] == pytest.approx(SECONDS[:792] * 3.0)


def test_points_without_a_distance_stay_so() -> None:
    told = told_every(SECONDS * 3.0, 8)
    told[1::2] = np.nan
    spread = even_known(SECONDS, told)
    assert np.isnan(spread[1::2]).all()
    assert spread[:1192:2] == pytest.approx(SECONDS[:1192:2] * 3.0)
    falling = np.append(told[:600], told[:601])
    assert even_known(SECONDS, falling) is falling
    assert len(even(np.empty(0), np.empty(0))) == 0


def test_any_steps_never_fall_and_keep_their_ends() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        n = int(rng.integers(0, 200))
        seconds = np.sort(rng.integers(0, 600, n)).astype(float)  # some have the same time
        told = np.cumsum(np.where(rng.random(n) < rng.choice([0.1, 0.5]), rng.integers(1, 40, n), 0)).astype(
            float
        )
        spread = even(seconds, told)
        assert (np.diff(spread) >= -1e-9).all()
        assert (spread >= told - 1e-9).all()
        jumps = np.flatnonzero(np.diff(told) > 0) + 1
        assert spread[jumps] == pytest.approx(told[jumps])
