"""How `st.dataframe` shows a table: column formats that keep the values sortable, its height and its key."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from milevault_core.view import dates

_DATES = {"day": "D MMM YYYY", "month": "MMM D, YYYY", "iso": "YYYY-MM-DD"}


def as_values(table: pd.DataFrame) -> dict[str, Any]:
    """`column_config` of a table: dates as the reader writes them, times as 01:02:03, two decimals."""
    found: dict[str, Any] = {}
    for name, column in table.items():
        if pd.api.types.is_timedelta64_dtype(column):
            found[str(name)] = st.column_config.NumberColumn(format="compact")
        elif pd.api.types.is_float_dtype(column):
            found[str(name)] = st.column_config.NumberColumn(format="%.2f")
        elif column.map(lambda value: isinstance(value, date)).any():
            found[str(name)] = st.column_config.DateColumn(format=_DATES[dates.date_format()])
    return found


def height_of(rows: int) -> int:
    """The height in pixels of a table with so many rows: all of them and no empty row below. A row is 33 high with the
    font of .streamlit/config.toml. A fixed height is known before the table is drawn, so nothing below it moves."""
    return 36 + 33 * rows


def key_of(name: str, ids: Iterable[int]) -> str:
    """The key of a table with selectable rows that have these ids, in this order. Streamlit keeps a selection by row
    number: with a constant key, a filter or a deletion would leave other things selected."""
    return f"{name}-{crc32(repr([int(one) for one in ids]).encode()):08x}"
