"""Changing a segment: name, sport, adding its reverse, matching again, deleting."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import segments as do
from milevault_core.store.queries import segments as queries
from milevault_core.view import texts
from milevault_core.view.segments.segments import group_label
from pages._page import fragment, require_user
from pages.parts import confirm, go

_PATIENCE_S = 1.0
REFUSED = (ValueError, LookupError)


def is_waiting(user_id: int, segment_id: int) -> bool:
    """Whether a worker has yet to look for this segment in the activities."""
    return bool({0, segment_id} & set(queries.waiting(user_id)))


@fragment(run_every=_PATIENCE_S)
def wait(segment_id: int) -> None:
    """The line under a segment's title while a worker looks for it; then the page runs again."""
    if is_waiting(require_user().id, segment_id):
        st.caption(":material/sync: Looking for every time you passed here …")
    else:
        st.rerun()


def change(user: Account, segment: dict[str, Any]) -> None:
    """The foot of the page."""
    segment_id = int(segment["id"])
    with st.expander("Change this segment", icon=":material/tune:", key="change"):
        with st.form("segment", border=False):
            name = st.text_input("Name", segment["name"], max_chars=120, key="segment_name")
            groups = list(do.GROUPS)
            index = groups.index(segment["sport_group"]) if segment["sport_group"] in groups else 0
            group = st.selectbox("Sport", groups, index, format_func=group_label, key="segment_sport")
            if st.form_submit_button("Save"):
                _do(do.change, segment_id, name, group)
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("The other way round", icon=":material/swap_horiz:", key="turn_round",
                         help="Adds a second segment, in the opposite direction."):  # fmt: skip
                go("/segment", id=do.turn_round(require_user().id, segment_id, f"{segment['name']}, back"))
            if st.button("Look again", icon=":material/sync:", key="look_again",
                         help="Look for it in all activities again."):  # fmt: skip
                _do(do.look_again, [segment_id])
            if confirm("Delete", "The segment and all efforts on it will be gone. Activities stay as they are.",
                       "Delete this segment", key="delete_segment"):  # fmt: skip
                do.delete(require_user().id, [segment_id])
                go("/segments")
        st.caption(
            "To move its ends, select a stretch on an activity’s chart and choose “Save as segment”: if it "
            "nearly matches this segment, you can move the ends instead."
        )


def _do(action: Callable[..., object], *arguments: object) -> None:
    try:
        action(require_user().id, *arguments)
    except REFUSED as error:
        st.error(texts.plain(error))
        return
    st.rerun()
