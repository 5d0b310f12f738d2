"""What can happen to a workout in a second file: shifted in time, coarser, cropped, recorded by another device."""

from dataclasses import replace

import numpy as np

from milevault_core.demo.gps import MISSING
from milevault_core.demo.made import Activity

_DEGREE_M = 111_195.0


def moved(made: Activity, seconds: int) -> Activity:
    return replace(made, start=made.start + seconds)


def coarser(made: Activity, rng: np.random.Generator) -> Activity:
    """A point every 2-10 s, or at uneven steps like a watch that saves space."""
    if rng.random() < 0.5:
        rows = np.arange(0, len(made.seconds), int(rng.integers(2, 11)))
    else:
        rows = np.cumsum(rng.integers(1, 9, len(made.seconds)))
        rows = np.concatenate([[0], rows[rows < len(made.seconds)]])
    rows = np.unique(np.append(rows, len(made.seconds) - 1))
    columns = {name: values[rows] for name, values in made.columns.items()}
    return replace(made, seconds=made.seconds[rows], columns=columns, lengths=[], sets=[])


def cropped(made: Activity, front: float, back: float) -> Activity:
    """The activity without a share of its time at the front and at the back."""
    end = made.elapsed_s
    return cut(made, int(end * front), int(end * (1 - back)))


def cut(made: Activity, first_s: int, last_s: int) -> Activity:
    """The seconds from `first_s` to `last_s` as an activity of their own."""
    rows = np.flatnonzero((made.seconds >= first_s) & (made.seconds <= last_s))
    at = int(made.seconds[rows[0]])
    columns = {name: values[rows] for name, values in made.columns.items()}
    if "distance" in columns:
        columns["distance"] = columns["distance"] - columns["distance"][0]
    seconds = made.seconds[rows] - at
    end = int(seconds[-1])
    timer = [(max(a - at, 0), min(b - at, end)) for a, b in made.timer if b > at and a - at < end]
    marks = [(t - at, trigger, kind) for t, trigger, kind in made.lap_marks if 0 < t - at < end]
    return replace(
        made, start=made.start + at, seconds=seconds, columns=columns, timer=timer or [(0, end)], lengths=[],
        lap_marks=[*marks, (end, "session_end", "active")], sets=[], climb=None,
    )  # fmt: skip


def other_device(made: Activity, rng: np.random.Generator) -> Activity:
    """The same workout as recorded by another device: with its own errors of position (a few metres, slowly changing),
    distance (1 %), heart rate and power, and a different set of sensors."""
    columns, n = dict(made.columns), len(made.seconds)
    if "lat" in columns:
        there = (columns["lat"] != MISSING) & (columns["lon"] != MISSING)
        for name in ("lat", "lon"):
            error_m = _wandering(rng, n, rng.uniform(1.5, 4.0))
            shrink = (
                1.0 if name == "lat" else np.cos(np.radians(float(columns["lat"][there][0]) * 180 / 2**31))
            )
            raw = columns[name] + np.rint(error_m / _DEGREE_M / shrink * 2**31 / 180).astype(np.int64)
            columns[name] = np.where(there, raw, MISSING)
    if "distance" in columns:
        factor = rng.uniform(0.99, 1.01)
        columns["distance"] = np.rint(columns["distance"] * factor).astype(np.int64)
    for name, error in (("heart_rate", 1), ("power", 4)):
        if name in columns:
            there = columns[name] != MISSING
            noisy = np.maximum(1, columns[name] + rng.integers(-error, error + 1, n))
            columns[name] = np.where(there, noisy, MISSING)
    for name in ("power", "temperature", "cadence", "altitude"):
        if name in columns and rng.random() < 0.4:
            del columns[name]
    return replace(made, columns=columns, climb=made.climb if "altitude" in columns else None)


def _wandering(rng: np.random.Generator, n: int, sigma: float) -> np.ndarray:
    """An error with standard deviation `sigma` that changes over about a minute."""
    width = 45
    steps = np.convolve(rng.normal(0, 1, n + width), np.full(width, width**-0.5), "valid")[:n]
    return steps * sigma


def without_track(made: Activity) -> Activity:
    columns = {
        name: values for name, values in made.columns.items() if name not in ("lat", "lon", "altitude")
    }
    return replace(made, columns=columns, climb=None)


def there_and_back(made: Activity, pause_s: int) -> Activity:
    """The same path in the other direction after a pause: the points in reverse order."""
    columns = {
        name: (values[-1] - values if name == "distance" else values)[::-1].copy()
        for name, values in made.columns.items()
    }
    seconds = (made.seconds[-1] - made.seconds)[::-1].copy()
    timer = [(0, int(seconds[-1]))]
    marks = [(int(seconds[-1]), "session_end", "active")]
    return replace(
        made, start=made.start + made.elapsed_s + pause_s, seconds=seconds, columns=columns, timer=timer,
        lap_marks=marks, climb=None, lengths=[], sets=[],
    )  # fmt: skip
