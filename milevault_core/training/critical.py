"""Critical power and speed: what can be held for long, and the reserve above it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from milevault_core.training.values import Refused

SHORTEST_S, LONGEST_S = 120.0, 1_200.0
LEAST_EFFORTS = 3
WORST_FIT = 0.05  # of critical power: a larger error means that the efforts were not maximal


@dataclass(frozen=True)
class Critical:
    """rate: critical power (W) or speed (m/s); reserve: W′ (J) or D′ (m); each with its standard error. efforts: the
    (seconds, mean rate) it was fitted to."""

    rate: float
    reserve: float
    rate_error: float
    reserve_error: float
    efforts: tuple[tuple[float, float], ...]


def fit(efforts: Sequence[tuple[float, float]]) -> Critical:
    """Fit efforts (seconds, mean W or m/s) of 2 to 20 minutes: work = critical x time + reserve, by least squares.

    Source: Monod and Scherrer 1965, Ergonomics 8:329; how many efforts and how long, reviewed by Muniz-Pumares and
    others 2019, J Strength Cond Res 33:584 (2 to 20 minutes: Hill 1993, Sports Med 16:237, from memory).
    Raises Refused with the reason: fewer than three efforts, too similar in length, or not maximal (no reserve, or an
    error of more than 5%).
    """
    used = sorted((float(t), float(r)) for t, r in efforts if SHORTEST_S <= t <= LONGEST_S and r > 0)
    if len(used) < LEAST_EFFORTS:
        raise Refused("This needs at least three all-out efforts of 2 to 20 minutes.")
    t, rate = np.array(used).T
    if t[-1] < 2.5 * t[0]:
        raise Refused(
            "The efforts are too similar in length: the longest must be two and a half times the shortest."
        )
    design = np.stack([t, np.ones(len(t))], axis=1)
    solved, *_ = np.linalg.lstsq(design, rate * t, rcond=None)
    residual = rate * t - design @ solved
    spare = max(len(t) - 2, 1)
    errors = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * (residual @ residual) / spare)
    found = Critical(float(solved[0]), float(solved[1]), float(errors[0]), float(errors[1]), tuple(used))
    if found.reserve <= 0 or found.rate <= 0 or found.rate_error > WORST_FIT * found.rate:
        raise Refused("The efforts do not fit together: not all of them were all-out.")
    return found


def time_for(found: Critical, distance_m: float) -> float:
    """Seconds for a distance at critical speed with its reserve; NaN if the reserve alone covers the distance."""
    seconds = (distance_m - found.reserve) / found.rate
    return seconds if seconds > 0 else float("nan")


def best_of_curve(
    durations: Sequence[int], values: np.ndarray, at: Sequence[int] = (120, 180, 300, 600, 1_200)
) -> list[tuple[float, float]]:
    """The efforts of a mean-max curve at the usual durations: (seconds, rate) for those that it has."""
    index = {int(d): i for i, d in enumerate(durations)}
    return [(float(d), float(values[index[d]])) for d in at if d in index and np.isfinite(values[index[d]])]
