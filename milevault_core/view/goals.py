"""Goals in words: their names, their progress, and how far they should be by today."""

from datetime import date, timedelta

import pandas as pd

from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts.lines import Progress

MEASURES = {"distance": "Distance", "time": "Time", "ascent": "Ascent", "load": "Load", "count": "Activities"}
PERIODS = {"week": "A week", "month": "A month", "year": "A year", "between": "Between two dates"}
_VERBS = {"run": "Run", "ride": "Ride", "swim": "Swim", "walk": "Walk"}


def amount(measure: str, value: float, units: Units) -> str:
    """ "5 000 km", "12 h 30", "3 activities"."""
    match measure:
        case "distance":
            return fmt.number(
                value / units.distance_m, 0 if value >= 100 * units.distance_m else 1, units.distance
            )
        case "time":
            return fmt.hours(value).removesuffix(" 00")
        case "ascent":
            return fmt.altitude(value, units)
        case "load":
            return f"load {fmt.number(value)}"
    return f"{fmt.number(value)} {'activity' if round(value) == 1 else 'activities'}"


def name(goal, units: Units) -> str:
    """ "Running: 40 km a week", "12 h a month", "5 000 km from 1 Jan 2026 to 31 Mar 2026"."""
    what = amount(goal.measure, goal.amount, units).replace(".0 ", " ")  # goals are round numbers
    when = f"a {goal.period}" if goal.period != "between" else (
        f"from {dates.short_day(goal.first)} to {dates.short_day(goal.last)}"
    )  # fmt: skip
    return f"{texts.sport_label(goal.sport)}: {what} {when}" if goal.sport else f"{what} {when}"


def share_due(first: date, last: date, today: date) -> float:
    """The share of a period that is over at the end of today: 0 before it, 1 after it."""
    days = (last - first).days + 1
    return min(1.0, max(0.0, ((today - first).days + 1) / days))


def verdict(goal, today: date, units: Units) -> tuple[str, bool | None]:
    """ "8 km behind; 4.2 km a day from tomorrow", and whether it is on track (None: it has not begun)."""
    left = goal.amount - goal.done
    if left <= 0:
        return "Reached", True
    if today < goal.first:
        return f"Begins on {dates.short_day(goal.first)}", None
    if today > goal.last:
        return f"Missed by {amount(goal.measure, left, units)}", False
    due = share_due(goal.first, goal.last, today) * goal.amount
    days_left = (goal.last - today).days
    if goal.done >= due:
        return "On track", True
    behind = f"{amount(goal.measure, due - goal.done, units)} behind"
    if not days_left:
        return f"{amount(goal.measure, left, units)} to go today", False
    if goal.measure == "count":
        return f"{amount(goal.measure, left, units)} to go in {texts.count(days_left, 'day')}", False
    return f"{behind}; {amount(goal.measure, left / days_left, units)} a day from tomorrow", False


def progress(goals: pd.DataFrame, today: date, units: Units, href: str = "") -> list[Progress]:
    """Rows of queries.goals.progress as bars, with a mark at the progress due by the end of today."""
    made = []
    for goal in goals.itertuples():
        said, is_good = verdict(goal, today, units)
        done = amount(goal.measure, goal.done, units)
        made.append(
            Progress(
                name(goal, units), goal.done / goal.amount, done, share_due(goal.first, goal.last, today), said,
                is_good, href,
            )
        )  # fmt: skip
    return made


def days_of_year(today: date) -> tuple[date, date]:
    """The dates first suggested for a goal "between two dates": today, and 90 days later."""
    return today, today + timedelta(days=90)
