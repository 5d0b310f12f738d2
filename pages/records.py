"""Personal records: efforts that need a decision, the records of a sport, their history, curves, and past
decisions."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.actions import records
from milevault_core.records import sections as places
from milevault_core.records.curve import best_curves
from milevault_core.records.eligibility import KEEP, NOT_A_RECORD, WHOLE
from milevault_core.store import ahead
from milevault_core.store.queries import records as queries
from milevault_core.store.queries import routes as route_queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.parts import abouts
from milevault_core.view.parts.things import Group, Page, Things, things
from milevault_core.view.records import charts
from milevault_core.view.records import tables as view
from milevault_core.view.records import texts as say
from milevault_core.view.records import things as record_things
from milevault_core.view.routes.routes import names as route_names
from milevault_core.view.tables import in_order
from pages._page import page_title, require_user
from pages.parts import empty, figures, filters, go, here, show

FIRST, LATEST = 3, 10  # efforts to decide, and rows of long lists, shown at first; the rest is a click away

user = require_user()
units = fmt.units(user.units)
page_title("Records")

ahead.fetch(*((ask, user.id) for ask in (queries.sports, queries.waiting, queries.decided, queries.left_out)))
sports = list(queries.sports(user.id)["sport"])
if not sports:
    empty(
        "No records yet. MileVault finds them in your activities.",
        (
            (
                "upload_file",
                "Import files",
                "FIT, GPX, TCX, or a whole export from Strava or Garmin.",
                "/imports",
            ),
        ),
    )
    st.stop()


def say_so(row: Any, kind: str, key: float, decision: str) -> None:
    """Save a decision, recompute, and show the page again."""
    records.decide_record(user.id, int(row.activity_id), kind, float(key), decision)
    st.rerun()


def look_button(row: Any, label: str, key: str, window: bool = True) -> None:
    where = {"id": str(row.activity_id)}
    if window and row.t1_s == row.t1_s and row.t1_s > row.t0_s:
        where |= {"from": f"{row.t0_s:.1f}", "to": f"{row.t1_s:.1f}"}
    if st.button(label, key=key, icon=":material/map:", type="tertiary"):
        go("/activity", **where)


def first_of(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The latest rows of a long list, or all of them if the user asks."""
    if len(rows) <= LATEST or st.toggle(f"All {len(rows)}", key=key):
        return rows
    return rows.head(LATEST)


