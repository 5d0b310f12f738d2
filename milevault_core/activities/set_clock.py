"""Makes the times run on where a device's clock was set back during an activity (docs/decisions/0030). Done before
track.clean, for laps, lengths, sets and the timer too.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from milevault_core import track
from milevault_core.formats import Recording
from milevault_core.problems import Problem, counted
from milevault_core.track.clock import SECOND, settle
from milevault_core.track.set_clock import SetBack, moved, set_backs

CLOSE = 2 * SECOND
SHORT = 0.1  # share of the points
type Timer = list[tuple[np.datetime64, np.datetime64]]
LATER = 60 * SECOND  # a lap or a stop may be written this long after the last point
_FIRST, _LAST = np.datetime64("1900-01-01", "us"), np.datetime64("2200-01-01", "us")


def clock_runs_on(recording: Recording, now: datetime) -> Recording:
    """The recording without backward steps of its clock; unchanged if there are none. The clock that the file's start
    time follows counts. If that is unclear, the clock at the beginning counts, unless it was set early in the recording
    (at a receiver's first fix)."""
    time = np.asarray(recording.track["time"], "datetime64[us]")
    rows = np.flatnonzero((time > _FIRST) & (time < _LAST))
    ticks = time[rows].astype(np.int64)
    if not (np.diff(ticks) < 0).any():
        return recording
    columns = track.arrays(recording.track)
    settled, _, _ = settle(ticks, np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "us"))
    parts = np.zeros(len(time), np.int64)
    parts[[row for row in recording.details.get("segments", ())[1:] if row < len(time)]] = 1
    lasted_s = np.fmax(recording.totals.get("elapsed_s", np.nan), recording.totals.get("timer_s", np.nan))
    lat, lon, distance = (np.asarray(columns[name], float)[rows] for name in ("lat", "lon", "distance"))
    found = set_backs(settled, lat, lon, distance, np.cumsum(parts)[rows], lasted_s)
    if not found:
        return recording
    total = sum(one.shift for one in found)
    is_later = _start_is_by_the_later(recording, int(settled[0]), total)
    if is_later is None:
        is_later = found[0].row < SHORT * len(ticks)
    back = total if is_later else 0
    added = moved(ticks, found) - ticks - back
    time = time.copy()
    time[rows] += added.astype("timedelta64[us]")
    return replace(
        recording,
        track=track.from_columns(columns | {"time": time}),
        timer=_timer(recording, settled, found, back),
        totals=_totals(recording, settled, found, total),
        session_s=recording.session_s + (total - back) / SECOND,
        start_time=track.aware(time[rows].min()) if recording.format == "gpx" else recording.start_time,
        problems=[*recording.problems, _said(len(found), total)],
        **_frames(recording, settled, found, back),
    )


def _said(times: int, total: int) -> Problem:
    seconds = round(total / SECOND)
    units = ((3600, "hour"), (60, "minute"), (1, "second"))
    by = next(counted(seconds // n, unit) for n, unit in units if seconds % n == 0 and seconds >= n)
    how = f"by {by}" if times == 1 else f"{times} times, by {by} together"
    return Problem("clock_set_back", f"The device's clock was set back {how}; the times run on without it.")


def _start_is_by_the_later(recording: Recording, first: int, total: int) -> bool | None:
    """Whether the file's start time is the first point's time by the clock at the end rather than by the clock at the
    beginning; None if it is neither."""
    told = [] if recording.format == "gpx" or recording.start_time is None else [recording.start_time]
    for start in (*told, *recording.date_hints):
        tick = int(np.datetime64(start.astimezone(UTC).replace(tzinfo=None), "us").astype(np.int64))
        own, later = abs(tick - first), abs(tick - (first - total))
        if min(own, later) <= CLOSE:
            return later < own
    return None


def _totals(recording: Recording, ticks: np.ndarray, found: list[SetBack], total: int) -> dict[str, float]:
    """The totals, without an elapsed time that was taken from the clock and is therefore short by what it was set
    back."""
    totals = dict(recording.totals)
    span = int(np.ptp(moved(ticks, found)))
    elapsed = totals.get("elapsed_s", np.nan) * SECOND
    if abs(elapsed - (span - total)) < abs(elapsed - span):
        del totals["elapsed_s"]
    return totals


def _frames(recording: Recording, ticks: np.ndarray, found: list[SetBack], back: int) -> dict[str, Any]:
    """Laps, lengths and sets with their times moved like the points."""
    frames = {}
    for name, lasts in (("laps", "elapsed_s"), ("lengths", "elapsed_s"), ("sets", "duration_s")):
        frame = getattr(recording, name)
        if len(frame):
            begins = np.asarray(frame["start_time"], "datetime64[us]")
            seconds = np.nan_to_num(np.asarray(frame[lasts], float))
            frames[name] = frame.assign(start_time=_run_on(begins, seconds, ticks, found, back))
    return frames


def _timer(recording: Recording, ticks: np.ndarray, found: list[SetBack], back: int) -> Timer:
    """The timer's starts and stops moved like the points; none if they are then out of order."""
    flat = np.array([moment for pair in recording.timer for moment in pair], "datetime64[us]")
    if not len(flat):
        return []
    out = _run_on(flat, np.zeros(len(flat)), ticks, found, back)
    return [(a, b) for a, b in out.reshape(-1, 2)] if (np.diff(out) >= np.timedelta64(0, "us")).all() else []


def _run_on(
    begins: np.ndarray, lasts: Iterable[float], ticks: np.ndarray, found: list[SetBack], back: int
) -> np.ndarray:
    """Start times in the file's order, moved like the points of the same clock. lasts: the duration of each in
    seconds."""
    known = ~np.isnat(begins)
    out = begins.astype(np.int64)
    lasted = (np.asarray(lasts, float) * SECOND).astype(np.int64)
    ticks = ticks.copy()
    for one in found:
        low, high = int(ticks[: one.row].min()), int(ticks[one.row - 1])
        again, end = int(ticks[one.row]), int(ticks[one.row :].max()) + LATER
        later, before = False, low
        for i in np.flatnonzero(known).tolist():
            by_first, by_later = out[i] <= high, again <= out[i] <= end
            # If it fits both clocks, it follows the later one if the entry before it would not have ended yet.
            later = later or (by_later and (not by_first or out[i] < before - SECOND))
            before = out[i] + lasted[i]
            out[i] += one.shift if later else 0
        ticks[one.row :] += one.shift
    if back:  # the first lap's start, like the file's, already follows the later clock
        told = begins.astype(np.int64)
        known &= (out != told) | (told >= int(ticks[0]) - SECOND)
    return np.where(known, (out - back).astype("datetime64[us]"), begins)
