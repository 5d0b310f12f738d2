"""Corrects the clock of a track. Used by track.clean.

Clocks in files jump: a watch without a GPS fix writes 1989 or 1970, a missed GPS week rollover writes 2006, a broken
byte writes any year. Four rules, none of which drops a point:

1. *Eras.* Sorted times with a gap above ERA_GAP between them fall into eras. The era with the most points counts (among
   those between 1990-01-02 and tomorrow, if there are any). A run of points from another era, in file order, is moved
   as a whole: to begin a second after the point before it, or, at the beginning of the file, to end a second before the
   point after it. If it does not fit between its neighbours, it is spread between them.
2. *Excursions.* A run of points out of time order whose own duration just fits between its neighbours is moved there.
   So are a few points at the beginning or end that are out of order, or that a leap of whole hours separates from the
   rest: the clock was set then.
3. *Strays.* One to three points more than STRAY ahead of or behind their place, between neighbours that are in order
   and close together, are spread between them.
4. Times that still go back are sorted later, in order.py, with a stable sort.
"""

import numpy as np

from milevault_core.track import chain

ERA_GAP = 2 * 86_400_000_000  # µs: longer than a night and a rest day on a tour
STRAY = 60_000_000  # µs
SECOND = 1_000_000
HOUR, SET = 3_600 * SECOND, 2 * SECOND  # a clock that is set leaps by whole hours, within SET
FEW, SMALL = 60, 0.05  # maximum number of points at an end, and their share
MOST_PIECES = 200
EARLIEST = int(np.datetime64("1990-01-02", "us").astype(np.int64))  # FIT counts from 1989-12-31
DAY = 86_400_000_000


def settle(times: np.ndarray, now: np.datetime64) -> tuple[np.ndarray, int, bool]:
    """Times in µs since 1970 (int64, file order) -> (corrected times, how many were moved, whether the dates are
    implausible)."""
    latest = int(np.datetime64(now, "us").astype(np.int64)) + DAY
    if len(times) == 0:
        return times, 0, False
    steps = np.diff(times)
    low, high = int(times.min()), int(times.max())
    if (
        low >= EARLIEST
        and high <= latest
        and (not len(steps) or (steps.min() >= 0 and steps.max() < HOUR - SET))
    ):
        return times, 0, False
    moved = _one_era(times, latest)
    moved = _no_strays(_no_excursions(moved))
    plausible = int(moved.min()) >= EARLIEST and int(moved.max()) <= latest
    return moved, int((moved != times).sum()), not plausible


def _one_era(times: np.ndarray, latest: int) -> np.ndarray:
    order = np.argsort(times, kind="stable")
    era = np.empty(len(times), dtype=np.int64)
    era[order] = np.append(0, np.cumsum(np.diff(times[order]) > ERA_GAP))
    if era.max() == 0:
        return times
    sizes = np.bincount(era)
    plausible = (times >= EARLIEST) & (times <= latest)
    real = np.bincount(era[plausible], minlength=len(sizes))
    main = int(np.argmax(real if real.any() else sizes))
    good = era == main
    out = times.copy()
    edges = np.flatnonzero(np.diff(good)) + 1
    for first, last in zip(np.append(0, edges), np.append(edges, len(times)), strict=True):
        if not good[first]:
            out[first:last] = _beside(times, era, out, int(first), int(last))
    return out


def _beside(times: np.ndarray, era: np.ndarray, out: np.ndarray, first: int, last: int) -> np.ndarray:
    """New times for the displaced run first:last, next to the good points around it."""
    run = np.append(0, np.cumsum(_steps(times[first:last], era[first:last])))
    if first == 0:
        return out[last] - SECOND - run[-1] + run
    before = int(out[first - 1])
    if last == len(times):
        return before + SECOND + run
    room = int(times[last]) - before
    if run[-1] + 2 * SECOND <= room:
        return before + SECOND + run
    return before + max(0, room) * np.arange(1, last - first + 1) // (last - first + 1)


