"""Sleep: one night with its measurements, naps, and sleep regularity. /sleep?date=2026-11-28"""

from datetime import date, timedelta

import numpy as np
import streamlit as st

from milevault_core.store.queries import health as queries
from milevault_core.view import calendar as calendar_view
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import night as view
from milevault_core.view.health.quantities import duration
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import address
from pages import _health
from pages._day_tags import left_out_days
from pages._page import page_title, require_user
from pages.parts import figures, filters, show, what_is_this

WEEKS = {4: "4 weeks", 12: "12 weeks", 26: "Half a year"}

user = require_user()
units = fmt.units(user.units)
today = dates.today(user.time_zone)
page_title("Sleep")
extent = queries.extent(user.id, today)
if extent is None:
    _health.nothing_yet()
with filters(""):
    weeks = st.selectbox(
        "Regularity over", list(WEEKS), index=1, format_func=WEEKS.get, key="weeks", bind="query-params"
    )
    in_order = [dates.DAYS.index(name) for name in dates.weekdays()]
    weekdays = st.multiselect("If you got up at the usual time on", in_order, [6],
                              format_func=view.WEEKDAYS.__getitem__, key="days", bind="query-params")  # fmt: skip
    left_out = left_out_days(user.id)[1]
try:
    day = date.fromisoformat(st.query_params.get("date", ""))
except ValueError:
    day = min(today, extent["last"])
if not 1900 <= day.year <= 2100:
    day = min(today, extent["last"])
first = min(day, extent["last"]) - timedelta(weeks=weeks)
nights = queries.nights(user.id, first, max(day, min(today, extent["last"])))
if "date" not in st.query_params and len(nights):
    day = nights["day"].iloc[-1]


def to(other: date) -> tuple[str, str]:
    name = dates.day_of_year(other, weekday=True)
    return name, address("/sleep", {"date": other, "weeks": weeks})


show(
    calendar_view.steps(
        to(day - timedelta(days=1)), dates.day(day), to(day + timedelta(days=1)),
        [("The whole day", address("/day", {"date": day}))],
    ),
    key="steps",
)  # fmt: skip
of_day = nights[nights["day"] == day]
own = of_day[~of_day["is_nap"].to_numpy(bool)]
table = _health.table(user.id, queries.stamp(user.id), day, day)
values = table.iloc[0] if len(table) else None
if own.empty and (told := view.figures_of_day(values)):
    figures(told, key="night")
    st.caption("How long you slept is known, but not when.")
elif own.empty:
    st.markdown("No night ending on this day was measured.")
else:
    night = own.iloc[0]
    zone = view.morning_offset(night, user.time_zone)
    figures(view.figures(night, values, user.time_zone), key="night")
    stages = view.stages_of(own.head(1))
    if len(stages):
        _health.chart(view.hypnogram(stages, zone), "hypnogram", "Stages of sleep over the night")
    samples = queries.samples(user.id, view.UNDER, night["start_time"], night["end_time"], 60)
    under = view.under(samples, night["start_time"], night["end_time"], zone)
    _health.chart(under, "under", "Heart rate, HRV, SpO2 and respiration of the night", "No pulse, HRV, SpO2 or "
                  "respiration was measured during this night.")  # fmt: skip
    if changed := view.changed_sentence(night, user.time_zone):
        st.caption(changed)
    st.caption(view.source_sentence(night, bool(len(stages))))
naps = of_day[of_day["is_nap"].to_numpy(bool)]
for nap in naps.to_dict("records"):
    lasted = (
        nap["asleep_s"]
        if np.isfinite(nap["asleep_s"])
        else (nap["end_time"] - nap["start_time"]).total_seconds()
    )
    st.markdown(f"Nap from {view.times(nap, user.time_zone)}: {duration(lasted)}.")

st.subheader("Regularity", anchor=False)
begin = day - timedelta(weeks=weeks)
weeks_nights = nights[(nights["day"] > begin) & (nights["day"] <= day) & ~nights["day"].isin(left_out)]
made = view.made_of(weeks_nights)
index, sentence = view.regularity_sentence(made, weekdays)
bed, up = view.usual_times(made)
known = weeks_nights[~weeks_nights["is_nap"].to_numpy(bool)]["asleep_s"].dropna()
usual = duration(float(known.median())) if len(known) else fmt.MISSING
figures(
    [Figure("Regularity index", fmt.number(index) if np.isfinite(index) else fmt.MISSING, "100: the same every day",
            about="regularity"),
     Figure("Usually asleep at", bed, about="regularity"), Figure("Usually up at", up, about="regularity"),
     Figure("Usual sleep", usual, about="regularity")],
    key="regularity",
)  # fmt: skip
if sentence:
    st.markdown(sentence)
_health.chart(view.bed_time_chart(weeks_nights, user.time_zone), "beds", "When you slept, night by night")
what_is_this(
    "The Sleep Regularity Index (Phillips and others, 2017) says how often you are in the same state, asleep or awake, "
    "24 hours apart: 100 is the same every day, 0 is chance. Days without a night are left out.", "sri")  # fmt: skip
