"""The line of a segment."""

from dataclasses import dataclass

import numpy as np

from milevault_core.routes.geometry import cumulative, min_step, project, resample, unproject, unwrap

SHORTEST_M = 50.0
STATION_M = 10.0  # distance between the points of a line, unless it is too long
FEWEST, MOST = 8, 400  # points of a line
GATE_M = 30.0  # the direction at either end is taken over this distance
CORRIDOR_M = (15.0, 35.0)  # limits of half its width: a short segment has a narrow corridor …
CORRIDOR_SHARE = 0.05  # … of this share of its length: in a car park everything is near everything else
TURN_COSINE = -0.5  # between the directions into and out of a turning point: a turn of more than 120°


@dataclass(frozen=True)
class Line:
    """A segment in metres around its first point.

    points (n, 2): at equal distances along it. start and end (2,): the gates; start_way and end_way: unit vectors along
    the line there. corridor_m: how far to the side a pass may be. turns: the points where the line turns back.
    """

    origin: tuple[float, float]  # lat, lon in degrees
    points: np.ndarray
    length_m: float
    start_way: np.ndarray
    end_way: np.ndarray
    corridor_m: float
    turns: np.ndarray

    @property
    def start(self) -> np.ndarray:
        return np.asarray(self.points[0])

    @property
    def end(self) -> np.ndarray:
        return np.asarray(self.points[-1])

    @property
    def station_m(self) -> float:
        """Distance between two points along the line."""
        return self.length_m / (len(self.points) - 1)

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """The points in degrees: (lat, lon)."""
        return unproject(self.points, self.origin)


def line_of(lat: np.ndarray, lon: np.ndarray) -> Line:
    """The line through positions in degrees, (n,) each, in order; unknown ones (NaN) are left out.

    Raises ValueError, with a sentence for the user, if they are shorter than SHORTEST_M.
    """
    known = np.isfinite(lat) & np.isfinite(lon)
    lat, lon = lat[known], unwrap(lon[known])
    if len(lat) < 2:
        raise ValueError("A segment needs positions, and there are none on this stretch.")
    origin = float(lat[0]), float(lon[0])
    way = project(lat, lon, origin)
    way = way[min_step(way, STATION_M / 2)]  # jitter while standing is no distance
    length_m = float(cumulative(way)[-1])
    if length_m < SHORTEST_M:
        raise ValueError(f"A segment has to be at least {SHORTEST_M:.0f} m long.")
    points = resample(way, int(np.clip(round(length_m / STATION_M) + 1, FEWEST, MOST)))
    step = length_m / (len(points) - 1)
    reach = min(len(points) - 1, max(1, round(GATE_M / step)))
    narrow, wide = CORRIDOR_M
    return Line(
        origin,
        points,
        length_m,
        _unit(points[reach] - points[0]),
        _unit(points[-1] - points[-1 - reach]),
        float(np.clip(CORRIDOR_SHARE * length_m, narrow, wide)),
        _turns(points, reach),
    )


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / max(float(np.hypot(vector[0], vector[1])), 1e-9))


def _turns(points: np.ndarray, reach: int) -> np.ndarray:
    """Points where the line goes back the way it came: the middle of the sharpest part of each turn."""
    if len(points) <= 2 * reach:
        return np.empty((0, 2))
    into = points[reach:-reach] - points[: -2 * reach]
    out = points[2 * reach :] - points[reach:-reach]
    size = np.maximum(np.hypot(*into.T) * np.hypot(*out.T), 1e-9)
    cosine = (into * out).sum(1) / size
    sharp = np.flatnonzero(cosine < TURN_COSINE)
    if not len(sharp):
        return np.empty((0, 2))
    runs = np.split(sharp, np.flatnonzero(np.diff(sharp) > 1) + 1)
    sharpest = [run[cosine[run] <= cosine[run].min() + 0.01] for run in runs]
    return points[[int(run[len(run) // 2]) + reach for run in sharpest]]