def _steps(times: np.ndarray, era: np.ndarray) -> np.ndarray:
    """Steps inside a displaced run: its own where it stays in one era and goes forward, else one second."""
    steps = np.diff(times)
    return np.where((np.diff(era) != 0) | (steps < 0) | (steps > ERA_GAP), SECOND, steps)


def _no_excursions(times: np.ndarray) -> np.ndarray:
    steps = np.diff(times)
    cut = np.flatnonzero((steps < 0) | (steps > STRAY))
    usual = int(np.median(np.abs(steps))) if len(steps) else 0
    if not 0 < len(cut) < MOST_PIECES or usual > STRAY:
        return times
    first, last = np.append(0, cut + 1), np.append(cut, len(times) - 1)
    in_order = chain.longest(last - first + 1, lambda i, j: times[last[i]] <= times[first[j]], MOST_PIECES)
    out, good = times.copy(), np.zeros(len(first), dtype=bool)
    good[in_order] = True
    for piece in np.flatnonzero(good)[[0, -1]]:  # may be in order only because of a leap
        good[piece] = not _was_set_at(steps, first[piece], last[piece], usual)
    kept = times[np.repeat(good, last - first + 1)]
    edges = np.flatnonzero(np.diff(np.concatenate(([True], good, [True])).astype(np.int8)))
    for a, b in edges.reshape(-1, 2).tolist():  # pieces a to b - 1 are out of order
        rows = slice(int(first[a]), int(last[b - 1]) + 1)
        own = np.diff(times[rows])
        run = np.append(0, np.cumsum(np.where(own < 0, usual, np.minimum(own, STRAY))))
        few = len(run) <= min(FEW, SMALL * len(times))
        if a > 0 and b < len(first):
            before, after = int(times[last[a - 1]]), int(times[first[b]])
            if run[-1] <= after - before <= run[-1] + STRAY:
                out[rows] = before + (after - before - int(run[-1])) // 2 + run
        elif few and len(kept) > 1 and (a == 0 or b == len(first)):
            put = times[first[b]] - usual - run[-1] if a == 0 else times[last[a - 1]] + usual
            if _is_out(times[rows], kept, int(times[rows.start] - put)):
                out[rows] = put + run
    return out


def _was_set_at(steps: np.ndarray, first: int, last: int, usual: int) -> bool:
    """Whether rows first to last are a few points at an end of the track, separated from the rest by a leap of whole
    hours."""
    n = len(steps) + 1
    if last - first + 1 > min(FEW, SMALL * n):
        return False
    leap = steps[last] if first == 0 else steps[first - 1]
    off = (leap - usual) % HOUR
    return (first == 0 or last == n - 1) and leap > HOUR - SET and min(off, HOUR - off) <= SET


def _is_out(run: np.ndarray, kept: np.ndarray, shift: int) -> bool:
    """Whether points out of order have a wrong clock and were not just written in another order: their times are away
    from all times that were kept, and they are off by whole hours or by more than half a day."""
    kept = np.sort(kept)
    after = np.searchsorted(kept, run).clip(1, len(kept) - 1)
    apart = int(np.minimum(np.abs(kept[after] - run), np.abs(kept[after - 1] - run)).min())
    off = shift % HOUR
    return apart > STRAY and (abs(shift) > 12 * HOUR or min(off, HOUR - off) <= STRAY)


def _no_strays(times: np.ndarray) -> np.ndarray:
    if len(times) < 3 or (np.diff(times) >= 0).all():
        return times
    out = times.copy()
    for k in (1, 2, 3):
        if len(out) < k + 2:
            break
        before, after = out[: -k - 1], out[k + 1 :]
        inside = np.stack([out[1 + i : len(out) - k + i] for i in range(k)])
        ahead = (inside > after + STRAY).all(axis=0)
        behind = (inside < before - STRAY).all(axis=0)
        near = (after >= before) & (after - before <= STRAY * (k + 1))
        done = -1
        for i in np.flatnonzero((ahead | behind) & near).tolist():
            if i < done:
                continue
            a, b = int(out[i]), int(out[i + k + 1])
            out[i + 1 : i + k + 1] = a + (b - a) * np.arange(1, k + 1) // (k + 1)
            done = i + k + 1
    return out
