"""How two lines relate. The only importer of tslearn, and only inside functions, because its first use takes seconds.

Dynamic time warping (tslearn) only aligns the two lines. The decision is based on the share of points that are more
than 35 m from the other line around the place they were aligned with. The DTW distance itself decides nothing: for two
recordings of one long path, sampled out of step, it is tens of metres, and a parallel street averages out. Always pass
`be="numpy"`: without it tslearn formats both arrays as strings on every call.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from milevault_core.routes.geometry import cumulative, gap, project, project_line, resample
from milevault_core.routes.prepare import LINE_POINTS, Prepared, line_of, local

FAR = 35.0  # m: more than GPS noise of 10 m per axis, less than the distance between two parallel streets
SAME_SHARE = 0.08  # share of either line that may be far; tuned on the even bases of bench/route_pairs.py
MIN_LENGTH_RATIO = 0.78
EVERY = 8  # every 8th of the line's 1,017 points is aligned: 128
BAND = 13  # points, the Sakoe-Chiba radius: 10 %
END_GAP = 300.0  # m; at least one end must be this close for "same" and "reversed"
NEAR_START = 25.0  # m; two recordings this close together at the start begin at the same place
LAP_CLOSING_GAP = 120.0
MAX_LAPS = 12
VENUE_RADIUS = 200.0  # m between the middles of two sessions at the same stadium
SAME_WAY = ("same", "rotated")  # the kinds that form a group


@dataclass(frozen=True)
class Line:
    """One side of a relation. points: (1017, 2) lat, lon in degrees at equal distances."""

    points: np.ndarray
    length_m: float
    closing_gap_m: float
    is_venue: bool = False


@dataclass(frozen=True)
class Relation:
    """kind: same, reversed, rotated, rotated_reversed, laps or different; of the second to the first.

    share: share of points beyond 35 m, 0..1 (1.0 if nothing was aligned). laps: how many times the longer line repeats
    the shorter. start: for rotated kinds, the point of the second line that lies at the start of the first.
    """

    kind: str
    share: float
    laps: int = 1
    start: int = 0


DIFFERENT = Relation("different", 1.0)


def line(p: Prepared, is_venue: bool = False) -> Line:
    """The line of a prepared track."""
    xy = local(p)
    return Line(line_of(p, xy), float(cumulative(xy)[-1]), gap(xy[0], xy[-1]), is_venue)


@cache
def _numpy() -> Any:
    from tslearn.backend import instantiate_backend

    _keep_compiled()
    return instantiate_backend("numpy")


def _keep_compiled() -> None:
    """Keep what numba compiles of tslearn on disk for the next process, so that a first alignment takes 3 s instead of
    8. The functions around these contain others, which numba cannot find again in its cache."""
    from tslearn.metrics import _dtw, _masks, utils

    for module, name in (
        (_dtw, "_njit_accumulated_matrix"),
        (_masks, "_njit_sakoe_chiba_mask"),
        (_masks, "_njit_itakura_mask"),
        (utils, "_njit_compute_path"),
    ):
        with suppress(AttributeError, RuntimeError):  # another tslearn; no place to write the cache
            getattr(module, name).enable_caching()


def align(a: np.ndarray, b: np.ndarray, band: int = BAND) -> np.ndarray:
    """The warping path of two polylines in metres: (n, 2) indices, both ascending, from start to end."""
    from tslearn.metrics import dtw_path

    path, _ = dtw_path(
        a, b, be=_numpy(), global_constraint="sakoe_chiba", sakoe_chiba_radius=band
    )  # fmt: skip
    return np.fromiter(chain.from_iterable(path), np.intp, 2 * len(path)).reshape(-1, 2)


def distances(signatures: np.ndarray) -> np.ndarray:
    """DTW distances between all pairs of (k, 64, 2) polylines in metres, (k, k): to find the medoid of a group."""
    from tslearn.metrics import cdist_dtw

    return cdist_dtw(
        signatures, be=_numpy(), n_jobs=None, global_constraint="sakoe_chiba", sakoe_chiba_radius=7
    )  # fmt: skip


_NEAR = np.arange(-EVERY, EVERY + 1)


def _beside(points: np.ndarray, line_xy: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Mask of the points that are near the line within one alignment step around index `at`. Points are complex
    metres."""
    k = np.clip(at[:, None] * EVERY + _NEAR, 0, len(line_xy) - 1)
    d = points[:, None] - line_xy[k]
    near = ((d.real**2 + d.imag**2) <= FAR * FAR).any(axis=1)
    open_rows = np.flatnonzero(~near)  # near no point of the line, but perhaps near a leg between two
    if len(open_rows):
        k, d = k[open_rows, :-1], d[open_rows, :-1]
        e = line_xy[np.minimum(k + 1, len(line_xy) - 1)] - line_xy[k]
        w = np.clip((d * e.conj()).real / np.maximum(e.real**2 + e.imag**2, 1e-9), 0.0, 1.0)
        near[open_rows] = (np.abs(d - w * e) <= FAR).any(axis=1)
    return near


def _far_share(a: np.ndarray, b: np.ndarray, limit: float = SAME_SHARE) -> float:
    """The share of points that are far from the other line, for a or b, whichever is larger; a, b: (1017,) complex
    metres."""
    sa, sb = np.ascontiguousarray(a[::EVERY]), np.ascontiguousarray(b[::EVERY])
    if not _plausible(sa, sb, limit):
        return 1.0
    path = align(sa.view(float).reshape(-1, 2), sb.view(float).reshape(-1, 2))
    i, j = path[:, 0], path[:, 1]
    first = np.flatnonzero(np.diff(i, prepend=-1))
    near_a = np.logical_or.reduceat(_beside(sa[i], b, j), first)
    first = np.flatnonzero(np.diff(j, prepend=-1))
    near_b = np.logical_or.reduceat(_beside(sb[j], a, i), first)
    return float(1.0 - min(near_a.mean(), near_b.mean()))


