"""Compares two recordings of one workout: how their clocks differ, what each missed, and how much higher each channel
reads in one than in the other."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

REACH_S = 120  # largest lag that is searched for
DROPOUT_S = 5.0  # a longer hole is a dropout, in a track with a point about every second
CHANNELS = ("heart_rate", "power", "cadence", "speed", "altitude", "temperature")
_TELLING = ("heart_rate", "speed", "power", "cadence", "altitude")  # tried in this order to find the lag
_LEAST = 60  # seconds in common


@dataclass(frozen=True)
class Bias:
    """second - first, with the lag removed: mean, spread (half the width of the middle 68 %), and the number of seconds
    compared. `outliers`: the share of seconds further off than three spreads (at least 3 units)."""

    mean: float
    spread: float
    seconds: int
    outliers: float


@dataclass(frozen=True)
class Dropout:
    start_s: float  # since the first recording's first point
    duration_s: float


@dataclass(frozen=True)
class Comparison:
    """offset_s: how much later the second begins. lag_s: how much later the second shows the same thing, judged by the
    channel `found_by`; None if no channel shows a clear lag. dropouts: of the first and of the second, within the time
    they have in common."""

    offset_s: float
    lag_s: float | None
    found_by: str
    common_s: float
    dropouts: tuple[list[Dropout], list[Dropout]]
    bias: dict[str, Bias] = field(default_factory=dict)


def pack(found: Comparison | None) -> dict[str, Any]:
    """The comparison as JSON-compatible values; {} for None."""
    return {} if found is None else asdict(found)


def unpack(data: dict[str, Any]) -> Comparison | None:
    """The comparison that `pack` packed."""
    if not data:
        return None
    first, second = ([Dropout(**one) for one in some] for some in data["dropouts"])
    bias = {name: Bias(**one) for name, one in data["bias"].items()}
    return Comparison(**data | {"dropouts": (first, second), "bias": bias})


def compare(first: pd.DataFrame, second: pd.DataFrame) -> Comparison | None:
    """Compare two cleaned tracks (milevault_core.track.table) by their clocks; None if either has fewer than two points
    or they have less than a minute in common."""
    if len(first) < 2 or len(second) < 2:
        return None
    begin = first["time"].to_numpy()[0]
    a, b = (_Seconds(one, begin) for one in (first, second))
    start, stop = max(a.first, b.first), min(a.last, b.last)
    if stop - start < _LEAST:
        return None
    lag, found_by = None, ""
    for name in _TELLING:
        lag = _lag(a.at(name), b.at(name), a.first, b.first)
        if lag is not None:
            found_by = name
            break
    shift = lag or 0.0
    bias = {}
    for name in CHANNELS:
        made = _bias(a, b, name, shift)
        if made is not None:
            bias[name] = made
    return Comparison(
        b.first - a.first, lag, found_by, stop - start,
        (a.dropouts(start, stop), b.dropouts(start, stop)), bias,
    )  # fmt: skip


class _Seconds:
    """A track resampled to whole seconds since a common start; NaN in its holes."""

    def __init__(self, track: pd.DataFrame, begin: np.datetime64) -> None:
        self.track = track
        self.seconds = (track["time"].to_numpy() - begin) / np.timedelta64(1, "s")
        self.first, self.last = float(self.seconds[0]), float(self.seconds[-1])

    def at(self, name: str, shift: float = 0.0, grid: np.ndarray | None = None) -> np.ndarray | None:
        values = self.track[name].to_numpy(dtype=float)
        held = np.isfinite(values) & np.isfinite(self.seconds)
        if held.sum() < 30:
            return None
        t, v = self.seconds[held] - shift, values[held]
        grid = np.arange(np.ceil(self.first), self.last) if grid is None else grid
        out = np.interp(grid, t, v, left=np.nan, right=np.nan)
        before = np.clip(np.searchsorted(t, grid, "right") - 1, 0, len(t) - 2)
        out[(np.diff(t)[before] > 10.0) & (grid > t[before]) & (grid < t[before + 1])] = np.nan
        return out

    def dropouts(self, start: float, stop: float) -> list[Dropout]:
        step = np.diff(self.seconds)
        usual = float(np.percentile(step, 95)) if len(step) >= 20 else 1.0
        holes = np.flatnonzero(step > max(DROPOUT_S, 3.0 * usual))
        return [
            Dropout(float(self.seconds[i]), float(step[i]))
            for i in holes
            if self.seconds[i] < stop and self.seconds[i + 1] > start
        ]


def _lag(a: np.ndarray | None, b: np.ndarray | None, first_a: float, first_b: float) -> float | None:
    """Seconds by which the second lags behind the first, refined below a second; None if there is no clear minimum."""
    if a is None or b is None:
        return None
    base = int(np.ceil(first_b) - np.ceil(first_a))  # row 0 of b is at this row of a
    best: list[tuple[float, int]] = []
    for lag in range(-REACH_S, REACH_S + 1):
        offset = base - lag
        i, j = max(offset, 0), max(-offset, 0)
        n = min(len(a) - i, len(b) - j)
        if n < _LEAST:
            continue
        x, y = a[i : i + n], b[j : j + n]
        held = np.isfinite(x) & np.isfinite(y)
        if held.sum() < _LEAST:
            continue
        difference = y[held] - x[held]
        best.append((float(np.std(difference)), lag))
    if not best:
        return None
    costs = dict((lag, cost) for cost, lag in best)
    cost, lag = min(best)
    typical = float(np.median([c for c, _ in best]))
    if typical <= 0 or cost > 0.8 * typical or abs(lag) == REACH_S:
        return None
    left, right = costs.get(lag - 1), costs.get(lag + 1)
    if left is None or right is None or left + right - 2 * cost <= 0:
        return float(lag)
    return float(lag) + float(np.clip((left - right) / (2 * (left + right - 2 * cost)), -0.5, 0.5))


def _bias(a: _Seconds, b: _Seconds, name: str, shift: float) -> Bias | None:
    grid = np.arange(np.ceil(max(a.first, b.first - shift)), min(a.last, b.last - shift))
    x, y = a.at(name, grid=grid), b.at(name, shift, grid)
    if x is None or y is None:
        return None
    difference = (y - x)[np.isfinite(x) & np.isfinite(y)]
    if len(difference) < _LEAST:
        return None
    low, middle, high = np.percentile(difference, (16, 50, 84))
    spread = float(high - low) / 2
    off = np.abs(difference - middle) > max(3 * spread, 3.0)
    # Outliers are left out of the mean: a chest strap that shows nonsense for a minute is not a bias.
    return Bias(float(difference[~off].mean()), spread, len(difference), float(off.mean()))
