"""Numbers as text: the user's units, durations, paces. Missing or non-finite values are always "–".

Every function takes SI (metres, seconds, m/s, kg, °C) and returns text with its unit.
"""

import math
import unicodedata
from dataclasses import dataclass

from milevault_core.problems import THIN as THIN
from milevault_core.sports import SPORTS

MISSING = "–"
FASTEST_MPS = 400.0
MILE, YARD, FOOT, POUND = 1609.344, 0.9144, 0.3048, 0.45359237


@dataclass(frozen=True)
class Units:
    """One system of units: each unit's name, and its size in SI."""

    name: str
    distance: str
    distance_m: float
    altitude: str
    altitude_m: float
    speed: str
    pool: str
    pool_m: float
    temperature: str
    weight: str
    weight_kg: float

    def degrees(self, celsius):
        """°C (number or array) in the user's degrees."""
        return celsius if self.temperature == "°C" else celsius * 1.8 + 32.0

    def celsius(self, degrees: float) -> float:
        """The user's degrees in °C."""
        return degrees if self.temperature == "°C" else (degrees - 32.0) / 1.8


METRIC = Units("metric", "km", 1000.0, "m", 1.0, "km/h", "m", 1.0, "°C", "kg", 1.0)
IMPERIAL = Units("imperial", "mi", MILE, "ft", FOOT, "mph", "yd", YARD, "°F", "lb", POUND)


def units(name: str | None) -> Units:
    """The system called "metric" or "imperial"; anything else is metric."""
    return IMPERIAL if name == "imperial" else METRIC


def is_missing(value) -> bool:
    """Whether the value is None, NaN, NaT, infinite, or not a number at all."""
    try:
        return not math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return True


def number(value: float | None, decimals: int = 0, unit: str = "") -> str:
    """1234.5 -> "1 235"; a thin space between thousands, a real minus sign, no "-0"."""
    if value is None or is_missing(value):
        return MISSING
    value = float(value)
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN)
    sign = "−" if value < 0 and any(c in "123456789" for c in text) else ""
    return with_unit(sign + text, unit)


def with_unit(text: str, unit: str) -> str:
    """A number as text with its unit: "42 km", "16%" (no space, as on chart axes), "7"."""
    return f"{text}{'' if unit == '%' else ' '}{unit}" if unit else text


def money(value: float | None, currency: str = "", decimals: int = 0) -> str:
    """ "€1 200", "1 200 CHF", without a currency "1 200"; symbols stand before the number, letters after it."""
    text = number(value, decimals)
    if text == MISSING or not currency:
        return text
    return currency + text if unicodedata.category(currency[-1]) == "Sc" else with_unit(text, currency)


def percent(value: float | None, decimals: int = 0) -> str:
    """15.94 -> "16%"."""
    return number(value, decimals, "%")


def distance(metres: float | None, system: Units, sport: str = "") -> str:
    """ "8.42 km", "156.9 km", "1 204 km"; a swim in metres or yards: "1 500 m"."""
    if metres is None or is_missing(metres):
        return MISSING
    if sport in SPORTS and SPORTS[sport].pace == "pace_100m":
        return number(metres / system.pool_m, 0, system.pool)
    value = metres / system.distance_m
    decimals = 2 if abs(value) < 9.995 else 1 if abs(value) < 999.95 else 0
    return number(value, decimals, system.distance)


def altitude(metres: float | None, system: Units) -> str:
    """Altitude, ascent and descent: "1 240 m" or "4 068 ft"."""
    return MISSING if metres is None else number(metres / system.altitude_m, 0, system.altitude)


def speed(mps: float | None, system: Units) -> str:
    """ "28.4 km/h" or "17.6 mph". Faster than any airliner, as between points of the same second: "–"."""
    return (
        MISSING
        if mps is None or mps > FASTEST_MPS
        else number(mps * 3600.0 / system.distance_m, 1, system.speed)
    )


def temperature(celsius: float | None, system: Units) -> str:
    """ "21 °C" or "70 °F"."""
    return MISSING if celsius is None else number(system.degrees(celsius), 0, system.temperature)


