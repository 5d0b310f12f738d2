"""Trash: deleted activities, restored or deleted for good."""

import streamlit as st

from milevault_core.actions import trash
from milevault_core.store.activities.trash import DAYS
from milevault_core.store.queries import recordings as queries
from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from pages._by_worker import done_by_worker
from pages._page import page_title, require_user
from pages.parts import confirm, empty, go

FIRST = 50

user = require_user()
units = fmt.units(user.units)
page_title("Trash")
rows = queries.trash(user.id)
if rows.empty:
    empty(
        f"The trash is empty. Deleted activities stay here for {DAYS} days.",
        (("directions_bike", "All activities", "Everything that is not in the trash.", "/activities"),),
    )
    st.stop()
st.caption(f"Deleted activities stay here for {DAYS} days and can be restored with everything you changed.")

shown = rows if st.session_state.get("whole_trash") else rows.head(FIRST)
for row in shown.itertuples():
    zone = tables.zone_of(row)
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            name = texts.activity_name(row.name, row.sport, row.start_time, zone)
            st.markdown(f"**{texts.sport_icon(row.sport)} {texts.plain(name)}**")
            figures = [dates.day_time(row.start_time, zone), fmt.distance(row.distance_m or None, units, row.sport),
                       fmt.duration(row.elapsed_s)]  # fmt: skip
            deleted = f"deleted on {dates.day_time(row.deleted_at, user.time_zone)}"
            st.caption(texts.plain(" · ".join([*(f for f in figures if f != fmt.MISSING), deleted])))
        if st.button("Restore", icon=":material/restore_from_trash:", key=f"restore-{row.activity_id}"):
            restored = done_by_worker("restore", int(row.activity_id))
            if restored and restored[0]:
                go("/activity", id=restored[0])
        if confirm(
            "Delete for good",
            "Its files are deleted too. Only a note is kept, so that importing the same files does not bring it back.",
            "Delete for good",
            f"purge-{row.activity_id}",
            ":material/delete_forever:",
        ):
            trash.purge(require_user().id, int(row.activity_id))
            st.rerun()
if len(rows) > len(shown) and st.button(f"Show all {fmt.number(len(rows))}", icon=":material/expand_more:"):
    st.session_state["whole_trash"] = True
    st.rerun()
