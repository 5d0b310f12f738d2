"""Demo data on the dashboard: the offer while it is empty, the progress, and the notice that the data is invented."""

from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.demo import life
from milevault_core.store.queries import demo as queries
from milevault_core.view import texts
from pages._page import fragment, require_user
from pages.parts import confirm

NEW = pd.Timedelta(minutes=30)  # by then its totals have been computed, even on a slow machine


def offer(user: Account, said: str | None) -> None:
    """Create the demo data if the user asked for it (said is "demo")."""
    if said == "demo":
        life.begin(require_user().id)
        st.rerun()


def sign(user: Account) -> None:
    """The line about the demo data at the top of the page, if there is any."""
    demo = queries.batches(user.id)
    if demo.empty:
        return
    phase = _phase(demo)

    @fragment(run_every=None if phase == "there" else "2s")
    def watch() -> None:
        now = queries.batches(user.id)
        if now.empty or _phase(now) != phase:
            st.rerun()  # the rest of the page changes too
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
            what = (
                "All demo data will be removed: activities, records, routes, segments, goals and gear. "
                "Your own data stays."
            )
            if confirm("Remove", what, "Remove the demo data", key="demo_remove"):
                life.remove(require_user().id)
                st.rerun()

    watch()


def _phase(demo: Any) -> str:
    """coming | deriving | there | going"""
    if demo["is_going"].any():
        return "going"
    is_new = (pd.Timestamp.now(tz="UTC") - demo["created_at"].max()) < NEW
    # Without totals the dashboard is half empty. Totals pending later belong to the user's own imports.
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
