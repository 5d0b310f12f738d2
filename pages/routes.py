"""All routes. Filters, order and page number are in the address."""

import math

import pandas as pd
import streamlit as st

from milevault_core.store.queries import routes as queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.parts.things import Group, Things, order, page, things
from milevault_core.view.routes import routes as view
from milevault_core.view.routes.routes import Filters
from pages._page import page_title, require_user
from pages.parts import empty, filters, here, show

user = require_user()
units = fmt.units(user.units)
page_title("Routes")

waiting = len(queries.pending(user.id)) > 0
rows = queries.listed(user.id)
if rows.empty:
    empty(
        "Your activities are being compared; routes appear here in a moment." if waiting else
        "No routes yet. When you go the same way twice, MileVault finds the route. Imported courses appear here too.",
        (("upload_file", "Import files", "Activities, or courses as GPX, FIT or TCX.", "/imports"),),
    )  # fmt: skip
    st.stop()
if waiting:
    st.caption(":material/sync: New activities are being compared; the list may change.")


def longest(values: pd.Series, unit: float) -> float:
    """The upper end of a slider: the largest value, rounded up to whole units."""
    return float(max(1, math.ceil(values.max() / unit))) if values.notna().any() else 1.0


with filters():
    text = st.text_input(
        "Name", placeholder="Words in the name", key="q", bind="query-params", icon=":material/search:"
    )
    groups = sorted(rows["sport_group"].unique(), key=view.group_label)
    chosen_groups = (
        st.pills("Sport", groups, format_func=view.group_label, selection_mode="multi", key="sports",
                 bind="query-params") if len(groups) > 1 else []
    )  # fmt: skip
    places = rows["place"].where(rows["place"] != "", view.NOWHERE).value_counts().index.tolist()
    chosen_places = (
        st.multiselect("Place", places, key="places", bind="query-params") if len(places) > 1 else []
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
        f"Minimum ascent, {units.altitude}", 0.0, highest, 0.0, max(1.0, float(round(highest / 50))), "%.0f",
        key="climb", bind="query-params",
    )  # fmt: skip
    often = int(max(2, rows["attempts"].max()))
    attempts = st.slider("Minimum number of times", 1, often, 1, key="times", bind="query-params")
    favourites = st.toggle("Favourites only", key="favourites", bind="query-params")
    archived = st.toggle("Archived routes", key="archive", bind="query-params")

wanted = Filters(
    tuple(chosen_groups or ()), tuple(chosen_places or ()), (length[0], math.inf if length[1] >= most else length[1]),
    climb, attempts, favourites, archived, text or "",
)  # fmt: skip
called = view.names(rows, units)
found = view.found(rows, wanted, units, called)
if found.empty:
    st.caption(
        "There are no archived routes."
        if archived
        else "No route matches. Change the filters in the sidebar."
    )
    st.stop()
st.caption(texts.count(len(found), "route"))
asked = st.query_params.to_dict()
sorting = order(asked, (view.NAME, *view.COLUMNS), view.LATEST)
part = page(asked, len(found))
begin = (part.number - 1) * part.size
rows_shown = view.things(view.ordered(found, sorting, called).iloc[begin : begin + part.size], units, called)
made = Things("Routes", view.NAME, view.COLUMNS, [Group("", rows_shown)], sorting, part)
show(things(made, here("/routes")), key="list")
