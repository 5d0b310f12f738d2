"""Whether a path keeps to the line of a segment: all along, in order, and out to where the line turns back."""

from typing import NamedTuple

import numpy as np

from milevault_core.routes.geometry import cumulative, min_step, resample, segment_distance
from milevault_core.segments.line import Line

JITTER_M = 8.0  # shorter steps while standing are left out of the length of a path
LENGTH = (0.9, 1.25)  # length of the path relative to the line, with SLACK_M added
SLACK_M = 20.0
BAND = 8  # a path may be ahead of or behind an even share of the line by an eighth of its points
AWAY_SHARE = 0.08  # of the line or of the path may be outside the corridor …
AWAY_M = 100.0  # … but no longer than this in one piece: that is another path
AGREE = 0.7  # mean cosine between the directions of the path and of the line
NORMAL = 1.4826  # ratio of standard deviation to median distance for a normal distribution
TURN_M = 20.0  # how close a path has to come to a point where the line turns back, plus half a leg


class Fit(NamedTuple):
    """How a path keeps to a line. away: the share of it outside the corridor. sideways_m: how far it is to the side, as
    the standard deviation of a GPS receiver's error."""

    away: float
    sideways_m: float


def fit_of(line: Line, way: np.ndarray) -> Fit | None:
    """How a path (n, 2, from gate to gate, in the plane of the line) keeps to the line; None if it is another path."""
    kept = way[min_step(way, JITTER_M)]
    length_m = float(cumulative(kept)[-1])
    low, high = LENGTH
    if not low * line.length_m - SLACK_M <= length_m <= high * line.length_m + SLACK_M:
        return None
    points = len(line.points)
    even = resample(kept, points)
    band = max(6, points // BAND)
    from_way, leg = leg_distances(even, line.points, band)
    from_line, _ = leg_distances(line.points, even, band)
    away = 0.0
    for distances in (from_way, from_line):
        outside = distances > line.corridor_m
        away = max(away, float(outside.mean()))
        if away > AWAY_SHARE or _longest(outside) * line.station_m > AWAY_M:
            return None
    if _agreement(even, line.points, leg) < AGREE or not _reaches_turns(line, way):
        return None
    return Fit(away, NORMAL * float(np.median(from_way)))


def leg_distances(from_points: np.ndarray, line: np.ndarray, band: int) -> tuple[np.ndarray, np.ndarray]:
    """For each point, the distance to the legs of a line with the same number of points, and the index of the nearest
    leg; legs more than `band` further along or back are not considered."""
    n = len(line)
    x, y = line.T
    ex, ey = np.diff(x), np.diff(y)
    size = np.maximum(ex * ex + ey * ey, 1e-9)
    legs = np.clip(np.arange(n)[:, None] + np.arange(-band, band + 1)[None, :], 0, n - 2)
    dx, dy = from_points[:, :1] - x[legs], from_points[:, 1:] - y[legs]
    along_x, along_y = ex[legs], ey[legs]
    share = np.clip((dx * along_x + dy * along_y) / size[legs], 0.0, 1.0)
    squared = (dx - share * along_x) ** 2 + (dy - share * along_y) ** 2
    nearest = squared.argmin(1)
    rows = np.arange(n)
    return np.sqrt(squared[rows, nearest]), legs[rows, nearest]


def _longest(outside: np.ndarray) -> int:
    """The length of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], outside, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _agreement(way: np.ndarray, line: np.ndarray, leg: np.ndarray) -> float:
    """The mean cosine between the path, over four of its steps, and the line around the nearest leg."""
    rows = np.arange(len(way))
    ours = way[np.minimum(rows + 2, len(way) - 1)] - way[np.maximum(rows - 2, 0)]
    theirs = line[np.minimum(leg + 2, len(line) - 1)] - line[np.maximum(leg - 1, 0)]
    size = np.hypot(*ours.T) * np.hypot(*theirs.T)
    return float(((ours * theirs).sum(1) / np.maximum(size, 1e-9)).mean())


def _reaches_turns(line: Line, way: np.ndarray) -> bool:
    """Whether the path reaches every point where the line turns back."""
    legs = np.hypot(*(way[1:] - way[:-1]).T)
    for turn in line.turns:
        distance, _ = segment_distance(turn[None], way[:-1], way[1:])
        nearest = int(distance.argmin())
        if distance[nearest] > TURN_M + legs[nearest] / 2:
            return False
    return True
