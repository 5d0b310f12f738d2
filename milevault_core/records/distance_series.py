"""Distance against time, in pieces without a gap: the basis of every time over a distance."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from milevault_core.geo.sphere import haversine_m
from milevault_core.records.best_effort import Piece
from milevault_core.track.stairs import even

GAP_S, GAP_M = 20.0, 60.0  # s, m; for a longer gap with movement across it, nobody knows how fast that was
LOOK = 300  # steps to look at, evenly spaced
MOVED_M, ROUNDED_M = 0.5, 0.03  # m; stored positions and distances are more exact than this
STAIR_S = 5.0  # some sensors report distance only this often: steps are judged over that time


@dataclass(frozen=True)
class DistanceSeries:
    """pieces: seconds since the start and metres. jumped_m: metres of impossibly fast steps, which are not in pieces.
    seen: the pieces with as much of each such step as is possible in its time, so that a car is recognised."""

    pieces: list[Piece] = field(default_factory=list)
    jumped_m: float = 0.0
    source: str = ""
    seen: list[Piece] | None = None  # None: the same as pieces
    length_m: float = 0.0  # length of the pool, for a pool swim


def way_of(seconds: np.ndarray, distance: np.ndarray, step_cap: float, source: str) -> DistanceSeries:
    """Cut at recording gaps. In a step faster than `step_cap` m/s the seconds count and the metres do not, so that a
    time can span it and is never too good.

    In the pieces distance never falls and time always rises, whatever the input: after a device restarts its count,
    the distance stands still until the count has caught up.
    """
    held = np.isfinite(distance) & np.isfinite(seconds)
    t, d = seconds[held], distance[held]
    if len(t) < 2:
        return DistanceSeries(source=source)
    wait = np.diff(t)
    if not (wait > 0).all():
        order = np.argsort(t, kind="stable")
        t, d = t[order], np.maximum.accumulate(d[order])
        last = np.append(np.diff(t) > 0, True)  # of points at the same moment the last, which is furthest
        t, d = t[last], d[last]
        wait = np.diff(t)
    d = even(t, np.maximum.accumulate(d))
    step = np.diff(d)
    rows = np.arange(len(d))
    changed = np.maximum.accumulate(np.where(np.append(True, step > 0), rows, 0))
    since = np.maximum(wait, np.minimum(t[1:] - t[changed[:-1]], STAIR_S))
    jump = step > step_cap * since
    cuts = np.flatnonzero((wait > GAP_S) & (step > GAP_M)) + 1
    bounds = np.concatenate(([0], cuts, [len(t)]))

    def pieces(metres: np.ndarray) -> list[Piece]:
        way = np.append(d[0], d[0] + np.cumsum(metres))
        return [(t[a:b], way[a:b]) for a, b in pairwise(bounds) if b - a > 1]

    if not jump.any():
        return DistanceSeries([(t[a:b], d[a:b]) for a, b in pairwise(bounds) if b - a > 1], 0.0, source)
    possible = np.minimum(step, step_cap * np.maximum(since, 1.0))
    return DistanceSeries(
        pieces(np.where(jump, 0.0, step)), float(step[jump].sum()), source, pieces(possible)
    )


def way_of_lengths(lengths: pd.DataFrame, start: np.datetime64, length_m: float) -> DistanceSeries:
    """The distance series of a pool swim: a straight line within each length, a standstill at the wall. If the clock
    of the lengths begins before `start`, they are shifted to it: no window begins before its activity."""
    swum = lengths[lengths["is_active"].fillna(True).astype(bool) & lengths["start_time"].notna()]
    swum = swum.assign(
        elapsed_s=swum["elapsed_s"].fillna(swum["timer_s"]) if "timer_s" in swum else swum["elapsed_s"]
    )
    swum = swum[swum["elapsed_s"] > 0].sort_values("start_time", kind="stable")
    begin = (swum["start_time"].to_numpy("datetime64[us]") - start).astype(np.int64) / 1e6
    begin = begin - min(0.0, begin[0] if len(begin) else 0.0)
    end = begin + swum["elapsed_s"].to_numpy(float)
    t = np.stack([begin, end], axis=1).ravel()
    d = np.stack([np.arange(len(swum)), np.arange(len(swum)) + 1], axis=1).ravel() * length_m
    t = np.maximum.accumulate(t)
    last = np.append(np.diff(t) > 0, True)
    return DistanceSeries(
        [(t[last], d[last].astype(float))] if last.sum() > 1 else [], 0.0, "device", length_m=length_m
    )


def source_of(track: pd.DataFrame) -> str:
    """ "gps" where the distance comes from the positions, "device" where something else measured it.

    `track.clean` computes a missing distance from the positions exactly; a device's own filtered distance differs
    from the positions by decimetres from one point to the next. The steps between points tell which it is.
    """
    distance, lat = track["distance"].to_numpy(), track["lat"].to_numpy()
    here = np.flatnonzero(np.isfinite(lat[1:] + lat[:-1] + distance[1:] - distance[:-1]))
    here = here[:: max(1, len(here) // LOOK)]
    lon = track["lon"].to_numpy()
    legs = haversine_m(lat[here], lon[here], lat[here + 1], lon[here + 1])
    off = np.abs(legs - (distance[here + 1] - distance[here]))[legs > MOVED_M]
    return "gps" if len(off) and np.median(off) <= ROUNDED_M else "device"
