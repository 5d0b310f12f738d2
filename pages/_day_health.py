"""One day's health on an axis of local time, and the user's note and tags for the day."""

from datetime import UTC, date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import health as actions
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import day as view
from milevault_core.view.health import today
from milevault_core.view.parts import lines
from milevault_core.view.parts.text import link
from pages import _health
from pages._page import require_user
from pages.parts import figures, show


def health_section(user: Account, day: date, done: pd.DataFrame) -> tuple[str, list[str]]:
    """Show what was measured on a day, and its night, heart rate, stress, body battery and activities by the clock.
    done: the day's activities. Returns the day's note and tags."""
    nights, note, tags = queries.of_day(user.id, day)
    zone = view.zone_of(nights, day, user.time_zone)
    begin = datetime.combine(day, time(), dates.zone_of(zone)).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), dates.zone_of(zone)).astimezone(UTC)
    samples = queries.samples(user.id, view.SERIES, begin, end, 60)
    table = _health.recent(user.id, queries.stamp(user.id), day)
    if found := today.figures(table, day, fmt.units(user.units), of_day=True):
        st.subheader("Health", anchor=False)
        figures(found, key="health_of_day")
    spec = view.chart(samples, nights, done, begin, end, zone)
    if spec:
        st.subheader("The day by the clock", anchor=False)
        if keys := view.keys(spec):
            show(lines.keys(keys), key="by_clock_keys")
        _health.chart(spec, "by_clock", "Sleep, activities, heart rate, stress and body battery of the day")
        ways = [link("/health", "Where the values come from", {"show": "sources", "date": day})]
        if len(nights[nights["day"] == day]):
            ways.insert(0, link("/sleep", "The night", {"date": day}))
        show(f"<p>{' · '.join(ways)}</p>", key="came_from")
    return note, tags


def notes_section(day: date, note: str, tags: list[str]) -> None:
    """The note and tags of a day, editable."""
    st.subheader("Notes", anchor=False)
    with st.form(f"notes-{day}", border=False):
        chosen = st.multiselect(
            "Tags", list(dict.fromkeys([*actions.TAGS, *tags])), tags, accept_new_options=True,
            placeholder="ill, travel, alcohol, race, or your own", key=f"tags-{day}",
        )  # fmt: skip
        text = st.text_area("Note", note, key=f"note-{day}", height=80, max_chars=2000)
        if st.form_submit_button("Save", icon=":material/save:"):
            try:
                actions.set_note(require_user().id, day, text, chosen)
            except ValueError as error:
                st.error(str(error))
                return
            st.toast("Saved.")
            st.rerun()
