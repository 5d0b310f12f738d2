"""The track as one value a second: what time-based metrics are computed on. Registers nothing itself."""

import numpy as np

from milevault_core.metrics.shared import shared
from milevault_core.track import Columns

# A recording that is silent for longer than this was paused or lost; shorter holes are smart recording.
GAP_S = 10.0


@shared
def seconds_of(track: Columns) -> np.ndarray:
    """Seconds since the first point, float64, one a point, non-decreasing."""
    time = np.asarray(track["time"], "datetime64[us]")
    return (time - time[0]).view("i8") / 1e6


def weights_of(track: Columns) -> np.ndarray:
    """Seconds each point stands for: until the next one, at most GAP_S; the last one stands for 1 s."""
    seconds = seconds_of(track)
    return np.append(np.minimum(np.diff(seconds), GAP_S), 1.0)


def mean_over_time(track: Columns, column: str) -> float:
    """The time-weighted mean of a column over its points that hold a value; NaN if none does."""
    values = np.asarray(track[column])
    held = ~np.isnan(values)
    if not held.any():
        return float("nan")
    weights = weights_of(track)[held]
    total = weights.sum()
    return float((values[held] * weights).sum() / total) if total > 0 else float(values[held].mean())


@shared
def every_second(track: Columns, column: str, fill_gaps: float = np.nan) -> np.ndarray:
    """A column at 1 Hz from the first to the last point, linear between points up to GAP_S apart; longer holes
    hold `fill_gaps`. At most a week: beyond that the result is empty."""
    values = np.asarray(track[column])
    held = ~np.isnan(values)
    seconds, values = seconds_of(track)[held], values[held]
    if len(values) < 2 or seconds[-1] > 7 * 86_400:
        return np.empty(0)
    grid = np.arange(seconds[0], seconds[-1] + 1.0)
    out = np.interp(grid, seconds, values)
    before = np.clip(np.searchsorted(seconds, grid, side="right") - 1, 0, len(seconds) - 2)
    inside_gap = (np.diff(seconds)[before] > GAP_S) & (grid > seconds[before]) & (grid < seconds[before + 1])
    out[inside_gap] = fill_gaps
    return out
