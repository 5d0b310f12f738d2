"""Trends: volume, form, intensity, efficiency, curves, forecasts, streaks. Every filter is in the address."""

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.store.queries import records
from milevault_core.store.queries import routes as route_queries
from milevault_core.store.queries import training as queries
from milevault_core.training import eddington, forecast, streaks, volume
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters as choose
from milevault_core.view.parts import abouts, lines
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import link
from milevault_core.view.routes import routes as route_view
from milevault_core.view.tables import in_order
from milevault_core.view.training import forecasts as forecast_view
from milevault_core.view.training import form as form_view
from milevault_core.view.training import trends as view
from milevault_core.view.training.shapes import BRUSH
from pages._day_tags import left_out_days, without
from pages._gear_names import gear_called
from pages._page import empty_state, is_dark, page_title, require_user
from pages._training import history, progress
from pages.parts import choice_in_address, figures, filters, go, parameters, show
from pages.parts.columns import as_values
from pages.parts.dates import date_input

SPANS = {"3m": 91, "6m": 182, "1y": 365, "2y": 730, "5y": 1826, "all": 0, "dates": 0}
SPAN_LABELS = {
    "3m": "3 months", "6m": "6 months", "1y": "1 year", "2y": "2 years", "5y": "5 years", "all": "All time",
    "dates": "From – to",
}  # fmt: skip
SECTIONS = {
    "volume": "Volume", "form": "Fitness and form", "intensity": "Intensity", "efficiency": "Efficiency",
    "curves": "Curves", "forecast": "Forecasts", "streaks": "Streaks and bests",
}  # fmt: skip

user = require_user()
units = fmt.units(user.units)
today = dates.today(user.time_zone)
page_title("Trends")
progress(user.id)
stamp = queries.stamp(user.id)
every = history(user.id, stamp)
own_sports = every["sport"].value_counts().index.tolist()  # the athlete's main sports first
if every.empty:
    empty_state("No activities yet. Trends appear once there are some.", "imports.py", "Import files")
    st.stop()

for name, labels in (("show", SECTIONS), ("span", SPAN_LABELS)):
    choice_in_address(name, labels)
# On the page, not in the sidebar, which is collapsed on a phone.
section = st.radio("Show", list(SECTIONS), format_func=SECTIONS.get, key="show", bind="query-params", horizontal=True,
                   label_visibility="collapsed")  # fmt: skip
with filters():
    sports = st.multiselect("Sports", own_sports, format_func=texts.sport_label,
                            key="sport", bind="query-params", placeholder="All")  # fmt: skip
    span = st.selectbox(
        "Time", list(SPANS), index=2, format_func=SPAN_LABELS.get, key="span", bind="query-params"
    )
    between = (
        date_input(st, "From – to", (today - timedelta(days=90), today), key="dates", max_value=today,
                   bind="query-params") if span == "dates" else ()
    )  # fmt: skip
    gears = gear_called(user.id, every)
    choice_in_address("gears", gears)
    gear = st.multiselect("Gear", list(gears), format_func=gears.__getitem__, key="gears", bind="query-params",
                          placeholder="All") if gears else []  # fmt: skip
    tags = choose.tags_of(every)
    tag = st.multiselect("Tags", tags, key="tag", bind="query-params", placeholder="All") if tags else []
    _, left_out = left_out_days(user.id)
    gone = every["route"].dropna().astype(int)
    names = route_view.names(route_queries.names(user.id), units) if len(gone) else {}
    route = (
        st.selectbox("Route", [0, *names], format_func=lambda r: names.get(r, "All"), key="route", bind="query-params")
        if names else 0
    )  # fmt: skip
    place = st.segmented_control("Where", ["outdoor", "indoor"], format_func=str.capitalize, key="place",
                                 bind="query-params")  # fmt: skip
    commutes = (
        st.segmented_control("Commutes", ["only", "without"], format_func=str.capitalize, key="commutes",
                             bind="query-params") if every["is_commute"].any() else None
    )  # fmt: skip

found = without(every, left_out)
if sports:
    found = found[found["sport"].isin(sports)]
if gear:
    found = found[found["gear"].isin(gear)]
if tag:
    found = found[choose.has_tags(found, tag)]
if route:
    found = found[found["route"] == route]
