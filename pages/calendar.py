"""The calendar: a month (?month=2026-11) or a year (?year=2026), with weekly totals; each day links to its page."""

from datetime import date

import streamlit as st

from milevault_core.store.queries import activity_list as queries
from milevault_core.view import calendar as view
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters as choose
from milevault_core.view.parts.figures import Figure
from pages._page import page_title, require_user
from pages.parts import figures, here, show

user = require_user()
units = fmt.units(user.units)
page_title("Calendar")
today = dates.today(user.time_zone)
me = here("/calendar")
is_year = "year" in st.query_params

if is_year:
    year = view.asked_year(st.query_params["year"], today)
    first, last = date(year, 1, 1), date(year, 12, 31)
    month_to_show = today.month if year == today.year else 1
    head = view.steps(
        (str(year - 1), me(year=year - 1)), str(year), (str(year + 1), me(year=year + 1)),
        [("Month", me(year="", month=f"{year:04d}-{month_to_show:02d}")), ("This year", me(year=today.year))],
    )  # fmt: skip
    inside = (first, last)
else:
    year, month = view.asked_month(st.query_params.get("month", ""), today)
    weeks = view.months_days(year, month)
    first, last = weeks[0][0], weeks[-1][-1]
    before, after = view.shifted(year, month, -1), view.shifted(year, month, 1)
    head = view.steps(
        (dates.MONTHS[int(before[5:]) - 1], me(month=before)), f"{dates.MONTHS[month - 1]} {year}",
        (dates.MONTHS[int(after[5:]) - 1], me(month=after)),
        [("Year", me(month="", year=year)), ("Today", me(month=""))],
    )  # fmt: skip
    inside = (date(year, month, 1), date.fromisoformat(f"{after}-01"))

asked = st.query_params.get("year" if is_year else "month", "")
if asked and asked != (str(year) if is_year else f"{year:04d}-{month:02d}"):
    what = "year" if is_year else "month"
    st.caption(texts.plain(f"“{asked[:40]}” is not a {what}. This is the current one."))
done = choose.prepared(queries.of_days(user.id, first, last))
show(head, key="head")
counted = done.loc[
    [inside[0] <= day <= inside[1] and (is_year or day < inside[1]) for day in done["local_day"]]
]
figures([Figure(label, value) for label, value in choose.totals(counted, units)], key="totals")
show(
    view.year(done, year, today, me, units) if is_year else view.month(done, year, month, today, units),
    key="calendar",
)