def weight(kg: float | None, system: Units) -> str:
    """ "72.4 kg" or "159.6 lb"."""
    return MISSING if kg is None else number(kg / system.weight_kg, 1, system.weight)


def duration(seconds: float | None) -> str:
    """ "1:02:03", under an hour "24:05"; to the nearest second, halves rounded up."""
    if seconds is None or is_missing(seconds):
        return MISSING
    whole = math.floor(abs(seconds) + 0.5)
    minutes, s = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}:{minutes:02d}:{s:02d}" if hours else f"{minutes}:{s:02d}"
    return f"−{text}" if seconds < 0 and whole else text


def hours(seconds: float | None) -> str:
    """A total time: "14 h 05", under an hour "45 min"."""
    if seconds is None or is_missing(seconds):
        return MISSING
    minutes = math.floor(abs(seconds) / 60.0 + 0.5)
    sign = "−" if seconds < 0 and minutes else ""
    if minutes < 60:
        return f"{sign}{minutes} min"
    return f"{sign}{number(minutes // 60)} h {minutes % 60:02d}"


def pace_kind(sport: str) -> str:
    """How a sport's speed is shown: "pace" (per km or mile), "pace_100m", "pace_500m", "speed" or "none"."""
    return SPORTS[sport].pace if sport in SPORTS else "speed"


def pace_unit(kind: str, system: Units) -> tuple[str, float]:
    """The distance a pace refers to, and its length in metres: ("km", 1000.0)."""
    if kind == "pace_100m":
        return f"100 {system.pool}", 100.0 * system.pool_m
    if kind == "pace_500m":  # rowers everywhere use 500 m
        return "500 m", 500.0
    return system.distance, system.distance_m


def pace(mps: float | None, system: Units, kind: str = "pace") -> str:
    """ "4:35 /km", "7:23 /mi", "1:52 /100 m". Standing still, slower than 100 minutes per unit, or faster than any
    airliner: "–"."""
    unit, metres = pace_unit(kind, system)
    if mps is None or is_missing(mps) or not metres / 6000.0 <= mps <= FASTEST_MPS:
        return MISSING
    minutes, s = divmod(math.floor(metres / mps + 0.5), 60)
    return f"{minutes}:{s:02d} /{unit}"


def rate(mps: float | None, system: Units, sport: str) -> str:
    """Pace or speed, whichever the sport uses; "–" for a sport that has neither."""
    kind = pace_kind(sport)
    if kind == "none":
        return MISSING
    return speed(mps, system) if kind == "speed" else pace(mps, system, kind)


def rate_label(sport: str) -> str:
    """ "Pace" or "Speed"."""
    return "Pace" if pace_kind(sport).startswith("pace") else "Speed"


def heart_rate(bpm: float | None) -> str:
    """ "142 bpm"."""
    return number(bpm, 0, "bpm")


def power(watts: float | None) -> str:
    """ "213 W"."""
    return number(watts, 0, "W")


def steps_or_turns(sport: str) -> tuple[float, str]:
    """(factor, unit) of cadence: it is stored per leg or crank, so steps per minute are twice that."""
    if sport in SPORTS and SPORTS[sport].on_foot:
        return 2.0, "spm"
    return 1.0, "strokes/min" if pace_kind(sport) in {"pace_100m", "pace_500m"} else "rpm"


def cadence(per_minute: float | None, sport: str) -> str:
    """ "88 rpm", on foot "176 spm", swimming and rowing "30 strokes/min"."""
    factor, unit = steps_or_turns(sport)
    return MISSING if per_minute is None else number(per_minute * factor, 0, unit)


def size(count: float | None) -> str:
    """A size in bytes: "640 B", "1.2 MB"."""
    if count is None or is_missing(count):
        return MISSING
    for unit in ("B", "kB", "MB"):
        if abs(count) < 999.5:
            return number(count, 0 if unit == "B" or abs(count) >= 9.95 else 1, unit)
        count /= 1000.0
    return number(count, 1, "GB")