if place:
    found = found[found["is_indoor"].to_numpy(bool) == (place == "indoor")]
if commutes:
    found = found[found["is_commute"].to_numpy(bool) == (commutes == "only")]
first_ever = pd.Timestamp(every["local_day"].min()).date()
first, last = max(today - timedelta(days=SPANS[span]), first_ever) if SPANS[span] else first_ever, today
if len(between) == 2:
    first, last = max(between[0], first_ever), max(between[1], first_ever)
days = pd.to_datetime(found["local_day"])
until = between[1] if len(between) == 2 else last  # may be before the first activity
inside = found[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(until))]
if found.empty:
    st.caption("Nothing matches. Change the filters.")
    st.stop()


def chart(spec: dict[str, Any], key: str, alt: str, otherwise: str = "Nothing in this period.") -> None:
    if spec:
        st.vega_lite_chart(spec, width="stretch", key=key, alt=alt)
    else:
        st.caption(otherwise)


def chart_of_days(spec: dict[str, Any], key: str, alt: str, otherwise: str = "") -> None:
    """A chart in which the user can drag over some days; these then become the page's period, in the address."""
    if not spec:
        chart(spec, key, alt, otherwise)
        return
    event = st.vega_lite_chart(spec, width="stretch", key=f"{key}-{first}-{last}", alt=alt, on_select="rerun",
                               selection_mode=[BRUSH])  # fmt: skip
    selected = (event.get("selection", {}).get(BRUSH) or {}).get("day")
    if stretch := view.brushed(selected, st.context.timezone or user.time_zone, first_ever, today):
        go("/trends", **(parameters() | {"span": "dates", "dates": [str(day) for day in stretch]}))


def period_choice(key: str) -> str:
    usual = "week" if (last - first).days <= 400 else "month" if (last - first).days <= 2000 else "year"
    return st.segmented_control("By", list(volume.PERIODS), format_func=str.capitalize, default=usual, required=True,
                                key=key, bind="query-params")  # fmt: skip


if section == "volume":
    with st.container(horizontal=True):
        what = st.segmented_control("Sum of", list(view.MEASURES), format_func=view.MEASURES.get, default="moving_s",
                                    required=True, key="totals_of", bind="query-params")  # fmt: skip
        period = period_choice("by")
    sport_keys = view.sport_colours(inside, is_dark())
    show(lines.keys(sport_keys), key="volume_keys")
    lately = found[days >= pd.Timestamp(first) - timedelta(days=732)]  # the year before, too
    chart(view.volume_chart(inside, lately, period, what, units, sport_keys, (first, last)), "volume",
          f"{view.MEASURES[what]} by {period}")  # fmt: skip
    st.caption("The grey tick is the same period of the year before.")
    st.subheader("Year by year", anchor=False)
    show(lines.keys(view.year_colours(found)), key="year_keys")
    chart(
        view.cumulative_chart(found, what, units, today),
        "cumulative",
        f"{view.MEASURES[what]} added up by year",
    )
    show(abouts.of_labels([view.MEASURES[what]]), key="about_volume")

elif section == "form":
    known = found["load"].notna()
    if not known.any():
        st.markdown(
            "No load is known yet. It needs power, pace or heart rate with your thresholds, or your own rating."
        )
        show(link("/athlete", "Set your thresholds"), key="athlete")
        st.stop()
    form = form_view.daily_form(found, today)
    figures(form_view.form_figures(form), key="form_figures")
    chart_of_days(form_view.form_chart(form, first, last), "form", "Fitness, fatigue and form")
    st.caption(
        "Fitness is the mean load weighted over 42 days, fatigue over 7; form is yesterday\u2019s fitness less "
        "fatigue. 100 is one hour at threshold. The first 42 days are warming up. The next four weeks: dotted if you "
        "rest, dashed if you carry on as in the last four. Drag across the chart to zoom in."
    )
    if not known.all():
        many = texts.count(int((~known).sum()), "activity has", "activities have")
        st.caption(f":material/info: {many} no load and count as rest: they lack power, pace or heart rate with your "
                   "threshold, or your own rating.")  # fmt: skip
        show(link("/athlete", "Set your thresholds"), key="athlete")
    st.subheader("Monotony, strain, acute to chronic", anchor=False)
    chart(form_view.context_chart(form, first, last), "context", "Monotony, strain and acute to chronic load")
    st.caption("Context only: the evidence that they predict injuries is disputed.")
    show(abouts.of_labels(["Monotony", "Strain", "Acute : chronic"]), key="about_context")

