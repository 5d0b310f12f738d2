"""The fastest time over a distance, exactly.

The way is piecewise linear in time, so the time over a window is linear between the moments at which one of its
ends passes a sample: an optimum starts or ends on a sample. Two searches give all such windows at once.
"""

from collections.abc import Iterable

import numpy as np

Piece = tuple[np.ndarray, np.ndarray]  # seconds, strictly ascending; metres, never descending


def best_effort(seconds: np.ndarray, way: np.ndarray, distance: float) -> tuple[float, float, float] | None:
    """(elapsed s, start s, end s) of the fastest `distance` metres; None where the way is shorter.

    `seconds` strictly ascending, `way` in metres, never descending. Time stood still counts.
    """
    if len(way) < 2 or way[0] + distance > way[-1]:
        return None
    # From each sample to the earliest arrival; `left` leaves a standstill at its first moment.
    goal = way + distance
    goal = goal[: np.searchsorted(goal, way[-1], "right")]
    j = np.searchsorted(way, goal, "left")
    arrival = seconds[j - 1] + (goal - way[j - 1]) / (way[j] - way[j - 1]) * (seconds[j] - seconds[j - 1])
    forward = arrival - seconds[: len(goal)]
    # To each sample from the latest departure; `right` leaves a standstill at its last moment. Rounding may put
    # the first departure a hair before the way begins: without the maximum it would be taken from the end.
    first = np.searchsorted(way, way[0] + distance, "left")
    origin = np.maximum(way[first:] - distance, way[0])
    i = np.searchsorted(way, origin, "right") - 1
    departure = seconds[i] + (origin - way[i]) / (way[i + 1] - way[i]) * (seconds[i + 1] - seconds[i])
    backward = seconds[first:] - departure
    a, b = forward.argmin(), backward.argmin()
    if forward[a] <= backward[b]:
        return float(forward[a]), float(seconds[a]), float(arrival[a])
    return float(backward[b]), float(departure[b]), float(seconds[first + b])


def best_over(pieces: Iterable[Piece], distance: float) -> tuple[float, float, float] | None:
    """`best_effort` within any of the pieces, never across two; the earlier one of equals."""
    found = [e for seconds, way in pieces if (e := best_effort(seconds, way, distance)) is not None]
    return min(found, default=None)
