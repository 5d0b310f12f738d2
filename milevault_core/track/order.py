"""Puts the points of a track in time order. Used by track.clean.

Usually the clock is right and the order of the points in the file is wrong. If it is the other way round (a jittering
clock: sorted by time the path becomes a zigzag), the order stays and the times are sorted. If segments overlap in time
(two devices in one file), the positions of the segment with the most points count.
"""

import numpy as np

from milevault_core.geo.sphere import legs_m
from milevault_core.track.places import TURNS

ZIGZAG = 1.2  # the path in time order is this many times longer
ZIGZAG_M = 50.0
PAUSE = 60_000_000  # µs


def order_of(
    ticks: np.ndarray, lat: np.ndarray, lon: np.ndarray, segments: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, bool, np.ndarray]:
    """Put times that go back in order: (rows in the new order, their times in µs, whether times were exchanged rather
    than points, mask in the new order of points whose position belongs to a second track).

    `segments`: segment number of each point, or None if there is only one segment.
    """
    lat, lon = np.where(np.abs(lat) <= 90, lat, np.nan), np.where(np.abs(lon) <= TURNS, lon, np.nan)
    parts = np.zeros(len(ticks), np.int64) if segments is None else segments
    inside = np.diff(parts) == 0
    way = _way(lat, lon, parts)
    exchanged = False
    if ((np.diff(ticks) < 0) & inside).any():
        by_segment = np.lexsort((ticks, parts))
        if _way(lat[by_segment], lon[by_segment], parts) > ZIGZAG * way + ZIGZAG_M:
            ticks, exchanged = _evenly(ticks, ticks[by_segment]), True
    order = np.argsort(ticks, kind="stable")
    second = np.zeros(len(ticks), dtype=bool)
    if segments is not None:
        mixed = parts[order]
        if (
            np.count_nonzero(np.diff(mixed)) >= len(np.unique(mixed))
            and _way(lat[order], lon[order], np.zeros_like(parts))
            > ZIGZAG * _way(lat[order], lon[order], mixed) + ZIGZAG_M
        ):
            second = _second_track(ticks[order], mixed)
    return order, ticks[order], exchanged, second


def _evenly(jittering: np.ndarray, ticks: np.ndarray) -> np.ndarray:
    """Sorted times, smoothed to remove the remaining jitter in their steps: means over as many neighbours as the jitter
    mixes up, but not across pauses."""
    steps = np.diff(ticks)
    off = float(np.std(jittering - ticks))
    half = int(np.ceil(off / max(1.0, float(np.mean(np.minimum(steps, PAUSE)))))) * 2
    out = ticks.copy()
    cuts = np.flatnonzero((steps > PAUSE) | (steps < 0)) + 1
    for piece in np.split(np.arange(len(ticks)), cuts):
        before = np.append(0, np.cumsum(ticks[piece] - ticks[piece[0]]))
        place = np.arange(len(piece))
        reach = np.minimum(half, np.minimum(place, len(piece) - 1 - place))
        out[piece] = ticks[piece[0]] + (before[place + reach + 1] - before[place - reach]) // (2 * reach + 1)
    return out


def _way(lat: np.ndarray, lon: np.ndarray, parts: np.ndarray) -> float:
    """Metres along the positions, only within the parts."""
    known = np.isfinite(lat) & np.isfinite(lon)
    parts = parts[known]
    by_part = np.argsort(parts, kind="stable")
    legs = legs_m(lat[known][by_part], lon[known][by_part])
    return float(legs[np.diff(parts[by_part]) == 0].sum())


def _second_track(ticks: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Mask of the points within the time span of a segment that has more points."""
    out = np.zeros(len(ticks), dtype=bool)
    taken = np.zeros(len(ticks), dtype=bool)
    numbers, counts = np.unique(parts, return_counts=True)
    for number in numbers[np.argsort(-counts, kind="stable")]:
        own = np.flatnonzero(parts == number)
        out[own] = taken[own]
        left = own[~taken[own]]
        if len(left):
            taken[left[0] : left[-1] + 1] = True
    return out
