"""The shape of a track in few points, for lists."""

import numpy as np

from milevault_core.geo.sphere import legs_m, simplify
from milevault_core.track.table import Columns

FAR_M = 100.0  # m between two positions


def apart(track: Columns) -> np.ndarray:
    """Mask of the points, shape (n,), that no line joins to the position before: the leg between them was left out of
    the distance (a train, a car)."""
    lat, lon = np.asarray(track["lat"], float), np.asarray(track["lon"], float)
    out = np.zeros(len(lat), dtype=bool)
    placed = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    if len(placed) < 2:
        return out
    legs = legs_m(lat[placed], lon[placed])
    far = legs > FAR_M
    if far.any():
        counted = np.diff(np.asarray(track["distance"], float)[placed])
        out[placed[1:][far & (counted < legs / 2)]] = True
    return out


def outline(track: Columns, n: int = 100) -> np.ndarray:
    """The shape of a track as at most `n` (lat, lon) rows, float64 (m, 2); empty without positions. A NaN row separates
    rows that no line joins (`apart`)."""
    lat, lon = np.asarray(track["lat"]), np.asarray(track["lon"])
    known = np.isfinite(lat) & np.isfinite(lon)
    cuts = np.flatnonzero(apart(track)[known])
    if not known.all():
        lat, lon = lat[known], lon[known]
    end = len(lat) if len(cuts) else _been_everywhere(lat, lon)
    lat, lon = lat[:end], lon[:end]
    if not len(cuts):
        rows = simplify(lat, lon, n)
        return np.column_stack([lat[rows], lon[rows]])
    cuts = cuts[: n // 4]
    rows = np.union1d(simplify(lat, lon, n - 3 * len(cuts)), np.append(cuts, cuts - 1))
    shape = np.column_stack([lat[rows], lon[rows]])
    return np.insert(shape, np.searchsorted(rows, cuts), np.nan, axis=0)


def _been_everywhere(lat: np.ndarray, lon: np.ndarray) -> int:
    """How many of the first points draw the whole shape: only one of 25 laps of a stadium is drawn, and the way back on
    the same path is not drawn again.

    The shortest beginning whose cells of a 20 x 20 grid, or cells next to them (noise enters new cells lap by lap),
    contain 98 % of all points, plus a tenth for the far end of an out-and-back path.
    """
    count = len(lat)
    part = int(0.6 * count)
    if count < 200 or any(np.ptp(v[:part:4]) < 0.8 * np.ptp(v[::4]) for v in (lat, lon)):
        return count  # the last part goes somewhere new
    step = 1 + count // 1000  # enough points for cells this coarse
    lat, lon = lat[::step], lon[::step]
    x, y = (((v - v.min()) * (19.99 / max(float(np.ptp(v)), 1e-9))).astype(np.int32) + 1 for v in (lat, lon))
    entered = np.full((22, 22), count)
    # Assigned backwards, so that the earliest entry into a cell is the one that stays.
    entered[x[::-1], y[::-1]] = np.arange(len(lat) - 1, -1, -1) * step
    beside = np.minimum.reduce([entered[:-2], entered[1:-1], entered[2:]])
    beside = np.minimum.reduce([beside[:, :-2], beside[:, 1:-1], beside[:, 2:]])
    last = int(0.98 * (len(lat) - 1))
    end = int(1.1 * np.partition(beside[x - 1, y - 1], last)[last]) + 2
    return end if end < part else count
