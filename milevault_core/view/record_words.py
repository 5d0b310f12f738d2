"""Personal records in words: what a record is called, its value, when it was, and the sentences about it."""

import math
from datetime import timedelta

import pandas as pd

from milevault_core.records import KINDS
from milevault_core.records.admit import WHOLE
from milevault_core.records.plausible import IMPOSSIBLE, ceiling, world_record_s
from milevault_core.view import dates, words
from milevault_core.view import format as fmt
from milevault_core.view.format import MILE, Units

# The sections of the page: address, title, kinds.
SECTIONS = {
    "times": ("Best times", ("best_time",)),
    "longest": ("Longest and highest",
                ("longest_distance", "longest_time", "most_climb", "biggest_climb", "highest_altitude")),
    "power": ("Power", ("power",)),
    "heart_rate": ("Heart rate", ("heart_rate",)),
    "laps": ("Fastest laps", ("fastest_lap",)),
    "periods": ("Most in a day, week, month, year",
                ("most_distance", "most_time", "most_ascent", "most_activities")),
    "streaks": ("Streaks", ("streak_days", "streak_weeks")),
}  # fmt: skip
_NAMED = {
    round(MILE / 2, 3): "½ mile", MILE: "1 mile", 2 * MILE: "2 miles", round(5 * MILE, 2): "5 miles",
    10 * MILE: "10 miles", round(50 * MILE, 1): "50 miles", 100 * MILE: "100 miles", 21_097.5: "Half marathon",
    42_195.0: "Marathon",
}  # fmt: skip
_PERIODS = {1.0: "day", 7.0: "week", 30.0: "month", 365.0: "year"}
_TIMED = ("best_time", "fastest_lap")


def distance_label(metres: float) -> str:
    """ "400 m", "5 km", "1 mile", "Half marathon": distances keep their own names in every system of units."""
    for known, name in _NAMED.items():
        if abs(metres / known - 1) < 1e-4:
            return name
    if metres >= 1_000 and metres % 1_000 == 0:
        return f"{metres / 1_000:g} km"
    return f"{metres:g} m"


def duration_label(seconds: float) -> str:
    """ "5 s", "20 min", "2 h"."""
    if seconds < 60:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 3_600 or seconds % 1_800 else f"{seconds / 3_600:g} h"


def title(kind: str, key: float) -> str:
    """What a record is called: "5 km", "20 min power", "Biggest climb", "Most distance in a week"."""
    if kind == "best_time":
        return distance_label(key)
    if kind == "fastest_lap":
        return f"{distance_label(key)} lap"
    if kind in ("power", "heart_rate"):
        return f"{duration_label(key)} {'power' if kind == 'power' else 'heart rate'}"
    known = KINDS.get(kind)
    label = known.label if known else kind.replace("_", " ")
    label = label.removesuffix(" in a period")
    return f"{label} in a {_PERIODS[key]}" if key in _PERIODS and kind.startswith("most_") and key else label


def short(kind: str, key: float) -> str:
    """The same beside its kind: "20 min", "1 km", "In a week"."""
    if kind in ("power", "heart_rate"):
        return duration_label(key)
    return distance_label(key) if kind == "fastest_lap" else title(kind, key)


def value(kind: str, amount: float | None, sport: str, units: Units) -> str:
    """The record's value in the user's units."""
    if amount is None or fmt.is_missing(amount):
        return fmt.MISSING
    if kind in _TIMED:
        return time_text(amount)
    if kind == "power":
        return fmt.power(amount)
    if kind == "heart_rate":
        return fmt.heart_rate(amount)
    if kind in ("longest_distance", "most_distance"):
        return fmt.distance(amount, units, sport)
    if kind in ("longest_time", "most_time"):
        return fmt.duration(amount)
    if kind in ("most_climb", "biggest_climb", "highest_altitude", "most_ascent"):
        return fmt.altitude(amount, units)
    if kind.startswith("streak_"):
        unit = "day" if kind == "streak_days" else "week"
        return words.count(round(amount), unit)
    return fmt.number(amount)


