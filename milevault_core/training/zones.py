"""Zones: boundaries of heart rate, power and pace, and the seconds in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from milevault_core.metrics import Context
from milevault_core.metrics.graded import graded_speeds
from milevault_core.metrics.seconds import held, on_clock
from milevault_core.track import Columns
from milevault_core.training.values import Refused

KINDS = {"heart_rate": "Heart rate", "power": "Power", "pace": "Pace"}
METHODS = {
    "threshold": "% of threshold",
    "max": "% of maximal heart rate",
    "reserve": "% of heart rate reserve (Karvonen)",
    "own": "My own boundaries",
}
# Where zones 1 to 5 begin, as shares of maximal heart rate or of the reserve; below there is no zone.
_OF_MAX = (0.5, 0.6, 0.7, 0.8, 0.9)
# Where zones 2, 3 … begin, as shares of the threshold. Heart rate: Friel's for runners (for riders his zone 2 begins at
# 81 %). Power: Coggan's seven. Pace: Friel's running zones (129, 114, 106 and 99 % of the threshold pace), as speeds.
_OF_THRESHOLD = {
    "heart_rate": (0.85, 0.90, 0.95, 1.00),
    "power": (0.55, 0.75, 0.90, 1.05, 1.20, 1.50),
    "pace": (0.775, 0.877, 0.943, 1.01),
}
# Swimming: 120, 110, 100, 95 and 90 % of the pace at critical swim speed, as speeds. Coaches' tables differ by several
# seconds per 100 m, and none is a standard.
_OF_SWIM = (0.833, 0.909, 1.0, 1.053, 1.111)
SLOWEST_SWIM_M_S = 0.3  # slower is resting
SMOOTHED_S = 15  # in open water, because GPS jumps
PACE_OVER_S = 9  # for runs: from second to second a pace changes mostly by GPS noise
_THRESHOLD = {"heart_rate": "threshold_heart_rate", "power": "threshold_power", "pace": "threshold_speed"}


@dataclass(frozen=True)
class Zones:
    """bounds: ascending; a value equal to a bound belongs to the zone above. first: the number of the zone below the
    first bound; 0 means below every zone."""

    bounds: tuple[float, ...]
    first: int
    method: str


def zones(
    kind: str, athlete: Mapping[str, float], setting: tuple[str, Sequence[float]] | None
) -> Zones | None:
    """The zones of a kind for an athlete on a day; None if the values that the method needs are not known.

    setting: (method, own bounds) as the user chose them; None for the default.
    """
    method, own = setting or ("", ())
    if method == "own":
        return Zones(tuple(map(float, own)), 1, "own")
    threshold = athlete.get(_THRESHOLD[kind])
    if method in ("", "threshold") and threshold:
        return Zones(tuple(share * threshold for share in _OF_THRESHOLD[kind]), 1, "threshold")
    if kind == "pace" and method in ("", "threshold") and (swim := athlete.get("critical_swim_speed")):
        return Zones(tuple(share * swim for share in _OF_SWIM), 1, "threshold")
    if kind != "heart_rate":
        return None
    most, rest = athlete.get("max_heart_rate"), athlete.get("resting_heart_rate")
    if method in ("", "reserve") and most and rest and most > rest:
        return Zones(tuple(rest + share * (most - rest) for share in _OF_MAX), 0, "reserve")
    if method in ("", "max") and most:
        return Zones(tuple(share * most for share in _OF_MAX), 0, "max")
    return None


def check_bounds(bounds: Sequence[float]) -> None:
    """Raises Refused for boundaries that are invalid or out of order."""
    if not 1 <= len(bounds) <= 9:
        raise Refused("Enter between one and nine boundaries.")
    if not all(np.isfinite(b) and b > 0 for b in bounds):
        raise Refused("Every boundary must be a number above 0.")
    if any(b >= c for b, c in pairwise(bounds)):
        raise Refused("The boundaries are out of order: each must be above the one before.")


def seconds_in(values: np.ndarray, bounds: Sequence[float]) -> list[int]:
    """Seconds in each of the len(bounds) + 1 zones. values: one per second, NaN where unknown (not counted)."""
    at = np.searchsorted(np.asarray(bounds, float), values[~np.isnan(values)], side="right")
    return np.bincount(at, minlength=len(bounds) + 1).tolist()


def channel(kind: str, track: Columns, context: Context) -> np.ndarray | None:
    """The values that zones of a kind are counted over: one per second of recorded time; None if there are none."""
    if kind == "pace" and context.sport == "swimming":
        values = swum_speeds(track, context)
        return values if len(values) else None
    if kind == "pace":
        if context.sport != "running" or np.isnan(np.asarray(track["distance"])).all():
            return None
        values = graded_speeds(track, context)
        return None if np.isnan(values).all() else smoothed(values, PACE_OVER_S)
    values = np.asarray(track[kind])
    if np.isnan(values).all() or not np.nanmax(values) > 0:
        return None
    return held(track, kind)


def smoothed(values: np.ndarray, width: int) -> np.ndarray:
    """The mean of the known values in a window of `width` seconds around each one; NaN stays NaN."""
    known, window = ~np.isnan(values), np.ones(width)
    if len(values) < width:
        return values
    sums, counts = (
        np.convolve(np.where(known, values, 0.0), window, "same"),
        np.convolve(known, window, "same"),
    )
    return np.where(known, sums / np.maximum(counts, 1), np.nan)


def swum_speeds(track: Columns, context: Context) -> np.ndarray:
    """Speed in m/s for each second that was swum: in a pool the speed of its length, else from the distance, smoothed
    over 15 s. Rests at the wall are left out; empty if nothing is known."""
    if context.lengths is not None:
        swum = context.lengths[context.lengths["is_active"].to_numpy(bool)]
        metres, seconds = swum["distance_m"].to_numpy(float), swum["elapsed_s"].to_numpy(float)
        whole = context.figures.get("distance_m")
        if whole and len(swum):
            metres = np.where(np.isnan(metres), whole / len(swum), metres)
        known = (seconds >= 1) & (metres > 0)
        return np.repeat(metres[known] / seconds[known], np.round(seconds[known]).astype(int))
    steps = np.diff(on_clock(track, "distance"))
    if len(steps) < SMOOTHED_S:
        return np.empty(0)
    even = smoothed(steps, SMOOTHED_S)
    return even[even >= SLOWEST_SWIM_M_S]


def time_in_zones(
    track: Columns, context: Context, settings: Mapping[str, tuple[str, Sequence[float]]]
) -> dict[str, dict[str, Any]]:
    """kind -> {"bounds", "first", "method", "seconds"}, for the kinds that the activity has data and zones for."""
    found: dict[str, dict[str, Any]] = {}
    if len(track["time"]) < 2:
        return found
    for kind in KINDS:
        own = zones(kind, context.athlete, settings.get(kind))
        values = channel(kind, track, context) if own else None
        if own and values is not None and len(values):
            found[kind] = {
                "bounds": [round(b, 3) for b in own.bounds], "first": own.first, "method": own.method,
                "seconds": seconds_in(values, own.bounds),
            }  # fmt: skip
    return found
