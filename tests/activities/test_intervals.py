"""Intervals found where the laps show none, checked on workouts with known intervals and on workouts without any."""

import numpy as np
import pytest

from milevault_core.activities import intervals, steps_in
from milevault_core.view import format as fmt
from milevault_core.view.activities.intervals import explain, round_time
from tests.activities import workouts
from tests.builders.tracks import ride

SEEDS = range(20)


def found(workout: workouts.Workout) -> list[tuple[float, float]]:
    return [
        (i.start_s, i.stop_s) for one in intervals.find(workout.track, workout.sport) for i in one.intervals
    ]


def overlap(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


def test_intervals_are_found_with_their_edges() -> None:
    right = missed = wrong = 0
    edges: list[float] = []
    for seed in SEEDS:
        workout = workouts.intervals(seed)
        got = found(workout)
        pairs = [(w, g) for w in workout.work for g in got if overlap(w, g) > 0.6]
        right, missed, wrong = (
            right + len(pairs),
            missed + len(workout.work) - len(pairs),
            wrong + len(got) - len(pairs),
        )
        edges += [abs(a - b) for w, g in pairs for a, b in zip(w, g, strict=True)]
    for seed in SEEDS:
        wrong += len(found(workouts.without(seed)))
    assert 2 * right / (2 * right + missed + wrong) >= 0.95
    assert np.mean(np.array(edges) <= 3.0) >= 0.99


def test_the_measure_above_can_fail() -> None:
    """The workouts have intervals to miss, and those without have features that could be taken for intervals."""
    assert sum(len(workouts.intervals(seed).work) for seed in SEEDS) > 100
    names = {workouts.without(seed).name for seed in SEEDS}
    assert names == {"steady", "progressive", "hills", "lights", "ride", "rolling"}


def set_of(count: int, seconds: float, metres: float, rest: float, rest_speed: float = 2.0, power: float = np.nan,
           by_distance: bool = False) -> intervals.Set:  # fmt: skip
    one = intervals.Interval(0, seconds, rest, metres, metres / seconds, power, 170, rest_speed)
    return intervals.Set((one,) * count, by_distance)


def test_the_sentence() -> None:
    assert explain([set_of(5, 241, 1116, 119)], fmt.METRIC, "running") == "5 × 4 min at 3:36 /km, 2 min easy"
    assert explain([set_of(6, 214, 1003, 92, 0.1, by_distance=True)], fmt.METRIC, "running") == (
        "6 × 1 km at 3:33 /km, 90 s standing"
    )
    assert (
        explain([set_of(8, 75, 402, 61, by_distance=True)], fmt.METRIC, "running")
        == "8 × 400 m at 3:07 /km, 1 min easy"
    )
    assert (
        explain([set_of(4, 480, 5000, 240, power=287.0)], fmt.METRIC, "cycling")
        == "4 × 8 min at 287 W, 4 min easy"
    )
    both = [set_of(3, 240, 1100, 120), set_of(5, 60, 320, 60)]
    assert explain(both, fmt.METRIC, "running").count(", then 5 × 1 min at ") == 1
    pyramid = [set_of(1, 60 * m, 280 * m, 90) for m in (1, 2, 3, 2, 1)]
    assert explain(pyramid, fmt.METRIC, "running") == "1-2-3-2-1 min at 3:34 /km, 90 s easy"
    assert explain([], fmt.METRIC, "running") == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(29.4, "30 s"), (61, "1 min"), (91, "90 s"), (152, "2:30 min"), (240, "4 min"), (1203, "20 min")],
)
def test_times_as_one_would_have_set_them(seconds: float, text: str) -> None:
    assert round_time(seconds) == text


@pytest.mark.parametrize("sport", ["running", "cycling", "swimming", "yoga"])
def test_any_track_gives_an_answer(sport: str) -> None:
    made = ride(900, pause_at=400)
    for column in ("speed", "power", "distance"):
        assert isinstance(intervals.find(made.assign(**{column: np.nan}), sport), list)
    assert intervals.find(made.iloc[:0], sport) == []
    assert intervals.find(made.assign(speed=0.0, power=0.0), sport) == []


def test_levels_are_cut_where_they_change() -> None:
    chance = np.random.default_rng(1)
    values = np.concatenate([np.full(100, 2.0), np.full(40, 5.0), np.full(60, 3.0)]) + chance.normal(
        0, 0.3, 200
    )
    found = steps_in.changes(values, penalty=3 * np.log(200) * steps_in.noise_of(values))
    assert found.tolist() == [0, 100, 140]


def test_the_median_of_five_is_the_median() -> None:
    values = np.random.default_rng(3).integers(0, 6, (5, 5_000)).astype(float)  # with many ties
    assert (intervals._median_of_five(*values) == np.median(values, axis=0)).all()
