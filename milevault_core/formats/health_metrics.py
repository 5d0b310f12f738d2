"""The daily metrics: their names in the data, their units, and the range of values that can be real."""

from typing import NamedTuple


class Metric(NamedTuple):
    """`low`, `high`: values outside are not measurements. `is_additive`: the day's value is a sum, not an average."""

    unit: str
    low: float
    high: float
    is_additive: bool = False


METRICS: dict[str, Metric] = {
    # series
    "hr": Metric("bpm", 20, 250),
    "stress": Metric("", 0, 100),
    "body_battery": Metric("", 0, 100),
    "respiration": Metric("breaths/min", 1, 80),
    "spo2": Metric("%", 50, 100),
    "hrv": Metric("ms", 1, 500),
    "hrv_sdnn": Metric("ms", 1, 500),  # Apple's; must not be mixed with the RMSSD of other makers
    # totals of a day
    "steps": Metric("", 0, 500_000, True),
    "distance_m": Metric("m", 0, 1_000_000, True),
    "kcal_active": Metric("kcal", 0, 30_000, True),
    "kcal_bmr": Metric("kcal", 0, 10_000, True),
    "kcal_total": Metric("kcal", 0, 40_000, True),
    "im_moderate": Metric("min", 0, 1_500, True),
    "im_vigorous": Metric("min", 0, 1_500, True),
    "floors_up": Metric("", 0, 10_000, True),
    "hydration_ml": Metric("mL", 0, 50_000, True),
    # a day
    "rhr": Metric("bpm", 20, 150),
    "rhr_week": Metric("bpm", 20, 150),
    "hr_min": Metric("bpm", 20, 250),
    "hr_max": Metric("bpm", 20, 250),
    "stress_avg": Metric("", 0, 100),
    "stress_max": Metric("", 0, 100),
    "bb_high": Metric("", 0, 100),
    "bb_low": Metric("", 0, 100),
    "bb_wake": Metric("", 0, 100),
    "resp_avg": Metric("breaths/min", 1, 80),
    "spo2_avg": Metric("%", 50, 100),
    "spo2_low": Metric("%", 50, 100),
    # a night
    "sleep_s": Metric("s", 0, 100_000, True),
    "sleep_score": Metric("", 0, 100),
    "sleep_stress": Metric("", 0, 100),
    "awakenings": Metric("", 0, 200, True),
    "hrv_last_night": Metric("ms", 1, 500),
    "hrv_high": Metric("ms", 1, 500),
    "hrv_weekly": Metric("ms", 1, 500),
    "hrv_base_low": Metric("ms", 1, 500),
    "hrv_balanced_low": Metric("ms", 1, 500),
    "hrv_balanced_high": Metric("ms", 1, 500),
    "hrv_status": Metric("", 0, 4),  # HRV_STATUS
    "skin_temp_dev": Metric("°C", -20, 20),
    "skin_temp_dev_week": Metric("°C", -20, 20),
    "skin_temp": Metric("°C", 10, 45),
    # fitness and body
    "vo2max": Metric("mL/kg/min", 10, 100),
    "vo2max_cycling": Metric("mL/kg/min", 10, 100),
    "readiness": Metric("", 0, 100),
    "weight_kg": Metric("kg", 2, 500),
    "fat_pct": Metric("%", 1, 80),
    "water_pct": Metric("%", 1, 99),
    "muscle_kg": Metric("kg", 0.5, 200),
    "bone_kg": Metric("kg", 0.1, 30),
    "bmi": Metric("kg/m²", 5, 150),
    "bp_systolic": Metric("mmHg", 40, 300),
    "bp_diastolic": Metric("mmHg", 20, 200),
    "training_status": Metric("", 0, 9),  # TRAINING_STATUS
    "cycle_day": Metric("", 1, 120),
    "cycle_phase": Metric("", 0, 3),  # CYCLE_PHASE
}
DIFFERENCES = frozenset(("skin_temp_dev", "skin_temp_dev_week"))  # of temperatures
# Large whole numbers: in a table, "8.625" steps more likely means 8,625.
WHOLE = frozenset(("steps", "kcal_active", "kcal_bmr", "kcal_total", "hydration_ml"))
# Metrics sampled through the day. A metric's position is its number in the database, so the order must never change.
SERIES = ("hr", "stress", "body_battery", "respiration", "spo2", "hrv", "hrv_sdnn")
# Metrics with one value a day, in the order of the columns; new ones are added at the end, with a migration.
DAILY = tuple(name for name in METRICS if name not in SERIES or name == "hrv_sdnn")
HRV_STATUS = ("none", "poor", "low", "unbalanced", "balanced")
# Programs that read Garmin's numbers for the training status disagree about their meaning; Garmin's words are clear.
TRAINING_STATUS = ("no status", "detraining", "overreaching", "strained", "unproductive", "recovery", "maintaining",
                   "productive", "peaking", "paused")  # fmt: skip
CYCLE_PHASE = ("menstruation", "follicular", "fertile window", "luteal")
CYCLE = frozenset(("cycle_day", "cycle_phase"))  # shown only to people who asked for it
FLOOR_M = 3.048  # watches count ten feet as a floor


def is_meant(metric: str, value: float) -> bool:
    """Whether a value of a known metric can be a measurement."""
    return METRICS[metric].low <= value <= METRICS[metric].high
