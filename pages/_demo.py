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
    """The demo's line above everything else, if there is a demo; whether it is just coming or going."""
    demo = queries.batches(user.id)
    if demo.empty:
        return False
    phase = _phase(demo)

    @st.fragment(run_every=None if phase == "there" else "1s")
    def watch() -> None:
        now = queries.batches(user.id)
        if now.empty or _phase(now) != phase:
            st.rerun()  # the page is another one now
        there = int(now["activities"].sum())
        if phase == "going":
            left = words.count(there, "activity", "activities")
            st.progress(1 - min(1.0, there / life.ACTIVITIES), text=f"Removing the demo data: {left} left")
            return
        if phase == "coming":
            made = int(now["files"].sum())
            text = f"Making two years of training: {made} of {life.ACTIVITIES} activities"
            st.progress(min(1.0, made / life.ACTIVITIES), text=text)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("Demo data", icon=":material/science:", color="orange")
            st.caption(_sentence(phase, there), width="stretch")
            if st.button("Remove", icon=":material/delete:", type="tertiary", key="demo_remove"):
                life.remove(require_user().id)
                st.rerun()

    watch()
    return phase in ("coming", "going")


def _phase(demo) -> str:
    """coming | deriving | there | going"""
    if demo["is_going"].any():
        return "going"
    if (
        demo["jobs"].sum() or demo["dirty_totals"].sum()
    ):  # without its totals the dashboard is half a dashboard
        return "coming"
    return "deriving" if demo["dirty"].sum() else "there"


def _sentence(phase: str, there: int) -> str:
    if phase == "coming":
        return "The first activities are in the list of activities already."
    if there < life.ACTIVITIES:
        return f"Only {words.count(there, 'activity', 'activities')} could be made. Remove it to try again."
    working = " Records and routes are still being worked out …" if phase == "deriving" else ""
    return f"An invented athlete on invented streets.{working}"
