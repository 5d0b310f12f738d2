"""The first page: this week compared with your usual, the last months, and the latest activities with highlights."""

import streamlit as st

from milevault_core.store import ahead
from milevault_core.store.queries import activities as activity_queries
from milevault_core.store.queries import demo as demo_queries
from milevault_core.store.queries import garmin as garmin_queries
from milevault_core.store.queries import gear as gear_queries
from milevault_core.store.queries import goals as goal_queries
from milevault_core.store.queries import highlights as highlight_queries
from milevault_core.store.queries import set_aside as set_aside_queries
from milevault_core.store.queries import totals as total_queries
from milevault_core.store.queries import training as training_queries
from milevault_core.view import calendar, dates
from milevault_core.view import dashboard as view
from milevault_core.view import format as fmt
from milevault_core.view import garmin as garmin_view
from milevault_core.view import gear as gear_view
from milevault_core.view import goals as goal_view
from milevault_core.view.activities import highlights, rows
from milevault_core.view.parts import lines
from milevault_core.view.parts.cards import cards
from milevault_core.view.parts.figures import figures
from milevault_core.view.parts.text import heading, link
from pages import _demo, _set_aside
from pages._last_night import last_night
from pages._page import is_dark, page_title, require_user
from pages.parts import empty, show

LATEST = 8
BEGIN = (
    (
        "upload_file",
        "Import files",
        "FIT, GPX or TCX files, or a whole export from Strava or Garmin.",
        "/imports",
    ),
    (
        "sync",
        "Connect Garmin",
        "From then on, activities and health data arrive by themselves.",
        "/garmin",
    ),
    (
        "science",
        "Look around with demo data",
        "Two years of an invented athlete; easy to remove.",
        "say:demo",
    ),
)

user = require_user()
units = fmt.units(user.units)
page_title("Dashboard")

today = dates.today(user.time_zone)
ahead.fetch(
    (highlight_queries.to_do, user.id), (set_aside_queries.waiting, user.id),
    (activity_queries.recent, user.id, LATEST),
    (total_queries.by_day, user.id, view.first_day(today), today),
    (goal_queries.progress, user.id, today, dates.first_weekday()),
    (demo_queries.batches, user.id), (gear_queries.services, user.id),
    (training_queries.daily_loads, user.id, view.first_load_day(today)),
)  # fmt: skip
to_do = highlight_queries.to_do(user.id)
if to_do["demo"]:
    _demo.sign(user)
_set_aside.show(user)
latest = activity_queries.recent(user.id, LATEST)
if latest.empty:
    if not to_do["demo"]:
        _demo.offer(user, empty("Your training history is empty. There are three ways to begin.", BEGIN))
    st.stop()

garmin = garmin_view.notices(garmin_queries.state(user.id), user.time_zone)
services = gear_view.notices(gear_queries.services(user.id))
first = lines.notices([*view.notices(to_do), *services, *garmin])
totals = view.prepared(total_queries.by_day(user.id, view.first_day(today), today))
newest = view.newest_day(latest, today)
is_past = (today - newest).days > 7 * view.WEEKS
# Nights and goals are about today, even if the last activity was long ago.
night = last_night(user, today)
aims = goal_view.progress(
    goal_queries.progress(user.id, today, dates.first_weekday()), today, units, "/goals"
)
if is_past:  # the data ends long ago: show its last weeks
    last = link("/day", dates.day(newest), {"date": newest}, "within")
    first += f"<p>Your last activity was on {last}. These are the weeks up to then.</p>"
    today = newest
    totals = view.prepared(total_queries.by_day(user.id, view.first_day(today), today))

# Everything between two charts goes into one block, because each block costs the browser as much as its contents.
first += night
first += heading("That week" if is_past else "This week") + figures(view.week(totals, today, units))
if not is_past:
    loads = training_queries.daily_loads(user.id, view.first_load_day(today))
    first += view.form_line(loads, today)
show(first, key="week")
spec = view.weeks_chart(totals, today, is_dark())
then = ""
if spec:
    st.vega_lite_chart(
        spec, width="stretch", alt="Hours of training a week by sport, over half a year", key="weeks_chart"
    )
    then = calendar.legend(view.chart_sports(totals, today))
if aims:
    then += heading("Goals") + lines.progress(aims)
then += heading("Month and year") + figures(view.month_and_year(totals, today, units))
ids = latest["id"].tolist()
notes = highlights.notes(highlight_queries.of(user.id, ids), units)
made = [rows.card(row, units, row.outline, notes.get(int(row.id), [])) for row in latest.itertuples()]
then += heading("Latest activities") + cards(made) + '<p><a href="/activities">All activities</a></p>'
show(then, key="latest")
