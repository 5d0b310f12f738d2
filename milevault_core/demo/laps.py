"""Laps and totals as the watch writes them: whole numbers, computed from the recorded points."""

import numpy as np

from milevault_core.demo import exact
from milevault_core.demo.made import Activity

TRIGGERS = {"manual": 0, "time": 1, "distance": 2, "session_end": 7}
INTENSITIES = {"active": 0, "rest": 1, "warmup": 2, "cooldown": 3}


def laps(made: Activity) -> dict[str, np.ndarray]:
    """One value per lap: start, end (s since the start), elapsed_ms, timer_ms, distance_cm, ascent_m, descent_m,
    avg_/max_speed (mm/s), avg_/max_heart_rate, avg_cadence, avg_/max_power, trigger, intensity (FIT's numbers). What
    was not measured is left out."""
    ends = np.array([second for second, _, _ in made.lap_marks])
    starts = np.concatenate([[0], ends[:-1]])
    first = np.searchsorted(made.seconds, starts)
    last = np.searchsorted(made.seconds, ends)
    count = np.diff(np.append(first, len(made.seconds)))
    on = np.array(made.timer)
    ran = np.minimum(on[:, 1], ends[:, None]) - np.maximum(on[:, 0], starts[:, None])
    timer = np.maximum(ran, 0).sum(axis=1)
    found = {"start": starts, "end": ends, "elapsed_ms": (ends - starts) * 1000, "timer_ms": timer * 1000}
    if "distance" in made.columns:
        distance = made.columns["distance"][last] - made.columns["distance"][first]
        found["distance_cm"] = distance
        found["avg_speed"] = distance * 10 // np.maximum(timer, 1)
        found["max_speed"] = np.maximum.reduceat(made.columns["speed"], first)
    for name in ("heart_rate", "cadence", "power"):
        if name in made.columns:
            values = made.columns[name]
            found[f"avg_{name}"] = np.add.reduceat(values, first) // count
            if name != "cadence":
                found[f"max_{name}"] = np.maximum.reduceat(values, first)
    if made.climb is not None and "altitude" in made.columns:
        along = made.columns["distance"] / 100.0
        for name, total in (("ascent_m", made.climb[1]), ("descent_m", made.climb[2])):
            at = np.rint(exact.lerp(along, made.climb[0], total)).astype(np.int64)
            found[name] = at[last] - at[first]
    found["trigger"] = np.array([TRIGGERS[trigger] for _, trigger, _ in made.lap_marks])
    found["intensity"] = np.array([INTENSITIES[kind] for _, _, kind in made.lap_marks])
    return found


def totals(made: Activity) -> dict[str, int]:
    """The same for the whole activity, and calories, avg_temperature, pool_length_cm, strokes."""
    columns, n = made.columns, len(made.seconds)
    found = {"elapsed_ms": made.elapsed_s * 1000, "timer_ms": made.timer_s * 1000, "calories": made.calories}
    if "distance" in columns:
        found["distance_cm"] = int(columns["distance"][-1])
        found["avg_speed"] = found["distance_cm"] * 10 // max(made.timer_s, 1)
        found["max_speed"] = int(columns["speed"].max())
    for name in ("heart_rate", "cadence", "power"):
        if name in columns:
            found[f"avg_{name}"] = int(columns[name].sum()) // n
            found[f"max_{name}"] = int(columns[name].max())
    if "temperature" in columns:
        found["avg_temperature"] = int(columns["temperature"].sum()) // n
    if made.climb is not None and "altitude" in columns:
        found["ascent_m"], found["descent_m"] = round(made.ascent_m), round(made.descent_m)
    if made.pool_length_m:
        found["pool_length_cm"] = round(made.pool_length_m * 100)
    return found
