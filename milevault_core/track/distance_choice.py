"""Chooses a recording's distance: from its series, its speed, its positions or its summary.

The rule (docs/decisions/0030):

1. A series of zeros counts as missing. Without a series: the integral of speed if it agrees with the positions (within
   a third) or there are none; a speed that is 3.6 times too high is in km/h; otherwise the length along the positions.
2. A series is repaired (distance.py): restarts are added up; leaps and wrong values are replaced from the positions.
   Distance counted to wrong positions and back is left out. A series that is the same multiple of the length along the
   positions throughout is in another unit: the positions count. Speed is checked against the series as in rule 1.
3. If the summary differs by more than 3 % and 50 m: the series is kept if the positions (within 20 %) or the speed
   (within 10 %) confirm it, otherwise whichever of them confirms the summary is used. Without positions the summary is
   kept if it is between half and double the series: it was calibrated at the end, and the series is scaled to it. If
   nothing confirms either, the longer one is kept.
4. Steps not travelled by muscle do not count (travel.py).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from milevault_core.geo.sphere import haversine_m, legs_m
from milevault_core.problems import Problem, counted
from milevault_core.sports.limits import Limits
from milevault_core.track.carried import SensorSeries
from milevault_core.track.distance import PAUSE_S, repair_distance, smooth_speed, speed_integral_m, way_m
from milevault_core.track.series import (
    OFF,
    is_in_another_unit,
    may_be_in_another_unit,
    smoothed_way_m,
    without_ways_to_nowhere,
)
from milevault_core.track.stairs import even_known
from milevault_core.track.travel import untravelled

RECOMPUTED = "The distance in the file cannot be right; it was computed again."
SAME, SAME_M = 0.03, 50.0
BY_POSITIONS, BY_SPEED = 0.2, 0.1
KMH = 3.6
ALIKE = (0.75, 1.33)  # ratio of the speed's integral to the distance
SOMEWHERE_M = 300.0  # m, diagonal; less is the noise of an indoor receiver


@dataclass(frozen=True)
class FileTotals:
    """The file's totals: metres, timer seconds, metres of the pool lengths; NaN where missing."""

    total_m: float = np.nan
    timer_s: float = np.nan
    lengths_m: float = np.nan


