"""The athlete's values that formulas need, with dates: names, units, limits, and which value is valid on which day.

A value is valid from its day until the next one with the same name and sport. A value that the user enters beats those
from devices, from its day on; among devices the latest counts. Values computed from the runs (the grade curve) beat
both; the user can only switch them off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from milevault_core.metrics.graded import KNOTS


class Refused(ValueError):
    """An impossible value; `str()` is a sentence to show next to the field it was typed into."""


@dataclass(frozen=True)
class Value:
    """low, high: limits for a person. sports: those it is asked for; empty: it applies to the athlete as a whole."""

    name: str
    label: str
    unit: str
    low: float
    high: float
    sports: tuple[str, ...] = ()
    help: str = ""


_HEARTS = ("running", "cycling", "swimming", "rowing", "cross_country_skiing")
VALUES: dict[str, Value] = {
    v.name: v
    for v in (
        Value("birth_date", "Birth date", "date", date(1900, 1, 1).toordinal(), date(9999, 1, 1).toordinal()),
        Value("is_female", "Sex for formulas", "choice", 0.0, 1.0, (),
              "Some formulas differ for women and men. If not specified, the mean of both is used."),
        Value("height_m", "Height", "m", 0.5, 2.6),
        Value("weight_kg", "Weight", "kg", 20.0, 350.0),
        Value("max_heart_rate", "Maximal heart rate", "bpm", 100.0, 240.0),
        Value("resting_heart_rate", "Resting heart rate", "bpm", 20.0, 120.0),
        Value("threshold_heart_rate", "Threshold heart rate", "bpm", 80.0, 230.0, _HEARTS,
              "What you can hold for about an hour. A sport without its own uses that of running, or else of cycling."),
        Value("threshold_power", "Threshold power (FTP)", "W", 20.0, 700.0, ("cycling", "running", "rowing")),
        Value("threshold_speed", "Threshold pace", "m/s", 1.0, 8.0, ("running",)),
        Value("critical_swim_speed", "Critical swim speed", "m/s", 0.3, 2.5, ("swimming",)),
        Value("critical_power", "Critical power", "W", 20.0, 700.0, ("cycling", "running", "rowing")),
        Value("w_prime_j", "W′", "J", 1_000.0, 60_000.0, ("cycling", "running", "rowing"),
              "The work you can do above critical power."),
        *(Value(f"grade_{k}", f"Your grade curve at {k:+d}%", "", 0.2, 6.0, ("running",)) for k in KNOTS if k),
        Value("grade_own", "Your own grade curve is used", "", 0.0, 1.0, ("running",)),
    )
}  # fmt: skip
BORROWED = ("running", "cycling")  # a sport without its own threshold heart rate uses that of these
PERSON, DEVICE, COMPUTED = "person", "device", "computed"


def lookups(sport: str) -> list[tuple[str, str]]:
    """(name, sport) of every value that an activity in this sport may use; the first known one of a name counts."""
    pairs: list[tuple[str, str]] = []
    for value in VALUES.values():
        if value.name == "threshold_heart_rate":
            pairs += [(value.name, s) for s in dict.fromkeys((sport, *BORROWED))]
        elif not value.sports:
            pairs.append((value.name, ""))
        elif sport in value.sports:
            pairs.append((value.name, sport))
    return pairs


def athlete_on(day: date, sport: str, found: Mapping[tuple[str, str], float]) -> dict[str, float]:
    """The athlete's values for an activity, by name, and `age` in whole years. found: (name, sport) -> value valid on
    that day."""
    athlete: dict[str, float] = {}
    for pair in lookups(sport):
        if pair in found:
            athlete.setdefault(pair[0], float(found[pair]))
    born = athlete.pop("birth_date", None)
    if born is not None and (age := age_on(day, date.fromordinal(int(born)))) >= 0:
        athlete["age"] = float(age)
    return athlete


def age_on(day: date, born: date) -> int:
    """Age in whole years; a person born on 29 February has their birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Timeline:
    """Which value is valid when, from rows of (name, sport, valid_from, value, origin, told_at)."""

    def __init__(self, rows: Iterable[tuple[str, str, date, float, str, object]]) -> None:
        series: dict[tuple[str, str], dict[str, list[tuple[date, object, float]]]] = {}
        for name, sport, day, value, origin, told_at in rows:
            series.setdefault((name, sport), {}).setdefault(origin, []).append((day, told_at, value))
        self._steps: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
        for pair, of in series.items():
            told = of.get(COMPUTED) or of.get(PERSON, [])
            mine = sorted((day.toordinal(), value) for day, _, value in told)
            since = mine[0][0] if mine else None
            device = sorted(((d.toordinal(), str(t), v) for d, t, v in of.get(DEVICE, [])))
            steps = [(d, v) for d, _, v in device if since is None or d < since] + mine
            latest = dict(steps)  # the last one of each day
            self._steps[pair] = np.array(list(latest), int), np.array(list(latest.values()), float)

    def __len__(self) -> int:
        return len(self._steps)

    def days_from(self, day: date) -> list[date]:
        """That day, and each later day on which some value changes."""
        later = {int(d) for days, _ in self._steps.values() for d in days if d > day.toordinal()}
        return [day, *map(date.fromordinal, sorted(later))]

    def on(self, day: date) -> dict[tuple[str, str], float]:
        """(name, sport) -> the value valid on that day."""
        found = {}
        for pair, (days, values) in self._steps.items():
            at = int(np.searchsorted(days, day.toordinal(), side="right")) - 1
            if at >= 0:
                found[pair] = float(values[at])
        return found


def check(name: str, value: float, day: date, today: date, others: Mapping[str, float]) -> None:
    """Raises Refused, with a sentence for the field, for an impossible value. others: the athlete's other values on
    that day."""
    known = VALUES.get(name)
    if known is None:
        raise Refused("There is no such value.")
    if day > today:
        raise Refused("The day is in the future.")
    if name == "birth_date":
        if not known.low <= value <= known.high:
            raise Refused("That is not a valid birth date.")
        if date.fromordinal(int(value)) >= today:
            raise Refused("The birth date is in the future.")
        return
    if name == "is_female":
        if value not in (0.0, 0.5, 1.0):
            raise Refused("Choose female, male or not specified.")
        return
    if not np.isfinite(value) or not known.low <= value <= known.high:
        low, high = (f"{v:g} {known.unit}".strip() for v in (known.low, known.high))
        raise Refused(f"{known.label} must be between {low} and {high}.")
    hearts = dict(others) | {name: value}
    rest, most = hearts.get("resting_heart_rate"), hearts.get("max_heart_rate")
    threshold = hearts.get("threshold_heart_rate")
    if name in ("resting_heart_rate", "max_heart_rate") and rest and most and rest >= most:
        raise Refused("The maximal heart rate must be above the resting heart rate.")
    if name.endswith("heart_rate") and threshold and most and threshold >= most:
        raise Refused("The threshold heart rate must be below the maximal heart rate.")
    if name.endswith("heart_rate") and threshold and rest and threshold <= rest:
        raise Refused("The threshold heart rate must be above the resting heart rate.")
