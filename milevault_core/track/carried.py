"""Finds drives in a track: stretches of about half a minute or more in which a person was carried, mostly the way home
by car after forgetting to stop the watch. Used by travel.py; times in seconds, ascending.

A stretch is a drive if it is much faster than the rest and

- faster than anybody can go for that long in the sport (`Limits.lasting`); for cyclists only if not downhill; for an
  unknown sport only if the rest is on foot, or
- fast without a step or a turn of the cranks, according to a sensor that works elsewhere, and not downhill.

Fast steps around such a stretch belong to it too, across stops such as traffic lights. So does the rest of the
recording before or after a drive, if it is less than five minutes: the walk from the car to the door.
"""

from dataclasses import dataclass

import numpy as np

from milevault_core.sports.limits import Limits

LOCAL_S = 10.0  # s over which the speed of a step is taken
MUCH_FASTER, FASTER = 2.0, 1.5  # times the usual speed: a drive, and what belongs to it
STANDING_M_S = 0.3
STOP_S = 150.0  # s; longest stop during a drive
REST_S = 300.0
IDLE_S, IDLE_M_S, WORKS = 60.0, 4.0, 0.5
FALL = 0.015  # of the distance; a greater fall is downhill
DOWNHILL = 1.25  # raises the limit if it is not known whether the stretch was downhill
NOISE_M = 20.0
SHORTEST_S = 25.0


@dataclass(frozen=True)
class SensorSeries:
    """Sensor values that show whether a person was carried, per point: altitude (m) and cadence; NaN where unknown."""

    altitude: np.ndarray
    cadence: np.ndarray

    def at(self, rows: np.ndarray) -> "SensorSeries":
        """The values at these rows, given as a mask or indices."""
        return SensorSeries(self.altitude[rows], self.cadence[rows])


def carried(seconds: np.ndarray, steps_m: np.ndarray, limits: Limits, sensed: SensorSeries) -> np.ndarray:
    """Mask of the n - 1 steps between n points that lie in a drive. steps_m: in metres, 0 across gaps in the
    recording."""
    none = np.zeros(len(steps_m), dtype=bool)
    if len(steps_m) < 2 or not limits.lasting or seconds[-1] - seconds[0] < SHORTEST_S:
        return none
    way = np.append(0.0, np.cumsum(steps_m))
    slowest = min(speed for _, speed in limits.lasting)
    can_idle = bool((sensed.cadence == 0).any() and np.nanmean(sensed.cadence > 0) > 0)
    if not can_idle and not (steps_m > slowest * np.diff(seconds)).any():
        return none
    local = _speeds(seconds, way)
    wait = np.diff(seconds)
    usual = _usual(local, wait, np.ones(len(local), dtype=bool))
    sure = _too_long(seconds, way, limits, sensed)
    if sure.any():
        usual = _usual(local, wait, ~sure)
    if can_idle:
        sure |= _idle(seconds, way, local, usual, sensed)
    sure &= local > MUCH_FASTER * usual
    if not 0 < usual <= limits.slow_m_s or not sure.any():
        return none
    return _whole_drives(seconds, local, sure, usual, wait)


def _speeds(seconds: np.ndarray, way: np.ndarray) -> np.ndarray:
    """The speed at each step, over LOCAL_S around it."""
    middle = (seconds[:-1] + seconds[1:]) / 2
    half = np.maximum(LOCAL_S, np.diff(seconds)) / 2
    first, last = np.maximum(middle - half, seconds[0]), np.minimum(middle + half, seconds[-1])
    return (np.interp(last, seconds, way) - np.interp(first, seconds, way)) / np.maximum(last - first, 1e-3)


def _usual(local: np.ndarray, wait: np.ndarray, among: np.ndarray) -> float:
    """The time-weighted median speed in motion among these steps; 0 if there are none."""
    moving = among & (local > STANDING_M_S)
    if not moving.any():
        return 0.0
    order = np.argsort(local[moving])
    share = np.cumsum(wait[moving][order])
    return float(local[moving][order][np.searchsorted(share, share[-1] / 2)])


