"""Changing an activity: its texts, its track (the file stays untouched), and the list of changes, each of which can be
undone."""

import contextlib
from typing import Any

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import edits
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.problems import BadFile
from milevault_core.sports import SPORTS
from milevault_core.store.queries import activity_list
from milevault_core.store.queries import edits as queries
from milevault_core.store.queries import efforts as effort_queries
from milevault_core.store.queries import gear as gear_queries
from milevault_core.view import format as fmt
from milevault_core.view import gear as gear_view
from milevault_core.view import texts
from milevault_core.view.activities import activity as activity_view
from milevault_core.view.activities import edits as view
from pages import _activity_data as data
from pages._activity_explore import Choice
from pages._by_worker import done_by_worker, edited_by_worker
from pages._page import fragment, require_user
from pages.parts import offer_undo
from pages.parts.undo import action

REFUSED = (BadFile, ValueError, LookupError)
FIELDS = (
    "name",
    "sport",
    "gear",
    "tags",
    "is_race",
    "is_commute",
    "is_left_out",
    "rpe",
    "description",
    "private_note",
)


def words_button(user: Account, activity: dict[str, Any]) -> None:
    """The button that opens the form for an activity's texts."""
    if st.button("Edit", icon=":material/edit:", key="edit_words"):
        _words(user, activity)


@st.dialog("Edit this activity", width="large")
def _words(user: Account, activity: dict[str, Any]) -> None:
    with st.form("words", border=False):
        name = st.text_input("Name", activity["name"] or "", max_chars=200,
                             help="Leave empty to name it after its time and sport.")  # fmt: skip
        left, right = st.columns(2)
        sports = sorted(SPORTS, key=texts.sport_label)
        index = sports.index(activity["sport"]) if activity["sport"] in sports else 0
        sport = left.selectbox("Sport", sports, index, format_func=texts.sport_label)
        gears = gear_view.choices(gear_queries.names(user.id), activity["gear"])
        now = list(gears).index(activity["gear"]) if activity["gear"] in gears else None
        gear = right.selectbox("Gear", list(gears), now, accept_new_options=True, placeholder="None",
                               format_func=lambda name: gears.get(name, name))  # fmt: skip
        own = activity["tags"].split(", ") if activity["tags"] else []
        tags = st.multiselect("Tags", sorted({*activity_list.tags(user.id), *own}), own, accept_new_options=True,
                              placeholder="Your own tags")  # fmt: skip
        with st.container(horizontal=True):
            race = st.checkbox("Race", activity["is_race"])
            commute = st.checkbox("Commute", activity["is_commute"])
            left_out = st.checkbox("Leave out of totals and records", activity["is_left_out"],
                                   help="It still counts for its gear.")  # fmt: skip
        rpe = st.select_slider("How hard it felt", ["–", *map(str, range(1, 11))],
                               str(int(activity["rpe"])) if activity["rpe"] else "–",
                               help="1 is very easy, 10 is all-out.")  # fmt: skip
        description = st.text_area("Notes", activity["description"])
        private = st.text_area("Private note", activity["private_note"], height=68)
        saved = st.form_submit_button("Save", type="primary")
    if not saved:
        return
    flags = {"is_race": race, "is_commute": commute, "is_left_out": left_out}
    wanted = {"name": name, "sport": sport, "gear": gear or "", "tags": ", ".join(tags), "description": description,
              "private_note": private, "rpe": "" if rpe == "–" else rpe}  # fmt: skip
    changed = {k: v for k, v in wanted.items() if v.strip() != _text(activity[k])}
    changed |= {k: str(v).lower() for k, v in flags.items() if v != activity[k]}
    try:
        before = edits.edit_words(require_user().id, [int(activity["id"])], changed)
        if "sport" in changed:  # what counts as implausible depends on the sport
            with contextlib.suppress(LookupError):  # the original files are no longer stored
                done_by_worker("judge", int(activity["id"]))
    except REFUSED as error:
        st.error(texts.plain(error))
        return
    if changed:
        offer_words_undo(before)
    st.rerun()


def offer_words_undo(before: dict[int, edits.Words]) -> None:
    """Offer to undo an edit of texts. before: what actions.edits.edit_words returned."""
    names = {field for words in before.values() for field in words}
    many = texts.count(len(before), "activity", "activities")
    what = "Renamed." if names == {"name"} else "Saved." if len(before) == 1 else f"{many} changed."
    offer_undo(what, "words", before=before)


@action("words")
def _restore_words(user_id: int, before: dict[int, edits.Words]) -> None:
    edits.restore_words(user_id, before)


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) else str(value)


