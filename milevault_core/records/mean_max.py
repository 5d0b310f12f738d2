"""The highest mean of a value over a duration: mean-max power, heart rate, speed."""

from collections.abc import Sequence

import numpy as np

from milevault_core.metrics.seconds import MAX_SPAN_S, resample

__all__ = ["CURVE_DURATIONS", "MAX_SPAN_S", "RECORD_DURATIONS", "every_second", "mean_max"]

PAUSE_S = 3_600.0  # s; a longer gap is never bridged

_NAMED = (
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 1_200, 1_800, 2_700, 3_600, 5_400, 7_200, 10_800, 14_400, 18_000,
)  # fmt: skip
RECORD_DURATIONS = tuple(d for d in _NAMED if d not in (2, 10, 20))  # s
HEART_DURATIONS = (
    1,
    60,
    300,
    600,
    1_200,
    1_800,
    3_600,
    7_200,
    10_800,
)  # heart rate changes slowly: 2 s and 5 s would be equal
# The grid of a curve: 1 s to 5 h, evenly spaced on a logarithmic scale, plus the named durations.
CURVE_DURATIONS = tuple(
    int(w) for w in sorted({*_NAMED, *np.unique(np.geomspace(1, 18_000, 102).round().astype(int)).tolist()})
)


def every_second(
    seconds: np.ndarray, values: np.ndarray, silent_is_zero: bool
) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, values) at 1 Hz from the first to the last point that holds a value.

    Holes up to a gap (metrics.seconds.gap_of) are filled with a straight line. In longer holes of less than PAUSE_S a
    silent power meter means no power (`silent_is_zero`); any other hole stays NaN, and no window spans it.
    """
    grid, out = resample(seconds, values)
    if silent_is_zero and len(out):
        holes = np.isnan(out)
        if holes.any():
            edges = np.flatnonzero(np.diff(np.concatenate(([False], holes, [False])).astype(np.int8)))
            out = out.copy()
            for begin, end in zip(edges[::2], edges[1::2], strict=True):
                if end - begin < PAUSE_S:
                    out[begin:end] = 0.0
    return grid, out


def mean_max(values: np.ndarray, durations: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(highest mean, row it starts at) per duration in samples; NaN and -1 where no complete window exists."""
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
