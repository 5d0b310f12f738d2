"""Days and nights from the JSON of Garmin's account export: daily summaries, sleep, health status, body, VO2max.

Files from Garmin Connect have the same form (garmin/as_export.py), with the original response of each entry under
"connect".

A list is recognised by the keys of its entries, not by its file name. A blank is not a value. 0 means "not measured",
except where zero is a real value (intensity minutes, steps). Negative stress values are codes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np

from milevault_core.formats import garmin_cycle
from milevault_core.formats.health_data import DayValue, HealthData, Night, NothingThere, Series
from milevault_core.formats.health_metrics import FLOOR_M, HRV_STATUS, TRAINING_STATUS, is_meant
from milevault_core.problems import BadFile, Problem, counted, thousands

SOURCE, CONNECT = "garmin_export", "garmin_connect"
_ZERO_COUNTS = frozenset(("steps", "im_moderate", "im_vigorous"))
# For these, 0 is a value as well.
_MAY_BE_NEGATIVE = frozenset(("skin_temp_dev", "hrv_status", "training_status", "cycle_phase"))
_BATTERY = {"HIGHEST": "bb_high", "LOWEST": "bb_low", "SLEEPEND": "bb_wake"}
_STATUS = {"SPO2": "spo2_avg", "HRV": "hrv_last_night", "HR": "rhr", "RESPIRATION": "resp_avg",
           "SKIN_TEMP_C": "skin_temp_dev"}  # fmt: skip
_SUMMARY = {
    "totalSteps": "steps", "totalDistanceMeters": "distance_m", "activeKilocalories": "kcal_active",
    "bmrKilocalories": "kcal_bmr", "totalKilocalories": "kcal_total", "restingHeartRate": "rhr_week",
    "currentDayRestingHeartRate": "rhr", "minHeartRate": "hr_min", "maxHeartRate": "hr_max",
    "moderateIntensityMinutes": "im_moderate", "vigorousIntensityMinutes": "im_vigorous",
}  # fmt: skip


def read(data: bytes) -> HealthData:
    """The days and nights in a JSON file of the export. Raises BadFile when it has none."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadFile("The file is damaged: it is not valid JSON.") from error
    found = HealthData(SOURCE)
    known = left = 0
    is_connect = False
    for number, entry in enumerate(_entries(content), 1):
        reader = _reader(entry)
        if reader is None:
            continue
        day = _day(entry)
        if day is None:
            left += 1
            continue
        known += 1
        is_connect |= "connect" in entry
        try:
            reader(found, day, entry)
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
            text = f"Entry {thousands(number)} of {day} is not in Garmin's format; only part of it was read."
            found.problems.append(Problem("part_unusable", text, f"entry {number}"))
    if left:
        text = f"Left out: {counted(left, 'entry', 'entries')} without a date."
        found.problems.append(Problem("points_dropped", text))
    if not known:
        raise NothingThere("This file holds no health data that MileVault can read.")
    return _of_connect(found) if is_connect else found


def _of_connect(found: HealthData) -> HealthData:
    """The same data with Garmin Connect as its source, which is queried again when a day or night is rescored."""
    found.source = CONNECT
    found.day_values = [replace(value, source=CONNECT) for value in found.day_values]
    found.nights = [replace(night, source=CONNECT) for night in found.nights]
    return found


def _entries(content: Any) -> Iterator[dict]:
    entries = content if isinstance(content, list) else [content]
    yield from (entry for entry in entries if isinstance(entry, dict))


def _reader(entry: dict) -> Callable[[HealthData, date, dict], None] | None:
    if "sleepStartTimestampGMT" in entry or "deepSleepSeconds" in entry:
        return _sleep
    if "totalSteps" in entry or "includesWellnessData" in entry or "wellnessStartTimeGmt" in entry:
        return _summary
    if isinstance(entry.get("metrics"), list):
        return _health_status
    if "metaData" in entry:
        return _body
    if "vo2MaxValue" in entry:
        return _fitness
    if "score" in entry and ("recoveryTime" in entry or "level" in entry):
        return _readiness
    if "trainingStatus" in entry or "trainingStatusFeedbackPhrase" in entry:
        return _training_status
    return _cycle if garmin_cycle.is_cycle(entry) else None


