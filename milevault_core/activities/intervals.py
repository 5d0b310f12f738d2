"""Finds the intervals of a workout whose laps do not show them: what was work and what was rest, summed up as sets ("5
x 4 min, 2 min easy").

Definition: the signal is power for rides that have it, else speed, at 1 Hz. It is cut into stretches of constant level
(steps_in), and the levels are split into hard and easy by Otsu's method (1979). Hard stretches are intervals if they
stand out from the easy ones and are alike: three or more of one length (two if each takes three minutes), one after
another or as a pyramid. Traffic lights and hills make hard and easy stretches too, but of varying lengths, so they are
not intervals.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from milevault_core.activities.steps_in import changes, noise_of

LONGEST_S = 6 * 3600  # a longer activity is not an interval workout
SHORTEST_S = 10.0
EDGE_S = 12
DENSE = 1800  # maximum number of samples searched for levels
STANDING = 0.25  # of the fastest: anything slower is not even a jog
STANDS_OUT = {"speed": 0.12, "power": 0.20}  # share of the hard level by which the easy ones must be lower
ALIKE = 1.18  # longest divided by shortest interval of a set, in time …
ALIKE_M = 1.08  # … or by distance
MOSTLY = 0.6  # share of the hard stretches, and of their time, that belongs to a set


@dataclass(frozen=True)
class Interval:
    """One hard stretch and the easy one after it (rest_s 0: none). Times in seconds since the first point."""

    start_s: float
    stop_s: float
    rest_s: float
    distance_m: float
    speed: float
    power: float
    heart_rate: float
    rest_speed: float

    @property
    def duration_s(self) -> float:
        return self.stop_s - self.start_s


@dataclass(frozen=True)
class Set:
    """Consecutive intervals that are alike. by_distance: their distances are more alike than their times."""

    intervals: tuple[Interval, ...]
    by_distance: bool


def find(track: pd.DataFrame, sport: str) -> list[Set]:
    """The sets of intervals of a track (milevault_core.track.table); empty if there are none.

    sport: power counts for rides only; a swim's intervals are its lengths, so a swim has none here.
    """
    if len(track) < 60 or sport == "swimming":
        return []
    clock = _Clock(track)
    for name in ("power", "speed") if sport == "cycling" else ("speed",):
        values = clock.signal(name)
        if values is not None:
            for hard in _candidates(values, STANDS_OUT[name]):
                if sets := _sets(hard, clock):
                    return sets
            return []
    return []


class _Clock:
    """The track at 1 Hz."""

    def __init__(self, track: pd.DataFrame) -> None:
        time = track["time"].to_numpy()
        self.seconds = (time - time[0]) / np.timedelta64(1, "s")
        self.track = track
        self.n = int(self.seconds[-1]) + 1
        self.grid = np.arange(self.n, dtype=float)

    def column(self, name: str) -> np.ndarray | None:
        values = self.track[name].to_numpy(dtype=float)
        held = np.isfinite(values) & np.isfinite(self.seconds)
        if held.sum() < 0.3 * len(values) or held.sum() < 30:
            return None
        out = np.interp(self.grid, self.seconds[held], values[held])
        # A gap is a pause, and a pause is rest.
        before = np.clip(np.searchsorted(self.seconds[held], self.grid, "right") - 1, 0, held.sum() - 2)
        step = np.diff(self.seconds[held])
        usual = float(np.percentile(step, 95)) if len(step) else 1.0
        hole = (step[before] > max(15.0, 4 * usual)) & (self.grid > self.seconds[held][before] + 1)
        if name in ("speed", "power"):
            out[hole & (self.grid < self.seconds[held][before + 1])] = 0.0
        return out

    def signal(self, name: str) -> np.ndarray | None:
        """The values that hard and easy are told apart by; None if the track does not have them."""
        if self.n < 240 or self.n > LONGEST_S:
            return None
        values = self.column(name)
        if values is None or not (values > 0).any():
            return None
        # A single wrong value must not become a separate level.
        return _median_of_five(*(np.roll(values, k) for k in (-2, -1, 0, 1, 2)))

    def mean(self, name: str, start: float, stop: float) -> float:
        values = self.track[name].to_numpy(dtype=float)
        inside = (self.seconds >= start) & (self.seconds < stop) & np.isfinite(values)
        return float(values[inside].mean()) if inside.any() else float("nan")

    def metres(self, start: float, stop: float) -> float:
        values = self.track["distance"].to_numpy(dtype=float)
        held = np.isfinite(values)
        if held.sum() < 2:
            return float("nan")
        ends = np.interp([start, stop], self.seconds[held], values[held])
        return float(ends[1] - ends[0])


def _median_of_five(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, e: np.ndarray) -> np.ndarray:
    """The median of five arrays, element by element, in a tenth of np.median's time. Neither the smallest nor the
    largest value of two pairs can be the median of five, so it is the median of the remaining three."""
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    return np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))


def _candidates(values: np.ndarray, stands_out: float) -> Iterator[list[tuple[int, int]]]:
    """(start, stop) of the hard stretches, in seconds. First all levels are split in two, then only those in motion,
    because with standing rests the warm-up would count as hard."""
    size = -(
        -len(values) // DENSE
    )  # seconds per sample: a long activity is searched coarsely, and its edges refined afterwards
    coarse = values[: len(values) // size * size].reshape(-1, size).mean(axis=1)
    noise = max(noise_of(coarse), (0.02 * float(np.median(values[values > 0]))) ** 2 / size)
    starts = changes(coarse, penalty=3.0 * np.log(len(coarse)) * noise, shortest=-(-8 // size))
    starts = np.unique(_sharpened(values, starts * size, size))
    stops = np.append(starts[1:], len(values))
    means = np.array([values[a:b].mean() for a, b in zip(starts, stops, strict=True)])
    moves = means > STANDING * np.percentile(values, 95)
    for some in (np.ones(len(means), dtype=bool), moves):
        limit = _part(means[some], (stops - starts)[some].astype(float))
        if limit is not None:
            pieces = list(zip(starts.tolist(), stops.tolist(), (means > limit).tolist(), strict=True))
            yield _standing_out(values, _runs(pieces), stands_out)


def _sharpened(values: np.ndarray, starts: np.ndarray, size: int) -> np.ndarray:
    """Level starts that are accurate to `size` seconds, moved to the exact step: the best fit of two means."""
    if size == 1:
        return starts
    bounds = np.append(starts, len(values))
    out = starts.copy()
    for i in range(1, len(starts)):
        low, high = max(bounds[i] - 20, bounds[i - 1]), min(bounds[i] + 20, bounds[i + 1])
        part = values[low:high]
        at = np.arange(1, len(part))
        left = np.cumsum(part)[:-1]
        gain = left**2 / at + (part.sum() - left) ** 2 / (len(part) - at)
        near = np.abs(at + low - bounds[i]) <= 2 * size
        out[i] = low + int(at[np.argmax(np.where(near, gain, -np.inf))])
    return out


def _standing_out(
    values: np.ndarray, pieces: list[tuple[int, int, bool]], stands_out: float
) -> list[tuple[int, int]]:
    """The hard stretches, if the easy ones between them are low enough; else none."""
    hard = [(a, b) for a, b, is_hard in pieces if is_hard]
    if len(hard) < 2:
        return []
    level = float(np.median([values[a:b].mean() for a, b in hard]))
    first, last = hard[0][0], hard[-1][1]
    between = [values[a:b].mean() for a, b, is_hard in pieces if not is_hard and first < a < last]
    easy = float(np.median(between)) if between else level
    if easy > (1 - stands_out) * level:
        return []
    hard = [(a, b) for a, b in hard if values[a:b].mean() > easy + 0.5 * (level - easy)]
    return hard if hard and _are_sharp(values, hard, level - easy) else []


def _are_sharp(values: np.ndarray, hard: list[tuple[int, int]], height: float) -> bool:
    """Whether most begin and end abruptly, as intended intervals do, and not gradually, as on a hill."""
    rises, falls = [], []
    for a, b in hard:
        near = max(min(EDGE_S, (b - a) // 2), 4)
        rises.append(values[a : a + near].mean() - values[max(a - near, 0) : max(a, 1)].mean())
        if b + 4 <= len(values):
            falls.append(values[b - near : b].mean() - values[b : b + near].mean())
    return float(np.median(rises)) > 0.6 * height and (not falls or float(np.median(falls)) > 0.6 * height)


def _part(means: np.ndarray, weights: np.ndarray) -> float | None:
    """Otsu's threshold between two classes of levels, weighted by their time; None if there is only one level."""
    order = np.argsort(means)
    m, w = means[order], weights[order]
    if len(m) < 2:
        return None
    below, total = np.cumsum(w), w.sum()
    mass = np.cumsum(w * m)
    with np.errstate(invalid="ignore", divide="ignore"):
        between = (mass[-1] * below - mass * total) ** 2 / (below * (total - below))
    between = np.nan_to_num(between[:-1])
    at = int(np.argmax(between))
    return float((m[at] + m[at + 1]) / 2)


