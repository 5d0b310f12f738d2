"""The climbs of an activity.

They are found between turning points confirmed by a reversal of 10 m, on the altitude minus GENTLE times the distance,
so that a false flat is not part of a climb. Two climbs are joined if the height lost between them is small compared to
both. The category follows length x grade, as cyclists know it from Strava: 8,000 m% is category 4, 80,000 is beyond
category (HC).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from milevault_core.metrics.height_filter import filter_of
from milevault_core.metrics.turning_points import turning_points

REVERSAL_M = 10.0
GENTLE = 0.02  # rising less than this is not climbing
DIP = 0.2  # share of the smaller of two climbs that may be lost between them
LEAST_GAIN_M, LEAST_M, LEAST_GRADE = 20.0, 250.0, 0.03
GAP_S = 60.0  # a climb across a longer gap in the recording is not counted: nobody knows how it was done
CATEGORIES: tuple[tuple[float, "Category"], ...] = (
    (80_000.0, "HC"), (64_000.0, "1"), (32_000.0, "2"), (16_000.0, "3"), (8_000.0, "4"),
)  # fmt: skip

Category = Literal["HC", "1", "2", "3", "4", ""]


@dataclass(frozen=True)
class Climb:
    """begin_s, end_s: by the track's clock. begin_m, end_m: along the track. gain_m: altitude of the top minus that of
    the foot."""

    begin_s: float
    end_s: float
    begin_m: float
    end_m: float
    gain_m: float

    @property
    def length_m(self) -> float:
        return self.end_m - self.begin_m

    @property
    def grade(self) -> float:
        """Mean gradient, as a share: 0.05 is 5 %."""
        return self.gain_m / self.length_m

    @property
    def vam(self) -> float:
        """Metres climbed per hour, including stops."""
        return 3600.0 * self.gain_m / (self.end_s - self.begin_s)

    @property
    def category(self) -> Category:
        """The category by length in m x grade in %; "" below category 4."""
        points = 100.0 * self.gain_m
        return next((name for least, name in CATEGORIES if points >= least), "")


def climbs(seconds: np.ndarray, distance: np.ndarray, altitude: np.ndarray) -> list[Climb]:
    """The climbs of a track, in order, without overlaps.

    seconds: ascending. distance: metres along the track. altitude: m. All of equal length; NaN where unknown. Not for
    activities with lifts or motors; the caller has to check the sport.
    """
    known = np.isfinite(distance) & np.isfinite(altitude)
    seconds, distance, altitude = seconds[known], distance[known], altitude[known]
    if len(seconds) < 2:
        return []
    unknown = (np.diff(seconds) > GAP_S) & (np.abs(np.diff(altitude)) > REVERSAL_M)
    found: list[Climb] = []
    first = 0
    for last in [*np.flatnonzero(unknown).tolist(), len(seconds) - 1]:
        part = slice(first, last + 1)
        found += _of_piece(seconds[part], distance[part], altitude[part])
        first = last + 1
    return found


def _of_piece(seconds: np.ndarray, distance: np.ndarray, altitude: np.ndarray) -> list[Climb]:
    if len(seconds) < 2:
        return []
    smooth = filter_of(seconds, altitude).smooth(seconds, altitude)
    distance = np.maximum.accumulate(distance)
    tilted = smooth - GENTLE * distance
    turns = turning_points(tilted, REVERSAL_M)
    rises = [(int(foot), int(top)) for foot, top in pairwise(turns) if tilted[top] > tilted[foot]]
    return [
        climb
        for foot, top in _merged(tilted, rises)
        if (climb := _climb(seconds, distance, smooth, foot, top)) is not None
    ]


def _merged(tilted: np.ndarray, rises: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rises, with those joined that are separated only by a small dip, the smallest dip first."""
    rises = list(rises)
    while len(rises) > 1:
        dips = [
            (float(tilted[a[1]] - tilted[b[0]]) / min(_gain(tilted, a), _gain(tilted, b)), i)
            for i, (a, b) in enumerate(pairwise(rises))
        ]
        smallest, i = min(dips)
        if smallest > DIP:
            break
        rises[i : i + 2] = [(rises[i][0], rises[i + 1][1])]
    return rises


def _gain(tilted: np.ndarray, rise: tuple[int, int]) -> float:
    return max(float(tilted[rise[1]] - tilted[rise[0]]), 1e-9)


def _climb(
    seconds: np.ndarray, distance: np.ndarray, altitude: np.ndarray, foot: int, top: int
) -> Climb | None:
    # From the last point at the foot to the first point at the top: standing at either is not climbing.
    inside = distance[foot : top + 1]
    foot, top = (
        foot + int(np.searchsorted(inside, inside[0], side="right")) - 1,
        foot + int(np.searchsorted(inside, inside[-1], side="left")),
    )
    if top <= foot:
        return None
    climb = Climb(
        float(seconds[foot]), float(seconds[top]), float(distance[foot]), float(distance[top]),
        float(altitude[top] - altitude[foot]),
    )  # fmt: skip
    enough = climb.gain_m >= LEAST_GAIN_M and climb.length_m >= LEAST_M and climb.grade >= LEAST_GRADE
    return climb if enough else None
