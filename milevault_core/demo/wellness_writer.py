"""A day as the FIT files that a watch syncs: monitoring, sleep, HRV status, metrics, skin temperature, weight.

They have the traps of real files: 16-bit times that overflow, counters per activity type that count from midnight and
are written twice at midnight (the sample of 00:00:00 belongs to the day that ends), the activity type in a field of its
own or packed with the intensity, and numbers that mean "not measured".
"""

from datetime import timedelta

import numpy as np

from milevault_core.demo import nights
from milevault_core.demo.fit_encode import FIT_EPOCH, definition, file, messages, rows
from milevault_core.demo.fit_writer import SERIAL
from milevault_core.demo.gps import MISSING
from milevault_core.demo.health import RUNNING, WALKING, Athlete, Day, day_of

MONITORING, SLEEP, HRV_STATUS, METRICS, SKIN_TEMPERATURE, WEIGHT = 32, 49, 68, 44, 73, 9
_QUARTER = 15  # minutes between the counters' messages
_TYPES = (WALKING, RUNNING)


def write_day(athlete: Athlete, day: Day) -> dict[str, bytes]:
    """The FIT files of a day, keyed by the end of their names ("WELLNESS", "SLEEP_DATA" …)."""
    files = {
        "WELLNESS": _monitoring(athlete, day), "SLEEP_DATA": _sleep(day), "HRV_STATUS": _hrv(athlete, day),
        "SKIN_TEMP": _skin(day),
    }  # fmt: skip
    if day.vo2max is not None:
        files["METRICS"] = _metrics(day)
    if day.weight_g is not None:
        files["WEIGHT"] = _weight(day)
    return files


def _file_id(kind: int, second: int) -> bytes:
    return messages(0, 0, [(0, "enum", kind), (1, "uint16", 1), (2, "uint16", 4315), (3, "uint32z", SERIAL),
                           (4, "uint32", second)])  # fmt: skip


def _monitoring(athlete: Athlete, day: Day) -> bytes:
    t0 = day.midnight - FIT_EPOCH
    minute = np.arange(day.minutes)
    parts = [
        _file_id(MONITORING, t0),
        messages(1, 103, [(253, "uint32", t0), (0, "uint32", t0 + day.utc_offset_s), (5, "uint16", day.resting_kcal)]),
        _opening(athlete, day, t0),
        *_counters(day, t0),
        _intensity(day, t0),
        messages(7, 211, [(253, "uint32", t0 + 5_280), (0, "uint8", day.resting_week), (1, "uint8", day.resting + 12)]),
        messages(7, 211, [(253, "uint32", t0 + 36_000), (0, "uint8", day.resting_week), (1, "uint8", day.resting)]),
        messages(8, 227, [(0, "sint16", day.stress), (1, "uint32", t0 + minute * 60 + 60),
                          (3, "uint8", day.body_battery)]),
        messages(9, 297, [(253, "uint32", t0 + minute * 60 + 60), (0, "sint16", day.respiration)]),
    ]  # fmt: skip
    return file(b"".join(parts))


def _opening(athlete: Athlete, day: Day, t0: int) -> bytes:
    """The counters of the day before once more, exactly at midnight."""
    if day.day == athlete.last_day - timedelta(days=athlete.health_days - 1):
        return b""  # the first day with this watch
    before = day_of(athlete, day.day - timedelta(days=1))
    if before.midnight + before.minutes * 60 != day.midnight:
        return b""  # a journey in between
    own = [(t0, kind, int(before.steps[kind].sum()), int(before.centimetres[kind].sum())) for kind in _TYPES]
    at, kinds, steps, way = (np.array(column) for column in zip(*own, strict=True))
    return messages(6, 55, [(253, "uint32", at), (5, "enum", kinds), (3, "uint32", steps), (2, "uint32", way),
                            (19, "uint16", np.array([before.active_kcal, 0]))])  # fmt: skip


