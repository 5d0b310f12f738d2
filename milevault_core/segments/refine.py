"""Refines the line of a segment from its passes: a single track is off by some metres, the median of many is not.

Only the shape is refined, sideways. The gates stay where they were drawn, so that times are still over the same
stretch, and efforts are always found by the line as drawn.
"""

import numpy as np

from milevault_core.segments.along import normals
from milevault_core.segments.line import Line

FEWEST, MOST = 4, 64  # passes: the median of fewer says little, more make no visible difference
SMOOTH = 3  # points of the line that are averaged


def pack(offsets: np.ndarray) -> bytes:
    """Pack the result of `along.sideways`, metres for each point of the line, as little-endian int16 decimetres."""
    return bytes(np.rint(np.clip(offsets, -3_000, 3_000) * 10).astype("<i2").tobytes())


def refined(line: Line, packed: list[bytes]) -> np.ndarray:
    """The points of the line (n, 2), moved to the median of its passes; unchanged with fewer than FEWEST of them."""
    rows = [np.frombuffer(one, "<i2") / 10 for one in packed]
    rows = [row for row in rows if len(row) == len(line.points)][:MOST]
    if len(rows) < FEWEST:
        return line.points
    middle = np.median(rows, axis=0)
    padded = np.pad(middle, SMOOTH // 2, mode="edge")
    even = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), "valid")
    return np.asarray(line.points + even[:, None] * normals(line.points))
