"""Finds where a device's clock was set back during an activity: to its receiver's time, or at the end of summer time.
Used by activities/set_clock.py.

There the times step back once and then go on in order, while the path continues, so sorting by time would mix two
stretches of the path. Points that were only written in another order (laps, a second device, a stretch written twice)
jump at the step, or their path is shorter in time order. Those, and clocks that jitter, are left to order.py.
"""

from dataclasses import dataclass

import numpy as np

from milevault_core.geo.sphere import legs_m
from milevault_core.track.clock import HOUR, SECOND, SET
from milevault_core.track.places import TURNS

LONG = 10  # points in time order needed between two steps; the first and the last clock may have run for less
MOST, EVERY = 200, 30  # more steps back than MOST, or than one in EVERY points, mean that the clock jitters
NEAR = 9  # points on both sides that show by how much the clock has changed
LONGER, LONGER_M = 1.2, 1.0  # how much longer the path must be in time order, where the two orders differ
APART, APART_M = 3.0, 20.0  # the same if the blocks do not overlap in time: then only one leg differs
JUMP, JUMP_M = 2.0, 10.0  # a longer leg at the step is a jump: times the usual leg, plus the position error
ROUND = 100  # points on each side that the usual step and leg are taken from


@dataclass(frozen=True)
class SetBack:
    """A step back in time before `row`, and the µs by which the times from there on have to be moved so that time runs
    on by the usual step."""

    row: int
    shift: int


def set_backs(
    ticks: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    distance: np.ndarray,
    parts: np.ndarray,
    lasted_s: float,
) -> list[SetBack]:
    """Where the clock was set back, in the file's order.

    ticks: times in µs. lat, lon in degrees, distance in m, NaN where missing. parts: the segment number of each point.
    lasted_s: the duration that the device gives, or NaN.
    """
    steps = np.diff(ticks)
    rows = np.flatnonzero(steps < 0) + 1
    if not 0 < len(rows) <= min(MOST, len(ticks) // EVERY):
        return []
    lat, lon = np.where(np.abs(lat) <= 90, lat, np.nan), np.where(np.abs(lon) <= TURNS, lon, np.nan)
    edges = np.concatenate(([0], rows, [len(ticks)])).tolist()
    sure: list[SetBack] = []
    maybe: list[SetBack] = []
    for first, row, after in zip(edges, edges[1:], edges[2:], strict=False):
        lengths = row - first if first else LONG, after - row if after < len(ticks) else LONG
        if min(lengths) < LONG or parts[row] != parts[row - 1]:
            continue
        around = steps[max(first, row - ROUND) : min(after - 1, row + ROUND)]
        around = around[around > 0] if (around > 0).any() else np.zeros(1)
        found = SetBack(row, int(np.median(around)) - int(steps[row - 1]))
        if found.shift < SECOND or not _stays(ticks, first, row, after, found.shift):
            continue
        runs_on = _way_runs_on(ticks, lat, lon, distance, slice(first, after), found)
        if runs_on or runs_on is None:
            (sure if runs_on else maybe).append(found)
    both = sorted(sure + maybe, key=lambda one: one.row)
    return both if maybe and _lasted(ticks, both, sure, lasted_s) else sure


def moved(ticks: np.ndarray, found: list[SetBack]) -> np.ndarray:
    """The times without the steps back, by the clock at the beginning (µs, shape (n,))."""
    out = ticks.copy()
    for one in found:
        out[one.row :] += one.shift
    return out


def _stays(ticks: np.ndarray, first: int, row: int, after: int, shift: int) -> bool:
    """Whether the clock stays back. After a single late time there is a step back too, but the clock is not slow."""
    low, high = max(first, row - NEAR), min(after, row + NEAR)
    near = np.arange(low, high)
    usual = float(np.median(np.abs(np.diff(ticks[low:high]))))
    off = ticks[near] - ticks[row] - usual * (near - row)
    return bool(np.median(off[near < row]) - np.median(off[near >= row]) >= shift / 2)


def _way_runs_on(
    ticks: np.ndarray, lat: np.ndarray, lon: np.ndarray, distance: np.ndarray, blocks: slice, found: SetBack
) -> bool | None:
    """Whether the path continues from one block to the next and would be a zigzag in time order; None if that cannot be
    told."""
    first, row, after = blocks.start, found.row, blocks.stop
    # The points whose neighbours may differ between time order and file order.
    low = max(first, first + int(np.searchsorted(ticks[first:row], ticks[row])) - 1)
    high = min(after, row + int(np.searchsorted(ticks[row:after], ticks[row - 1], side="right")) + 1)
    rows = np.arange(max(first, low - ROUND), min(after, high + ROUND))
    known = np.isfinite(distance[rows])
    counted = distance[rows[known]]
    # Prefer the counted distance: it goes on through a jump of positions, as at the first fix, which sets the clock.
    where: tuple[np.ndarray, ...] = (distance,)
    if not (
        _is_told(known, rows, row, low, high) and counted[0] < counted[-1] and (np.diff(counted) >= 0).all()
    ):
        where = (lat, lon)
        known = np.isfinite(lat[rows]) & np.isfinite(lon[rows])
        if not _is_told(known, rows, row, low, high):
            return None
    rows = rows[known]
    by_time = np.argsort(ticks[rows], kind="stable")
    filed, timed = _legs_m(where, rows), _legs_m(where, rows[by_time])
    seam = int(np.searchsorted(rows, row)) - 1
    usual_m = float(np.quantile(np.delete(filed, seam), 0.95)) if len(filed) > 1 else 0.0
    if filed[seam] > JUMP * usual_m + JUMP_M:
        return False
    place = np.argsort(by_time)
    ours = filed[np.diff(place) != 1].sum()
    theirs = timed[np.diff(by_time) != 1].sum()
    if ticks[row:after].max() < ticks[first:row].min():  # the blocks do not overlap in time
        off = found.shift % HOUR
        is_hours = min(off, HOUR - off) <= SET
        gap = int(ticks[first]) - int(ticks[after - 1])
        if gap <= 3 * np.median(np.abs(np.diff(ticks[first:after]))):
            return None  # in time order there is no gap between them
        return True if is_hours or theirs > APART * ours + APART_M else None
    return True if theirs > LONGER * ours + LONGER_M else None


def _legs_m(where: tuple[np.ndarray, ...], rows: np.ndarray) -> np.ndarray:
    """Metres from each of these rows to the next, by distance or by latitude and longitude."""
    return np.abs(np.diff(where[0][rows])) if len(where) == 1 else legs_m(where[0][rows], where[1][rows])


def _is_told(known: np.ndarray, rows: np.ndarray, row: int, low: int, high: int) -> bool:
    """Whether most points where the blocks meet are known (mask `known`), including some from each block."""
    before, since = (rows >= low) & (rows < row), (rows >= row) & (rows < high)
    return bool(known[before].any() and known[since].any() and 2 * known[before | since].sum() >= high - low)


def _lasted(ticks: np.ndarray, both: list[SetBack], sure: list[SetBack], lasted_s: float) -> bool:
    """Whether the device's duration agrees with all of the steps (`both`) and not with the sure ones alone."""
    spans = [float(np.ptp(moved(ticks, found))) / SECOND for found in (both, sure)]
    off, without = (abs(span - lasted_s) for span in spans)
    return off <= 2.0 + 0.005 * lasted_s and 3.0 * off < without
