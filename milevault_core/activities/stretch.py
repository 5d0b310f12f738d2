"""The figures of a stretch of a track: a selection, a split, an interval or a whole activity, all by the same
rules."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.geo.sphere import haversine_m
from milevault_core.track import Columns

PAUSE_S = 10.0  # s; a longer step is a pause, as in the metrics
NP_S = 30
# Factor by which a slope of g % slows a runner at equal heart rate: 1 + 0.0327 g + … (Robb, An Improved GAP Model,
# Strava Engineering 2017, its curve as a polynomial), limited to 30 %.
_GRADED = np.array([-5.294e-7, -3.99e-6, 0.002054, 0.03266, 1.0])
_STEEPEST = 30.0
_REACH_S = 10.0
_MEASURED = ("time", "distance", "heart_rate", "power", "cadence", "temperature")


@dataclass(frozen=True)
class Figures:
    """SI units; NaN where the track does not have the data. moving_s: without pauses and standing still."""

    elapsed_s: float
    moving_s: float
    distance_m: float
    ascent_m: float
    descent_m: float
    graded_speed: float
    heart_rate: float
    max_heart_rate: float
    power: float
    normalized_power: float
    max_power: float
    cadence: float
    temperature: float

    @property
    def speed(self) -> float:
        """Mean speed over the moving time."""
        return self.distance_m / self.moving_s if self.moving_s > 0 else float("nan")


def figures(
    track: Columns, start: int, stop: int, moving: np.ndarray, graded: np.ndarray,
    climbs: tuple[np.ndarray, np.ndarray], is_brief: bool = False,
) -> Figures:  # fmt: skip
    """The figures of rows start to stop - 1 of a track.

    track: best passed as arrays (milevault_core.track.arrays) if there are many stretches.
    moving: seconds in motion up to each point (view.activities.along.moving); graded: equivalent metres on the flat up
    to each point (`graded_metres`); climbs: ascent and descent up to each point (metrics.climb.climb_series). All cover
    the whole track, so many stretches cost little and consecutive ones add up. is_brief: normalized_power is left NaN,
    for tables that do not show it.
    """
    part = {name: np.asarray(track[name])[start:stop] for name in _MEASURED}
    seconds = (part["time"] - part["time"][0]) / np.timedelta64(1, "s")
    weights = np.append(np.minimum(np.diff(seconds), PAUSE_S), 1.0) if len(seconds) else seconds
    metres = part["distance"][np.isfinite(part["distance"])]
    up, down = (float(series[stop - 1] - series[start]) for series in climbs)
    moved = float(moving[stop - 1] - moving[start])
    flat = float(graded[stop - 1] - graded[start])
    normalized = float("nan") if is_brief else normalized_power(seconds, part["power"])
    return Figures(
        float(seconds[-1]), moved, float(metres[-1] - metres[0]) if len(metres) > 1 else float("nan"), up, down,
        flat / moved if moved > 0 else float("nan"), _mean(part["heart_rate"], weights), _most(part["heart_rate"]),
        _mean(part["power"], weights), normalized,
        _most(part["power"]), _mean(part["cadence"], weights), _mean(part["temperature"], weights),
    )  # fmt: skip


def brief_figures(
    track: Columns, spans: Sequence[tuple[int, int]], moving: np.ndarray, graded: np.ndarray,
    climbs: tuple[np.ndarray, np.ndarray],
) -> list[Figures]:  # fmt: skip
    """`figures` with is_brief for many stretches, (start, stop) each, at a fraction of the cost: sums and maxima are
    taken for all of them at once."""
    if not spans:
        return []
    columns = {name: np.asarray(track[name]) for name in _MEASURED}
    ends = np.array(spans)
    first, last = ends[:, 0], ends[:, 1] - 1
    seconds = (columns["time"] - columns["time"][0]) / np.timedelta64(1, "s")
    steps = np.nan_to_num(np.append(np.minimum(np.diff(seconds), PAUSE_S), 1.0))
    moved, flat = moving[last] - moving[first], graded[last] - graded[first]
    with np.errstate(invalid="ignore", divide="ignore"):
        graded_speed = np.where(moved > 0, flat / moved, np.nan)
    mean = {name: _means(columns[name], steps, first, last)
            for name in ("heart_rate", "power", "cadence", "temperature")}  # fmt: skip
    rows = zip(
        (seconds[last] - seconds[first]).tolist(), moved.tolist(), _ways(columns["distance"], first, last),
        *((series[last] - series[first]).tolist() for series in climbs), graded_speed.tolist(), mean["heart_rate"],
        _mosts(columns["heart_rate"], ends), mean["power"], [float("nan")] * len(spans),
        _mosts(columns["power"], ends), mean["cadence"], mean["temperature"], strict=True,
    )  # fmt: skip
    return [Figures(*row) for row in rows]


def _ways(metres: np.ndarray, first: np.ndarray, last: np.ndarray) -> list[float]:
    """Metres between the first and the last known distance of each stretch; NaN with fewer than two."""
    held = np.isfinite(metres)
    at = np.arange(len(metres))
    before = np.maximum.accumulate(np.where(held, at, -1))[last]
    after = np.minimum.accumulate(np.where(held, at, len(metres))[::-1])[::-1][first]
    there = before > after
    return np.where(there, metres[before] - metres[np.minimum(after, len(metres) - 1)], np.nan).tolist()


def _means(values: np.ndarray, steps: np.ndarray, first: np.ndarray, last: np.ndarray) -> list[float]:
    """The mean of each stretch, like `_mean`: its last point, `last`, has a weight of one second."""
    held = np.isfinite(values)
    known, weights = np.where(held, values, 0.0), np.where(held, steps, 0.0)
    sums, total = (np.append(0.0, np.cumsum(part)) for part in (known * weights, weights))
    ends = held[last].astype(float)
    weight = total[last] - total[first] + ends
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (sums[last] - sums[first] + known[last]) / weight
    return np.where(weight > 0, mean, np.nan).tolist()


def _mosts(values: np.ndarray, ends: np.ndarray) -> list[float]:
    """The greatest known value of each stretch. ends: (n, 2), start and stop."""
    padded = np.append(np.where(np.isfinite(values), values, np.nan), np.nan)  # a stop may be len(values)
    return np.fmax.reduceat(padded, ends.ravel())[::2].tolist()


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    held = np.isfinite(values)
    total = weights[held].sum()
    return float((values[held] * weights[held]).sum() / total) if total > 0 else float("nan")


def _most(values: np.ndarray) -> float:
    held = values[np.isfinite(values)]
    return float(held.max()) if len(held) else float("nan")


def normalized_power(seconds: np.ndarray, power: np.ndarray) -> float:
    """Fourth root of the mean fourth power of the 30 s rolling mean (W); NaN for less than 30 s. A missing sample is
    not 0 W: gaps are left out."""
    held = np.isfinite(power) & np.isfinite(seconds)
    if held.sum() < 2 or seconds[held][-1] - seconds[held][0] < NP_S or seconds[held][-1] > 7 * 86_400:
        return float("nan")
    t, p = seconds[held], power[held]
    grid = np.arange(t[0], t[-1] + 1.0)
    before = np.clip(np.searchsorted(t, grid, "right") - 1, 0, len(t) - 2)
    dense = np.interp(grid, t, p)[
        ~((np.diff(t)[before] > PAUSE_S) & (grid > t[before]) & (grid < t[before + 1]))
    ]
    if len(dense) < NP_S:
        return float("nan")
    sums = np.append(0.0, np.cumsum(dense))
    rolling = (sums[NP_S:] - sums[:-NP_S]) / NP_S
    return float(np.mean(rolling**4) ** 0.25)


def grades(track: pd.DataFrame) -> np.ndarray:
    """The slope in % at each point, shape (n,): over the stretch from 10 s before to 10 s after, from a smoothed
    altitude; NaN if that stretch is under 10 m or altitude or distance is unknown."""
    out = np.full(len(track), np.nan)
    if len(track) < 3:
        return out
    seconds = (track["time"].to_numpy() - track["time"].to_numpy()[0]) / np.timedelta64(1, "s")
    altitude, metres = (track[name].to_numpy(dtype=float) for name in ("altitude", "distance"))
    held = np.isfinite(altitude) & np.isfinite(metres) & np.isfinite(seconds)
    if held.sum() < 3:
        return out
    t, a, m = seconds[held], altitude[held], metres[held]
    sums = np.append(0.0, np.cumsum(a))
    first, last = np.searchsorted(t, t - 2.5, "left"), np.searchsorted(t, t + 2.5, "right")
    even = (sums[last] - sums[first]) / (last - first)
    behind, ahead = seconds - _REACH_S, seconds + _REACH_S
    way = np.interp(ahead, t, m) - np.interp(behind, t, m)
    rise = np.interp(ahead, t, even) - np.interp(behind, t, even)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = 100.0 * rise / way
    slope[~(way >= 10.0)] = np.nan
    return np.clip(slope, -45.0, 45.0)


def graded_metres(track: pd.DataFrame, slope: np.ndarray) -> np.ndarray:
    """Metres on the flat that would take the same effort, up to each point, shape (n,); plain metres where the slope is
    unknown."""
    metres = track["distance"].to_numpy(dtype=float)
    if not len(metres):
        return metres
    known = np.flatnonzero(np.isfinite(metres))
    if not len(known):
        return np.full(len(metres), np.nan)
    filled = np.interp(np.arange(len(metres)), known, metres[known])
    factor = np.polyval(_GRADED, np.clip(np.nan_to_num(slope), -_STEEPEST, _STEEPEST))
    return np.concatenate(([0.0], np.cumsum(np.diff(filled) * (factor[1:] + factor[:-1]) / 2)))


def straight_m(track: pd.DataFrame) -> float:
    """Metres between the first and the last position as the crow flies; NaN with fewer than two positions."""
    placed = track[["lat", "lon"]].dropna().to_numpy()
    return float(haversine_m(*placed[0], *placed[-1])) if len(placed) > 1 else float("nan")
