"""The section of an activity's page about what was left out as implausible, with a button to count it anyway, and about
impossible dates."""

from datetime import UTC, date, datetime, time
from typing import Any

import streamlit as st

from milevault_core.actions import judgement
from milevault_core.view import dates
from milevault_core.view.activities import activity as view
from pages._by_worker import done_by_worker
from pages._page import require_user
from pages.parts.dates import date_input, time_input


def judgement_section(activity: dict[str, Any]) -> None:
    """Shows nothing for an activity of which everything counts."""
    activity_id = int(activity["id"])
    if activity["date_doubted"]:
        _date(activity_id, activity)
    how = view.judgement(activity)
    if how == "judged" and st.button(
        "Count everything as recorded", icon=":material/rule:", key="as_recorded", type="tertiary",
        help="What was left out counts again in the distance, ascent, map and records.",
    ):  # fmt: skip
        judgement.count_as_recorded(require_user().id, activity_id)
        _judge(activity_id)
    if how == "as recorded" and st.button(
        "Leave out what cannot be right", icon=":material/rule:", key="as_judged", type="tertiary"
    ):
        judgement.count_as_recorded(require_user().id, activity_id, False)
        _judge(activity_id)


def _date(activity_id: int, activity: dict[str, Any]) -> None:
    with st.container(border=True, key="date_doubted"):
        st.markdown(
            ":material/event_busy: **This date cannot be right.** The activity counts toward no totals and no "
            "records until you set its date."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            for number, (label, when) in enumerate(view.date_choices(activity).items()):
                if st.button(label, key=f"date-{number}", type="primary"):
                    judgement.set_start(require_user().id, activity_id, when)
                    _judge(activity_id)
            with st.popover("Another date", icon=":material/edit_calendar:"):
                day = date_input(
                    st, "Day", value=None, min_value=date(1984, 1, 1), max_value="today", key="start_day"
                )
                clock = time_input(st, "Start", value=time(12), step=60, key="start_clock")
                if st.button("Set the date", key="set_start", disabled=day is None) and isinstance(day, date):
                    judgement.set_start(require_user().id, activity_id, _utc(day, clock, activity))
                    _judge(activity_id)


def _utc(day: date, clock: time, activity: dict[str, Any]) -> datetime:
    return datetime.combine(day, clock, dates.zone_of(view.zone(activity))).astimezone(UTC)


def _judge(activity_id: int) -> None:
    now = done_by_worker("judge", activity_id)
    if now and now[0]:
        st.query_params["id"] = str(now[0])
        st.rerun()
