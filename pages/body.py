"""Body: weight with its trend and goal, composition, blood pressure, hydration; entered here or from files."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.actions import health as actions
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import body as view
from milevault_core.view.parts.text import link
from pages import _health
from pages._page import page_title, require_user
from pages.parts import figures, filters, offer_undo, parameters, show
from pages.parts.dates import date_input, time_input
from pages.parts.undo import action

SPANS = {"3mo": 91, "1y": 365, "5y": 1826, "all": 36_500}
LABELS = {"3mo": "3 months", "1y": "1 year", "5y": "5 years", "all": "All time"}
LATEST = 30  # entries shown; the address can ask for more

user = require_user()
units = fmt.units(user.units)
today = dates.today(user.time_zone)
page_title("Body")
with filters(""):
    span = st.selectbox("Time", list(SPANS), index=1, format_func=LABELS.get, key="span", bind="query-params")
extent = queries.extent(user.id, today)
first = max(today - timedelta(days=SPANS[span]), date(1900, 1, 1))
body = view.prepared(queries.daily(user.id, view.METRICS, first, today))
choices = queries.choices(user.id)
asked = st.query_params.get("entries", "")
shown = min(int(asked), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 7 else LATEST
entries = queries.entries(user.id, max(shown, LATEST) + 1)  # one extra, to know whether there are more
has_more, entries = len(entries) > max(shown, LATEST), entries.head(max(shown, LATEST))


@action("restore_entry")
def _restore(user_id: int, **entry: Any) -> None:
    actions.add_entry(user_id, **entry)


def fields(key: str, old: dict[str, Any] | None = None) -> tuple[date, datetime, dict[str, Any], str]:
    """The input fields of a measurement, in the user's units. Returns (day, time in UTC, values in SI, note)."""
    old = old or {}
    at = dates.local(old.get("measured_at"), user.time_zone) if old else None
    left, right = st.columns(2)
    day = date_input(left, "Day", old.get("day", today), max_value=today, key=f"{key}-day")
    clock = time_input(
        right, "Time", at.time().replace(second=0) if at else time(7, 0), step=60, key=f"{key}-time"
    )
    entry = {}
    columns = st.columns(4)
    for number, (name, label, unit, size) in enumerate(view.fields(units)):
        value = old.get(name)
        shown = None if value is None or pd.isna(value) else round(value / size, 2)
        entry[name] = columns[number % 4].number_input(
            f"{label}, {unit}", 0.0, 50_000.0, shown, format="%g", key=f"{key}-{name}"
        )
        if entry[name] is not None:
            # An untouched value stays exact: in pounds, for example, the field shows it rounded.
            entry[name] = value if entry[name] == shown else entry[name] * size
    note = st.text_input("Note", old.get("note", ""), key=f"{key}-note")
    return day, datetime.combine(day, clock, dates.zone_of(user.time_zone)).astimezone(UTC), entry, note


def enter() -> None:
    with st.form("new", clear_on_submit=True, border=False):
        day, at, entry, note = fields("new")
        if st.form_submit_button("Add", type="primary", icon=":material/add:"):
            try:
                actions.add_entry(require_user().id, day, at, entry, note)
            except ValueError as error:
                st.error(str(error))
                return
            st.rerun()


@st.dialog("Change an entry", width="large")
def change(old: dict[str, Any]) -> None:
    with st.form("change", border=False):
        day, at, entry, note = fields(f"change-{old['id']}", old)
        if st.form_submit_button("Save", type="primary"):
            try:
                actions.change_entry(require_user().id, int(old["id"]), day, at, entry, note)
            except ValueError as error:
                st.error(str(error))
                return
            st.rerun()


def goal() -> None:
    with st.form("goal", border=False):
        now = choices.get("weight_goal_kg")
        value = st.number_input(f"Weight goal, {units.weight}", 0.0, 1000.0,
                                round(float(now) / units.weight_kg, 1) if now else None, format="%g")  # fmt: skip
        by = date_input(st, "By", goal_day, min_value=min(today, goal_day or today), key="goal-day",
                        max_value=today + timedelta(days=3660))  # fmt: skip
        if st.form_submit_button("Set the goal", icon=":material/flag:"):
            kilograms = (value or 0.0) * units.weight_kg
            if value and not 2 <= kilograms <= 500:
                st.error("That is not a valid weight.")
                return
            actions.set_choice(require_user().id, "weight_goal_kg", f"{kilograms:.3f}" if value else "")
            actions.set_choice(require_user().id, "weight_goal_day", by.isoformat() if value and by else "")
            st.rerun()


goal_day = date.fromisoformat(choices["weight_goal_day"]) if choices.get("weight_goal_day") else None
goal_kg = float(choices["weight_goal_kg"]) if choices.get("weight_goal_kg") else None
latest = view.figures(body, goal_kg, units, goal_day)
if latest:
    figures(latest, key="latest")
    _health.chart(view.weight_chart(body, goal_kg, units), "weight", "Weight with its 7-day mean",
                  "No weight in this period.")  # fmt: skip
elif extent is None and entries.empty:
    st.markdown("No body measurements yet. Enter your weight, or import files from a scale.")
with st.container(horizontal=True):
    with st.popover("Add a measurement", icon=":material/add:"):
        enter()
    with st.popover("Goal", icon=":material/flag:"):
        goal()
for title, spec, alt in view.more_charts(body, units):
    st.subheader(title, anchor=False)
    _health.chart(spec, f"chart-{title}", alt)
if len(entries):
    st.subheader("Entered by you", anchor=False)
for row in entries.to_dict("records"):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(view.entry_sentence(row, user.time_zone, units), width="stretch")
        show(link("/day", "The day", {"date": row["day"]}), key=f"day-{row['id']}")
        if st.button("Change", key=f"change-{row['id']}", icon=":material/edit:"):
            change(row)
        if st.button("Delete", key=f"delete-{row['id']}", icon=":material/delete:"):
            gone = actions.remove_entry(require_user().id, int(row["id"]))
            offer_undo("The entry is deleted.", "restore_entry", **gone)
            st.rerun()
if has_more:
    show(
        link("/body", "Earlier entries", parameters() | {"entries": str(max(shown, LATEST) + 4 * LATEST)}),
        key="earlier_entries",
    )
