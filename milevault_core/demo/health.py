"""Days: heart rate, stress, body battery, respiration and steps by the minute, weight, and each day's truth."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from milevault_core.demo import draws, exact, form, nights, plan, seasons
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.places import PLACES

WALKING, RUNNING = 6, 1  # FIT's activity_type
_NOT_WORN, _TOO_ACTIVE = -1, -2  # instead of a stress level
_ON_FOOT = {"running": 166, "hiking": 104}  # steps a minute


@dataclass(frozen=True)
class Day:
    """A local day. Arrays have one whole number per minute from local midnight on, `minutes` in all: 1,380 or 1,500
    when the clock changes, fewer when a journey east shortens the day.

    heart_rate: bpm, 0 if not worn. stress: 0 to 100, -1 not worn, -2 too active. body_battery: 5 to 100. respiration:
    breaths per minute x 100, 0 or negative where not measured. steps and centimetres: by activity type. intensity: 0, 1
    moderate, 2 vigorous.
    """

    day: date
    midnight: int  # s since 1970, UTC
    utc_offset_s: int
    heart_rate: np.ndarray
    stress: np.ndarray
    body_battery: np.ndarray
    respiration: np.ndarray
    steps: dict[int, np.ndarray]
    centimetres: dict[int, np.ndarray]
    intensity: np.ndarray
    night: nights.Night
    resting: int
    resting_week: int
    active_kcal: int
    resting_kcal: int
    floors: int
    weight_g: int | None
    body_fat: int | None  # % x 100
    vo2max: int | None  # x 10
    skin_deviation: float  # °C, in tenths

    @property
    def minutes(self) -> int:
        return len(self.heart_rate)

    def total(self, what: dict[int, np.ndarray]) -> int:
        """The sum over the day. what: activity type -> values by the minute."""
        return sum(int(values.sum()) for values in what.values())


def days(athlete: Athlete) -> Iterator[Day]:
    """The athlete's last `health_days` days, in order."""
    for k in range(athlete.health_days):
        yield day_of(athlete, athlete.last_day - timedelta(days=athlete.health_days - 1 - k))


@lru_cache(maxsize=8)
def day_of(athlete: Athlete, day: date) -> Day:
    """Everything about one day; any day can be made on its own."""
    source = draws.stream(athlete.seed, "day", day.isoformat())
    midnight, offset, n = _span(athlete, day)
    minute = np.arange(n)
    night, coming = nights.night(athlete, day), nights.night(athlete, day + timedelta(days=1))
    asleep = (minute < night.wake) | (minute >= 1440 + coming.bed)
    hard = _efforts(athlete, day, n)
    resting = form.resting_on(athlete, day)
    steps, centimetres = _steps(athlete, source, day, n, asleep | (hard > 0))
    walking = exact.lag(np.minimum(steps[WALKING], 110) / 110.0, 4.0)

    pulse = (
        np.where(asleep, 2.0, 14.0 + 26.0 * walking) + 3.0 * exact.lag(draws.normals(source, n), 5.0) * 3.0
    )
    effort = (athlete.max_heart_rate - resting) * (0.26 + 0.63 * hard)
    pulse = exact.lag(np.where(hard > 0, effort, pulse), 3.0)
    worn = np.ones(n, dtype=bool)
    off = night.wake + draws.integer(source, 5, 700)
    worn[off : off + draws.integer(source, 0, 150)] = False
    heart_rate = np.where(worn, np.rint(np.clip(resting + pulse, resting, athlete.max_heart_rate)), 0)

    calm = np.where(asleep, 14.0, 33.0) + 9.0 * exact.lag(draws.normals(source, n), 20.0) * 6.0
    stress = np.where(worn, np.rint(np.clip(calm, 1, 99)), _NOT_WORN)
    stress[worn & ((hard > 0) | (walking > 0.6))] = _TOO_ACTIVE
    breath = np.where(asleep, 13.2, 15.4) + 0.8 * exact.lag(draws.normals(source, n), 6.0) * 3.0
    respiration = np.where(worn, np.rint(breath * 100.0), -100)
    lost = draws.uniforms(source, n)
    respiration = np.where(lost < 0.12, -200, np.where(lost > 0.92, 0, respiration))
    respiration = np.where(worn & (hard > 0), -200, respiration)
    intensity = np.where(hard >= 0.7, 2, np.where((hard > 0) | (walking > 0.85), 1, 0))

    kcal_minute = 9.5 * hard * athlete.weight_kg / 60.0 + 0.035 * steps[WALKING]
    weight, fat = weight_on(athlete, day)
    ran = any(s.sport == "running" and s.kind != "treadmill" for s in _sessions(athlete).get(day, ()))
    fitness = form.form_on(athlete, day)
    week = [form.resting_on(athlete, day - timedelta(days=k)) for k in range(7)]
    return Day(
        day, midnight, offset, heart_rate.astype(np.int64), stress.astype(np.int64),
        _battery(athlete, night, coming, minute), respiration.astype(np.int64), steps, centimetres, intensity,
        night, resting, sum(week) // 7, int(np.cumsum(kcal_minute)[-1]),
        round(athlete.weight_kg * 24), draws.integer(source, 3, 22), weight, fat,
        round(athlete.threshold_speed * fitness * 134.0) if ran else None,
        draws.integer(source, -6, 6) / 10,
    )  # fmt: skip


