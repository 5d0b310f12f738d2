"""The list of routes: their names, what the filters leave, the rows of the table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.routes.naming import made_name
from milevault_core.view import dates, tables, words
from milevault_core.view import format as fmt
from milevault_core.view.format import Units

GROUPS = {
    "run": "Running", "ride": "Cycling", "swim": "Swimming", "walk": "Walking and hiking", "ski": "Skiing",
    "skate": "Skating", "paddle": "Rowing and paddling", "sail": "Sailing", "surf": "Surfing", "horse": "Riding",
    "wheel": "Wheelchair", "other": "Other",
}  # fmt: skip
NOWHERE = "Elsewhere"  # far from any place that has a name here


def group_label(group: str) -> str:
    """The sport group of a route in words: "Running"."""
    return GROUPS.get(group, group.capitalize())


def name(route, units: Units) -> str:
    """A route's own name, or the made one: "Loop of 10.4 km, Tegel". route: a row or dict of queries.routes."""
    row = route if isinstance(route, dict) else route._asdict()
    if row["name"]:
        return str(row["name"])
    return made_name(row["shape"], float(row["length_m"]), row["place"] or row["heading"], units.distance_m)


def turn(route) -> str:
    """Which way round a loop goes: "clockwise", "anticlockwise"; "" for what is no loop."""
    row = route if isinstance(route, dict) else route._asdict()
    points = np.frombuffer(row["outline"] or b"", "<f4").reshape(-1, 2).astype(float)
    if row["shape"] != "loop" or len(points) < 3:
        return ""
    y, x = (points - points[0]).T
    x = (np.mod(x + 180.0, 360.0) - 180.0) * np.cos(np.radians(points[0, 0]))
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    return "clockwise" if area < 0 else "anticlockwise"


def names(routes: pd.DataFrame, units: Units) -> list[str]:
    """The names as a list shows them: made ones that two routes have say which way round."""
    plain = [name(row, units) for row in routes.itertuples()]
    many = {n for n in plain if plain.count(n) > 1}
    turns = [turn(row) for row in routes.itertuples()]
    own = routes["name"] != ""
    return [
        f"{n}, {t}" if n in many and t and not mine else n
        for n, t, mine in zip(plain, turns, own, strict=True)
    ]


@dataclass(frozen=True)
class Filters:
    """What the sidebar asks for; lengths in the user's units, climbs too. Empty lists and zeros ask for nothing."""

    groups: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    length: tuple[float, float] = (0.0, np.inf)
    climb_from: float = 0.0
    attempts: int = 1
    favourites: bool = False
    archived: bool = False
    text: str = ""


def found(routes: pd.DataFrame, filters: Filters, units: Units) -> pd.DataFrame:
    """The routes that the filters leave; those in the archive only where it is asked for."""
    keep = routes["is_archived"] == filters.archived
    if filters.groups:
        keep &= routes["sport_group"].isin(filters.groups)
    if filters.places:
        keep &= routes["place"].where(routes["place"] != "", NOWHERE).isin(filters.places)
    length = routes["length_m"] / units.distance_m
    keep &= (length >= filters.length[0]) & (length <= filters.length[1])
    if filters.climb_from:
        keep &= routes["ascent_m"].fillna(0.0) / units.altitude_m >= filters.climb_from
    keep &= (routes["attempts"] >= filters.attempts) | (routes["is_course"] & (filters.attempts <= 1))
    if filters.favourites:
        keep &= routes["is_favourite"]
    if filters.text:
        called = pd.Series(names(routes, units), index=routes.index, dtype=object)
        keep &= called.str.contains(filters.text, case=False, regex=False)
    return routes[keep]


def table(routes: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Rows as the list shows them; the index is the route's id. Distance and Climb in the user's units, Last local,
    so that a click on a column's head sorts by them."""
    rows = []
    for row, called in zip(routes.itertuples(), names(routes, units), strict=True):
        zone = tables.zone_of(row)
        last = dates.local(row.last_time, zone)
        rows.append({
            "id": row.id,
            "Track": tables.thumbnail(row.outline),
            "Name": ("★ " if row.is_favourite else "") + called,
            "Sport": words.sport_label(row.sport) if row.sport else group_label(row.sport_group),
            "Distance": row.length_m / units.distance_m,
            "Climb": row.ascent_m / units.altitude_m,
            "Times": int(row.attempts),
            "Best": fmt.duration(row.best_s),
            "Last": last.replace(tzinfo=None) if last else None,
        })  # fmt: skip
    columns = ["id", "Track", "Name", "Sport", "Distance", "Climb", "Times", "Best", "Last"]
    return pd.DataFrame(rows, columns=columns).set_index("id")


def choice(route, units: Units) -> str:
    """A route among others in a list to choose from: two may have one name."""
    last = dates.local(route.last_time, tables.zone_of(route))
    times = words.count(int(route.attempts), "time")
    return " · ".join(
        [name(route, units), times, *([f"last {dates.short_day(last.date())}"] if last else [])]
    )


def standing(route: dict, units: Units) -> str:
    """What an activity's page says of its route: "3rd of 12 on Loop of 10.4 km, Tegel"."""
    title = name(route, units)
    if route["rank"] is None:
        return f"On {title}, gone {words.count(int(route['attempts']), 'time')}"
    return f"{ordinal(route['rank'])} of {route['timed']} on {title}"


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th, 12th, 13th."""
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return str(n) + {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
