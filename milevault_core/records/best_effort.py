"""The fastest time over a distance, exactly.

Distance is piecewise linear in time, so the time of a window is linear between the moments at which one of its ends
passes a sample: the best window starts or ends on a sample. One merge of the distances with themselves, shifted by
the target distance, finds the samples between which all those windows start and end; only windows that could still
win are interpolated. With a sample each second, as most devices record, finding the shortest window of whole seconds
that covers the distance gives the same answer faster.
"""

from collections.abc import Iterable

import numpy as np

Piece = tuple[np.ndarray, np.ndarray]  # seconds, strictly ascending; metres, never descending


def best_effort(seconds: np.ndarray, way: np.ndarray, distance: float) -> tuple[float, float, float] | None:
    """(elapsed s, start s, end s) of the fastest `distance` metres; None if the whole distance is shorter.

    `seconds` must be strictly ascending; `way` is in metres and never descends. Time spent standing still counts.
    """
    n = len(way)
    if n < 2 or way[0] + distance > way[-1]:
        return None
    if seconds[-1] - seconds[0] == n - 1 and (seconds[1:] - seconds[:-1] == 1.0).all():
        return _each_second(seconds, way, distance)
    goal = way + distance
    goal = goal[: np.searchsorted(goal, way[-1], "right")]
    m, rows = len(goal), np.arange(n)
    # A stable sort of two ascending runs is one merge, faster than searching. Where equal, the goal comes first.
    is_goal = np.concatenate((goal, way)).argsort(kind="stable") < m
    # The first sample at or beyond each goal: at a standstill the first moment …
    j = is_goal.nonzero()[0] - rows[:m]
    # … and the last sample whose goal is at or before each sample: at a standstill the last moment.
    i = (~is_goal).nonzero()[0] - rows - 1
    first = int(np.searchsorted(i, 0))
    i = i[first:]

    longest_on = seconds[j] - seconds[:m]
    longest_back = seconds[first:] - seconds[i]
    bound = min(longest_on.min(), longest_back.min())
    on = (seconds[j - 1] - seconds[:m] < bound).nonzero()[0]
    back = (seconds[first:] - seconds[i + 1] < bound).nonzero()[0]
    best: list[tuple[float, float, float]] = []
    if len(on):
        a = j[on]
        part = (goal[on] - way[a - 1]) / (way[a] - way[a - 1])
        arrival = seconds[a - 1] + part * (seconds[a] - seconds[a - 1])
        elapsed = arrival - seconds[on]
        k = elapsed.argmin()
        best.append((float(elapsed[k]), float(seconds[on[k]]), float(arrival[k])))
    if len(back):
        b = i[back]
        # Rounding may put a start just before its sample; without this bound, it once became hours.
        part = (way[first:][back] - distance - way[b]) / (way[b + 1] - way[b])
        part = np.minimum(np.maximum(part, 0.0), 1.0)
        departure = seconds[b] + part * (seconds[b + 1] - seconds[b])
        elapsed = seconds[first:][back] - departure
        k = elapsed.argmin()
        best.append((float(elapsed[k]), float(departure[k]), float(seconds[first + back[k]])))
    return min(best)


def _each_second(seconds: np.ndarray, way: np.ndarray, distance: float) -> tuple[float, float, float]:
    """The same where samples are one second apart: bisect for the fewest samples, guided by the speed."""
    n = len(way)
    goal = way + distance
    low, high = 0, n - 1  # window lengths in samples: too short, long enough
    first = np.zeros(1, dtype=np.intp)  # where the windows of `high` samples that are long enough start
    width = min(high, int(distance / (way[-1] - way[0]) * high) + 1)  # at the mean speed
    spare = np.empty(n)
    while True:
        part = np.subtract(way[width:], goal[: n - width], out=spare[: n - width])
        most = float(part.max())
        if most >= 0.0:
            high, first = width, (part >= 0.0).nonzero()[0]
        else:
            low = width
        if high - low == 1:
            break
        # The next guess follows from the speed of this window, and stays within the known bounds.
        guess = int(np.ceil(width * distance / (most + distance))) if most > -distance else high
        width = min(max(guess if guess != width else width - 1, low + 1), high - 1)
    last = first + high
    before, after = way[last - 1], first + 1
    arrival = seconds[last - 1] + (goal[first] - before) / (way[last] - before) * (
        seconds[last] - seconds[last - 1]
    )
    on = arrival - seconds[first]
    part = np.clip((way[last] - distance - way[first]) / (way[after] - way[first]), 0.0, 1.0)
    departure = seconds[first] + part * (seconds[after] - seconds[first])
    back = seconds[last] - departure
    k, m = int(on.argmin()), int(back.argmin())
    return min(
        (float(on[k]), float(seconds[first[k]]), float(arrival[k])),
        (float(back[m]), float(departure[m]), float(seconds[last[m]])),
    )


def best_over(pieces: Iterable[Piece], distance: float) -> tuple[float, float, float] | None:
    """`best_effort` within any one piece, never across two; the earlier one if equal."""
    found = [e for seconds, way in pieces if (e := best_effort(seconds, way, distance)) is not None]
    return min(found, default=None)
