"""The training section of an activity's page: all of its metrics, and time in zones."""

from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.actions import athlete as actions
from milevault_core.store.queries import activities
from milevault_core.store.queries import training as queries
from milevault_core.training import channels
from milevault_core.training.zones import KINDS
from milevault_core.view import metrics as view
from milevault_core.view.format import Units
from milevault_core.view.parts import abouts
from milevault_core.view.training import zones as zone_view
from pages._page import require_user
from pages.parts import show


def _rating(activity_id: int, now: float | None) -> None:
    """Show how hard the activity felt, and change it with a click."""
    key, held = f"rating-{activity_id}", None if now is None else round(now)

    def say() -> None:
        actions.rate(require_user().id, activity_id, st.session_state[key])

    st.segmented_control("How hard was it? 1 is very easy, 10 is all-out", range(1, 11), default=held, key=key,
                         on_change=say)  # fmt: skip


def worked_out(user_id: int, activity_id: int) -> dict[str, Any]:
    """`athlete`: the athlete's values that an activity was computed with, as (name, value) pairs; `channels`: the names
    of the channels that training computes at each of its points."""
    found = queries.of_activity(user_id, activity_id) or {"inputs": {}, "metrics": {}}
    athlete = found["inputs"].get("athlete", {})
    return {
        "athlete": tuple(sorted(athlete.items())),
        "channels": channels.available(found["metrics"], athlete),
    }


def training_section(
    user_id: int, activity_id: int, sport: str, units: Units, track: pd.DataFrame
) -> set[str]:
    """Shows nothing until something is computed. Returns the kinds of zones shown."""
    found = queries.of_activity(user_id, activity_id)
    if found is None:
        return set()
    told = activities.metrics(user_id, activity_id)
    device = {r.name: r.value for r in told.itertuples(index=False) if r.origin == "device"}
    athlete = found["inputs"].get("athlete", {})
    rows = view.rows(found["metrics"], found["reasons"], units, sport, device, athlete)
    if rows:
        st.subheader("Training", anchor=False)
        show(view.table_html(rows), key="training")
    absent = view.unrecorded(found["metrics"], found["reasons"], sport, view.recorded(track))
    if len(track):
        show(view.unrecorded_html(absent), key="unrecorded")
    _rating(activity_id, found["metrics"].get("rpe"))
    bars = [(kind, found["zones"][kind]) for kind in KINDS if kind in found["zones"]]
    if bars:
        st.subheader("Time in zones", anchor=False)
        for column, (kind, zones) in zip(st.columns(len(bars)), bars, strict=True):
            with column:
                st.html(zone_view.bar(zones, kind, units, sport))
        show(abouts.of_labels(["Zones"]), key="about_zones")
    return {kind for kind, _ in bars}
