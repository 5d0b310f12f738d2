"""Days and nights from a watch's FIT files: monitoring, sleep, HRV status, metrics, skin temperature, weight, blood
pressure. Messages and fields are identified by number, because the public profile does not name half of them.

These files have peculiarities: most times have only 16 bits; step counters are scaled by half and called cycles; a few
numbers mean "not measured"; some timestamps are in local time. A day or night may be spread over several files, so it
is put together elsewhere (health/days.py, health/nights.py).
"""

import numpy as np
import pandas as pd

from milevault_core.formats import fit
from milevault_core.formats.fit.columns import Table
from milevault_core.formats.health_data import HealthData, Night, NothingThere, Series, no_samples
from milevault_core.formats.health_metrics import METRICS
from milevault_core.formats.wellness_times import EPOCH, local_date, monitoring_times
from milevault_core.problems import Problem, thousands

SOURCE = "fit"
FILE_ID, WEIGHT, BLOOD_PRESSURE, MONITORING, INFO = 0, 30, 51, 55, 103
RESTING, STRESS, MAX_MET, SPO2, STAGE, BREATH, SLEEP = 211, 227, 229, 269, 275, 297, 346
HRV_STATUS, HRV, SKIN, NAP = 370, 371, 398, 412
MESSAGES = (FILE_ID, WEIGHT, BLOOD_PRESSURE, MONITORING, INFO, RESTING, STRESS, MAX_MET, SPO2, STAGE, BREATH, SLEEP,
            HRV_STATUS, HRV, SKIN, NAP)  # fmt: skip
_CYCLING = 2
# message: (field with the time, {field: metric})
_PLAIN = {
    WEIGHT: ("timestamp", {
        "weight": "weight_kg", "percent_fat": "fat_pct", "percent_hydration": "water_pct",
        "muscle_mass": "muscle_kg", "bone_mass": "bone_kg", "bmi": "bmi",
    }),
    BLOOD_PRESSURE: ("timestamp", {"systolic_pressure": "bp_systolic", "diastolic_pressure": "bp_diastolic"}),
    INFO: ("timestamp", {"resting_metabolic_rate": "kcal_bmr"}),
    RESTING: ("timestamp", {"resting_heart_rate": "rhr_week", "current_day_resting_heart_rate": "rhr"}),
    # A stress of -1 means "not worn" and -2 "too active"; the body battery in the same message is still valid.
    STRESS: ("stress_level_time", {"stress_level_value": "stress", "body_battery": "body_battery"}),
    SPO2: ("timestamp", {"reading_spo2": "spo2"}),
    BREATH: ("timestamp", {"respiration_rate": "respiration"}),
    HRV: ("timestamp", {"value": "hrv"}),
    HRV_STATUS: ("timestamp", {
        "weekly_average": "hrv_weekly", "last_night_average": "hrv_last_night", "last_night_5_min_high": "hrv_high",
        "baseline_low_upper": "hrv_base_low", "baseline_balanced_lower": "hrv_balanced_low",
        "baseline_balanced_upper": "hrv_balanced_high", "status": "hrv_status",
    }),
    SKIN: ("timestamp", {
        "average_deviation": "skin_temp_dev", "average_7_day_deviation": "skin_temp_dev_week",
        "nightly_value": "skin_temp",
    }),
}  # fmt: skip
_NIGHTLY = {"overall_sleep_score": "sleep_score", "average_stress_during_sleep": "sleep_stress",
            "awakenings_count": "awakenings"}  # fmt: skip


def read(data: bytes) -> HealthData:
    """The days and nights in a FIT file. Raises BadFile, with a sentence, when it holds none."""
    tables, problems = fit.decode_checked(data, *MESSAGES)
    found = HealthData(SOURCE, problems=problems)
    serial = tables.get(FILE_ID, Table()).first("serial_number")
    found.device = str(int(serial)) if isinstance(serial, int | float | np.number) else ""
    found.offsets = _offsets(tables)
    for message, (time_field, fields) in _PLAIN.items():
        if message in tables:
            table = tables[message]
            for name, metric in fields.items():
                _add(found, metric, table.get(time_field), table.get(name))
    _add_monitoring(found, tables)
    _add_fitness(found, tables.get(MAX_MET, Table()))
    _add_sleep(found, tables)
    _add_naps(found, tables.get(NAP, Table()))
    if not (found.samples or found.nights or len(found.counters) or len(found.stage_marks.time)):
        raise NothingThere("This file holds no health data: nothing was measured in it.")
    return found


def _add(found: HealthData, metric: str, time: np.ndarray | None, value: np.ndarray | None) -> None:
    """Add samples with times in FIT seconds, leaving out codes that mean "not measured"."""
    if time is None or value is None:
        return
    low, high = METRICS[metric].low, METRICS[metric].high
    keep = (value >= low) & (value <= high) & ~np.isnan(time)  # NaN is in no range
    if not keep.any():
        return
    series = Series(time[keep].astype(np.int64) + EPOCH, value[keep].astype(np.float64))
    before = found.samples.get(metric)
    if before is not None:
        series = Series(*(np.concatenate(both) for both in zip(before, series, strict=True)))
    order = np.argsort(series.time, kind="stable")
    found.samples[metric] = Series(series.time[order], series.value[order])


