"""The section of an activity's page about its recordings: separating and merging them, reading again, deleting."""

from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import trash
from milevault_core.activities import compare_recordings
from milevault_core.imports import reread
from milevault_core.store.queries import recordings as queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.activities import activity as activity_view
from milevault_core.view.activities import recording_report as report
from milevault_core.view.activities import recordings as view
from milevault_core.view.parts.text import link
from pages._by_worker import answered_by_worker, done_by_worker
from pages._page import require_user
from pages.parts import go, offer_undo, show


def recordings_section(user: Account, activity: dict[str, Any]) -> None:
    """The recordings of an activity, if it has several or was separated from another."""
    activity_id, zone = int(activity["id"]), activity_view.zone(activity)
    found = queries.of_activity(user.id, activity_id)
    apart = queries.kept_apart(user.id, activity_id)
    if len(found) > 1:
        st.subheader("Recordings", anchor=False)
        st.caption(
            "This workout came in several files. The first one is shown; the others fill in what it lacks."
        )
        for row in found.itertuples():
            _recording(row, zone)
    if apart:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Separated from another recording of the same workout.", width="content")
            for other in apart[:3]:
                show(link("/activity", "The other one", {"id": other}), key=f"other-{other}")
            if st.button("Merge again", icon=":material/merge:", key="put_together"):
                _go(done_by_worker("put_together", activity_id))


def _recording(row: Any, zone: ZoneInfo) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            badge = " :green-badge[shown]" if row.is_primary else ""
            st.markdown(f"**{texts.plain(view.title(row))}**{badge}")
            st.caption(texts.plain(view.details(row, zone)))
            if given := view.given(row):
                st.caption(f":material/input: {texts.plain(given)}")
        if not row.is_primary and st.button(
            "Compare", icon=":material/compare_arrows:", key=f"compare-{row.id}", help="Compare it with the one shown.",
        ):  # fmt: skip
            _compare(int(row.id))
        if not row.is_primary and st.button(
            "Separate", icon=":material/call_split:", key=f"apart-{row.id}",
            help="Make this recording an activity of its own. It stays separate, even if its file is imported again.",
        ):  # fmt: skip
            _go(done_by_worker("take_apart", int(row.id)))


@st.dialog("Two recordings of one workout", width="large")
def _compare(recording_id: int) -> None:
    user = require_user()
    given = answered_by_worker("compare", recording_id)
    if given is None:
        return
    found = compare_recordings.unpack(given)
    if found is None:
        st.markdown("They overlap by less than a minute.")
        return
    for sentence in report.sentences(found):
        st.markdown(texts.plain(sentence))
    table = report.bias_table(found, fmt.units(user.units))
    if table is not None:
        st.dataframe(table)


def actions(user: Account, activity: dict[str, Any]) -> None:
    """The buttons at the foot of the page: read again, delete."""
    activity_id = int(activity["id"])
    with st.container(horizontal=True):
        if st.button("Read again", icon=":material/replay:", key="read_again",
                     help="See what reading its original files again would change"):  # fmt: skip
            batch = reread.begin(require_user().id, "One activity", activity_id=activity_id)
            go("/read-again", id=batch)
        if st.button("Delete", icon=":material/delete:", key="delete_activity",
                     help="It goes to the trash and can be restored for 30 days."):  # fmt: skip
            trash.delete(require_user().id, activity_id)
            offer_undo("The activity is in the trash.", "restore", activity_ids=[activity_id])
            go("/activities")


def _go(activities: list[int | None] | None) -> None:
    if activities and activities[0]:
        st.query_params["id"] = str(activities[0])
        st.rerun()
