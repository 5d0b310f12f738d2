"""All segments. Filters, order and page number are in the address."""

import math

import streamlit as st

from milevault_core.actions import segments as actions
from milevault_core.store.queries import segments as queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.parts.things import Group, Things, order, page, things
from milevault_core.view.segments import segments as view
from milevault_core.view.segments.segments import Filters
from pages._page import fragment, page_title, require_user
from pages._segment_make import save_file
from pages.parts import confirm, empty, filters, here, show, what_is_this
from pages.parts.columns import as_values, height_of, key_of

user = require_user()
units = fmt.units(user.units)
page_title("Segments")

waiting = frozenset(queries.waiting(user.id))  # queried before the list: see segment.py
rows = queries.listed(user.id)


def new() -> None:
    if st.button("New segment from a GPX", icon=":material/upload_file:", key="from_file"):
        save_file()


if rows.empty:
    empty(
        "No segments yet. A segment is a stretch that you time yourself on: open an activity, drag across its chart, "
        "and choose “Save as segment”. MileVault finds every time you passed it, and every time you pass it later.",
        (
            ("directions_bike", "Activities", "Choose one that goes where you want a segment.", "/activities"),
        ),
    )  # fmt: skip
    new()
    st.stop()


@fragment(run_every=2.0)
def wait() -> None:
    if queries.waiting(require_user().id):
        st.caption(":material/sync: Looking for segments in your activities …")
    else:
        st.rerun()


if waiting:
    wait()
with filters():
    text = st.text_input(
        "Name", placeholder="Words in the name", key="q", bind="query-params", icon=":material/search:"
    )
    groups = sorted(rows["sport_group"].unique(), key=view.group_label)
    chosen = (
        st.pills("Sport", groups, format_func=view.group_label, selection_mode="multi", key="sports",
                 bind="query-params") if len(groups) > 1 else []
    )  # fmt: skip
    most = float(max(1, math.ceil(rows["length_m"].max() / units.distance_m)))
    length = st.slider(
        f"Length, {units.distance}", 0.0, most, (0.0, most), 0.1, "%.1f", key="length", bind="query-params"
    )
    climbs = st.toggle("Climbs only", key="climbs", bind="query-params")
    often = int(max(1, rows["efforts"].max()))
    efforts = st.slider("Minimum number of efforts", 0, often, 0, key="least_efforts", bind="query-params")

wanted = Filters(
    text or "",
    tuple(chosen or ()),
    (length[0], math.inf if length[1] >= most else length[1]),
    climbs,
    efforts,
)
found = view.found(rows, wanted, units)
if found.empty:
    st.caption("No segment matches. Change the filters in the sidebar.")
    st.stop()
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(texts.count(len(found), "segment"), width="stretch")
    new()
    what_is_this(
        "A **segment** is a stretch of road or path. Every time you go along all of it, in its direction, is an "
        "*effort*, with entry and exit timed between two points of the track. Elapsed time counts, stops included; "
        "if you wait at the start, the time begins when you leave it. To make one, drag across the chart of an "
        "activity, open a route, or drop a GPX here.",
        key="about_segments",
    )
asked = st.query_params.to_dict()
sorting = order(asked, (view.NAME, *view.COLUMNS), view.LATEST)
part = page(asked, len(found))
begin = (part.number - 1) * part.size
ordered = view.ordered(found, sorting)
shown = view.things(ordered.iloc[begin : begin + part.size], units, waiting)
made = Things("Segments", view.NAME, view.COLUMNS, [Group("", shown)], sorting, part)
show(things(made, here("/segments")), key="list")

if st.toggle(
    "Select several", key="many", bind="query-params", help="Delete many segments, or look for them again."
):
    table = view.table(ordered, units)
    event = st.dataframe(table, hide_index=True, selection_mode="multi-row", on_select="rerun",
                         key=key_of("many_rows", ordered["id"]), height=height_of(min(len(table), 11)),
                         column_config=as_values(table), placeholder="")  # fmt: skip
    ids = [int(ordered["id"].iloc[row]) for row in event.selection.rows]
    if ids:
        st.markdown(f"**{texts.count(len(ids), 'segment')} selected**")
        with st.container(horizontal=True):
            if st.button("Look again", icon=":material/sync:", key="many_again"):
                actions.look_again(require_user().id, ids)
                st.rerun()
            if confirm("Delete", f"{texts.count(len(ids), 'segment')} and all efforts on them will be gone. Activities "
                       "stay as they are.", "Delete them", key="segments_delete"):  # fmt: skip
                actions.delete(require_user().id, ids)
                st.rerun()
    else:
        st.caption("Select rows; the box in the header selects all that match the filters.")
