"""Cut impossible stretches out of an activity's distance; the rest still counts. Registers nothing itself.

A window faster than the world record is only the core of what is wrong: if it were cut out alone, the rest would be
exactly as fast as the record. So each stretch grows for as long as the speed stays above what is usual in this
activity, and where one stretch was impossible, nearly impossible ones are not believed either.

A short glitch counts as standing still: its seconds count and its metres do not, so that a time over a distance can
still span it, and is never too good. A long stretch is taken out; nothing spans it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from milevault_core.records.best_effort import Piece, best_over
from milevault_core.records.plausible import MARGIN, record_distances, world_record_s

GLITCH_S = 30.0
MOST = 40  # stretches; an activity with more is wrong from end to end
SHARE = 0.5  # of the metres; where more is impossible, nothing of the activity counts
SUSPECT = 1.15  # times the world record: not believed where another stretch was impossible
LOOK_S = 5.0  # s; speed is measured over twice this
USUAL, ABOVE = 90, 1.1  # percentile of an activity's speeds; a speed is unusual above this multiple of it
BETWEEN_S = 120.0  # a car at a red light: what lies between two long stretches is cut out too

Stretch = tuple[float, float]  # seconds since the first point


@dataclass(frozen=True)
class Cut:
    """What was cut out of the distance. long: the stretches longer than a glitch. metres: of all stretches.

    whole: nothing of the distance is believed, so nothing was cut out. core is then (elapsed s, start s, end s,
    distance m) of the window furthest beyond the world record.
    """

    stretches: tuple[Stretch, ...] = ()
    long: tuple[Stretch, ...] = ()
    metres: float = 0.0
    core: tuple[float, float, float, float] | None = None
    whole: bool = False

    @property
    def seconds(self) -> float:
        """Total of the long stretches."""
        return sum(end - begin for begin, end in self.long)


def believed(
    pieces: list[Piece],
    sport: str,
    seen: list[Piece] | None = None,
    glitch_s: float = GLITCH_S,
    length_m: float = 0.0,
) -> tuple[list[Piece], Cut]:
    """The pieces without impossible stretches, and what was cut. If `whole`, the pieces are unchanged.

    seen: the same distance in the form used only for detection (DistanceSeries.seen). glitch_s: stretches up to this
    long count as standing still. length_m: length of the pool; a single length can be impossible too.
    """
    seen = pieces if seen is None else seen
    found: list[Stretch] = []
    rest = seen
    for distance in sorted({length_m, *record_distances(sport)} - {0.0}):
        record = world_record_s(sport, distance)
        while (best := best_over(rest, distance)) is not None:
            if best[0] >= record * (SUSPECT if found else 1 - MARGIN):
                break
            if len(found) >= MOST:
                return pieces, Cut(tuple(found), core=_worst(seen, sport), whole=True)
            found = merged([*found, grown(seen, best[1:], found)], glitch_s)
            rest = without(seen, found, glitch_s)
    if not found:
        return pieces, Cut()
    if _metres(seen) - _metres(rest) > SHARE * _metres(seen):
        return pieces, Cut(tuple(found), core=_worst(seen, sport), whole=True)
    kept = without(pieces, found, glitch_s)
    long = tuple(s for s in found if s[1] - s[0] > glitch_s)
    return kept, Cut(tuple(found), long, _metres(pieces) - _metres(kept))


def _worst(pieces: list[Piece], sport: str) -> tuple[float, float, float, float] | None:
    """The window furthest beyond the world record."""
    timed = [(*best, d) for d in record_distances(sport) if (best := best_over(pieces, d)) is not None]
    return max(timed, key=lambda one: world_record_s(sport, one[3]) / max(one[0], 1e-9), default=None)


def grown(pieces: list[Piece], window: Stretch, found: Iterable[Stretch] = ()) -> Stretch:
    """The window, extended over neighbouring stretches whose speed is unusual for this activity."""
    begin, end = window
    known = [*found, window]
    held = [(t, d, *_speeds(t, d)) for t, d in pieces]
    outside = [
        speed[(speed > 0) & ~np.any([(at > b) & (at < e) for b, e in known], axis=0)]
        for *_, at, speed in held
    ]
    speeds = np.concatenate(outside) if outside else np.empty(0)
    limit = ABOVE * float(np.percentile(speeds, USUAL)) if len(speeds) else 0.0
    for t, d in pieces:
        if not t[0] <= begin <= t[-1]:
            continue
        back = np.arange(begin, t[0] - LOOK_S, -LOOK_S)
        on = np.arange(end, t[-1] + LOOK_S, LOOK_S)
        begin, end = (float(x[_first_usual(t, d, x, limit)]) for x in (back, on))
        # Snap to the recorded points: in a pool swim these are whole lengths.
        begin = float(t[max(0, int(np.searchsorted(t, begin, "right")) - 1)])
        end = float(t[min(len(t) - 1, int(np.searchsorted(t, end, "left")))])
    return begin, end


def _first_usual(t: np.ndarray, d: np.ndarray, at: np.ndarray, limit: float) -> int:
    """Index of the first of the moments `at`, LOOK_S apart, from which the speed is usual; else of the last."""
    usual = np.flatnonzero(np.abs(np.diff(np.interp(at, t, d))) <= limit * LOOK_S)
    return int(usual[0]) if len(usual) else len(at) - 1


def _speeds(t: np.ndarray, d: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, m/s) every LOOK_S along a piece, averaged over LOOK_S to either side."""
    at = np.arange(t[0], t[-1] + LOOK_S, LOOK_S).clip(t[0], t[-1])
    before, after = np.maximum(at - LOOK_S, t[0]), np.minimum(at + LOOK_S, t[-1])
    wide = np.maximum(after - before, 1e-9)
    return at, (np.interp(after, t, d) - np.interp(before, t, d)) / wide


def merged(stretches: Iterable[Stretch], glitch_s: float = GLITCH_S) -> list[Stretch]:
    """The stretches in order, without overlaps; long ones at most BETWEEN_S apart become one."""
    found: list[Stretch] = []
    for begin, end in sorted(stretches):
        long = found and max(end - begin, found[-1][1] - found[-1][0]) > glitch_s
        if found and begin - found[-1][1] <= (BETWEEN_S if long else 0.0):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def without(pieces: list[Piece], stretches: Iterable[Stretch], glitch_s: float = GLITCH_S) -> list[Piece]:
    """The pieces with each short stretch turned into a standstill and each long one taken out."""
    rest = pieces
    for begin, end in stretches:
        rest = [part for t, d in rest for part in _take_out(t, d, begin, end, glitch_s)]
    return rest


def _take_out(t: np.ndarray, d: np.ndarray, begin: float, end: float, glitch_s: float) -> list[Piece]:
    begin, end = max(begin, float(t[0])), min(end, float(t[-1]))
    if begin >= end:
        return [(t, d)]
    ends = np.array([begin, end])
    grid = np.union1d(t, ends)
    way = np.interp(grid, t, d)
    if end - begin <= glitch_s:
        low, high = np.interp(ends, grid, way)
        return [(grid, way - (np.clip(way, low, high) - low))]
    parts = [(grid[grid <= begin], way[grid <= begin]), (grid[grid >= end], way[grid >= end])]
    return [(a, b) for a, b in parts if len(a) > 1]


def _metres(pieces: list[Piece]) -> float:
    return float(sum(d[-1] - d[0] for _, d in pieces))
