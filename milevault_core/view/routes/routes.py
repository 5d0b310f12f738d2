"""The list of routes: their names, the filters, the rows of the table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.routes.naming import made_name, told_apart
from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import outline
from milevault_core.view.format import Units
from milevault_core.view.parts import colours
from milevault_core.view.parts.text import address, day_page, icon
from milevault_core.view.parts.things import Column, Order, Thing

GROUPS = {
    "run": "Running", "ride": "Cycling", "swim": "Swimming", "walk": "Walking and hiking", "ski": "Skiing",
    "skate": "Skating", "paddle": "Rowing and paddling", "sail": "Sailing", "surf": "Surfing", "horse": "Riding",
    "wheel": "Wheelchair", "other": "Other",
}  # fmt: skip
NOWHERE = "Elsewhere"  # far from any place with a known name


def group_label(group: str) -> str:
    """The sport group of a route in words: "Running"."""
    return GROUPS.get(group, group.capitalize())


def made(route, units: Units) -> str:
    """The generated name of an unnamed route: "Loop of 10.4 km, Tegel". route: a row or dict of queries.routes."""
    row = route if isinstance(route, dict) else route._asdict()
    where = row["quarter"] or row["place"] or row["heading"]
    return made_name(row["shape"], float(row["length_m"]), where, units.distance_m, row["sport_group"])


def names(routes: pd.DataFrame, units: Units) -> dict[int, str]:
    """The name of each of a user's routes, by id: its own, or a unique generated one. Pass all routes, or a name may be
    used twice; rows of queries.routes.names or listed."""
    called: dict[int, str] = {}
    more: dict[int, tuple[str, ...]] = {}
    for row in routes.sort_values("id", key=abs).itertuples(index=False):
        called[int(row.id)] = str(row.name) or made(row, units)
        if not row.name:
            beside = row.beside if row.beside != (row.quarter or row.place) else ""
            more[int(row.id)] = (
                f"by {beside}" if beside else "",
                row.heading,
                row.turn,
                group_label(row.sport_group),
            )
    return told_apart(called, more)


@dataclass(frozen=True)
class Filters:
    """The filters in the sidebar; lengths and climbs are in the user's units. Empty tuples and zeros do not filter."""

    groups: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    length: tuple[float, float] = (0.0, np.inf)
    climb_from: float = 0.0
    attempts: int = 1
    favourites: bool = False
    archived: bool = False
    text: str = ""


def found(routes: pd.DataFrame, filters: Filters, units: Units, called: dict[int, str]) -> pd.DataFrame:
    """The routes that match the filters; archived ones only if asked for. called: from `names`."""
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
        keep &= routes["id"].map(called).astype(object).str.contains(filters.text, case=False, regex=False)
    return routes[keep]


NAME = Column("Name", "name", "asc", is_number=False, rank=1)
COLUMNS = (
    Column("Distance", "length", rank=1),
    Column("Ascent", "climb", rank=3),
    Column("Times", "often", rank=1),
    Column("Best", "best", "asc", rank=2, about="route_time"),
    Column("Last", "last", rank=3),
)
LATEST = Order("last", "desc")
_SORTED = {
    "length": "length_m",
    "climb": "ascent_m",
    "often": "attempts",
    "best": "best_s",
    "last": "last_time",
}


def ordered(routes: pd.DataFrame, order: Order, called: dict[int, str]) -> pd.DataFrame:
    """Sorted by the number behind a column, missing values last; names (from `names`) alphabetically."""
    if order.by == "name":
        key = routes["id"].map(called).astype(object).str.casefold()
        return routes.loc[key.sort_values(ascending=order.way == "asc", kind="stable").index]
    column = _SORTED.get(order.by, "last_time")
    return routes.sort_values(column, ascending=order.way == "asc", na_position="last", kind="stable")


def things(routes: pd.DataFrame, units: Units, called: dict[int, str]) -> list[Thing]:
    """Routes as rows of a list. called: from `names`."""
    made = []
    for row in routes.itertuples():
        last = dates.local(row.last_time, tables.zone_of(row))
        stored = row.outline if isinstance(row.outline, bytes) else b""
        sport = row.sport or ""
        made.append(
            Thing(
                href=address("/route", {"id": row.id}),
                name=called[int(row.id)],
                under=texts.sport_label(sport) if sport else group_label(row.sport_group),
                family=colours.family(sport),
                picture=outline.inline(stored, 72, 48) if stored else icon("route"),
                star=bool(row.is_favourite),
                cells=(
                    fmt.distance(row.length_m, units),
                    fmt.altitude(row.ascent_m, units),
                    fmt.number(int(row.attempts)),
                    fmt.duration(row.best_s),
                    dates.short_day(last.date()) if last else "",
                ),
                links={"Last": day_page(last.date() if last else None)},
            )
        )
    return made


def choice(route, called: dict[int, str]) -> str:
    """The label of a route in a list to choose from."""
    last = dates.local(route.last_time, tables.zone_of(route))
    times = texts.count(int(route.attempts), "time")
    return " · ".join(
        [called[int(route.id)], times, *([f"last {dates.short_day(last.date())}"] if last else [])]
    )


def standing(route: dict, title: str) -> str:
    """An activity's place on its route: "3rd of 12 on Loop of 10.4 km"; without a time "Loop · 12 times"."""
    if route["rank"] is None:
        return f"{title} · {texts.count(int(route['attempts']), 'time')}"
    return f"{ordinal(route['rank'])} of {route['timed']} on {title}"


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th, 12th, 13th."""
    if n % 100 in (11, 12, 13):
        return f"{n}th"
    return str(n) + {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
