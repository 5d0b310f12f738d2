"""Shared by the health pages: cached daily values, charts, the empty page."""

from datetime import date, timedelta
from typing import Any, NoReturn

import pandas as pd
import streamlit as st

from milevault_core.store.queries import health as queries
from milevault_core.view.health import over_time
from milevault_core.view.health.quantities import QUANTITIES
from milevault_core.view.health.today import STATES
from pages._page import empty_state

EMPTY = "No health data yet. Import files from your watch, a Garmin or Apple Health export, or a table."
ALL_DAYS = tuple(dict.fromkeys([*(name for one in QUANTITIES.values() for name in one.days), *STATES]))


def nothing_yet() -> NoReturn:
    """Show the empty page and stop."""
    empty_state(EMPTY, "imports.py", "Import files")
    st.stop()


@st.cache_data(max_entries=20, show_spinner=False)
def table(user_id: int, stamp: int, first: date, last: date) -> pd.DataFrame:
    """The values that count, by date, with one column per metric. stamp: from queries.stamp."""
    return over_time.by_date(queries.daily(user_id, ALL_DAYS, first, last))


def recent(user_id: int, stamp: int, today: date, days: int = 90) -> pd.DataFrame:
    return table(user_id, stamp, today - timedelta(days=days), today)


def chart(
    spec: dict[str, Any], key: str, alt: str, otherwise: str = "Nothing was measured in this period."
) -> None:
    """Show a chart, or the sentence `otherwise` if there is none."""
    if spec:
        st.vega_lite_chart(spec, width="stretch", key=key, alt=alt)
    else:
        st.caption(otherwise)
