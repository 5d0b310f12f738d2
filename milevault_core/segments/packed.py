"""Tracks and lines as bytes. A point of a track takes 12 bytes: hundredths of a second, latitude and longitude in 1e-7
degrees, each int32, little-endian; values of one kind are stored together."""

import numpy as np

from milevault_core.segments.line import Line, line_of

LONGEST_S = 2e7  # seven months; a later point would not fit


def pack_track(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> bytes:
    """Pack a track. seconds: since the activity's start. lat, lon: degrees. Points without a position are left out."""
    known = np.isfinite(lat) & np.isfinite(lon) & (np.abs(seconds) < LONGEST_S)
    columns = (seconds[known] * 100, lat[known] * 1e7, _east(lon[known]) * 1e7)
    return b"".join(np.rint(c).astype("<i4").tobytes() for c in columns)


def unpack_track(data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(seconds, lat, lon), the inverse of `pack_track`."""
    rows = np.frombuffer(data, "<i4").reshape(3, -1)
    return rows[0] / 100, rows[1] * 1e-7, rows[2] * 1e-7


def pack_places(lat: np.ndarray, lon: np.ndarray) -> bytes:
    """Pack places in degrees, 8 bytes each."""
    return np.rint(np.column_stack((lat, _east(lon))) * 1e7).astype("<i4").tobytes()


def unpack_places(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(lat, lon) in degrees, the inverse of `pack_places`."""
    places = np.frombuffer(data, "<i4").reshape(-1, 2) * 1e-7
    return places[:, 0], places[:, 1]


def line_from(data: bytes) -> Line:
    """The line through packed places."""
    return line_of(*unpack_places(data))


def _east(lon: np.ndarray) -> np.ndarray:
    return np.mod(lon + 180.0, 360.0) - 180.0
