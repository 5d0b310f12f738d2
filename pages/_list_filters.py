"""The filters of the activities list: in the sidebar, in the address, and as chips that remove a filter."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.store.queries import gear as gear_queries
from milevault_core.store.queries import routes as route_queries
from milevault_core.view import dates, metrics, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters as choose
from milevault_core.view.routes import routes as route_view
from pages._day_tags import left_out_days
from pages._gear_names import gear_called
from pages.parts import choice_in_address, filters, here
from pages.parts.dates import date_input

PERIODS = {"year": "This year", "12": "Last 12 months", "90": "Last 90 days", "30": "Last 30 days"}
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)  # finds a wrong clock's dates, too
# The address parameters of what is under "More filters and columns".
FURTHER = ("since", "until", "only", "gear", "tag", "not", "route", "has", "from", "to", "columns")


@dataclass
class Further:
    """What is chosen under "More filters and columns"; distances in the user's unit."""

    since: date | None = None
    until: date | None = None
    places: list[str] = field(default_factory=list)
    gear: str | None = None
    tags: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    left_out: set[date] = field(default_factory=set)  # the days that have one of the `marked` tags
    route: int | None = None
    held: list[str] = field(default_factory=list)
    low: float | None = None
    high: float | None = None
    columns: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Chosen:
    """What the list shows, and the chips above it."""

    wanted: choose.Filters
    left_out: set[date]
    columns: list[str]
    chips: list[tuple[str, str]]


def list_filters(user_id: int, rows: pd.DataFrame, units: fmt.Units, today: date) -> Chosen:
    """Draw the filters and return what is chosen."""
    with filters():
        text = st.text_input("Name", placeholder="Words in the name", key="q", bind="query-params",
                             icon=":material/search:") or ""  # fmt: skip
        sports = rows["sport"].value_counts().index.tolist()  # the athlete's main sports first
        chosen = st.multiselect("Sport", sports, format_func=texts.sport_label, key="sport", bind="query-params",
                                placeholder="All sports")  # fmt: skip
        period = st.selectbox("Time", list(PERIODS), index=None, format_func=PERIODS.get, key="period",
                              bind="query-params", placeholder="All time")  # fmt: skip
        # These cost the browser more than the list itself, so they are drawn only when opened or in use.
        is_used = any(st.query_params.get(each) for each in FURTHER)
        box = st.expander("More filters and columns", is_used, key="further", on_change="rerun")
        further, called, gears = Further(), {}, {}
        if box.open or is_used:
            called = _route_names(user_id, rows, units)
            gears = gear_called(user_id, rows, with_parts=True)
            with box:
                further = _further(user_id, rows, units, called, gears)
    counted = tuple(gear_queries.activities(user_id, further.gear)) if further.gear else ()
    wanted = choose.Filters(
        text, tuple(chosen), further.since or first_day(period, today), further.until, tuple(further.places),
        further.gear or "", counted, further.low and further.low * units.distance_m,
        further.high and further.high * units.distance_m, tuple(further.tags), further.route or 0,
        tuple(further.held),
    )  # fmt: skip
    chips = _chips(text, chosen, period, further, called, gears, units.distance)
    return Chosen(wanted, further.left_out, further.columns, chips)


def first_day(period: str | None, today: date) -> date | None:
    """The first day of one of PERIODS; None for all time."""
    if period == "year":
        return today.replace(month=1, day=1)
    days = {"12": 365, "90": 90, "30": 30}.get(period or "")
    return date.fromordinal(today.toordinal() - days + 1) if days else None


def _route_names(user_id: int, rows: pd.DataFrame, units: fmt.Units) -> dict[int, str]:
    """The names of these activities' routes by id, the most frequent first."""
    counts = rows["route"].value_counts()
    if not (counts.index != 0).any():
        return {}
    called = route_view.names(route_queries.names(user_id), units)
    return {int(each): called[int(each)] for each in counts.index if int(each) in called}


def _further(
    user_id: int, rows: pd.DataFrame, units: fmt.Units, called: dict[int, str], gears: dict[str, str]
) -> Further:
    since, until = (  # one below the other, because half the sidebar is too narrow for a date
        date_input(st, label, None, EARLIEST, LATEST, key=label.lower(), bind="query-params")
        for label in ("Since", "Until")
    )
    places = st.pills("Only", choose.places(rows), format_func=choose.PLACES.get, selection_mode="multi", key="only",
                      bind="query-params")  # fmt: skip
    choice_in_address("gear", gears)
    gear = st.selectbox("Gear", list(gears), index=None, format_func=gears.__getitem__, key="gear", bind="query-params",
                        placeholder="Any") if gears else None  # fmt: skip
    all_tags = choose.tags_of(rows)
    tags = (
        st.multiselect("Tags", all_tags, key="tag", bind="query-params", placeholder="Any")
        if all_tags
        else []
    )
    marked, left_out = left_out_days(user_id)
    route = st.selectbox("Route", list(called), index=None, format_func=called.get, key="route", bind="query-params",
                         placeholder="Any") if called else None  # fmt: skip
    held = st.pills("Has", list(choose.HELD), format_func=choose.HELD.get, selection_mode="multi", key="has",
                    bind="query-params")  # fmt: skip
    left, right = st.columns(2)
    low = left.number_input(f"From, {units.distance}", 0.0, None, None, 1.0, key="from", bind="query-params",
                            format="%g")  # fmt: skip
    high = right.number_input(f"To, {units.distance}", 0.0, None, None, 1.0, key="to", bind="query-params",
                              format="%g")  # fmt: skip
    columns = metrics.list_columns()
    more = st.multiselect("More columns", list(columns), format_func=columns.get, key="columns", bind="query-params",
                          placeholder="None")  # fmt: skip
    return Further(
        since, until, places or [], gear, tags, marked, left_out, route, held or [], low, high, more
    )


def _chips(
    text: str,
    sports: list[str],
    period: str | None,
    chosen: Further,
    called: dict[int, str],
    gears: dict[str, str],
    distance: str,
) -> list[tuple[str, str]]:
    """(label, address without this filter) of each filter in use."""
    me = here("/activities")
    alone: list[tuple[Any, str, str]] = [  # value, label, parameter; shown if there is a value
        (text, f"“{text}”", "q"),
        (period, PERIODS.get(period or "", ""), "period"),
        (chosen.since, f"Since {dates.short_day(chosen.since)}" if chosen.since else "", "since"),
        (chosen.until, f"Until {dates.short_day(chosen.until)}" if chosen.until else "", "until"),
        (chosen.gear, gears.get(chosen.gear or "", ""), "gear"),
        (chosen.route, called.get(chosen.route or 0, ""), "route"),
        (chosen.low, f"From {chosen.low or 0:g} {distance}", "from"),
        (chosen.high, f"To {chosen.high or 0:g} {distance}", "to"),
    ]
    together = (  # values, their labels, their parameter
        (sports, [texts.sport_label(each) for each in sports], "sport"),
        (chosen.places, [choose.PLACES[each] for each in chosen.places], "only"),
        (chosen.tags, [f"Tag: {each}" for each in chosen.tags], "tag"),
        (chosen.marked, [f"Without: {each}" for each in chosen.marked], "not"),
        (chosen.held, [f"Has {choose.HELD[each]}" for each in chosen.held], "has"),
    )
    chips = [(label, me(**{name: ""}, page="")) for is_chosen, label, name in alone if is_chosen]
    for all_of_them, labels, name in together:
        for one, label in zip(all_of_them, labels, strict=True):
            chips.append((label, me(**{name: [each for each in all_of_them if each != one]}, page="")))
    return chips
