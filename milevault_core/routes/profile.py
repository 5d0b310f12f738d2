"""When an attempt passed each mark of its route, and how long it had stood still by then.

The warp is computed once, in the jobs process, against the line at the head of the group. A page can then compare any
two attempts by subtraction (compare.py), without tslearn.
"""

from dataclasses import dataclass

import numpy as np

from milevault_core.routes.geometry import cumulative, gap, min_step, project_line, resample, segment_distance
from milevault_core.routes.prepare import clean, prepare, standing
from milevault_core.routes.relation import FAR, SAME_WAY, Line, align, line, relation, start_on

MARK = 50.0  # m between marks
ALIGNED = 512  # points of each line for the warp
GAP_S = 15.0  # a longer gap at less than walking speed is standing: the watch paused automatically
SLOW = 0.35  # m/s
FLOOR_RADIUS = 4.0  # m; points at least this close to the middle of a stand belong to it
SPEED_OVER_S = 20.0  # the speed before and after a stand is taken over this long


@dataclass(frozen=True)
class Profile:
    """At each mark of the route: seconds since the first mark, how many of them were spent standing still, and whether
    the attempt was off the route there.

    metres: the marks along the route, every 50 m and its end. All arrays are of equal length; elapsed, stopped: float.
    """

    metres: np.ndarray
    elapsed: np.ndarray
    stopped: np.ndarray
    off: np.ndarray


@dataclass(frozen=True)
class Motion:
    """A track without its stands. xy, moving: the polyline and the moving seconds at its points, ascending. stands:
    rows of (metres along, seconds)."""

    xy: np.ndarray
    moving: np.ndarray
    stands: np.ndarray


def stands(t: np.ndarray, xy: np.ndarray) -> list[tuple[int, int]]:
    """First and last index of each stand: slower than 0.35 m/s over 20 s, or a gap in the recording at one place."""
    still = standing(t, xy)
    dt = np.diff(t)
    silent = (dt >= GAP_S) & (np.hypot(*np.diff(xy, axis=0).T) < SLOW * dt)
    still[:-1] |= silent
    still[1:] |= silent
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(int)))
    found: list[tuple[int, int]] = []
    for first, end in edges.reshape(-1, 2).tolist():
        last = end - 1
        middle = np.median(xy[first : last + 1], axis=0)
        radius = max(FLOOR_RADIUS, 2 * float(np.median(np.hypot(*(xy[first : last + 1] - middle).T))))
        while first > 0 and gap(xy[first - 1], middle) <= radius:
            first -= 1
        while last < len(t) - 1 and gap(xy[last + 1], middle) <= radius:
            last += 1
        if found and first <= found[-1][1]:
            first = found.pop()[0]
        found.append((first, last))
    return found


def _speed(t: np.ndarray, xy: np.ndarray, low: int, high: int) -> float:
    """Mean speed from one point to another along the path; 0 if they are the same point."""
    if high <= low:
        return 0.0
    return float(cumulative(xy[low : high + 1])[-1] / (t[high] - t[low]))


def motion(t: np.ndarray, xy: np.ndarray) -> Motion:
    """Take the stops out of a track. Their edges are computed from the speed before and after, not from the last
    sample: with a sample every 5 s, a stop began up to 5 s before the first sample that shows it. t: seconds, (n,); xy:
    metres, (n, 2)."""
    middle_of, arrive, leave, skip = [], [], [], np.zeros(len(t), dtype=bool)
    for first, last in stands(t, xy):
        middle = np.median(xy[first : last + 1], axis=0)
        start, end = t[first], t[last]
        if first > 0:
            v = _speed(t, xy, int(np.searchsorted(t, t[first - 1] - SPEED_OVER_S)), first - 1)
            if v > SLOW:
                start = min(end, t[first - 1] + gap(xy[first - 1], middle) / v)
        if last < len(t) - 1:
            v = _speed(t, xy, last + 1, int(np.searchsorted(t, t[last + 1] + SPEED_OVER_S, "right")) - 1)
            if v > SLOW:
                end = max(start, t[last + 1] - gap(xy[last + 1], middle) / v)
        skip[first : last + 1] = True
        middle_of.append(middle)
        arrive.append(start)
        leave.append(max(start, end))
    duration = np.array(leave) - np.array(arrive)
    all_t = np.concatenate([t[~skip], arrive])
    all_xy = np.concatenate([xy[~skip], np.array(middle_of).reshape(-1, 2)])
    is_stand = np.arange(len(all_t)) >= (~skip).sum()
    order = np.argsort(all_t, kind="stable")
    all_t, all_xy, is_stand = all_t[order], all_xy[order], is_stand[order]
    stood = np.concatenate([[0.0], np.cumsum(duration)])[np.searchsorted(arrive, all_t, side="left")]
    keep = np.union1d(min_step(all_xy, 8.0), np.flatnonzero(is_stand))
    xy_kept = all_xy[keep]
    at = cumulative(xy_kept)[is_stand[keep]]
    moving = np.maximum.accumulate((all_t - stood)[keep])
    return Motion(xy_kept, moving - moving[0], np.column_stack([at, duration]))


