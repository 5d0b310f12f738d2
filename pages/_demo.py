"""Demo data on the dashboard: the offer while there is nothing, how far it is, and the sign that it is invented."""

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.demo import life
from milevault_core.store.queries import demo as queries
from milevault_core.view import words
from pages._page import require_user


def offer(user: Account) -> None:
    """A button that fills the empty dashboard."""
    st.caption(
        "Or see first what it looks like: two years of an invented athlete, gone again with one click."
    )
    if st.button("Look around with demo data", icon=":material/science:", key="demo_begin"):
        life.begin(require_user().id)
        st.rerun()


def sign(user: Account) -> bool:
    """The demo's line above everything else, if there is a demo; whether it is still being made."""
    demo = queries.batches(user.id)
    if demo.empty:
        return False
    making = bool(demo["jobs"].sum())
    running = making or bool(demo["dirty"].sum())

    @st.fragment(run_every="1s" if running else None)
    def watch() -> None:
        now = queries.batches(user.id)
        if (
            now.empty
            or bool(now["jobs"].sum()) != making
            or (running and not now["dirty"].sum() and not making)
        ):
            st.rerun()  # the page is another one now
        if making:
            made = int(now["files"].sum())
            part = min(1.0, made / life.ACTIVITIES)
            st.progress(part, text=f"Making two years of training: {made} of {life.ACTIVITIES} activities")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("Demo data", icon=":material/science:", color="orange")
            st.caption(_sentence(now, running), width="stretch")
            if st.button("Remove", icon=":material/delete:", type="tertiary", key="demo_remove"):
                with st.spinner("Removing …"):
                    life.remove(require_user().id)
                st.rerun()

    watch()
    return making


def _sentence(demo, running: bool) -> str:
    there = int(demo["activities"].sum())
    if demo["jobs"].sum():
        return "The first activities are in the list of activities already."
    if there < life.ACTIVITIES:
        return f"Only {words.count(there, 'activity', 'activities')} could be made. Remove it to try again."
    return "An invented athlete on invented ways." + (" Still working out what it tells …" if running else "")
