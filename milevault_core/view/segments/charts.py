"""Charts of a segment: its profile with the gradient, its times over the years, power against time."""

import altair as alt
import numpy as np
import pandas as pd

from milevault_core.view import dates, tables
from milevault_core.view import format as fmt
from milevault_core.view.axes import time_step
from milevault_core.view.format import Units
from milevault_core.view.segments.segment import heights, slopes
from milevault_core.view.segments.segments import time_text
from milevault_core.view.shapes import DATE, configured

BEST, POINT, GROUND = "#12a562", "#e0591b", "#8a93a3"
FEWEST = 3  # efforts with power that a chart needs


def profile(segment: dict, units: Units) -> dict:
    """Vega-Lite spec of altitude along the segment, coloured by gradient; {} without altitudes."""
    slope, told = slopes(segment), heights(segment)
    if slope is None or told is None:
        return {}
    altitudes = told / units.altitude_m
    at = np.linspace(0.0, float(segment["length_m"]) / units.distance_m, len(altitudes))
    low = float(altitudes.min())
    floor = low - max(0.15 * float(np.ptp(altitudes)), 1.0)
    rows = pd.DataFrame({
        "a": at[:-1].round(4), "b": at[1:].round(4), "low": round(floor, 1), "high": altitudes[1:].round(1),
        "grade": (100 * slope).round(1), "at": [fmt.number(v, 2, units.distance) for v in at[:-1]],
    })  # fmt: skip
    x = alt.X("a:Q", title=units.distance, scale=alt.Scale(domain=[0, float(at[-1])], nice=False),
              axis=alt.Axis(grid=False))  # fmt: skip
    y = alt.Y("low:Q", title=units.altitude, scale=alt.Scale(domain=[floor, float(altitudes.max()) + 1], zero=False),
              axis=alt.Axis(tickCount=4))  # fmt: skip
    colour = alt.Color("grade:Q", title="Grade, %", scale=alt.Scale(
        domain=[-12, -4, 0, 4, 12], range=["#3549c4", "#7f9be0", "#8a93a3", "#f0a35e", "#cf3a2c"], clamp=True,
    ), legend=alt.Legend(orient="top", gradientLength=120))  # fmt: skip
    tooltip = [alt.Tooltip("at:N", title="At"), alt.Tooltip("high:Q", title=units.altitude),
               alt.Tooltip("grade:Q", title="Grade, %")]  # fmt: skip
    chart = alt.Chart(rows).mark_rect(strokeWidth=0).encode(
        x=x, x2="b:Q", y=y, y2="high:Q", color=colour, tooltip=tooltip
    )  # fmt: skip
    return _spec(chart, 240)


def trend(efforts: pd.DataFrame) -> dict:
    """Vega-Lite spec of every time over the years, with the best so far as steps; {} with fewer than two."""
    if len(efforts) < 2:
        return {}
    local = [dates.local(r.start_time, tables.zone_of(r)) for r in efforts.itertuples()]
    rows = pd.DataFrame({
        "day": [at.replace(tzinfo=None).isoformat(timespec="seconds") if at else None for at in local],
        "s": efforts["time_s"].round(1).to_numpy(), "best": efforts["time_s"].cummin().round(1).to_numpy(),
        "time": [time_text(s) for s in efforts["time_s"]],
        "so_far": [time_text(s) for s in efforts["time_s"].cummin()],
        "date": [dates.short_day(at.date()) if at else "" for at in local],
    })  # fmt: skip
    x = alt.X("day:T", title=None, axis=alt.Axis(grid=False, labelOverlap=True, tickCount=6, labelExpr=DATE))
    y = _times("s", efforts["time_s"], "Time")
    steps = alt.Chart(rows).mark_line(interpolate="step-after", color=BEST, strokeWidth=2).encode(
        x=x, y=_times("best", efforts["time_s"], "Time"),
        tooltip=[alt.Tooltip("so_far:N", title="Best so far")],
    )  # fmt: skip
    dots = alt.Chart(rows).mark_point(filled=True, size=60, color=POINT, opacity=0.85).encode(
        x=x, y=y, tooltip=[alt.Tooltip("date:N", title="Date"), alt.Tooltip("time:N", title="Time")]
    )  # fmt: skip
    return _spec(steps + dots, 240)


def power(efforts: pd.DataFrame) -> dict:
    """Vega-Lite spec of time against mean power; {} if too few efforts have power."""
    known = efforts[efforts["power"].notna() & (efforts["power"] > 0)]
    if len(known) < FEWEST:
        return {}
    local = [dates.local(r.start_time, tables.zone_of(r)) for r in known.itertuples()]
    rows = pd.DataFrame({
        "w": known["power"].round(0).to_numpy(), "s": known["time_s"].round(1).to_numpy(),
        "time": [time_text(s) for s in known["time_s"]], "watts": [fmt.power(w) for w in known["power"]],
        "date": [dates.short_day(at.date()) if at else "" for at in local],
    })  # fmt: skip
    chart = alt.Chart(rows).mark_point(filled=True, size=60, color=POINT, opacity=0.85).encode(
        x=alt.X("w:Q", title="Average power, W", scale=alt.Scale(zero=False), axis=alt.Axis(grid=False, tickCount=8)),
        y=_times("s", known["time_s"], "Time"),
        tooltip=[alt.Tooltip("date:N", title="Date"), alt.Tooltip("time:N", title="Time"),
                 alt.Tooltip("watts:N", title="Power")],
    )  # fmt: skip
    return _spec(chart, 240)


def _times(field: str, seconds: pd.Series, title: str | None) -> alt.Y:
    """An axis of times, labelled 4:10."""
    least, most = float(seconds.min()), float(seconds.max())
    step = max(1, time_step(max(most - least, 5.0), 5))
    first = int(least // step) * step
    ticks = [first + i * step for i in range(int((most - first) // step) + 2)]
    labels = {str(round(t)): fmt.duration(t) for t in ticks}
    return alt.Y(
        f"{field}:Q", title=title, scale=alt.Scale(zero=False, domain=[ticks[0], max(ticks[-1], most)]),
        axis=alt.Axis(values=ticks, labelExpr=f"{labels!r}[datum.value]", domain=False, ticks=False),
    )  # fmt: skip


def _spec(chart, height: int) -> dict:
    return configured(chart.properties(height=height).to_dict())