def profile(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray, route: Line) -> Profile | None:
    """The profile of an attempt (arrays of its whole track) along a route; None if it follows another path.

    An attempt that began elsewhere on a loop is treated as if it had begun at the route's start: its first part is
    moved behind its end, with no time in between. seconds: since the start; lat, lon: degrees.
    """
    points = clean(np.asarray(seconds, float), np.asarray(lat, float), np.asarray(lon, float))
    prepared = prepare(seconds, lat, lon)
    if points is None or prepared is None:
        return None
    own = line(prepared)
    if relation(route, own).kind not in SAME_WAY:
        return None
    first = start_on(route, own)
    origin = (float(route.points[0, 0]), float(route.points[0, 1]))
    way = project_line(route.points[:, 0], route.points[:, 1], origin)
    moved = motion(points.seconds, project_line(points.lat, points.lon, origin))
    path, xy, moving, rests = cumulative(moved.xy), moved.xy, moved.moving, moved.stands
    length, begin = float(path[-1]), 0.0
    if first:  # the same loop twice, read from where the route starts
        begin = first / (len(route.points) - 1) * length
        closing = gap(xy[-1], xy[0])
        path = np.concatenate([path, path + length + closing])
        xy, moving = np.concatenate([xy, xy]), np.concatenate([moving, moving + moving[-1]])
        rests = np.concatenate([rests, rests + np.array([length + closing, 0.0])])
    metres = np.append(np.arange(0.0, route.length_m - MARK / 5, MARK), route.length_m)
    at, off = _places(way, metres / route.length_m, xy, path, begin, length, first > 0)
    passed = np.interp(at, path, moving)
    stood = np.array([rests[(rests[:, 0] < s) & (rests[:, 0] >= at[0]), 1].sum() for s in at])
    elapsed = passed - passed[0] + stood
    return Profile(metres, elapsed, stood, off)


def _places(
    way: np.ndarray,
    shares: np.ndarray,
    xy: np.ndarray,
    path: np.ndarray,
    begin: float,
    length: float,
    round_: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """(metres along the attempt at each mark, ascending; mask of the marks where it was more than 35 m away)."""
    full = cumulative(way)
    a = resample(way, ALIGNED)
    at = begin + np.linspace(0.0, length, ALIGNED)
    b = np.column_stack([np.interp(at, path, xy[:, 0]), np.interp(at, path, xy[:, 1])])
    warp = align(a, b, band=ALIGNED // 10)
    count = np.bincount(warp[:, 0], minlength=ALIGNED)
    guess = np.interp(shares * (ALIGNED - 1), np.arange(ALIGNED), at[0] + np.bincount(warp[:, 0], warp[:, 1])
                      / count * (length / (ALIGNED - 1)))  # fmt: skip
    # Near the guess, take the closest place of the attempt that goes in the same direction.
    step = max(2.0, min(10.0, length / 1_000))
    reach = 30.0 + 1.5 * length / ALIGNED
    offsets = np.arange(-reach, reach + step, step)
    low, high = (0.0, path[-1]) if round_ else (begin, begin + length)
    places = np.clip(guess[:, None] + offsets, low, high)
    grid = np.stack([np.interp(places, path, xy[:, i]) for i in (0, 1)], axis=-1)
    marks = np.column_stack([np.interp(shares * full[-1], full, way[:, i]) for i in (0, 1)])
    ahead, behind = (np.clip(shares * full[-1] + d, 0, full[-1]) for d in (15.0, -15.0))
    course = np.column_stack(
        [np.interp(ahead, full, way[:, i]) - np.interp(behind, full, way[:, i]) for i in (0, 1)]
    )
    distance, w = segment_distance(marks[:, None, :], grid[:, :-1], grid[:, 1:])
    along = ((grid[:, 1:] - grid[:, :-1]) * course[:, None, :]).sum(-1)
    cost = distance + 0.02 * np.abs(offsets[:-1]) + np.where(along > 0, 0.0, 1_000.0)
    best = cost.argmin(axis=1)
    rows = np.arange(len(shares))
    found = places[rows, best] + w[rows, best] * (places[rows, best + 1] - places[rows, best])
    away = (distance[rows, best] > FAR) | (along[rows, best] <= 0)
    found = np.where(away, guess, found)
    return np.maximum.accumulate(found), distance[rows, best] > FAR


def pack(p: Profile) -> bytes:
    """The stored form: the route's metres, then 9 bytes per mark: elapsed and stopped (float32), off (one byte)."""
    parts = (
        np.array([p.metres[-1]], "<f8"),
        p.elapsed.astype("<f4"),
        p.stopped.astype("<f4"),
        p.off.astype("u1"),
    )
    return b"".join(x.tobytes() for x in parts)


def unpack(data: bytes) -> Profile:
    """The inverse of `pack`."""
    n = (len(data) - 8) // 9
    length = float(np.frombuffer(data, "<f8", 1)[0])
    elapsed, stopped = np.frombuffer(data, "<f4", 2 * n, 8).reshape(2, n).astype(float)
    metres = np.append(np.arange(n - 1) * MARK, length)
    return Profile(metres, elapsed, stopped, np.frombuffer(data, "u1", n, 8 + 8 * n).astype(bool))
