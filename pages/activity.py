"""One activity: head, figures, map and timeline, laps."""

import streamlit as st

from milevault_core.store.queries import activities as queries
from milevault_core.view import activity as view
from milevault_core.view import channels, tables, timeline, words
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from pages._activity_records import records_section
from pages._page import empty_state, id_parameter, page_title, require_user, show_map
from pages._photos import photo_row
from pages._recordings import actions, recordings_section
from pages._route_section import route_line

user = require_user()
units = fmt.units(user.units)
activity_id = id_parameter()
activity = queries.one(user.id, activity_id) if activity_id else None
if activity is None:
    page_title("Activity")
    empty_state("There is no such activity. It may have been deleted.", "activities.py", "All activities")
    st.stop()

zone = view.zone(activity)
page_title(words.activity_name(activity["name"], activity["sport"], activity["start_time"], zone))
st.caption(f"{words.sport_icon(activity['sport'])} {words.plain(view.subtitle(activity))}")
route_line(user, activity_id)
for sentence in view.notes(activity):
    st.caption(f":material/info: {words.plain(sentence)}")

with st.container(horizontal=True):
    for label, value in view.figures(activity, units):
        st.metric(label, value, border=True, width=150)

window = records_section(user.id, activity_id, units)


@st.cache_data(max_entries=64, show_spinner=False)
def load_track(user_id: int, activity_id: int, version: int):
    return queries.track(user_id, activity_id)


@st.cache_data(max_entries=128, show_spinner=False)
def timeline_of(user_id: int, activity_id: int, version: int, units: str, x: str, more: tuple) -> dict:
    track = load_track(user_id, activity_id, version)
    found = [(*c, unit_of[c], queries.channel(user_id, activity_id, *c)) for c in more]
    rows = channels.rows(found, len(track), fmt.units(units))
    return timeline.timeline(track, fmt.units(units), zone, activity["sport"], x, rows)


@st.cache_data(max_entries=256, show_spinner=False)
def deck_of(user_id: int, activity_id: int, version: int, units: str, metric: str, stretch) -> str:
    track = load_track(user_id, activity_id, version)
    return map_view.deck(track, metric, fmt.units(units), activity["sport"], stretch)


key = (user.id, activity_id, activity["version"])
track = load_track(*key)
metrics = view.colour_choices(track, activity["sport"])
found = queries.channels(user.id, activity_id)
further = channels.choices(found)
unit_of = {(c.name, c.developer): c.unit for c in found.itertuples()}


@st.fragment
def explore() -> None:
    located = map_view.has_track(track)
    metric = x = None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if located and metrics:
            metric = st.segmented_control(
                "Colour the track by", list(metrics), format_func=metrics.get, default=view.default_colour(metrics),
                key="colour", bind="query-params",
            )  # fmt: skip
        if view.has_distance(track):
            x = st.segmented_control("Along", ["distance", "time"], format_func=str.capitalize, default="distance",
                                     key="along")  # fmt: skip
    if further and len(track):
        more = st.multiselect("More rows", list(further), format_func=further.get, key="more", placeholder="Everything "
                              "else your devices recorded at each point")  # fmt: skip
    else:
        more = []
    x = x or "distance"
    left, right = st.columns([1, 1.1]) if located else (None, st.container())
    spec = timeline_of(*key, units.name, x, tuple(more))
    chosen = held = timeline.rows_between(track, window) if window else None
    if held and spec:
        spec = timeline.brushed(spec, track, held, units, x)
    with right:
        if spec:
            event = st.vega_lite_chart(
                spec, width="stretch", key=f"timeline-{x}-{window}", on_select="rerun", selection_mode="range",
                alt="Timeline of " + ", ".join([*metrics.values(), *map(further.get, more)]).lower(),
            )  # fmt: skip
            chosen = timeline.stretch(track, event.selection.get("range"), units, x) or held
    if left is None:
        return
    with left:
        deck = deck_of(*key, units.name, metric or "", chosen)
        show_map(deck, key="map")
        if metric:
            st.html(map_view.legend(track, metric, units, activity["sport"]).html())
        if chosen:
            st.caption(words.plain(view.stretch_sentence(track, chosen, units, activity["sport"])))
        elif spec:
            st.caption("Drag across the chart to highlight that stretch here.")


explore()

laps = queries.laps(user.id, activity_id)
if len(laps) > 1:
    st.subheader("Laps")
    st.dataframe(tables.lap_table(laps, units, activity["sport"]))
lengths = queries.laps(user.id, activity_id, "length")
if len(lengths):
    st.subheader("Lengths")
    st.dataframe(tables.lap_table(lengths, units, activity["sport"]))
sets = queries.sets(user.id, activity_id)
if len(sets):
    st.subheader("Sets")
    st.dataframe(tables.set_table(sets, units))

photo_row(user, activity_id)
st.subheader("Files")
with st.container(horizontal=True):
    for file in queries.originals_of(user.id, activity_id).itertuples():
        st.link_button(
            view.file_label(file), f"/files/original/{file.original_id}", icon=":material/download:"
        )
    if map_view.has_track(track):
        st.link_button("GPX", f"/files/activity/{activity_id}.gpx", icon=":material/download:")
recordings_section(user, activity)
actions(user, activity)
