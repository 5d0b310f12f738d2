"""Of one activity: the recordings it is made of, taking apart and putting together, reading again, deleting."""

import streamlit as st

from milevault_core import recordings, reread, trash
from milevault_core.accounts.account import Account
from milevault_core.store.queries import recordings as queries
from milevault_core.view import activity as activity_view
from milevault_core.view import recordings as view
from milevault_core.view import words
from pages._page import require_user, way_here


def recordings_section(user: Account, activity: dict) -> None:
    """The files of an activity, if it has several or was taken apart from another."""
    activity_id, zone = int(activity["id"]), activity_view.zone(activity)
    found = queries.of_activity(user.id, activity_id)
    apart = queries.kept_apart(user.id, activity_id)
    if len(found) > 1:
        st.subheader("Recordings", anchor=False)
        st.caption(
            "The same workout came in several files. The first one is shown; what it lacks is taken from the others."
        )
        for row in found.itertuples():
            _recording(row, zone)
    if apart:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Taken apart from another recording of the same workout.", width="content")
            for other in apart[:3]:
                way_here("The other one", f"other-{other}", id=str(other))
            if st.button("Put together again", icon=":material/merge:", key="put_together"):
                _go(recordings.put_together(require_user().id, activity_id))


def _recording(row, zone) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            badge = " :green-badge[shown]" if row.is_primary else ""
            st.markdown(f"**{words.plain(view.title(row))}**{badge}")
            st.caption(words.plain(view.details(row, zone)))
            if given := view.given(row):
                st.caption(f":material/input: {words.plain(given)}")
        if not row.is_primary and st.button(
            "Take apart", icon=":material/call_split:", key=f"apart-{row.id}",
            help="Make an activity of its own of this recording. It stays apart, also when its file comes again.",
        ):  # fmt: skip
            _go(recordings.take_apart(require_user().id, int(row.id)))


def actions(user: Account, activity: dict) -> None:
    """At the foot of the page: read again, delete."""
    activity_id = int(activity["id"])
    with st.container(horizontal=True):
        if st.button("Read again", icon=":material/replay:", key="read_again",
                     help="Look at what reading its original files again would change"):  # fmt: skip
            batch = reread.begin(require_user().id, "One activity", activity_id=activity_id)
            reread.work(user.id, batch)
            st.switch_page("reread.py", query_params={"id": str(batch)})
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("It goes to the trash and can be restored for 30 days.")
            if st.button("Delete this activity", type="primary", key="delete_activity"):
                trash.delete(require_user().id, activity_id)
                st.toast("The activity is in the trash.")
                st.switch_page("trash.py")


def _go(activity_id: int) -> None:
    st.query_params["id"] = str(activity_id)
    st.rerun()
