"""An activity as the FIT file that the watch would have written; takes about a millisecond for an hour."""

import numpy as np

from milevault_core.demo import form
from milevault_core.demo import laps as lap_figures
from milevault_core.demo.fit_encode import FIT_EPOCH, definition, file, messages, rows
from milevault_core.demo.gps import MISSING
from milevault_core.demo.made import Activity

SERIAL = 3_900_000_001
_SPORTS = {"running": 1, "cycling": 2, "swimming": 5, "strength": 10, "hiking": 17}
_SUB_SPORTS = {
    "": 0, "treadmill": 1, "track": 4, "indoor_cycling": 6, "road": 7, "lap_swimming": 17, "open_water": 18,
    "strength_training": 20, "commuting": 48,
}  # fmt: skip
_STROKES = {"freestyle": 0, "backstroke": 1, "breaststroke": 2, "butterfly": 3}
# FIT's exercise categories
_EXERCISES = {"bench_press": 0, "deadlift": 8, "lunge": 17, "plank": 19, "row": 23, "squat": 28}
_RECORD = {
    "lat": (0, "sint32"), "lon": (1, "sint32"), "distance": (5, "uint32"), "altitude": (78, "uint32"),
    "speed": (73, "uint32"), "heart_rate": (3, "uint8"), "cadence": (4, "uint8"), "power": (7, "uint16"),
    "temperature": (13, "sint8"),
}  # fmt: skip
# name in laps.py: (field of a lap, field of the session, base type)
_FIGURES = {
    "elapsed_ms": (7, 7, "uint32"), "timer_ms": (8, 8, "uint32"), "distance_cm": (9, 9, "uint32"),
    "calories": (11, 11, "uint16"), "avg_speed": (110, 124, "uint32"), "max_speed": (111, 125, "uint32"),
    "avg_heart_rate": (15, 16, "uint8"), "max_heart_rate": (16, 17, "uint8"), "avg_cadence": (17, 18, "uint8"),
    "max_cadence": (18, 19, "uint8"), "avg_power": (19, 20, "uint16"), "max_power": (20, 21, "uint16"),
    "ascent_m": (21, 22, "uint16"), "descent_m": (22, 23, "uint16"), "avg_temperature": (50, 57, "sint8"),
    "pool_length_cm": (0, 44, "uint16"),
}  # fmt: skip
_TIMER, _START, _STOP, _STOP_ALL = 0, 0, 1, 4


def write_activity(made: Activity) -> bytes:
    """The FIT file of an activity."""
    t0 = made.start - FIT_EPOCH
    end = t0 + made.elapsed_s
    parts = [
        messages(0, 0, [(0, "enum", 4), (1, "uint16", 1), (2, "uint16", made.device.product),
                        (3, "uint32z", SERIAL), (4, "uint32", t0)]),
        messages(1, 23, [(253, "uint32", t0), (3, "uint32z", SERIAL), (2, "uint16", 1),
                         (4, "uint16", made.device.product), (5, "uint16", 1310), (0, "uint8", 0)]),
        *_settings(made, t0),
        *_points(made, t0),
        _laps(made, t0),
    ]  # fmt: skip
    if made.lengths:
        parts.append(_lengths(made, t0))
    if made.sets:
        parts.append(_sets(made, t0))
    parts.append(_session(made, t0, end))
    local = end + made.utc_offset_s
    parts.append(
        messages(8, 34, [(253, "uint32", end), (5, "uint32", local), (0, "uint32", made.timer_s * 1000),
                         (1, "uint16", 1), (2, "enum", 0), (3, "enum", 26), (4, "enum", 1)])
    )  # fmt: skip
    return file(b"".join(parts))


def _settings(made: Activity, t0: int) -> list[bytes]:
    """What the watch knows about its owner: thresholds as of the beginning of the month."""
    athlete, day = made.athlete, made.session.day
    if not athlete.tells_settings:
        return []
    fit = form.form_on(athlete, day.replace(day=1))
    watts, pace = 5 * round(athlete.threshold_power * fit / 5), round(10 * athlete.threshold_speed * fit) * 10
    heart = athlete.max_heart_rate - 19
    return [
        messages(9, 3, [(1, "enum", 1), (3, "uint8", round(athlete.height_m * 100)),
                        (4, "uint16", round(athlete.weight_kg * 10)),
                        (8, "uint8", form.resting_on(athlete, day.replace(day=1)))]),
        messages(10, 7, [(1, "uint8", athlete.max_heart_rate), (2, "uint8", heart),
                         *([(3, "uint16", watts)] if made.session.sport == "cycling" else [])]),
        *([messages(11, 140, [(253, "uint32", t0), (14, "uint8", heart), (15, "uint16", pace)])]
          if made.session.sport == "running" else []),
    ]  # fmt: skip


