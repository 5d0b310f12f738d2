"""The highest mean of a value over a duration: mean-max power, heart rate, speed."""

import numpy as np

GAP_S = 5.0  # holes up to here are smart recording: a straight line
PAUSE_S = 3_600.0  # nothing is carried across a longer one
MAX_SPAN_S = 7 * 86_400  # beyond a week nothing is one activity, and seconds would fill the memory

_NAMED = (
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400, 18_000,
)  # fmt: skip
RECORD_DURATIONS = _NAMED  # s
# The grid of a curve: 1 s to 5 h, evenly on a logarithmic scale, with the named durations among it.
CURVE_DURATIONS = tuple(
    int(w) for w in sorted({*_NAMED, *np.unique(np.geomspace(1, 18_000, 102).round().astype(int)).tolist()})
)


def every_second(
    seconds: np.ndarray, values: np.ndarray, silent_is_zero: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, values) at 1 Hz from the first to the last point that holds a value.

    Holes up to GAP_S are filled in a straight line. In longer ones a power meter that is silent means no power
    (`silent_is_zero`), up to PAUSE_S; everything else is NaN there, and no window reaches across.
    """
    held = np.isfinite(values)
    if not held.all():
        seconds, values = seconds[held], values[held]
    if len(values) < 2 or seconds[-1] - seconds[0] > MAX_SPAN_S:
        return np.empty(0), np.empty(0)
    steps = np.diff(seconds)
    if (steps == 1.0).all():
        return seconds, values
    grid = np.arange(seconds[0], seconds[-1] + 0.5)
    out = np.interp(grid, seconds, values)
    if steps.max() > GAP_S:
        before = np.clip(np.searchsorted(seconds, grid, "right") - 1, 0, len(steps) - 1)
        hole = np.where((grid > seconds[before]) & (grid < seconds[before + 1]), steps[before], 0.0)
        out[hole > GAP_S] = 0.0 if silent_is_zero else np.nan
        out[hole > PAUSE_S] = np.nan
    return grid, out


def mean_max(values: np.ndarray, durations) -> tuple[np.ndarray, np.ndarray]:
    """(highest mean, row it starts at) per duration in samples; NaN and -1 where no window is whole."""
    best = np.full(len(durations), np.nan)
    start = np.full(len(durations), -1)
    missing = np.isnan(values)
    holes = np.append(0, np.cumsum(missing)) if missing.any() else None
    sums = np.append(0.0, np.cumsum(np.where(missing, 0.0, values) if holes is not None else values))
    for k, width in enumerate(durations):
        if width > len(values):
            continue
        totals = sums[width:] - sums[:-width]
        if holes is not None:
            totals[holes[width:] != holes[:-width]] = -np.inf
        at = totals.argmax()
        if totals[at] > -np.inf:
            best[k], start[k] = totals[at] / width, at
    return best, start
