"""A new segment from positions and heights: a stretch of a track, a drawn course, or the two ends given by a device."""

from typing import Any, NamedTuple

import numpy as np

from milevault_core.routes.geometry import cumulative, min_step, project, unwrap
from milevault_core.segments.line import SHORTEST_M, STATION_M, Line, line_of
from milevault_core.segments.packed import line_from, pack_places

SMOOTH_M = 30.0  # heights are averaged over this much of the path
INSET_M = 20.0  # how far a gate has to be from where a recording begins or ends …
INSET_SHARE = 0.1  # … or this share of the segment, if that is less


class DrawnLine(NamedTuple):
    """altitudes: m at each point of the line; empty if unknown. gain_m: the last of them minus the first."""

    line: Line
    altitudes: np.ndarray
    gain_m: float | None


def draw(lat: np.ndarray, lon: np.ndarray, altitude: np.ndarray | None = None) -> DrawnLine:
    """The segment through positions in degrees, in order (NaN where unknown), with their altitudes in m.

    Raises ValueError, with a sentence for the user, if they are too short for a segment.
    """
    line = line_of(lat, lon)
    known = np.isfinite(lat) & np.isfinite(lon)
    heights = np.full(len(lat), np.nan) if altitude is None else np.asarray(altitude, float)
    way = project(lat[known], unwrap(lon[known]), line.origin)
    kept = min_step(way, STATION_M / 2)
    path, heights = cumulative(way[kept]), heights[known][kept]
    told = np.isfinite(heights)
    if told.sum() < 2 or np.ptp(path[told]) < 0.9 * line.length_m:
        return DrawnLine(line, np.empty(0), None)
    at = np.linspace(0.0, line.length_m, len(line.points))
    fine = np.arange(0.0, line.length_m + 1.0)  # each metre
    by_metre = np.interp(fine, path[told], heights[told])
    row = np.arange(len(fine))
    half = np.minimum(int(SMOOTH_M / 2), np.minimum(row, row[::-1]))  # symmetric, or slopes end flat
    sums = np.concatenate(([0.0], np.cumsum(by_metre)))
    low, high = row - half, row + half + 1
    altitudes = np.interp(at, fine, (sums[high] - sums[low]) / (high - low))
    return DrawnLine(line, altitudes, float(altitudes[-1] - altitudes[0]))


def inside(drawn: DrawnLine, before_m: float = 0.0, after_m: float = 0.0) -> DrawnLine:
    """The segment with its ends moved in to INSET_M (or INSET_SHARE of it) from the ends of the recording it was drawn
    along. before_m, after_m: how far the recording goes on before and after the segment. A recording does not cross a
    gate at the place where it begins, and others that begin there cross it only by chance, because of GPS errors."""
    line = drawn.line
    most = min(INSET_M, INSET_SHARE * line.length_m)
    first, last = max(0.0, most - before_m), line.length_m - max(0.0, most - after_m)
    if (first == 0.0 and last == line.length_m) or last - first < SHORTEST_M:
        return drawn
    at = np.linspace(0.0, line.length_m, len(line.points))
    kept = np.concatenate(([first], at[(at > first) & (at < last)], [last]))
    shorter = line_of(*(np.interp(kept, at, degrees) for degrees in line.places()))
    if not len(drawn.altitudes):
        return DrawnLine(shorter, drawn.altitudes, None)
    altitudes = np.interp(np.linspace(first, last, len(shorter.points)), at, drawn.altitudes)
    return DrawnLine(shorter, altitudes, float(altitudes[-1] - altitudes[0]))


def metres(lat: np.ndarray, lon: np.ndarray) -> float:
    """Length in metres of the path through positions in degrees (NaN where unknown), without jitter while standing."""
    known = np.isfinite(lat) & np.isfinite(lon)
    lat, lon = lat[known], unwrap(lon[known])
    if len(lat) < 2:
        return 0.0
    way = project(lat, lon, (float(lat[0]), float(lon[0])))
    return float(cumulative(way[min_step(way, STATION_M / 2)])[-1])


def reversed_of(drawn: DrawnLine) -> DrawnLine:
    """The same stretch in the other direction, which is a different segment."""
    lat, lon = drawn.line.places()
    gain = None if drawn.gain_m is None else -drawn.gain_m
    return DrawnLine(line_of(lat[::-1], lon[::-1]), drawn.altitudes[::-1], gain)


def pack(drawn: DrawnLine) -> dict[str, Any]:
    """The segment as JSON-compatible values."""
    return {
        "places": pack_places(*drawn.line.places()).hex(),
        "altitudes": np.round(drawn.altitudes, 2).tolist(),
    }


def unpack(packed: dict[str, Any]) -> DrawnLine:
    """The inverse of `pack`."""
    line, altitudes = line_from(bytes.fromhex(packed["places"])), np.array(packed["altitudes"], float)
    if len(altitudes) != len(line.points):
        return DrawnLine(line, np.empty(0), None)
    return DrawnLine(line, altitudes, float(altitudes[-1] - altitudes[0]))
