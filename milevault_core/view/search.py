"""Search results as rows, for both the box in the sidebar and the search page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pandas as pd

from milevault_core.routes.naming import made_name
from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts import colours
from milevault_core.view.parts.text import address
from milevault_core.view.parts.things import Thing
from milevault_core.view.routes.routes import names
from milevault_core.view.segments.segments import group_label

KINDS = {"activity": "Activities", "route": "Routes", "segment": "Segments", "gear": "Gear", "tag": "Tags"}
LEAST = 3  # letters


def is_enough(words: str) -> bool:
    """Whether the text is long enough to search: three letters or more."""
    return len(words.strip()) >= LEAST


def day_of(words: str) -> date | None:
    """The day that the words name, in any of the forms in which MileVault writes dates: "2026-11-28", "28 Nov 2026",
    "Sat, November 28, 2026"; None if they do not."""
    parts = words.replace(",", " ").split()
    if len(parts) > 1 and parts[0].capitalize() in dates.DAYS:
        parts = parts[1:]
    text = " ".join(parts)
    for form in ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a date
        except ValueError:
            continue
        return found if 1900 <= found.year <= 2100 else None
    return None


def the_day(found: date) -> Thing:
    """A day as a search result."""
    return Thing(href=address("/day", {"date": found}), name=dates.day(found), icon="today")


def things(
    found: pd.DataFrame, units: Units, routes: Callable[[], pd.DataFrame] | None = None
) -> dict[str, list[Thing]]:
    """Rows of queries.search.found by kind. routes: returns the rows of queries.routes.names; it is called only if a
    route was found, to give that route its unique name."""
    called = names(routes(), units) if routes and (found["kind"] == "route").any() else {}
    made: dict[str, list[Thing]] = {}
    for row in found.itertuples():
        kind = str(row.kind)
        thing = _THING[kind](row, units)
        if kind == "route":
            thing = replace(thing, name=called.get(int(row.id), thing.name))
        made.setdefault(kind, []).append(thing)
    return made


def _activity(row, units: Units) -> Thing:
    zone = tables.zone_of(row)
    at = dates.local(row.start_time, zone)
    parts = [dates.short_day(at.date()) if at else "", fmt.distance(row.length_m or None, units, row.sport)]
    return Thing(
        href=address("/activity", {"id": row.id}),
        name=texts.activity_name(row.name, row.sport, row.start_time, zone),
        under=" · ".join(p for p in parts if p and p != fmt.MISSING),
        icon=texts.icon(row.sport),
        family=colours.family(row.sport),
    )


def _route(row, units: Units) -> Thing:
    name = row.name or made_name(row.shape, float(row.length_m), row.about or row.heading, units.distance_m)
    parts = [row.about, fmt.distance(row.length_m, units)]
    return Thing(
        href=address("/route", {"id": row.id}),
        name=name,
        under=" · ".join(p for p in parts if p),
        icon="route",
    )


def _segment(row, units: Units) -> Thing:
    return Thing(
        href=address("/segment", {"id": row.id}), name=row.name,
        under=f"{group_label(row.about)} · {fmt.distance(row.length_m, units)}", icon="conversion_path",
    )  # fmt: skip


def _gear(row, units: Units) -> Thing:
    return Thing(
        href=address("/gear", {"name": row.name}), name=row.about or row.name, under="Gear", icon="build"
    )


def _tag(row, units: Units) -> Thing:
    many = texts.count(int(row.about), "activity", "activities")
    return Thing(
        href=address("/activities", {"tag": row.name}), name=row.name, under=f"Tag · {many}", icon="sell"
    )


_THING = {"activity": _activity, "route": _route, "segment": _segment, "gear": _gear, "tag": _tag}