def _too_long(seconds: np.ndarray, way: np.ndarray, limits: Limits, sensed: SensorSeries) -> np.ndarray:
    """Mask of the steps in windows that are faster than anybody can go for that long."""
    out = np.zeros(len(way) - 1, dtype=bool)
    knows_height = int(np.isfinite(sensed.altitude).sum()) > 1
    for lasted, speed in limits.lasting:
        if seconds[-1] - seconds[0] < lasted:
            continue
        first = np.flatnonzero(seconds <= seconds[-1] - lasted)
        ends = seconds[first] + lasted
        gone = np.interp(ends, seconds, way) - way[first]
        if limits.downhill and not knows_height:
            speed *= DOWNHILL
        found = gone > speed * lasted + NOISE_M
        if limits.downhill and knows_height and found.any():
            at = first[found]
            found[found] = ~_falls(seconds, sensed.altitude, at, ends[found], gone[found])
        _mark(out, first[found], np.searchsorted(seconds, ends[found]))
    return out


def _falls(
    seconds: np.ndarray, altitude: np.ndarray, first: np.ndarray, ends: np.ndarray, gone: np.ndarray
) -> np.ndarray:
    """Mask of the windows that go downhill; all of them if the altitude is not known."""
    known = np.isfinite(altitude)
    if known.sum() < 2:
        return np.ones(len(first), dtype=bool)
    height = np.interp(seconds, seconds[known], altitude[known])
    return height[first] - np.interp(ends, seconds, height) > FALL * gone


def _idle(
    seconds: np.ndarray, way: np.ndarray, local: np.ndarray, usual: float, sensed: SensorSeries
) -> np.ndarray:
    """Mask of the steps in fast stretches of at least a minute without cadence that do not go downhill; none if the
    sensor does not work elsewhere."""
    out = np.zeros(len(local), dtype=bool)
    turning = (sensed.cadence[1:] > 0) | (sensed.cadence[:-1] > 0)
    slow = (local > STANDING_M_S) & (local <= FASTER * usual)
    if not slow.any() or turning[slow].mean() < WORKS:
        return out
    still = (sensed.cadence[1:] == 0) & (sensed.cadence[:-1] == 0)
    fast = still & (local > max(MUCH_FASTER * usual, IDLE_M_S))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], fast.view(np.int8), [0]))))
    first, last = edges[::2], edges[1::2]
    long = seconds[last] - seconds[first] >= IDLE_S
    first, last = first[long], last[long]
    falls = _falls(seconds, sensed.altitude, first, seconds[last], way[last] - way[first])
    _mark(out, first[~falls], last[~falls])
    return out


def _mark(out: np.ndarray, first: np.ndarray, last: np.ndarray) -> None:
    """Set the mask for the steps from row first to row last of each window."""
    edge = np.zeros(len(out) + 1, np.int64)
    np.add.at(edge, first, 1)
    np.add.at(edge, np.minimum(last, len(out)), -1)
    out |= np.cumsum(edge)[:-1] > 0


def _whole_drives(
    seconds: np.ndarray, local: np.ndarray, sure: np.ndarray, usual: float, wait: np.ndarray
) -> np.ndarray:
    """Mask of the whole drives that contain steps of the mask `sure`."""
    fast = local > FASTER * usual
    slow = (local > 0.5 * usual) & ~fast
    edges = np.flatnonzero(np.diff(np.concatenate(([0], fast.view(np.int8), [0]))))
    runs = np.column_stack([edges[::2], edges[1::2]])
    on_foot = np.append(0.0, np.cumsum(np.where(slow, wait, 0.0)))
    joined: list[list[int]] = []
    for first, last in runs.tolist():
        if joined:
            stop_s = seconds[first] - seconds[joined[-1][1]]
            if stop_s <= STOP_S and on_foot[first] - on_foot[joined[-1][1]] <= stop_s / 3:
                joined[-1][1] = last
                continue
        joined.append([first, last])
    drives = [(a, b) for a, b in joined if sure[a:b].any() and seconds[b] - seconds[a] >= SHORTEST_S]
    out = np.zeros(len(local), dtype=bool)
    for first, last in drives:
        begin = 0 if seconds[first] - seconds[0] < REST_S else first
        end = len(out) if seconds[-1] - seconds[last] < REST_S else last
        out[begin:end] = True
    return out if not out.all() else np.zeros(len(local), dtype=bool)
