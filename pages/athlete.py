"""The athlete over time: values and zones with their dates, suggestions from the last weeks, and the grade curve."""

from datetime import date
from typing import Any

import streamlit as st

from milevault_core.actions import athlete as actions
from milevault_core.store import ahead
from milevault_core.store.queries import training as queries
from milevault_core.training import grade_curve
from milevault_core.training.values import VALUES, Refused, Timeline, athlete_on
from milevault_core.training.zones import KINDS, METHODS, zones
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.parts import abouts
from milevault_core.view.training import athlete as view
from milevault_core.view.training import zones as zone_view
from pages._page import page_title, require_user
from pages._training import progress, suggestions
from pages.parts import offer_undo, show
from pages.parts.dates import date_input
from pages.parts.undo import action


@action("athlete_value")
def _restore_value(user_id: int, what: str, sport: str, day: date, value: float, today: date) -> None:
    actions.set_value(user_id, what, sport, day, value, today)


@action("athlete_zones")
def _restore_zones(user_id: int, kind: str, sport: str, settings: list[Any]) -> None:
    for day, method, bounds in settings:
        actions.set_zones(user_id, kind, sport, day, method, bounds)


SPORTS = ["running", "cycling", "swimming", "rowing", "cross_country_skiing"]

user = require_user()
units = fmt.units(user.units)
today = dates.today(user.time_zone)
page_title("Athlete")
st.caption(
    "Values that the formulas need. Each one applies from its date on: a change today does not rewrite last year."
)
ahead.fetch(
    *((ask, user.id) for ask in (queries.waiting, queries.athlete_values, queries.athlete_rows, queries.stamp,
                                 queries.first_day, queries.zone_settings, queries.grade_sums))
)  # fmt: skip
progress(user.id)

values = queries.athlete_values(user.id)
timeline = Timeline(queries.athlete_rows(user.id).itertuples(index=False))
suggested = suggestions(user.id, timeline.on(today), today)
if suggested:
    with st.container(border=True, key="suggestions"):
        st.markdown(":material/lightbulb: &nbsp;**Suggested from your activities**")
        for one in suggested:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(texts.plain(view.suggestion(one, units)))
                if st.button("Use this", key=f"take-{one.name}-{one.sport}", icon=":material/check:"):
                    try:
                        actions.set_value(require_user().id, one.name, one.sport, today, one.value, today)
                        st.rerun()
                    except Refused as refused:
                        st.error(str(refused))

names = [v for v in VALUES.values() if not v.name.startswith("grade_")]
left, right = st.columns([1, 1.2], gap="large")
with left:
    st.subheader("Set a value", anchor=False)
    chosen = st.selectbox(
        "Value",
        names,
        format_func=lambda v: v.label,
        key="value",
        help="Every value and its history are listed below.",
    )
    sport = (
        st.selectbox("Sport", chosen.sports, format_func=texts.sport_label, key="value_sport")
        if chosen.sports
        else ""
    )
    fresh = st.session_state.get(
        "values_set", 0
    )  # a new key empties the field after each saved value; a refused value stays
    with st.form("set_value", border=False):
        if chosen.name == "is_female":
            typed = st.radio(chosen.label, list(view.SEXES), index=2, horizontal=True, help=chosen.help)
        elif chosen.name == "birth_date":
            born = date_input(
                st, chosen.label, None, min_value=date(1900, 1, 1), max_value=today, key=f"typed-birth_date-{fresh}",
                help=chosen.help or None,
            )  # fmt: skip
            typed = born.isoformat() if born else ""
        else:
            typed = st.text_input(
                f"{chosen.label} ({view.unit(chosen, units)})",
                help=chosen.help or None,
                key=f"typed-{chosen.name}-{fresh}",
            )
        whole = chosen.name in ("birth_date", "is_female", "height_m")
        start = (
            (queries.first_day(user.id) or today)
            if whole or not timeline.on(today).get((chosen.name, sport))
            else today
        )
        day = date_input(
            st, "Valid from", start, min_value=date(1900, 1, 1), max_value=today, key=f"day-{chosen.name}"
        )
        if st.form_submit_button("Save", type="primary"):
            try:
                value = (
                    view.SEXES[typed] if chosen.name == "is_female" else view.parse(chosen.name, typed, units)
                )
                actions.set_value(require_user().id, chosen.name, sport, day, value, today)
                st.session_state["values_set"] = fresh + 1
                st.rerun()
            except Refused as refused:
                st.error(str(refused))

