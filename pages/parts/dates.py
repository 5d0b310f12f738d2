"""Inputs for a day or a time of day, in the user's format."""

from typing import Any

from milevault_core.view import dates

_FORMATS = {"day": "DD/MM/YYYY", "month": "MM/DD/YYYY", "iso": "YYYY-MM-DD"}


def date_input(place: Any, label: str, *arguments: Any, **named: Any) -> Any:
    """`st.date_input` in `place`: st, a column, a form."""
    return place.date_input(label, *arguments, format=_FORMATS[dates.date_format()], **named)


def time_input(place: Any, label: str, *arguments: Any, **named: Any) -> Any:
    """`st.time_input` in `place`: st, a column, a form."""
    return place.time_input(label, *arguments, format=dates.clock_form(), **named)
