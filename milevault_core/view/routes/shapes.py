"""The shapes of the charts of a route (view/shapes.py): built with Altair, once for each set of arguments."""

from functools import lru_cache
from typing import Any

from milevault_core.view import shapes

BEST, BAND, POINT = "#12a562", "#8a93a3", "#e0591b"
LOST, WON, STOOD = "#d9542b", "#2f6fd0", "#8a93a3"  # colour-blind people can tell them apart


@lru_cache(maxsize=4)
def trend(has_band: bool) -> dict[str, Any]:
    """Layers "band" (one row: low, high), "best" and "times", from rows with day, s, best, time and date."""
    alt = shapes.altair()
    days = alt.Axis(grid=False, labelOverlap=True, labelExpr=shapes.DATE, tickCount=8)
    x = alt.X("day:T", title=None, axis=days)
    seconds = {"title": None, "scale": alt.Scale(zero=False), "axis": alt.Axis(domain=False, ticks=False)}
    band = alt.Chart(name="band").mark_rect(color=BAND, opacity=0.18).encode(y=alt.Y("low:Q"), y2="high")
    best = alt.Chart(name="best").mark_line(interpolate="step-after", color=BEST, strokeWidth=2)
    times = alt.Chart(name="times").mark_point(filled=True, size=60, color=POINT, opacity=0.85)
    tips = [alt.Tooltip("date:N", title="Date"), alt.Tooltip("time:N", title="Time")]
    layers = [
        *([band] if has_band else []),
        best.encode(x=x, y=alt.Y("best:Q", **seconds)),
        times.encode(x=x, y=alt.Y("s:Q", **seconds), tooltip=tips),
    ]
    return shapes.finished(alt.layer(*layers), 260)


def _along(field: str, title: str | None) -> Any:
    alt = shapes.altair()
    axis = alt.Axis(grid=False, ticks=False)
    return alt.X(f"{field}:Q", title=title, scale=alt.Scale(nice=False), axis=axis)


def _seconds(field: str, title: str) -> Any:
    alt = shapes.altair()
    axis = alt.Axis(domain=False, ticks=False, tickCount=5, minExtent=48, maxExtent=48)
    return alt.Y(f"{field}:Q", title=title, axis=axis)


@lru_cache(maxsize=4)
def gap(unit: str) -> dict[str, Any]:
    """The seconds behind along the route, from rows with x and gap."""
    alt = shapes.altair()
    tips = [alt.Tooltip("x:N", title=unit), alt.Tooltip("gap:N", title="Seconds behind")]
    line = alt.OverlayMarkDef(color=LOST, strokeWidth=2)
    area = alt.Chart().mark_area(line=line, color=LOST, opacity=0.2)
    made = area.encode(x=_along("x", None), y=_seconds("gap", "Seconds behind"), tooltip=tips)
    return shapes.finished(made, 200)


@lru_cache(maxsize=4)
def sections(unit: str) -> dict[str, Any]:
    """The time lost in each 100 m, from rows with a, b, low, high, s, what and at."""
    alt = shapes.altair()
    kinds = alt.Scale(domain=["Slower", "Faster", "Stop"], range=[LOST, WON, STOOD])
    tips = (("at", "At"), ("what", "By"), ("s", "Seconds"))
    made = (
        alt.Chart()
        .mark_rect()
        .encode(
            x=_along("a", unit), x2="b", y=_seconds("low", "Seconds lost here"), y2="high",
            color=alt.Color("what:N", title=None, legend=None, scale=kinds),
            tooltip=[alt.Tooltip(f"{field}:N", title=title) for field, title in tips],
        )
    )  # fmt: skip
    return shapes.finished(made, 220)
