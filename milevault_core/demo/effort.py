"""Effort and the resulting speed: effort is a share of the one-hour threshold (1.0), knot by knot along a path."""

import numpy as np

from milevault_core.demo import draws, exact

_STEADY = {"easy": 0.74, "long": 0.75, "commute": 0.66, "hike": 0.52, "treadmill": 0.78, "trainer": 0.74}
GRAVITY = 9.80665


def profile(source: draws.Stream, kind: str, middle_m: np.ndarray, length_m: float) -> np.ndarray:
    """Effort of each piece of a path. middle_m: metres along the path of the middle of each piece."""
    n = len(middle_m)
    share = middle_m / length_m
    wander = 1.0 + 0.025 * exact.lag(draws.normals(source, n), 12.0) * 5.0
    if kind == "race":
        hour = length_m / 15_000.0
        level = 1.06 / exact.sixteenth_power(hour * 1.2)
        return level * (1.03 - 0.05 * share) * (1.0 + (wander - 1.0) * 0.4)
    if kind == "tempo":
        return np.where((share > 0.2) & (share < 0.85), 0.95, 0.74) * wander
    if kind == "intervals":
        return intervals(middle_m, length_m) * wander
    return _STEADY[kind] * wander * (1.0 + 0.03 * share)


def interval_marks(length_m: float) -> np.ndarray:
    """Distances (m) at which a repetition or a rest begins: 2 km easy, then alternately 600 m hard and 400 m easy."""
    ends = np.arange(2000.0, max(length_m - 1600.0, 2001.0), 1000.0)
    return np.sort(np.concatenate([ends, ends + 600.0]))


def intervals(middle_m: np.ndarray, length_m: float) -> np.ndarray:
    """The effort of an interval session as a share of threshold: warm-up, hard or easy. middle_m: (n,) metres."""
    marks = interval_marks(length_m)
    part = np.searchsorted(marks, middle_m, side="right")
    return np.where(part == 0, 0.74, np.where(part % 2 == 1, 1.09, 0.60))


def running_cost(grade: np.ndarray) -> np.ndarray:
    """Energy per metre on a grade relative to the flat (Minetti 2002), clipped to where people can still run. grade: a
    fraction, one value per point; the result has one value per point too."""
    g = np.clip(grade, -0.18, 0.40)
    cost = ((((155.4 * g - 30.4) * g - 43.3) * g + 46.3) * g + 19.5) * g + 3.6
    return np.clip(cost / 3.6, 0.72, 4.0)


def running_speed(effort: np.ndarray, grade: np.ndarray, threshold: float) -> np.ndarray:
    """Speed in m/s, one value per point, at a share of the threshold effort and a grade (a fraction). threshold: m/s on
    the flat."""
    felt = exact.lag(grade, 4.0)  # nobody changes pace within a step
    return np.clip(threshold * effort / running_cost(felt), 0.8, 8.5)


def hiking_speed(source: draws.Stream, grade: np.ndarray) -> np.ndarray:
    """Walking: 4.9 km/h on the flat, slower both up and down."""
    steep = np.abs(grade + 0.03)
    wander = 1.0 + 0.2 * exact.lag(draws.normals(source, len(grade)), 10.0)
    return np.clip(1.42 * wander / (1.0 + 3.0 * steep + 12.0 * steep * steep), 0.35, 2.0)


def cycling_speed(power: np.ndarray, grade: np.ndarray, mass: float) -> np.ndarray:
    """Speed (m/s, 1.8 to 16.5) at which a rider of `mass` kg with the bike holds a power on a grade."""
    weight = mass * GRAVITY * (0.005 + grade)
    v = np.full(len(power), 9.0)
    for _ in range(8):  # Newton: 0.18 v^3 + weight v = power
        v -= (0.18 * v * v * v + weight * v - power) / np.maximum(0.54 * v * v + weight, 8.0)
        v = np.clip(v, 1.8, 16.5)
    return v


def cycling_power(speed: np.ndarray, grade: np.ndarray, mass: float) -> np.ndarray:
    """Power (W, 0 when coasting) needed for a speed on a grade."""
    return np.maximum(speed * (0.18 * speed * speed + mass * GRAVITY * (0.005 + grade)), 0.0)