class Distances:
    """Decides the distance of a track: `columns["distance"]` and `columns["speed"]` are replaced.

    `left_out`: mask of the steps that do not count.
    """

    def __init__(
        self,
        columns: dict[str, Any],
        since: np.ndarray,
        limits: Limits,
        begins: np.ndarray | None,
        told: FileTotals,
        by_muscle: bool = True,
        misplaced: np.ndarray | None = None,
    ) -> None:
        self.columns, self.since, self.limits, self.begins, self.told = columns, since, limits, begins, told
        self.by_muscle = by_muscle
        # Rows whose position was wrong.
        self.misplaced = np.empty(0, np.int64) if misplaced is None else misplaced
        self.problems: list[Problem] = []
        self.left_out = np.zeros(max(0, len(since) - 1), dtype=bool)
        self._left_out_m: float | None = None

    def settle(self) -> None:
        """Decide on distance and speed, and replace the columns."""
        speed = self.columns["speed"]
        if not np.nanmax(self.columns["distance"], initial=0.0) > 0:
            had_zeros = bool(np.isfinite(self.columns["distance"]).any())
            self._without_series(speed, had_zeros)
            if had_zeros and np.nanmax(self.columns["distance"], initial=0.0) > 0:
                self._say("distance_recomputed", RECOMPUTED)
        else:
            self._without_stairs()
            self._with_series(speed)
            self._judge_speed()
        self._without_stairs()
        self._bound_speed()

    def left_out_m(self) -> float:
        """Metres of the steps that do not count, each as a straight line from start to end."""
        if self._left_out_m is not None:
            return self._left_out_m
        lat, lon = self.columns["lat"], self.columns["lon"]
        known = np.flatnonzero(np.isfinite(lat))
        legs = legs_m(lat[known], lon[known])
        return float(legs[self.left_out[known[:-1]]].sum())

    def way(self) -> np.ndarray:
        """Distance along the positions, without what was not travelled by muscle: metres since the first point, one
        value per point."""
        return self._by_positions[0]

    @cached_property
    def _by_positions(self) -> tuple[np.ndarray, np.ndarray]:
        """(distance along the positions, mask of the steps that were not travelled by muscle)."""
        lat, lon = self.columns["lat"], self.columns["lon"]
        limits = self.limits if self.by_muscle else None
        return way_m(lat, lon, self.since, limits, self.begins, self._sensed())

    def _sensed(self) -> SensorSeries:
        return SensorSeries(self.columns["altitude"], self.columns["cadence"])

    def _along_positions(self) -> None:
        self.columns["distance"] = self.way().copy()
        self.left_out = self._by_positions[1]

    def _without_stairs(self) -> None:
        """Spread a stepped distance evenly. Done before the repair, which would take a high step for a leap, and again
        after it."""
        if not (self.left_out.any() or self.told.lengths_m > 0):  # pool lengths say when each ended
            self.columns["distance"] = even_known(self.since, self.columns["distance"])

    def _without_series(self, speed: np.ndarray, had_zeros: bool) -> None:
        told_speed = len(speed) > 1 and np.isfinite(speed).mean() > 0.8 and np.nanmax(speed) > 0
        placed = int(np.isfinite(self.columns["lat"]).sum()) > 1 and (not had_zeros or self._went_somewhere())
        if told_speed and placed:
            integral = speed_integral_m(speed, self.since)
            way = self.way()
            ratio = integral[-1] / max(way[-1], 1.0)
            if abs(ratio / KMH - 1) < 0.08:
                self.columns["speed"] = speed / KMH
                self._say("speed_in_kmh", "The speed in the file is in km/h; it was converted.")
                integral = integral / KMH
            elif (
                max(integral[-1], way[-1]) > 500
                and self._went_somewhere()
                and not ALIKE[0] <= ratio <= ALIKE[1]
            ):
                self.columns["speed"] = np.full(len(speed), np.nan)
                self._say(
                    "speed_dropped", "The speed in the file contradicts the positions; the positions count."
                )
                self._along_positions()
                return
            self.left_out = self._by_positions[1]
            if self.left_out.any():
                self._along_positions()
            else:
                self.columns["distance"] = integral
        elif told_speed:
            self.columns["distance"] = speed_integral_m(speed, self.since)
        elif placed:
            self._along_positions()
        else:
            self.columns["distance"] = np.full(len(speed), np.nan)
        mine = float(np.nanmax(self.columns["distance"], initial=0.0))
        if mine > 500 and np.nanmax(speed, initial=0.0) == 0:
            self.columns["speed"] = np.full(len(speed), np.nan)  # zeros were not measured
        if placed and mine > 500 and self.told.total_m < mine / OFF and self._went_somewhere():
            self._drop_total()

    def _with_series(self, speed: np.ndarray) -> None:
        columns, since = self.columns, self.since
        columns["distance"], told = repair_distance(
            columns["distance"], since, columns["lat"], columns["lon"], self.way
        )
        if told == "restarted":
            self._say(
                "distance_restarted", "The distance started again at every lap; the laps were added up."
            )
        elif told:
            self._say("distance_recomputed", RECOMPUTED)
            if columns["distance"] is self.way():
                self._along_positions()
        columns["distance"] = without_ways_to_nowhere(
            columns["distance"], since, columns["lat"], columns["lon"], self.misplaced
        )
        if self._is_in_another_unit():
            self._say("distance_recomputed", RECOMPUTED)
            self._along_positions()
        self._against_the_summary(speed)
        is_in_a_pool = self.told.lengths_m > 0  # where nothing carries a swimmer
        if self.by_muscle and not self.left_out.any() and not is_in_a_pool:
            self._leave_out()

    def _is_in_another_unit(self) -> bool:
        distance, lat, lon = (self.columns[name] for name in ("distance", "lat", "lon"))
        if not (may_be_in_another_unit(self.since, distance, lat, lon) and self._went_somewhere()):
            return False
        way, left_out = self._by_positions
        return not left_out.any() and is_in_another_unit(distance, way)

    def _judge_speed(self) -> None:
        """Convert a speed that is in km/h, or drop one that contradicts the distance."""
        speed, distance = self.columns["speed"], self.columns["distance"]
        if len(speed) < 2 or np.isfinite(speed).mean() <= 0.8 or self.left_out.any():
            return
        steps = np.diff(distance)
        told = (np.diff(self.since) <= PAUSE_S) & np.isfinite(steps)
        mine = float(steps[told].sum())
        integral = float(np.diff(speed_integral_m(speed, self.since))[told].sum())
        if max(mine, integral) < 500 or mine < 0.8 * np.nansum(steps):
            return
        ratio = integral / max(mine, 1.0)
        if abs(ratio / KMH - 1) < 0.08:
            self.columns["speed"] = speed / KMH
            self._say("speed_in_kmh", "The speed in the file is in km/h; it was converted.")
        elif not ALIKE[0] <= ratio <= ALIKE[1]:
            self.columns["speed"] = np.full(len(speed), np.nan)
            if integral > 0:  # zeros were not measured
                self._say(
                    "speed_dropped", "The speed in the file contradicts the distance; the distance counts."
                )

    def _leave_out(self) -> None:
        distance = self.columns["distance"]
        steps = np.nan_to_num(np.diff(distance))
        out = untravelled(self.since, steps, self.limits, self.begins, by_gps=False, sensed=self._sensed())
        far = (steps > 100.0) & ~out
        if far.any() and int(np.isfinite(self.columns["lat"]).sum()) > 1:
            # A phone that computes the distance from positions also counts a train ride.
            way, left_out = self._by_positions
            out |= far & left_out & (np.diff(way) < steps / 2)
        if out.any():
            self.left_out, self._left_out_m = out, float(steps[out].sum())
            self.columns["distance"] = distance - np.append(0.0, np.cumsum(np.where(out, steps, 0.0)))

    def _against_the_summary(self, speed: np.ndarray) -> None:
        """Apply rule 3."""
        total, series = self.told.total_m, self.columns["distance"]
        known = series[np.isfinite(series)]
        if not total > 0 or len(known) < 2:
            return
        mine = float(known[-1] - min(known[0], 0.0))
        lasted = float(self.since[-1])
        if mine <= 0 or abs(total - mine) <= max(SAME_M, SAME * total):
            return
        if total > mine and self.told.timer_s > 1.05 * lasted + 60:  # it covers more time than the points
            return
        placed = np.isfinite(self.columns["lat"]).mean() > 0.5 and self._went_somewhere()
        witnesses = []
        if self.told.lengths_m > 0:
            witnesses.append((self.told.lengths_m, SAME))
        elif placed:
            witnesses.append((float(self.way()[-1]), BY_POSITIONS))
        elif 0.5 <= total / mine <= 2.0:
            factor = total / mine
            self.columns["distance"] = series * factor
            self.columns["speed"] = speed * factor
            self._say(
                "distance_calibrated",
                "The distance was calibrated at the end; the whole track was scaled to match.",
            )
            return
        if np.isfinite(speed).mean() > 0.8:
            witnesses.append((float(speed_integral_m(speed, self.since)[-1]), BY_SPEED))
        if placed and total < mine / OFF and self._is_zigzag(total):
            return
        if not any(abs(metres - mine) <= share * mine for metres, share in witnesses):
            by_whom = [abs(metres - total) <= share * total for metres, share in witnesses]
            if any(by_whom):
                if self.told.lengths_m > 0:
                    self.columns["distance"] = series * (total / mine)
                elif placed and by_whom[0]:
                    self._along_positions()
                else:
                    self.columns["distance"] = speed_integral_m(speed, self.since)
                self._say("distance_recomputed", RECOMPUTED)
                return
            if total > mine:
                return
        self._drop_total()

    def _drop_total(self) -> None:
        self._say(
            "total_dropped", "The file's summary gives another distance than its points; the points count."
        )

    def _is_zigzag(self, total: float) -> bool:
        """Whether the positions zigzag and are as long as the summary says once smoothed. If so, the smoothed line,
        scaled to the summary, becomes the distance."""
        middles, way = smoothed_way_m(self.since, self.columns["lat"], self.columns["lon"])
        if len(way) < 3 or not abs(way[-1] - total) <= BY_POSITIONS * total:
            return False
        self.columns["distance"] = np.interp(self.since, middles, way) * total / way[-1]
        self.columns["speed"] = np.full(len(self.since), np.nan)
        self._say("distance_recomputed", RECOMPUTED)
        return True

    def _bound_speed(self) -> None:
        columns, fastest = self.columns, self.limits.fastest
        if np.isnan(columns["speed"]).all() and np.isfinite(columns["distance"]).all():
            columns["speed"] = smooth_speed(columns["distance"], self.since)
        if not self.by_muscle:
            return
        speed = columns["speed"]
        if self.left_out.any():
            around = np.append(self.left_out, False) | np.append(False, self.left_out)
            speed = columns["speed"] = np.where(around, np.nan, speed)
        beyond = speed > fastest
        if beyond.any():
            columns["speed"] = np.where(beyond, np.nan, speed)
            self._say("speeds_dropped", f"Left out: {counted(int(beyond.sum()), 'impossible speed')}.")

    def _went_somewhere(self) -> bool:
        lat, lon = self.columns["lat"], self.columns["lon"]
        known = np.isfinite(lat)
        if not known.any():
            return False
        la, lo = lat[known], lon[known]
        return bool(haversine_m(la.min(), lo.min(), la.max(), lo.max()) > SOMEWHERE_M)

    def _say(self, code: str, text: str) -> None:
        if all(problem.code != code for problem in self.problems):  # recomputing may happen twice
            self.problems.append(Problem(code, text))
