"""Heart rate that is only in `hr` messages, because a chest strap stored it during a swim."""

import numpy as np

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.readers import MAX_POINTS

MAX_AGE_S = 5.0  # s; a beat does not apply to points later than this
SPARSE_S = 15.0  # s; if points are further apart (one per pool length), points are added from the heart rate


def beats(hr: Table) -> tuple[np.ndarray, np.ndarray]:
    """(times in FIT seconds, beats per minute) of all beats, in order of time.

    A message with a `timestamp` relates the strap's own clock (`event_timestamp`) to real time, for itself and the
    messages that follow. Source: FIT SDK, "Plugin framework: HR messages".
    """
    clock, bpm, seconds = hr.get("event_timestamp"), hr.get("filtered_bpm"), hr.get("timestamp")
    if (
        clock is None
        or bpm is None
        or seconds is None
        or any(c.dtype == object for c in (clock, bpm, seconds))
    ):
        return np.empty(0), np.empty(0)
    clock = clock[:, None] if clock.ndim == 1 else clock
    bpm = bpm[:, None] if bpm.ndim == 1 else bpm
    fraction = hr.get("fractional_timestamp")
    if fraction is not None and fraction.ndim == 1:
        seconds = seconds + np.nan_to_num(fraction)
    difference = seconds - clock[:, 0]
    known = ~np.isnan(difference)
    if not known.any():
        return np.empty(0), np.empty(0)
    last = np.maximum.accumulate(np.where(known, np.arange(hr.n), -1))
    difference = np.where(last >= 0, difference[last], np.nan)
    width = min(clock.shape[1], bpm.shape[1])
    times, rates = (clock[:, :width] + difference[:, None]).ravel(), bpm[:, :width].ravel()
    good = ~np.isnan(times) & (rates > 0)
    order = np.argsort(times[good], kind="stable")
    return times[good][order], rates[good][order]


def at(times: np.ndarray, rates: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The rate of the last beat before each wanted time if it is recent, otherwise NaN. times, wanted: seconds; rates:
    bpm."""
    index = np.searchsorted(times, wanted, side="right") - 1
    recent = (index >= 0) & (wanted - times[np.maximum(index, 0)] <= MAX_AGE_S)
    return np.where(recent, rates[np.maximum(index, 0)], np.nan)


def every_second(times: np.ndarray, rates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One value for each second with a beat: (whole seconds, mean rate)."""
    seconds, index = np.unique(np.floor(times), return_inverse=True)
    return seconds, np.bincount(index, rates) / np.bincount(index)


def join(
    columns: dict[str, np.ndarray], seconds: np.ndarray, hr: Table, span: tuple[float, float]
) -> tuple[dict[str, np.ndarray], np.ndarray | None]:
    """Columns of a track with the heart rate of `hr` messages added.

    Points without a heart rate get that of the last beat. If there are no points, or only sparse ones without heart
    rate, the heart rate within `span` (FIT seconds) adds points of its own. Then "seconds" is one of the columns, and
    the second return value holds the former row of each point (-1 for a new one).
    """
    times, rates = beats(hr)
    if not len(times):
        return columns, None
    n = len(seconds)
    given = columns.get("heart_rate", np.full(n, np.nan))
    had = ~np.isnan(given)
    if n:
        columns["heart_rate"] = np.where(had, given, at(times, rates, seconds))
        gaps = np.diff(seconds[~np.isnan(seconds)])
        if had.mean() > 0.1 or (len(gaps) and np.median(gaps) <= SPARSE_S):
            return columns, None
    more, mean = every_second(times, rates)
    new = (more >= span[0]) & (more <= span[1])
    if n:
        new &= ~np.isin(more, np.floor(seconds))
    more, mean = more[new][: MAX_POINTS - n], mean[new][: MAX_POINTS - n]
    together = np.concatenate([seconds, more])
    order = np.argsort(together, kind="stable")
    out = {"seconds": together[order]}
    for name in {*columns, "heart_rate"} - {"time"}:
        before = columns.get(name, np.full(n, np.nan))
        after = mean if name == "heart_rate" else np.full(len(more), np.nan)
        out[name] = np.concatenate([before, after])[order]
    return out, np.where(order < n, order, -1)
