"""Last night on the dashboard, where it was measured."""

from datetime import date

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.store.queries import health as queries
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import today as view
from pages import _health
from pages.parts import figures


def show_last_night(user: Account, today: date) -> None:
    """Sleep, HRV, resting heart rate and body battery of the latest morning beside one's normal; nothing without a
    night."""
    mornings = queries.mornings(user.id, _health.ALL_DAYS, today - view.LOOK_BACK, today)
    day, made = view.last_night(mornings, today, fmt.units(user.units), user.time_zone)
    if day is not None:
        st.subheader("Last night" if day == today else f"The night into {dates.day(day)}", anchor=False)
        figures(made, key="last_night")
