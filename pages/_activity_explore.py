"""The centre of an activity's page: linked map and timeline, the figures of a stretch, and the tables whose rows are
stretches of the track."""

from typing import Any

import streamlit as st
from pandas import DataFrame as Frame

from milevault_core.accounts.account import Account
from milevault_core.store.queries import activities as queries
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view import tables, texts
from milevault_core.view.activities import activity as view
from milevault_core.view.activities import along, channels, more_tables, stretches, timeline, workout
from milevault_core.view.activities.intervals import explain
from milevault_core.view.parts import abouts
from milevault_core.view.parts.figures import Figure
from pages import _activity_data as data
from pages._activity_curves import curves
from pages._activity_training import worked_out
from pages._page import fragment, show_map
from pages._segment_make import climbs_are_own, save_stretch
from pages.parts import figures, show
from pages.parts.columns import height_of
from pages.parts.hover import hand_in_hand

type Row = dict[str, Any]
type Key = tuple[Any, ...]
type Span = tuple[int, int]

SAVE = ":material/conversion_path: Save as segment"
SHOWN_ROWS = 25  # of a table, before it gets its own scroll bar


class Choice:
    """What is selected on one activity: a stretch (rows of its track), the stretch that is zoomed to, and the stretch
    that we drew as the chart's brush (a new one makes a new chart; the user's own brush does not)."""

    def __init__(self, activity_id: int) -> None:
        kept = st.session_state.get("chosen_stretch")
        if not kept or kept["activity"] != activity_id:
            kept = {"activity": activity_id, "stretch": None, "drawn": None, "zoom": None, "round": 0}
            st.session_state["chosen_stretch"] = kept
        self.kept = kept

    def from_table(self, key: str, spans: list[Any]) -> None:
        rows = st.session_state[key]["selection"]["rows"]
        self.choose(spans[rows[0]] if rows else None)
        self.kept["origin"] = {"table-climbs": "climb", "table-efforts": "effort"}.get(key, "drawn")

    def choose(self, span: Span | None) -> None:
        self._set(span, span, None)

    def save_row(self, name: str, spans: list[Any]) -> None:
        """Select a table row that is to become a segment, and open the form for it."""
        row = int(st.session_state[f"save-{name}"]["row"])
        if row < len(spans) and spans[row]:
            self.save(spans[row], {"climbs": "climb", "efforts": "effort"}[name])

    def save(self, span: Span, origin: str) -> None:
        self.choose(span)
        self.kept |= {"origin": origin, "saves": True}

    def from_chart(self, key: str, track: Frame, units: fmt.Units, x: str, sport: str) -> None:
        brush = st.session_state[key]["selection"].get("range")
        self.kept |= {"stretch": timeline.stretch(track, brush, units, x, sport), "origin": "drawn"}

    def zoom(self) -> None:
        self._set(None, None, self.kept["stretch"])

    def whole(self) -> None:
        self._set(None, None, None)

    def _set(self, stretch: Span | None, drawn: Span | None, zoom: Span | None) -> None:
        # A new number makes a new chart; otherwise the old brush would stay on it.
        self.kept |= {"stretch": stretch, "drawn": drawn, "zoom": zoom, "round": self.kept["round"] + 1}


def explore(
    user: Account,
    activity: Row,
    window: tuple[float, float] | None,
    top_rate: float | None,
    segments: Key = (),
) -> None:
    """window: the stretch that the page's address or a record asks for, in seconds since the first point; top_rate: the
    user's highest heart rate; segments: (lat, lon, label) where each segment effort begins."""
    choice = Choice(int(activity["id"]))
    if window != choice.kept.get("window"):
        choice.kept["window"] = window
        track = data.load_track(user.id, int(activity["id"]), activity["version"])
        span = along.rows_between(track, window, view.lead_s(activity, track)) if window else None
        choice.choose(span)
        if span and st.query_params.get("save") == "segment":
            choice.save(span, "effort")
    _explore(user, activity, top_rate, segments)


