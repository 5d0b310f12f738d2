"""The shape of the dashboard's chart (view/shapes.py): hours per week, stacked by sport."""

from functools import cache
from typing import Any

from milevault_core.view import shapes


@cache
def weeks() -> dict[str, Any]:
    """Bars of rows with week, sport, hours, rank (within the bar), from and said; weeks and colours are filled in."""
    alt = shapes.altair()
    months = alt.Axis(labelAngle=0, labelOverlap=False, ticks=False, domain=False, labelAlign="left")
    hours = alt.Axis(tickCount=4, domain=False, ticks=False)
    tips = (("from", "Week of"), ("sport", "Sport"), ("said", "Time"))
    made = (
        alt.Chart()
        .mark_bar(cornerRadius=1, width=alt.RelativeBandSize(band=0.8))
        .encode(
            x=alt.X("week:O", title=None, scale=alt.Scale(), axis=months),
            y=alt.Y("hours:Q", title="Hours a week", axis=hours),
            order=alt.Order("rank:Q"),
            color=alt.Color("sport:N", legend=None, scale=alt.Scale()),
            tooltip=[alt.Tooltip(f"{field}:N", title=title) for field, title in tips],
        )
    )
    return shapes.finished(made, 200)
