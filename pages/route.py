"""One route: map, every time on it, the trend, and where two of them gained or lost time."""

import numpy as np
import streamlit as st

from milevault_core.routes.compare import compare
from milevault_core.routes.profile import unpack
from milevault_core.store import ahead
from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import derived
from milevault_core.store.queries import routes as queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.parts.text import icon, link
from milevault_core.view.parts.things import Group, Things, order, page, things
from milevault_core.view.routes import compare as route_compare
from milevault_core.view.routes import route as view
from milevault_core.view.routes import routes as list_view
from milevault_core.view.routes import shapes as route_shapes
from pages._page import fragment, page_title, require_user, show_map
from pages._route_change import actions, change, route_parameter
from pages.parts import empty, figures, here, show

user = require_user()
units = fmt.units(user.units)
route_id = route_parameter()
if route_id:
    ahead.fetch(
        (queries.names, user.id), (queries.pending, user.id),
        *((ask, user.id, route_id) for ask in (queries.one, queries.attempts, queries.links, queries.decisions)),
    )  # fmt: skip
route = queries.one(user.id, route_id) if route_id else None
if route is None:
    page_title("Route")
    empty(
        "There is no such route. A route appears once you have followed the same way twice.",
        (("route", "All routes", "Every route found so far.", "/routes"),),
    )
    st.stop()
route_id = int(route["id"])
attempts = queries.attempts(user.id, route_id)

every = queries.names(user.id)
called = {route_id: str(route["name"]) or list_view.made(route, units)} | list_view.names(every, units)
page_title(called[route_id])
sport = route["sport"] or ""
where = [
    list_view.group_label(route["sport_group"]),
    route["place"],
    route["turn"],
    "a drawn course" if route["is_course"] else "",
]
st.caption(texts.plain(" · ".join(part for part in where if part)))
actions(user, route)
figures(view.figures(route, attempts, units), key="figures")

times_of = dict(zip(every["id"].tolist(), every["attempts"].tolist(), strict=True))
for other in queries.links(user.id, route_id).itertuples():
    if other.other_id in times_of:
        what = f"{other.laps} laps" if other.kind == "laps" else "The other way round"
        label = f"{what}: {called[other.other_id]} ({texts.count(int(times_of[other.other_id]), 'time')})"
        way = link("/route", label, {"id": other.other_id})
        show(f"<p>{icon('sync_alt')} {way}</p>", key=f"link-{other.other_id}")

line = route["line"]
timed = attempts[attempts["is_timed"]]


labels = view.labels(timed)


@st.cache_data(max_entries=256, show_spinner=False)
def slopes(user_id: int, activity_id: int, revision: int) -> tuple[np.ndarray, np.ndarray]:
    """Distance and altitude of an attempt, to tell climbs from flat parts; `revision`: of the derived data."""
    track = activity_queries.track(user_id, activity_id)
    return track["distance"].to_numpy(float), track["altitude"].to_numpy(float)


@fragment()
def where_the_time_went() -> None:
    ids = timed["id"].tolist()[::-1]
    others = {"best": "your best", "last": "the time before", "median": "your median time"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mine = st.selectbox(
            "This time", ids, format_func=labels.get, key="mine", bind="query-params", width=260
        )
        named = [*others, *(str(i) for i in ids if i != mine)]
        choice = st.selectbox(
            "Against", named, key="against", bind="query-params", width=260,
            format_func=lambda c: others[c].capitalize() if c in others else labels[int(c)],
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
    ):  # the route's line has just changed, and one attempt has not been measured along it yet
        st.caption("The times along this route are being measured again. Come back in a moment.")
        return
    words_of = others.get(choice, f"on {labels[other].split(',')[0]}")
    if choice == "best" and other != int(timed.loc[timed["time_s"].idxmin(), "id"]):
        words_of = "your second best"
    if choice in others:
        words_of += f" ({labels[other]})"
    begun = timed.set_index("id")["kind"]
    from_start = next((i for i in (mine, other) if begun[i] == "same"), None)
    slope = (
        route_compare.grades(sections, *slopes(user.id, from_start, derived.revision(user.id)))
        if from_start
        else np.full(len(sections), np.nan)
    )
    st.markdown(f"**{texts.plain(route_compare.sentence(sections, slope, words_of, units))}**")
    left, right = st.columns([1, 1.1])
    with left:
        show_map(route_compare.deck(line, sections, units), key="compared_map", height=400)
        st.html(
            '<div style="display:flex;gap:1rem;font-size:.85rem;flex-wrap:wrap">'
            + "".join(
                f'<span><span style="color:{colour}">■</span> {what}</span>'
                for colour, what in ((route_shapes.WON, "faster"), (route_shapes.LOST, "slower"),
                                     (route_shapes.STOOD, "stopped"))
            ) + "</div>"
        )  # fmt: skip
    gap, cost = route_compare.charts(sections, units)
    with right:
        st.vega_lite_chart(
            gap, width="stretch", key="gap", alt="Seconds behind the other time, along the route"
        )
        st.vega_lite_chart(
            cost, width="stretch", key="cost", alt="Seconds lost or gained in each 100 m, without stops"
        )


if len(timed) > 1:
    st.subheader("Where the time went")
    where_the_time_went()
elif len(line):
    show_map(route_compare.deck(line, None, units), key="map")

if attempts.empty:
    st.caption("No activity follows this course yet. The first one that does will appear here.")
else:
    st.subheader("Every time")
    st.markdown(texts.plain(view.typical(attempts)))
    spec = view.trend(attempts) if len(attempts) > 1 else {}
    if spec:
        st.vega_lite_chart(spec, width="stretch", key="trend", alt="Time on the route over the years")
        st.caption(
            "Each dot is one time, the green line your best so far, the band the middle half of all times."
        )
    asked = st.query_params.to_dict()
    columns = view.columns(attempts)
    sorting = order(asked, columns, view.LATEST)
    part = page(asked, len(attempts))
    rows = view.things(attempts, float(route["length_m"]), units, sorting)
    begin = (part.number - 1) * part.size
    shown = Things(
        "Every time", view.NAME, columns, [Group("", rows[begin : begin + part.size])], sorting, part
    )
    show(things(shown, here("/route")), key="attempts")

change(user, route, attempts, every, called)