def one_waiting(row: Any) -> None:
    name = f"{row.activity_id}-{row.kind}-{row.key:g}"
    st.markdown(f"**{texts.plain(say.waiting_sentence(row, units))}**")
    source = {"gps": "Distance by GPS", "device": "Distance by the device"}.get(row.source, "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        look_button(row, say.activity_line(row), f"look-{name}")
        if source:
            st.caption(source, width="content")
        if st.button("Keep", key=f"keep-{name}", icon=":material/check:"):
            say_so(row, row.kind, row.key, KEEP)
        if st.button("Not a record", key=f"reject-{name}", icon=":material/close:"):
            say_so(row, row.kind, row.key, NOT_A_RECORD)


with filters():
    sport = st.selectbox(
        "Sport", [*sports, "all"], key="record_sport", bind="query-params",
        format_func=lambda s: "All sports" if s == "all" else texts.sport_label(s),
    )  # fmt: skip
waiting = queries.waiting(user.id)
asked = waiting[waiting["is_asked"] & ((sport == "all") | (waiting["sport"] == sport))]
if len(asked):
    with st.container(border=True, key="waiting"):
        head = texts.count(len(asked), "effort to check. It counts", "efforts to check. They count")
        st.markdown(f":material/help: &nbsp;{head} once you confirm.")
        for row in asked.head(FIRST).itertuples(index=False):
            one_waiting(row)
        if len(asked) > FIRST:
            with st.expander(f"{len(asked) - FIRST} more"):
                for row in asked.iloc[FIRST:].itertuples(index=False):
                    one_waiting(row)

every = queries.of_sport(user.id, sport)
if (every["kind"] == "route").any():
    every = view.with_route_names(every, route_names(route_queries.names(user.id), units))
both = every[every["activity_id"].notna()]["is_indoor"].nunique() > 1
with filters(""):
    place = (
        st.segmented_control("Where", ["outdoor", "indoor"], default="outdoor", required=True, key="place",
                             bind="query-params", format_func=str.capitalize) if both else None
    )  # fmt: skip
rows = view.at_place(every, place) if place else every
with filters(""):
    year = st.selectbox(
        "Year", [0, *view.seasons(rows)], key="year", bind="query-params",
        format_func=lambda y: str(y) if y else "All time",
    )  # fmt: skip
# On the page, not in the sidebar, which is collapsed on a phone.
kinds = view.sections(rows) | {"everything": "Everything"}
section = st.radio("Kind", list(kinds), key="kind", bind="query-params", format_func=kinds.get, horizontal=True,
                   label_visibility="collapsed")  # fmt: skip
year = year or None

heads = view.heads(rows, sport, units)
if heads and not year:
    figures(heads, key="heads")

section = "" if section == "everything" else section
titles = view.sections(rows)
wanted = [section] if section else list(titles)
for name in wanted:
    found = view.shown(rows, name, year)
    if found.empty:
        continue
    st.subheader(titles[name] + (f" of {year}" if year else ""), anchor=False)
    table = view.table(found, rows, waiting, units, year)
    made = Things(
        titles[name], record_things.NAME, record_things.columns(table),
        [Group("", record_things.things(table, found))], page=Page(1, len(found), len(found)),
    )  # fmt: skip
    show(things(made, here("/records")), key=f"table-{name}")

in_section = rows[rows["kind"].isin(places.sections()[section][1])] if section else rows
choices = view.choices(in_section)
if choices:
    st.subheader("Over the years", anchor=False)
    if st.session_state.get("record") not in choices:
        st.session_state.pop("record", None)
    record = st.selectbox(
        "Record",
        list(choices),
        index=view.usual(choices, sport),
        format_func=choices.get,
        key="record",
        bind="query-params",
        width=260,
    )
    spec = charts.progression(view.chosen(rows, record), units, dates.today(user.time_zone))
    st.vega_lite_chart(spec, width="stretch", alt=f"{choices[record]} over the years", key="progression")
    for name in wanted:
        table = view.season_table(rows, name, units)
        if len(table) and len(table.columns) > 2:
            with st.expander(f"Best of each year: {titles[name].lower()}", expanded=name == wanted[0]):
                st.dataframe(
                    table[["Record"]].join(in_order(table.drop(columns="Record"))), hide_index=True, height="content",
                    column_config={"Record": st.column_config.TextColumn(pinned=True, width=150)},
                )  # fmt: skip


@st.cache_data(max_entries=64, show_spinner=False)
def curve_spec(
    user_id: int, sport: str, name: str, place: str | None, units: str, today: date, stamp: str
) -> dict[str, Any]:
    stored = queries.curves(user_id, sport, name)
    if place:
        stored = stored[stored["is_indoor"].to_numpy(bool) == (place == "indoor")]
    return charts.curve(best_curves(stored, today), name, sport, fmt.units(units))


stamp = queries.curve_stamp(user.id, sport)
for name, title in charts.curve_titles(sport, section).items():
    spec = curve_spec(user.id, sport, name, place, units.name, dates.today(user.time_zone), stamp)
    if spec:
        st.subheader(title, anchor=False)
        st.vega_lite_chart(spec, width="stretch", alt=title, key=f"curve-{name}")
        show(abouts.of_labels(["Curves"]), key=f"about-curve-{name}")

decided = queries.decided(user.id)
if len(decided):
    with st.expander(f"Your decisions ({len(decided)})", icon=":material/gavel:", key="decided"):
        for row in first_of(decided, "all_decided").itertuples(index=False):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(texts.plain(say.decided_sentence(row, units)))
                name = f"{row.activity_id}-{row.kind}-{row.key:g}"
                look_button(row, say.activity_line(row), f"decided-{name}")
                if st.button("Undo", key=f"undo-{name}", icon=":material/undo:"):
                    say_so(row, row.kind, row.key, "")

left_out = queries.left_out(user.id)
if len(left_out):
    what = texts.count(left_out["activity_id"].nunique(), "activity", "activities")
    with st.expander(f"Not counted: parts of {what}", icon=":material/block:", key="left_out"):
        st.caption("What cannot be true: a ride in a car, a run saved as a swim, a faulty sensor.")
        for row in first_of(left_out, "all_left_out").itertuples(index=False):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(texts.plain(say.left_out_sentence(row, units)))
                name = f"{row.activity_id}-{row.kind}"
                look_button(row, say.activity_line(row), f"out-{name}")
                if st.button("Count it anyway", key=f"anyway-{name}", icon=":material/check:"):
                    say_so(row, WHOLE, 0.0, KEEP)