elif section == "intensity":
    period = period_choice("by")
    sentence = view.polarisation_sentence(inside)
    if sentence:
        st.markdown(sentence)
        show(lines.keys(view.INTENSITY), key="intensity_keys")
    chart(view.intensity_chart(inside, period, (first, last)), "intensity", "Time easy, moderate and hard",
          "It needs your threshold heart rate, power or pace: set it on the Athlete page.")  # fmt: skip
    if sentence:
        chart(view.polarisation_chart(inside, period, (first, last)), "polarisation", f"Polarisation index by {period}",
              "Not defined where there is more hard than easy.")  # fmt: skip
    show(abouts.of_labels(["Polarisation index", *view.INTENSITY]), key="about_intensity")
    st.subheader("Time in zones", anchor=False)
    with st.container(horizontal=True):
        of = st.selectbox("Sport", sports or own_sports, format_func=texts.sport_label,
                          key="zone_sport", bind="query-params", width=240)  # fmt: skip
        kind = st.segmented_control("Zones of", ["heart_rate", "power", "pace"], default="heart_rate", required=True,
                                    format_func=lambda k: k.replace("_", " ").capitalize(), key="zones",
                                    bind="query-params")  # fmt: skip
    seconds = queries.zone_seconds(user.id, kind, of)
    seconds = seconds[seconds["activity_id"].isin(inside["activity_id"])]
    if len(seconds):
        show(lines.keys(view.zone_colours(int(z) for z in seconds["zone"].unique())), key="zone_keys")
    chart(view.zone_chart(seconds, period, (first, last)), "zone_time",
          "Time in zones", "No zones are known for this sport, or nothing was recorded.")  # fmt: skip
    show(abouts.of_labels(["Zones"]), key="about_zones")

elif section == "efficiency":
    sport_keys = view.sport_colours(inside, is_dark())
    drawn = inside[inside[["efficiency_factor", "decoupling"]].notna().any(axis=1)]
    show(lines.keys(view.sport_colours(drawn, is_dark())), key="efficiency_keys")
    chart_of_days(view.dots_chart(inside, "efficiency_factor", "Efficiency", 2, sport_keys), "efficiency",
          "Efficiency of each activity",
          "It needs heart rate with power or pace.")  # fmt: skip
    st.caption(
        "Watts (on a run, metres per minute) per heartbeat per minute. The line is the median of 28 days. "
        "Drag across the chart to zoom in."
    )
    show(abouts.of_labels(["Efficiency"]), key="about_efficiency")
    st.subheader("Decoupling", anchor=False)
    chart_of_days(view.dots_chart(inside, "decoupling", "Decoupling, %", 1, sport_keys), "decoupling",
          "Decoupling of steady efforts",
          "It needs steady efforts of 40 minutes or more with heart rate.")  # fmt: skip
    show(abouts.of_labels(["Decoupling"]), key="about_decoupling")

elif section == "curves":
    with st.container(horizontal=True, vertical_alignment="bottom"):
        of = st.selectbox("Sport", sports or own_sports, format_func=texts.sport_label,
                          key="curve_sport", bind="query-params", width=220)  # fmt: skip
        curve_names = {"power": "Power", "heart_rate": "Heart rate", "speed": fmt.rate_label(of)}
        name = st.segmented_control("Curve of", list(curve_names), default="speed", required=True,
                                    format_func=curve_names.get, key="curve", bind="query-params")  # fmt: skip
        one = date_input(st, "Time", (today - timedelta(days=90), today), key="one", max_value=today,
                            bind="query-params", width=260)  # fmt: skip
        two = date_input(st, "Compared with", (today - timedelta(days=455), today - timedelta(days=365)), key="two",
                            max_value=today, bind="query-params", width=260)  # fmt: skip
    stored = records.curves(user.id, of, name)
    stored = stored[stored["activity_id"].isin(found["activity_id"])]
    st.caption("Choose the two periods here; the one in the sidebar does not apply to curves.")
    spans = {}
    for span_days in (one, two):
        if len(span_days) == 2 and len(stored):
            best = view.best_of(stored, *span_days)
            if best is not None:
                spans[f"{dates.short_day(span_days[0])} – {dates.short_day(span_days[1])}"] = best
    for label, best in spans.items():
        sentence = view.critical_sentence(best, CURVE_DURATIONS, name, of, units)
        if sentence:
            st.caption(f"{label}: {sentence}")
    show(lines.keys(dict(zip(spans, view.SPANS, strict=False))), key="curve_keys")
    chart(view.curve_chart(spans, CURVE_DURATIONS, name, of, units), "curves", "The best over each duration",
          "Nothing was recorded in either period.")  # fmt: skip
    rate = {"power": "power", "speed": fmt.rate_label(of).lower(), "heart_rate": ""}[name]
    show(abouts.of_labels(["Curves", f"Critical {rate}"]), key="about_curves")

