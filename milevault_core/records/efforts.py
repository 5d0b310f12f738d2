"""What one activity did best: a pure function of its track, laps and figures. Registers nothing itself."""

from collections.abc import Iterator
from math import isfinite

import numpy as np
import pandas as pd

from milevault_core.records import EFFORTS, KINDS, Effort
from milevault_core.records.mean_max import CURVE_DURATIONS, MAX_SPAN_S
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import (
    IMPOSSIBLE,
    IMPOSSIBLE_OF,
    MARGIN,
    ceiling,
    fastest_believed_s,
    record_distances,
)

CURVES = ("power", "heart_rate", "speed")


def efforts(performance: Performance) -> list[Effort]:
    """The activity's best per kind and key, and what of it no person can have done (kinds `impossible…`)."""
    found: list[Effort] = []
    for kind in KINDS.values():
        if kind.over == "activity":
            found.extend(kind.compute(performance))
    found = [e for e in found if isfinite(e.value) and isfinite(e.t0_s) and isfinite(e.t1_s)]
    found.extend(_impossible(performance, found))
    return found


def to_frame(found: list[Effort], activity_id: int) -> pd.DataFrame:
    """Efforts as rows to store, columns EFFORTS."""
    frame = pd.DataFrame(found, columns=list(Effort._fields))
    frame.insert(0, "activity_id", activity_id)
    return frame[list(EFFORTS)]


def curves(performance: Performance) -> dict[str, np.ndarray]:
    """Mean-max power (W), heart rate (bpm) and speed (m/s) over CURVE_DURATIONS, float32, NaN where too short."""
    found = {}
    for name in ("power", "heart_rate"):
        if (peaks := performance.peaks(name)) is not None:
            found[name] = peaks[0]
    speed = np.full(len(CURVE_DURATIONS), np.nan)
    for seconds, way in performance.way.pieces:
        if not 1 <= seconds[-1] - seconds[0] <= MAX_SPAN_S:
            continue
        metres = np.interp(np.arange(seconds[0], seconds[-1] + 0.5), seconds, way)
        for k, width in enumerate(CURVE_DURATIONS):
            if width >= len(metres):
                break
            speed[k] = np.fmax(speed[k], (metres[width:] - metres[:-width]).max() / width)
    found["speed"] = speed
    return {name: v.astype(np.float32) for name, v in found.items() if np.nanmax(v, initial=0.0) > 0}


def _impossible(performance: Performance, found: list[Effort]) -> Iterator[Effort]:
    """For distance, power and heart rate the effort furthest beyond the world record or ceiling, if any is.

    One such effort says that the whole way, or that sensor, is not to be believed: cutting it out leaves a rest
    that is exactly as fast as the world record.
    """
    timed = {e.key: e for e in found if e.kind == "best_time"}
    for distance in record_distances(performance.sport):
        if distance not in timed and (best := performance.best(distance)) is not None:
            timed[distance] = Effort("best_time", distance, *best, performance.way.source)
    whole = next((e for e in found if e.kind == "longest_distance"), None)
    shortest = min(record_distances(performance.sport), default=np.inf)
    elapsed = performance.figure("elapsed_s")
    if whole is not None and whole.value >= shortest and elapsed > 0:
        timed.setdefault(whole.value, whole._replace(key=whole.value, value=elapsed))
    beyond = [(fastest_believed_s(performance.sport, d) / max(e.value, 1e-9), e) for d, e in timed.items()]
    yield from _worst(beyond, IMPOSSIBLE)
    for sensor, kind in IMPOSSIBLE_OF.items():
        yield from _worst(
            [(e.value / ceiling(sensor, e.key) / (1 + MARGIN), e) for e in found if e.kind == sensor], kind
        )


def _worst(beyond: list[tuple[float, Effort]], kind: str) -> Iterator[Effort]:
    ratio, effort = max(beyond, default=(0.0, None))
    if effort is not None and ratio > 1.0:
        yield effort._replace(kind=kind)
