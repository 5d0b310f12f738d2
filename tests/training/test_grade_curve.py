"""An athlete's own grade curve is found, and refused where the runs are too flat."""

import numpy as np
import pytest

from milevault_core.metrics.graded import KNOTS, factor, published_factor
from milevault_core.training import grade_curve
from tests.training.lives import KNOTS_AT, hilly_run, own_factor


def fitted(runs: int, steepest: float = 18.0) -> grade_curve.Curve:
    found = (grade_curve.sums(hilly_run(seed, steepest)) for seed in range(runs))
    return grade_curve.fit([grade_curve.unpack(grade_curve.pack(s)) for s in found if s is not None])


def test_a_made_up_athletes_curve_is_found_within_3_percent() -> None:
    curve = fitted(40)
    assert curve.is_trusted, curve.reason
    for knot in (-15, -10, 10, 15):
        i, truth = KNOTS_AT[knot], float(own_factor(np.array([float(knot)]))[0])
        assert curve.factors[i] == pytest.approx(truth, rel=0.03), knot
        assert curve.low[i] < curve.factors[i] < curve.high[i]
    assert curve.factors[KNOTS_AT[0]] == 1.0


def test_the_interval_holds_the_truth() -> None:
    """For the 90 % intervals of ten athletes with few runs each: an interval that is too narrow would be a lie."""
    held = []
    for athlete in range(10):
        found = (grade_curve.sums(hilly_run(100 * athlete + run)) for run in range(4))
        curve = grade_curve.fit([s for s in found if s is not None])
        for knot in (-15, -10, 10, 15):
            i, truth = KNOTS_AT[knot], float(own_factor(np.array([float(knot)]))[0])
            held.append(curve.low[i] <= truth <= curve.high[i])
            assert curve.high[i] / curve.low[i] < 1.12
    assert np.mean(held) >= 0.85


def test_flat_runs_are_refused_with_the_reason() -> None:
    curve = fitted(10, steepest=3.0)
    assert not curve.is_trusted
    assert "too flat" in curve.reason
    steep = KNOTS_AT[20]  # nothing is known there, so it is the published curve with a wide interval
    assert curve.factors[steep] == pytest.approx(published_factor(np.array([20.0]))[0], rel=0.02)
    assert curve.high[steep] / curve.low[steep] > 1.3


def test_more_runs_make_the_interval_narrower() -> None:
    few, many = fitted(6), fitted(30)
    i = KNOTS_AT[10]
    assert many.high[i] - many.low[i] < few.high[i] - few.low[i]


def test_the_curve_in_use_changes_seldom_and_is_better_than_the_published_one() -> None:
    sums = [s for seed in range(40) if (s := grade_curve.sums(hilly_run(seed))) is not None]
    used = [grade_curve.settled(sums[:n]) for n in range(1, len(sums) + 1)]
    made_of = [0 if curve is None else curve.run_count for curve in used]
    first = next(n for n, count in enumerate(made_of) if count)
    assert made_of[first] == first + 1, "in use as soon as it is trusted"
    assert grade_curve.fit(sums[:first]).is_trusted is False
    assert made_of == sorted(made_of)
    assert 4 <= len(set(made_of)) <= 9, "of 40 runs"
    assert made_of[-1] >= 25, "not that of long ago"
    truth = own_factor(np.array(KNOTS, float))
    steep = [KNOTS_AT[knot] for knot in (-15, -10, 10, 15)]
    off = [
        np.abs(np.log(f[steep] / truth[steep])).max()
        for f in (used[first].factors, published_factor(np.array(KNOTS, float)))
    ]
    assert off[0] < off[1] / 2, off


def test_no_runs_at_all() -> None:
    assert grade_curve.settled([]) is None
    curve = grade_curve.fit([])
    assert not curve.is_trusted
    assert curve.factors == pytest.approx(published_factor(np.array(KNOTS, float)))


def test_graded_pace_uses_the_whole_curve_or_none() -> None:
    own = {f"grade_{k}": float(own_factor(np.array([float(k)]))[0]) for k in KNOTS if k}
    grades = np.array([-15.0, -7.0, 0.0, 8.0, 15.0])
    assert factor(grades, own) == pytest.approx(own_factor(grades), rel=0.01)
    assert factor(grades, own | {"grade_own": 0.0}) == pytest.approx(published_factor(grades)), "switched off"
    assert factor(grades, {}) == pytest.approx(published_factor(grades))
    assert factor(grades, {"grade_-20": 1.0}) == pytest.approx(
        published_factor(grades)
    )  # half a curve does not count