@fragment()
def change_section(user: Account, activity: dict[str, Any], has_files: bool) -> None:
    """The possible edits of the track, and those already made. Built only when opened: its forms are a quarter of the
    page's elements, and few visitors change anything."""
    if not has_files:
        return
    activity_id, units = int(activity["id"]), fmt.units(user.units)
    # Parts of a joined activity may each have a choice of the same figure, and one undo takes back all of them.
    made = queries.of_activity(user.id, activity_id).drop_duplicates("field", keep="last")
    shown = [r for r in made.itertuples() if view.is_revocable(r.field)]
    place = st.expander("Change the track", icon=":material/content_cut:", expanded=bool(shown),
                        key=f"change-track-{activity_id}", on_change="rerun")  # fmt: skip
    if not place.open:
        return
    with place:
        st.caption("The original file is never changed. Every change is listed here and can be undone.")
        _list(user, activity, shown, len(queries.joined_parts(user.id, activity_id)))
        _of_stretch(user, activity)
        left, right = st.columns(2)
        with left:
            _elevation(activity_id, units)
        with right:
            _join(user, activity_id)


def _list(user: Account, activity: dict[str, Any], shown: list[Any], joined: int) -> None:
    activity_id, zone = int(activity["id"]), activity_view.zone(activity)
    firsts = queries.split_from(user.id, activity_id) if shown else {}
    for row in shown:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            text = view.sentence(
                row.field, row.value, fmt.units(user.units), activity["sport"], zone, row.field in firsts
            )
            st.markdown(texts.plain(text), width="stretch")
            if st.button("Undo", key=f"revoke-{row.field}", icon=":material/undo:"):
                _do("revoke", activity_id, row.field, leads_to=firsts.get(row.field, activity_id))
    if joined:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            said = (
                f"Joined from {joined} consecutive recordings. Separating them undoes what was changed since."
            )
            st.markdown(said, width="stretch")
            if st.button("Separate them", key="unjoin", icon=":material/undo:"):
                _do("unjoin", activity_id)


@fragment()
def _of_stretch(user: Account, activity: dict[str, Any]) -> None:
    activity_id = int(activity["id"])
    track = data.load_track(user.id, activity_id, activity["version"])
    if len(track) < 2:
        return
    st.markdown("**Selected stretch** (drag across the chart above, or pick a row of a table)")
    if st.button("Use the selection above", key="take_stretch", icon=":material/my_location:"):
        st.session_state["edited_stretch"] = (activity_id, Choice(activity_id).kept["stretch"])
    owner, span = st.session_state.get("edited_stretch", (None, None))
    if owner != activity_id or not span:
        return
    zone = activity_view.zone(activity)
    start, stop = (track["time"].iloc[i].tz_localize("UTC").timestamp() for i in (span[0], span[1] - 1))
    st.markdown(texts.plain(view.stretch_text(start, stop, zone)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Keep only this", key="trim", icon=":material/content_cut:"):
            _do("edit_track", activity_id, TrackEdit("trim", start, stop).pack())
        if st.button("Cut this out", key="cut", icon=":material/delete_sweep:"):
            _do("edit_track", activity_id, TrackEdit("cut", start, stop).pack())
        if st.button("Split at its start", key="split", icon=":material/call_split:"):
            _do("split", activity_id, start)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [c for c in view.CHANNELS if c == "position" or track[c].notna().any()]
        channel = st.selectbox(
            "Remove a spike", names, format_func=view.CHANNELS.get, width=200, key="spike_channel"
        )
        if st.button("Remove it in this stretch", key="spike"):
            _do("edit_track", activity_id, TrackEdit("spike", start, stop, channel).pack())


def _elevation(activity_id: int, units: fmt.Units) -> None:
    with st.form("elevation"):
        st.markdown("**Elevation**")
        factor = st.number_input("Multiply by", 0.1, 10.0, 1.0, 0.05, format="%g")
        offset = st.number_input(f"Add, {units.altitude}", -10_000.0, 10_000.0, 0.0, 1.0, format="%g")
        if st.form_submit_button("Apply"):
            _do(
                "edit_track",
                activity_id,
                TrackEdit("altitude", factor=factor, offset=offset * units.altitude_m).pack(),
            )


def _join(user: Account, activity_id: int) -> None:
    beside = effort_queries.neighbours(user.id, activity_id)
    names = {one: f"The activity {word}" for word, one in beside.items()}
    if not names:
        return
    with st.form("join"):
        st.markdown("**Two parts of one workout**")
        other = st.radio(
            "Join with", list(names), format_func=names.get, index=len(names) - 1, key=f"join-{activity_id}"
        )
        if st.form_submit_button("Join them into one activity"):
            _do("join", activity_id, other)


def _do(verb: str, activity_id: int, *arguments: str | int | float, leads_to: int = 0) -> None:
    """Have a worker make the edit and show the activity again, or say why it is not possible. `leads_to`: the activity
    to show instead, where the edit removes this one."""
    made = edited_by_worker(verb, activity_id, *arguments)
    if made is None:
        return
    st.session_state.pop("edited_stretch", None)
    st.session_state.pop("chosen_stretch", None)
    made = leads_to or made
    if (leads_to or verb == "join") and made != activity_id:
        st.query_params["id"] = str(made)
    st.rerun()
