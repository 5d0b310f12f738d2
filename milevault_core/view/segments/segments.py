"""The list of segments: its filters, its rows, and the table in which many can be selected."""

import math
from dataclasses import dataclass

import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import outline
from milevault_core.view.format import Units
from milevault_core.view.parts import colours
from milevault_core.view.parts.text import address, day_page, icon
from milevault_core.view.parts.things import Column, Order, Thing
from milevault_core.view.routes.routes import GROUPS

NAME = Column("Name", "name", "asc", is_number=False, rank=1)
COLUMNS = (
    Column("Length", "length", rank=1),
    Column("Grade", "grade", rank=2),
    Column("Efforts", "efforts", rank=1),
    Column("Best", "best", "asc", rank=1, about="segment_time"),
    Column("Last", "latest", "asc", rank=2, about="segment_time"),
    Column("Date", "last", rank=3),
)
LATEST = Order("last", "desc")
_SORTED = {
    "length": "length_m", "efforts": "efforts", "best": "best_s", "latest": "last_s", "last": "last_time",
}  # fmt: skip
_SPORT_OF = {"run": "running", "ride": "cycling", "e_ride": "e_biking", "walk": "hiking", "swim": "swimming"}
ORIGINS = {
    "drawn": "drawn on an activity", "climb": "a climb", "effort": "a best effort", "gpx": "from a file",
    "device": "from a device", "milevault": "from the first MileVault", "demo": "part of the demo data",
}  # fmt: skip


def group_label(group: str) -> str:
    """A sport group in words: "Running", "E-biking"."""
    return "E-biking" if group == "e_ride" else GROUPS.get(group, group.replace("_", " ").capitalize())


def sport_of(segment) -> str:
    """The sport whose units and colour a segment uses: that of most of its efforts, else the usual one of its group.
    segment: a row or a dict of queries.segments."""
    row = segment if isinstance(segment, dict) else segment._asdict()
    return str(row["sport"]) or _SPORT_OF.get(str(row["sport_group"]), "other")


def grade(gain_m: float | None, length_m: float) -> str:
    """ "4.2%", the mean from start to end; "–" if the altitudes are not known."""
    if gain_m is None or fmt.is_missing(gain_m) or length_m <= 0:
        return fmt.MISSING
    return fmt.number(100 * gain_m / length_m, 1, "%")


def time_text(seconds: float | None) -> str:
    """ "43.2 s", from one minute on "1:02"."""
    if seconds is None or fmt.is_missing(seconds):
        return fmt.MISSING
    return fmt.duration(seconds) if seconds >= 60 else fmt.number(seconds, 1, "s")


@dataclass(frozen=True)
class Filters:
    """The filters in the sidebar; lengths are in the user's units."""

    text: str = ""
    groups: tuple[str, ...] = ()
    length: tuple[float, float] = (0.0, math.inf)
    climbs_only: bool = False
    efforts: int = 0


CLIMB_GRADE = 0.03


def found(segments: pd.DataFrame, filters: Filters, units: Units) -> pd.DataFrame:
    """The segments that match the filters."""
    length = segments["length_m"] / units.distance_m
    keep = (length >= filters.length[0]) & (length <= filters.length[1])
    keep &= segments["efforts"] >= filters.efforts
    if filters.groups:
        keep &= segments["sport_group"].isin(filters.groups)
    if filters.climbs_only:
        keep &= segments["gain_m"].fillna(0.0) >= CLIMB_GRADE * segments["length_m"]
    if filters.text:
        keep &= segments["name"].astype(object).str.contains(filters.text, case=False, regex=False)
    return segments[keep]


def ordered(segments: pd.DataFrame, order: Order) -> pd.DataFrame:
    """Sorted by the number behind a column, missing values last; names alphabetically."""
    rising = order.way == "asc"
    if order.by == "name":
        key = segments["name"].astype(object).str.casefold()
        return segments.loc[key.sort_values(ascending=rising, kind="stable").index]
    known = segments.assign(grade=segments["gain_m"] / segments["length_m"])
    column = "grade" if order.by == "grade" else _SORTED.get(order.by, "last_time")
    return segments.loc[known.sort_values(column, ascending=rising, na_position="last", kind="stable").index]


def things(segments: pd.DataFrame, units: Units, waiting: frozenset[int] = frozenset()) -> list[Thing]:
    """Segments as rows of a list. waiting: ids of segments whose efforts are still being searched, 0 for all."""
    made = []
    for row in segments.itertuples():
        sport = sport_of(row)
        last = dates.local(row.last_time, tables.zone_of(row))
        stored = row.outline if isinstance(row.outline, bytes) else b""
        is_waiting = bool({0, int(row.id)} & waiting)
        made.append(
            Thing(
                href=address("/segment", {"id": row.id}),
                name=row.name,
                under=group_label(row.sport_group),
                family=colours.family(sport),
                picture=outline.inline(stored, 72, 48) if stored else icon("conversion_path"),
                notes=[("sync", "being looked for")] if is_waiting else [],
                cells=(
                    fmt.distance(row.length_m, units),
                    grade(row.gain_m, row.length_m),
                    fmt.number(int(row.efforts)),
                    time_text(row.best_s),
                    time_text(row.last_s),
                    dates.short_day(last.date()) if last else "",
                ),
                links={"Date": day_page(last.date() if last else None)},
            )
        )
    return made


def table(segments: pd.DataFrame, units: Units) -> pd.DataFrame:
    """The rows from which several segments are selected. Lengths and times are values, so that columns sort by them."""
    return pd.DataFrame(
        {
            "Name": segments["name"].astype(object),
            "Sport": [group_label(g) for g in segments["sport_group"]],
            f"Length, {units.distance}": (segments["length_m"] / units.distance_m).round(2),
            "Efforts": segments["efforts"],
            "Best": pd.to_timedelta(segments["best_s"].astype(float).round(1), unit="s"),
        }
    )


def choice(row, units: Units) -> str:
    """The label of a segment in a list to choose from."""
    return f"{row.name} · {fmt.distance(row.length_m, units)} · {texts.count(int(row.efforts), 'effort')}"
