"""A sidebar filter by day tags: what was done or measured on days with the chosen tags is left out."""

from datetime import date

import pandas as pd
import streamlit as st

from milevault_core.store.queries import health as queries


def left_out_days(user_id: int) -> tuple[list[str], set[date]]:
    """The chosen tags, and the days that have one of them. Draws nothing if the user never tagged a day."""
    told = queries.day_tags(user_id)
    tags = told["tag"].value_counts().index.tolist()
    if not tags:
        return [], set()
    chosen = st.multiselect("Leave out days marked", tags, key="not", bind="query-params", placeholder="None",
                            help="Days are marked on their own page, under Notes.")  # fmt: skip
    return chosen, set(told.loc[told["tag"].isin(chosen), "day"])


def without(rows: pd.DataFrame, days: set[date]) -> pd.DataFrame:
    """The rows whose local_day is not one of these days."""
    return rows[~rows["local_day"].isin(days).to_numpy(bool)] if days else rows
