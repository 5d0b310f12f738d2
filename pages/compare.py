"""Compare two to four activities on one time or distance axis: /compare?id=1&id=2."""

import re
from typing import Any

import streamlit as st

from milevault_core.store.queries import activities as queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import activity as activity_view
from milevault_core.view.activities import along
from milevault_core.view.activities import compare as view
from milevault_core.view.parts import abouts
from pages import _activity_data as data
from pages._page import page_title, require_user
from pages.parts import empty, show

user = require_user()
units = fmt.units(user.units)
page_title("Compare activities")
asked = [int(one) for one in st.query_params.get_all("id") if re.fullmatch(r"[1-9][0-9]{0,8}", one)]
found = queries.some(user.id, list(dict.fromkeys(asked[: view.MOST])))
if len(found) < 2:
    empty("Choose two to four activities to compare.",
          [("directions_bike", "Activities", "Select some in the list, then “Compare”.", "/activities")])  # fmt: skip
    st.stop()


def parts_of(one: dict[str, Any]) -> tuple[str, str]:
    """("Morning run", "12 May 2026")."""
    zone = activity_view.zone(one)
    name = texts.activity_name(one["name"], one["sport"], one["start_time"], zone)
    at = dates.local(one["start_time"], zone)
    return name, dates.short_day(at.date()) if at else ""


told = [parts_of(one) for one in found]
names = [", ".join(filter(None, both)) for both in told]
show(view.legend(found, names), key="compared")
show(view.days(found), key="compared_days")
# Each row gets the shortest label that tells the activities apart: a phone has little room.
numbered = [f"{n} {i}" if names.count(n) > 1 else n for i, n in enumerate(names, 1)]
short = next((own for own in zip(*told, strict=True) if all(own) and len(set(own)) == len(own)), numbered)
table = view.figure_table(found, short, units)
st.dataframe(table, height="content")
show(abouts.of_labels(table.columns), key="about_figures")
tracks = [
    view.Track(name, one["sport"], data.load_track(user.id, int(one["id"]), one["version"]))
    for name, one in zip(names, found, strict=True)
]
x = st.segmented_control("Along", list(along.AXES), format_func=along.AXES.get, default="distance", key="along",
                         bind="query-params", required=True)  # fmt: skip
charts = view.charts(tracks, units, x or "distance")
if not charts:
    st.caption("These activities have no measurement in common.")
for key, spec in charts:
    st.vega_lite_chart(
        spec, width="stretch", key=f"compare-{key}", alt=f"{key.replace('_', ' ')} of the activities"
    )
