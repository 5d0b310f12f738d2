"""Daily values from the samples and counters of a watch, from all files of the day together."""

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
# metric of the samples -> {daily metric: key of _REDUCE}
FROM_SAMPLES: dict[str, dict[str, str]] = {
    "hr": {"hr_min": "min", "hr_max": "max"},
    "stress": {"stress_avg": "mean", "stress_max": "max"},
    "body_battery": {"bb_high": "max", "bb_low": "min"},
    "respiration": {"resp_avg": "mean"},
    "spo2": {"spo2_avg": "mean", "spo2_low": "min"},
    "hrv_sdnn": {"hrv_sdnn": "mean"},
    "im_moderate": {"im_moderate": "sum"},  # minutes since the previous message, not since midnight
    "im_vigorous": {"im_vigorous": "sum"},
    "kcal_bmr": {"kcal_bmr": "last"},
    "rhr": {"rhr": "last"},
    "rhr_week": {"rhr_week": "last"},
}
_LAST = ("hrv_last_night", "hrv_high", "hrv_weekly", "hrv_base_low", "hrv_balanced_low", "hrv_balanced_high",
         "hrv_status", "skin_temp_dev", "skin_temp_dev_week", "skin_temp", "sleep_score", "sleep_stress", "awakenings",
         "vo2max", "vo2max_cycling", "weight_kg", "fat_pct", "water_pct", "muscle_kg", "bone_kg", "bmi",
         "bp_systolic", "bp_diastolic")  # fmt: skip
# A sample at midnight belongs to the day that begins: it is the energy that the coming day needs.
_BEGIN = frozenset(("kcal_bmr",))
# Samples at midnight are dropped: the watch has just begun to determine the new day's resting heart rate.
_NOT_AT_MIDNIGHT = frozenset(("rhr", "rhr_week"))


def join(parts: Iterable[HealthData]) -> HealthData:
    """Join several files of one device (for several devices see devices.py).

    If a sample is in several files, the latest file's value counts. The same is true of a night with only the time in
    each stage, which may be shorter after the device has scored it again. A night with a list of stages is not scored
    again, but an export made before its end has only part of it: of such nights the most complete version counts,
    whatever the order of the files.
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
    """Remove earlier versions of a night, and those of their daily values that this part has again. Otherwise the old
    values would win if the night now ends earlier, because values are compared by the end of their night."""
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
    """The UTC offset at each time, (n,) in s: the last one recorded by then, else the first one recorded."""
    if not len(offsets.time):
        return np.full(len(time), otherwise_s, np.int64)
    place = np.searchsorted(offsets.time, time, side="right") - 1
    return offsets.value[np.maximum(place, 0)].astype(np.int64)


def local_days(time: np.ndarray, offsets: Series, otherwise_s: int = 0, shift_s: int = 1) -> np.ndarray:
    """The local day of each time, (n,) in days since 1970.

    shift_s: 1 if a sample at 00:00:00 belongs to the day that ends, 0 if to the day that begins. Between two recorded
    offsets we do not know when the clock was changed. Days never go back, so the earlier of the two possible days is
    used; this keeps the last hour of a 25-hour day in that day.
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
    """The daily values in the joined files of a source: those it contains, and those computed from its samples.

    otherwise_s: the UTC offset of local time if no file has one. A sample at 00:00:00 belongs to the day that ends.
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


# Functions of the samples and of `starts`, the index of each day's first sample. pandas took ten times as long.
_REDUCE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "min": np.minimum.reduceat, "max": np.maximum.reduceat, "sum": np.add.reduceat, "mean": _mean, "last": _last,
}  # fmt: skip


def _of_counters(data: HealthData, otherwise_s: int) -> list[DayValue]:
    """Daily totals: the highest count since midnight of each activity type, summed over the types."""
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
    of_day = np.flatnonzero(is_new_day[starts])  # each day's first group (of a day and an activity type)
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
    """Daily values from nights: time asleep, and the body battery on waking."""
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
    """The name of a value of the metric `hrv_status`."""
    return HRV_STATUS[int(value)]
