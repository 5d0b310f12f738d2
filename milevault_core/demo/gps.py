"""Errors of the watch: drifting positions, occasional spikes, a drifting barometer."""

import numpy as np

from milevault_core.demo import draws, exact

MISSING = -(2**62)  # in every column of whole numbers: nothing was measured
SEMICIRCLES = 2**31 / 180.0  # of a degree


def wander(source: draws.Stream, n: int, sigma: float, tau: float) -> np.ndarray:
    """A slow error with standard deviation sigma and correlation time tau (samples)."""
    start = sigma * draws.normal(source)
    return exact.lag(draws.normals(source, n) * (sigma * float(np.sqrt(2.0 * tau))), tau, start=start)


def positions(
    source: draws.Stream, x: np.ndarray, y: np.ndarray, sigma: float
) -> tuple[np.ndarray, np.ndarray]:
    """Plane positions with the error of a GPS receiver: mostly slow drift (30 s), plus some white noise."""
    n = len(x)
    east = wander(source, n, sigma, 30.0) + 0.3 * draws.normals(source, n)
    north = wander(source, n, sigma, 30.0) + 0.3 * draws.normals(source, n)
    return x + east, y + north


def spikes(source: draws.Stream, n: int) -> np.ndarray:
    """Samples at which the position is far off: in one of forty activities, one to three samples in a row."""
    if n < 200 or not draws.chance(source, 0.025):
        return np.zeros(0, dtype=int)
    first = draws.integer(source, 60, n - 60)
    return np.arange(first, first + draws.integer(source, 1, 3))


def semicircles(degrees: np.ndarray) -> np.ndarray:
    """Degrees as FIT stores them: whole semicircles, 2^31 of which are 180 degrees."""
    return np.rint(degrees * SEMICIRCLES).astype(np.int64)


def smart(source: draws.Stream, seconds: np.ndarray, needed: np.ndarray) -> np.ndarray:
    """Mask of the samples that a watch keeps to save space: one every 1 to 8 s, and those that are needed."""
    steps = draws.pick(source, ((1, 2, 3, 4, 5), (2, 4, 5, 6, 8), (1, 3, 7, 8, 4)))
    gaps = np.array(steps)[draws.integers(source, len(seconds), 0, 4)]
    times = np.cumsum(gaps)
    keep = np.zeros(len(seconds), dtype=bool)
    keep[times[times < len(seconds)]] = True
    keep[[0, -1]] = True
    return keep | needed
