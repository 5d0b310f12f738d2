"""Filters, order and totals of the list of activities."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts.things import Order

PLACES = {"outdoor": "Outdoors", "indoor": "Indoors", "commute": "Commutes", "undated": "Date unknown"}
HELD = {"power": "Power", "heart": "Heart rate", "track": "GPS"}
_HELD = {"power": "avg_power", "heart": "avg_heart_rate"}
_NUMBERS = {
    "date": "start_time", "distance": "distance_m", "time": "time_s", "climb": "ascent_m", "heart": "avg_heart_rate",
    "power": "avg_power", "speed": "avg_speed",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """The filters in use. Distances are in metres; None and empty values do not filter."""

    text: str = ""
    sports: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    places: tuple[str, ...] = ()
    gear: str = ""
    gear_ids: tuple[
        int, ...
    ] = ()  # activities that count for this gear without naming it: a part's, a bike's
    from_m: float | None = None
    to_m: float | None = None
    tags: tuple[str, ...] = ()  # all of them are required
    route: int = 0
    held: tuple[str, ...] = ()  # keys of HELD, all of them required


def tags_of(rows: pd.DataFrame) -> list[str]:
    """The tags in use, most frequent first, equally frequent ones by name."""
    counts: Counter[str] = Counter()
    for text, many in rows["tags"].value_counts().items():  # few distinct texts, however many activities
        for tag in filter(None, str(text).split(", ")):
            counts[tag] += many
    return sorted(counts, key=lambda tag: (-counts[tag], tag))


def has_tags(rows: pd.DataFrame, tags: Sequence[str]) -> np.ndarray:
    """Mask of the rows that have all of these tags."""
    return np.array([set(tags) <= set(text.split(", ")) for text in rows["tags"]], dtype=bool)


def prepared(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with `time_s`, the time that is shown and added up: moving time, else the time from start to end."""
    return rows.assign(time_s=rows["moving_s"].fillna(rows["elapsed_s"]))


def places(rows: pd.DataFrame) -> list[str]:
    """The entries of PLACES that make sense for these rows: an unknown date is rare."""
    return [place for place in PLACES if place != "undated" or rows["date_doubted"].any()]


def found(rows: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The rows of queries.activity_list.figures (prepared) that match the filters."""
    keep = np.ones(len(rows), dtype=bool)
    if filters.sports:
        keep &= rows["sport"].isin(filters.sports).to_numpy()
    if filters.first or filters.last:
        day = pd.to_datetime(rows["local_day"])
        if filters.first:
            keep &= (day >= pd.Timestamp(filters.first)).to_numpy()
        if filters.last:
            keep &= (day <= pd.Timestamp(filters.last)).to_numpy()
    inside = rows["is_indoor"].to_numpy(bool)
    if "outdoor" in filters.places and "indoor" not in filters.places:
        keep &= ~inside
    if "indoor" in filters.places and "outdoor" not in filters.places:
        keep &= inside
    if "commute" in filters.places:
        keep &= rows["is_commute"].to_numpy(bool)
    if "undated" in filters.places:
        keep &= rows["date_doubted"].to_numpy(bool)
    if filters.gear:
        keep &= ((rows["gear"] == filters.gear) | rows["id"].isin(filters.gear_ids)).to_numpy()
    if filters.tags:
        keep &= has_tags(rows, filters.tags)
    if filters.route:
        keep &= (rows["route"] == filters.route).to_numpy()
    for name in filters.held:
        keep &= (
            rows["has_track"].to_numpy(bool)
            if name == "track"
            else rows[_HELD[name]].fillna(0).to_numpy() > 0
        )
    metres = rows["distance_m"].fillna(0.0).to_numpy(float)
    if filters.from_m:
        keep &= metres >= filters.from_m
    if filters.to_m:
        keep &= metres <= filters.to_m
    left = rows[keep]
    if filters.text.strip():
        wanted = filters.text.casefold().split()
        names = tables.names(left).str.casefold()
        left = left[[all(word in name for word in wanted) for name in names]]
    return left


def ordered(rows: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Sorted by the number behind a column, missing values last; names alphabetically."""
    if order.by == "name":
        key = tables.names(rows).str.casefold()
        return rows.loc[key.sort_values(ascending=order.way == "asc", kind="stable").index]
    if order.by == "sport":
        key = rows["sport"].map(texts.sport_label)
        return rows.loc[key.sort_values(ascending=order.way == "asc", kind="stable").index]
    column = _NUMBERS.get(order.by) or (order.by if order.by in rows.columns else "start_time")
    return rows.sort_values(column, ascending=order.way == "asc", na_position="last", kind="stable")


def totals(rows: pd.DataFrame, units: Units) -> list[tuple[str, str]]:
    """(label, value) totals of the rows that count."""
    rows = counting(rows)
    return [
        ("Activities", fmt.number(len(rows))),
        ("Time", fmt.hours(float(rows["time_s"].sum()))),
        ("Distance", fmt.distance(float(rows["distance_m"].sum()), units)),
        ("Ascent", fmt.altitude(float(rows["ascent_m"].sum()), units)),
    ]


def line(rows: pd.DataFrame, units: Units) -> str:
    """The totals in one line: "12 activities · 14 h 05 · 312 km"."""
    if not len(inside := counting(rows)):
        said = texts.count(len(rows), "activity", "activities")
        return f"{said} that {'does' if len(rows) == 1 else 'do'} not count in totals"
    rows = inside
    parts = [texts.count(len(rows), "activity", "activities"), fmt.hours(float(rows["time_s"].sum()))]
    if metres := float(rows["distance_m"].sum()):
        parts.append(fmt.distance(metres, units))
    return " · ".join(parts)


def counting(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that count in totals: without doubted dates and without those the user left out."""
    return rows[rows["counts"].to_numpy(bool)] if "counts" in rows else rows


def month(value: date) -> str:
    """ "November 2026"."""
    return f"{dates.MONTHS[value.month - 1]} {value.year}"
