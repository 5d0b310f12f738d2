"""Finds positions that are wrong. Used by track.clean; times in seconds, ascending.

A *leg* leads from one known position to the next. Legs that are too fast cut a track into pieces. The pieces that can
be reached from each other make up the path; the others are wrong, however long they are.
"""

import numpy as np

from milevault_core.geo.sphere import haversine_m, legs_m
from milevault_core.track import chain

SPIKE_SPEED = 35.0  # m/s on a leg, and SPIKE_RATIO times the speed from before the spike to after it
SLOWEST_SPIKE = 15.0  # m/s: also for slower sports, because a position may be tens of metres off
SPIKE_RATIO = 5.0
SPIKE_LEG = 30.0  # m
REACH = 100.0  # m that a position may be off
FAR = 1_000.0  # m: two long pieces closer than this are both real; the fix was lost and found between them
LONG = 60  # points in such a piece
TRAVEL_S = 600.0  # s; after this long a person may be anywhere
BACK = 50  # pieces to look back at
STALE = 10  # equal positions in a row
TURNS = 540.0  # degrees: half a turn beyond 0 to 360
MIXED_REACH, MOST_MIXED = 10.0, 20_000


def wrap(lon: np.ndarray) -> None:
    """Wrap longitudes beyond 180 degrees in place: 180.05 becomes -179.95. This also covers longitudes from 0 to 360
    degrees and a little beyond."""
    beyond = (np.abs(lon) > 180.0) & (np.abs(lon) <= TURNS)
    if beyond.any():
        lon[beyond] = (lon[beyond] + 180.0) % 360.0 - 180.0


def spike_speed(fastest: float) -> float:
    """Speed (m/s) above which a single leg is suspect. `fastest`: top speed of the sport in m/s."""
    return float(np.clip(1.5 * fastest, SLOWEST_SPIKE, SPIKE_SPEED))


def misplaced(
    seconds: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    fastest: float = np.inf,
    begins: np.ndarray | None = None,
) -> np.ndarray:
    """Rows whose position is far off the track: jumps of any length away and back, and a wrong beginning or end.

    `fastest`: top speed of the sport, m/s. `begins`: mask of the rows that begin a segment; people may have travelled
    between segments. A car or a plane, fast on every leg, keeps all its points.
    """
    rows = np.flatnonzero(np.isfinite(lat))
    if len(rows) < 3:
        return rows[:0]
    whole = len(rows) == len(lat)
    t, la, lo = (seconds, lat, lon) if whole else (seconds[rows], lat[rows], lon[rows])
    legs = legs_m(la, lo)
    wait = np.maximum(np.diff(t), 1.0)
    limit = spike_speed(fastest)
    fast = (legs > SPIKE_LEG) & (legs > limit * wait)
    if not fast.any():
        return rows[:0]
    bad = _short_spikes(t, la, lo, legs, wait, fast)
    mixed = bad.sum() * 4 > len(rows)  # too many for spikes: the track is like this, or two are mixed
    if mixed:
        bad[:] = False
    left = np.flatnonzero(~bad)
    apart = np.zeros(len(rows), dtype=bool)
    if begins is not None:
        at = np.flatnonzero(begins) if whole else np.searchsorted(rows, np.flatnonzero(begins))
        apart[at[at < len(rows)]] = True
    by_sport = fastest if np.isfinite(fastest) else SPIKE_SPEED
    reach = min(by_sport, SPIKE_SPEED) if mixed else max(by_sport, SPIKE_SPEED)
    bad[left[_elsewhere(t[left], la[left], lo[left], apart[left], reach, limit, mixed)]] = True
    return rows[bad]


