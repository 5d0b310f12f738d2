"""Daily values from the samples and counters of a watch, over all files of the day together."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from milevault_core.formats.health_data import DayValue, HealthData, Night, Series, no_samples
from milevault_core.formats.health_metrics import FLOOR_M, HRV_STATUS
from milevault_core.formats.overlapping_nights import fullest

_DAY = 86_400
_EPOCH = date(1970, 1, 1)
# metric of samples: {metric of the day: how}
FROM_SAMPLES: dict[str, dict[str, str]] = {
    "hr": {"hr_min": "min", "hr_max": "max"},
    "stress": {"stress_avg": "mean", "stress_max": "max"},
    "body_battery": {"bb_high": "max", "bb_low": "min"},
    "respiration": {"resp_avg": "mean"},
    "spo2": {"spo2_avg": "mean", "spo2_low": "min"},
    "hrv_sdnn": {"hrv_sdnn": "mean"},
    "im_moderate": {"im_moderate": "sum"},  # minutes since the message before, not since midnight
    "im_vigorous": {"im_vigorous": "sum"},
    "kcal_bmr": {"kcal_bmr": "last"},
    "rhr": {"rhr": "last"},
    "rhr_week": {"rhr_week": "last"},
}
_LAST = ("hrv_last_night", "hrv_high", "hrv_weekly", "hrv_base_low", "hrv_balanced_low", "hrv_balanced_high",
         "hrv_status", "skin_temp_dev", "skin_temp_dev_week", "skin_temp", "sleep_score", "sleep_stress", "awakenings",
         "vo2max", "vo2max_cycling", "weight_kg", "fat_pct", "water_pct", "muscle_kg", "bone_kg", "bmi",
         "bp_systolic", "bp_diastolic")  # fmt: skip
# Of the day that begins: a file of midnight says how much energy the coming day takes.
_BEGIN = frozenset(("kcal_bmr",))
# At midnight a watch has started to look for the resting heart rate of the new day, and has not found it.
_NOT_AT_MIDNIGHT = frozenset(("rhr", "rhr_week"))


def join(parts: Iterable[HealthData]) -> HealthData:
    """Several files of one device as one (several devices: devices.py).

    A sample that is in two of them counts once: that of the later file. So does a night, which may have become shorter
    as it was scored again. A night whose stages are told one by one is not scored again, but an export that was made
    before its end has only a part of it: the fullest account counts, whatever the order of the files.
    """
    parts = list(parts)
    joined = HealthData(parts[0].source, parts[0].device) if parts else HealthData("")
    for part in parts:
        sums = [night for night in part.nights if not night.stages]
        for night in sums:
            _let_go(joined, night, part)
        joined.day_values += part.day_values
        joined.nights += sums
        joined.problems += part.problems
    joined.nights += fullest([[night for night in part.nights if night.stages] for part in reversed(parts)])
    for metric in sorted({metric for part in parts for metric in part.samples}):
        joined.samples[metric] = _one_a_time([p.samples[metric] for p in parts if metric in p.samples])
    joined.stage_marks = _one_a_time([part.stage_marks for part in parts])
    joined.offsets = _one_a_time([part.offsets for part in parts])
    counted = [part.counters for part in parts if len(part.counters)]
    if counted:
        joined.counters = pd.concat(counted, ignore_index=True).drop_duplicates(ignore_index=True)
    return joined


def _let_go(joined: HealthData, night: Night, part: HealthData) -> None:
    """Take out what earlier files say of a night, with its values that this part tells again: by the time at which they
    were known, an earlier end would make them the older ones."""
    again = {(value.day, value.metric) for value in part.day_values if value.observed_at == night.end}
    for old in [
        n for n in joined.nights if n.is_nap == night.is_nap and n.start < night.end and night.start < n.end
    ]:
        joined.nights.remove(old)
        joined.day_values = [
            v for v in joined.day_values if v.observed_at != old.end or (v.day, v.metric) not in again
        ]


def _one_a_time(series: list[Series]) -> Series:
    if not series:
        return no_samples()
    time = np.concatenate([one.time for one in series])
    value = np.concatenate([one.value for one in series])
    order = np.argsort(time, kind="stable")
    time, value = time[order], value[order]
    last = np.append(time[1:] != time[:-1], True)[: len(time)]
    return Series(time[last], value[last])


def offset_at(time: np.ndarray, offsets: Series, otherwise_s: int = 0) -> np.ndarray:
    """The offset from UTC at each time, (n,) in s: the last one told before it, else the first that was told."""
    if not len(offsets.time):
        return np.full(len(time), otherwise_s, np.int64)
    place = np.searchsorted(offsets.time, time, side="right") - 1
    return offsets.value[np.maximum(place, 0)].astype(np.int64)


def local_days(time: np.ndarray, offsets: Series, otherwise_s: int = 0, shift_s: int = 1) -> np.ndarray:
    """The local day of each time, (n,) in days since 1970.

    shift_s: 1 where a sample at 00:00:00 belongs to the day that ends, 0 where to the day that begins. Between two
    told offsets nobody knows when the clock was changed: days do not go back, so the earlier day is the right one. On
    a day of 25 hours that is what keeps the last of them in it.
    """
    before: np.ndarray = (time + offset_at(time, offsets, otherwise_s) - shift_s) // _DAY
    if not len(offsets.time):
        return before
    place = np.minimum(np.searchsorted(offsets.time, time), len(offsets.time) - 1)
    after: np.ndarray = (time + offsets.value[place].astype(np.int64) - shift_s) // _DAY
    is_near = (offsets.time[place] >= time) & (offsets.time[place] - time <= _DAY)
    found: np.ndarray = np.where(is_near, np.minimum(before, after), before)
    return found


def day_values(data: HealthData, otherwise_s: int = 0) -> list[DayValue]:
    """The daily values of all files of a source joined: those it tells itself, and those from its samples.

    otherwise_s: local time's offset from UTC where no file says it. A sample at 00:00:00 belongs to the day that ends.
    """
    values = list(data.day_values)
    for metric, samples in data.samples.items():
        for name, how in FROM_SAMPLES.get(metric, {metric: "last"} if metric in _LAST else {}).items():
            values += _of_samples(data, metric, samples, name, how, otherwise_s)
    return values + _of_counters(data, otherwise_s)


def _of_samples(
    data: HealthData, metric: str, samples: Series, name: str, how: str, otherwise_s: int
) -> list[DayValue]:
    value, time = samples.value, samples.time
    if metric in _NOT_AT_MIDNIGHT:
        keep = (time + offset_at(time, data.offsets, otherwise_s)) % _DAY != 0
        value, time = value[keep], time[keep]
    if not len(time):
        return []
    day = local_days(time, data.offsets, otherwise_s, int(metric not in _BEGIN))
    order = np.argsort(day, kind="stable")
    day, value, time = day[order], value[order], time[order]
    starts = np.flatnonzero(np.append(True, day[1:] != day[:-1]))
    found, last = _REDUCE[how](value, starts), np.maximum.reduceat(time, starts)
    rows = zip(day[starts], found, last, strict=True)
    return [_day_value(number, name, amount, data.source, at) for number, amount, at in rows]


def _mean(value: np.ndarray, starts: np.ndarray) -> np.ndarray:
    count = np.diff(np.append(starts, len(value)))
    mean: np.ndarray = np.add.reduceat(value, starts) / count
    return mean


def _last(value: np.ndarray, starts: np.ndarray) -> np.ndarray:
    last: np.ndarray = value[np.append(starts[1:], len(value)) - 1]
    return last


# Of the values of each day, which begin at `starts`. By pandas it took ten times as long, for each metric of each day.
_REDUCE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "min": np.minimum.reduceat, "max": np.maximum.reduceat, "sum": np.add.reduceat, "mean": _mean, "last": _last,
}  # fmt: skip


def _of_counters(data: HealthData, otherwise_s: int) -> list[DayValue]:
    """Totals: the highest count of each activity type since midnight, and these added up."""
    counters = data.counters
    if not len(counters):
        return []
    time = counters["time"].to_numpy().astype(np.int64)
    day = local_days(time, data.offsets, otherwise_s)
    kind = counters["activity_type"].fillna(-1).to_numpy(np.float64)
    order = np.lexsort((kind, day))
    day, kind, time = day[order], kind[order], time[order]
    is_new_day = np.append(True, day[1:] != day[:-1])
    starts = np.flatnonzero(is_new_day | np.append(True, kind[1:] != kind[:-1]))
    of_day = np.flatnonzero(is_new_day[starts])  # among the groups of a day and a type
    numbers, seen = day[starts][of_day], np.maximum.reduceat(time, np.flatnonzero(is_new_day))
    names = {"steps": "steps", "distance_m": "distance_m", "kcal": "kcal_active", "ascent_m": "floors_up"}
    values = []
    for column, name in names.items():
        highest = np.fmax.reduceat(counters[column].to_numpy(np.float64)[order], starts)
        is_known = np.isfinite(highest)
        totals = np.add.reduceat(np.where(is_known, highest, 0.0), of_day)
        counted = np.add.reduceat(is_known.astype(np.int64), of_day) > 0
        for number, total, at in zip(numbers[counted], totals[counted], seen[counted], strict=True):
            amount = total / FLOOR_M if name == "floors_up" else total
            values.append(_day_value(number, name, amount, data.source, at))
    return values


def _day_value(day: Any, metric: str, value: float, source: str, time: Any) -> DayValue:
    return DayValue(_EPOCH + timedelta(days=int(day)), metric, float(value), source, int(time))


def of_nights(nights: Iterable[Night], data: HealthData) -> list[DayValue]:
    """The daily values that a night gives: time asleep, and the body battery at waking up."""
    values = []
    battery = data.samples.get("body_battery", no_samples())
    for night in nights:
        if night.is_nap:
            continue
        if night.asleep_s:
            values.append(DayValue(night.day, "sleep_s", float(night.asleep_s), night.source, night.end))
        place = int(np.searchsorted(battery.time, night.end, side="right")) - 1
        if place >= 0 and night.end - battery.time[place] <= 1800:
            level = float(battery.value[place])
            values.append(DayValue(night.day, "bb_wake", level, night.source, night.end))
    return values


def status_name(value: float) -> str:
    """The word for a value of the metric `hrv_status`."""
    return HRV_STATUS[int(value)]
