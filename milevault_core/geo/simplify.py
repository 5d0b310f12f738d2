"""Line simplification: Douglas-Peucker in metres, one numpy pass for all pieces of a level."""

import numpy as np

from milevault_core.geo.sphere import DEGREE_M


def unwrap(lon: np.ndarray) -> np.ndarray:
    """Longitudes that do not jump at the antimeridian. They may exceed 180, but the middle of their range lies within
    [-180, 180). lon: (n,) degrees."""
    if not len(lon):
        return lon
    out = np.unwrap(lon, period=360.0)
    middle = (out.min() + out.max()) / 2
    return out - 360.0 * np.floor((middle + 180.0) / 360.0)


def simplify(
    lat: np.ndarray, lon: np.ndarray, cut: np.ndarray, most: int, tolerance_m: float = 2.0
) -> np.ndarray:
    """Sorted indices of at most `most` points that keep the line within `tolerance_m`, or as close to it as that
    many points allow.

    lat, lon: degrees, lon unwrapped. cut: True where a point is not connected to the one before; both sides of a
    cut are kept as far as `most` allows. A third of the points is spread evenly along the track, so that long
    straights keep their colour changes.
    """
    n = len(lat)
    if n <= most:
        return np.arange(n)
    x = (lon - lon[0]) * DEGREE_M * np.cos(np.radians(lat.mean()))
    y = (lat - lat[0]) * DEGREE_M
    at = np.flatnonzero(cut)
    fixed = np.union1d([0, n - 1], np.concatenate((at, at - 1)))
    even = np.unique(np.linspace(0, n - 1, most // 3).astype(int))
    if len(fixed) > most // 3:
        return np.unique(np.linspace(0, n - 1, most).astype(int))
    weight = significance(x, y, fixed, tolerance_m)
    weight[fixed] = np.inf
    room = most - len(even)
    best = np.flatnonzero(weight > 0)
    if len(best) > room:
        best = np.argpartition(-weight, room - 1)[:room]
    return np.union1d(best, even)


def significance(x: np.ndarray, y: np.ndarray, fixed: np.ndarray, tolerance: float) -> np.ndarray:
    """For each point, the tolerance below which Douglas-Peucker keeps it; 0 for points within `tolerance`.

    x, y: metres. fixed: sorted indices of points to keep, including the first and last; the line is simplified
    between them. A point never gets a higher value than the point whose split created its piece, so any threshold
    gives a valid simplification.
    """
    weight = np.zeros(len(x))
    start, stop = fixed[:-1], fixed[1:]
    parent = np.full(len(start), np.inf)
    while True:
        long = stop - start > 1
        start, stop, parent = start[long], stop[long], parent[long]
        if not len(start):
            return weight
        count = stop - start - 1  # points inside each piece
        first = np.concatenate(([0], np.cumsum(count)[:-1]))
        piece = np.repeat(np.arange(len(start)), count)
        inside = np.arange(len(piece)) - np.repeat(first - start - 1, count)
        dx, dy = (x[stop] - x[start])[piece], (y[stop] - y[start])[piece]
        px, py = x[inside] - x[start][piece], y[inside] - y[start][piece]
        # Distance to the segment, not to the infinite line: an out-and-back has both ends in one place.
        length = np.maximum(dx * dx + dy * dy, 1e-12)
        share = np.clip((px * dx + py * dy) / length, 0.0, 1.0)
        away = np.hypot(px - share * dx, py - share * dy)
        farthest = np.maximum.reduceat(away, first)
        hit = np.flatnonzero(away == farthest[piece])
        hit = hit[np.unique(piece[hit], return_index=True)[1]]
        split = inside[hit]
        parent = np.minimum(parent, farthest)
        far = farthest > tolerance
        weight[split[far]] = parent[far]
        start, stop = np.concatenate((start[far], split[far])), np.concatenate((split[far], stop[far]))
        parent = np.concatenate((parent[far], parent[far]))
        order = np.argsort(start)
        start, stop, parent = start[order], stop[order], parent[order]
