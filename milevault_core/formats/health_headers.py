"""Maps the columns in other products' tables, and their units, to the metrics of health_metrics.py."""

import re

# Header in lower case, without the unit in brackets -> metric, and the unit if the header has none ("?": it depends on
# the account's settings, so the owner is asked).
WITHINGS = {
    "weight": ("weight_kg", "?"), "fat mass": ("fat_kg", "?"), "bone mass": ("bone_kg", "?"),
    "muscle mass": ("muscle_kg", "?"), "hydration": ("water_kg", "?"), "systolic": ("bp_systolic", "mmHg"),
    "diastolic": ("bp_diastolic", "mmHg"),
}  # fmt: skip
OURA = {
    "lowest resting heart rate": ("rhr", "bpm"),
    "average hrv": ("hrv_last_night", "ms"), "respiratory rate": ("resp_avg", "breaths/min"),
    "total sleep duration": ("sleep_s", "s"), "sleep score": ("sleep_score", ""),
    "readiness score": ("readiness", ""), "temperature deviation": ("skin_temp_dev", "°C"),
    "steps": ("steps", ""), "activity burn": ("kcal_active", "kcal"), "total burn": ("kcal_total", "kcal"),
}  # fmt: skip
FITBIT = {
    "steps": ("steps", ""), "distance": ("distance_m", "?"), "floors": ("floors_up", ""),
    "calories burned": ("kcal_total", "kcal"), "activity calories": ("kcal_active", "kcal"),
    "weight": ("weight_kg", "?"), "bmi": ("bmi", "kg/m²"), "fat": ("fat_pct", "%"),
    "minutes asleep": ("sleep_s", "min"), "number of awakenings": ("awakenings", ""),
}  # fmt: skip
# (product, its headers, columns that only this product has)
PRODUCTS = (
    ("withings", WITHINGS, frozenset(("fat mass", "bone mass", "muscle mass", "systolic"))),
    ("oura", OURA, frozenset(("total sleep duration", "readiness score", "average hrv", "activity burn"))),
    ("fitbit", FITBIT, frozenset(("calories burned", "activity calories", "minutes asleep", "fat"))),
)
# Headers that people use in their own tables.
PLAIN = {
    "weight": ("weight_kg", "?"),
    "bmi": ("bmi", "kg/m²"),
    "steps": ("steps", ""),
    "floors": ("floors_up", ""),
    **dict.fromkeys(("gewicht", "poids", "peso"), ("weight_kg", "?")),
}
# Headers of tables of activities or sets, not days: there "weight" is a dumbbell's and "steps" belong to one run.
OF_PARTS = frozenset(("activity type", "exercise", "exercise name", "workout name", "set order", "reps"))
DAYS = (
    "jour",
    "dag",
    "tag",
    "giorno",
    "día",
    "dia",
    "day",
    "data",
    "datum",
    "fecha",  # "date" in other languages; next to such a column, "Tag" or "Giorno" is the weekday
    "date",
    "summary_date",
    "start time",
    "end time",
)  # fmt: skip; the best last
UNIT = re.compile(r"\s*[(\[]([^)\]]*)[)\]]\s*$")

# Includes the unit strings of Apple's HKUnit: https://developer.apple.com/documentation/healthkit/hkunit/init(from:)
_MASS = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "lbs": 0.45359237, "st": 6.35029318, "oz": 0.028349523125}
_TIME = {
    "s": 1.0, "sec": 1.0, "seconds": 1.0, "min": 60.0, "minutes": 60.0, "h": 3600.0, "hr": 3600.0, "hours": 3600.0,
    "ms": 0.001, "d": 86_400.0,
}  # fmt: skip
_LENGTH = {
    "m": 1.0, "km": 1000.0, "mi": 1609.344, "miles": 1609.344, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048,
    "yd": 0.9144,
}  # fmt: skip
_OZ_US, _OZ_IMP = (
    29.5735295625,
    28.4130625,
)  # mL in a US (imperial) fluid ounce; a cup has 8 (10) and a pint 16 (20)
_VOLUME = {
    "ml": 1.0, "cl": 10.0, "dl": 100.0, "l": 1000.0, "fl oz": _OZ_US, "oz": _OZ_US, "fl_oz_us": _OZ_US,
    "fl_oz_imp": _OZ_IMP, "cup_us": 8 * _OZ_US, "cup_imp": 10 * _OZ_IMP, "pt_us": 16 * _OZ_US, "pt_imp": 20 * _OZ_IMP,
}  # fmt: skip
_ENERGY = {"kcal": 1.0, "cal": 1.0, "kj": 1 / 4.184, "j": 1 / 4184}
_FAHRENHEIT = 1 / 1.8  # °C per degree Fahrenheit
FACTORS = {
    "kg": _MASS, "s": _TIME, "min": {name: factor / 60 for name, factor in _TIME.items()}, "m": _LENGTH,
    "mL": _VOLUME, "kcal": _ENERGY, "%": {"%": 1.0, "fraction": 100.0},
    "°C": dict.fromkeys(("°c", "ºc", "℃", "c", "degc", "celsius"), 1.0)
    | dict.fromkeys(("°f", "ºf", "℉", "f", "degf", "fahrenheit"), _FAHRENHEIT),
    "": {"count": 1.0}, "kg/m²": {"count": 1.0}, "mL/kg/min": {"ml/min·kg": 1.0, "ml/kg*min": 1.0, "ml/kg·min": 1.0},
    "mmHg": {"mmhg": 1.0, "kpa": 7.50061683, "inhg": 25.4}, "ms": {"ms": 1.0, "s": 1000.0},
    "bpm": {"bpm": 1.0, "count/min": 1.0, "1/min": 1.0},
    "breaths/min": {"breaths/min": 1.0, "brpm": 1.0, "count/min": 1.0, "1/min": 1.0},
}  # fmt: skip
CHOICES = {"kg": ("kg", "lb", "st"), "m": ("km", "mi", "m")}  # offered to the owner when the unit is unknown


def converted(value: float, own: str, told: str, is_difference: bool = False) -> float | None:
    """Convert a value from the unit `told` to a metric's `own`; None if the unit is unknown. is_difference: the value
    is the difference of two temperatures, so the zero point of the scale does not matter."""
    told = told.strip()
    if told in ("", own):
        return value
    factor = FACTORS.get(own, {}).get(told.lower())
    if factor is None:
        return None
    if factor == _FAHRENHEIT and not is_difference:
        value -= 32  # 0 °C in Fahrenheit
    return value * factor


def named(header: str) -> tuple[str, str]:
    """A header in lower case without its unit, and the unit in brackets ("" if there is none)."""
    found = UNIT.search(header)
    return UNIT.sub("", header).strip().lower(), found[1].strip() if found else ""
