"""The position of each point of a track on the x axis, and the points inside a stretch of it."""

import numpy as np
import pandas as pd

from milevault_core.geo.simplify import unwrap
from milevault_core.metrics.moving import in_motion
from milevault_core.view import format as fmt
from milevault_core.view.activities.series import breaks, elapsed
from milevault_core.view.format import Units

AXES = {"distance": "Distance", "time": "Elapsed time", "moving": "Moving time"}


def position(
    track: pd.DataFrame, units: Units, x: str = "distance", sport: str = ""
) -> tuple[np.ndarray, str]:
    """The position of each point on the x axis (distance in the user's unit, or seconds; shape (n,), never falling),
    and which axis it is.

    x: "distance", "time" or "moving" (without pauses and standing, as the sport defines them). Time is used if there
    is no distance.
    """
    metres = track["distance"].to_numpy(dtype=float)
    known = metres[np.isfinite(metres)]
    if x == "distance" and len(known) > 1 and known.max() > known.min():
        along = metres / units.distance_m
    elif x == "moving":
        along = moving(track, sport)
    else:
        along, x = elapsed(track), "time"
    return np.fmax.accumulate(along) if len(along) else along, x


def moving(track: pd.DataFrame, sport: str = "") -> np.ndarray:
    """Seconds in motion up to each point: pauses do not count, nor does standing still (if the distance shows it), as
    in the activity's moving time."""
    seconds = np.fmax.accumulate(elapsed(track)) if len(track) else np.empty(0)
    if len(seconds) < 2:
        return seconds
    step = np.diff(seconds)
    step[~np.isfinite(step)] = 0.0
    step[breaks(track["time"].to_numpy())[1:]] = 0.0
    metres = track["distance"].to_numpy(dtype=float)
    held = np.isfinite(metres) & np.isfinite(seconds)
    if held.sum() > 1 and metres[held].max() > metres[held].min():
        times, moves = in_motion(seconds[held], metres[held], sport)
        moved = np.append(0.0, np.cumsum(np.diff(times) * moves))
        step[step > 0] = np.diff(np.interp(seconds, times, moved))[step > 0]
    return np.concatenate(([0.0], np.cumsum(step)))


def stretch(
    track: pd.DataFrame, chosen: dict | None, units: Units = fmt.METRIC, x: str = "distance", sport: str = ""
) -> tuple[int, int] | None:
    """Rows (start, stop) of the selected stretch; None without a selection.

    chosen: what the chart reports for "range", {"x": [from, to]} in the axis' unit; anything else is no selection.
    """
    ends = chosen.get("x") if isinstance(chosen, dict) else None
    if not isinstance(ends, list | tuple) or len(ends) != 2 or any(fmt.is_missing(e) for e in ends):
        return None
    along, _ = position(track, units, x, sport)
    inside = np.flatnonzero((along >= min(ends)) & (along <= max(ends)))
    return (int(inside[0]), int(inside[-1]) + 1) if len(inside) > 1 else None


def rows_between(
    track: pd.DataFrame, window: tuple[float, float], lead_s: float = 0.0
) -> tuple[int, int] | None:
    """Rows (start, stop) that cover a window in seconds since the activity's start, both ends included; None for none.
    `lead_s`: how long before its first point the activity began."""
    return rows_of(elapsed(track) + lead_s, window)


def rows_of(seconds: np.ndarray, window: tuple[float, float]) -> tuple[int, int] | None:
    """Like `rows_between`, from the points' seconds: for many windows of one track."""
    if not len(seconds):
        return None
    start = max(int(np.searchsorted(seconds, window[0], "right")) - 1, 0)
    stop = min(int(np.searchsorted(seconds, window[1], "left")) + 1, len(seconds))
    return (start, stop) if stop - start > 1 else None


STOPS = 1500  # of the dot on the map: finer than a finger or a pixel


def stops(
    track: pd.DataFrame,
    units: Units,
    x: str = "distance",
    window: tuple[int, int] | None = None,
    sport: str = "",
) -> dict[str, list | float]:
    """What links the chart with the map: x (positions on the axis, rising), lon and lat there (None if unknown), and
    the ends lo and hi of the axis. Empty lists for a track without positions."""
    along, _ = position(track, units, x, sport)
    start, stop = window or (0, len(track))
    part = along[start:stop]
    known = np.flatnonzero(np.isfinite(part))
    lat, lon = (track[name].to_numpy(dtype=float)[start:stop] for name in ("lat", "lon"))
    if len(known) < 2 or not np.isfinite(lat).any():
        return {"x": [], "lon": [], "lat": [], "lo": 0.0, "hi": 1.0}
    wanted = np.linspace(part[known[0]], part[known[-1]], STOPS)
    at = known[np.unique(np.clip(np.searchsorted(part[known], wanted), 0, len(known) - 1))]
    placed = np.isfinite(lon)
    even = lon.copy()
    even[placed] = unwrap(lon[placed])
    lo, hi = float(part[known[0]]), float(part[known[-1]])
    return {
        "x": np.round(part[at], 4).tolist(), "lon": _numbers(even[at]), "lat": _numbers(lat[at]),
        "lo": round(lo, 4), "hi": round(hi, 4),
    }  # fmt: skip


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if v != v else v for v in np.round(values, 5).tolist()]
