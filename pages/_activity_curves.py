"""The curves of an activity: the highest mean of power, heart rate, and pace or speed over each duration."""

import streamlit as st

from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts import abouts
from milevault_core.view.training.trends import curve_chart
from pages import _activity_data as data
from pages.parts import show


def curves(key: tuple[int, int, int], units: Units, sport: str) -> None:
    """One curve, with a control to choose it. key: (user_id, activity_id, version)."""
    found = data.curves_of(*key, sport)
    labels = {"power": "Power", "speed": fmt.rate_label(sport), "heart_rate": "Heart rate"}
    names = [n for n in labels if n in found and (n != "speed" or fmt.pace_kind(sport) != "none")]
    if not names:
        st.caption("Nothing to show here.")
        return
    name = names[0]
    if len(names) > 1:
        name = st.segmented_control(
            "Curve of",
            names,
            format_func=labels.get,
            default=name,
            required=True,
            key="curve",
            bind="query-params",
            label_visibility="collapsed",
        )
    spec = curve_chart({"This activity": found[name]}, CURVE_DURATIONS, name, sport, units)
    what = {"power": "power", "heart_rate": "heart rate"}.get(name, labels["speed"].lower())
    if spec:
        st.vega_lite_chart(
            spec, width="stretch", key=f"curve-{name}", alt=f"The best {what} over each duration"
        )
    st.caption(f"The best mean {what} over each duration of this activity.")
    show(abouts.of_labels(["Curves"]), key="about_curves")
