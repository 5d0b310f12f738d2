"""Changing a route: name, favourite, archive, and which activities belong to it."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from milevault_core import store
from milevault_core.accounts.account import Account
from milevault_core.store.imports import courses
from milevault_core.store.queries import routes as queries
from milevault_core.store.routes import decisions
from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.routes import routes as view
from pages._page import fragment, require_user
from pages._segment_make import save_route
from pages.parts.dates import date_input
from pages.parts.rooted import at

_PATIENCE_S = 1.0


def route_parameter() -> int | None:
    """The route in the page's address: `?id=42`, or `?id=-7` for a drawn course."""
    value = st.query_params.get("id", "")
    return int(value) if re.fullmatch(r"-?[1-9][0-9]{0,8}", value) else None


def decide(function: Callable[..., object], *arguments: object) -> None:
    """Make a decision as the user who is signed in at this moment."""
    user = require_user()
    try:
        with store.session() as session:
            function(session, user.id, *arguments)
    except LookupError:
        st.toast("That is no longer there.", icon=":material/error:")


def actions(user: Account, route: dict[str, Any]) -> None:
    """The buttons under a route's title, and the progress of recomputation."""
    route_id = int(route["id"])
    with st.container(horizontal=True):
        favourite, archived = bool(route["is_favourite"]), bool(route["is_archived"])
        st.button(
            "Favourite", icon=":material/star:" if favourite else ":material/star_outline:", key="favourite",
            type="primary" if favourite else "secondary",
            on_click=decide, args=(decisions.flag_route, route_id, "favourite", not favourite),
        )  # fmt: skip
        st.button(
            "Unarchive" if archived else "Archive", icon=":material/archive:", key="archive_route",
            on_click=decide, args=(decisions.flag_route, route_id, "archived", not archived),
        )  # fmt: skip
        if st.button("Save as segment", icon=":material/conversion_path:", key="save_segment"):
            save_route(route_id, str(route["name"]))
        st.link_button("GPX", at(f"/files/route/{route_id}.gpx"), icon=":material/download:")
    if len(queries.pending(user.id)):
        _wait(user.id)


@fragment(run_every=_PATIENCE_S)
def _wait(user_id: int) -> None:
    if len(queries.pending(user_id)):
        st.caption(":material/sync: Your routes are being updated …")
    else:
        st.rerun()


def change(
    user: Account, route: dict[str, Any], attempts: pd.DataFrame, every: pd.DataFrame, called: dict[int, str]
) -> None:
    """The foot of the page: rename, add, remove, merge, undo. every, called: all routes and their names."""
    units, route_id = fmt.units(user.units), int(route["id"])
    with st.expander("Change this route", icon=":material/tune:"):
        with st.form("rename", border=False):
            name = st.text_input(
                "Name", value=route["name"], max_chars=decisions.MAX_NAME,
                placeholder=view.made(route, units), help="Leave it empty to get the automatic name back.",
            )  # fmt: skip
            if st.form_submit_button("Save the name"):
                decide(decisions.rename_route, route_id, name)
                st.rerun()
        if route["is_course"]:
            _sport(route_id, str(route["sport_group"]))
        _take_out(route_id, attempts)
        _put_in(user.id, route_id)
        _merge(route_id, every[every["sport_group"] == route["sport_group"]], called)
        _take_back(user.id, route_id)


def _label(row: Any) -> str:
    zone = tables.zone_of(row)
    at = dates.local(row.start_time, zone)
    day = dates.short_day(at.date()) if at else ""
    return f"{day} · {texts.activity_name(row.name, row.sport, row.start_time, zone)}"


def _take_out(route_id: int, attempts: pd.DataFrame) -> None:
    labels = {int(row.id): _label(row) for row in attempts.itertuples() if row.id != route_id}
    if not labels:
        return
    with st.form("take-out", border=False):
        activity = st.selectbox(
            "An activity that does not belong here", list(labels)[::-1], format_func=labels.get
        )
        own = st.checkbox("Start a new route with it")
        if st.form_submit_button("Remove from this route"):
            decide(decisions.keep_out_of_route, activity, route_id, own)
            st.rerun()


def _put_in(user_id: int, route_id: int) -> None:
    day = date_input(st, "Add an activity from this day", value=None, key="put-in-day", width=320)
    if not day:
        return
    found = queries.of_day(user_id, route_id, day)
    found = found[~found["is_member"]]
    if found.empty:
        st.caption("There is no other activity of this sport on that day.")
    for row in found.itertuples():
        st.button(
            texts.plain(f"Add {_label(row)}"), key=f"put-in-{row.id}", icon=":material/add:",
            on_click=decide, args=(decisions.put_into_route, int(row.id), route_id),
        )  # fmt: skip


def _sport(route_id: int, sport_group: str) -> None:
    with st.form("sport", border=False):
        groups = sorted(view.GROUPS, key=view.group_label)
        chosen = st.selectbox(
            "A course for", groups, index=groups.index(sport_group) if sport_group in groups else 0,
            format_func=view.group_label, help="Only activities of this sport are matched to it.",
        )  # fmt: skip
        if st.form_submit_button("Save the sport"):
            decide(courses.set_sport, route_id, chosen)
            st.rerun()


def _merge(route_id: int, others: pd.DataFrame, called: dict[int, str]) -> None:
    others = others[others["id"] != route_id]
    if others.empty:
        return
    labels = {int(row.id): view.choice(row, called) for row in others.itertuples()}
    with st.form("merge", border=False):
        other = st.selectbox(
            "Another route that is the same as this one", list(labels), index=None, format_func=labels.get,
            placeholder="Choose a route", help="You can undo this below.",
        )  # fmt: skip
        if st.form_submit_button("Merge it into this route"):
            if other is None:
                st.warning("Choose a route first.")
            else:
                decide(decisions.merge_routes, other, route_id)
                st.rerun()


def _take_back(user_id: int, route_id: int) -> None:
    made = queries.decisions(user_id, route_id)
    said = {"into": "added by you", "out": "removed by you", "merged": "merged into this route"}
    for row in made.itertuples():
        with st.container(horizontal=True, vertical_alignment="center"):
            label = _label(row) if row.decision != "merged" or row.sport else str(row.name)
            st.markdown(f"{texts.plain(label)}: {said[row.decision]}", width="stretch")
            function = decisions.part_routes if row.decision == "merged" else decisions.forget_decisions
            target = route_id if row.decision == "merged" else int(row.activity_id)
            st.button("Undo", key=f"back-{row.decision}-{row.activity_id}", on_click=decide,
                      args=(function, target))  # fmt: skip
