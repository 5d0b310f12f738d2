"""Choosing a day, written as the reader writes dates."""

from typing import Any

from milevault_core.view import dates

_FORMATS = {"day": "DD/MM/YYYY", "month": "MM/DD/YYYY", "iso": "YYYY-MM-DD"}


def date_input(place: Any, label: str, *arguments: Any, **named: Any) -> Any:
    """`st.date_input` in `place`: st, a column, a form."""
    return place.date_input(label, *arguments, format=_FORMATS[dates.date_format()], **named)