def _span(athlete: Athlete, day: date) -> tuple[int, int, int]:
    """(local midnight in UTC seconds, UTC offset, minutes) of a day in the time zone of its place."""
    begin, offset = _midnight(seasons.place_of(athlete, day), day)
    own_end, _ = _midnight(seasons.place_of(athlete, day), day + timedelta(days=1))
    next_begin, _ = _midnight(seasons.place_of(athlete, day + timedelta(days=1)), day + timedelta(days=1))
    return begin, offset, (min(own_end, next_begin) - begin) // 60


def _midnight(place: str, day: date) -> tuple[int, int]:
    wall = datetime.combine(day, time(), ZoneInfo(PLACES[place].time_zone))
    offset = wall.utcoffset()
    assert offset is not None
    return int(wall.timestamp()), int(offset.total_seconds())


@cache
def _sessions(athlete: Athlete) -> dict[date, list[plan.Session]]:
    found: dict[date, list[plan.Session]] = {}
    for session in plan.sessions(athlete):
        found.setdefault(session.day, []).append(session)
    return found


_HARD = {"race": 1.0, "intervals": 0.85, "tempo": 0.88, "hike": 0.45, "strength": 0.3, "commute": 0.62}


def _efforts(athlete: Athlete, day: date, n: int) -> np.ndarray:
    """Effort of each minute from the day's planned activities (their planned length); 0 outside them."""
    hard = np.zeros(n)
    for session in _sessions(athlete).get(day, ()):
        first = session.start_s // 60
        hard[first : first + int(session.hours * 60)] = _HARD.get(session.kind, 0.74)
    return hard


