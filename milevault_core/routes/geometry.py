"""Plane geometry on polylines: arrays of shape (n, 2), x east and y north, in metres."""

import numpy as np

from milevault_core.geo.sphere import EARTH_M


def unwrap(lon: np.ndarray) -> np.ndarray:
    """Longitudes in degrees, shape (n,), without a jump where a track crosses 180°: 179.9, -179.9 become 179.9,
    180.1."""
    return np.unwrap(lon, period=360.0) if len(lon) and np.ptp(lon) > 180.0 else lon


def project(lat: np.ndarray, lon: np.ndarray, origin: tuple[float, float]) -> np.ndarray:
    """Convert degrees, shape (n,), to (n, 2) metres east and north of `origin` (lat, lon); equirectangular, accurate to
    0.1 % over 50 km."""
    east = np.mod(lon - origin[1] + 180.0, 360.0) - 180.0
    x = np.radians(east) * (EARTH_M * np.cos(np.radians(origin[0])))
    return np.stack([x, np.radians(lat - origin[0]) * EARTH_M], axis=1)


def project_line(lat: np.ndarray, lon: np.ndarray, origin: tuple[float, float]) -> np.ndarray:
    """Like `project`, (n, 2) metres, for one line whose longitudes have no jump: all of it is shifted by the same
    multiple of 360°."""
    turn = 360.0 * round((float(lon[0]) - origin[1]) / 360.0)
    degree = np.pi / 180.0 * EARTH_M
    xy = np.empty((len(lat), 2))
    np.multiply(lon - (origin[1] + turn), degree * np.cos(np.radians(origin[0])), out=xy[:, 0])
    np.multiply(lat - origin[0], degree, out=xy[:, 1])
    return xy


def unproject(xy: np.ndarray, origin: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Convert (n, 2) metres around `origin` back to degrees: lat and lon, shape (n,) each."""
    lat = origin[0] + np.degrees(xy[:, 1] / EARTH_M)
    return lat, origin[1] + np.degrees(xy[:, 0] / (EARTH_M * np.cos(np.radians(origin[0]))))


def cumulative(xy: np.ndarray) -> np.ndarray:
    """Metres along the polyline at each of its points, shape (n,), starting with 0."""
    step = np.diff(xy, axis=0)
    return np.concatenate([[0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))])


def along(xy: np.ndarray, at: np.ndarray, path: np.ndarray | None = None) -> np.ndarray:
    """The points of the polyline `at` metres along it, shape (len(at), 2)."""
    path = cumulative(xy) if path is None else path
    return np.stack([np.interp(at, path, xy[:, 0]), np.interp(at, path, xy[:, 1])], axis=1)


def resample(xy: np.ndarray, n: int) -> np.ndarray:
    """`n` points at equal distances along the polyline, both ends included."""
    path = cumulative(xy)
    return along(xy, np.linspace(0.0, path[-1], n), path)


def gap(p: np.ndarray, q: np.ndarray) -> float:
    """Metres between two points."""
    return float(np.hypot(p[0] - q[0], p[1] - q[1]))


def min_step(xy: np.ndarray, step: float) -> np.ndarray:
    """Indices to keep so that each point is at least `step` metres from the previous kept one; both ends stay.

    Gives the same result as walking the points one by one. The next point that is far enough is found for all points at
    once, look-ahead by look-ahead; only the walk from one kept point to the next is a loop.
    """
    n = len(xy)
    if n < 2:
        return np.arange(n)
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    following = np.full(n, n)
    open_points = np.arange(n - 1)
    ahead = 1
    while len(open_points):
        j = open_points + ahead
        far = (x[j] - x[open_points]) ** 2 + (y[j] - y[open_points]) ** 2 >= step * step
        following[open_points[far]] = j[far]
        open_points = open_points[~far & (j < n - 1)]
        ahead += 1
        if ahead > 64:  # a long stand: few points are left, so search from each of them
            for i in open_points:
                d = (x[i + ahead :] - x[i]) ** 2 + (y[i + ahead :] - y[i]) ** 2 >= step * step
                if d.any():
                    following[i] = i + ahead + int(d.argmax())
            break
    keep, i, jump = [0], 0, following.tolist()
    while jump[i] < n:
        i = jump[i]
        keep.append(i)
    if keep[-1] != n - 1:
        keep.append(n - 1)
    return np.array(keep)


def segment_distance(q: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance in metres from each point q to its segment start-end, and the position on it (0..1); q, start, end:
    (…, 2) metres."""
    e = end - start
    w = np.clip(((q - start) * e).sum(-1) / np.maximum((e * e).sum(-1), 1e-9), 0.0, 1.0)
    d = q - start - w[..., None] * e
    return np.hypot(d[..., 0], d[..., 1]), w
