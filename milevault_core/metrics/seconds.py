"""The track as one value per second, which time-based metrics are computed from. Registers no metric itself."""

import numpy as np

from milevault_core.metrics.shared import shared
from milevault_core.track import Columns

# A longer hole means that the recording was paused or lost; shorter holes are smart recording …
GAP_S = 10.0
# … which may write only one point per minute if little changes (an old watch on a walk). If one step in ten is long,
# a hole counts as a pause only above twice that step, and above a minute in any case.
LONGEST_GAP_S, FEWEST_STEPS = 60.0, 20
MAX_SPAN_S = 7 * 86_400  # no single activity lasts longer than a week, and its seconds would fill the memory


@shared
def seconds_of(track: Columns) -> np.ndarray:
    """Seconds since the first point, float64, one per point, non-decreasing."""
    time = np.asarray(track["time"], "datetime64[us]")
    return (time - time[0]).view("i8") / 1e6


def gap_of(steps: np.ndarray) -> float:
    """The longest step in seconds that is not a pause: GAP_S, or more in a recording with long steps. steps: seconds
    between points, shape (n,)."""
    if len(steps) < FEWEST_STEPS:
        return GAP_S
    nine_tenths = len(steps) * 9 // 10
    return float(min(max(GAP_S, 2 * np.partition(steps, nine_tenths)[nine_tenths]), LONGEST_GAP_S))


def weights_of(track: Columns) -> np.ndarray:
    """Seconds that each point stands for: until the next point, at most `gap_of`; the last point stands for 1 s."""
    steps = np.diff(seconds_of(track))
    return np.append(np.minimum(steps, gap_of(steps)), 1.0)


@shared
def every_second(track: Columns, column: str) -> np.ndarray:
    """A column at 1 Hz from its first to its last value, NaN in holes longer than a gap; empty with fewer than two
    values or over more than a week. Must not be written into."""
    return resample(seconds_of(track), np.asarray(track[column]))[1]


@shared
def ridden(track: Columns, column: str) -> np.ndarray:
    """`every_second` without its holes: the recorded seconds joined. This is timer time as devices count it: a pause is
    a hole, and a missing value is not 0."""
    values = every_second(track, column)
    held = ~np.isnan(values)
    return values if held.all() else values[held]


@shared
def held(track: Columns, column: str) -> np.ndarray:
    """Like `ridden`, but with the value of the nearest point instead of a straight line between points: for time in
    zones. With smart recording a straight line passes through values that never occurred and cuts off the extremes: the
    error of the time in heart rate zones would be three times as large, and with power half as large again."""
    seconds, values = seconds_of(track), np.asarray(track[column])
    grid, even = resample(seconds, values)
    known = np.isfinite(values)
    if not len(grid) or known.sum() == len(grid):
        return even
    at = seconds[known]
    nearest = values[known][np.searchsorted((at[1:] + at[:-1]) / 2, grid, side="right")]
    return nearest[~np.isnan(even)]


@shared
def on_clock(track: Columns, column: str) -> np.ndarray:
    """A column at 1 Hz from the track's first point to its last, NaN where unknown, so that several columns line up."""
    seconds, values = seconds_of(track), np.asarray(track[column])
    length = int(seconds[-1] + 0.5) + 1 if len(seconds) and seconds[-1] <= MAX_SPAN_S else 0
    grid, found = resample(seconds, values)
    if len(found) == length:
        return found
    out = np.full(length, np.nan)
    if len(found) and length:
        first = int(grid[0] + 0.5)
        found = found[: length - first]
        out[first : first + len(found)] = found
    return out


def rolling_mean(values: np.ndarray, width: int) -> np.ndarray:
    """The mean of every full window of `width` values, shape (n - width + 1,); empty if there is none."""
    if len(values) < width:
        return np.empty(0)
    sums = np.append(0.0, np.cumsum(values))
    return (sums[width:] - sums[:-width]) / width


def resample(seconds: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, values) at 1 Hz from the first to the last value. Metrics and records both use this rule of what a gap
    is.

    seconds: ascending, with a value or NaN each. Values up to a gap apart (`gap_of`, because of smart recording) are
    joined by a straight line; longer holes are NaN. Of two values at one moment the later one counts. Empty with fewer
    than two values, or over more than a week.
    """
    held = np.isfinite(values)
    if not held.all():
        seconds, values = seconds[held], values[held]
    if len(values) < 2 or seconds[-1] - seconds[0] > MAX_SPAN_S:
        return np.empty(0), np.empty(0)
    steps = np.diff(seconds)
    longest = steps.max()
    if longest == 1.0 == steps.min():
        return seconds, values
    grid = np.arange(seconds[0], seconds[-1] + 0.5)
    out = np.interp(grid, seconds, values)
    if longest > GAP_S and longest > (gap := gap_of(steps)):
        before = np.clip(np.searchsorted(seconds, grid, side="right") - 1, 0, len(steps) - 1)
        inside = (grid > seconds[before]) & (grid < seconds[before + 1])
        out[inside & (steps[before] > gap)] = np.nan
    return grid, out
