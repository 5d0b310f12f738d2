"""Prepares a track for matching: the prepared track, and the outline by which candidates are found.

Prepared track: points without a position, points whose time does not advance, and spikes are dropped; standing still
becomes one point (drift would lengthen the line); then one point every 8 m is kept. Stored in 12 bytes per point: all
seconds (float32), all latitudes, all longitudes (int32, 1e-7 degrees), little-endian. Positions are rounded to about a
centimetre, so that packing and unpacking again changes nothing.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.geo.sphere import EARTH_M
from milevault_core.routes.geometry import (
    cumulative,
    gap,
    min_step,
    project_line,
    resample,
    unproject,
    unwrap,
)  # fmt: skip
from milevault_core.track import apart

MAX_SPEED = 35.0  # m/s; a point reached and left faster than this is a spike
STOP_SPEED = 0.35  # m/s over the window: slower is standing
STOP_WINDOW_S = 20.0
STEP = 8.0  # m
MIN_LENGTH = 200.0  # m; a shorter line is not a route
PAD = 50.0  # m around the bounding box: that of a straight out-and-back would have no area
VENUE_EXTENT = 300.0  # m; a track that stays within this is at a venue (a stadium)
LINE_POINTS = 1017  # points of the line that relations are decided on; every 8th is used in the alignment
SIGNATURE_EVERY = 16  # every 16th point of the line: 64 points


@dataclass(frozen=True)
class Prepared:
    """seconds since the start; lat, lon in degrees (lon without a jump at 180°). All of equal length."""

    seconds: np.ndarray
    lat: np.ndarray
    lon: np.ndarray


@dataclass(frozen=True)
class Outline:
    """What candidates are searched by. box: (west, south, east, north) in degrees, padded by 50 m."""

    box: tuple[float, float, float, float]
    length_m: float
    closing_gap_m: float  # from the end back to the start
    is_venue: bool
    signature: np.ndarray  # (64, 2) int32: lat, lon in 1e-7 degrees at equal distances
    tie: str = ""  # the recording's fingerprint: if two start at the same time, the smaller is earlier


def clean(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> Prepared | None:
    """Points with a position, in time order, without spikes; None with fewer than two. seconds: since the start; lat,
    lon: degrees; (n,) each."""
    good = np.isfinite(seconds) & np.isfinite(lat) & np.isfinite(lon)
    t, lat, lon = seconds[good], lat[good], lon[good]
    if len(t) < 2:
        return None
    good = np.concatenate([[True], t[1:] > np.maximum.accumulate(t)[:-1]])
    t, lat, lon = t[good], lat[good], unwrap(lon[good])
    for _ in range(3):
        if len(t) < 4:
            break
        xy = project_line(lat, lon, (float(lat[0]), float(lon[0])))
        speed = np.hypot(*np.diff(xy, axis=0).T) / np.diff(t)
        spike = np.zeros(len(t), dtype=bool)
        spike[1:-1] = (speed[:-1] > MAX_SPEED) & (speed[1:] > MAX_SPEED)
        if not spike.any():
            break
        t, lat, lon = t[~spike], lat[~spike], lon[~spike]
    return Prepared(t, lat, lon) if len(t) >= 2 else None


def standing(t: np.ndarray, xy: np.ndarray) -> np.ndarray:
    """Mask of the points that stand still: less than 0.35 m/s in a straight line over the 20 s around them."""
    before = np.searchsorted(t, t - STOP_WINDOW_S / 2)
    after = np.searchsorted(t, t + STOP_WINDOW_S / 2, side="right") - 1
    moved = np.hypot(*(xy[after] - xy[before]).T)
    span = t[after] - t[before]
    return (moved < np.maximum(4.0, STOP_SPEED * span)) & (span >= 0.7 * STOP_WINDOW_S)


def prepare(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> Prepared | None:
    """The prepared track from arrays of equal length (NaN where missing); None if it is too short for a route
    (< 200 m)."""
    points = clean(np.asarray(seconds, float), np.asarray(lat, float), np.asarray(lon, float))
    if points is None or len(points.seconds) < 8:
        return None
    t = points.seconds
    origin = (float(np.median(points.lat)), float(np.median(points.lon)))
    xy = project_line(points.lat, points.lon, origin)
    still = standing(t, xy)
    keep = ~still | ~np.concatenate([[False], still[:-1]])  # of a stand, its first point
    keep[0] = keep[-1] = True
    kept = np.flatnonzero(keep)
    kept = kept[min_step(xy[kept], STEP)]
    if cumulative(xy[kept])[-1] < MIN_LENGTH:
        return None
    return unpack(pack(Prepared(t[kept] - t[kept[0]], points.lat[kept], points.lon[kept])))


def prepare_track(track: pd.DataFrame) -> Prepared | None:
    """`prepare` for a track table (milevault_core.track.table)."""
    time = track["time"].to_numpy(dtype="datetime64[us]")
    seconds = time.astype("int64") / 1e6
    seconds[np.isnat(time)] = np.nan
    lat, lon = track["lat"].to_numpy(float), track["lon"].to_numpy(float)
    if (
        cut := apart(track)
    ).any():  # a train or car in between: the longer part is the one that may be repeated
        piece = np.cumsum(cut)
        metres = track["distance"].to_numpy(float)
        longest = max(np.unique(piece), key=lambda k: np.nan_to_num(np.ptp(metres[piece == k])))
        lat, lon = np.where(piece == longest, lat, np.nan), np.where(piece == longest, lon, np.nan)
    return prepare(seconds, lat, lon)


def prepare_course(lat: np.ndarray, lon: np.ndarray) -> Prepared | None:
    """The prepared track of a drawn course, which has no times: as if covered at 3 m/s without a stop."""
    lat, lon = np.asarray(lat, float), np.asarray(lon, float)
    good = np.isfinite(lat) & np.isfinite(lon)
    if good.sum() < 2:
        return None
    lat, lon = lat[good], unwrap(lon[good])
    origin = (float(np.median(lat)), float(np.median(lon)))
    xy = project_line(lat, lon, origin)
    length = cumulative(xy)[-1]
    if length < MIN_LENGTH:
        return None
    dense_lat, dense_lon = unproject(resample(xy, max(64, int(length / STEP))), origin)
    seconds = np.linspace(0.0, length / 3.0, len(dense_lat))
    return unpack(pack(Prepared(seconds, dense_lat, dense_lon)))


def pack(p: Prepared) -> bytes:
    """The stored form: 12 bytes per point."""
    wrapped = np.mod(p.lon + 180.0, 360.0) - 180.0
    e7 = [np.rint(v * 1e7).astype("<i4").tobytes() for v in (p.lat, wrapped)]
    return p.seconds.astype("<f4").tobytes() + e7[0] + e7[1]


def unpack(data: bytes) -> Prepared:
    """The inverse of `pack`. Raises ValueError if the bytes are not a whole number of points."""
    n, rest = divmod(len(data), 12)
    if rest:
        raise ValueError("a prepared track has 12 bytes a point")
    seconds = np.frombuffer(data, "<f4", n).astype(float)
    lat, lon = np.frombuffer(data, "<i4", 2 * n, 4 * n).reshape(2, n) / 1e7
    return Prepared(seconds, lat, unwrap(lon))


def line_of(p: Prepared, xy: np.ndarray | None = None) -> np.ndarray:
    """The line that relations are decided on: (1017, 2) float64, lat and lon in degrees at equal distances along the
    path. xy: the points in metres on a plane, if already known."""
    path = cumulative(local(p) if xy is None else xy)
    at = np.linspace(0.0, path[-1], LINE_POINTS)
    return np.stack([np.interp(at, path, p.lat), np.interp(at, path, p.lon)], axis=1)


def local(p: Prepared) -> np.ndarray:
    """The prepared track in metres around its first point."""
    return project_line(p.lat, p.lon, (float(p.lat[0]), float(p.lon[0])))


def outline(p: Prepared) -> Outline:
    """The outline of a prepared track: box, length, closing gap, whether it is a venue, signature."""
    xy = local(p)
    pad_lat = np.degrees(PAD / EARTH_M)
    pad_lon = pad_lat / max(0.01, float(np.cos(np.radians(p.lat.mean()))))
    west, south, east, north = (float(v) for v in (p.lon.min(), p.lat.min(), p.lon.max(), p.lat.max()))
    shift = np.floor((west + 180.0) / 360.0) * 360.0  # the western edge within -180..180
    box = (west - shift - pad_lon, south - pad_lat, east - shift + pad_lon, north + pad_lat)
    line = line_of(p, xy)
    line[:, 1] = np.mod(line[:, 1] + 180.0, 360.0) - 180.0
    return Outline(
        box=box,
        length_m=float(cumulative(xy)[-1]),
        closing_gap_m=gap(xy[0], xy[-1]),
        is_venue=bool(max(np.ptp(xy[:, 0]), np.ptp(xy[:, 1])) < VENUE_EXTENT),
        signature=np.rint(line[::SIGNATURE_EVERY] * 1e7).astype("<i4"),
    )
