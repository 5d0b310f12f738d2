"""One day: activities, the night and the body by the clock, notes, and the week around it. /day?date=2026-11-28"""

from datetime import date, timedelta

import streamlit as st

from milevault_core.store.queries import activity_list as queries
from milevault_core.store.queries import highlights as highlight_queries
from milevault_core.view import calendar as calendar_view
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters as choose
from milevault_core.view.activities import highlights
from milevault_core.view.activities import rows as view
from milevault_core.view.parts.cards import cards
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import address
from pages._day_health import health_section, notes_section
from pages._page import page_title, require_user
from pages.parts import figures, show

user = require_user()
units = fmt.units(user.units)
today = dates.today(user.time_zone)
asked = st.query_params.get("date", "")
day = calendar_view.asked_day(asked) or today
page_title(dates.day(day))
if asked and calendar_view.asked_day(asked) is None:
    st.caption(texts.plain(f"“{asked[:40]}” is not a day. This is today."))

monday, sunday = calendar_view.around(day)
week = choose.prepared(queries.of_days(user.id, monday, sunday))
done = week.loc[[d == day for d in week["local_day"]]]


def to(other: date) -> tuple[str, str]:
    """(name, address) of another day."""
    name = dates.day_of_year(other, weekday=True)
    return name, address("/day", {"date": other})


show(
    calendar_view.steps(
        to(day - timedelta(days=1)), "Today" if day == today else "", to(day + timedelta(days=1)),
        [("Calendar", address("/calendar", {"month": f"{day:%Y-%m}"}))],
    ),
    key="steps",
)  # fmt: skip
if done.empty:
    st.markdown("No activities on this day." if day <= today else "This day is in the future.")
else:
    ids = done["id"].tolist()
    pictures = queries.outlines(user.id, ids)
    notes = highlights.notes(highlight_queries.of(user.id, ids), units)
    figures([Figure(label, value) for label, value in choose.totals(done, units)], key="totals")
    show(
        cards(
            [
                view.card(row, units, pictures.get(int(row.id)), notes.get(int(row.id), []), of_day=True)
                for row in done.itertuples()
            ]
        ),
        key="cards",
    )
note, tags = health_section(user, day, done)
st.subheader("The week", anchor=False)
figures([Figure(label, value) for label, value in choose.totals(week, units)], key="week")
notes_section(day, note, tags)
