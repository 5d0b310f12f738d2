"""The athlete's own grade curve: pace at equal heart rate by slope, from their own runs.

For each run, sums by slope are kept: seconds, and the mean logarithm of speed per heartbeat. Over all runs

    log(speed / heart rate) = run + slope + error

is fitted with a separate level for each run, so that form, heat and shoes cancel out. Slopes about which the runs say
little are pulled towards the published curve. If the runs are too flat, there is no curve.

Graded pace uses the curve automatically once it is trusted (`settled`), unless the athlete has switched it off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from milevault_core.metrics.graded import KNOTS, published_factor, steps_and_grades
from milevault_core.metrics.seconds import on_clock
from milevault_core.track import Columns

WINDOW_S = 60  # as in Strava's study: a minute at one slope and one heart rate
LAG_S = 20  # by which the heart rate lags behind the effort
STEADY_GRADE, STEADY_SHARE = 2.5, 0.15  # a window with more spread in slope (% points) or speed is left out
PRIOR_SD = 0.10  # how far, in logarithm, an athlete may be from the published curve
SLOPE_SD = 0.3  # percentage points: how far a slope over 20 s may be off even if all runs agree
LEAST_S = 1_800.0  # on slopes of 7.5 % or more up, and as much down, before a curve is trusted
GROWTH = 1.5  # the curve in use is computed again each time the time on slopes has grown by half
_EDGES = np.array([(a + b) / 2 for a, b in pairwise(KNOTS)])
_UP, _DOWN = np.array(KNOTS) >= 10, np.array(KNOTS) <= -10


def sums(track: Columns) -> np.ndarray | None:
    """(seconds, mean log of speed per heartbeat) by slope knot, shape (2, len(KNOTS)); None without any window."""
    if len(track["time"]) < 2 * WINDOW_S or np.isnan(np.asarray(track["heart_rate"])).all():
        return None
    if np.isnan(np.asarray(track["altitude"])).all() or np.isnan(np.asarray(track["distance"])).all():
        return None
    metres, grades = steps_and_grades(track)
    beats = on_clock(track, "heart_rate")[1:]
    beats = np.append(beats[LAG_S:], np.full(min(LAG_S, len(beats)), np.nan))
    count = min(len(metres), len(beats)) // WINDOW_S
    if count == 0:
        return None
    speed, slope, heart = (v[: count * WINDOW_S].reshape(count, WINDOW_S) for v in (metres, grades, beats))
    with np.errstate(invalid="ignore", divide="ignore"):
        v, g, h = speed.mean(axis=1), slope.mean(axis=1), heart.mean(axis=1)
        parts = speed.reshape(count, 4, WINDOW_S // 4).mean(axis=2)
        steady = (slope.std(axis=1) <= STEADY_GRADE) & (parts.std(axis=1) <= STEADY_SHARE * v)
        steady &= (heart.std(axis=1) <= 4.0) & (v > 0.8) & (np.abs(g) <= 25.0)
    if not steady.any():
        return None
    knot = np.searchsorted(_EDGES, g[steady])
    # Moved to the middle of the knot by the published curve, which is not flat within the 5 % of a knot.
    told = np.log(v[steady] / h[steady]) + np.log(
        published_factor(g[steady]) / published_factor(np.array(KNOTS, float)[knot])
    )
    seconds = np.bincount(knot, minlength=len(KNOTS)) * float(WINDOW_S)
    total = np.bincount(knot, told, minlength=len(KNOTS)) * WINDOW_S
    with np.errstate(invalid="ignore"):
        return np.stack([seconds, np.nan_to_num(total / seconds)])


def pack(found: np.ndarray | None) -> bytes | None:
    """The stored bytes (float32) of what `sums` returns, shape (2, 9); None for None."""
    return None if found is None else found.astype("<f4").tobytes()


def unpack(data: bytes) -> np.ndarray:
    """The sums that `pack` packed, shape (2, len(KNOTS))."""
    return np.frombuffer(data, "<f4").reshape(2, len(KNOTS)).astype(float)


@dataclass(frozen=True)
class Curve:
    """factors: how many times faster the athlete is on the flat at the same heart rate, by KNOTS; low, high: their 90%
    interval. is_trusted, or else the reason why not. seconds: time that the runs spent on each slope."""

    factors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    seconds: np.ndarray
    is_trusted: bool
    reason: str
    run_count: int


def _steepness() -> np.ndarray:
    """How much the logarithm of the published factor changes per percentage point of slope, at each of KNOTS."""
    at = np.array(KNOTS, float)
    ends = np.log(published_factor(at + 0.5)), np.log(published_factor(at - 0.5))
    return np.abs(ends[0] - ends[1])


def fit(runs: Sequence[np.ndarray]) -> Curve:
    """Fit the curve to the `sums` of many runs.

    Weighted least squares with a separate level for each run; deviations from the published curve are pulled to 0 by
    PRIOR_SD. Errors come from the residuals, with one independent value per run and slope, and from SLOPE_SD, because a
    slope that all runs measure too flat leaves no residual.
    """
    prior = -np.log(
        published_factor(np.array(KNOTS, float))
    )  # log of speed at equal heart rate, 0 on the flat
    flat = KNOTS.index(0)
    free = [i for i in range(len(KNOTS)) if i != flat]
    table = _of_several_slopes(runs)
    seconds = table[:, 0].sum(axis=0) if len(table) else np.zeros(len(KNOTS))
    deviation, sd = np.zeros(len(KNOTS)), np.full(len(KNOTS), PRIOR_SD)
    if len(table):
        weight = table[:, 0] / WINDOW_S
        y = np.where(weight > 0, table[:, 1] - prior, 0.0)
        sigma2 = 0.05**2
        for _ in range(3):
            total = weight.sum(axis=1)
            normal = np.diag(weight.sum(axis=0)) - np.einsum("ri,rj,r->ij", weight, weight, 1 / total)
            right = (weight * y).sum(axis=0) - np.einsum(
                "ri,r,r->i", weight, (weight * y).sum(axis=1), 1 / total
            )
            a = normal[np.ix_(free, free)] / sigma2 + np.eye(len(free)) / PRIOR_SD**2
            solved = np.linalg.solve(a, right[free] / sigma2)
            deviation[free] = solved
            level = (weight * (y - deviation)).sum(axis=1) / total
            residual = np.where(weight > 0, y - deviation - level[:, None], 0.0)
            spare = max(int((weight > 0).sum()) - len(table) - len(free), 1)
            sigma2 = max(float((weight * residual**2).sum() / spare), 1e-5)
        sd[free] = np.sqrt(np.diag(np.linalg.inv(a)))
    sd = np.hypot(sd, SLOPE_SD * _steepness())
    sd[flat] = 0.0
    logs = prior + deviation
    factors, low, high = (np.exp(-(logs + z * sd)) for z in (0.0, 1.645, -1.645))
    up, down = (float(seconds[which].sum()) for which in (_UP, _DOWN))
    if min(up, down) < LEAST_S:
        reason = (
            "Your runs with heart rate are too flat so far: this needs half an hour of steady running on slopes of "
            f"7.5% or more, up and down alike (there are {up / 60:.0f} and {down / 60:.0f} min)."
        )
        return Curve(factors, low, high, seconds, False, reason, len(table))
    return Curve(factors, low, high, seconds, True, "", len(table))


def settled(runs: Sequence[np.ndarray]) -> Curve | None:
    """The curve that graded pace uses; None until it can be trusted. runs: from `sums`, shape (2, len(KNOTS)) each, in
    time order.

    It uses only the first runs, up to the one with which the time on slopes last grew by half. With a new curve every
    run has to be computed again, so it should change rarely. The order in which files were imported does not matter.
    """
    table = _of_several_slopes(runs)
    if not len(table):
        return None
    steep = np.minimum(*(table[:, 0, which].sum(axis=1).cumsum() for which in (_UP, _DOWN)))
    if steep[-1] < LEAST_S:
        return None
    reached = LEAST_S
    while reached * GROWTH <= steep[-1]:
        reached *= GROWTH
    return fit(list(table[: int(np.searchsorted(steep, reached)) + 1]))


def _of_several_slopes(runs: Sequence[np.ndarray]) -> np.ndarray:
    """The runs with at least two slopes to compare, shape (n, 2, len(KNOTS))."""
    return np.array([run for run in runs if (run[0] > 0).sum() >= 2]).reshape(-1, 2, len(KNOTS))
