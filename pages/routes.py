"""All routes: who -> query -> view -> table. The filters live in the address."""

import math

import streamlit as st

from milevault_core.store.queries import routes as queries
from milevault_core.view import format as fmt
from milevault_core.view import routes as view
from milevault_core.view import words
from milevault_core.view.routes import Filters
from pages._page import empty_state, page_title, require_user

user = require_user()
units = fmt.units(user.units)
page_title("Routes")

rows = queries.listed(user.id)
waiting = len(queries.pending(user.id)) > 0
if rows.empty:
    empty_state(
        "Your activities are being compared." if waiting else
        "No routes yet. A way that you go a second time becomes one by itself, and so does a course that you import.",
        "imports.py", "Import files", ":material/route:",
    )  # fmt: skip
    st.stop()
if waiting:
    st.caption(":material/sync: New activities are being compared; the list may change.")


def longest(values, unit: float) -> float:
    """The end of a slider: the largest value, in whole units."""
    return float(max(1, math.ceil(values.max() / unit))) if values.notna().any() else 1.0


with st.sidebar:
    st.subheader("Filter")
    groups = sorted(rows["sport_group"].unique(), key=view.group_label)
    chosen_groups = (
        st.pills("Sport", groups, format_func=view.group_label, selection_mode="multi", key="sport",
                 bind="query-params") if len(groups) > 1 else []
    )  # fmt: skip
    places = rows["place"].where(rows["place"] != "", view.NOWHERE).value_counts().index.tolist()
    chosen_places = (
        st.multiselect("Place", places, key="place", bind="query-params") if len(places) > 1 else []
    )
    most = longest(rows["length_m"], units.distance_m)
    length = st.slider(
        f"Distance, {units.distance}",
        0.0,
        most,
        (0.0, most),
        0.5,
        "%.1f",
        key="distance",
        bind="query-params",
    )
    highest = longest(rows["ascent_m"], units.altitude_m)
    climb = st.slider(
        f"Climb from, {units.altitude}", 0.0, highest, 0.0, max(1.0, float(round(highest / 50))), "%.0f", key="climb",
        bind="query-params",
    )  # fmt: skip
    often = int(max(2, rows["attempts"].max()))
    attempts = st.slider("Gone at least so often", 1, often, 1, key="times", bind="query-params")
    favourites = st.toggle("Favourites only", key="favourites", bind="query-params")
    archived = st.toggle("The archive", key="archive", bind="query-params")

text = st.text_input(
    "Search", placeholder="Name", key="q", bind="query-params", icon=":material/search:", width=360
)
wanted = Filters(
    tuple(chosen_groups or ()), tuple(chosen_places or ()), (length[0], math.inf if length[1] >= most else length[1]),
    climb, attempts, favourites, archived, text or "",
)  # fmt: skip
found = view.found(rows, wanted, units)
if found.empty:
    st.caption(
        "The archive is empty." if archived else "No route is like this. Change the filters or the search."
    )
    st.stop()
st.caption(words.count(len(found), "route"))
table = view.table(found, units)
event = st.dataframe(
    table, hide_index=True, row_height=56, height=min(44 + 56 * len(table), 800), on_select="rerun",
    selection_mode="single-cell", key="list",
    column_config={
        "Track": st.column_config.ImageColumn("", width=92),
        "Name": st.column_config.TextColumn(width="large"),
        "Distance": st.column_config.NumberColumn(format=f"%.1f {units.distance}"),
        "Climb": st.column_config.NumberColumn(format=f"%.0f {units.altitude}"),
        "Last": st.column_config.DatetimeColumn(format="D MMM YYYY"),
    },
)  # fmt: skip
if event.selection.cells:
    st.switch_page("route.py", query_params={"id": str(table.index[event.selection.cells[0][0]])})