def _offsets(tables: dict[int, Table]) -> Series:
    """Offsets of local time from UTC: messages 103 and 398 contain both times."""
    times, offsets = [], []
    for message in (INFO, SKIN):
        table = tables.get(message, Table())
        utc, local = table.get("timestamp"), table.get("local_timestamp")
        if utc is not None and local is not None:
            keep = np.abs(local - utc) <= 15 * 3600  # excludes NaN; no place on earth is further from UTC
            times.append(utc[keep].astype(np.int64) + EPOCH)
            offsets.append((local - utc)[keep])
    if not times:
        return no_samples()
    time, offset = np.concatenate(times), np.concatenate(offsets)
    order = np.argsort(time, kind="stable")
    return Series(time[order], offset[order])


def _add_monitoring(found: HealthData, tables: dict[int, Table]) -> None:
    table = tables.get(MONITORING)
    if table is None:
        return
    time = monitoring_times(table, tables.get(INFO, Table()))
    lost = int(np.isnan(time).sum())
    if lost:
        text = "come before the first full time in the file, so it is not known when they were taken."
        found.problems.append(Problem("points_dropped", f"{thousands(lost)} measurements {text}"))
    _add(found, "hr", time, table.get("heart_rate"))
    for name, metric in (("moderate", "im_moderate"), ("vigorous", "im_vigorous")):
        _add(found, metric, time, table.get(f"{name}_activity_minutes"))
    nothing = np.full(table.n, np.nan)
    kind = table.columns.get("activity_type", nothing)
    cycles = table.columns.get("cycles", nothing)
    counters = pd.DataFrame({
        "time": time + EPOCH, "activity_type": kind,
        # The stored number is steps for walking and running; the profile calls its half "cycles".
        "steps": np.where(np.isin(kind, (1, 6)), np.rint(cycles * 2), np.nan),
        "distance_m": table.columns.get("distance", nothing), "kcal": table.columns.get("active_calories", nothing),
        "ascent_m": table.columns.get("ascent", nothing),
    })  # fmt: skip
    says = (
        counters[["steps", "distance_m", "kcal", "ascent_m"]].notna().any(axis=1) & counters["time"].notna()
    )
    found.counters = counters[says].reset_index(drop=True)


def _add_fitness(found: HealthData, table: Table) -> None:
    sport, value = table.get("sport"), table.get("vo2_max")
    if value is None:
        return
    is_cycling = np.zeros(table.n, bool) if sport is None else sport == _CYCLING
    _add(found, "vo2max", table.get("update_time"), np.where(is_cycling, np.nan, value))
    _add(found, "vo2max_cycling", table.get("update_time"), np.where(is_cycling, value, np.nan))


def _add_sleep(found: HealthData, tables: dict[int, Table]) -> None:
    marks, judged = tables.get(STAGE, Table()), tables.get(SLEEP, Table())
    time, level = marks.get("timestamp"), marks.get("sleep_level")
    if time is not None and level is not None:
        keep = ~np.isnan(time) & (level >= 0) & (level <= 4)
        order = np.argsort(time[keep], kind="stable")
        found.stage_marks = Series(time[keep][order].astype(np.int64) + EPOCH, level[keep][order])
    if not judged.n:
        return
    # A sleep assessment has no time. It gets the time of its file, or the end of its stages if that is later.
    ids = tables.get(FILE_ID, Table())
    created = ids.columns.get("time_created", np.full(ids.n, np.nan))
    of_file = np.searchsorted(ids.offsets, judged.offsets) - 1
    at = np.where(of_file >= 0, created[of_file], np.nan) if ids.n else np.full(judged.n, np.nan)
    if len(found.stage_marks.time) and ids.n <= 1:
        at = np.fmax(at, float(found.stage_marks.time[-1] - EPOCH))
    if np.isnan(at).any():
        found.problems.append(
            Problem("points_dropped", "A sleep score was left out: the file does not say for which night.")
        )
    for name, metric in _NIGHTLY.items():
        _add(found, metric, at, judged.get(name))


def _add_naps(found: HealthData, table: Table) -> None:
    for row in table.rows():
        if row.get("is_deleted") == 1 or "start_time" not in row or "end_time" not in row:
            continue
        start, end = int(row["start_time"]) + EPOCH, int(row["end_time"]) + EPOCH
        minutes = row.get("end_timezone_offset", row.get("start_timezone_offset"))
        if not 0 < end - start <= 86_400:
            why = "it ends before it begins" if end <= start else "it is longer than a day"
            found.problems.append(Problem("points_dropped", f"A nap was left out: {why}."))
            continue
        offset = None if minutes is None or abs(minutes) > 900 else int(minutes) * 60
        known = found.offsets.value
        day = local_date(end, offset if offset is not None else int(known[-1]) if len(known) else 0)
        found.nights.append(Night(day, start, end, SOURCE, {"asleep": end - start}, (), offset, True))
