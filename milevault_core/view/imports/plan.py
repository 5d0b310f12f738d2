"""The plan of an import, in words."""

from collections.abc import Mapping

from milevault_core.view import dates, texts
from milevault_core.view import format as fmt


def sentence(plan: Mapping) -> str:
    """ "812 new activities, 41 already here, 3 unreadable, 204 days of health data, from 2011 to 2026; about 40 s" """
    if plan["kind"] == "milevault":
        parts = [_count(plan["activities"], "activity", "activities"), _count(plan["files"], "file", "files")]
        return f"A whole MileVault account: {', '.join(parts)}"
    parts = [_count(plan["new"], "new activity", "new activities")]
    if plan["here"]:
        parts.append(f"{fmt.number(plan['here'])} already here")
    if plan["unreadable"]:
        parts.append(f"{fmt.number(plan['unreadable'])} unreadable")
    if plan["health_days"]:
        parts.append(f"{_count(plan['health_days'], 'day', 'days')} of health data")
    elif plan["health_files"]:
        parts.append(_count(plan["health_files"], "health file", "health files"))
    if plan["photos"]:
        parts.append(_count(plan["photos"], "photo", "photos"))
    first, last = plan["first_year"], plan["last_year"]
    if first:
        parts.append(f"from {first} to {last}" if first != last else f"all in {first}")
    return ", ".join(parts) + f"; about {duration(plan['import_s'] / plan.get('workers', 2))}"


def _count(n: int, one: str, many: str) -> str:
    return f"{fmt.number(n)} {one if n == 1 else many}"


def duration(seconds: float) -> str:
    """ "40 s", "3 min", "1 h 20 min": as exact as an estimate is."""
    if seconds < 55:
        return f"{max(1, round(seconds / 5) * 5) if seconds >= 5 else max(1, round(seconds))} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


_KINDS = {"strava": "Strava's export.", "garmin": "Garmin's export.", "apple": "Apple Health's export."}


def details(plan: Mapping) -> list[str]:
    """The small print of a plan, a sentence each."""
    if plan["kind"] == "milevault":
        return [
            f"Exported on {dates.day_time(plan['made_at'], 'UTC')} UTC. It comes with edits, gear, goals, rules, "
            "segments, routes, health data and your display settings."
        ]
    kind = {
        "strava": "Strava's export.",
        "garmin": "Garmin's export.",
        "apple": "Apple Health's export.",
    }.get(plan["kind"], "")
    lines = [kind] if kind else []
    if plan["similar"]:
        lines.append(
            f"About {fmt.number(plan['similar'])} of the new ones have the start and length of an activity that is "
            "here already: they will be added to it as another recording."
        )
    if plan["without_points"]:
        lines.append(
            f"{texts.count(plan['without_points'], 'activity', 'activities')} without a file, only an entry in "
            "the list: they have no track and no map."
        )
    if plan["gear"]:
        lines.append(f"{texts.count(plan['gear'], 'bike or pair of shoes', 'bikes and pairs of shoes')}.")
    if plan["first_day"]:
        lines.append(
            f"Health data from {plan['first_day']} to {plan['last_day']}, kept for the health pages."
        )
    if plan["other"]:
        lines.append(f"{texts.count(plan['other'], 'file')} without an activity.")
    if plan["leftover"]:
        lines.append(f"{texts.count(plan['leftover'], 'file')} of the export that MileVault does not use.")
    return lines