_WINDOW = np.clip(np.arange(32)[:, None] * 4 + np.arange(-14, 15, 2)[None, :], 0, 127)


def _plausible(a: np.ndarray, b: np.ndarray, limit: float) -> bool:
    """Whether the two can be aligned at all: almost every 4th point needs one near it within the band. Saves the
    DTW."""
    d = a[::4, None] - b[_WINDOW]
    reach = FAR + float(np.abs(b[2:] - b[:-2]).max()) / 2
    near = (d.real**2 + d.imag**2).min(axis=1) <= reach * reach
    return int(near.sum()) >= 32 * (1 - limit) - 4


def _metres(points: np.ndarray, origin: tuple[float, float]) -> np.ndarray:
    """Convert degrees to complex metres: east + i north."""
    return project_line(points[:, 0], points[:, 1], origin).view(complex)[:, 0]


def relation(a: Line, b: Line, limit: float = SAME_SHARE) -> Relation:
    """How `b` relates to `a`. Call it with the earlier activity first, so that the answer is always the same.

    limit: share of points that may be far.
    """
    if a.is_venue or b.is_venue:
        return _at_one_venue(a, b)
    origin = (float(a.points[:, 0].mean()), float(a.points[:, 1].mean()))
    xa, xb = _metres(a.points, origin), _metres(b.points, origin)
    if min(a.length_m, b.length_m) < MIN_LENGTH_RATIO * max(a.length_m, b.length_m):
        return _laps(a, b, xa, xb)
    if min(abs(xa[0] - xb[0]), abs(xa[-1] - xb[-1])) < END_GAP:
        share = _far_share(xa, xb, limit)
        if share <= limit:
            return Relation("same", share)
    back = xb[::-1]
    if min(abs(xa[0] - back[0]), abs(xa[-1] - back[-1])) < END_GAP:
        share = _far_share(xa, back, limit)
        if share <= limit:
            return Relation("reversed", share)
    gap_m = max(100.0, 0.02 * max(a.length_m, b.length_m))
    if a.closing_gap_m < gap_m and b.closing_gap_m < gap_m:
        for other, kind in ((xb, "rotated"), (back, "rotated_reversed")):
            for k in _starts(other, xa[0]):
                rolled = np.concatenate([other[k:-1], other[:k], other[k : k + 1]])
                share = _far_share(xa, rolled, limit)
                if share <= limit:
                    return Relation(kind, share, start=k)
    return DIFFERENT


def _starts(closed: np.ndarray, start: np.ndarray) -> list[int]:
    """Up to three points of a closed line that are closest to the start of the other line.

    They are multiples of the step, so that the same points of the line are aligned as without rolling: the corridor
    (candidates.py) can then never reject what this would accept.
    """
    d = np.abs(closed[:-1:EVERY] - start)
    n = len(d)
    found: list[int] = []
    spacing = float(np.abs(np.diff(closed[::EVERY])).max())
    order = np.argsort(d, kind="stable")
    for k in order[: int((d <= 60.0 + spacing / 2).sum())]:
        apart = [min(abs(k - u), n - abs(k - u)) for u in found]
        if not apart or min(apart) >= n // 30:
            found.append(int(k))
            if len(found) == 3:
                break
    return [k * EVERY for k in found]


def start_on(route: Line, attempt: Line) -> int:
    """The point of the attempt's line at which the route starts, if both follow the same loop; 0 otherwise.

    Within the band of the alignment, a loop begun a few hundred metres further on is still "same", but its times would
    not be.
    """
    origin = (float(route.points[0, 0]), float(route.points[0, 1]))
    xa, xb = _metres(route.points, origin), _metres(attempt.points, origin)
    limit = max(100.0, 0.02 * max(route.length_m, attempt.length_m))
    if max(route.closing_gap_m, attempt.closing_gap_m) >= limit:
        return 0
    if abs(xa[0] - xb[0]) < NEAR_START and _far_share(xa, xb) <= SAME_SHARE:
        return 0
    found = [(_far_share(xa, np.concatenate([xb[k:-1], xb[: k + 1]])), k) for k in _starts(xb, xa[0])]
    share, k = min(found, default=(1.0, 0))
    return k if share <= SAME_SHARE else 0


def _laps(a: Line, b: Line, xa: np.ndarray, xb: np.ndarray) -> Relation:
    short, long, xs, xl = (a, b, xa, xb) if a.length_m < b.length_m else (b, a, xb, xa)
    ratio = long.length_m / short.length_m
    k = round(ratio)
    if not 2 <= k <= MAX_LAPS or abs(ratio / k - 1) >= 0.12 or short.closing_gap_m >= LAP_CLOSING_GAP:
        return DIFFERENT
    tiled = resample(np.concatenate([xs] * k).view(float).reshape(-1, 2), LINE_POINTS)
    share = _far_share(tiled.view(complex)[:, 0], xl)
    return Relation("laps", share, k) if share <= SAME_SHARE else DIFFERENT


def _at_one_venue(a: Line, b: Line) -> Relation:
    """Relation of two activities if at least one is at a venue. Laps of a stadium cannot sensibly be matched as lines,
    so only the place decides."""
    if not (a.is_venue and b.is_venue):
        return DIFFERENT
    here, there = ((x.points.min(axis=0) + x.points.max(axis=0)) / 2 for x in (a, b))
    east, north = project(there[:1], there[1:], (float(here[0]), float(here[1])))[0]
    return Relation("same", 0.0) if np.hypot(east, north) < VENUE_RADIUS else DIFFERENT
