"""Graded pace: pace on hills converted to pace on the flat."""

from collections.abc import Mapping

import numpy as np

from milevault_core.metrics import Context, NotComputable, metric
from milevault_core.metrics.climb import smooth
from milevault_core.metrics.seconds import on_clock
from milevault_core.metrics.shared import shared
from milevault_core.track import Columns

SLOWEST_M_S = 0.5  # slower is standing
REACH_S = 10  # the slope is taken over the stretch from 10 s before to 10 s after
LEAST_M = 10.0  # … if it is at least this long; else the slope is unknown
STEEPEST = 30.0  # %; beyond it the factor of 30 % is used
# Factor by which a slope of g % slows the pace at equal heart rate: 1 + 0.0327 g + …
CURVE = (1.0, 0.03266, 0.002054, -3.99e-6, -5.294e-7)
# The athlete's own curve: the athlete values "grade_-20" … "grade_20" are its factors (training/grade_curve.py), and
# "grade_own" is 0 if the athlete has switched it off.
KNOTS = (-20, -15, -10, -5, 0, 5, 10, 15, 20)


def published_factor(grade: np.ndarray) -> np.ndarray:
    """How many times faster the same effort would be on the flat; grade in %, any shape."""
    g = np.clip(grade, -STEEPEST, STEEPEST)
    a, b, c, d, e = CURVE
    return a + g * (b + g * (c + g * (d + g * e)))


def factor(grade: np.ndarray, athlete: Mapping[str, float]) -> np.ndarray:
    """How many times faster the same effort would be on the flat, by the athlete's own curve if there is one and it is
    not switched off, else by the published one. grade: in %, any shape."""
    if athlete.get("grade_own") == 0.0:
        return published_factor(grade)
    own = [1.0 if knot == 0 else athlete.get(f"grade_{knot}") for knot in KNOTS]
    if any(value is None for value in own):
        return published_factor(grade)
    ratio = np.interp(grade, KNOTS, np.array(own) / published_factor(np.array(KNOTS, float)))
    return published_factor(grade) * ratio


@shared
def steps_and_grades(track: Columns) -> tuple[np.ndarray, np.ndarray]:
    """(metres, grade in %) for each second of the track, shape (n - 1,); metres NaN in holes, grade 0 where unknown."""
    distance = on_clock(track, "distance")
    metres = np.diff(distance)
    altitude = on_clock(track, "altitude")
    held = ~np.isnan(altitude)
    if held.sum() < 2 * REACH_S or len(metres) == 0:
        return metres, np.zeros(len(metres))
    clock = np.flatnonzero(held).astype(float)
    even = altitude.copy()
    even[held] = smooth(clock, altitude[held])
    at = np.arange(len(metres))
    before, after = np.maximum(at - REACH_S, 0), np.minimum(at + REACH_S, len(metres))
    way = distance[after] - distance[before]
    with np.errstate(invalid="ignore", divide="ignore"):
        grade = 100 * (even[after] - even[before]) / way
    grade[~(way >= LEAST_M) | ~np.isfinite(grade)] = 0.0
    return metres, np.clip(grade, -45.0, 45.0)


def graded_speeds(track: Columns, context: Context) -> np.ndarray:
    """Graded speed for each second, m/s, shape (n - 1,): NaN in holes and where the runner stands still."""
    metres, grades = steps_and_grades(track)
    even = np.convolve(np.nan_to_num(metres), np.ones(5) / 5, "same") if len(metres) >= 5 else metres
    return np.where(np.isnan(metres) | (even < SLOWEST_M_S), np.nan, metres * factor(grades, context.athlete))


@metric(
    "graded_speed",
    "Graded pace",
    "m/s",
    columns=("distance",),
    sports=("running",),
    after=("moving_s",),
    better="higher",
    decimals=2,
    version=2,
)
def graded_speed(track: Columns, context: Context) -> float:
    """The pace on the flat that would have taken the same number of heartbeats.

    Source: Robb, An Improved GAP Model, Strava Engineering 2017: pace at equal heart rate by slope; its curve as a
    polynomial in public use (the coefficients of rungrade's src/Coefficients.js, which cites Robb; they agree to four
    digits, -10% is about .88, and the cost is that of the flat again near -18%, as Robb says). Minetti's curve
    describes oxygen, not pace, and makes downhill running look far too easy.
    Definition: each second's metres times the factor for its slope; the sum of these divided by the sum of the plain
    metres, times the mean moving speed, so that on the flat it is the pace itself. Your own curve is used instead once
    it can be trusted; the Athlete page shows it and can switch it off.
    Messy data: the slope is taken over 20 s of a smoothed altitude and limited to 30%; without altitude (treadmill) it
    is the plain pace.
    """
    speeds = graded_speeds(track, context)
    held = ~np.isnan(speeds)
    if not held.any():
        return float("nan")
    metres, moving = context.figures.get("distance_m"), context.metrics.get("moving_s")
    plain = float(steps_and_grades(track)[0][held].sum())
    if not metres or not moving or not plain > 0:
        return float(speeds[held].mean())
    return metres / moving * float(speeds[held].sum()) / plain


@metric("pace_load", "Load by pace", "", columns=("distance",), needs=("graded_speed",), sports=("running",),
        aggregate="sum")  # fmt: skip
def pace_load(track: Columns, context: Context) -> float:
    """Training load of a run from its pace: 100 is one hour at threshold pace.

    Source: the formula of Allen and Coggan's training stress score, applied to graded pace.
    Definition: hours in motion x (graded speed / threshold speed) squared x 100, over the seconds at 0.5 m/s or more.
    Messy data: as for graded pace; standing adds nothing.
    """
    threshold = context.athlete_value("threshold_speed", "your threshold pace in running")
    speeds = graded_speeds(track, context)
    speeds = speeds[~np.isnan(speeds)]
    if not len(speeds):
        raise NotComputable("No movement was recorded.")
    return len(speeds) / 3600 * (float(speeds.mean()) / threshold) ** 2 * 100
