"""Convert Garmin Connect's answers to the format of Garmin's account export, which formats/garmin_health.py reads.

Each entry keeps Garmin's answer under "connect", because the file is the original and a later reader may understand
more. The keys of the answers are those of garminconnect 0.3.20 and public programs; nobody has compared them with a
real account.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

Entry = dict[str, Any]
_SUMMARY = (
    "totalSteps", "totalDistanceMeters", "activeKilocalories", "bmrKilocalories", "totalKilocalories",
    "minHeartRate", "maxHeartRate", "moderateIntensityMinutes", "vigorousIntensityMinutes",
    "floorsAscendedInMeters", "wellnessStartTimeGmt", "wellnessEndTimeGmt",
)  # fmt: skip
_BATTERY = {
    "HIGHEST": "bodyBatteryHighestValue", "LOWEST": "bodyBatteryLowestValue", "SLEEPEND": "bodyBatteryAtWakeTime",
}  # fmt: skip
_STAGES = ("deep", "light", "rem", "awake")


def file(entries: list[Entry]) -> bytes:
    """Entries as a file; the same entries give the same bytes. The export's own keys come first, because the file is
    recognised by them."""
    for entry in entries:
        if "connect" in entry:
            entry["connect"] = json.loads(json.dumps(entry.pop("connect"), sort_keys=True))
    return json.dumps(entries, ensure_ascii=False).encode()


def summaries(answer: Any) -> list[Entry]:
    """From get_daily_summaries or get_user_summary: an entry for each day with measurements."""
    rows = answer.get("data") if isinstance(answer, dict) and "data" in answer else answer
    return [_summary(row) for row in _rows(rows) if has_data(row)]


def has_data(row: Entry) -> bool:
    """Whether a day's summary has any data; Garmin returns a summary of every day for every account."""
    told = ("totalSteps", "restingHeartRate", "minHeartRate", "activeKilocalories", "wellnessDistanceMeters")
    return any(isinstance(row.get(key), int | float) and row[key] > 0 for key in told)


def _summary(row: Entry) -> Entry:
    made: Entry = {"calendarDate": row.get("calendarDate"), "includesWellnessData": True}
    made |= {key: row[key] for key in _SUMMARY if row.get(key) is not None}
    # restingHeartRate is a mean of seven days in the export, but the day's value in Connect.
    for ours, theirs in (
        ("currentDayRestingHeartRate", "restingHeartRate"),
        ("restingHeartRate", "lastSevenDaysAvgRestingHeartRate"),
    ):
        if row.get(theirs) is not None:
            made[ours] = row[theirs]
    stress = {key: row[key] for key in ("averageStressLevel", "maxStressLevel") if row.get(key) is not None}
    if stress:
        made["allDayStress"] = {"aggregatorList": [{"type": "TOTAL", **stress}]}
    levels = [
        {"bodyBatteryStatType": kind, "statsValue": row[key]}
        for kind, key in _BATTERY.items()
        if row.get(key) is not None
    ]
    if levels:
        made["bodyBattery"] = {"bodyBatteryStatList": levels}
    if row.get("avgWakingRespirationValue") is not None:
        made["respiration"] = {"avgWakingRespirationValue": row["avgWakingRespirationValue"]}
    return made | {"connect": row}


def nights(answer: Any) -> list[Entry]:
    """From get_sleep_daily: an entry for each night."""
    found = []
    for row in _rows(answer):
        values = _dict(row.get("values")) or row
        made: Entry = {"calendarDate": row.get("calendarDate")}
        made |= _times(values.get("gmtSleepStartTimeInMillis"), values.get("gmtSleepEndTimeInMillis"))
        made |= {
            f"{s}SleepSeconds": values[f"{s}Time"] for s in _STAGES if values.get(f"{s}Time") is not None
        }
        if values.get("sleepScore") is not None:
            made["sleepScores"] = {"overallScore": values["sleepScore"]}
        if values.get("spO2") is not None:
            made["spo2SleepSummary"] = {"averageSPO2": values["spO2"]}
        found.append(made | {"connect": row})
    return found


