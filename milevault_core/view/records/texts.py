"""Personal records in words: a record's title, its value, its date, and the sentences about it."""

import math
from datetime import timedelta

import pandas as pd

from milevault_core.records import KINDS, Kind
from milevault_core.records.eligibility import WHOLE
from milevault_core.records.plausible import IMPOSSIBLE, STRETCH, ceiling, world_record_s
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import MILE, Units

_NAMED = {
    round(MILE / 2, 3): "½ mile", MILE: "1 mile", 2 * MILE: "2 miles", round(5 * MILE, 2): "5 miles",
    10 * MILE: "10 miles", round(50 * MILE, 1): "50 miles", 100 * MILE: "100 miles", 21_097.5: "Half marathon",
    42_195.0: "Marathon",
}  # fmt: skip
_PERIODS = {1.0: "day", 7.0: "week", 30.0: "month", 365.0: "year"}
_DO = {
    "running": "run", "cycling": "ride", "e_biking": "ride", "swimming": "swim", "walking": "walk", "hiking": "hike",
    "rowing": "row",
}  # fmt: skip


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


def key_label(kind: Kind, key: float, about: str = "") -> str:
    """What a record is over: "5 km", "20 min", "week"; "" for a kind with one key. about: the name of the segment or
    route, where the key is its id."""
    if kind.key_unit in ("segment", "route"):
        return about or kind.label
    if kind.key_unit == "m":
        return distance_label(key)
    if kind.key_unit == "s":
        return duration_label(key)
    return _PERIODS.get(key, f"{key:g} days") if kind.key_unit == "period" else ""


def title(kind: str, key: float, about: str = "") -> str:
    """The title of a record: "5 km", "20 min power", "Biggest climb", "Most distance in a week"."""
    known = KINDS.get(kind)
    return (
        known.title.format(key=key_label(known, key, about)) if known else kind.replace("_", " ").capitalize()
    )


def short(kind: str, key: float, about: str = "") -> str:
    """The title under its section's heading: "20 min", "1 km"."""
    known = KINDS.get(kind)
    return known.short.format(key=key_label(known, key, about)) if known else title(kind, key)


def value(kind: str, amount: float | None, sport: str, units: Units) -> str:
    """The record's value in the user's units."""
    if amount is None or fmt.is_missing(amount):
        return fmt.MISSING
    known = KINDS.get(kind)
    match known.quantity if known else "number":
        case "time":
            return time_text(amount)
        case "duration":
            return fmt.duration(amount)
        case "distance":
            return fmt.distance(amount, units, sport)
        case "altitude":
            return fmt.altitude(amount, units)
        case "power":
            return fmt.power(amount)
        case "heart_rate":
            return fmt.heart_rate(amount)
        case "days" | "weeks" as many:
            return texts.count(round(amount), many.removesuffix("s"))
    decimals = 0 if amount == round(amount) or abs(amount) >= 100 else 1
    return fmt.number(amount, decimals, known.unit if known else "")


def time_text(seconds: float) -> str:
    """ "43.2 s", from one minute on "1:02"."""
    return f"{seconds:.1f} s" if seconds < 59.95 else fmt.duration(seconds)


def is_timed(kind: str) -> bool:
    """Whether it is a time over a distance, which has a pace."""
    return kind in KINDS and (KINDS[kind].quantity, KINDS[kind].key_unit) == ("time", "m")


def rate(kind: str, key: float, amount: float, sport: str, units: Units) -> str:
    """The pace or speed of a timed record; "" for others."""
    return fmt.rate(key / amount, units, sport) if is_timed(kind) and amount else ""


def gain(kind: str, amount: float, by: float | None, sport: str, units: Units) -> str:
    """By how much it beat the previous record: "0:12 (1.0%)"; "first" if there was none, "" if the two look the same.
    The share is left out from 100% on, where it means little."""
    if by is None or fmt.is_missing(by):
        return "first"
    text = value(kind, by, sport, units)
    if text == value(kind, 0.0, sport, units):
        return ""
    before = amount + by if kind in KINDS and KINDS[kind].lower_is_better else amount - by
    share = 100 * by / before if before > 0 else math.inf
    return f"{text} ({fmt.percent(share, 1)})" if 0.05 <= share < 100 else text