with right:
    st.subheader("Your values", anchor=False)
    if values.empty:
        st.caption("No values yet. Values that your devices know appear here once your files contain them.")
    order = list(VALUES)
    by_value = values[~values["name"].str.startswith("grade_")].groupby(["name", "sport"])
    for (name, of_sport), rows in sorted(by_value, key=lambda one: (order.index(one[0][0]), one[0][1])):
        label = VALUES[name].label + (f" · {texts.sport_label(of_sport)}" if of_sport else "")
        now = timeline.on(today).get((name, of_sport))
        shown = view.said(name, now, units) if now is not None else fmt.MISSING
        with st.expander(f"{label}: **{texts.plain(shown)}**"):
            for value_id, text, since, is_own in view.history(rows, units):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.markdown(f"{texts.plain(text)} &nbsp; {texts.plain(since)}")
                    if is_own and st.button(
                        "Remove", key=f"back-{value_id}", icon=":material/delete:", type="tertiary"
                    ):
                        gone = rows[rows["value_id"] == value_id].iloc[0]
                        actions.remove_value(require_user().id, value_id)
                        offer_undo(
                            f"{VALUES[name].label} {text} is removed.", "athlete_value", what=name, sport=of_sport,
                            day=gone["valid_from"], value=float(gone["value"]), today=today,
                        )  # fmt: skip
                        st.rerun()

    show(abouts.of_labels(["Your values", "Critical power"]), key="about_values")

st.subheader("Zones", anchor=False)
with st.container(horizontal=True):
    zone_sport = st.selectbox(
        "Sport", SPORTS, format_func=texts.sport_label, key="zones_sport", bind="query-params", width=240
    )
    kind = st.segmented_control("Zones of", list(KINDS), format_func=KINDS.get, default="heart_rate", required=True,
                                key="zones_kind", bind="query-params")  # fmt: skip
settings = queries.zone_settings(user.id)
mine = settings[(settings["kind"] == kind) & (settings["sport"] == zone_sport)]
setting = (mine["method"].iloc[0], mine["bounds"].iloc[0]) if len(mine) else None
known = athlete_on(today, zone_sport, timeline.on(today))
made = zones(kind, known, setting)
one, two = st.columns([1, 1.2], gap="large")
with two:
    if made is None:
        st.caption("Zones need your threshold in this sport, or your maximal heart rate: set it above.")
    else:
        empty = {"bounds": list(made.bounds), "first": made.first, "method": made.method,
                 "seconds": [1] * (len(made.bounds) + 1)}  # fmt: skip
        for row in zone_view.rows(empty, kind, units, zone_sport):
            if row.zone:
                st.markdown(f"**{row.label}** &nbsp; {texts.plain(row.bounds)}")
        st.caption(f"By {METHODS[made.method]}. A value equal to a boundary belongs to the zone above.")
    show(abouts.of_labels(["Zones"]), key="about_zones")
with one, st.form("zones", border=False):
    usable = [m for m in METHODS if kind == "heart_rate" or m in ("threshold", "own")]
    now = mine["method"].iloc[0] if len(mine) else usable[0]
    method = st.selectbox("Based on", usable, usable.index(now) if now in usable else 0, format_func=METHODS.get,
                          key=f"method-{zone_sport}-{kind}")  # fmt: skip
    example, in_words = view.bounds_example(kind, zone_sport)
    typed = st.text_input("Boundaries (only for your own)", placeholder=example, key="bounds",
                          help=f"Where zones 2, 3 … begin, in {in_words}, the easiest first.")  # fmt: skip
    since = date_input(st, "Valid from", today, min_value=date(1900, 1, 1), max_value=today, key="zones_day")
    if st.form_submit_button("Save the zones"):
        try:
            bounds = view.parse_bounds(typed, kind, zone_sport, units) if method == "own" else []
            actions.set_zones(require_user().id, kind, zone_sport, since, method, bounds)
            st.rerun()
        except Refused as refused:
            st.error(str(refused))

if len(mine):
    with one:
        if st.button(
            "Back to the default zones",
            icon=":material/restart_alt:",
            key="zones_default",
            help="All of your settings for these zones are removed, whatever day they begin on.",
        ):
            before = [(row.valid_from, row.method, row.bounds) for row in mine.itertuples()]
            actions.set_zones(require_user().id, kind, zone_sport, today, "")
            offer_undo("These zones are the default again.", "athlete_zones", kind=kind, sport=zone_sport,
                       settings=before)  # fmt: skip
            st.rerun()

runs = [grade_curve.unpack(data) for data in queries.grade_sums(user.id)["grades"]]
if runs:
    st.subheader("Your grade curve", anchor=False)
    curve = grade_curve.settled(runs) or grade_curve.fit(runs)
    st.vega_lite_chart(view.curve_chart(curve), width="stretch", key="grade_curve", alt="Your pace by grade")
    show(abouts.of_labels(["Grade curve", "Graded pace"]), key="about_grade_curve")
    if not curve.is_trusted:
        st.caption(curve.reason + " Until then graded pace uses the published curve.")
    else:
        is_used = athlete_on(today, "running", timeline.on(today)).get("grade_own") != 0.0
        used = "your own curve" if is_used else "the published one"
        many = texts.count(curve.run_count, "run")
        st.caption(
            f"How many times as fast you run on the flat as on a slope at the same heart rate, from {many} of yours; "
            f"the band is its 90% interval. Graded pace uses {used}."
        )
        st.toggle(
            "Use my own curve for graded pace",
            is_used,
            key="use_curve",
            on_change=lambda: actions.use_grade_curve(require_user().id, st.session_state["use_curve"]),
            help="All of your runs will be recalculated, which takes a while.",
        )
