"""Demo data on the dashboard: the offer while there is nothing, how far it is, and the sign that it is invented."""

from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.demo import life
from milevault_core.store.queries import demo as queries
from milevault_core.view import texts
from pages._page import fragment, require_user
from pages.parts import confirm

NEW = pd.Timedelta(minutes=30)  # by then its totals have been computed, on a slow machine too


def offer(user: Account, said: str | None) -> None:
    """Fill the empty dashboard, if that was what the person said."""
    if said == "demo":
        life.begin(require_user().id)
        st.rerun()


def sign(user: Account) -> None:
    """The demo's line above everything else, if there is a demo."""
    demo = queries.batches(user.id)
    if demo.empty:
        return
    phase = _phase(demo)

    @fragment(run_every=None if phase == "there" else "2s")
    def watch() -> None:
        now = queries.batches(user.id)
        if now.empty or _phase(now) != phase:
            st.rerun()  # the page is another one now
        there = int(now["activities"].sum())
        if phase == "going":
            left = texts.count(there, "activity", "activities")
            st.progress(1 - min(1.0, there / life.ACTIVITIES), text=f"Removing the demo data: {left} left")
            return
        if phase == "coming":
            made = int(now["files"].sum())
            text = f"Making two years of training: {made} of {life.ACTIVITIES} activities"
            st.progress(min(1.0, made / life.ACTIVITIES), text=text)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge("Demo data", icon=":material/science:", color="orange")
            st.caption(_sentence(phase, int(now["files"].sum())), width="stretch")
            what = "All demo data is removed: activities, records, routes, segments, goals, gear. Your own stays."
            if confirm("Remove", what, "Remove the demo data", key="demo_remove"):
                life.remove(require_user().id)
                st.rerun()

    watch()


def _phase(demo: Any) -> str:
    """coming | deriving | there | going"""
    if demo["is_going"].any():
        return "going"
    is_new = (pd.Timestamp.now(tz="UTC") - demo["created_at"].max()) < NEW
    # Without its totals the dashboard is half a dashboard. Later they are those of imports of one's own.
    if demo["jobs"].sum() or (is_new and demo["dirty_totals"].sum()):
        return "coming"
    if not is_new:
        return "there"
    return "deriving" if demo["dirty"].sum() else "there"


def _sentence(phase: str, made: int) -> str:
    if phase == "coming":
        return "The first ones are already in the list of activities."
    if made < life.ACTIVITIES:
        return f"Only {texts.count(made, 'activity', 'activities')} could be made. Remove it to try again."
    working = " Records and routes are still being computed …" if phase == "deriving" else ""
    return f"An invented athlete on invented streets.{working}"