def _points(made: Activity, t0: int) -> list[bytes]:
    """Records in order of time, with the timer's starts and stops between them."""
    names = [name for name in _RECORD if name in made.columns]
    fields = [(253, "uint32"), *(_RECORD[name] for name in names)]
    records = rows(2, fields, [made.seconds + t0, *(made.columns[name] for name in names)])
    event = [(253, "uint32"), (0, "enum"), (1, "enum")]
    parts = [definition(3, 21, event), definition(2, 20, fields)]
    for k, (go, stop) in enumerate(made.timer):
        last = k == len(made.timer) - 1
        # The sample of the second in which the timer stops comes before the stop, as watches write it.
        a, b = np.searchsorted(made.seconds, [go, stop + 1])
        parts.append(rows(3, event, [t0 + go, _TIMER, _START]).tobytes())
        parts.append(records[a:b].tobytes())
        parts.append(rows(3, event, [t0 + stop, _TIMER, _STOP_ALL if last else _STOP]).tobytes())
    return parts


def _laps(made: Activity, t0: int) -> bytes:
    found = lap_figures.laps(made)
    n = len(found["start"])
    named = [(254, "uint16", np.arange(n)), (253, "uint32", found["end"] + t0), (2, "uint32", found["start"] + t0),
             (0, "enum", 9), (1, "enum", 1), (24, "enum", found["trigger"]), (23, "enum", found["intensity"]),
             (25, "enum", _SPORTS[made.session.sport])]  # fmt: skip
    named += [(_FIGURES[k][0], _FIGURES[k][2], v) for k, v in found.items() if k in _FIGURES]
    return messages(4, 19, named)


def _session(made: Activity, t0: int, end: int) -> bytes:
    named = [(254, "uint16", 0), (253, "uint32", end), (2, "uint32", t0), (0, "enum", 8), (1, "enum", 1),
             (5, "enum", _SPORTS[made.session.sport]), (6, "enum", _SUB_SPORTS[made.sub_sport]),
             (25, "uint16", 0), (26, "uint16", len(made.lap_marks))]  # fmt: skip
    named += [(_FIGURES[k][1], _FIGURES[k][2], v) for k, v in lap_figures.totals(made).items()]
    if made.lengths:
        active = sum(1 for one in made.lengths if one[4])
        named += [(46, "enum", 0), (33, "uint16", len(made.lengths)), (47, "uint16", active)]
    return messages(7, 18, named)


def _lengths(made: Activity, t0: int) -> bytes:
    start, took, strokes, stroke, active = (list(column) for column in zip(*made.lengths, strict=True))
    at, lasted, on = np.array(start), np.array(took), np.array(active)
    swum = np.array([MISSING if not a else n for n, a in zip(strokes, active, strict=True)])
    style = np.array([_STROKES.get(name, MISSING) for name in stroke])
    speed = np.where(on, round(made.pool_length_m * 1000) // lasted, MISSING)
    return messages(5, 101, [
        (254, "uint16", np.arange(len(at))), (253, "uint32", at + lasted + t0), (2, "uint32", at + t0),
        (3, "uint32", lasted * 1000), (4, "uint32", lasted * 1000), (5, "uint16", swum), (6, "uint16", speed),
        (0, "enum", 28), (1, "enum", 1), (7, "enum", style), (12, "enum", on.astype(np.int64)),
    ])  # fmt: skip


def _sets(made: Activity, t0: int) -> bytes:
    start, took, repetitions, kg, exercise, active = (list(column) for column in zip(*made.sets, strict=True))
    at, lasted = np.array(start), np.array(took)
    return messages(6, 225, [
        (254, "uint32", at + lasted + t0), (0, "uint32", lasted * 1000), (6, "uint32", at + t0),
        (3, "uint16", np.array([MISSING if n is None else n for n in repetitions])),
        (4, "uint16", np.array([MISSING if w is None else round(w * 16) for w in kg])),
        (7, "uint16", np.array([_EXERCISES.get(name, MISSING) for name in exercise])),
        (9, "uint16", 1), (10, "uint16", np.arange(len(at))), (5, "uint8", np.array(active).astype(np.int64)),
    ])  # fmt: skip
