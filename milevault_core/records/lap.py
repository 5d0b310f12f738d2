"""Fastest lap."""

from collections.abc import Iterator

import numpy as np

from milevault_core.records import Effort, record
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import fastest_believed_s

NEAR = 0.05
CLASSES: dict[str, tuple[float, ...]] = {
    "running": (200, 400, 800, 1_000, 1_609.344, 5_000),
    "walking": (400, 1_000, 1_609.344, 5_000),
    "hiking": (1_000, 1_609.344, 5_000),
    "cycling": (1_000, 1_609.344, 5_000, 8_046.72, 10_000, 20_000, 40_000),
    "e_biking": (1_000, 1_609.344, 5_000, 8_046.72, 10_000, 20_000, 40_000),
    "swimming": (50, 100, 200, 400, 500, 1_000),
    "rowing": (250, 500, 1_000, 2_000, 5_000),
}


@record(
    "fastest_lap", "Fastest lap", "s", key_unit="m", lower_is_better=True, section="laps", title="{key} lap",
    short="{key}", quantity="time", sports=CLASSES, stretch="way",
)  # fmt: skip
def fastest_lap(performance: Performance) -> Iterator[Effort]:
    """The fastest lap of each usual length.

    Source: the laps of the file only, elapsed time.
    Definition: a lap belongs to the usual length that it is within 5% of; its time is scaled to that length, so that
    pressing the lap button early makes it no faster.
    Messy data: a lap faster than the world record is left out.
    """
    laps = performance.laps
    if laps is None:
        return
    best: dict[float, Effort] = {}
    start = np.asarray(laps["start_time"], "datetime64[us]")
    elapsed, distance = np.asarray(laps["elapsed_s"], float), np.asarray(laps["distance_m"], float)
    usable = (distance > 0) & (elapsed > 0) & ~np.isnat(start)
    rows = zip(start[usable], elapsed[usable].tolist(), distance[usable].tolist(), strict=True)
    for begun, took, metres in rows:
        length = _class(performance.sport, metres)
        seconds = took * length / metres if length else 0.0
        if not length or seconds < fastest_believed_s(performance.sport, length):
            continue
        if length not in best or seconds < best[length].value:
            begin = performance.since_start(begun)
            best[length] = Effort("fastest_lap", length, seconds, begin, begin + took, "device")
    yield from (best[length] for length in sorted(best))


def _class(sport: str, distance: float) -> float:
    near = [(abs(distance / c - 1), c) for c in CLASSES.get(sport, ()) if abs(distance / c - 1) <= NEAR]
    return min(near)[1] if near else 0.0