@fragment()
def _explore(user: Account, activity: Row, top_rate: float | None, segments: Key) -> None:
    activity_id, sport, units = int(activity["id"]), activity["sport"], fmt.units(user.units)
    key = (user.id, activity_id, activity["version"])
    track = data.load_track(*key)
    choice = Choice(activity_id)
    laps = queries.laps(user.id, activity_id)
    worked = worked_out(user.id, activity_id)
    found = channels.with_ours(queries.channels(user.id, activity_id), worked["channels"])
    further = channels.choices(found) if len(track) else {}
    located = map_view.has_track(track)
    colours = data.colours_of(*key, sport, further, top_rate) if located else {}
    metric, x, more = _controls(track, further, colours)
    spec = data.timeline_of(
        *key, units.name, sport, view.zone(activity), x, tuple(more), choice.kept["zoom"], worked["athlete"]
    )
    left, right = st.columns([1, 1.1]) if located and spec else (st.container(), st.container())
    with right:
        if spec:
            _chart(spec, track, choice, units, x, sport, (activity["version"], *more))
    chosen = choice.kept["stretch"] or choice.kept["zoom"]
    if located:
        with left:
            begins = data.lap_begins(track, laps)
            deck, legend = data.deck_of(
                *key, units.name, sport, metric or "", chosen, begins, top_rate, worked["athlete"], segments
            )
            with st.container(key="activity-map"):  # where hover.js looks for it
                show_map(deck, key="map", height=480)
            if legend:
                st.html(legend)
        if spec:
            hand_in_hand(data.stops_of(*key, units.name, x, choice.kept["zoom"], sport))
    if spec:
        _stretch_bar(key, units, activity, choice, located)
    _tables(user, activity, track, laps, further, choice, located)


def _controls(track: Frame, further: Row, colours: dict[str, str]) -> tuple[str | None, str, list[str]]:
    if not len(track):  # added by hand, or a summary only: there is nothing to plot
        return None, "time", []
    axes = list(along.AXES) if view.has_distance(track) else ["time", "moving"]
    metric, more = None, []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if colours:
            first = view.default_colour(colours)
            index = list(colours).index(first) if first else 0
            metric = st.selectbox("Colour the track by", list(colours), index=index, format_func=colours.get, width=210,
                                  key="colour", bind="query-params")  # fmt: skip
        x = st.segmented_control(
            "Along",
            axes,
            format_func=along.AXES.get,
            default=axes[0],
            key="along",
            required=True,
            bind="query-params",
        )
        if further and len(track):
            more = st.multiselect("More rows", list(further), format_func=further.get, key="more", width=320,
                                  bind="query-params", placeholder="What else was recorded at each point")  # fmt: skip
    return metric, x or axes[0], more


def _chart(spec: Row, track: Frame, choice: Choice, units: fmt.Units, x: str, sport: str, shape: Key) -> None:
    drawn = choice.kept["drawn"]
    if drawn:
        spec = timeline.brushed(spec, track, drawn, units, x, sport)
    key = f"timeline-{x}-{choice.kept['round']}-{shape}"
    st.vega_lite_chart(
        spec, width="stretch", key=key, selection_mode="range", alt="Timeline of the activity",
        on_select=lambda: choice.from_chart(key, track, units, x, sport),
    )  # fmt: skip


def _stretch_bar(key: Key, units: fmt.Units, activity: Row, choice: Choice, located: bool) -> None:
    sport = activity["sport"]
    span, zoom = choice.kept["stretch"], choice.kept["zoom"]
    shown = span or zoom
    if not shown:
        st.caption("Drag across the chart, or choose a row below, to see the figures of that stretch.")
        return
    with st.container(border=True, key="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Selected stretch**", width="content")
            if span:
                st.button("Zoom the chart", icon=":material/zoom_in:", key="zoom_in", on_click=choice.zoom)
            asked = located and st.button(
                "Save as segment", icon=":material/conversion_path:", key="save_segment"
            )
            if asked or (located and choice.kept.pop("saves", False)):
                save_stretch(activity, shown, choice.kept.get("origin", "drawn"))
            st.button("Whole activity", icon=":material/zoom_out_map:", key="zoom_out", on_click=choice.whole)
        rows = data.stretch_figures(*key, units.name, sport, shown)
        figures([Figure(label, value) for label, value in rows], key="stretch_figures")