def _runs(pieces: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Neighbours of one class joined; runs that are too short are merged into their surroundings."""
    while True:
        joined: list[tuple[int, int, bool]] = []
        for a, b, is_hard in pieces:
            if joined and joined[-1][2] == is_hard:
                joined[-1] = (joined[-1][0], b, is_hard)
            else:
                joined.append((a, b, is_hard))
        short = [i for i, (a, b, _) in enumerate(joined) if b - a < SHORTEST_S]
        if not short or len(joined) == 1:
            return joined
        i = min(short, key=lambda k: joined[k][1] - joined[k][0])
        a, b, is_hard = joined[i]
        joined[i] = (a, b, not is_hard)
        pieces = joined


def _sets(hard: list[tuple[int, int]], clock: _Clock) -> list[Set]:
    found = [_interval(hard, i, clock) for i in range(len(hard))]
    if _is_pyramid([one.duration_s for one in found]):
        return [Set((one,), False) for one in found]
    sets: list[list[Interval]] = []
    for one in found:
        if sets and _alike([*sets[-1], one]):
            sets[-1].append(one)
        else:
            sets.append([one])
    real = [s for s in sets if len(s) >= 3 or (len(s) == 2 and _is_pair([i.duration_s for i in s]))]
    if len(real) > 1 + len(found) / 3:
        return []
    time = sum(i.duration_s for s in real for i in s)
    if sum(map(len, real)) < MOSTLY * len(found) or time < MOSTLY * sum(i.duration_s for i in found):
        return []
    return [Set(tuple(s), _by_distance(s)) for s in real]


def _interval(hard: Sequence[tuple[int, int]], i: int, clock: _Clock) -> Interval:
    start, stop = hard[i]
    after = hard[i + 1][0] if i + 1 < len(hard) else None
    metres = clock.metres(start, stop)
    rest = (after - stop) if after is not None else 0.0
    return Interval(
        float(start), float(stop), float(rest), metres, metres / (stop - start), clock.mean("power", start, stop),
        clock.mean("heart_rate", start, stop),
        clock.metres(stop, after) / rest if after is not None and rest else float("nan"),
    )  # fmt: skip


def _alike(some: Sequence[Interval]) -> bool:
    times = [one.duration_s for one in some]
    ways = [one.distance_m for one in some]
    within = max(times) <= ALIKE * min(times) + 2
    if all(np.isfinite(ways)) and min(ways) > 0:
        within |= max(ways) <= ALIKE_M * min(ways) + 10 and max(times) <= 1.35 * min(times)
    speeds = [one.power if np.isfinite(one.power) else one.speed for one in some]
    return within and (not all(np.isfinite(speeds)) or max(speeds) <= 1.35 * max(min(speeds), 1e-9))


def _is_pair(times: Sequence[float]) -> bool:
    """Whether two intervals make a set: only if each is long and they are alike."""
    return min(times) >= 180 and max(times) <= 1.06 * min(times)


def _by_distance(some: Sequence[Interval]) -> bool:
    times = np.array([one.duration_s for one in some])
    ways = np.array([one.distance_m for one in some])
    if not np.isfinite(ways).all() or (ways <= 0).any():
        return False
    return bool(ways.std() / ways.mean() < 0.6 * times.std() / times.mean())


def _is_pyramid(times: Sequence[float]) -> bool:
    """Whether the times rise and fall again symmetrically, like 1-2-3-2-1."""
    if len(times) < 5:
        return False
    mirrored = all(max(a, b) <= 1.12 * min(a, b) + 2 for a, b in zip(times, reversed(times), strict=True))
    half = times[: (len(times) + 1) // 2]
    return mirrored and all(b > 1.2 * a for a, b in pairwise(half))
