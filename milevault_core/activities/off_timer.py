"""Leaves out the points that a device went on recording while its timer was stopped. Most devices record nothing then,
and every figure treats a pause as a hole. Done before track.clean.

The summary's timer time has to confirm the stops. If the start event after a stop was lost, it looks like a long pause
although the person went on: then the summary is longer by that pause, and is right.
"""

from dataclasses import replace

import numpy as np

from milevault_core import track
from milevault_core.formats import Channel, Recording
from milevault_core.metrics.seconds import GAP_S
from milevault_core.problems import Problem

FEWEST = 3  # points: most devices write one just after the stop or before the start
SAME, SAME_S = 0.02, 10.0  # share of the summary's time, or seconds
ROUNDED_S = 1.0  # added tolerance for each run of the timer: events have whole seconds
_SENSORS = ("heart_rate", "cadence", "power", "temperature")


def without_off_timer(recording: Recording) -> Recording:
    """The recording without its points in long pauses and after the final stop; unchanged if there are none. Short
    pauses (auto-pause at every light) stay, because no figure counts a hole of up to GAP_S as a pause."""
    timer = recording.timer
    if not timer or not len(recording.track):
        return recording
    time = np.asarray(recording.track["time"].to_numpy(), "datetime64[us]")
    starts, stops = (np.array(times, "datetime64[us]") for times in zip(*timer, strict=True))
    off, at_stop, paused_s = _in_pauses(time, stops[:-1], starts[1:])
    later, later_s = _after(time, stops[-1])
    ran_s, total_s = float(_seconds(starts, stops).sum()), recording.totals.get("timer_s", np.nan)
    if later_s and _counts_on(recording, later):
        ran_s, later_s = ran_s + later_s, 0.0
    if not paused_s and not later_s:
        return recording
    believed = _believed(ran_s, paused_s, later_s, total_s, SAME_S + ROUNDED_S * len(timer))
    out = (off & believed[0]) | (later & (believed[1] and later_s > 0))
    if not out.any() or out.all():
        return recording
    left_s = paused_s * believed[0] + later_s * believed[1]
    how_long = f"{left_s / 60:.0f} min" if left_s >= 90 else f"{left_s:.0f} s"
    said = Problem("off_timer", f"Left out: {how_long} that were recorded while the timer was stopped.")
    return _without(recording, out, at_stop & believed[0], said)


def _in_pauses(
    time: np.ndarray, stops: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """(mask of the points within pauses during which the recording went on, mask of the points at their stops, total
    length of these pauses in s)."""
    inside, at_stop = np.zeros(len(time), dtype=bool), np.isin(time, stops)
    order = np.argsort(time, kind="stable")
    first, last = np.searchsorted(time[order], stops, "right"), np.searchsorted(time[order], starts)
    long_s, lasted_s = _seconds(stops, starts), 0.0
    for i in np.flatnonzero((long_s > GAP_S) & (last - first >= FEWEST)).tolist():
        rows = order[first[i] : last[i]]
        if rows.max() - rows.min() < len(rows):  # else the clock was set and scattered them
            inside[rows] = True
            lasted_s += float(long_s[i])
    return inside, at_stop & np.append(inside[1:], False), lasted_s


def _after(time: np.ndarray, end: np.datetime64) -> tuple[np.ndarray, float]:
    """(mask of the points after the final stop, how long these go on in s)."""
    later = time > end
    count = int(later.sum())
    if count < FEWEST or not later[-count:].all():  # scattered, if the clock was set
        return np.zeros(len(time), dtype=bool), 0.0
    lasted_s = float((time[later].max() - end) / np.timedelta64(1, "s"))
    return later, lasted_s if lasted_s > GAP_S else 0.0


def _counts_on(recording: Recording, later: np.ndarray) -> bool:
    """Whether the summary's distance is closer to that of the last point than to that at the final stop: the person
    went on."""
    metres, total_m = recording.track["distance"].to_numpy(), recording.totals.get("distance_m", np.nan)
    known = np.flatnonzero(~np.isnan(metres))
    before = known[~later[known]]
    if not len(before) or before[-1] == known[-1]:
        return False
    return bool(abs(metres[known[-1]] - total_m) < abs(metres[before[-1]] - total_m))


def _believed(
    ran_s: float, paused_s: float, later_s: float, total_s: float, same_s: float
) -> tuple[bool, bool]:
    """(whether to believe the pauses, whether to believe the final stop), judged by the summary's timer time. Without a
    summary, only stops that are followed by a start are believed."""
    if not total_s > 0:
        return True, False
    off_by = {
        (pauses, final): abs(ran_s + paused_s * (not pauses) + later_s * (not final) - total_s)
        for pauses in (True, False)
        for final in (True, False)
    }
    best = min(off_by, key=lambda way: off_by[way])
    return best if off_by[best] <= max(same_s, SAME * total_s) else (False, False)


def _seconds(start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    return (stop - start) / np.timedelta64(1, "s")


def _without(recording: Recording, out: np.ndarray, at_stop: np.ndarray, said: Problem) -> Recording:
    """The recording without the points in `out` (mask). Points at a stop stay for their position, without sensor
    values."""
    keep = ~out
    columns = {
        name: (np.where(at_stop, np.nan, values) if name in _SENSORS else values)[keep]
        for name, values in track.arrays(recording.track).items()
    }
    channels = [Channel(c.name, c.unit, c.values[keep], c.developer) for c in recording.channels]
    details = dict(recording.details)
    if "segments" in details:
        before = np.append(0, np.cumsum(keep))
        details["segments"] = [int(before[min(row, len(keep))]) for row in details["segments"]]
    return replace(
        recording, track=track.from_columns(columns), channels=channels, details=details,
        problems=[*recording.problems, said],
    )  # fmt: skip
