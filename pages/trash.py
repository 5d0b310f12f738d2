"""Trash: deleted activities, restored or deleted for good."""

import streamlit as st

from milevault_core import trash
from milevault_core.store.queries import recordings as queries
from milevault_core.store.trash import DAYS
from milevault_core.view import dates, tables, words
from milevault_core.view import format as fmt
from pages._page import empty_state, page_title, require_user

user = require_user()
units = fmt.units(user.units)
page_title("Trash")
rows = queries.trash(user.id)
if rows.empty:
    empty_state("The trash is empty. Deleted activities stay here for 30 days.", "activities.py", "All activities",
                ":material/delete:")  # fmt: skip
    st.stop()
st.caption(f"Deleted activities stay here for {DAYS} days, with everything you said about them.")

for row in rows.itertuples():
    zone = tables.zone_of(row)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            name = words.activity_name(row.name, row.sport, row.start_time, zone)
            st.markdown(f"**{words.sport_icon(row.sport)} {words.plain(name)}**")
            figures = [dates.day_time(row.start_time, zone), fmt.distance(row.distance_m or None, units, row.sport),
                       fmt.duration(row.elapsed_s)]  # fmt: skip
            deleted = f"deleted on {dates.day_time(row.deleted_at, user.time_zone)}"
            st.caption(words.plain(" · ".join([*(f for f in figures if f != fmt.MISSING), deleted])))
        if st.button("Restore", icon=":material/restore_from_trash:", key=f"restore-{row.activity_id}"):
            activity = trash.restore(require_user().id, int(row.activity_id))
            st.switch_page("activity.py", query_params={"id": str(activity)})
        with st.popover("Delete for good", icon=":material/delete_forever:"):
            st.markdown("Its files go too. Only a note stays, so that they do not come back unasked.")
            if st.button("Delete for good", type="primary", key=f"purge-{row.activity_id}"):
                trash.purge(require_user().id, int(row.activity_id))
                st.rerun()
