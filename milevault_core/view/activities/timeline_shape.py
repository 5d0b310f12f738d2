"""The shape of a timeline: everything but the numbers, built with Altair once and cached.

Altair takes about 100 ms to build and validate a chart of six rows, most of it to copy layers into each other. So it
builds only the layers, cached by row, and they are assembled here; a test has Altair validate the whole. Activities
with the same rows share a chart, into which `timeline` fills the numbers.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt

from milevault_core.view import shapes

ROW, HEAD, FOOT = 62, 26, 8  # pixels of a row: its plot, its title above, the space below
GREY = "#868e96"


class Row(NamedTuple):
    """What the chart's shape depends on: `form` is "line", "peaks" (a calm line over a faint one) or "area"."""

    key: str
    label: str
    colour: str
    form: str = "line"


def top_of(row: int) -> int:
    """The top of a row's plot, in pixels from the top of the chart."""
    return row * (HEAD + ROW + FOOT) + HEAD


def height_of(rows: int) -> int:
    return rows * (HEAD + ROW + FOOT)


@lru_cache(maxsize=128)
def shape(rows: tuple[Row, ...], heads: tuple[str, ...]) -> dict[str, Any]:
    """The Vega-Lite spec of these rows, without numbers. heads: the lines of the tooltip before those of the rows. The
    result is shared: never change it."""
    height = height_of(len(rows))
    tips = [*heads, *(row.label for row in rows)]
    layers = [_crosshair(rows, tips, height)]
    for number, row in enumerate(rows):
        layers += _lines(row, top_of(number) + ROW)
    return _frame() | {
        "encoding": {"x": _x_axis(), "y": _y_axis(height)},
        "height": height + 24,
        "layer": [*layers, _titles()],
    }


@lru_cache(maxsize=1)
def _frame() -> dict[str, Any]:
    """What every timeline shares, from a chart without layers."""
    bare = alt.LayerChart(
        layer=[],
        padding={"left": 0, "right": 4, "top": 0, "bottom": 0},
        params=_params(),
        usermeta={"embedOptions": {"renderer": "svg"}},
    ).to_dict(validate=False)
    bare["config"] = shapes.CONFIG
    return bare


def _spec(part: Any) -> dict[str, Any]:
    """Altair's output for part of a chart, not validated: tests validate the whole."""
    made: dict[str, Any] = part.to_dict(validate=False, context={"top_level": False})
    made.pop("data", None)  # Altair adds an empty one to every layer without data
    return made


def _params() -> list[alt.TopLevelSelectionParameter]:
    """The hover and brush parameters. `add_params` would add them to every layer, but a text cannot have "nearest"."""
    hover = alt.PointSelectionConfig(
        type="point", fields=["x"], nearest=True, on="pointermove", clear="pointerleave"
    )
    mark = alt.BrushConfig(fill=GREY, fillOpacity=0.18, stroke=GREY, strokeOpacity=0.6)
    brush = alt.IntervalSelectionConfig(type="interval", encodings=["x"], zoom=False, mark=mark)
    return [
        alt.TopLevelSelectionParameter(name=name, select=select, views=["crosshair"])
        for name, select in (("hover", hover), ("range", brush))
    ]


@lru_cache(maxsize=1)
def _x_axis() -> dict[str, Any]:
    axis = alt.Axis(grid=False, domain=False, ticks=False, labelPadding=4, labelOverlap=True, labelFontSize=11,
                    labelFlush=True)  # fmt: skip
    scale = alt.Scale(nice=False, zero=False)
    return _spec(alt.PositionFieldDef(type="quantitative", title=None, scale=scale, axis=axis))


@lru_cache(maxsize=32)
def _y_axis(height: int) -> dict[str, Any]:
    axis = alt.Axis(
        domain=False,
        ticks=False,
        gridOpacity=0.6,
        labelOverlap=False,
        labelPadding=6,
        minExtent=34,
        labelFontSize=11,
    )
    scale = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)
    return _spec(alt.PositionFieldDef(type="quantitative", title=None, scale=scale, axis=axis))