def night(answer: Any) -> list[Entry]:
    """From get_sleep_data: one detailed night, or none."""
    row = answer.get("dailySleepDTO") if isinstance(answer, dict) else None
    if not isinstance(row, dict) or not row.get("sleepStartTimestampGMT"):
        return []
    made: Entry = {"calendarDate": row.get("calendarDate")}
    made |= _times(row["sleepStartTimestampGMT"], row.get("sleepEndTimestampGMT"))
    kept = (*(f"{s}SleepSeconds" for s in _STAGES), "avgSleepStress", "awakeCount")
    made |= {key: row[key] for key in kept if row.get(key) is not None}
    if row.get("unmeasurableSleepSeconds") is not None:
        made["unmeasurableSeconds"] = row["unmeasurableSleepSeconds"]
    overall = _dict(_dict(row.get("sleepScores")).get("overall"))
    if overall.get("value") is not None:
        made["sleepScores"] = {"overallScore": overall["value"]}
    oxygen = {
        ours: row[theirs]
        for ours, theirs in (("averageSPO2", "averageSpO2Value"), ("lowestSPO2", "lowestSpO2Value"))
        if row.get(theirs) is not None
    }
    if oxygen:
        made["spo2SleepSummary"] = oxygen
    return [made | {"connect": answer}]


def _times(start: Any, end: Any) -> Entry:
    return {"sleepStartTimestampGMT": start, "sleepEndTimestampGMT": end} if start and end else {}


def heart_rate_variability(answer: Any) -> list[Entry]:
    """From get_hrv_data_range or get_hrv_data: an entry for each night with HRV, in the form of a health status."""
    rows: Any = []
    if isinstance(answer, dict):
        rows = answer.get("hrvSummaries") or [answer.get("hrvSummary")]
    found = []
    for row in _rows(rows):
        if row.get("lastNightAvg") is None:
            continue
        baseline = _dict(row.get("baseline"))
        metric = {
            "type": "HRV",
            "value": row["lastNightAvg"],
            "baselineLowerLimit": baseline.get("balancedLow"),
            "baselineUpperLimit": baseline.get("balancedUpper"),
            "status": row.get("status"),
        }
        found.append({"calendarDate": row.get("calendarDate"), "metrics": [metric], "connect": row})
    return found


def weights(answer: Any) -> list[Entry]:
    """From get_weigh_ins: an entry for each weighing, in grams; the last one of a day has the highest version."""
    found = []
    for day in _rows(answer.get("dailyWeightSummaries") if isinstance(answer, dict) else None):
        weighings = _rows(day.get("allWeightMetrics"))
        weighings.sort(key=_when)
        for version, row in enumerate(weighings, 1):
            if isinstance(row.get("weight"), int | float):
                about = {"calendarDate": row.get("calendarDate") or day.get("summaryDate")}
                weight = {"weight": row["weight"]}
                found.append({"metaData": about, "version": version, "weight": weight, "connect": row})
    return found


def _when(row: Entry) -> float:
    said = row.get("timestampGMT")
    return said if isinstance(said, int | float) else 0.0


def readiness(answer: Any) -> list[Entry]:
    """From get_training_readiness_range or get_training_readiness, which have the same form as the export."""
    return [
        {"recoveryTimeFactorPercent": None} | dict(sorted(row.items())) | {"connect": True}
        for row in _rows(answer)
        if row.get("score") is not None
    ]


def fitness(answer: Any) -> list[Entry]:
    """From get_max_metrics_range or get_max_metrics: VO2max for running and cycling."""
    found = []
    for row in _rows(answer):
        for key, sport in (("generic", "RUNNING"), ("cycling", "CYCLING")):
            said = row.get(key)
            if isinstance(said, dict):
                value = said.get("vo2MaxPreciseValue") or said.get("vo2MaxValue")
                if value:
                    day = said.get("calendarDate") or row.get("calendarDate")
                    found.append({"calendarDate": day, "sport": sport, "vo2MaxValue": value, "connect": row})
    return found


def training_status(answer: Any) -> list[Entry]:
    """From get_weekly_training_status or get_training_status: every entry with a day and a status, at any depth."""
    return sorted(_walk(answer), key=lambda row: str(row.get("calendarDate")))


def _walk(node: Any) -> Iterator[Entry]:
    if isinstance(node, dict):
        if "trainingStatus" in node and node.get("calendarDate"):
            first = {key: node[key] for key in ("calendarDate", "trainingStatus")}
            yield first | dict(sorted(node.items())) | {"connect": True}
            return
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _walk(each)


def _dict(said: Any) -> Entry:
    return said if isinstance(said, dict) else {}


def _rows(answer: Any) -> list[Entry]:
    if isinstance(answer, dict):
        answer = [answer]
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []


def name(kind: str, first: date, last: date) -> str:
    """The name of a file, as shown in the import log."""
    days = first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
    return f"Garmin Connect {days} {kind}.json"