def _tables(
    user: Account, activity: Row, track: Frame, laps: Frame, further: Row, choice: Choice, located: bool
) -> None:
    activity_id, sport, units = int(activity["id"]), activity["sport"], fmt.units(user.units)
    key = (user.id, activity_id, activity["version"])
    lengths = queries.laps(user.id, activity_id, "length")
    sets = queries.sets(user.id, activity_id)
    told = {"active", "rest", "recovery"} & set(laps["intensity"]) != {"active"} and len(laps) > 1
    found = [] if told and laps["intensity"].isin(("rest", "recovery")).any() else data.sets_of(*key, sport)
    kinds = {
        "Laps": len(laps) > 1, "Intervals": bool(found), "Splits": view.has_distance(track) and not len(lengths),
        "Lengths": len(lengths) > 0, "Sets": len(sets) > 0, "Best efforts": len(track) > 1,
        "Curves": len(track) > 1 and bool(track[["power", "heart_rate", "distance"]].notna().any().any()),
        "Climbs": climbs_are_own(activity) and len(data.climbs_of(*key)) > 0,
        "Dynamics": any(name in more_tables.DYNAMICS for name, _ in further),
    }  # fmt: skip
    shown = [name for name, there in kinds.items() if there]
    if not shown:
        return
    if found:
        st.markdown(f":material/repeat: &nbsp;**{texts.plain(explain(found, units, sport))}**")
    first = next(n for n in ("Sets", "Lengths", "Intervals", "Laps", *shown) if n in shown)
    kind = st.segmented_control("Show", shown, default=first, key="table", bind="query-params", required=True,
                                label_visibility="collapsed")  # fmt: skip
    match kind:
        case "Laps":
            if planned := workout.sentence(activity):
                st.caption(texts.plain(planned))
            named = workout.step_names(activity, units)
            _table(
                tables.lap_table(laps, units, sport, named), stretches.lap_spans(track, laps), "laps", choice
            )
        case "Intervals":
            _table_of(data.table_of(*key, units.name, sport, "intervals"), "intervals", choice)
        case "Splits":
            _splits(key, units, sport, choice)
        case "Best efforts":
            _table_of(
                data.table_of(*key, units.name, sport, "efforts", 0.0, view.lead_s(activity, track)),
                "efforts",
                choice,
                located,
            )
        case "Curves":
            curves(key, units, sport)
        case "Climbs":
            spans = [span for _, span in data.climbs_of(*key)]
            _table(data.climb_table(*key, units.name, sport), spans, "climbs", choice, located)
            if located:
                st.caption("Save a climb as a segment to compare every time up it.")
        case "Lengths":
            _lengths(user, activity_id, lengths, track, choice)
        case "Sets":
            st.caption(texts.plain(more_tables.strength_sentence(sets, units)))
            _table(tables.set_table(sets, units), stretches.lap_spans(track, sets), "sets", choice)
        case "Dynamics":
            names = tuple(one for one in further if one[0] in more_tables.DYNAMICS)
            made = more_tables.dynamics_table(data.channel_rows(*key, sport, (), names))
            if made is not None:
                st.dataframe(made, width="content")
                show(abouts.of_labels(made.columns), key="about_dynamics")


def _splits(key: Key, units: fmt.Units, sport: str, choice: Choice) -> None:
    unit, metres = stretches.split_unit(units, sport)
    lengths = {metres: f"1 {unit}" if unit[0].isalpha() else unit}
    if metres == units.distance_m:
        lengths |= {5 * metres: f"5 {unit}", 10 * metres: f"10 {unit}"}
    wanted = metres
    if len(lengths) > 1:
        wanted = st.segmented_control(
            "Every", list(lengths), format_func=lengths.get, default=metres, required=True, key="every",
            bind="query-params", label_visibility="collapsed",
        ) or metres  # fmt: skip
    _table_of(data.table_of(*key, units.name, sport, "splits", wanted), f"splits-{wanted:.0f}", choice)


def _lengths(user: Account, activity_id: int, lengths: Frame, track: Frame, choice: Choice) -> None:
    units = fmt.units(user.units)
    told = queries.metrics(user.id, activity_id)
    pool = told.loc[told["name"] == "pool_length_m", "value"]
    pool_m = float(pool.iloc[0]) if len(pool) else None
    if sentence := more_tables.swim_sentence(lengths, pool_m, units):
        st.caption(texts.plain(sentence))
    _table(
        more_tables.length_table(lengths, pool_m, units),
        stretches.lap_spans(track, lengths),
        "lengths",
        choice,
    )


def _table_of(made: stretches.Table | None, name: str, choice: Choice, saves: bool = False) -> None:
    if made is None:
        st.caption("Nothing to show here.")
    else:
        _table(made.rows, made.spans, name, choice, saves)


def _table(rows: Frame, spans: list[Any], name: str, choice: Choice, saves: bool = False) -> None:
    """A table; rows can be selected when they are stretches of the track. saves: each row has a button that saves it as
    a segment."""
    height = height_of(min(len(rows), SHOWN_ROWS))
    rows = tables.in_order(rows)
    what = abouts.of_labels(rows.columns)
    if not any(spans):
        st.dataframe(rows, height=height, hide_index=False)
        show(what, key=f"about-{name}")
        return
    key = f"table-{name}"
    buttons = {}
    if saves:
        rows = rows.assign(Segment=[SAVE if span else "" for span in spans])
        buttons["Segment"] = st.column_config.ButtonColumn(
            "", type="tertiary", key=f"save-{name}", on_click=lambda: choice.save_row(name, spans)
        )
    st.dataframe(rows, height=height, key=key, hide_index=False, selection_mode="single-row", column_config=buttons,
                 on_select=lambda: choice.from_table(key, spans))  # fmt: skip
    show(what, key=f"about-{name}")
