"""One activity: head, figures, records, map and timeline, tables, files, changes."""

from typing import Any

import streamlit as st

from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import efforts as effort_queries
from milevault_core.store.queries import segments as segment_queries
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view import texts
from milevault_core.view.activities import activity as view
from milevault_core.view.activities import head, weather
from milevault_core.view.segments import of_activity as segment_view
from pages import _activity_data as data
from pages._activity_change import change_section, words_button
from pages._activity_explore import explore
from pages._activity_figures import figures_section
from pages._activity_records import records_section
from pages._activity_segments import segments_section
from pages._activity_training import training_section
from pages._judgement import judgement_section
from pages._page import fragment, id_parameter, page_title, require_user
from pages._photos import photo_row
from pages._recordings import actions, recordings_section
from pages._route_section import route_line
from pages.parts import empty, show

user = require_user()
units = fmt.units(user.units)
activity_id = id_parameter()
if activity_id:
    data.fetch(user.id, activity_id)
activity = queries.one(user.id, activity_id) if activity_id else None
if activity is None:
    page_title("Activity")
    empty(
        "There is no such activity. It may have been deleted.",
        (("directions_bike", "All activities", "Everything you have done.", "/activities"),
         ("delete", "Trash", "Deleted activities can be restored for 30 days.", "/trash")),
    )  # fmt: skip
    st.stop()

zone = view.zone(activity)
# One container, however much is in it: if what follows changed its position, it would be drawn again.
with st.container():
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            page_title(texts.activity_name(activity["name"], activity["sport"], activity["start_time"], zone))
        words_button(user, activity)
    under = " · ".join(filter(None, (view.subtitle(activity), view.elsewhere(activity, user.time_zone))))
    show(
        head.said(texts.icon(activity["sport"]), under)
        + head.line(activity, effort_queries.neighbours(user.id, activity_id))
        + route_line(user, activity_id)
        + head.said("partly_cloudy_day", weather.sentence(activity, units))
        + head.description(activity["description"])
        + "".join(head.said("info", sentence) for sentence in view.notes(activity)),
        key="head",
    )
    judgement_section(activity)

    figures_section(user, activity)
    window = records_section(user.id, activity_id, units)
track = data.load_track(user.id, activity_id, activity["version"])
top_rate = effort_queries.highest_heart_rate(user.id) if track["heart_rate"].notna().any() else None
passed = segment_queries.of_activity(user.id, activity_id)
explore(
    user, activity, window, top_rate, tuple(segment_view.marks(passed, track, view.lead_s(activity, track)))
)
segments_section(user, activity, passed, track)


@fragment()
def zones_by_maximum(activity: dict[str, Any], top_rate: float) -> None:
    """Computed only when opened."""
    place = st.expander("Time in heart rate zones", icon=":material/ecg_heart:", key="zones_by_maximum",
                        on_change="rerun")  # fmt: skip
    if place.open:
        zones = data.zone_seconds(require_user().id, int(activity["id"]), activity["version"], top_rate)
        place.html(head.zone_bars(zones, top_rate))


zones_shown = training_section(user.id, activity_id, activity["sport"], units, track)
if top_rate and "heart_rate" not in zones_shown:
    zones_by_maximum(activity, top_rate)

photo_row(user, activity_id)
files = queries.originals_of(user.id, activity_id)
kinds = ["GPX"] if map_view.has_track(track) else []
show(head.files(activity_id, files, [*kinds, *(["TCX", "CSV"] if len(track) else [])]), key="file_links")
recordings_section(user, activity)
change_section(user, activity, len(files) > 0)
actions(user, activity)
