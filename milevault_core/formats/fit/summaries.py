"""Session, lap, length and set messages as the tables and totals of a Recording."""

import numpy as np
import pandas as pd

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.times import to_datetime
from milevault_core.formats.fit.words import EXERCISES, INTENSITIES, LAP_TRIGGERS, STROKES
from milevault_core.formats.fit.workouts import MOST_STEPS
from milevault_core.formats.recording import LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS

_LAP = {
    "elapsed_s": "total_elapsed_time",
    "timer_s": "total_timer_time",
    "distance_m": "total_distance",
    "ascent_m": "total_ascent",
    "descent_m": "total_descent",
    "avg_speed": "enhanced_avg_speed",
    "max_speed": "enhanced_max_speed",
    "avg_heart_rate": "avg_heart_rate",
    "max_heart_rate": "max_heart_rate",
    "avg_cadence": "avg_cadence",
    "avg_power": "avg_power",
    "max_power": "max_power",
    "calories": "total_calories",
    "workout_step": "wkt_step_index",
}
_TOTALS = {
    "elapsed_s": "total_elapsed_time", "timer_s": "total_timer_time", "moving_s": "total_moving_time",
    "distance_m": "total_distance", "ascent_m": "total_ascent", "descent_m": "total_descent",
    "calories": "total_calories", "avg_speed": "enhanced_avg_speed", "max_speed": "enhanced_max_speed",
    "avg_heart_rate": "avg_heart_rate", "max_heart_rate": "max_heart_rate", "avg_cadence": "avg_cadence",
    "max_cadence": "max_cadence", "avg_power": "avg_power", "max_power": "max_power",
    "normalized_power": "normalized_power", "avg_temperature": "avg_temperature",
    "pool_length_m": "pool_length", "training_effect": "total_training_effect",
    "tss": "training_stress_score", "intensity_factor": "intensity_factor",
    "anaerobic_training_effect": "total_anaerobic_training_effect", "device_load": "training_load_peak",
    "rpe": "workout_rpe", "feel": "workout_feel",
}  # fmt: skip
SWIMMING = 5


def numbers(table: Table, name: str) -> np.ndarray:
    """A column as float64 (n,), with NaN if there is no such column."""
    values = table.get(name)
    if values is None or values.dtype == object:
        return np.full(table.n, np.nan)
    return values if values.ndim == 1 else values[:, 0]


def starts_of(table: Table) -> np.ndarray:
    """When each lap, length or session began, in FIT seconds; if it does not say, its end minus its duration."""
    starts = numbers(table, "start_time")
    missing = np.isnan(starts)
    if missing.any():
        lasted = np.nan_to_num(numbers(table, "total_elapsed_time"))
        starts = np.where(missing, numbers(table, "timestamp") - lasted, starts)
    return starts


def laps(table: Table) -> pd.DataFrame:
    """Lap messages as a table with LAP_COLUMNS."""
    columns = {"start_time": to_datetime(starts_of(table))}
    for name, field in _LAP.items():
        columns[name] = numbers(table, field)
    columns["avg_cadence"] = columns["avg_cadence"] + np.nan_to_num(numbers(table, "avg_fractional_cadence"))
    step = columns["workout_step"]
    columns["workout_step"] = np.where(step <= MOST_STEPS, step, np.nan)
    columns["trigger"] = named(numbers(table, "lap_trigger"), LAP_TRIGGERS)
    columns["intensity"] = named(numbers(table, "intensity"), INTENSITIES)
    return frame(columns, LAP_COLUMNS)


def lengths(table: Table) -> pd.DataFrame:
    """Length messages of a pool swim as a table with LENGTH_COLUMNS."""
    kind = numbers(table, "length_type")
    columns = {
        "start_time": to_datetime(starts_of(table)),
        "elapsed_s": numbers(table, "total_elapsed_time"),
        "timer_s": numbers(table, "total_timer_time"),
        "strokes": numbers(table, "total_strokes"),
        "stroke": named(numbers(table, "swim_stroke"), STROKES),
        "is_active": np.array([None if np.isnan(k) else bool(k == 1) for k in kind], object),
    }
    return frame(columns, LENGTH_COLUMNS)


def sets(table: Table) -> pd.DataFrame:
    """Set messages of strength training as a table with SET_COLUMNS; `exercise` is the first category given."""
    kind = numbers(table, "set_type")
    starts = numbers(table, "start_time")
    ends = numbers(table, "timestamp")
    duration = numbers(table, "duration")
    starts = np.where(np.isnan(starts), ends - np.nan_to_num(duration), starts)
    columns = {
        "start_time": to_datetime(starts),
        "duration_s": duration,
        "repetitions": numbers(table, "repetitions"),
        "weight_kg": numbers(table, "weight"),
        "exercise": named(numbers(table, "category"), EXERCISES),
        "is_active": np.array([None if np.isnan(k) else bool(k == 1) for k in kind], object),
    }
    return frame(columns, SET_COLUMNS)


def totals(session: dict) -> dict[str, float]:
    """The figures in a session message for the whole activity, by the names of TOTALS, as far as present."""
    found = {
        ours: float(session[field])
        for ours, field in _TOTALS.items()
        if isinstance(session.get(field), int | float)
    }
    if "avg_cadence" in found:
        found["avg_cadence"] += session.get("avg_fractional_cadence", 0)
    if "rpe" in found:  # the file stores it from 0 to 100
        found["rpe"] /= 10
    if session.get("sport") == SWIMMING and "total_cycles" in session:
        found["strokes"] = float(session["total_cycles"])
    return found


_EMPTY: dict[tuple[str, ...], pd.DataFrame] = {
    names: pd.DataFrame(columns=list(names)) for names in (LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS)
}


def empty(names: tuple[str, ...]) -> pd.DataFrame:
    """A table with these columns and no rows; copying it is ten times faster than making a new one."""
    return _EMPTY[names].copy()


def lap_of_points(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """One lap over all points of a track, for a file without a lap of its own. columns: those of the track, (n,)
    each."""
    time = columns["time"][~np.isnat(columns["time"])]
    lap: dict[str, object] = {
        "start_time": time.min(),
        "elapsed_s": (time.max() - time.min()) / np.timedelta64(1, "s"),
    }
    distance = columns.get("distance", np.empty(0))
    distance = distance[~np.isnan(distance)]
    if len(distance):
        lap["distance_m"] = distance[-1] - distance[0]
    for name in ("heart_rate", "cadence", "power"):
        values = columns.get(name, np.empty(0))
        values = values[~np.isnan(values)]
        if len(values):
            lap[f"avg_{name}"], lap[f"max_{name}"] = values.mean(), values.max()
    made = {n: np.array([lap.get(n, np.nan)], float) for n in _LAP}
    made |= {"start_time": np.array([lap["start_time"]], "datetime64[us]")}
    made |= {n: np.array([None], object) for n in ("trigger", "intensity")}
    return frame(made, LAP_COLUMNS)


def named(values: np.ndarray, words: dict[int, str]) -> np.ndarray:
    """The words of an enumeration, (n,); None where it is missing, the number as text if it has no word."""
    return np.array([None if v != v else words.get(int(v), str(int(v))) for v in values.tolist()], object)


def frame(columns: dict, names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: columns[name] for name in names}, copy=False)
