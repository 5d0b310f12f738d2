"""How two lines relate. The only importer of tslearn, inside the functions: its first use costs seconds.

Dynamic time warping (tslearn) only aligns the two lines; the decision is the share of points that are farther than 35
m from the other line beside the place they were aligned with. The DTW distance itself decides nothing: for two
recordings of one long way, sampled out of step, it is tens of metres, and a parallel street averages out.
`be="numpy"` always: without it tslearn prints both arrays into strings on every call.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np

from milevault_core.routes.geometry import cumulative, gap, project, project_line, resample
from milevault_core.routes.prepare import LINE_POINTS, Prepared, line_of, local

FAR = 35.0  # m: beyond GPS noise of 10 m an axis, under the distance of two parallel streets
SAME_SHARE = 0.08  # share of either line that may be far; tuned on the even bases of bench/route_pairs.py
MIN_LENGTH_RATIO = 0.78
EVERY = 8  # each 8th of the line's 1,017 points is aligned: 128
BAND = 13  # points, the Sakoe-Chiba radius: 10 %
END_GAP = 300.0  # m; one end at least must be this near for "same" and "reversed"
NEAR_START = 25.0  # m; two recordings begin at one place when no farther apart
LAP_CLOSING_GAP = 120.0
MAX_LAPS = 12
VENUE_RADIUS = 200.0  # m between the middles of two stadium sessions of one venue
SAME_WAY = ("same", "rotated")  # what makes a group


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

    share: of points beyond 35 m, 0..1 (1.0 where nothing was aligned). laps: how often the shorter is in
    the longer one. start: for rotated kinds, the point of the second line that lies at the first's start.
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
    """What numba compiles of tslearn stays on disk for the next process: 3 of the 8 s of a first alignment are left.
    The functions around these hold others, which numba does not find again."""
    from tslearn.metrics import _dtw, _masks, utils

    for module, name in (
        (_dtw, "_njit_accumulated_matrix"),
        (_masks, "_njit_sakoe_chiba_mask"),
        (_masks, "_njit_itakura_mask"),
        (utils, "_njit_compute_path"),
    ):
        with suppress(AttributeError, RuntimeError):  # of another tslearn; nowhere to write
            getattr(module, name).enable_caching()


def align(a: np.ndarray, b: np.ndarray, band: int = BAND) -> np.ndarray:
    """The warping path of two polylines in metres: (n, 2) indices, both ascending, from start to end."""
    from tslearn.metrics import dtw_path

    path, _ = dtw_path(
        a, b, be=_numpy(), global_constraint="sakoe_chiba", sakoe_chiba_radius=band
    )  # fmt: skip
    return np.fromiter(chain.from_iterable(path), np.intp, 2 * len(path)).reshape(-1, 2)


def distances(signatures: np.ndarray) -> np.ndarray:
    """DTW between all of (k, 64, 2) polylines in metres, (k, k): to find the middle of a group."""
    from tslearn.metrics import cdist_dtw

    return cdist_dtw(
        signatures, be=_numpy(), n_jobs=None, global_constraint="sakoe_chiba", sakoe_chiba_radius=7
    )  # fmt: skip


_NEAR = np.arange(-EVERY, EVERY + 1)


def _beside(points: np.ndarray, line_xy: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Is each point near the line, within one step of the alignment around index `at`? All complex."""
    k = np.clip(at[:, None] * EVERY + _NEAR, 0, len(line_xy) - 1)
    d = points[:, None] - line_xy[k]
    near = ((d.real**2 + d.imag**2) <= FAR * FAR).any(axis=1)
    open_rows = np.flatnonzero(~near)  # near no point of the line, but perhaps near a segment between two
    if len(open_rows):
        k, d = k[open_rows, :-1], d[open_rows, :-1]
        e = line_xy[np.minimum(k + 1, len(line_xy) - 1)] - line_xy[k]
        w = np.clip((d * e.conj()).real / np.maximum(e.real**2 + e.imag**2, 1e-9), 0.0, 1.0)
        near[open_rows] = (np.abs(d - w * e) <= FAR).any(axis=1)
    return near


def _far_share(a: np.ndarray, b: np.ndarray, limit: float = SAME_SHARE) -> float:
    """The larger share of points of a (of b) that are far from the other; a, b: (1017,) complex metres."""
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
    """Whether these can be aligned at all: every 4th point needs a near one within the band. Saves the DTW."""
    d = a[::4, None] - b[_WINDOW]
    reach = FAR + float(np.abs(b[2:] - b[:-2]).max()) / 2
    near = (d.real**2 + d.imag**2).min(axis=1) <= reach * reach
    return int(near.sum()) >= 32 * (1 - limit) - 4


def _metres(points: np.ndarray, origin: tuple[float, float]) -> np.ndarray:
    """Degrees to metres east + i metres north."""
    return project_line(points[:, 0], points[:, 1], origin).view(complex)[:, 0]


def relation(a: Line, b: Line, limit: float = SAME_SHARE) -> Relation:
    """How `b` relates to `a`. Call it with the earlier activity first, so that the answer is always the same.

    limit: the share of points that may be far.
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
    """Up to three places of a closed line that are nearest to where the other one starts.

    Multiples of the step, so that the same points of the line are aligned as without rolling: the corridor
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
    """The point of the attempt's line at which the route starts, where both are one closed way; 0 otherwise.

    The alignment's band still calls a loop begun a few hundred metres on "same", but its times are not.
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
    """Laps of a stadium cannot be matched sensibly as lines: only the place decides."""
    if not (a.is_venue and b.is_venue):
        return DIFFERENT
    here, there = ((x.points.min(axis=0) + x.points.max(axis=0)) / 2 for x in (a, b))
    east, north = project(there[:1], there[1:], (float(here[0]), float(here[1])))[0]
    return Relation("same", 0.0) if np.hypot(east, north) < VENUE_RADIUS else DIFFERENT