elif section == "forecast":
    if sports or gear or tag or route or place or commutes or left_out:
        st.caption("Forecasts are made from all of your runs: the filters do not apply to them.")
    efforts = forecast_view.race_efforts(queries.race_efforts(user.id))
    scored = forecast.scores(efforts)
    errors = forecast.errors_of(scored)
    past = forecast.recent(efforts, today + timedelta(days=1))
    made = [f for d in forecast.DISTANCES if (f := forecast.forecast(past, d, errors)) is not None]
    if not made:
        st.caption("This needs a run of 1.5 km or more in the last 120 days.")
    else:
        columns = ["Distance", "Time", "80% range", "By method"]
        rows = forecast_view.forecast_rows(made)
        st.dataframe(in_order(pd.DataFrame(rows, columns=columns)), hide_index=True, height="content")
        if not any(e.is_all_out for e in past):
            st.caption("None of your runs in the last 120 days was all-out (by heart rate or rating), so these are "
                       "more likely too slow than too fast.")  # fmt: skip
    methods = dict.fromkeys(method for one in made for method in one.methods)
    show(abouts.of_labels(["Forecasts", *methods]), key="about_forecast")
    st.subheader("How accurate they were", anchor=False)
    sentence = forecast_view.score_sentence(scored)
    if sentence:
        st.markdown(sentence)
    chart(forecast_view.score_chart(scored), "scores", "Past all-out efforts beside their forecasts",
          "No all-out effort yet: a run over a usual distance at threshold heart rate, or rated 9 or 10.")  # fmt: skip

else:
    rides = found[found["distance_m"].notna()]
    steps = eddington.history(rides["local_day"], rides["distance_m"], units.distance_m)
    number = int(steps["number"].iloc[-1]) if len(steps) else 0
    more = eddington.missing(rides["local_day"], rides["distance_m"], number + 1, units.distance_m)
    on = [pd.Timestamp(d).date() for d in found["local_day"]]
    longest, current = streaks.longest_and_current(on, today)
    weeks, now_weeks = streaks.longest_and_current(on, today, 7, dates.first_weekday())
    to_go = f"{texts.count(more, 'day')} of {number + 1} {units.distance} to go"
    figures(
        [
            Figure(
                "Eddington number",
                str(number),
                to_go,
                means=f"The largest number E for which you covered at least E {units.distance} on at least E days.",
            ),
            Figure("Days in a row", str(current.length), f"longest {longest.length}"),
            Figure("Weeks in a row", str(now_weeks.length), f"longest {weeks.length}"),
        ],
        key="streak_figures",
    )
    chart(view.eddington_chart(steps, units), "eddington", "The Eddington number over time")
    st.subheader("Best weeks", anchor=False)
    what = st.segmented_control("By", list(view.MEASURES), format_func=view.MEASURES.get, default="moving_s",
                                required=True, key="best_by", bind="query-params")  # fmt: skip
    best = volume.best_weeks(found, what, first_weekday=dates.first_weekday())
    shown = pd.DataFrame({
        "Week of": [row.start.date() for row in best.itertuples()],
        view.MEASURES[what]: [view.text(what, row.value, units) for row in best.itertuples()],
    })  # fmt: skip
    st.dataframe(in_order(shown), hide_index=True, height="content", column_config=as_values(shown))
    show(abouts.of_labels([view.MEASURES[what]]), key="about_weeks")
