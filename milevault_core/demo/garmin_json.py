"""Days and activities as the JSON files of Garmin's account export."""

from datetime import UTC, datetime
from typing import Any

from milevault_core.demo import names, nights
from milevault_core.demo.health import Athlete, Day
from milevault_core.demo.made import Activity

_TYPES = {
    "easy": "running", "long": "running", "tempo": "running", "race": "running", "intervals": "track_running",
    "treadmill": "treadmill_running", "trainer": "indoor_cycling", "commute": "cycling", "pool": "lap_swimming",
    "open_water": "open_water_swimming", "strength": "strength_training", "hike": "hiking",
}  # fmt: skip


def summarized_activity(made: Activity, activity_id: int) -> dict[str, Any]:
    """An entry of summarizedActivities.json: ms, cm, and kilocalories times 4.19."""
    beats = made.columns["heart_rate"]
    kind = "cycling" if made.session.sport == "cycling" else _TYPES[made.session.kind]
    return {
        "activityId": activity_id,
        "name": names.name_of(made),
        "activityType": _TYPES[made.session.kind] if made.session.kind == "trainer" else kind,
        "beginTimestamp": made.start * 1000,
        "startTimeGmt": made.start * 1000,
        "startTimeLocal": (made.start + made.utc_offset_s) * 1000,
        "duration": made.timer_s * 1000,
        "movingDuration": round(made.moving_s) * 1000,
        "elapsedDuration": made.elapsed_s * 1000,
        "distance": int(made.columns["distance"][-1]) if "distance" in made.columns else 0,
        "elevationGain": round(made.ascent_m * 100),
        "elevationLoss": round(made.descent_m * 100),
        "calories": round(made.calories * 4.19, 2),
        "avgHr": int(beats.sum()) // len(beats),
        "maxHr": int(beats.max()),
        "deviceId": 3_900_000_001,
    }


def _iso(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.0")


def uds(day: Day, truth: dict[str, Any]) -> dict[str, Any]:
    """An entry of UDSFile_*.json, the day's summary."""
    stress = day.stress[day.stress >= 0]
    battery = [("HIGHEST", truth["bb_high"]), ("LOWEST", truth["bb_low"]), ("SLEEPEND", truth["bb_wake"])]
    return {
        "calendarDate": day.day.isoformat(),
        "includesWellnessData": True,
        "wellnessStartTimeGmt": _iso(day.midnight),
        "wellnessEndTimeGmt": _iso(day.midnight + day.minutes * 60),
        "wellnessStartTimeLocal": _iso(day.midnight + day.utc_offset_s),
        "wellnessEndTimeLocal": _iso(day.midnight + day.utc_offset_s + day.minutes * 60),
        "totalSteps": truth["steps"],
        "totalDistanceMeters": round(truth["distance_m"]),
        "wellnessDistanceMeters": round(truth["distance_m"]),
        "activeKilocalories": truth["kcal_active"],
        "bmrKilocalories": truth["kcal_bmr"],
        "totalKilocalories": truth["kcal_active"] + truth["kcal_bmr"],
        "restingHeartRate": day.resting_week,
        "currentDayRestingHeartRate": truth["rhr"],
        "minHeartRate": truth["hr_min"],
        "maxHeartRate": truth["hr_max"],
        "moderateIntensityMinutes": truth["im_moderate"],
        "vigorousIntensityMinutes": truth["im_vigorous"],
        "floorsAscendedInMeters": round(truth["floors_up"] * 3.05, 2),
        "allDayStress": {
            "aggregatorList": [
                {
                    "type": "TOTAL",
                    "averageStressLevel": round(truth["stress_avg"]),
                    "maxStressLevel": int(stress.max()),
                }
            ]
        },
        "bodyBattery": {
            "bodyBatteryStatList": [
                {"bodyBatteryStatType": kind, "statsValue": value} for kind, value in battery
            ]
        },
        "respiration": {"avgWakingRespirationValue": round(truth["resp_avg"])},
    }


def sleep(day: Day, truth: dict[str, Any]) -> dict[str, Any]:
    """An entry of *_sleepData.json."""
    return {
        "calendarDate": day.day.isoformat(),
        "sleepStartTimestampGMT": _iso(truth["sleep_start"]),
        "sleepEndTimestampGMT": _iso(truth["sleep_end"]),
        "deepSleepSeconds": truth["deep_s"],
        "lightSleepSeconds": truth["light_s"],
        "remSleepSeconds": truth["rem_s"],
        "awakeSleepSeconds": truth["awake_s"],
        "unmeasurableSeconds": 0,
        "averageRespiration": 13.0,
        "awakeCount": day.night.awakenings,
        "avgSleepStress": 14.5,
        "sleepScores": {"overallScore": truth["sleep_score"]},
        "retro": False,
    }


def health_status(athlete: Athlete, day: Day, truth: dict[str, Any]) -> dict[str, Any]:
    """An entry of *_healthStatusData.json."""
    _, lower, upper = nights.hrv_baseline(athlete, day.day)
    return {
        "calendarDate": day.day.isoformat(),
        "metrics": [
            {
                "type": "HRV",
                "value": round(truth["hrv_last_night"]),
                "baselineLowerLimit": lower // 128,
                "baselineUpperLimit": upper // 128,
                "status": truth["hrv_status"].upper(),
            },
            {"type": "HR", "value": truth["rhr"]},
            {"type": "RESPIRATION", "value": round(truth["resp_avg"], 1)},
            {"type": "SKIN_TEMP_C", "value": truth["skin_temp_dev"]},
            {"type": "SPO2", "status": "ONBOARDING"},
        ],
    }


def bio_metrics(day: Day) -> list[dict[str, Any]]:
    """Entries of *_userBioMetrics.json: none, or an early reading and the one that counts."""
    if day.weight_g is None:
        return []
    when = {"calendarDate": day.day.isoformat() + "T00:00:00.0"}
    return [
        {"metaData": when, "version": 1, "weight": {"weight": day.weight_g + 300.0}},
        {"metaData": when, "version": 2, "weight": {"weight": float(day.weight_g)}},
    ]


def max_met(day: Day) -> list[dict[str, Any]]:
    """Entries of MetricsMaxMetData_*.json: on days with an outdoor run."""
    if day.vo2max is None:
        return []
    return [{"calendarDate": day.day.isoformat(), "sport": "RUNNING", "vo2MaxValue": day.vo2max / 10}]
