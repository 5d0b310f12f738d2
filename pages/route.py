"""One route: map, every time on it, the trend, and where the time went between two of them."""

import numpy as np
import streamlit as st

from milevault_core.routes.compare import compare
from milevault_core.routes.profile import unpack
from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import routes as queries
from milevault_core.view import dates, route_compare, tables, words
from milevault_core.view import format as fmt
from milevault_core.view import route as view
from milevault_core.view import routes as list_view
from pages._page import empty_state, page_title, require_user, show_map
from pages._route_change import actions, change, route_parameter

user = require_user()
units = fmt.units(user.units)
route_id = route_parameter()
route = queries.one(user.id, route_id) if route_id else None
if route is None:
    page_title("Route")
    empty_state("There is no such route. A way that was gone once is none yet.", "routes.py", "All routes")
    st.stop()
route_id = int(route["id"])
attempts = queries.attempts(user.id, route_id)

page_title(list_view.name(route, units))
sport = route["sport"] or ""
where = [
    list_view.group_label(route["sport_group"]),
    route["place"],
    list_view.turn(route),
    "a drawn course" if route["is_course"] else "",
]
st.caption(words.plain(" · ".join(part for part in where if part)))
actions(user, route)
with st.container(horizontal=True):
    for label, value in view.figures(route, attempts, units):
        st.metric(label, value, border=True, width="content")

linked = queries.links(user.id, route_id)
for link in linked.itertuples():
    other = queries.one(user.id, int(link.other_id))
    if other is not None:
        what = f"{link.laps} laps" if link.kind == "laps" else "The other way round"
        label = f"{what}: {list_view.name(other, units)} ({words.count(int(other['attempts']), 'time')})"
        st.page_link("route.py", label=words.plain(label), icon=":material/sync_alt:",
                     query_params={"id": str(link.other_id)})  # fmt: skip

line = queries.line(user.id, route_id)
timed = attempts[attempts["is_timed"]]


def attempt_label(activity: int) -> str:
    row = timed[timed["id"] == activity].iloc[0]
    at = dates.local(row["start_time"], tables.zone_of(row))
    return f"{dates.short_day(at.date()) if at else ''}, {fmt.duration(row['time_s'])}"


@st.cache_data(max_entries=256, show_spinner=False)
def slopes(user_id: int, activity_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Distance and altitude of an attempt: what tells a climb from the flat."""
    track = activity_queries.track(user_id, activity_id)
    return track["distance"].to_numpy(float), track["altitude"].to_numpy(float)


@st.fragment
def where_the_time_went() -> None:
    ids = timed["id"].tolist()[::-1]
    others = {"best": "your best", "last": "the time before", "median": "your median"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mine = st.selectbox("This time", ids, format_func=attempt_label, key="mine", width=260)
        named = [*others, *(str(i) for i in ids if i != mine)]
        choice = st.selectbox(
            "Against", named, key="against", width=260,
            format_func=lambda c: others[c].capitalize() if c in others else attempt_label(int(c)),
        )  # fmt: skip
    other = route_compare.against(choice, mine, timed)
    packed = queries.profiles(user.id, [mine, other] if other else [mine]).set_index("activity_id")["profile"]
    if other is None or len(packed) < 2:
        st.caption("There is no other time to compare with.")
        return
    try:
        sections = compare(unpack(packed[mine]), unpack(packed[other]))
    except (
        ValueError
    ):  # the route's line has just changed, and one of the two is still to be measured along it
        st.caption("The times are being measured along the route anew. Look again in a moment.")
        return
    words_of = others.get(choice, f"on {attempt_label(other).split(',')[0]}")
    if choice == "best" and other != int(timed.loc[timed["time_s"].idxmin(), "id"]):
        words_of = "your second best"
    if choice in others:
        words_of += f" ({attempt_label(other)})"
    begun = timed.set_index("id")["kind"]
    from_start = next((i for i in (mine, other) if begun[i] == "same"), None)
    slope = (
        route_compare.grades(sections, *slopes(user.id, from_start))
        if from_start
        else np.full(len(sections), np.nan)
    )
    st.markdown(f"**{words.plain(route_compare.sentence(sections, slope, words_of, units))}**")
    left, right = st.columns([1, 1.1])
    with left:
        show_map(route_compare.deck(line, sections), key="compared", height=400)
        st.html(
            '<div style="display:flex;gap:1rem;font-size:.85rem;flex-wrap:wrap">'
            + "".join(
                f'<span><span style="color:{colour}">■</span> {what}</span>'
                for colour, what in ((route_compare.WON, "faster"), (route_compare.LOST, "slower"),
                                     (route_compare.STOOD, "stood there"))
            ) + "</div>"
        )  # fmt: skip
    gap, cost = route_compare.charts(sections, units)
    with right:
        st.vega_lite_chart(
            gap, width="stretch", key="gap", alt="Seconds behind the other time, along the route"
        )
        st.vega_lite_chart(
            cost, width="stretch", key="cost", alt="Seconds lost or won in each 100 m, stops apart"
        )


if len(timed) > 1:
    st.subheader("Where the time went")
    where_the_time_went()
elif len(line):
    show_map(route_compare.deck(line, None), key="map")

if attempts.empty:
    st.caption("Nobody has gone this way yet. The first activity that follows it will appear here.")
else:
    st.subheader("Every time")
    st.markdown(words.plain(view.typical(attempts)))
    spec = view.trend(attempts) if len(attempts) > 1 else {}
    if spec:
        st.vega_lite_chart(spec, width="stretch", key="trend", alt="Time on the route over the years")
        st.caption("Each dot a time; the green line your best until then, the band the middle half of all.")
    table = view.table(attempts, float(route["length_m"]), units)
    event = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-cell", key="attempts",
        column_config={"Date": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
    )  # fmt: skip
    if event.selection.cells:
        st.switch_page("activity.py", query_params={"id": str(table.index[event.selection.cells[0][0]])})

change(user, route, attempts)
