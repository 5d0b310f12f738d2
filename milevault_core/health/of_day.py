"""Compute one day from all its data: the values of each source, those that count, nights and samples.

A pure function of the pieces of files, the values entered by hand and the user's ranking, so the order in which files
arrived does not matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import NamedTuple

import numpy as np

from milevault_core.formats.health_data import DayValue, HealthData, Night, Series
from milevault_core.formats.health_metrics import DAILY, SERIES
from milevault_core.health import days, devices, nights, rank

_DAY = 86_400
BEFORE, AFTER = 2, 1  # a day also needs the pieces of this many UTC days before and after it
Ranking = Mapping[str, tuple[str, ...]]


class Piece(NamedTuple):
    original_id: int
    data: HealthData


@dataclass
class DayValues:
    """The result for a day. values: one for each metric and source; origin: (metric, source) -> the file it is from;
    winners: the values that count; nights: those of every source; shown: the nights that count; samples: of the UTC
    day, by metric of SERIES."""

    values: list[DayValue] = field(default_factory=list)
    origin: dict[tuple[str, str], int] = field(default_factory=dict)
    winners: list[DayValue] = field(default_factory=list)
    nights: list[Night] = field(default_factory=list)
    shown: list[Night] = field(default_factory=list)
    samples: dict[str, Series] = field(default_factory=dict)


def of_day(
    day: date,
    pieces: Sequence[Piece],
    entered: Sequence[DayValue] = (),
    ranking: Ranking | None = None,
    otherwise_s: int = 0,
) -> DayValues:
    """Compute a day. pieces: those of the UTC days from two before it to one after it; otherwise_s: the UTC offset of
    local time if no file has one."""
    pieces = sorted(pieces, key=lambda piece: piece.original_id)
    joined = devices.by_device(piece.data for piece in pieces)
    found = DayValues()
    told = list(entered)
    for _, of_source in groupby(joined, key=lambda data: data.source):
        group = list(of_source)
        told += devices.of_devices(group, otherwise_s)
        slept = _apart([_placed(night, data) for data in group for night in nights.nights(data, otherwise_s)])
        found.nights += [night for night in slept if night.day == day]
        for data in group:
            told += days.of_nights([n for n in slept if n.day == day], data)
    found.values = sorted(
        (v for v in rank.latest(told) if v.day == day and v.metric in DAILY),
        key=lambda v: (v.metric, v.source),
    )
    found.winners = rank.winners(found.values, ranking)
    found.origin = {(v.metric, v.source): _origin(v, pieces) for v in found.values if v.source != "manual"}
    found.shown = shown(found.nights, ranking)
    found.samples = _samples(day, joined, ranking)
    return found


def _placed(night: Night, data: HealthData) -> Night:
    """The night; if it has no UTC offset, with the one in the files of the day."""
    if night.utc_offset_s is not None or not len(data.offsets.time):
        return night
    return replace(night, utc_offset_s=int(days.offset_at(np.array([night.end]), data.offsets)[0]))


def _apart(found: list[Night]) -> list[Night]:
    """Of overlapping nights, which come from two watches of one source, keep the one with the most sleep. (Between two
    files of one device, days.join has already chosen.)"""
    kept: list[Night] = []
    for night in sorted(found, key=lambda n: (-n.asleep_s, n.start, n.end)):
        if all(night.end <= other.start or night.start >= other.end for other in kept):
            kept.append(night)
    return nights.name_naps(kept)


def shown(found: Sequence[Night], ranking: Ranking | None = None) -> list[Night]:
    """The night and the naps that count. Those with stages come before those without, then they go by the source's rank
    for `sleep_s`; naps of another source count only if they do not overlap the others."""
    order = sorted(
        found,
        key=lambda n: (n.is_nap, not n.stages, rank.place(n.source, "sleep_s", ranking), n.source, n.start),
    )
    kept: list[Night] = []
    for night in order:
        has_night = any(not other.is_nap for other in kept)
        if not night.is_nap and has_night:
            continue
        if all(night.end <= other.start or night.start >= other.end for other in kept):
            kept.append(night)
    return sorted(kept, key=lambda n: n.start)


def _samples(day: date, joined: Sequence[HealthData], ranking: Ranking | None) -> dict[str, Series]:
    """For each metric, the samples of one device: of the best source, and within it the device with most samples."""
    first = (day - date(1970, 1, 1)).days * _DAY
    out: dict[str, Series] = {}
    for metric in SERIES:
        best: tuple[tuple[int, int, str, str], Series] | None = None
        for data in joined:
            series = data.samples.get(metric)
            if series is None:
                continue
            low, high = np.searchsorted(series.time, [first, first + _DAY])
            if low == high:
                continue
            key = (rank.place(data.source, metric, ranking), int(low - high), data.source, data.device)
            if best is None or key < best[0]:
                best = key, Series(series.time[low:high], series.value[low:high])
        if best is not None:
            out[metric] = best[1]
    return out


_BASE = {name: metric for metric, names in days.FROM_SAMPLES.items() for name in names} | {
    "bb_wake": "body_battery"
}
_COUNTED = frozenset(("steps", "distance_m", "kcal_active", "floors_up"))


def _origin(value: DayValue, pieces: Sequence[Piece]) -> int:
    """The file that a value is from: the one that contains it, or the measurement it was derived from."""
    of_source = [piece for piece in reversed(pieces) if piece.data.source == value.source]
    for says in (_says, _measured, _holds):
        for piece in of_source:
            if says(piece.data, value):
                return piece.original_id
    return of_source[0].original_id


def _says(data: HealthData, value: DayValue) -> bool:
    return value in data.day_values


def _measured(data: HealthData, value: DayValue) -> bool:
    series = data.samples.get(_BASE.get(value.metric, value.metric))
    if series is not None and _has(series, value.observed_at):
        return True
    if value.metric == "sleep_s":
        at_its_end = any(night.end == value.observed_at for night in data.nights)
        return at_its_end or _has(data.stage_marks, value.observed_at)
    is_counted = value.metric in _COUNTED and len(data.counters)
    return bool(is_counted and (data.counters["time"].to_numpy() == value.observed_at).any())


def _holds(data: HealthData, value: DayValue) -> bool:
    """Whether the file has samples within an hour of the value, such as the body battery around the time of waking."""
    series = data.samples.get(_BASE.get(value.metric, value.metric))
    return series is not None and bool((abs(series.time - value.observed_at) <= 3600).any())


def _has(series: Series, time: int) -> bool:
    at = int(np.searchsorted(series.time, time))
    return at < len(series.time) and int(series.time[at]) == time
