"""The quantities of health for display: label, unit, colour, and where daily values and samples come from."""

import math
from dataclasses import dataclass

from milevault_core.formats.health_metrics import CYCLE_PHASE, HRV_STATUS, TRAINING_STATUS
from milevault_core.health.normal import normal_band
from milevault_core.view import format as fmt
from milevault_core.view.format import MISSING, Units


@dataclass(frozen=True)
class Quantity:
    """`day`: the daily metric, `low` and `high` its range on that day; `series`: its samples; `band`: the device's
    normal range; `sum_of`: metrics that are added up, with weights, instead of `day`; `possible`: no value lies
    outside this range."""

    label: str
    unit: str
    colour: str
    day: str
    series: str = ""
    low: str = ""
    high: str = ""
    band: tuple[str, str] = ("", "")
    decimals: int = 0
    scale: float = 1.0
    is_total: bool = False
    is_up_good: bool | None = None
    day_label: str = ""  # if the daily value is something other than the samples
    sum_of: tuple[tuple[str, float], ...] = ()
    possible: tuple[float, float] = (0.0, math.inf)

    @property
    def days(self) -> tuple[str, ...]:
        """The daily metrics that it needs."""
        parts = tuple(name for name, _ in self.sum_of)
        return tuple(name for name in (self.day, self.low, self.high, *self.band, *parts) if name)


# The colours have a contrast of 3 or more on both backgrounds.
RED, BLUE, GREEN, ORANGE, VIOLET, GREY, PINK = (
    "#e5484d", "#2f7fe0", "#0f9580", "#c2700f", "#9168e0", "#7487a3", "#d6487e",
)  # fmt: skip
PER_CENT = (0.0, 100.0)
QUANTITIES: dict[str, Quantity] = {
    "rhr": Quantity("Resting heart rate", "bpm", RED, "rhr", is_up_good=False),
    "hrv": Quantity("HRV", "ms", BLUE, "hrv_last_night", "hrv", band=("hrv_balanced_low", "hrv_balanced_high"),
                    is_up_good=True, day_label="mean of the night"),
    "hrv_sdnn": Quantity("HRV (SDNN)", "ms", BLUE, "hrv_sdnn", "hrv_sdnn", is_up_good=True),
    "sleep": Quantity("Sleep", "h", VIOLET, "sleep_s", scale=1 / 3600, decimals=1, is_up_good=True),
    "sleep_score": Quantity("Sleep score", "", VIOLET, "sleep_score", is_up_good=True, possible=PER_CENT),
    "hr": Quantity("Heart rate", "bpm", PINK, "rhr", "hr", "hr_min", "hr_max",
                   day_label="resting, with the day’s lowest and highest"),
    "stress": Quantity("Stress", "", ORANGE, "stress_avg", "stress", high="stress_max", is_up_good=False,
                       possible=PER_CENT),
    "body_battery": Quantity("Body battery", "", GREEN, "bb_wake", "body_battery", "bb_low", "bb_high",
                             is_up_good=True, day_label="at waking up, with the day’s lowest and highest",
                             possible=PER_CENT),
    "spo2": Quantity("SpO2", "%", BLUE, "spo2_avg", "spo2", "spo2_low", decimals=1, is_up_good=True, possible=PER_CENT),
    "respiration": Quantity("Respiration", "/min", GREEN, "resp_avg", "respiration", decimals=1),
    "skin": Quantity("Skin temperature", "°C", ORANGE, "skin_temp_dev", decimals=1,
                     day_label="against your usual", possible=(-math.inf, math.inf)),
    "steps": Quantity("Steps", "", GREEN, "steps", is_total=True, is_up_good=True),
    "intensity": Quantity("Intensity minutes", "min", ORANGE, "", is_total=True, is_up_good=True,
                          day_label="moderate, and twice the vigorous",
                          sum_of=(("im_moderate", 1.0), ("im_vigorous", 2.0))),
    "floors": Quantity("Floors climbed", "", GREY, "floors_up", is_total=True),
    "calories": Quantity("Active calories", "kcal", RED, "kcal_active", is_total=True),
    "vo2max": Quantity("VO₂max", "mL/kg/min", BLUE, "vo2max", decimals=1, is_up_good=True),
    "vo2max_cycling": Quantity("VO₂max, cycling", "mL/kg/min", BLUE, "vo2max_cycling", decimals=1, is_up_good=True),
    "readiness": Quantity("Training readiness", "", BLUE, "readiness", is_up_good=True, possible=PER_CENT),
    "weight": Quantity("Weight", "kg", GREY, "weight_kg", decimals=1),
    "fat": Quantity("Fat", "%", ORANGE, "fat_pct", decimals=1, possible=PER_CENT),
    "hydration": Quantity("Fluids", "mL", BLUE, "hydration_ml", is_total=True),
}  # fmt: skip
METRIC_LABELS = {
    "steps": "Steps", "distance_m": "Distance, m", "kcal_active": "Active calories, kcal",
    "kcal_bmr": "Calories at rest, kcal", "kcal_total": "Calories, kcal", "im_moderate": "Moderate minutes",
    "im_vigorous": "Vigorous minutes", "floors_up": "Floors climbed", "hydration_ml": "Fluids, mL",
    "rhr": "Resting heart rate, bpm", "rhr_week": "Resting heart rate of 7 days, bpm",
    "hr_min": "Lowest heart rate, bpm", "hr_max": "Highest heart rate, bpm", "stress_avg": "Stress, mean",
    "stress_max": "Stress, highest", "bb_high": "Body battery, highest", "bb_low": "Body battery, lowest",
    "bb_wake": "Body battery at waking up", "resp_avg": "Respiration, /min", "spo2_avg": "SpO2, %",
    "spo2_low": "SpO2, lowest, %", "sleep_s": "Asleep", "sleep_score": "Sleep score",
    "sleep_stress": "Stress asleep", "awakenings": "Awakenings", "hrv_last_night": "HRV of the night, ms",
    "hrv_high": "HRV, highest, ms", "hrv_weekly": "HRV of 7 nights, ms", "hrv_base_low": "HRV, low below, ms",
    "hrv_balanced_low": "HRV, balanced from, ms", "hrv_balanced_high": "HRV, balanced to, ms",
    "hrv_status": "HRV status", "hrv_sdnn": "HRV (SDNN), ms", "skin_temp_dev": "Skin temperature against usual, °C",
    "skin_temp_dev_week": "Skin temperature against usual, 7 nights, °C", "skin_temp": "Skin temperature, °C",
    "vo2max": "VO₂max", "vo2max_cycling": "VO₂max, cycling", "readiness": "Training readiness",
    "weight_kg": "Weight, kg", "fat_pct": "Fat, %", "water_pct": "Water, %", "muscle_kg": "Muscle, kg",
    "bone_kg": "Bone, kg", "bmi": "BMI", "bp_systolic": "Systolic, mmHg", "bp_diastolic": "Diastolic, mmHg",
    "training_status": "Training status", "cycle_day": "Day of the cycle", "cycle_phase": "Phase of the cycle",
}  # fmt: skip
# Metrics whose values are numbers that stand for words.
WORDS = {"hrv_status": HRV_STATUS, "training_status": TRAINING_STATUS, "cycle_phase": CYCLE_PHASE}
SOURCES = {
    "manual": "Entered by you", "garmin_connect": "Garmin Connect", "garmin_export": "Garmin’s account export",
    "fit": "Files of the watch", "csv": "A table", "withings": "Withings", "oura": "Oura", "fitbit": "Fitbit",
    "apple": "Apple Health",
}  # fmt: skip