def time_text(seconds: float) -> str:
    """ "43.2 s", from a minute on "1:02"."""
    return f"{seconds:.1f} s" if seconds < 59.95 else fmt.duration(seconds)


def rate(kind: str, key: float, amount: float, sport: str, units: Units) -> str:
    """The pace or speed of a timed record; empty for others."""
    return fmt.rate(key / amount, units, sport) if kind in _TIMED and amount else ""


def gain(kind: str, amount: float, by: float | None, sport: str, units: Units) -> str:
    """By how much it was better than the record before: "0:12 (1.0 %)"; "first" where there was none."""
    if by is None or fmt.is_missing(by):
        return "first"
    before = amount + by if kind in _TIMED else amount - by
    share = f" ({100 * by / before:.1f} %)" if before else ""
    if kind in ("power", "heart_rate") and by < 9.5:
        return fmt.number(by, 1, "W" if kind == "power" else "bpm") + share
    return value(kind, by, sport, units) + share


def when(kind: str, key: float, day, last_day) -> str:
    """The day, or the period: "1 Jun 2026", "June 2026", "Week of 1 Jun 2026", "1 Jun 2026 to 9 Jun 2026"."""
    day, last = pd.Timestamp(day).date(), pd.Timestamp(last_day).date()
    if kind.startswith("most_") and kind != "most_climb":
        if key == 7.0:
            return f"Week of {dates.short_day(day)}"
        if key == 30.0:
            return f"{dates.MONTHS[day.month - 1]} {day.year}"
        if key == 365.0:
            return str(day.year)
    if kind.startswith("streak_") and last - day >= timedelta(days=1):
        return f"{dates.short_day(day)} to {dates.short_day(last)}"
    return dates.short_day(day)


def measured(source: str) -> str:
    """Where the distance is from."""
    return {"gps": "GPS", "device": "Device"}.get(source, "")


def waiting_sentence(row, units: Units) -> str:
    """ "A 1 km in 2:31 is 19 % faster than your next: keep it?" """
    article = "An" if title(row.kind, row.key)[:1] in "8" else "A"
    what = f"{article} {_inside(title(row.kind, row.key))} in {value(row.kind, row.value, row.sport, units)}"
    return f"{what} is {math.floor(100 * row.share + 0.5)} % faster than your next: keep it?"


def left_out_sentence(row, units: Units) -> str:
    """Why an activity, or a sensor of it, does not count."""
    if row.kind == IMPOSSIBLE:
        best = world_record_s(row.sport, row.key)
        speed = fmt.speed(row.key / row.value, units) if row.value else fmt.MISSING
        limit = f"the fastest ever is about {time_text(best)}" if best else "nobody is that fast"
        length = (
            distance_label(row.key)
            if row.key < 1_000 or not row.key % 1_000
            else fmt.distance(row.key, units)
        )
        return f"{_inside(length)} in {time_text(row.value)} ({speed}): {limit}. Nothing of this activity counts."
    sensor = row.kind.removeprefix(IMPOSSIBLE + "_")
    label = "power" if sensor == "power" else "heart rate"
    most = value(sensor, ceiling(sensor, row.key), row.sport, units)
    held = value(sensor, row.value, row.sport, units)
    return (
        f"{held} over {duration_label(row.key)}: more than anybody can ({most}). Its {label} does not count."
    )


def decided_sentence(row, units: Units) -> str:
    """What the owner said."""
    if row.kind == WHOLE:
        return "Counted anyway" if row.decision == "keep" else "Left out: nothing of it counts"
    said = "Kept" if row.decision == "keep" else "Not a record"
    return f"{said}: {_inside(title(row.kind, row.key))} in {value(row.kind, row.value, row.sport, units)}"


def activity_line(row) -> str:
    """The activity that a row of queries.records is of: its name and day."""
    zone = row.time_zone or int(row.utc_offset_s)
    name = words.activity_name(row.name, row.sport, row.start_time, zone)
    return f"{name}, {dates.short_day(pd.Timestamp(row.day).date())}"


def _inside(text: str) -> str:
    """A title inside a sentence: "Half marathon" is "half marathon" there."""
    return text[0].lower() + text[1:] if text[:1].isalpha() else text
