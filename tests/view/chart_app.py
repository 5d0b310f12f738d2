"""A tiny Streamlit script with one timeline and one map, for test_browser_charts.py. Not a page of the product."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view import texts
from milevault_core.view.activities import outline, timeline
from tests.builders.tracks import ride
from tests.view.chart_app_text import NASTY

st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
n = int(st.query_params.get("n", 3600))
sport = st.query_params.get("sport", "cycling")
units = fmt.units(st.query_params.get("units"))
track = ride(n, pause_at=n // 2)
if sport == "running":
    track["speed"], track["distance"], track["cadence"] = (
        track.speed / 2.6,
        track.distance / 2.6,
        track.cadence,
    )
    track = track.drop(columns="power").assign(power=float("nan"))
if st.query_params.get("indoor"):
    track = track.assign(lat=float("nan"), lon=float("nan"), distance=float("nan"))

if st.query_params.get("text"):
    st.markdown(texts.plain(NASTY))
    st.caption(texts.plain(NASTY))
    st.stop()

st.title(texts.plain(texts.activity_name("", sport, track["time"].iloc[0], "Europe/Vienna")))
icon = texts.sport_icon(sport)
st.caption(f"{icon} {texts.sport_label(sport)} · made-up data")
with st.container(horizontal=True):
    st.metric("Distance", fmt.distance(track["distance"].iloc[-1], units), border=True)
    st.metric("Time", fmt.duration(len(track)), border=True)
    st.metric("Elevation gain", fmt.altitude(1240, units), border=True)
    st.metric("Heart rate", fmt.heart_rate(track["heart_rate"].mean()), border=True)
    st.metric("Pace or speed", fmt.rate(track["speed"].mean(), units, sport), border=True)


@st.fragment
def explore() -> None:
    metrics = {"speed": fmt.rate_label(sport), "heart_rate": "Heart rate", "altitude": "Elevation"}
    metric = st.segmented_control(
        "Colour the track by", list(metrics), format_func=metrics.get, default="speed"
    )
    left, right = st.columns([1, 1])
    with right:
        spec = timeline.timeline(track, units, "Europe/Vienna", sport)
        event = st.vega_lite_chart(
            spec, width="stretch", key="timeline", on_select="rerun", selection_mode="range", alt="Timeline"
        )
    chosen = timeline.stretch(track, event.selection.get("range"), units)
    with left:
        if map_view.has_track(track) and st.query_params.get("map") != "no":
            deck = map_view.ReadyDeck(map_view.deck(track, metric or "", units, sport, chosen))
            st.pydeck_chart(deck, height=560, key="map")
            if metric:
                st.html(map_view.legend(track, metric, units, sport).html())
    st.caption(f"Chosen: {chosen}")


explore()
i = range(0, len(track), max(1, len(track) // 90))
picture = outline.svg(track["lat"].to_numpy()[i], track["lon"].to_numpy()[i])
rows = [{"outline": outline.data_uri(picture), "name": "Morning ride"}] * 3
st.dataframe(
    rows, column_config={"outline": st.column_config.ImageColumn("")}, row_height=64, hide_index=True
)
