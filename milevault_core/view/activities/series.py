"""The quantities of a track for display: label, colour, unit, values in the user's units.

The timeline and the map both draw these, so that a colour and a number mean the same in both.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from milevault_core.view import format as fmt
from milevault_core.view.format import Units

# In the order of the rows. Every colour has a contrast of 3 or more on both of our backgrounds (tested).
COLOURS = {
    "altitude": "#7487a3",
    "speed": "#2f7fe0",
    "heart_rate": "#e5484d",
    "power": "#c2700f",
    "cadence": "#0f9580",
    "temperature": "#9168e0",
}


@dataclass(frozen=True)
class Series:
    """One quantity. `values`: float64 in display units, one per point, NaN where missing; `text` formats a value.

    A pace is in seconds per unit of distance; `is_pace` reverses its axis. `bounds`: the range to draw.
    """

    key: str
    label: str
    unit: str
    colour: str
    values: np.ndarray
    text: Callable[[float], str]
    bounds: tuple[float, float]
    is_pace: bool = False

    def cut(self, part: slice) -> "Series":
        """Only some of its points; the bounds stay, so that a stretch is drawn as in the whole."""
        return replace(self, values=self.values[part])


def available(track: pd.DataFrame, sport: str = "") -> list[str]:
    """The quantities for which a track has at least two values, in display order.

    Power and cadence that are 0 at every point mean that there was no sensor: some devices write them anyway.
    """
    keys = [k for k in COLOURS if _is_measured(track[k].to_numpy(), k)]
    return [k for k in keys if not (k == "speed" and fmt.pace_kind(sport) == "none")]


def _is_measured(values: np.ndarray, key: str) -> bool:
    known = values[np.isfinite(values)]
    return len(known) > 1 and (key not in ("power", "cadence") or bool((known > 0).any()))


def series(track: pd.DataFrame, key: str, units: Units, sport: str = "") -> Series:
    """The quantity `key` (a column of the track) in the user's units."""
    raw = track[key].to_numpy(dtype=float)
    kind = fmt.pace_kind(sport)
    if key == "speed" and kind.startswith("pace"):
        return _pace(raw, units, kind)
    label, unit, values, decimals = _plain(raw, key, units, sport)
    text = lambda value: fmt.number(value, decimals, unit)  # noqa: E731
    return Series(key, label, unit, COLOURS[key], values, text, _bounds(values, key))


def _plain(raw: np.ndarray, key: str, units: Units, sport: str) -> tuple[str, str, np.ndarray, int]:
    match key:
        case "altitude":
            return "Elevation", units.altitude, raw / units.altitude_m, 0
        case "speed":
            return "Speed", units.speed, raw * 3600.0 / units.distance_m, 1
        case "heart_rate":
            return "Heart rate", "bpm", raw, 0
        case "power":
            return "Power", "W", raw, 0
        case "cadence":
            factor, unit = fmt.steps_or_turns(sport)
            return "Cadence", unit, raw * factor, 0
        case "temperature":
            return "Temperature", units.temperature, units.degrees(raw), 0
    raise ValueError(f"no such quantity: {key!r}")


def _pace(mps: np.ndarray, units: Units, kind: str) -> Series:
    """Seconds per unit. Standing still is infinitely slow: it is drawn at the slow edge and written "–"."""
    unit, metres = fmt.pace_unit(kind, units)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(np.isnan(mps), np.nan, metres / np.maximum(mps, 0.0))
    moving = values[values < 6000.0]
    if len(moving):
        fast, middle, slow = np.percentile(moving, [0.5, 50, 98])
        # A few slow minutes (a gate, a traffic light) must not squeeze the run into a thin line.
        slow = min(slow, 2.0 * middle)
        slow, fast = max(slow, middle + 15.0) + 5.0, min(fast, middle - 15.0)
    else:
        fast, slow = 0.0, 6000.0
    text = lambda s: fmt.pace(metres / s if s > 0 else None, units, kind)  # noqa: E731
    return Series("speed", "Pace", f"min/{unit}", COLOURS["speed"], values, text, (fast, slow), is_pace=True)


# Smallest span of an axis (a flat road must not look like the Alps), and the percentiles that bound it:
# a single wild value must not squeeze all others.
_LEAST_SPAN = {
    "altitude": 30.0, "speed": 5.0, "heart_rate": 30.0, "power": 50.0, "cadence": 20.0, "temperature": 6.0,
}  # fmt: skip
_EDGES = {"altitude": (0, 100), "heart_rate": (0.1, 100), "temperature": (0, 100), "cadence": (1, 99.8)}
_FROM_ZERO = {"speed", "power"}


def _bounds(values: np.ndarray, key: str) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    lo, hi = (float(v) for v in np.percentile(finite, _EDGES.get(key, (0, 99.9))))
    lo = min(0.0, lo) if key in _FROM_ZERO else lo
    missing = _LEAST_SPAN[key] - (hi - lo)
    if missing > 0:
        lo, hi = (lo, hi + missing) if key in _FROM_ZERO else (lo - missing / 2, hi + missing / 2)
    return lo, hi


def breaks(time: np.ndarray) -> np.ndarray:
    """True where a line must not join a point (of sorted datetime64 times) to the one before: after a pause.

    A pause is longer than 15 s and than four times the recording's usual interval (its 95th percentile), because some
    devices write a point per second and others only now and then.
    """
    out = np.zeros(len(time), dtype=bool)
    if len(time) > 1:
        step = np.diff(time) / np.timedelta64(1, "s")
        known = step[np.isfinite(step)]
        usual = float(np.percentile(known, 95)) if len(known) >= 20 else 0.0
        out[1:] = step > max(15.0, 4.0 * usual)
    return out


def smooth(values: np.ndarray, window: int) -> np.ndarray:
    """Centred mean over `window` points that skips missing values; missing values stay missing."""
    if window < 2 or len(values) < 2:
        return values
    known = np.isfinite(values)
    half = min(window // 2, len(values) - 1)
    total = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    count = np.concatenate(([0], np.cumsum(known)))
    i = np.arange(len(values))
    lo, hi = np.maximum(i - half, 0), np.minimum(i + half + 1, len(values))
    mean = (total[hi] - total[lo]) / np.maximum(count[hi] - count[lo], 1)
    return np.where(known, mean, np.nan)


def elapsed(track: pd.DataFrame) -> np.ndarray:
    """Seconds since the first point with a time; NaN where the time is missing."""
    time = track["time"].to_numpy()
    known = time[~np.isnat(time)]
    return (time - known[0]) / np.timedelta64(1, "s") if len(known) else np.full(len(time), np.nan)
