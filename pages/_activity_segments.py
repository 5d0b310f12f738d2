"""The segments section of an activity's page: its efforts, with rank and gap to the best."""

from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view import texts
from milevault_core.view.activities import activity as activity_view
from milevault_core.view.activities import along
from milevault_core.view.parts.text import address
from milevault_core.view.parts.things import Group, Page, Things, things
from milevault_core.view.segments import of_activity as view
from pages._segment_make import save_stretch
from pages.parts import show


def segments_section(
    user: Account, activity: dict[str, Any], efforts: pd.DataFrame, track: pd.DataFrame
) -> None:
    """The list of efforts (queries.segments.of_activity), and what the device timed; nothing if there are neither."""
    told = view.told(activity) if map_view.has_track(track) else []
    if efforts.empty and not told:
        return
    st.subheader("Segments", anchor=False)
    _told(activity, track, told)
    if efforts.empty:
        return
    sport = activity["sport"]
    made = Things(
        "Efforts on segments", view.NAME, view.columns(efforts, sport),
        [Group("", view.things(efforts, fmt.units(user.units), sport))], page=Page(1, len(efforts), len(efforts)),
    )  # fmt: skip
    show(
        things(made, lambda **changes: address("/activity", {"id": activity["id"]} | changes)), key="segments"
    )


def _told(activity: dict[str, Any], track: pd.DataFrame, told: list[Any]) -> None:
    """The segments and climbs that the device timed, each with a button to save it as a segment here."""
    if not told:
        return
    with st.expander(f"Timed by the device ({len(told)})", icon=":material/watch:", key="told"):
        for n, (label, name, key, window) in enumerate(told):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(texts.plain(label), width="stretch")
                span = along.rows_between(track, window, activity_view.lead_s(activity, track))
                if span and st.button("Save as segment", key=f"told-{n}", icon=":material/conversion_path:"):
                    save_stretch(activity, span, "device", name, key)
