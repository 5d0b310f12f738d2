"""What one activity did best: a pure function of its track, laps and figures. Registers nothing itself."""

from collections.abc import Iterator
from math import isfinite

import numpy as np

from milevault_core.records import KINDS, Effort
from milevault_core.records.mean_max import CURVE_DURATIONS, MAX_SPAN_S
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import (
    IMPOSSIBLE,
    IMPOSSIBLE_OF,
    MARGIN,
    STRETCH,
    ceiling,
    fastest_believed_s,
    record_distances,
)

CURVES = ("power", "heart_rate", "speed")
SPEED_FROM_S = 10  # over shorter times the speed of a track is mostly noise of its positions


def efforts(performance: Performance) -> list[Effort]:
    """The activity's best per kind and key, and the impossible stretches in it (kinds `impossible…`)."""
    found: list[Effort] = []
    for kind in KINDS.values():
        if kind.over == "activity" and kind.fits(performance.sport):
            found.extend(kind.compute(performance))
    found = [e for e in found if isfinite(e.value) and isfinite(e.t0_s) and isfinite(e.t1_s)]
    found.extend(_impossible(performance, found))
    return [_within(e, performance.figure("elapsed_s")) for e in found]


def _within(effort: Effort, elapsed_s: float) -> Effort:
    """The effort with its window ending no later than the activity: the last second of a sensor, or the clock of laps
    and lengths, may run on a little beyond the elapsed time that the device gives."""
    late = effort.t1_s - elapsed_s
    if not (elapsed_s > 0 and late > 0):
        return effort
    return effort._replace(t0_s=max(0.0, effort.t0_s - late), t1_s=elapsed_s)


def curves(performance: Performance) -> dict[str, np.ndarray]:
    """Mean-max power (W), heart rate (bpm) and speed (m/s) over CURVE_DURATIONS, float32, NaN where too short."""
    found = {}
    for name in ("power", "heart_rate"):
        if (peaks := performance.peaks(name)) is not None:
            found[name] = peaks[0]
    speed = np.full(len(CURVE_DURATIONS), np.nan)
    first = next(k for k, width in enumerate(CURVE_DURATIONS) if width >= SPEED_FROM_S)
    for seconds, way in performance.way.pieces:
        if not 1 <= seconds[-1] - seconds[0] <= MAX_SPAN_S:
            continue
        metres = np.interp(np.arange(seconds[0], seconds[-1] + 0.5), seconds, way)
        for k, width in enumerate(CURVE_DURATIONS[first:], first):
            if width >= len(metres):
                break
            speed[k] = np.fmax(speed[k], (metres[width:] - metres[:-width]).max() / width)
    found["speed"] = speed
    return {name: v.astype(np.float32) for name, v in found.items() if np.nanmax(v, initial=0.0) > 0}


def _impossible(performance: Performance, found: list[Effort]) -> Iterator[Effort]:
    """What is impossible: for the distance, the stretches cut out of it, or the whole of it; for a sensor, the effort
    furthest beyond its ceiling, which excludes the sensor."""
    cut, source = performance.cut, performance.way.source
    whole = next((e for e in found if e.kind == "longest_distance"), None)
    shortest = min(record_distances(performance.sport), default=np.inf)
    elapsed = performance.figure("elapsed_s")
    if cut.whole and cut.core:
        seconds, begin, end, distance = cut.core
        yield Effort(IMPOSSIBLE, distance, seconds, begin, end, source)
    elif (
        whole is not None
        and whole.value >= shortest
        and 0 < elapsed < fastest_believed_s(performance.sport, whole.value)
    ):
        yield whole._replace(kind=IMPOSSIBLE, key=whole.value, value=elapsed)
    elif cut.stretches:
        longest = max(cut.stretches, key=lambda s: s[1] - s[0])
        yield Effort(STRETCH, float(len(cut.stretches)), cut.metres, *longest, source)
    for sensor, kind in IMPOSSIBLE_OF.items():
        yield from _worst(
            [(e.value / ceiling(sensor, e.key) / (1 + MARGIN), e) for e in found if e.kind == sensor], kind
        )


def _worst(beyond: list[tuple[float, Effort]], kind: str) -> Iterator[Effort]:
    ratio, effort = max(beyond, default=(0.0, None))
    if effort is not None and ratio > 1.0:
        yield effort._replace(kind=kind)
