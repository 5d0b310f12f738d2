"""All activities: who -> query -> view -> table."""

import streamlit as st

from milevault_core.store.queries import activities as queries
from milevault_core.view import format as fmt
from milevault_core.view import tables, words
from pages._page import empty_state, page_title, require_user

PAGE = 100  # rows at first; each carries a small picture

user = require_user()
units = fmt.units(user.units)
page_title("Activities")

rows = queries.recent(user.id)
if rows.empty:
    empty_state(
        "No activities yet. Bring in what your watch, Strava or Garmin ever recorded.",
        "imports.py",
        "Import files",
    )
    st.stop()

search = st.text_input("Search", placeholder="Name", key="q", bind="query-params", icon=":material/search:")
sports = rows["sport"].value_counts().index.tolist()  # the athlete's main sports first
chosen = (
    st.pills("Sport", sports, format_func=words.sport_label, selection_mode="multi", key="sport",
             bind="query-params") if len(sports) > 1 else []
)  # fmt: skip

found = rows[rows["sport"].isin(chosen)] if chosen else rows
if search:
    found = found[tables.names(found).str.contains(search, case=False, regex=False)]
if found.empty:
    st.caption("Nothing matches. Change the search or the sports.")
    st.stop()

count = st.session_state.setdefault("activities_shown", PAGE)
table = tables.activity_list(found.head(count), units)
st.caption(words.count(len(found), "activity", "activities"))
event = st.dataframe(
    table,
    hide_index=True,
    placeholder="",
    row_height=56,
    height=min(44 + 56 * len(table), 760),
    on_select="rerun",
    selection_mode="single-cell",
    key="list",
    column_config={
        "Track": st.column_config.ImageColumn("", width=92),
        "Name": st.column_config.TextColumn(width="medium"),
        "Date": st.column_config.DatetimeColumn(format="ddd D MMM YYYY, HH:mm"),
        "Distance": st.column_config.NumberColumn(format=f"%.1f {units.distance}"),
        "Climb": st.column_config.NumberColumn(format=f"%.0f {units.altitude}"),
    },
)
if event.selection.cells:
    row = event.selection.cells[0][0]
    st.switch_page("activity.py", query_params={"id": str(table.index[row])})
if len(found) > count:
    left = words.count(len(found) - count, "older activity", "older activities")
    if st.button(f"Show more ({left})", icon=":material/expand_more:"):
        st.session_state["activities_shown"] = count + 4 * PAGE
        st.rerun()
