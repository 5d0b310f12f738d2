"""Links chart and map: the crosshair of the timeline moves a dot on the map, and the pointer on the map moves the
crosshair. The chart's key begins with "timeline-", the map's with "activity-map".

The JavaScript is ours and runs in the page, because neither Streamlit's charts nor its maps report the pointer's
position.
"""

from pathlib import Path
from typing import Any

import streamlit as st

_component = st.components.v2.component(
    "milevault_hover",
    html="<span hidden></span>\n",
    js=(Path(__file__).parent / "hover.js").read_text(encoding="utf-8"),
)


def hand_in_hand(stops: dict[str, Any]) -> None:
    """Link the two. stops: view.activities.along.stops for what the chart shows."""
    _component(key="milevault_hover", data=stops)
