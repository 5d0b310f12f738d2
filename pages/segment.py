"""One segment: map and gradient, every effort, the trend, and where two efforts gained or lost time."""

import numpy as np
import streamlit as st

from milevault_core.routes.compare import compare
from milevault_core.segments import along
from milevault_core.segments.line import line_of
from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import derived
from milevault_core.store.queries import segments as queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.parts.things import Group, Things, order, page, things
from milevault_core.view.routes import compare as compare_view
from milevault_core.view.segments import charts
from milevault_core.view.segments import segment as view
from milevault_core.view.segments.segments import ORIGINS, group_label
from pages._page import fragment, id_parameter, page_title, require_user, show_map
from pages._segment_change import change, is_waiting, wait
from pages.parts import empty, figures, here, show

user = require_user()
units = fmt.units(user.units)
segment_id = id_parameter()
segment = queries.one(user.id, segment_id) if segment_id else None
if segment is None or segment_id is None:
    page_title("Segment")
    empty(
        "There is no such segment. It may have been deleted.",
        (("conversion_path", "All segments", "Every segment you have.", "/segments"),),
    )
    st.stop()
# Queried before the efforts: if a worker finishes in between, wait() still notices and the page runs again.
is_looked_for = is_waiting(user.id, segment_id)
efforts = queries.efforts(user.id, segment_id)
page_title(segment["name"])
st.caption(
    texts.plain(f"{group_label(segment['sport_group'])} · {ORIGINS.get(segment['origin'], '')}".strip(" ·"))
)
if is_looked_for:
    wait(segment_id)
figures(view.figures(segment, efforts, units, dates.today(user.time_zone).year), key="figures")
left, right = st.columns([1, 1.1])
with left:
    show_map(view.deck(segment), key="map", height=380)
with right:
    slope = charts.profile(segment, units)
    if slope:
        st.vega_lite_chart(slope, width="stretch", key="profile", alt="Altitude along the segment")
    trend = charts.trend(efforts)
    if trend:
        st.vega_lite_chart(trend, width="stretch", key="trend", alt="Times over the years")

line = segment["drawn"]


@st.cache_data(max_entries=256, show_spinner=False)
def profile_of(
    user_id: int, activity_id: int, revision: int, begun, entry_s: float, exit_s: float, line: np.ndarray
):
    """The times at which an effort passed each point of the line; `revision`: of the derived data."""
    track = activity_queries.track(user_id, activity_id)
    start = np.datetime64(begun.tz_convert("UTC").tz_localize(None), "us")
    seconds = (track["time"].to_numpy("datetime64[us]") - start).astype(np.int64) / 1e6
    lat, lon = (track[name].to_numpy(float) for name in ("lat", "lon"))
    drawn = line_of(line[:, 0], line[:, 1])
    return along.profile(drawn, along.way_of(drawn, seconds, lat, lon, entry_s, exit_s))


@fragment()
def where_the_time_went() -> None:
    timed = efforts.assign(id=range(len(efforts)))
    labels = dict(zip(timed["id"], view.labels(efforts).values(), strict=True))
    ids = timed["id"].tolist()[::-1]
    others = {"best": "your best", "last": "the time before", "median": "your median time"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mine = st.selectbox(
            "This effort", ids, format_func=labels.get, key="mine", bind="query-params", width=260
        )
        choice = st.selectbox(
            "Against", [*others, *(str(i) for i in ids if i != mine)], key="against", bind="query-params", width=260,
            format_func=lambda c: others[c].capitalize() if c in others else labels[int(c)],
        )  # fmt: skip
    other = compare_view.against(choice, mine, timed)
    if other is None:
        return
    profiles, revision = [], derived.revision(user.id)
    for i in (mine, other):
        row = timed.iloc[i]
        try:
            profiles.append(
                profile_of(
                    user.id,
                    int(row["activity_id"]),
                    revision,
                    row["begun"],
                    float(row["t0_s"]),
                    float(row["t1_s"]),
                    line,
                )
            )
        except LookupError:
            st.caption("The track of one of the two efforts is no longer there.")
            return
    length_m = float(profiles[0].metres[-1])
    sections = compare(*profiles, section_m=float(np.clip(length_m / 30, 10.0, 100.0)))
    words = f"{others[choice]} ({labels[other]})" if choice in others else f"on {labels[other]}"
    if choice == "best" and other != int(timed["time_s"].to_numpy().argmin()):
        words = f"your second best ({labels[other]})"
    altitudes = segment["altitudes"]
    slope = compare_view.grades(sections, np.linspace(0.0, length_m, len(altitudes)), altitudes)
    st.markdown(f"**{texts.plain(compare_view.sentence(sections, slope, words, units))}**")
    gap, cost = compare_view.charts(sections, units)
    a, b = st.columns(2)
    with a:
        st.vega_lite_chart(
            gap, width="stretch", key="gap", alt="Seconds behind the other effort, along the segment"
        )
    with b:
        st.vega_lite_chart(cost, width="stretch", key="cost", alt="Seconds lost or gained along the segment")


if efforts.empty and not is_looked_for:
    st.caption("No activity has passed here yet. The first one that does will appear here.")
elif len(efforts):
    st.subheader("Efforts", anchor=False)
    st.markdown(texts.plain(view.sentence(efforts)))
    asked = st.query_params.to_dict()
    columns = view.columns(efforts, segment)
    sorting = order(asked, columns, view.LATEST)
    part = page(asked, len(efforts), 25)
    rows = view.things(efforts, segment, units, sorting)
    begin = (part.number - 1) * part.size
    shown = Things("Efforts", view.NAME, columns, [Group("", rows[begin : begin + part.size])], sorting, part)
    show(things(shown, here("/segment")), key="efforts")
    if (efforts["plus_minus_s"] >= view.UNSURE_S).any():
        st.caption(
            "± is the uncertainty from GPS positions: two out of three times are closer to the truth than that."
        )
if len(efforts) > 1:
    st.subheader("Where the time went", anchor=False)
    where_the_time_went()
watts = charts.power(efforts)
if watts:
    st.subheader("Power against time", anchor=False)
    st.vega_lite_chart(
        watts, width="stretch", key="power", alt="Time of each effort against its average power"
    )
change(user, segment)
