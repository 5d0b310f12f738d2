"""Goals: an amount per week, month or year, or between two days, and how much should be done by today."""

from contextlib import suppress
from typing import Any

import streamlit as st

from milevault_core.actions import goals
from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import goals as queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view import goals as view
from milevault_core.view.parts import abouts, lines
from pages._page import page_title, require_user
from pages.parts import offer_undo, show
from pages.parts.dates import date_input
from pages.parts.undo import action

user = require_user()
units = fmt.units(user.units)
page_title("Goals")
today = dates.today(user.time_zone)


@action("restore_goal")
def _restore(user_id: int, **goal: Any) -> None:
    with suppress(ValueError):  # the user has set it again by hand
        goals.add(user_id, **goal)


def new_goal() -> None:
    """The form; its fields depend on one another, so it is not an st.form."""
    left, middle, right = st.columns(3)
    measure = left.selectbox(
        "What", list(view.MEASURES), format_func=view.MEASURES.__getitem__, key="measure"
    )
    period = middle.selectbox("In", list(view.PERIODS), format_func=view.PERIODS.__getitem__, key="in")
    sports = ["", *activity_queries.sports(user.id)]
    sport = right.selectbox(
        "Sport", sports, format_func=lambda s: texts.sport_label(s) if s else "All sports", key="goal_sport"
    )
    unit, size = {"distance": (units.distance, units.distance_m), "time": ("hours", 3600.0),
                  "ascent": (units.altitude, units.altitude_m), "load": ("load (100 is one hour at threshold)", 1.0),
                  "count": ("activities", 1.0)}[measure]  # fmt: skip
    fresh = st.session_state.get("goals_set", 0)  # a new key empties the amount after each goal
    amount = left.number_input(
        f"Target, {unit}", 0.0, 1e7, None, 1.0, format="%g", key=f"amount-{measure}-{fresh}"
    )
    first = last = None
    if period == "between":
        begin, end = view.days_of_year(today)
        first = date_input(middle, "From", begin, key="first")
        last = date_input(right, "To", end, key="last")
    if st.button("Set the goal", type="primary", icon=":material/flag:", key="set_goal"):
        try:
            goals.add(require_user().id, measure, (amount or 0.0) * size, period, sport, first, last)
        except ValueError as error:
            st.error(str(error))
            return
        st.session_state["goals_set"] = fresh + 1
        st.rerun()


found = queries.progress(user.id, today, dates.first_weekday())
if found.empty:
    st.markdown("No goals yet. Set one, and see every day whether you are on track.")
for goal, line in zip(found.itertuples(), view.progress(found, today, units), strict=True):
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            show(lines.progress([line]), key=f"goal-{goal.id}")
        if st.button("Delete", icon=":material/delete:", key=f"delete-{goal.id}"):
            gone = goals.remove(require_user().id, int(goal.id))
            offer_undo("The goal is deleted.", "restore_goal", **gone)
            st.rerun()
show(abouts.of_labels(view.MEASURES[measure] for measure in found["measure"]), key="about_goals")
st.subheader("New goal", anchor=False)
new_goal()