def _chart(name: str) -> alt.Chart:
    return alt.Chart(name=name)


@lru_cache(maxsize=256)
def _lines(row: Row, base: int) -> list[dict[str, Any]]:
    """The layers of one row, with the names `<key>_area`, `<key>_line`, `<key>_peaks`."""
    if row.form == "area":
        stops = [
            alt.GradientStop(offset=0, color=row.colour + "14"),
            alt.GradientStop(offset=1, color=row.colour + "73"),
        ]
        fill = alt.LinearGradient(gradient="linear", x1=1, y1=1, x2=1, y2=0, stops=stops)
        edge = {"color": row.colour, "strokeWidth": 1.4}
        area = _flat(f"{row.key}_area").mark_area(color=fill, line=edge, tooltip=None, clip=True, aria=False)
        return [_spec(area.encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), y2=alt.datum(base)))]
    calm = _stroke(f"{row.key}_line", row.colour, 1.4, 1.0)
    return [_stroke(f"{row.key}_peaks", row.colour, 0.8, 0.3), calm] if row.form == "peaks" else [calm]


def _flat(name: str) -> alt.Chart:
    return _chart(name).transform_flatten(["x", "y"])


def _stroke(name: str, colour: str, width: float, opacity: float) -> dict[str, Any]:
    mark = _flat(name).mark_line(
        color=colour, strokeWidth=width, strokeJoin="round", opacity=opacity, tooltip=None, clip=True, aria=False
    )  # fmt: skip
    return _spec(mark.encode(x=alt.X("x:Q"), y=alt.Y("y:Q")))


def _crosshair(rows: Sequence[Row], tips: Sequence[str], height: int) -> dict[str, Any]:
    """Rule, dots and figures at the pointer. The rule is the first layer, because a line cannot carry "nearest"."""
    rule = (
        alt.Chart(name="crosshair")
        .mark_rule(aria=False, color=GREY, strokeWidth=1)
        .encode(
            x=alt.X("x:Q"), y=alt.datum(0), y2=alt.datum(height),
            opacity=alt.when(alt.ParameterPredicate(param="hover", empty=False)).then(alt.value(0.9))
            .otherwise(alt.value(0)),
            tooltip=[alt.Tooltip(field=name, type="nominal") for name in tips],
        )
    )  # fmt: skip
    marks = [_spec(rule)]
    for number, row in enumerate(rows):
        marks += _at_pointer(number, row)
    columns = ["x", *tips, *(f"y{number}" for number in range(len(rows)))]
    return {"layer": marks, "name": "pointer", "transform": [_spec(alt.FlattenTransform(flatten=columns))]}


@lru_cache(maxsize=256)
def _at_pointer(number: int, row: Row) -> list[dict[str, Any]]:
    """A row's dot and figure at the pointer."""
    now = alt.Chart().transform_filter(alt.ParameterPredicate(param="hover", empty=False))
    dot = now.properties(name=f"{row.key}_dot").mark_point(
        filled=True, size=42, color=row.colour, tooltip=None
    )
    value = now.properties(name=f"{row.key}_value").mark_text(
        align="right", baseline="alphabetic", fontSize=12, fontWeight=600, color=row.colour, tooltip=None
    )  # fmt: skip
    place = value.encode(x=alt.value("width"), y=alt.datum(top_of(number) - 9),
                         text=alt.Text(field=row.label, type="nominal"))  # fmt: skip
    return [_spec(dot.encode(x=alt.X("x:Q"), y=alt.Y(f"y{number}:Q"))), _spec(place)]


@lru_cache(maxsize=1)
def _titles() -> dict[str, Any]:
    mark = _chart("titles").mark_text(
        align="left", baseline="alphabetic", fontSize=12, fontWeight=600, tooltip=None
    )  # fmt: skip
    return _spec(mark.encode(x=alt.value(0), y=alt.Y("y:Q"), text=alt.Text("label:N"),
                             color=alt.Color("colour:N", scale=None)))  # fmt: skip