def _steps(athlete, source, day, n, still) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Steps and centimetres of each minute, walking and running: errands during the day, and the activities on foot."""
    busy = exact.lag(draws.normals(source, n), 9.0) * 4.2
    walked = np.where(still | (busy < 1.5), 0, np.rint(np.clip(60.0 + 30.0 * busy, 20, 115))).astype(np.int64)
    ran = np.zeros(n, dtype=np.int64)
    for session in _sessions(athlete).get(day, ()):
        if session.sport in _ON_FOOT:
            first = session.start_s // 60
            span = slice(first, first + int(session.hours * 60))
            (walked if session.sport == "hiking" else ran)[span] = _ON_FOOT[session.sport]
    stride = round(athlete.height_m * 41)
    return {WALKING: walked, RUNNING: ran}, {WALKING: walked * stride, RUNNING: ran * (stride + 35)}


def _battery(athlete: Athlete, night: nights.Night, coming: nights.Night, minute: np.ndarray) -> np.ndarray:
    """Body battery: rises at night and falls during the day; evening levels match from day to day."""
    evening = _evening_level(athlete, night.day - timedelta(days=1))
    morning, later = min(100, evening + 20 + night.score * 2 // 3), _evening_level(athlete, night.day)
    bed = 1440 + coming.bed
    rising = evening + (morning - evening) * (minute - night.bed) // (night.wake - night.bed)
    falling = morning + (later - morning) * (minute - night.wake) // (bed - night.wake)
    again = later + (minute - bed) // 8
    level = np.where(minute < night.wake, rising, np.where(minute < bed, falling, again))
    return np.clip(level, 5, 100).astype(np.int64)


def _evening_level(athlete: Athlete, day: date) -> int:
    return draws.integer(draws.stream(athlete.seed, "evening", day.isoformat()), 8, 34)


def weight_on(athlete: Athlete, day: date) -> tuple[int | None, int | None]:
    """(grams, fat in % x 100) on the days with a weighing, about two a week; heavier with less training."""
    source = draws.stream(athlete.seed, "weight", day.isoformat())
    if not draws.chance(source, 0.3):
        return None, None
    fitness = form.form_on(athlete, day)
    kilograms = athlete.weight_kg * (1.0 + 0.5 * (0.97 - fitness)) + 0.35 * draws.normal(source)
    fat = 15.5 + 60.0 * (0.97 - fitness) + 0.3 * draws.normal(source)
    return round(kilograms * 10) * 100, round(max(fat, 6.0) * 10) * 10


def truth_of(athlete: Athlete, day: Day) -> dict[str, Any]:
    """The truth of a day, keyed by the names of the daily metrics; None where nothing was measured.

    Averages leave out what is not a measurement: heart rate 0, negative stress, breathing of 0 or less.
    """
    night = day.night
    beats, stress = day.heart_rate[day.heart_rate > 0], day.stress[day.stress >= 0]
    breath = day.respiration[day.respiration > 0]
    vigorous, moderate = int((day.intensity == 2).sum()), int((day.intensity == 1).sum())
    return {
        "day": day.day, "utc_offset_s": day.utc_offset_s, "steps": day.total(day.steps),
        "distance_m": day.total(day.centimetres) / 100, "kcal_active": day.active_kcal,
        "kcal_bmr": day.resting_kcal, "im_moderate": moderate, "im_vigorous": vigorous, "floors_up": day.floors,
        "rhr": day.resting, "hr_min": int(beats.min()), "hr_max": int(beats.max()),
        "stress_avg": int(stress.sum()) / len(stress), "bb_high": int(day.body_battery.max()),
        "bb_low": int(day.body_battery.min()), "bb_wake": int(day.body_battery[night.wake]),
        "resp_avg": int(breath.sum()) / len(breath) / 100, "sleep_score": night.score,
        "sleep_start": day.midnight + night.bed * 60, "sleep_end": day.midnight + night.wake * 60,
        "deep_s": night.minutes(nights.DEEP) * 60, "light_s": night.minutes(nights.LIGHT) * 60,
        "rem_s": night.minutes(nights.REM) * 60, "awake_s": night.minutes(nights.AWAKE) * 60,
        "sleep_s": (night.wake - night.bed - night.minutes(nights.AWAKE)) * 60,
        "hrv_last_night": night.hrv_mean / 128, "hrv_high": night.hrv_high / 128,
        "hrv_weekly": nights.hrv_weekly(athlete, day.day) / 128,
        "hrv_status": {2: "low", 3: "unbalanced", 4: "balanced"}[nights.hrv_status(athlete, day.day)],
        "weight_kg": None if day.weight_g is None else day.weight_g / 1000,
        "vo2max": None if day.vo2max is None else day.vo2max / 10, "skin_temp_dev": day.skin_deviation,
    }  # fmt: skip
