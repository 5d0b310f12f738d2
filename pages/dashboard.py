"""What you see first: this week, the last weeks, the latest activities."""

from datetime import timedelta

import streamlit as st

from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import totals as total_queries
from milevault_core.view import dashboard as view
from milevault_core.view import dates, tables
from milevault_core.view import format as fmt
from pages import _demo
from pages._page import empty_state, page_title, require_user

user = require_user()
units = fmt.units(user.units)
page_title("Dashboard")

if _demo.sign(user):
    st.stop()
latest = activity_queries.recent(user.id, 6)
if latest.empty:
    empty_state(
        "Your training history is empty. Drop in what your watch, Strava or Garmin ever recorded.",
        "imports.py",
        "Import files",
    )
    _demo.offer(user)
    st.stop()

today = dates.today(user.time_zone)
monday = today - timedelta(days=today.weekday())
totals = total_queries.by_day(user.id, monday - timedelta(weeks=11), today)
with st.container(horizontal=True):
    for label, value, delta in view.week_figures(totals, monday, units):
        st.metric(label, value, delta, border=True, delta_color="off", delta_arrow="off")
if not totals.empty:
    st.subheader("Last twelve weeks")
    st.vega_lite_chart(
        view.weeks_chart(totals, monday), width="stretch", alt="Hours of training a week, by sport"
    )
st.subheader("Latest activities")
event = st.dataframe(
    tables.activity_list(latest, units), hide_index=True, placeholder="", row_height=56, on_select="rerun",
    selection_mode="single-cell", key="latest",
    column_config={
        "Track": st.column_config.ImageColumn("", width=92),
        "Date": st.column_config.DatetimeColumn(format="ddd D MMM YYYY, HH:mm"),
        "Distance": st.column_config.NumberColumn(format=f"%.1f {units.distance}"),
        "Climb": st.column_config.NumberColumn(format=f"%.0f {units.altitude}"),
    },
)  # fmt: skip
if event.selection.cells:
    chosen = latest["id"].iloc[event.selection.cells[0][0]]
    st.switch_page("activity.py", query_params={"id": str(chosen)})
