"""Making a segment from a stretch of an activity, a route or a file. Duplicates are pointed out before saving."""

import hashlib
from collections.abc import Callable
from typing import Any

import streamlit as st

from milevault_core.actions import segment_files
from milevault_core.actions import segments as actions
from milevault_core.records.fits import CLIMB
from milevault_core.segments.draw import DrawnLine, reversed_of
from milevault_core.segments.sports import group_of
from milevault_core.store.queries import segments as queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.activities import outline
from milevault_core.view.parts.text import link
from milevault_core.view.segments.segments import grade, group_label
from pages._by_worker import answered_by_worker
from pages._page import require_user
from pages.parts import go, show


def climbs_are_own(activity: dict[str, Any]) -> bool:
    """Whether the user climbed under their own power, and outdoors: not on a ski lift, not on a trainer."""
    return activity["sport"] in CLIMB and not activity["is_indoor"]


@st.dialog("Save as segment")
def save_stretch(
    activity: dict[str, Any], span: tuple[int, int], origin: str = "drawn", name: str = "", key: str = ""
) -> None:
    """Ask for name and sport, and save the rows (start, stop) of the activity's track as a segment."""
    user = require_user()
    try:
        drawn = actions.of_stretch(user.id, int(activity["id"]), span)
    except ValueError as error:
        st.error(texts.plain(error))
        return
    ask(drawn, name, group_of(activity["sport"]) or "other", origin, key)


def ask(drawn: DrawnLine, name: str, group: str, origin: str, origin_key: str = "") -> None:
    """The form: name, sport group ("" if unknown), direction. Goes to the segment's page once saved."""
    user = require_user()
    units = fmt.units(user.units)
    show(_picture(drawn), key="segment_picture")
    parts = [fmt.distance(drawn.line.length_m, units), grade(drawn.gain_m, drawn.line.length_m)]
    st.caption(texts.plain(" · ".join(p for p in parts if p != fmt.MISSING)))
    known = actions.like(user.id, drawn.line, "")  # of any sport: it is chosen below
    if known:
        listed = queries.listed(user.id).set_index("id")
        for i, direction in known.items():
            what = (
                "You already have this segment" if direction == "same" else "In the other direction you have"
            )
            called, sport = (
                listed.loc[i, ["name", "sport_group"]] if i in listed.index else ("a segment", "other")
            )
            where = link("/segment", called, {"id": i})
            show(f"<p>{what}: {where}, {group_label(sport).lower()}</p>", key=f"like-{i}")
            if direction == "same" and st.button(
                "Move its ends here", key=f"redraw-{i}", icon=":material/edit_road:"
            ):
                actions.redraw(require_user().id, i, drawn)
                go("/segment", id=i)
    with st.form("segment", border=False):
        called = st.text_input(
            "Name", name, max_chars=120, placeholder="Hill behind the station", key="segment_name"
        )
        groups = list(actions.GROUPS)
        sport = st.selectbox(
            "Sport", groups, groups.index(group) if group in groups else None, format_func=group_label,
            key="segment_sport", help="Only activities of this kind are searched for it.", placeholder="Choose one",
        )  # fmt: skip
        way = st.radio(
            "Direction", ["there", "back"], horizontal=True, key="segment_way",
            format_func={"there": "The way you went", "back": "The other way round"}.get,
        )  # fmt: skip
        saved = st.form_submit_button("Save", type="primary", icon=":material/check:")
    if not saved:
        return
    try:
        made = actions.make(
            require_user().id,
            called,
            sport or "",
            drawn if way == "there" else reversed_of(drawn),
            origin,
            origin_key,
        )
    except ValueError as error:
        st.error(texts.plain(error))
        return
    go("/segment", id=made)


def _picture(drawn: DrawnLine) -> str:
    lat, lon = drawn.line.places()
    return f'<div aria-hidden="true">{outline.svg(lat, lon, 280, 120, "currentColor")}</div>'


@st.dialog("Save as segment")
def save_route(route_id: int, name: str) -> None:
    """Save a whole route as a segment. A drawn course (negative id) is read from its file, because its elevations are
    only there."""
    user = require_user()
    if route_id < 0:
        found = _read(f"course {route_id}", lambda: ("segments_of_course", route_id))
        if found:
            (stretch,) = found[0]
            ask(stretch.drawn, name, stretch.sport_group, "gpx")
        return
    try:
        group, drawn = actions.of_route(user.id, route_id)
    except (ValueError, LookupError) as error:
        st.error(texts.plain(error))
        return
    ask(drawn, name, group, "drawn")


@st.dialog("New segment from a file")
def save_file() -> None:
    """Upload a file and save one segment along the whole of its track or course."""
    user = require_user()
    file = st.file_uploader(
        "A GPX file, or a FIT or TCX course. The whole of it becomes one segment.",
        key="segment_file", max_upload_size=segment_files.MOST_MB,
    )  # fmt: skip
    if file is None:
        return
    data = file.getvalue()
    found = _read(
        f"file {hashlib.sha256(data).hexdigest()}",
        lambda: ("segments_of_file", segment_files.hand_over(user.id, file.name, data)),
    )
    if not found:
        return
    stretches, left_out = found
    for sentence in dict.fromkeys(left_out):
        st.caption(texts.plain(f"Part of this file is left out: {sentence}"))
    chosen = 0
    if len(stretches) > 1:
        chosen = st.selectbox(
            "Which part", range(len(stretches)), format_func=lambda i: f"{i + 1}. {stretches[i].name}",
            key="segment_part", on_change=_other_part,
        )  # fmt: skip
    ask(stretches[chosen].drawn, stretches[chosen].name, stretches[chosen].sport_group, "gpx")


def _other_part() -> None:
    """Reset the form, so that it takes the name and sport of the chosen part."""
    for key in ("segment_name", "segment_sport"):
        st.session_state.pop(key, None)


def _read(
    what: str, request: Callable[[], tuple[str, int]]
) -> tuple[list[segment_files.Stretch], list[str]] | None:
    """What a worker finds in a file, asked for once while the dialog is open; None, with a message, on failure."""
    held = st.session_state.get("segment_read")
    if held and held[0] == what:
        return segment_files.unpack(held[1])
    try:
        answer = answered_by_worker(*request())
    except (ValueError, LookupError) as error:
        st.error(texts.plain(error))
        return None
    if answer is None:
        return None
    st.session_state["segment_read"] = (what, answer)
    return segment_files.unpack(answer)