def _counters(day: Day, t0: int) -> list[bytes]:
    """Counters every quarter of an hour, and in between the heart rate of each minute with a 16-bit time."""
    second = t0 + (np.arange(day.minutes) + 1) * 60
    beat = [(26, "uint16"), (27, "uint8")]
    hearts = rows(2, beat, [second & 0xFFFF, day.heart_rate])
    own = [(253, "uint32"), (5, "enum"), (3, "uint32"), (2, "uint32"), (19, "uint16")]
    packed = [(253, "uint32"), (24, "byte"), (3, "uint32"), (2, "uint32")]
    marks = np.append(np.arange(_QUARTER, day.minutes, _QUARTER), day.minutes)
    parts = [definition(2, 55, beat), definition(3, 55, own), definition(4, 55, packed)]
    steps = {kind: np.cumsum(day.steps[kind])[marks - 1] for kind in _TYPES}
    way = {kind: np.cumsum(day.centimetres[kind])[marks - 1] for kind in _TYPES}
    kcal = day.active_kcal * marks // day.minutes
    at = t0 + marks * 60
    walk = rows(3, own, [at, WALKING, steps[WALKING], way[WALKING], kcal])
    # Running, as some watches write it: the type in the low five bits, the intensity in the high three.
    run = rows(4, packed, [at, RUNNING | 3 << 5, steps[RUNNING], way[RUNNING]])
    begun = 0
    for k, mark in enumerate(marks.tolist()):
        parts.append(hearts[begun:mark].tobytes())
        parts.append(walk[k : k + 1].tobytes())
        if steps[RUNNING][k]:
            parts.append(run[k : k + 1].tobytes())
        begun = mark
    return parts


def _intensity(day: Day, t0: int) -> bytes:
    """Minutes of moderate and vigorous activity since the last such message."""
    marks = np.append(np.arange(60, day.minutes, 60), day.minutes)
    counted = []
    for level in (1, 2):
        total = np.cumsum(day.intensity == level)[marks - 1]
        counted.append(np.diff(total, prepend=0))
    some = (counted[0] + counted[1]) > 0
    if not some.any():
        return b""
    return messages(5, 55, [(253, "uint32", t0 + marks[some] * 60), (33, "uint16", counted[0][some]),
                            (34, "uint16", counted[1][some])])  # fmt: skip


def _sleep(day: Day) -> bytes:
    night, t0 = day.night, day.midnight - FIT_EPOCH
    begins = np.array([minute for minute, _ in night.stages] + [night.wake])
    kinds = np.array([stage for _, stage in night.stages] + [nights.AWAKE])
    wake = t0 + night.wake * 60
    score = night.score
    parts = [
        _file_id(SLEEP, wake),
        messages(1, 21, [(253, "uint32", t0 + night.bed * 60), (0, "enum", 74), (1, "enum", 0)]),
        messages(2, 275, [(253, "uint32", t0 + begins * 60), (0, "enum", kinds)]),
        messages(3, 21, [(253, "uint32", wake), (0, "enum", 74), (1, "enum", 1)]),
        messages(4, 346, [(6, "uint8", score), (4, "uint8", min(100, score + 6)), (3, "uint8", max(1, score - 8)),
                          (9, "uint8", score), (11, "uint8", night.awakenings), (15, "uint16", 1450)]),
    ]  # fmt: skip
    return file(b"".join(parts))


def _hrv(athlete: Athlete, day: Day) -> bytes:
    night, t0 = day.night, day.midnight - FIT_EPOCH
    wake = t0 + night.wake * 60
    low, lower, upper = nights.hrv_baseline(athlete, day.day)
    at = t0 + night.bed * 60 + 300 * (np.arange(len(night.hrv)) + 1)
    return file(b"".join([
        _file_id(HRV_STATUS, wake),
        messages(1, 371, [(253, "uint32", at), (0, "uint16", night.hrv)]),
        messages(2, 370, [(253, "uint32", wake), (0, "uint16", nights.hrv_weekly(athlete, day.day)),
                          (1, "uint16", night.hrv_mean), (2, "uint16", night.hrv_high), (3, "uint16", low),
                          (4, "uint16", lower), (5, "uint16", upper),
                          (6, "enum", nights.hrv_status(athlete, day.day))]),
    ]))  # fmt: skip


def _skin(day: Day) -> bytes:
    wake = day.midnight - FIT_EPOCH + day.night.wake * 60
    named = [
        (253, "uint32", wake),
        (0, "uint32", wake + day.utc_offset_s),
        (1, "float32", day.skin_deviation),
        (4, "float32", 33.5 + day.skin_deviation),
    ]
    return file(_file_id(SKIN_TEMPERATURE, wake) + messages(1, 398, named))


def _metrics(day: Day) -> bytes:
    t = day.midnight - FIT_EPOCH + 72_000
    early = messages(1, 229, [(0, "uint32", t - 3600), (2, "uint16", (day.vo2max or 0) - 4), (5, "enum", 1)])
    late = messages(1, 229, [(0, "uint32", t), (2, "uint16", day.vo2max or MISSING), (5, "enum", 1)])
    return file(_file_id(METRICS, t) + early + late)


def _weight(day: Day) -> bytes:
    t = day.midnight - FIT_EPOCH + day.night.wake * 60 + 600
    grams = day.weight_g or MISSING
    return file(
        _file_id(WEIGHT, t)
        + messages(1, 30, [(253, "uint32", t), (0, "uint16", grams // 10), (1, "uint16", day.body_fat or MISSING)])
    )  # fmt: skip
