"""The timeline of an activity: one row a quantity, one crosshair through all, one brush called "range".

The chart is one Vega-Lite view. Rows are bands of one pixel axis, so that one rule, one tooltip and one brush
span them all, labels stand outside the plot at any width, and nothing needs to be kept in step.
The spec is written as a dict: Altair takes 100 ms to build the same (a test has Altair accept it).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import tsdownsample

from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.axes import distance_ticks, ticks, time_ticks
from milevault_core.view.format import Units
from milevault_core.view.series import Series, available, breaks, elapsed, series, smooth

POINTS = 900  # a series; more than a screen has pixels for
STOPS = 500  # of the crosshair
ROW, HEAD, FOOT = 62, 26, 8  # pixels of a row: its plot, its title above, the space below
_GREY = "#868e96"


def timeline(
    track: pd.DataFrame,
    units: Units = fmt.METRIC,
    zone: dates.Zone = None,
    sport: str = "",
    x: str = "distance",
    more: Sequence[Series] = (),
) -> dict:
    """A Vega-Lite spec, ready for `st.vega_lite_chart(spec, selection_mode="range")`.

    track: milevault_core.track, in order of time. x: "distance" or "time"; time is taken where there is no
    distance. more: rows below those of the track (view.channels.rows). An empty dict if there is nothing to draw.
    """
    keys = available(track, sport)
    along, x = position(track, units, x)
    if not (keys or more) or len(along) < 2 or np.isfinite(along).sum() < 2:
        return {}
    rows = [*(series(track, key, units, sport) for key in keys), *more]
    time = track["time"].to_numpy()
    lines, labels, heads = [], {}, []
    for i, row in enumerate(rows):
        top = i * (HEAD + ROW + FOOT) + HEAD
        y = _pixels(row, top)
        lines += _line(row, along, y, time, top)
        for value, text in ticks(row):
            labels[round(float(_to_pixels(row, top, np.array([value]))[0]))] = text
        heads.append(
            {
                "label": ", ".join(filter(None, (row.label, row.unit))),
                "y": top - 9,
                "colour": row.colour,
                "key": row.key,
            }
        )
    height = len(rows) * (HEAD + ROW + FOOT)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "usermeta": {"embedOptions": {"renderer": "svg"}},
        "padding": {"left": 0, "right": 4, "top": 0, "bottom": 0},
        "height": height + 24,
        "layer": [_crosshair(rows, along, time, x, units, zone, height), *lines, _titles(heads)],
        "encoding": {
            "x": _x_axis(along, x, units),
            "y": {
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0, height], "reverse": True, "nice": False, "zero": False},
                "axis": {
                    "values": list(labels),
                    "labelExpr": _lookup(labels),
                    "domain": False, "ticks": False, "gridOpacity": 0.6, "labelPadding": 6, "minExtent": 34,
                    "labelFontSize": 11,
                },
            },
        },
        "config": {"view": {"stroke": None}},
    }  # fmt: skip


def position(track: pd.DataFrame, units: Units, x: str = "distance") -> tuple[np.ndarray, str]:
    """Where each point stands on the x axis (user's distance, or seconds), never falling; and which it is."""
    metres = track["distance"].to_numpy(dtype=float)
    known = metres[np.isfinite(metres)]
    if x == "distance" and len(known) > 1 and known.max() > known.min():
        along = metres / units.distance_m
    else:
        along, x = elapsed(track), "time"
    return np.fmax.accumulate(along) if len(along) else along, x


def stretch(
    track: pd.DataFrame, chosen: dict | None, units: Units = fmt.METRIC, x: str = "distance"
) -> tuple[int, int] | None:
    """Rows (start, stop) of the brushed stretch; None without one.

    chosen: what the chart reports for "range", {"x": [from, to]} in the axis' unit; all else is no brush.
    """
    ends = chosen.get("x") if isinstance(chosen, dict) else None
    if not isinstance(ends, list | tuple) or len(ends) != 2 or any(fmt.is_missing(e) for e in ends):
        return None
    along, _ = position(track, units, x)
    inside = np.flatnonzero((along >= min(ends)) & (along <= max(ends)))
    return (int(inside[0]), int(inside[-1]) + 1) if len(inside) > 1 else None


def rows_between(track: pd.DataFrame, window: tuple[float, float]) -> tuple[int, int] | None:
    """Rows (start, stop) that hold a window in seconds since the first point, its ends included; None for none."""
    seconds = elapsed(track)
    if not len(seconds):
        return None
    start = max(int(np.searchsorted(seconds, window[0], "right")) - 1, 0)
    stop = min(int(np.searchsorted(seconds, window[1], "left")) + 1, len(seconds))
    return (start, stop) if stop - start > 1 else None


def brushed(
    spec: dict, track: pd.DataFrame, rows: tuple[int, int], units: Units, x: str = "distance"
) -> dict:
    """The timeline with its brush over these rows from the beginning."""
    along, _ = position(track, units, x)
    ends = [round(float(along[row]), 4) for row in (rows[0], rows[1] - 1)]
    cross, *rest = spec["layer"]
    rule, *marks = cross["layer"]
    hover, brush = rule["params"]
    rule = rule | {"params": [hover, brush | {"value": {"x": ends}}]}
    return spec | {"layer": [cross | {"layer": [rule, *marks]}, *rest]}


def _to_pixels(row: Series, top: float, values: np.ndarray) -> np.ndarray:
    """Pixels from the top of the chart; a value outside the row's bounds is drawn at its edge."""
    lo, hi = row.bounds
    share = np.clip((values - lo) / (hi - lo), 0.0, 1.0)
    return top + ROW * (share if row.is_pace else 1.0 - share)


def _pixels(row: Series, top: float) -> np.ndarray:
    return np.round(_to_pixels(row, top, row.values), 1)


def _line(row: Series, along: np.ndarray, y: np.ndarray, time: np.ndarray, top: int) -> list[dict]:
    """The layers of one row. A long, restless series gets a calm line over a faint picture of every peak."""
    base = top + ROW
    if row.key == "altitude":
        fill = {
            "gradient": "linear", "x1": 1, "y1": 1, "x2": 1, "y2": 0,
            "stops": [{"offset": 0, "color": row.colour + "14"}, {"offset": 1, "color": row.colour + "73"}],
        }  # fmt: skip
        mark = {"type": "area", "color": fill, "line": {"color": row.colour, "strokeWidth": 1.4}}
        return [_layer(row, mark, *_thin(along, y, time, POINTS), y2=base)]
    line = {"type": "line", "color": row.colour, "strokeWidth": 1.4, "strokeJoin": "round"}
    if row.key in {"heart_rate", "temperature"} or len(y) < 3 * POINTS:
        return [_layer(row, line, *_thin(along, y, time, POINTS))]
    calm = smooth(y, len(y) // 300)
    return [
        _layer(row, line | {"opacity": 0.3, "strokeWidth": 0.8}, *_thin(along, y, time, POINTS)),
        _layer(row, line, *_thin(along, calm, time, POINTS // 2)),
    ]


def _layer(row: Series, mark: dict, x: np.ndarray, y: np.ndarray, y2: int | None = None) -> dict:
    encoding: dict[str, dict] = {"x": {"field": "x"}, "y": {"field": "y"}}
    if y2 is not None:
        encoding["y2"] = {"datum": y2}
    return {
        "name": f"{row.key}_{'area' if y2 is not None else 'line' if 'opacity' not in mark else 'peaks'}",
        "data": {"values": [{"x": _numbers(x), "y": _numbers(y)}]},
        "transform": [{"flatten": ["x", "y"]}],
        "mark": mark | {"tooltip": None, "clip": True, "aria": False},
        "encoding": encoding,
    }


def _thin(x: np.ndarray, y: np.ndarray, time: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """MinMaxLTTB, which keeps every peak; a NaN between two points that a pause parts."""
    known = np.flatnonzero(np.isfinite(y) & np.isfinite(x))
    x, y, pause = x[known], np.ascontiguousarray(y[known]), breaks(time[known])
    kept = np.arange(len(y))
    if len(y) > n:
        kept = tsdownsample.MinMaxLTTBDownsampler().downsample(y, n_out=n).astype(int)
        edges = np.flatnonzero(pause)
        if len(edges) <= n // 4:
            kept = np.union1d(kept, np.concatenate((edges, edges - 1)))
    part = np.cumsum(pause)[kept]
    cuts = np.flatnonzero(np.diff(part)) + 1
    return np.insert(x[kept], cuts, x[kept][cuts]), np.insert(y[kept], cuts, np.nan)


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if v != v else v for v in np.round(values, 4).tolist()]


def _crosshair(
    rows: list[Series],
    along: np.ndarray,
    time: np.ndarray,
    x: str,
    units: Units,
    zone: dates.Zone,
    height: int,
) -> dict:
    """Rule, dots and figures at the pointer. The rule is the first layer: a line cannot carry "nearest"."""
    known = np.flatnonzero(np.isfinite(along))
    known = known[np.unique(along[known], return_index=True)[1]]  # one stop where the person stood still
    wanted = np.linspace(along[known[0]], along[known[-1]], STOPS)
    at = known[np.unique(np.clip(np.searchsorted(along[known], wanted), 0, len(known) - 1))]
    seconds = (time[at] - time[known[0]]) / np.timedelta64(1, "s")
    columns: dict[str, list] = {"x": _numbers(along[at])}
    columns["Time"] = [fmt.duration(s) for s in seconds]
    if x == "distance":
        columns["Distance"] = [fmt.number(v, 2, units.distance) for v in along[at]]
    columns["Clock"] = dates.clocks(time[at], zone)
    tips = [*list(columns)[1:], *(row.label for row in rows)]
    layers: list[dict] = []
    for i, row in enumerate(rows):
        top = i * (HEAD + ROW + FOOT) + HEAD
        columns[row.label] = [row.text(v) for v in row.values[at].tolist()]
        columns[f"y{i}"] = _numbers(_pixels(row, top)[at])
        dot = {"type": "point", "filled": True, "size": 42, "color": row.colour, "tooltip": None}
        text = {"type": "text", "align": "right", "baseline": "alphabetic", "fontSize": 12, "tooltip": None}
        now = [{"filter": {"param": "hover", "empty": False}}]
        layers.append({
            "name": f"{row.key}_dot", "transform": now, "mark": dot,
            "encoding": {"x": {"field": "x"}, "y": {"field": f"y{i}"}},
        })  # fmt: skip
        layers.append({
            "name": f"{row.key}_value", "transform": now,
            "mark": text | {"color": row.colour, "fontWeight": 600},
            "encoding": {"x": {"value": "width"}, "y": {"datum": top - 9}, "text": {"field": row.label}},
        })  # fmt: skip
    hover = {"type": "point", "fields": ["x"], "nearest": True, "on": "pointermove", "clear": "pointerleave"}
    brush = {"type": "interval", "encodings": ["x"], "zoom": False,
             "mark": {"fill": _GREY, "fillOpacity": 0.18, "stroke": _GREY, "strokeOpacity": 0.6}}  # fmt: skip
    rule = {
        "name": "crosshair",
        "params": [{"name": "hover", "select": hover}, {"name": "range", "select": brush}],
        "mark": {"type": "rule", "aria": False, "color": _GREY, "strokeWidth": 1},
        "encoding": {
            "x": {"field": "x"}, "y": {"datum": 0}, "y2": {"datum": height},
            "opacity": {"condition": {"param": "hover", "empty": False, "value": 0.9}, "value": 0},
            "tooltip": [{"field": name, "type": "nominal"} for name in tips],
        },
    }  # fmt: skip
    return {
        "data": {"values": [columns]},
        "transform": [{"flatten": list(columns)}],
        "layer": [rule, *layers],
    }


def _titles(heads: list[dict]) -> dict:
    return {
        "name": "titles",
        "data": {"values": heads},
        "mark": {"type": "text", "align": "left", "baseline": "alphabetic", "fontSize": 12, "fontWeight": 600,
                 "tooltip": None},
        "encoding": {
            "x": {"value": 0}, "y": {"field": "y"}, "text": {"field": "label", "type": "nominal"},
            "color": {"field": "colour", "type": "nominal", "scale": None},
        },
    }  # fmt: skip


def _x_axis(along: np.ndarray, x: str, units: Units) -> dict:
    lo, hi = float(np.nanmin(along)), float(np.nanmax(along))
    labels = dict(distance_ticks(lo, hi, units.distance) if x == "distance" else time_ticks(lo, hi))
    return {
        "type": "quantitative", "title": None,
        "scale": {"domain": [round(lo, 4), round(hi, 4)], "nice": False, "zero": False},
        "axis": {
            "values": list(labels), "labelExpr": _lookup(labels), "grid": False, "domain": False,
            "ticks": False, "labelPadding": 4, "labelOverlap": True, "labelFontSize": 11,
            "labelFlush": True,
        },
    }  # fmt: skip


def _lookup(labels: dict) -> str:
    """A Vega expression that says each tick's label; ticks are whole numbers or short decimals."""
    pairs = ",".join(f"'{key}':'{text}'" for key, text in labels.items())
    return f"({{{pairs}}})[datum.value]"