def when(kind: str, key: float, day, last_day) -> str:
    """The day, or the period: "1 Jun 2026", "June 2026", "Week of 1 Jun 2026", "1 Jun 2026 to 9 Jun 2026"."""
    day, last = pd.Timestamp(day).date(), pd.Timestamp(last_day).date()
    if kind in KINDS and KINDS[kind].key_unit == "period":
        if key == 7.0:
            return f"Week of {dates.short_day(day)}"
        if key == 30.0:
            return f"{dates.MONTHS[day.month - 1]} {day.year}"
        if key == 365.0:
            return str(day.year)
    if last - day >= timedelta(days=1):
        return f"{dates.short_day(day)} to {dates.short_day(last)}"
    return dates.short_day(day)


def measured(source: str) -> str:
    """What measured the distance."""
    return {"gps": "GPS", "device": "Device"}.get(source, "")


def waiting_sentence(row, units: Units) -> str:
    """The question about a doubted effort: "Did you really run 1 km in 2:31? Your best efforts are usually about
    3:06." """
    kind = KINDS[row.kind]
    question = (
        kind.guard.question
        if kind.guard
        else "Is {key} in {value} right? Your best efforts are usually about {usual}."
    )
    return question.format(
        do=_DO.get(row.sport, "do"), key=_in_a_sentence(key_label(kind, row.key)),
        value=value(row.kind, row.value, row.sport, units), usual=value(row.kind, row.typical, row.sport, units),
    )  # fmt: skip


def _in_a_sentence(key: str) -> str:
    if key == "½ mile":
        return "half a mile"
    if key == "1.5 h":
        return "90 min"
    return f"a {key.lower()}" if key.endswith("arathon") else key


def left_out_sentence(row, units: Units) -> str:
    """Why an activity, a stretch of it, or one of its sensors does not count."""
    if row.kind == STRETCH:
        many = round(row.key)
        what = fmt.distance(row.value, units, row.sport)
        where = f"{what} are" if many == 1 else f"{many} stretches, {what} in total, are"
        return f"{where} faster than anyone has ever been. They do not count; the rest does."
    if row.kind == IMPOSSIBLE:
        best = world_record_s(row.sport, row.key)
        speed = fmt.speed(row.key / row.value, units) if row.value else fmt.MISSING
        limit = f"the fastest ever is about {time_text(best)}" if best else "nobody is that fast"
        length = (
            distance_label(row.key)
            if row.key < 1_000 or not row.key % 1_000
            else fmt.distance(row.key, units)
        )
        return (
            f"{_inside(length)} in {time_text(row.value)} ({speed}): {limit}. None of this activity counts."
        )
    sensor = row.kind.removeprefix(IMPOSSIBLE + "_")
    label = "power" if sensor == "power" else "heart rate"
    most = value(sensor, ceiling(sensor, row.key), row.sport, units)
    held = value(sensor, row.value, row.sport, units)
    return (
        f"{held} over {duration_label(row.key)}: more than anyone can ({most}). Its {label} does not count."
    )


def decided_sentence(row, units: Units) -> str:
    """What the user decided."""
    if row.kind == WHOLE:
        return "Counted anyway" if row.decision == "keep" else "Left out: none of it counts"
    said = "Kept" if row.decision == "keep" else "Not a record"
    between = " in " if is_timed(row.kind) else ", "
    return (
        f"{said}: {_inside(title(row.kind, row.key))}{between}{value(row.kind, row.value, row.sport, units)}"
    )


def activity_line(row) -> str:
    """The activity of a row of queries.records: its name and day."""
    zone = row.time_zone or int(row.utc_offset_s)
    name = texts.activity_name(row.name, row.sport, row.start_time, zone)
    return f"{name}, {dates.short_day(pd.Timestamp(row.day).date())}"


def about(row) -> str:
    """The name in a row of queries.records of the segment or route."""
    return str(getattr(row, "about", "") or "")


def _inside(text: str) -> str:
    """A title inside a sentence: "Half marathon" becomes "half marathon"."""
    return text[0].lower() + text[1:] if text[:1].isalpha() else text
