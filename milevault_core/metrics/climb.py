"""Ascent and descent."""

import numpy as np

from milevault_core.metrics import NOTHING, Context, metric
from milevault_core.metrics.height_filter import HeightFilter, filter_of, turning_heights
from milevault_core.metrics.seconds import GAP_S, seconds_of
from milevault_core.metrics.shared import shared
from milevault_core.metrics.turning_points import turning_points
from milevault_core.track import Columns


@metric("ascent_m", "Ascent", "m", columns=("altitude",), aggregate="sum", better="higher", version=3,
        device_first=True, is_listed=False)  # fmt: skip
def ascent_m(track: Columns, context: Context = NOTHING) -> float:
    """Metres climbed.

    Source: checked against the total ascent of devices (`manage.py bench truth`).
    Definition: altitude smoothed over time, then zig-zag: a climb counts from its lowest to its highest point once the
    altitude has fallen back far enough. The smoothing time and that fall depend on the noise of the altitude
    (height_filter.py): 7 s and 1 to 3 m for a barometer, a minute and 11 m for a GPS altitude that drifts by 4 m.
    Messy data: points without altitude are left out; a gap in the recording counts as a straight climb, unless the
    distance stood still: then it was a lift, a train or a car.
    """
    return climbed(track)[0]


@metric("descent_m", "Descent", "m", columns=("altitude",), aggregate="sum", version=3, device_first=True)
def descent_m(track: Columns, context: Context = NOTHING) -> float:
    """Metres descended; source, definition and messy data as for ascent."""
    return climbed(track)[1]


@shared
def climbed(track: Columns) -> tuple[float, float]:
    """(ascent, descent) in metres; (NaN, NaN) with fewer than two altitudes."""
    measured = _measured(track)
    if measured is None:
        return float("nan"), float("nan")
    seconds, altitude, chosen = measured
    even = chosen.smooth(seconds, altitude)
    if chosen.left_m == 0:
        return zigzag(even, chosen.reversal_m)
    steps = np.diff(turning_heights(seconds, even, turning_points(even, chosen.reversal_m), chosen))
    return float(np.maximum(steps, 0.0).sum()), float(np.maximum(-steps, 0.0).sum())


def climb_series(track: Columns) -> tuple[np.ndarray, np.ndarray]:
    """(ascent, descent) in metres up to each point, shape (n,). Both rise from 0 to the values of `climbed`, so that
    the parts of an activity add up to the whole. NaN throughout with fewer than two altitudes."""
    count = len(track["altitude"])
    measured = _measured(track)
    if measured is None:
        return np.full(count, np.nan), np.full(count, np.nan)
    seconds, altitude, chosen = measured
    even = chosen.smooth(seconds, altitude)
    turns = turning_points(even, chosen.reversal_m)
    heights = even[turns] if chosen.left_m == 0 else turning_heights(seconds, even, turns, chosen)
    if chosen.left_m == 0 and len(turns) == 2 and abs(heights[1] - heights[0]) < chosen.reversal_m:
        heights = heights[:1]  # no turn is confirmed, as in zigzag
    up, down = np.zeros(len(even)), np.zeros(len(even))
    risen = fallen = 0.0
    for k, step in enumerate(np.diff(heights).tolist()):
        first, last = turns[k], turns[k + 1]
        rise = (even[first : last + 1] - even[first]) * np.sign(even[last] - even[first])
        gained = np.maximum.accumulate(np.maximum(rise, 0.0))
        share = gained / gained[-1] if gained[-1] > 0 else np.linspace(0.0, 1.0, len(gained))
        way = abs(step) * np.minimum(share, 1.0)
        up[first : last + 1] = risen + (way if step > 0 else 0.0)
        down[first : last + 1] = fallen + (way if step <= 0 else 0.0)
        risen, fallen = risen + max(step, 0.0), fallen + max(-step, 0.0)
    if len(heights) > 1:
        up[turns[len(heights) - 1] :], down[turns[len(heights) - 1] :] = risen, fallen
    held = np.flatnonzero(~np.isnan(np.asarray(track["altitude"])))
    rows = np.arange(count)
    return np.interp(rows, held, up), np.interp(rows, held, down)


def is_estimate(track: Columns) -> bool:
    """Whether the altitude is so noisy that the ascent can only be estimated."""
    measured = _measured(track)
    return measured is not None and measured[2].is_estimate


@shared
def _measured(track: Columns) -> tuple[np.ndarray, np.ndarray, HeightFilter] | None:
    """(seconds, altitude, the filter for them) where the altitude is known; None with fewer than two altitudes."""
    altitude = np.asarray(track["altitude"])
    held = ~np.isnan(altitude)
    count = int(held.sum())
    if count < 2:
        return None
    seconds = seconds_of(track)
    distance = np.asarray(track["distance"]) if "distance" in track else np.full(len(altitude), np.nan)
    if count < len(altitude):
        seconds, altitude, distance = seconds[held], altitude[held], distance[held]
    altitude = _without_pauses(seconds, altitude, distance)
    return seconds, altitude, filter_of(seconds, altitude)


LIFTED_M = 10.0


def _without_pauses(seconds: np.ndarray, altitude: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Altitudes without jumps across gaps in which no distance was covered. Smaller drifts are left: devices count them
    too."""
    paused = np.diff(seconds) > GAP_S
    if not paused.any() or not np.nanmax(distance, initial=0.0) > np.nanmin(distance, initial=np.inf):
        return altitude
    steps = np.diff(altitude)
    paused &= (np.diff(distance) == 0) & (np.abs(steps) > LIFTED_M)
    return altitude - np.append(0.0, np.cumsum(np.where(paused, steps, 0.0)))


def smooth(seconds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Altitudes smoothed as much as their noise requires. seconds and values (m): one per point."""
    return filter_of(seconds, values).smooth(seconds, values)


def zigzag(altitude: np.ndarray, reversal_m: float) -> tuple[float, float]:
    """(up, down) in metres between confirmed turning points: a turn is confirmed by a reversal of `reversal_m`."""
    # Only turning points matter, so the loop runs over those and not over every second.
    steps = np.sign(np.diff(altitude))
    moving = np.flatnonzero(steps)
    if len(moving) == 0:
        return 0.0, 0.0
    turns = moving[1:][np.diff(steps[moving]) != 0]
    points = altitude[np.concatenate(([0], turns, [len(altitude) - 1]))].tolist()
    up = down = 0.0
    low = high = points[0]
    direction = 0
    for value in points[1:]:
        if direction >= 0 and value > high:
            high = value
        if direction <= 0 and value < low:
            low = value
        if direction == 0:
            if value - low >= reversal_m:
                direction, high = 1, value
            elif high - value >= reversal_m:
                direction, low = -1, value
        elif direction == 1 and high - value >= reversal_m:
            up, direction, low = up + high - low, -1, value
        elif direction == -1 and value - low >= reversal_m:
            down, direction, high = down + high - low, 1, value
    if direction == 1:
        up += high - low
    elif direction == -1:
        down += high - low
    return up, down
