"""Activities as rows of a list and as cards, grouped by month."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters, outline
from milevault_core.view.format import Units
from milevault_core.view.parts import colours
from milevault_core.view.parts.cards import Card
from milevault_core.view.parts.text import address, day_page, icon
from milevault_core.view.parts.things import Column, Group, Order, Thing

NAME = Column("Name", "name", "asc", is_number=False, rank=1)
COLUMNS = (
    Column("Date", "date", is_number=False, rank=2),
    Column("Distance", "distance", rank=1),
    Column("Time", "time", rank=1),
    Column("Ascent", "climb", rank=3),
    Column("Pace or speed", "speed", rank=3),
    Column("Heart rate", "heart", rank=4),
    Column("Power", "power", rank=4),
)
LATEST = Order("date", "desc")
Notes = Mapping[int, list[tuple[str, str]]]


def name(row) -> str:
    """The activity's name as lists show it."""
    return texts.activity_name(row.name, row.sport, row.start_time, tables.zone_of(row))


def when(row, year: bool = True) -> str:
    """ "Sat 28 Nov 2026, 07:30"; "Date unknown" if the clock was never set."""
    if getattr(row, "date_doubted", False):
        return "Date unknown"
    at = dates.local(row.start_time, tables.zone_of(row))
    if at is None:
        return fmt.MISSING
    day = dates.short_day(at, weekday=True) if year else dates.day_of_year(at, weekday=True)
    return f"{day}, {dates.time_of_day(at)}"


def _day(row) -> str:
    """The address of the activity's day; "" if it is not known."""
    return "" if getattr(row, "date_doubted", False) else day_page(row.local_day)


def rate(row, units: Units) -> str:
    """Pace or speed from the distance and time shown beside it, so that the three figures agree."""
    seconds = row.moving_s if row.moving_s == row.moving_s and row.moving_s else row.elapsed_s
    metres = row.distance_m if row.distance_m == row.distance_m else 0.0
    return fmt.rate(metres / seconds, units, row.sport) if metres and seconds else fmt.MISSING


def picture(stored: bytes | None, width: int = 72, height: int = 48) -> str:
    """A stored outline in the colour of its sport; "" if there is none."""
    return outline.inline(stored, width, height) if isinstance(stored, bytes) and stored else ""


def thing(
    row, units: Units, stored: bytes | None, notes: list[tuple[str, str]], more: Sequence[str] = ()
) -> Thing:
    """An activity as a row; `more`: the cells of further columns."""
    time = row.moving_s if row.moving_s == row.moving_s else row.elapsed_s
    return Thing(
        href=address("/activity", {"id": row.id}),
        name=name(row),
        icon=texts.icon(row.sport) if stored else "",
        icon_label=texts.sport_label(row.sport, row.sport_name),
        family=colours.family(row.sport),
        picture=picture(stored) or icon(texts.icon(row.sport)),
        notes=notes,
        cells=(
            when(row),
            fmt.distance(row.distance_m or None, units, row.sport),
            fmt.duration(time),
            fmt.altitude(row.ascent_m, units) if row.ascent_m == row.ascent_m and row.ascent_m else "",
            rate(row, units),
            fmt.heart_rate(row.avg_heart_rate),
            fmt.power(row.avg_power or None),
            *more,
        ),
        links={"Date": _day(row)},
    )


def groups(
    shown: pd.DataFrame,
    found: pd.DataFrame,
    pictures: Mapping[int, bytes],
    units: Units,
    order: Order,
    notes: Notes,
    more: Mapping[int, Sequence[str]] | None = None,
) -> list[Group]:
    """The rows of a page. If sorted by date, each month has a heading with the totals of everything found in it."""
    more = more or {}
    rows = [
        (r, thing(r, units, pictures.get(int(r.id)), notes.get(int(r.id), []), more.get(int(r.id), ())))
        for r in shown.itertuples()
    ]
    if order.by != "date":
        return [Group("", [t for _, t in rows])]
    months = (
        pd.to_datetime(found["local_day"]).to_numpy().astype("datetime64[M]")
    )  # as numbers, because there can be thousands
    made = []
    doubted = found["date_doubted"].to_numpy(bool)
    for (year, month), part in groupby(rows, key=lambda pair: _month(pair[0])):
        whole = (
            found[~doubted & (months == np.datetime64(f"{year:04d}-{month:02d}"))] if year else found[doubted]
        )
        members = [t for _, t in part]
        title = f"{dates.MONTHS[month - 1]} {year}" if year else "Date unknown"
        made.append(Group(title, members, filters.line(whole, units)))
    return made


def _month(row) -> tuple[int, int]:
    """(year, month); (0, 0) if the date cannot be right."""
    return (0, 0) if row.date_doubted else (row.local_day.year, row.local_day.month)


def card(row, units: Units, stored: bytes | None, notes: list[tuple[str, str]], of_day: bool = False) -> Card:
    """An activity as a card; `of_day`: on its day's page, so the card does not link to the day."""
    time = row.moving_s if row.moving_s == row.moving_s else row.elapsed_s
    figures = [
        ("Distance", fmt.distance(row.distance_m or None, units, row.sport)),
        ("Time", fmt.duration(time)),
        (fmt.rate_label(row.sport), rate(row, units)),
        (
            "Ascent",
            fmt.altitude(row.ascent_m, units) if row.ascent_m == row.ascent_m and row.ascent_m >= 10 else "",
        ),
    ]
    if not row.distance_m or row.distance_m != row.distance_m:
        heart = getattr(row, "avg_heart_rate", None)
        figures.append(("Heart rate", fmt.heart_rate(heart)))
    return Card(
        href=address("/activity", {"id": row.id}),
        name=name(row),
        under=when(row),
        under_href="" if of_day else _day(row),
        icon=texts.icon(row.sport),
        icon_label=texts.sport_label(row.sport, row.sport_name),
        family=colours.family(row.sport),
        picture=picture(stored, 240, 96),
        figures=[(label, value) for label, value in figures if value not in ("", fmt.MISSING)],
        notes=notes,
    )
