"""The form of a rule: its conditions and what it does."""

from datetime import time
from typing import Any

import numpy as np
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.activities import texts as activity_texts
from milevault_core.sports import SPORTS
from milevault_core.store import ahead
from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import activity_list
from milevault_core.store.queries import gear as gear_queries
from milevault_core.store.queries import routes as route_queries
from milevault_core.view import dates, texts
from milevault_core.view import gear as gear_view
from milevault_core.view.format import Units
from milevault_core.view.routes import routes as route_view
from pages.parts.dates import time_input


def rule_form(user: Account, units: Units) -> tuple[dict[str, Any], dict[str, Any]]:
    """(conditions, actions) as milevault_core/activities/rules.py takes them."""
    ahead.fetch(
        *((ask, user.id) for ask in (activity_queries.sports, activity_list.tags,
                                     route_queries.listed, gear_queries.names))
    )  # fmt: skip
    tags = activity_list.tags(user.id)
    left, right = st.columns(2)
    with left, st.container(border=True):
        st.markdown("**When**")
        conditions = _conditions(user, units, tags)
    with right, st.container(border=True):
        st.markdown("**Then**")
        actions = _actions(user, tags)
    return conditions, actions


def _conditions(user: Account, units: Units, tags: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    sports = st.multiselect("The sport is", activity_queries.sports(user.id), format_func=texts.sport_label,
                            key="r-sport", placeholder="Any")  # fmt: skip
    if sports:
        found["sports"] = sports
    for field, label in (("name", "The name contains"), ("device", "The device contains")):
        words = st.text_input(label, key=f"r-{field}", max_chars=80, placeholder="Any").strip()
        if words:
            found[field] = words
    if tags and (chosen_tags := st.multiselect("It has the tags", tags, key="r-tags", placeholder="Any")):
        found["tags"] = chosen_tags
    routes = route_queries.listed(user.id)
    called = route_view.names(routes, units)
    starts = {
        int(r.id): r for r in routes.itertuples() if isinstance(r.outline, bytes) and len(r.outline) >= 8
    }
    chosen = st.selectbox("It starts near the start of", list(starts), index=None, key="r-near",
                          placeholder="Any route", format_func=lambda i: called[i])  # fmt: skip
    if chosen is not None:
        lat, lon = np.frombuffer(starts[chosen].outline[:8], "<f4").astype(float)
        found["near"] = {"lat": float(lat), "lon": float(lon), "radius_m": 300.0,
                         "label": called[chosen]}  # fmt: skip
    days = st.pills(
        "On",
        [dates.DAYS.index(d) + 1 for d in dates.weekdays()],
        format_func=lambda d: dates.DAYS[d - 1],
        selection_mode="multi",
        key="r-days",
    )
    if days:
        found["weekdays"] = sorted(days)
    begin, end = st.columns(2)
    after = time_input(begin, "Starts after", None, key="r-after")
    before = time_input(end, "Starts before", None, key="r-before")
    if after or before:
        found["minutes"] = [_minute(after or time(0)), _minute(before) if before else 1440]
    begin, end = st.columns(2)  # a second row of columns, so that a phone keeps each pair together
    least = begin.number_input(f"At least, {units.distance}", 0.0, 1e5, None, 1.0, format="%g", key="r-least")
    most = end.number_input(f"At most, {units.distance}", 0.0, 1e5, None, 1.0, format="%g", key="r-most")
    if least or most:
        found["metres"] = [(least or 0.0) * units.distance_m, most * units.distance_m if most else None]
    where = st.segmented_control("It is", ["indoors", "outdoors"], format_func=str.capitalize, key="r-where")
    if where:
        found["is_indoor"] = where == "indoors"
    return found


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _actions(user: Account, tags: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    labels = gear_view.choices(gear_queries.names(user.id))
    thing = st.selectbox("Set the gear to", list(labels), index=None, format_func=labels.get, key="r-gear",
                         placeholder="Leave as it is")  # fmt: skip
    if thing:
        found["gear"] = thing
    sport = st.selectbox("Set the sport to", list(SPORTS), index=None, format_func=texts.sport_label, key="r-set-sport",
                         placeholder="Leave as it is")  # fmt: skip
    if sport:
        found["sport"] = sport
    name = st.text_input("Name it", key="r-set-name", max_chars=200, placeholder="Leave as it is").strip()
    if name:
        found["name"] = name
    chosen = st.multiselect(
        "Add the tags", tags, key="r-set-tags", accept_new_options=True, placeholder="None"
    )
    if chosen:
        found["tags"] = activity_texts.tags(",".join(chosen))
    if st.checkbox("Mark it as a commute", key="r-commute"):
        found["is_commute"] = "true"
    if st.checkbox("Leave it out: move it to the trash", key="r-leave-out"):
        found["leave_out"] = "true"
    return found
