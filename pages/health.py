"""Health: today against your own normal, any quantity over a minute up to fifteen years, the effect of training on
sleep, early warning of illness, and where the values come from. Every filter is in the address."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import streamlit as st

from milevault_core.health import effects, illness
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import today as view
from milevault_core.view.health.quantities import QUANTITIES
from milevault_core.view.parts import abouts
from milevault_core.view.parts.text import link
from pages import _health
from pages._day_tags import left_out_days
from pages._health_sources import sources_section
from pages._health_time import time_section
from pages._page import page_title, require_user
from pages.parts import choice_in_address, figures, filters, show, what_is_this

SECTIONS = {
    "today": "Today",
    "time": "Over time",
    "training": "Training and nights",
    "sources": "Sources",
}
KNOWN = 0.5  # share of training days whose load must be known to judge hard days by load

user = require_user()
units = fmt.units(user.units)
today = dates.today(user.time_zone)
page_title("Health")
extent = queries.extent(user.id, today)
if extent is None:
    _health.nothing_yet()
newest = min(today, extent["last"])  # today, if a wrong clock put all data in the future
stamp = queries.stamp(user.id)
there = [name for name, one in QUANTITIES.items()
         if one.series in extent["series"] or any(extent["counts"].get(part) for part in one.days)]  # fmt: skip
there = there or ["rhr"]

choice_in_address("show", SECTIONS)
section = st.radio("Show", list(SECTIONS), format_func=SECTIONS.get, key="show", bind="query-params", horizontal=True,
                   label_visibility="collapsed")  # fmt: skip


def now() -> None:
    day = newest
    table = _health.recent(user.id, stamp, day)
    found = view.figures(table, day, units)
    found += view.states(table, day, queries.choices(user.id).get("shows_cycle") == "yes")
    if day < today:
        latest = link("/day", dates.day(day), {"date": day}, "within")
        show(f"<p>The latest day with data is {latest}.</p>", key="latest_day")
    warning(table, day)
    figures(found, key="today")
    if not found:
        st.caption("Nothing was measured today or yesterday.")
    show(abouts.links([("Your normal", "health_normal")]), key="about_normal")
    show(link("/day", "The whole day", {"date": day}), key="day")


def warning(table: pd.DataFrame, day: date) -> None:
    scores = illness.scores(table[[n for n in illness.DIRECTION if n in table]])
    last = scores[scores.index <= pd.Timestamp(day)].tail(1)
    if len(last) and (pd.Timestamp(day) - last.index[0]).days <= 1:
        score = float(last["score"].iloc[0])
        if illness.is_above(score):
            parts = last.drop(columns="score").iloc[0].to_dict()
            st.warning(view.warning(score, parts, last.index[0].date()), icon=":material/health_and_safety:")


@st.cache_data(max_entries=20, show_spinner=False)
def loads(user_id: int, stamp: int, first: date, last: date) -> pd.DataFrame:
    return queries.loads(user_id, first, last)


@st.cache_data(max_entries=20, show_spinner=False)
def effects_of(
    user_id: int, stamp: int, first: date, last: date, limit: float | None, left_out: frozenset[date]
) -> tuple[list[effects.Effect], bool]:
    """The effects, without the nights of the left-out days, and whether hard days are judged by load; if most loads are
    unknown, they are judged by minutes."""
    done = loads(user_id, stamp, first, last)
    by_load = bool(len(done)) and float(done["load"].notna().mean()) >= KNOWN
    amount = done["load" if by_load else "minutes"].to_numpy(float)
    table = _health.table(user_id, stamp, first, last)
    table = table[~table.index.isin(pd.to_datetime(list(left_out)))]
    outcomes = {name: table[name] for name in view.NIGHT_METRICS if name in table}
    return effects.effects(pd.Series(amount, index=pd.to_datetime(done["day"])), outcomes, limit), by_load


def _two_years_ago() -> date:
    return max(extent["first"], newest - timedelta(days=730))


def training() -> None:
    hard_days()
    warnings_so_far()


def hard_days() -> None:
    """The effect of hard days on the following night."""
    st.subheader("The night after a hard day", anchor=False)
    first = _two_years_ago()
    with filters(""):
        left_out = frozenset(left_out_days(user.id)[1])
    found, by_load = effects_of(user.id, stamp, first, newest, None, left_out)
    usual = found[0].threshold if found else float("nan")
    if not np.isfinite(usual):
        st.markdown("This needs some weeks of training and nights.")
        return
    with filters(""):
        label = "A hard day has a load above" if by_load else "A hard day has more minutes than"
        limit = st.number_input(label, 1, 1500, max(1, round(usual)), key="above", bind="query-params")
    found, _ = effects_of(user.id, stamp, first, newest, float(limit), left_out)
    for sentence in view.effect_sentences(found, units):
        st.markdown(f"- {sentence}")
    if not by_load:
        st.caption(
            "Hard days are judged by minutes of training, because most of your activities have no load."
        )
        show(link("/athlete", "Set your thresholds"), key="athlete")
    what_is_this(
        "Nights of the last two years. Seasons and blocks of training affect everything, so the median of the 29 days "
        "around each night is subtracted first, and the interval comes from a bootstrap of 14-day blocks, corrected "
        "for the three questions asked. Nothing is claimed with fewer than 20 nights in a group, or where the interval "
        "includes zero. In simulations without any effect, one is claimed in fewer than one case in ten.",
        "effects")  # fmt: skip


def warnings_so_far() -> None:
    """How often the warning has been right so far."""
    st.subheader("Early warning of illness", anchor=False)
    first = _two_years_ago()
    table = _health.table(user.id, stamp, first, newest)
    scores = illness.scores(table[[n for n in illness.DIRECTION if n in table]])["score"]
    if scores.notna().sum() == 0:
        st.markdown(
            "This needs three of resting heart rate, HRV, respiration and skin temperature on most nights."
        )
        return
    notes = queries.notes(user.id, first, newest)
    ill = {pd.Timestamp(d) for d, own in zip(notes["day"], notes["tags"], strict=True) if "ill" in own}
    st.markdown(view.record_sentence(illness.record(scores, ill)))


{
    "today": now,
    "time": lambda: time_section(user, extent, there),
    "training": training,
    "sources": lambda: sources_section(user, extent, today),
}[section]()