def stale(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray, fastest: float = np.inf) -> np.ndarray:
    """The rows whose position only repeats the one before, if the next different position is too far for its own time
    step but not for the time since the first repeat: the fix was lost and the device kept writing the last one.
    `fastest`: top speed of the sport, m/s."""
    rows = np.flatnonzero(np.isfinite(lat))
    if len(rows) < STALE:
        return rows[:0]
    t, la, lo = seconds[rows], lat[rows], lon[rows]
    moved = np.append(True, (np.diff(la) != 0) | (np.diff(lo) != 0))
    if np.count_nonzero(moved) > len(rows) - STALE + 1:
        return rows[:0]
    legs, wait = legs_m(la, lo), np.maximum(np.diff(t), 1.0)
    place = np.arange(len(rows))
    first = np.maximum.accumulate(np.where(moved, place, 0))[:-1]  # of the equal positions
    leap = (legs > SPIKE_LEG) & (legs > spike_speed(fastest) * wait) & (place[:-1] - first + 1 >= STALE)
    leap &= legs <= min(fastest, SPIKE_SPEED) * (t[1:] - t[first])
    ends = np.full(len(rows), -1)
    ends[first[leap]] = place[:-1][leap]
    found = ~moved & (place <= ends[np.maximum.accumulate(np.where(moved, place, 0))])
    return rows[found]


def _short_spikes(
    t: np.ndarray, la: np.ndarray, lo: np.ndarray, legs: np.ndarray, wait: np.ndarray, fast: np.ndarray
) -> np.ndarray:
    """Mask of one to three points that jump away and back, with both legs SPIKE_RATIO times faster than the straight
    line from the point before to the point after. A first or last point is a spike if its only leg is that much faster
    than the five legs next to it."""
    bad = np.zeros(len(t), dtype=bool)
    speed = legs / wait
    for k in (1, 2, 3):
        if len(t) < k + 2:
            break
        i = np.flatnonzero(fast[: len(legs) - k] & fast[k:])  # leg i leads in, leg i + k leads out
        direct = haversine_m(la[i], lo[i], la[i + k + 1], lo[i + k + 1]) / np.maximum(
            t[i + k + 1] - t[i], 1.0
        )
        found = i[np.minimum(speed[i], speed[i + k]) > SPIKE_RATIO * direct]
        for step in range(1, k + 1):
            bad[found + step] = True
    if len(t) >= 7:
        for leg, others, row in ((0, speed[1:6], 0), (-1, speed[-6:-1], -1)):
            if fast[leg] and legs[leg] > 10 * SPIKE_LEG and speed[leg] > SPIKE_RATIO * max(1, others.max()):
                bad[row] = True
    return bad


def _elsewhere(
    t: np.ndarray,
    la: np.ndarray,
    lo: np.ndarray,
    apart: np.ndarray,
    reach_speed: float,
    limit: float,
    mixed: bool,
) -> np.ndarray:
    """Rows of the pieces that cannot be reached from the rest; none if the rest is less than two fifths of the track.
    If two tracks are mixed, each point is a piece."""
    legs, wait = legs_m(la, lo), np.maximum(np.diff(t), 1.0)
    cut = (legs > REACH) & (legs > limit * wait) & (wait < TRAVEL_S) & ~apart[1:]
    mixed = mixed or cut.sum() * 4 > len(t)
    if mixed:
        cut[:] = True
    if not cut.any() or len(t) > MOST_MIXED * (1 + 9 * (not mixed)):
        return np.empty(0, np.int64)
    first = np.append(0, np.flatnonzero(cut) + 1)
    last = np.append(first[1:] - 1, len(t) - 1)
    kept = _longest_chain(t, la, lo, first, last, MIXED_REACH if mixed else REACH, reach_speed)
    size = last - first + 1
    if size[kept].sum() * 5 < 2 * len(t):
        return np.empty(0, np.int64)
    out = np.ones(len(first), dtype=bool)
    out[kept] = False
    return np.flatnonzero(np.repeat(out, size))


def _longest_chain(
    t: np.ndarray,
    la: np.ndarray,
    lo: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    reach_m: float,
    reach_speed: float,
) -> np.ndarray:
    """The pieces, ascending, of the chain with the most points in which each can be reached from the one before."""
    size = last - first + 1

    def may_follow(i: np.ndarray, j: int) -> np.ndarray:
        far = haversine_m(la[last[i]], lo[last[i]], la[first[j]], lo[first[j]])
        took = np.maximum(t[first[j]] - t[last[i]], 1.0)
        near = far <= reach_m + reach_speed * took
        near |= (far <= FAR) & (size[i] >= LONG) & (size[j] >= LONG)
        return near | (took >= TRAVEL_S)

    return chain.longest(size, may_follow, BACK)
