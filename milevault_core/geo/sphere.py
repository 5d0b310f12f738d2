"""Distances and shapes on the earth, for a whole track at once. WGS 84 degrees in, metres out."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

EARTH_M = 6_371_008.8  # mean radius, IUGG
DEGREE_M = 111_195.08  # of latitude, on that sphere


def haversine_m(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Any:
    """Great-circle distance in metres between points in degrees; scalars or arrays, NaN where a coordinate is NaN."""
    a1, o1, a2, o2 = (np.radians(x) for x in (lat1, lon1, lat2, lon2))
    h = np.sin((a2 - a1) / 2) ** 2 + np.cos(a1) * np.cos(a2) * np.sin((o2 - o1) / 2) ** 2
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))


def legs_m(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Distance in metres from each point to the next, length n - 1.

    Legs up to 10 km are measured on the plane at the leg's latitude, with an error below 1e-6; longer ones by
    haversine.
    """
    dlat, dlon = np.diff(lat), np.diff(lon)
    if np.abs(dlon).max(initial=0.0) > 180:  # across the date line
        dlon = (dlon + 180) % 360 - 180
    middle = np.cos(np.radians((lat[:-1] + lat[1:]) / 2))
    legs = np.radians(np.hypot(dlat, dlon * middle)) * EARTH_M
    far = np.flatnonzero(legs > 10_000)
    if len(far):
        legs[far] = haversine_m(lat[far], lon[far], lat[far + 1], lon[far + 1])
    return legs


def simplify(lat: np.ndarray, lon: np.ndarray, n: int) -> np.ndarray:
    """Ascending rows of at most `n` (>= 2) points that keep the shape. The input must not contain NaN.

    Visvalingam and Whyatt: the point whose triangle with its neighbours is smallest is removed first. It runs in
    rounds: each removes all points whose triangle is smaller than their neighbours', so a dozen rounds are enough.
    """
    rows = np.arange(len(lat))
    if len(rows) <= n:
        return rows
    y = lat - lat[0]
    x = (lon - lon[0] + 180) % 360 - 180
    x = x * np.cos(np.radians(lat.mean()))
    while len(rows) > n:
        dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
        area = np.abs(dx[:-1] * dy[1:] - dy[:-1] * dx[1:])
        low = np.ones(len(area), dtype=bool)
        low[1:] = area[1:] <= area[:-1]
        low[:-1] &= area[:-1] <= area[1:]
        if np.count_nonzero(low) * 10 < len(area):  # a spiral has hardly any minimum
            low = area <= np.median(area)
        lows = _every_other(low) + 1
        excess = len(rows) - n
        if len(lows) > excess:
            lows = lows[np.argpartition(area[lows - 1], excess - 1)[:excess]]
        keep = np.ones(len(rows), dtype=bool)
        keep[lows] = False
        left = keep.nonzero()[0]
        rows, x, y = rows.take(left), x.take(left), y.take(left)
    return rows


def _every_other(chosen: np.ndarray) -> np.ndarray:
    """The first, third … row of each run of neighbouring rows in a mask, so that no two are neighbours."""
    rows = chosen.nonzero()[0]
    is_next = rows[1:] == rows[:-1] + 1
    if not is_next.any():
        return rows
    place = np.arange(len(rows))
    start = np.maximum.accumulate(np.where(np.append(False, is_next), 0, place))
    return rows[(place - start) % 2 == 0]
