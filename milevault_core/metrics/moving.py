"""Moving time."""

import numpy as np

from milevault_core.metrics import NOTHING, Context, metric
from milevault_core.metrics.seconds import GAP_S, seconds_of
from milevault_core.sports.limits import limits_of
from milevault_core.track import Columns
from milevault_core.track.stairs import even_known

STANDING_M_S, WINDOW_S = 0.5, 5.0
STEPS = 3.0  # recording steps in a walker's window: a single five-second step is mostly noise
WALK_M_S = 2.0
SLOWLY_M_S, SLOW_WINDOW_S = 0.2, 30.0  # bounds for slow activities in any sport
SLOW_M_S = 0.9  # an activity with a lower mean speed is slow
STEP_M = (
    5.0  # a distance that stands still for longer than GAP_S and then jumps by more may be counted in steps …
)
JUMP = 3.0  # … and is if the jump is this many times faster than the whole; otherwise there was a stop in between


@metric("moving_s", "Moving time", "s", columns=("distance",), aggregate="sum", version=6,
        device_first=True, is_listed=False)  # fmt: skip
def moving_s(track: Columns, context: Context = NOTHING) -> float:
    """Seconds spent moving.

    Source: compared with the device's timer on the runs of two archives: 0.5 m/s differs by -3.8 and -1.3%.
    Definition: the time between points where the speed over 5 s (for walkers three points, if that is longer) is
    0.5 m/s or more. A slow activity may be slower than the noise of positions, so there the limit is 0.1 to 0.2 m/s
    over half a minute, depending on the sport (sports/limits.py).
    Messy data: a gap of more than 10 s in the recording counts only if the distance went on at that speed. A distance
    counted in steps (every few seconds, at each pool length or lap of a hall) is spread evenly between them; a step
    that takes more than twice as long as usual contains a stop.
    """
    distance = np.asarray(track["distance"])
    held = ~np.isnan(distance)
    if held.sum() < 2:
        return float("nan")
    seconds, moves = in_motion(seconds_of(track)[held], distance[held], context.sport)
    return float(np.diff(seconds)[moves].sum())


def in_motion(seconds: np.ndarray, distance: np.ndarray, sport: str) -> tuple[np.ndarray, np.ndarray]:
    """(seconds (m,), mask of the steps between them that were in motion (m - 1,)), without the points that only repeat
    a distance counted in steps. seconds, distance (m): of the points that have a distance, shape (n,)."""
    limits = limits_of(sport)
    seconds, distance = _without_stairs(seconds, even_known(seconds, distance))
    step = np.diff(seconds)
    speed = _speeds(seconds, distance, step, WINDOW_S, GAP_S)
    standing, window_s = min(limits.standing, SLOWLY_M_S), max(limits.window_s, SLOW_WINDOW_S)
    gone = speed >= standing
    usual = np.average(speed[gone], weights=np.maximum(step[gone], 1e-3)) if gone.any() else 0.0
    if usual < SLOW_M_S:
        speed = _speeds(seconds, distance, step, window_s, window_s)
        return seconds, speed >= standing
    three_s = STEPS * float(np.median(step))
    if usual < WALK_M_S and three_s > WINDOW_S:
        speed = _speeds(seconds, distance, step, min(three_s, SLOW_WINDOW_S), GAP_S)
    return seconds, speed >= STANDING_M_S


def _speeds(
    seconds: np.ndarray, distance: np.ndarray, step: np.ndarray, window_s: float, gap_s: float
) -> np.ndarray:
    """Speed of each step over a window around it; a step longer than gap_s has its own speed."""
    middle = (seconds[:-1] + seconds[1:]) / 2
    ahead, behind = middle + window_s / 2, middle - window_s / 2
    span = np.minimum(ahead, seconds[-1]) - np.maximum(behind, seconds[0])
    way = np.interp(ahead, seconds, distance) - np.interp(behind, seconds, distance)
    speed = np.divide(way, span, out=np.zeros_like(way), where=span > 0)
    gap = step > gap_s
    speed[gap] = (np.diff(distance)[gap]) / step[gap]
    return speed


def _without_stairs(seconds: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Leave out the points that only repeat the distance before a jump."""
    rise = np.flatnonzero(np.diff(distance) != 0) + 1  # the first point of each value
    first = np.append(0, rise)
    stairs = (np.diff(distance[first]) > STEP_M) & (np.diff(seconds[first]) > GAP_S)
    took = seconds[-1] - seconds[0]
    if took > 0:
        jumped = (distance[rise] - distance[rise - 1]) * took
        stairs &= jumped > JUMP * (distance[-1] - distance[0]) * (seconds[rise] - seconds[rise - 1])
    if not stairs.any():
        return seconds, distance
    keep = np.ones(len(seconds), dtype=bool)
    for start, stop in zip(first[:-1][stairs], first[1:][stairs], strict=True):
        keep[start + 1 : stop] = False
    return seconds[keep], distance[keep]
