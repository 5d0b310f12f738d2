"""Gear in words: totals, cost per distance, and when a service falls due."""

from datetime import date, timedelta

import pandas as pd

from milevault_core.sports import SPORTS
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts.lines import Notice, Progress
from milevault_core.view.parts.text import address, day_page, icon
from milevault_core.view.parts.things import Column, Order, Thing

KINDS = {"bike": "Bike", "shoe": "Shoes", "part": "Part", "other": "Other"}
_ICONS = {"bike": "directions_bike", "shoe": "steps", "part": "settings", "other": "build"}
NAME = Column("Name", "name", "asc", is_number=False, rank=1)
_COLUMNS = (
    Column("Distance", "distance", rank=1), Column("Time", "time", rank=2), Column("Activities", "count", rank=2),
    Column("Last used", "last", rank=3),
)  # fmt: skip
_COST = Column("Cost", "cost", rank=4)
LATEST = Order("last", "desc")
_SORTED = {
    "distance": "distance_m",
    "time": "time_s",
    "count": "activities",
    "last": "last_day",
    "cost": "cost",
}


def called(names: pd.DataFrame) -> dict[str, str]:
    """What the user calls each thing, by the name that activities have for it (rows of queries.gear.names), in
    alphabetical order. If two would be called the same, a renamed one has its old name in brackets."""
    counts = (names["label"].where(names["label"] != "", names["name"])).value_counts()
    said = {
        row.name: row.label or row.name
        if counts[row.label or row.name] == 1 or not row.label
        else f"{row.label} ({row.name})"
        for row in names.itertuples(index=False)
    }
    return dict(sorted(said.items(), key=lambda each: each[1].casefold()))


def choices(names: pd.DataFrame, now: str = "") -> dict[str, str]:
    """The same for the gear that an activity can have: all but parts, which belong to a bike. `now`: what it has, even
    if that is a part."""
    is_offered = ~names["is_part"].to_numpy(bool) | (names["name"] == now).to_numpy(bool)
    offered = set(names.loc[is_offered, "name"])
    return {name: said for name, said in called(names).items() if name in offered}


def with_kinds(gear: pd.DataFrame) -> pd.DataFrame:
    """Rows of queries.gear.totals; for kind "other" the kind is guessed from the sport."""
    guessed = {"ride": "bike", "run": "shoe", "walk": "shoe"}
    kinds = [
        guessed.get(SPORTS[row.sport].group, "other")
        if row.kind == "other" and row.sport in SPORTS
        else row.kind
        for row in gear.itertuples()
    ]
    return gear.assign(kind=kinds)


def columns(gear: pd.DataFrame) -> tuple[Column, ...]:
    """The columns of a list of gear, with the cost only if some cost is known."""
    return (*_COLUMNS, _COST) if gear["cost"].notna().any() else _COLUMNS


def ordered(gear: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Sorted by the number behind a column, missing values last; names alphabetically. Retired gear comes last."""
    key = gear["label"].where(gear["label"] != "", gear["name"]).str.casefold()
    found = gear.assign(_key=key).sort_values(
        "_key" if order.by == "name" else _SORTED.get(order.by, "last_day"),
        ascending=order.way == "asc", na_position="last", kind="stable",
    )  # fmt: skip
    return found.sort_values("retired_on", key=lambda c: c.notna(), kind="stable").drop(columns="_key")


def cost(value, metres: float, units: Units, currency: str = "") -> str:
    """ "€1 200, €0.24 a km"; currency: as the user writes it, "" for none."""
    return ", ".join(part for part in cost_parts(value, metres, units, currency) if part)


def cost_parts(value, metres: float, units: Units, currency: str = "") -> tuple[str, str]:
    """ "€1 200" and, from 1 km on, "€0.24 a km"; each "" if it is not known."""
    if fmt.is_missing(value):
        return "", ""
    each = value / (metres / units.distance_m) if metres >= 1000 else None
    said = fmt.money(value, currency, 0 if float(value).is_integer() else 2)
    return said, "" if each is None else f"{fmt.money(each, currency, 2)} a {units.distance}"


def things(gear: pd.DataFrame, units: Units, currency: str = "") -> list[Thing]:
    """Gear as rows of a list; currency: the currency of the costs."""
    made = []
    has_cost = _COST in columns(gear)
    for row in gear.itertuples():
        retired = f"Retired on {dates.short_day(row.retired_on)}" if not pd.isna(row.retired_on) else ""
        model = " ".join(part for part in (row.brand, row.model) if part)
        parent = f"on {row.parent_label}" if isinstance(row.parent_label, str) else ""
        made.append(
            Thing(
                href=address("/gear", {"name": row.name}),
                name=row.label or row.name,
                under=" · ".join(p for p in (KINDS.get(row.kind, "Other"), parent, model, retired) if p),
                picture=icon(_ICONS.get(row.kind, "build")),
                cells=(
                    fmt.distance(row.distance_m, units) if row.distance_m else "",
                    fmt.hours(row.time_s) if row.time_s else "",
                    fmt.number(row.activities),
                    dates.short_day(row.last_day),
                    *((cost(row.cost, row.distance_m, units, currency),) if has_cost else ()),
                ),
                links={"Last used": "" if pd.isna(row.last_day) else day_page(row.last_day)},
            )
        )
    return made


def due(left_m: float, recent_m: float, year_m: float, today: date) -> tuple[date, date] | None:
    """When the remaining metres will be used up: the earliest and the latest day, from the pace of the last 90 days and
    that of the last year. None if it was used in neither, or if the day is more than five years away."""
    paces = [m / days for m, days in ((recent_m, 90), (year_m, 365)) if m > 0]
    if not paces or left_m / max(paces) > 5 * 365:
        return None
    ends = [min(left_m / pace, 5 * 365.0) for pace in paces]
    return today + timedelta(days=round(min(ends))), today + timedelta(days=round(max(ends)))


def service(row, thing, units: Units, today: date) -> Progress:
    """A service as a bar: how much of its distance is used up, and when it will be due."""
    left = row.every_m - row.since_m
    is_good: bool | None = False
    if left <= 0:
        said = f"Due: {fmt.distance(-left, units)} over"
    else:
        ends = due(left, thing.recent_m, thing.year_m, today)
        soon, late = ends or (None, None)
        when = f", about {dates.short_day(soon)}" if soon == late and soon else (
            f", between {dates.short_day(soon)} and {dates.short_day(late)}" if soon else ""
        )  # fmt: skip
        said = f"{fmt.distance(left, units)} left{when}"
        is_good = None if left > 0.1 * row.every_m else False
    text = f"{fmt.distance(row.since_m, units)} of {fmt.distance(row.every_m, units)}"
    return Progress(row.what, row.since_m / row.every_m, text, None, said, is_good)


def warnings(services: pd.DataFrame) -> list[str]:
    """What is due now: "Service due on Blue bike: Chain"."""
    late = services[services["since_m"] >= services["every_m"]]
    return [f"Service due on {row.label or row.name}: {row.what}." for row in late.itertuples()]


def notices(services: pd.DataFrame) -> list[Notice]:
    """The same for the dashboard, one line each, with a link to the gear."""
    late = services[services["since_m"] >= services["every_m"]]
    return [
        Notice("build", said, address("/gear", {"name": name}), "Open")
        for said, name in zip(warnings(services), late["name"], strict=True)
    ]
