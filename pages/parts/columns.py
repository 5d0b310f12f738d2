"""How `st.dataframe` shows a table: its values, by which its columns sort, and how high it is."""

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
    """The height of a table of so many rows, in pixels: all of them and no empty one below. A row has 33 with the font
    of .streamlit/config.toml. As a number, it is there before the table is drawn, and nothing below moves."""
    return 36 + 33 * rows


def key_of(name: str, ids: Iterable[int]) -> str:
    """The key of a table in which rows can be selected, of these ids in this order. Streamlit keeps a selection by the
    places of its rows: with one key for all, a filter or a deletion would leave other things selected."""
    return f"{name}-{crc32(repr([int(one) for one in ids]).encode()):08x}"
