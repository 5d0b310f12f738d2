"""Add by hand an activity that no device recorded."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from milevault_core.imports import by_hand
from milevault_core.problems import BadFile
from milevault_core.sports import SPORTS
from milevault_core.store.queries import gear as gear_queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view import gear as gear_view
from pages._page import page_title, require_user
from pages.parts import go
from pages.parts.dates import date_input, time_input

user = require_user()
units = fmt.units(user.units)
page_title("Add an activity by hand")
gears = gear_view.choices(gear_queries.names(user.id))
sports = sorted(SPORTS, key=texts.sport_label)
with st.form("add"):  # new columns for each row, so that a phone keeps each pair together
    left, right = st.columns(2)
    sport = left.selectbox("Sport", sports, sports.index("running"), format_func=texts.sport_label)
    name = right.text_input("Name", max_chars=200, placeholder="Named after its time and sport")
    left, right = st.columns(2)
    day = date_input(left, "Day", dates.today(user.time_zone), min_value="1970-01-02")
    at = time_input(right, "Start", time(8, 0), step=300)
    left, right = st.columns(2)
    hours = left.number_input("Hours", 0, 700, 0)
    minutes = right.number_input("Minutes", 0.0, 59.99, 30.0, 1.0, format="%g")
    left, right = st.columns(2)
    distance = left.number_input(f"Distance, {units.distance}", 0.0, None, None, format="%g")
    ascent = right.number_input(f"Ascent, {units.altitude}", 0.0, None, None, format="%g")
    left, right = st.columns(2)
    heart_rate = left.number_input("Avg heart rate, bpm", 30, 250, None)
    calories = right.number_input("Calories, kcal", 0, 50_000, None)
    left, right = st.columns(2)
    gear = left.selectbox("Gear", list(gears), None, accept_new_options=True, placeholder="None",
                          format_func=lambda name: gears.get(name, name))  # fmt: skip
    rpe = right.select_slider("How hard it felt", ["–", *map(str, range(1, 11))])
    notes = st.text_area("Notes")
    saved = st.form_submit_button("Add", type="primary")
if saved:
    figures = {"ascent_m": (ascent or 0) * units.altitude_m, "avg_heart_rate": float(heart_rate or 0),
               "calories": float(calories or 0)}  # fmt: skip
    words = {"name": name, "gear": gear or "", "description": notes, "rpe": "" if rpe == "–" else rpe}
    try:
        start = datetime.combine(day, at, ZoneInfo(user.time_zone))
        made = by_hand.add(require_user().id, sport, start, 3600 * hours + 60 * minutes,
                           distance * units.distance_m if distance else None, words, figures)  # fmt: skip
    except (ValueError, BadFile) as error:
        st.error(texts.plain(error))
        st.stop()
    go("/activity", id=made)