def _day(entry: dict) -> date | None:
    about = entry.get("metaData") if isinstance(entry.get("metaData"), dict) else entry
    said = (about.get("calendarDate") or about.get("startDate")) if about else None
    try:
        if isinstance(said, int | float) and not isinstance(said, bool):
            return datetime.fromtimestamp(said / 1000, UTC).date()
        return date.fromisoformat(str(said)[:10])
    except (ValueError, OverflowError, OSError):
        return None


def _second(said: Any) -> int | None:
    """Seconds since 1970, from an ISO text in UTC or from milliseconds."""
    if isinstance(said, int | float) and not isinstance(said, bool):
        return int(said // 1000)
    if not isinstance(said, str):
        return None
    try:
        when = datetime.fromisoformat(said.strip().removesuffix(".0").replace("Z", "+00:00"))
    except ValueError:
        return None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _noon(day: date) -> int:
    """The observation time of a value without one: noon UTC of its day."""
    return int(datetime.combine(day, time(12), UTC).timestamp())


def _put(found: HealthData, day: date, metric: str, value: Any, at: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if value == 0 and metric not in _ZERO_COUNTS | _MAY_BE_NEGATIVE:
        return
    if is_meant(metric, value):
        found.day_values.append(DayValue(day, metric, float(value), SOURCE, _noon(day) if at is None else at))
    elif value >= 0 or metric in _MAY_BE_NEGATIVE:  # other negative values are codes
        text = f"The value {value:g} on {day} cannot be right ({metric}) and was left out."
        found.problems.append(Problem("points_dropped", text))


def _summary(found: HealthData, day: date, entry: dict) -> None:
    if entry.get("includesWellnessData") is False:
        return
    at = _second(entry.get("wellnessEndTimeGmt"))
    _offset(found, _second(entry.get("wellnessStartTimeGmt")), _second(entry.get("wellnessStartTimeLocal")))
    for key, metric in _SUMMARY.items():
        _put(found, day, metric, entry.get(key), at)
    floors = entry.get("floorsAscendedInMeters")
    if isinstance(floors, int | float):
        _put(found, day, "floors_up", floors / FLOOR_M, at)
    for one in (entry.get("allDayStress") or {}).get("aggregatorList") or []:
        if one.get("type") == "TOTAL":
            _put(found, day, "stress_avg", one.get("averageStressLevel"), at)
            _put(found, day, "stress_max", one.get("maxStressLevel"), at)
    for one in (entry.get("bodyBattery") or {}).get("bodyBatteryStatList") or []:
        if one.get("bodyBatteryStatType") in _BATTERY:
            _put(found, day, _BATTERY[one["bodyBatteryStatType"]], one.get("statsValue"), at)
    _put(found, day, "resp_avg", (entry.get("respiration") or {}).get("avgWakingRespirationValue"), at)
    _put(found, day, "hydration_ml", (entry.get("hydration") or {}).get("valueInML"), at)


def _offset(found: HealthData, utc: int | None, local: int | None) -> None:
    """Add the UTC offset, given the start of a day in UTC and in local time."""
    if utc is None or local is None or abs(local - utc) > 15 * 3600:  # no place on earth is further from UTC
        return
    time, value = np.append(found.offsets.time, utc), np.append(found.offsets.value, float(local - utc))
    order = np.argsort(time, kind="stable")
    found.offsets = Series(time[order].astype(np.int64), value[order])


def _sleep(found: HealthData, day: date, entry: dict) -> None:
    start, end = _second(entry.get("sleepStartTimestampGMT")), _second(entry.get("sleepEndTimestampGMT"))
    if start is None or end is None or start == end:
        return  # a day without a night also has an entry in the export
    if not 0 < end - start < 2 * 86_400:
        return _leave_out(found, f"The night of {day}", start, end)
    seconds = {}
    for stage in ("deep", "light", "rem", "awake"):
        value = entry.get(f"{stage}SleepSeconds")
        if isinstance(value, int | float):
            seconds[stage] = int(value)
    if isinstance(entry.get("unmeasurableSeconds"), int | float) and entry["unmeasurableSeconds"]:
        seconds["unmeasurable"] = int(entry["unmeasurableSeconds"])
    night = Night(day, start, end, SOURCE, seconds)
    if night.asleep_s:
        found.nights.append(night)
        _put(found, day, "sleep_s", night.asleep_s, end)
    _put(found, day, "sleep_score", (entry.get("sleepScores") or {}).get("overallScore"), end)
    _put(found, day, "sleep_stress", entry.get("avgSleepStress"), end)
    if night.asleep_s and entry.get("awakeCount") == 0:
        found.day_values.append(DayValue(day, "awakenings", 0.0, SOURCE, end))
    _put(found, day, "awakenings", entry.get("awakeCount"), end)
    oxygen = entry.get("spo2SleepSummary") or {}
    _put(found, day, "spo2_avg", oxygen.get("averageSPO2"), end)
    _put(found, day, "spo2_low", oxygen.get("lowestSPO2"), end)
    for nap in entry.get("napList") or []:
        begun, up = _second(nap.get("napStartTimestampGMT")), _second(nap.get("napEndTimestampGMT"))
        if begun is None or up is None or begun == up:
            continue
        if 0 < up - begun <= 86_400:
            found.nights.append(Night(day, begun, up, SOURCE, {"asleep": up - begun}, is_nap=True))
        else:
            _leave_out(found, f"A nap of {day}", begun, up)
    return None


def _leave_out(found: HealthData, what: str, start: int, end: int) -> None:
    why = "ends before it begins" if end < start else f"lasts {thousands(round((end - start) / 3600))} hours"
    found.problems.append(Problem("points_dropped", f"{what} {why}; it was left out."))


def _health_status(found: HealthData, day: date, entry: dict) -> None:
    for one in entry["metrics"]:
        metric = _STATUS.get(one.get("type"))
        if metric is None or one.get("value") is None:
            continue  # a watch has no value while it is still establishing the baseline
        _put(found, day, metric, one["value"])
        if metric == "hrv_last_night":
            _put(found, day, "hrv_balanced_low", one.get("baselineLowerLimit"))
            _put(found, day, "hrv_balanced_high", one.get("baselineUpperLimit"))
            status = str(one.get("status")).lower()
            if status in HRV_STATUS:
                _put(found, day, "hrv_status", HRV_STATUS.index(status))


def _body(found: HealthData, day: date, entry: dict) -> None:
    # Of several entries for a day, the one with the highest version counts.
    version = entry.get("version")
    at = _noon(day) + (version if isinstance(version, int) and 0 <= version < 43_200 else 0)
    weight = entry.get("weight")
    grams = weight.get("weight") if isinstance(weight, dict) else None
    if isinstance(grams, int | float):
        _put(found, day, "weight_kg", grams / 1000, at)
    _put(found, day, "vo2max", entry.get("vo2MaxRunning"), at)
    _put(found, day, "vo2max_cycling", entry.get("vo2MaxCycling"), at)


def _fitness(found: HealthData, day: date, entry: dict) -> None:
    is_cycling = "CYCL" in str(entry.get("sport", "")).upper()
    _put(found, day, "vo2max_cycling" if is_cycling else "vo2max", entry["vo2MaxValue"],
         _second(entry.get("updateTimestamp")))  # fmt: skip


def _readiness(found: HealthData, day: date, entry: dict) -> None:
    """There may be several a day; the latest counts."""
    _put(found, day, "readiness", entry["score"], _second(entry.get("timestamp")))


def _training_status(found: HealthData, day: date, entry: dict) -> None:
    """Add the status, given in Garmin's words, such as PRODUCTIVE_2. With several watches, the primary one counts."""
    for said in (entry.get("trainingStatusFeedbackPhrase"), entry.get("trainingStatus")):
        words = said.lower().rstrip("0123456789_").replace("_", " ") if isinstance(said, str) else ""
        if words in TRAINING_STATUS:
            at = _noon(day) + (1 if entry.get("primaryTrainingDevice") is True else 0)
            return _put(found, day, "training_status", TRAINING_STATUS.index(words), at)
    return None


def _cycle(found: HealthData, day: date, entry: dict) -> None:
    for each, number, phase in garmin_cycle.days(entry, day):
        _put(found, each, "cycle_day", number)
        _put(found, each, "cycle_phase", phase)
