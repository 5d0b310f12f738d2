"""The records section of an activity's page: what it was the best at, each with its stretch."""

import re

import streamlit as st

from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import records as queries
from milevault_core.store.queries import routes as route_queries
from milevault_core.view import texts as words
from milevault_core.view.format import Units
from milevault_core.view.records import tables as view
from milevault_core.view.routes.routes import names as route_names
from pages._page import fragment, require_user

_SECONDS = re.compile(r"\d{1,7}(\.\d{1,3})?")
FIRST = 12  # records shown at first; a user's very first activity holds all of them


def records_section(user_id: int, activity_id: int, units: Units) -> tuple[float, float] | None:
    """Announce the activity's records. Returns the window to show, in seconds: that of the record the user chose, else
    the one in the page's address."""
    if activity_queries.is_pending(user_id, activity_id):
        _pending(activity_id)
        return _window()
    found = queries.of_activity(user_id, activity_id)
    if (found["kind"] == "route").any():
        found = view.with_route_names(found, route_names(route_queries.names(user_id), units))
    texts = view.announced(found, units)
    asked = _window()
    if not texts:
        return asked
    with st.container(border=True, key="records"):
        st.markdown(f":material/trophy: &nbsp;**{view.how_many(texts.values())}**")
        names = list(texts)
        first = next((name for name, one in texts.items() if _same(one.window, asked)), None)
        whole = st.session_state.get("all_records", False)
        options = names if whole or len(names) <= FIRST else names[:FIRST]
        if first is not None and first not in options:
            options.append(first)
        chosen = st.pills(
            "Show on the chart",
            options,
            default=first,
            format_func=lambda name: words.plain(texts[name].words),
            key="record_here",
            bind="query-params",
        )
        if len(names) > FIRST:
            st.toggle(f"All {len(names)}", key="all_records")
        if chosen and texts[chosen].source:
            by = "GPS" if texts[chosen].source == "gps" else "the device"
            st.caption(f"The distance is measured by {by}.")
    return texts[chosen].window if chosen else (asked if first is None else None)


@fragment(run_every="2s")
def _pending(activity_id: int) -> None:
    """Say that computation is still running; rerun the page once it is done."""
    if activity_queries.is_pending(require_user().id, activity_id):
        st.caption(":material/sync: Records and training figures are still being worked out.")
    else:
        st.rerun()


def _window() -> tuple[float, float] | None:
    """`from` and `to` in the page's address, in seconds since the first point."""
    ends = [st.query_params.get(name, "") for name in ("from", "to")]
    if not all(_SECONDS.fullmatch(end) for end in ends):
        return None
    begin, end = (float(e) for e in ends)
    return (begin, end) if begin < end else None


def _same(window: tuple[float, float], asked: tuple[float, float] | None) -> bool:
    return asked is not None and all(abs(a - b) < 0.06 for a, b in zip(window, asked, strict=True))
