"""A drive in a recording, such as the way home by car with the watch still running, and what must not pass for one."""

import numpy as np
import pytest

from milevault_core import track
from milevault_core.metrics.climb import climbed
from milevault_core.track import TrackFacts
from tests.track.test_places import METRES, north

WALK, RUN, RIDE = ("hiking", 1.2), ("running", 3.0), ("cycling", 6.0)


def after(sport: tuple[str, float], *legs: tuple[int, float], before: int = 1800, every: int = 1, **columns):
    """A walk, run or ride of half an hour, then legs of (seconds, m/s), as positions only."""
    speeds = np.concatenate([np.full(before, sport[1]), *(np.full(s, v) for s, v in legs)])
    way = np.append(0.0, np.cumsum(speeds))[::every]
    made = {name: np.asarray(values, float)[::every] for name, values in columns.items()}
    return north(len(way), every=every, lat=47 + way / METRES, **made)


def judged(frame, sport: tuple[str, float], **given):
    return track.clean(frame, given=TrackFacts(sport[0], **given))


CITY = [(20, 8.0), (40, 14.0), (30, 0.0), (60, 12.5), (90, 0.0), (45, 13.5), (30, 5.0), (200, 1.2)]


@pytest.mark.parametrize("every", [1, 5])
@pytest.mark.parametrize("has_series", [False, True])
@pytest.mark.parametrize(
    ("sport", "legs"),
    [
        (RUN, [(60, 14.0)]), (RUN, CITY), (WALK, CITY), (WALK, [(1200, 11.0)]), (RUN, [(3600, 33.0)]),
        (RIDE, [(600, 30.0)]), (RIDE, [(30, 12.0), (900, 24.0)]),
    ],
)  # fmt: skip
def test_a_drive_home_does_not_count(sport, legs, has_series: bool, every: int) -> None:
    frame = after(sport, *legs, every=every)
    if has_series:
        frame["distance"] = (frame["lat"] - 47) * METRES
    cleaned, problems = judged(frame, sport)
    assert cleaned["distance"].iloc[-1] == pytest.approx(1800 * sport[1], rel=0.02, abs=40)
    assert [p.code for p in problems] == ["untravelled"]
    assert cleaned["lat"].iloc[1800 // every + 8 :].isna().all()
    assert not (cleaned["speed"] > 1.5 * sport[1] + 1).any()
    whole, _ = judged(frame, sport, as_recorded=True)
    assert whole["distance"].iloc[-1] == pytest.approx(
        1800 * sport[1] + sum(s * v for s, v in legs), rel=0.01
    )


@pytest.mark.parametrize("has_series", [False, True])
@pytest.mark.parametrize("at_the_end", [False, True])
def test_it_is_said_how_far_the_drive_was(at_the_end: bool, has_series: bool) -> None:
    legs = [(1800, 3.0), (600, 20.0)] if at_the_end else [(600, 20.0), (1800, 3.0)]
    way = np.append(0.0, np.cumsum(np.concatenate([np.full(s, v) for s, v in legs])))
    frame = north(len(way), lat=47 + way / METRES)
    if has_series:
        frame["distance"] = way
    _, (problem,) = judged(frame, RUN)
    assert problem.text.startswith("Left out: 12.0 km faster than anyone can go unaided, in one stretch.")


def test_nor_does_one_to_the_start_and_one_between() -> None:
    speeds = np.concatenate([np.full(s, v) for s, v in ((300, 14), (60, 0), (1800, 3), (300, 20), (1800, 3))])
    way = np.append(0.0, np.cumsum(speeds))
    cleaned, _ = judged(north(len(way), lat=47 + way / METRES), RUN)
    assert cleaned["distance"].iloc[-1] == pytest.approx(2 * 1800 * 3, rel=0.01)
    assert track.apart(cleaned).sum() == 1
    shape = track.outline(cleaned)
    assert np.isnan(shape).any(axis=1).sum() == 1
    assert not np.isnan(shape[0]).any()


def test_nothing_that_was_measured_in_a_car_counts() -> None:
    n = 1800 + 600 + 1
    climb = np.concatenate([np.full(1801, 100.0), np.linspace(100, 700, 600)])
    frame = after(RUN, (600, 20.0), altitude=climb, heart_rate=np.where(np.arange(n) < 1800, 150, 70))
    cleaned, _ = judged(frame, RUN)
    assert climbed(cleaned)[0] == pytest.approx(0, abs=1)
    assert cleaned["heart_rate"].min() == 150
    assert len(cleaned) == n


def test_a_slow_car_is_told_by_cranks_that_stand_still() -> None:
    cadence = np.where(np.arange(1800 + 300 + 1) < 1800, 85.0, 0.0)
    frame = after(RIDE, (300, 13.0), cadence=cadence, altitude=np.full(2101, 100.0))
    assert judged(frame, RIDE)[0]["distance"].iloc[-1] == pytest.approx(1800 * 6, rel=0.01)
    turning = after(RIDE, (300, 13.0), cadence=np.full(2101, 85.0), altitude=np.full(2101, 100.0))
    assert not judged(turning, RIDE)[1]


@pytest.mark.parametrize(
    ("sport", "legs"),
    [
        (RIDE, [(600, 16.0)]),  # a time trial
        (RIDE, [(40, 22.0)]),  # a sprint
        (RUN, [(45, 9.3), (120, 1.5), (45, 9.3), (120, 1.5)]),  # repeats at world-class speed
        (RUN, [(900, 6.0)]),
        (WALK, [(600, 3.5)]),  # a hike that ends with a run
        (("alpine_skiing", 3.0), [(120, 28.0)]),
        (("e_biking", 6.0), [(900, 12.5)]),
    ],
)  # fmt: skip
def test_what_people_can_do_counts(sport, legs) -> None:
    cleaned, problems = judged(after(sport, *legs), sport)
    assert not problems
    assert cleaned["distance"].iloc[-1] == pytest.approx(
        1800 * sport[1] + sum(s * v for s, v in legs), rel=0.01
    )


def test_a_long_descent_by_bike_counts() -> None:
    height = np.concatenate([np.linspace(0, 1500, 1801), 1500 - np.arange(1, 601) * 22 * 0.07])
    cleaned, problems = judged(after(("cycling", 3.0), (600, 22.0), altitude=height), RIDE)
    assert not problems
    assert cleaned["distance"].iloc[-1] == pytest.approx(1800 * 3 + 600 * 22, rel=0.01)


def test_a_ride_that_is_called_a_run_keeps_its_way() -> None:
    """The user will correct the sport; until then nothing is left out."""
    cleaned, _ = judged(after(("running", 8.0), (900, 9.0), (300, 11.0)), RUN)
    assert cleaned["distance"].iloc[-1] == pytest.approx(1800 * 8 + 900 * 9 + 300 * 11, rel=0.01)
