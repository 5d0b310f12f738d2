"""The match line: a recording's positions and heart rate over time, small enough to compare many.

A sample every five seconds (fewer in recordings over three hours), each a point as recorded. Stored as four int32 rows
(tenths of a second since the start, latitude and longitude in microdegrees, heart rate in bpm): their differences,
byte-shuffled and deflated.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from milevault_core.track import Columns

EVERY_S = 5.0
_MOST = 2_200  # samples
_MISSING = np.int32(-(2**31))


@dataclass(frozen=True)
class Line:
    """Arrays of equal length: `t` in seconds since the start; lat and lon in degrees and heart_rate in bpm, NaN where
    missing."""

    t: np.ndarray
    lat: np.ndarray
    lon: np.ndarray
    heart_rate: np.ndarray

    @property
    def has_track(self) -> bool:
        """Whether there are enough positions for a track: one or two GPS fixes in a gym are not."""
        return int(np.isfinite(self.lat).sum()) >= 4


def pack(track: Columns) -> bytes | None:
    """The packed line of a cleaned track; None if it has fewer than two points."""
    time = np.asarray(track["time"], "datetime64[us]")
    if len(time) < 2:
        return None
    since = (time - time[0]).view("i8") / 1e6
    every = max(EVERY_S, since[-1] / _MOST)
    rows = np.unique(
        np.minimum(np.searchsorted(since, np.arange(0.0, since[-1] + every, every)), len(since) - 1)
    )
    whole = np.full((4, len(rows)), _MISSING, dtype="<i4")
    whole[0] = np.rint(since[rows] * 10)
    for row, name, factor in ((1, "lat", 1e6), (2, "lon", 1e6), (3, "heart_rate", 1.0)):
        values = np.asarray(track[name])[rows]
        known = np.isfinite(values)
        whole[row, known] = np.rint(values[known] * factor)
    steps = np.diff(whole, axis=1, prepend=np.int32(0))  # wraps around and back again at a missing value
    return zlib.compress(np.ascontiguousarray(steps.view("u1").reshape(-1, 4).T).tobytes(), 1)


def unpack(data: bytes) -> Line:
    """A line from its stored bytes, as `pack` made them."""
    steps = np.ascontiguousarray(np.frombuffer(zlib.decompress(data), "u1").reshape(4, -1).T).view("<i4")
    whole = np.cumsum(steps.reshape(4, -1), axis=1, dtype="<i4")
    values = np.where(whole == _MISSING, np.nan, whole.astype(float))
    return Line(values[0] / 10, values[1] / 1e6, values[2] / 1e6, values[3])