def in_units(name: str, units: Units) -> Quantity:
    """A quantity in the user's units."""
    found = QUANTITIES[name]
    if name == "weight" and units.weight != "kg":
        return _with(found, unit=units.weight, scale=1 / units.weight_kg)
    if name == "skin" and units.temperature != "°C":
        return _with(found, unit=units.temperature, scale=1.8)  # a temperature difference
    return found


def _with(quantity: Quantity, **changes) -> Quantity:
    return Quantity(**{**quantity.__dict__, **changes})


def text(name: str, value: float, units: Units) -> str:
    """A day's value as text: "7 h 32", "52 bpm"."""
    if fmt.is_missing(value):
        return MISSING
    if name == "sleep":
        return duration(value)
    quantity = in_units(name, units)
    shown = value * quantity.scale
    sign = "+" if name == "skin" and shown > 0 else ""
    return sign + fmt.number(shown, quantity.decimals, quantity.unit)


def span_text(name: str, low: float, high: float, units: Units) -> str:
    """A range of values, with the unit once: "50 to 54 bpm", "6 h 50 to 7 h 40", "92 to 95%"."""
    begin, end, unit = text(name, low, units), text(name, high, units), in_units(name, units).unit
    return f"{begin.removesuffix(unit).strip() if unit and name != 'sleep' else begin} to {end}"


def word(metric: str, value: float) -> str:
    """The word for a value of a metric in WORDS: "Productive"."""
    return MISSING if fmt.is_missing(value) else WORDS[metric][int(value)].capitalize()


def duration(seconds: float) -> str:
    """ "7 h 32"."""
    return fmt.hours(seconds)


def of_days(days, name: str):
    """A quantity's daily values as a Series by date, in its own unit (not scaled); days: one column per metric."""
    quantity = QUANTITIES[name]
    if quantity.sum_of:
        known = days[[part for part, _ in quantity.sum_of]]
        total = sum(known[part].fillna(0.0) * weight for part, weight in quantity.sum_of)
        return total.where(known.notna().any(axis=1))
    return days[quantity.day]


def normal_of(values, name: str):
    """health.normal.normal_band of a quantity's daily values (not scaled), limited to what is possible."""
    low, high = QUANTITIES[name].possible
    return normal_band(values).clip(low, high)
