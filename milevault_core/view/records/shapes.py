"""The shapes of the charts of records (view/shapes.py): built with Altair, once for each set of arguments."""

from functools import lru_cache
from typing import Any

from milevault_core.view import shapes

GREY = "#868e96"
Tips = tuple[tuple[str, str], ...]  # (field, title) of a tooltip's lines


def _axis() -> Any:
    return shapes.altair().Axis(domain=False, ticks=False, tickCount=5, gridOpacity=0.6)


def _tooltip(tips: Tips) -> list[Any]:
    return [shapes.altair().Tooltip(f"{field}:N", title=title) for field, title in tips]


@lru_cache(maxsize=64)
def progression(unit: str | None, is_lower_better: bool, tips: Tips) -> dict[str, Any]:
    """Layers "stair", "bests" and "records", from rows with day, value and the tips' fields. Better is up."""
    alt = shapes.altair()
    days = alt.Axis(
        domain=False, ticks=False, grid=False, labelOverlap=True, labelExpr=shapes.DATE, tickCount=8
    )
    scale = alt.Scale(zero=False, reverse=is_lower_better, padding=12)
    x = alt.PositionFieldDef(field="day", type="temporal", title=None, axis=days)
    y = alt.PositionFieldDef(field="value", type="quantitative", title=unit, scale=scale, axis=_axis())
    stair = alt.Chart(name="stair").mark_line(interpolate="step-after", strokeWidth=2, opacity=0.55)
    bests = alt.Chart(name="bests").mark_point(filled=False, size=46, color=GREY)
    records = alt.Chart(name="records").mark_point(filled=True, size=70, opacity=1)
    layers = [stair, bests.encode(tooltip=_tooltip(tips)), records.encode(tooltip=_tooltip(tips))]
    return shapes.finished(alt.LayerChart(layer=layers, encoding=alt.SharedEncoding(x=x, y=y)), 260)


@lru_cache(maxsize=64)
def curve(unit: str, is_pace: bool, spans: tuple[str, ...]) -> dict[str, Any]:
    """One line per span, from rows with span, t (s), v, text and over."""
    alt = shapes.altair()
    durations = alt.Axis(domain=False, ticks=False, grid=False, labelOverlap=True)
    made = (
        alt.Chart()
        .mark_line(
            strokeWidth=2, interpolate="monotone", tooltip=True, point=alt.OverlayMarkDef(size=60, opacity=0)
        )
        .encode(
            x=alt.X("t:Q", title=None, scale=alt.Scale(type="log", nice=False), axis=durations),
            y=alt.Y("v:Q", title=unit, scale=alt.Scale(zero=False, reverse=is_pace), axis=_axis()),
            color=alt.Color(
                "span:N",
                title=None,
                sort=list(spans),
                scale=alt.Scale(domain=list(spans)),
                legend=alt.Legend(orient="top", direction="horizontal"),
            ),
            tooltip=_tooltip((("span", " "), ("over", "Over"), ("text", "Best"))),
        )
    )
    return shapes.finished(made, 280)
