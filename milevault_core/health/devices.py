"""Several watches of one person: on each day the one that was worn longest counts, never several together."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from milevault_core.formats.health_data import DayValue, HealthData
from milevault_core.health.days import day_values, join, local_days
from milevault_core.health.rank import latest

_WORN = ("hr", "stress", "body_battery", "respiration")  # a watch on the wrist records these every minute


def by_device(parts: Iterable[HealthData]) -> list[HealthData]:
    """The joined files of each source and device, sorted by source and device."""
    groups: dict[tuple[str, str], list[HealthData]] = {}
    for part in parts:
        groups.setdefault((part.source, part.device), []).append(part)
    return [join(groups[key]) for key in sorted(groups)]


def of_devices(joined: Iterable[HealthData], otherwise_s: int = 0) -> list[DayValue]:
    """The daily values of several devices of one source: each from the device worn longest on that day among those that
    measured it. A device with no samples of _WORN on the day, such as a scale, comes last.
    """
    best: dict[tuple[date, str], tuple[int, DayValue]] = {}
    for data in joined:
        worn = _worn(data, otherwise_s)
        for value in latest(day_values(data, otherwise_s)):
            key = (value.day, value.metric)
            kept = best.get(key)
            if kept is None or (worn[value.day], value.observed_at) > (kept[0], kept[1].observed_at):
                best[key] = worn[value.day], value
    return [value for _, value in best.values()]


def _worn(data: HealthData, otherwise_s: int) -> Counter[date]:
    """How many minutes of each day have samples of _WORN."""
    times = [data.samples[metric].time for metric in _WORN if metric in data.samples]
    if not times:
        return Counter()
    minutes = np.unique(np.concatenate(times) // 60) * 60
    days, counts = np.unique(local_days(minutes, data.offsets, otherwise_s), return_counts=True)
    return Counter({pd.Timestamp(int(d), unit="D").date(): int(n) for d, n in zip(days, counts, strict=True)})
