"""The timeline of an activity: one row per quantity, one crosshair through all of them, one brush called "range".

The chart is a single Vega-Lite view. Its rows are bands of one pixel axis, so that one rule, one tooltip and one brush
span them all, labels stand outside the plot at any width, and nothing needs to be synchronised.
Altair builds its shape once (timeline_shape); this file fills in the numbers.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import tsdownsample

from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.activities.along import position, rows_between, stretch
from milevault_core.view.activities.series import Series, available, breaks, series, smooth
from milevault_core.view.activities.timeline_shape import FOOT, HEAD, ROW, Row, shape, top_of
from milevault_core.view.axes import distance_ticks, ticks, time_ticks
from milevault_core.view.format import Units

__all__ = [
    "FOOT",
    "HEAD",
    "POINTS",
    "ROW",
    "STOPS",
    "brushed",
    "position",
    "rows_between",
    "stretch",
    "timeline",
]

POINTS = 900  # per series; more than a screen has pixels for
STOPS = 500  # of the crosshair
_RESTFUL = {"heart_rate", "temperature"}  # smooth enough to need no calm line over faint peaks


def timeline(
    track: pd.DataFrame,
    units: Units = fmt.METRIC,
    zone: dates.Zone = None,
    sport: str = "",
    x: str = "distance",
    more: Sequence[Series] = (),
    window: tuple[int, int] | None = None,
    only: Sequence[str] | None = None,
) -> dict:
    """A Vega-Lite spec, ready for `st.vega_lite_chart(spec, selection_mode="range")`.

    track: milevault_core.track.table, in order of time. x: "distance", "time" or "moving" (`along.position`). more:
    rows below those of the track (activities.channels.rows). window: only these rows (start, stop), in full
    resolution. only: the columns to draw (None: all that have values). An empty dict if there is nothing to draw.
    """
    keys = [key for key in available(track, sport) if only is None or key in only]
    along, x = position(track, units, x, sport)
    start, stop = window or (0, len(track))
    if not (keys or more) or stop - start < 2 or np.isfinite(along[start:stop]).sum() < 2:
        return {}
    rows = [*(series(track, key, units, sport) for key in keys), *more]
    part = slice(start, stop)
    time = track["time"].to_numpy()
    since = time[np.flatnonzero(np.isfinite(along))[0]]
    rows, along, time = [row.cut(part) for row in rows], along[part], time[part]
    restless = len(along) >= 3 * POINTS
    made = tuple(Row(row.key, row.label, row.colour, _form(row, restless)) for row in rows)
    heads = ("Time", "Distance", "Clock") if x == "distance" else ("Time", "Clock")
    poured = {"pointer": _pointer(rows, along, time, since, x, units, zone), "titles": _titles(rows)}
    labels: dict[float, str] = {}
    for number, (row, drawn) in enumerate(zip(rows, made, strict=True)):
        top = top_of(number)
        poured |= _lines(drawn, along, _pixels(row, top), time)
        for value, text in ticks(row):
            labels[round(float(_to_pixels(row, top, np.array([value]))[0]))] = text
    return _pour(shape(made, heads), poured, _x_axis(along, x, units), labels)


def _pour(spec: dict, data: dict[str, list], x: dict, labels: dict[float, str]) -> dict:
    """The shape with its numbers: data by layer name, the x axis, and the labels of the y axis."""
    layers = [layer | {"data": {"values": data[layer["name"]]}} for layer in spec["layer"]]
    encoding = {name: dict(channel) for name, channel in spec["encoding"].items()}
    encoding["x"]["axis"] = encoding["x"]["axis"] | x["axis"]
    encoding["x"]["scale"] = encoding["x"]["scale"] | x["scale"]
    encoding["y"]["axis"] = encoding["y"]["axis"] | {"values": list(labels), "labelExpr": _lookup(labels)}
    return spec | {"layer": layers, "encoding": encoding}


def brushed(
    spec: dict, track: pd.DataFrame, rows: tuple[int, int], units: Units, x: str = "distance", sport: str = ""
) -> dict:
    """The timeline with these rows selected initially."""
    along, _ = position(track, units, x, sport)
    ends = [round(float(along[row]), 4) for row in (rows[0], rows[1] - 1)]
    hover, brush = spec["params"]
    return spec | {"params": [hover, brush | {"value": {"x": ends}}]}


def _form(row: Series, restless: bool) -> str:
    if row.key == "altitude":
        return "area"
    return "peaks" if restless and row.key not in _RESTFUL else "line"


def _to_pixels(row: Series, top: float, values: np.ndarray) -> np.ndarray:
    """Pixels from the top of the chart; a value outside the row's bounds is drawn at its edge."""
    lo, hi = row.bounds
    share = np.clip((values - lo) / (hi - lo), 0.0, 1.0)
    return top + ROW * (share if row.is_pace else 1.0 - share)


def _pixels(row: Series, top: float) -> np.ndarray:
    return np.round(_to_pixels(row, top, row.values), 1)


def _lines(row: Row, along: np.ndarray, y: np.ndarray, time: np.ndarray) -> dict[str, list]:
    """The data of one row's layers. A long, restless series gets a calm line over a faint picture of every peak."""
    if row.form != "peaks":
        return {f"{row.key}_{row.form}": _columns(*_thin(along, y, time, POINTS))}
    calm = smooth(y, len(y) // 300)
    return {
        f"{row.key}_peaks": _columns(*_thin(along, y, time, POINTS)),
        f"{row.key}_line": _columns(*_thin(along, calm, time, POINTS // 2)),
    }


def _columns(x: np.ndarray, y: np.ndarray) -> list[dict]:
    return [{"x": _numbers(x), "y": _numbers(y)}]


def _thin(x: np.ndarray, y: np.ndarray, time: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Downsampled by MinMaxLTTB, which keeps every peak, with a NaN between two points separated by a pause."""
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


def _pointer(
    rows: list[Series],
    along: np.ndarray,
    time: np.ndarray,
    since: np.datetime64,
    x: str,
    units: Units,
    zone: dates.Zone,
) -> list[dict]:
    """The crosshair's stops: position, tooltip, and a dot in each row."""
    known = np.flatnonzero(np.isfinite(along))
    known = known[np.unique(along[known], return_index=True)[1]]  # one stop while the person stood still
    wanted = np.linspace(along[known[0]], along[known[-1]], STOPS)
    at = known[np.unique(np.clip(np.searchsorted(along[known], wanted), 0, len(known) - 1))]
    seconds = (time[at] - since) / np.timedelta64(1, "s")
    columns: dict[str, list] = {"x": _numbers(along[at])}
    columns["Time"] = [fmt.duration(s) for s in seconds]
    if x == "distance":
        columns["Distance"] = [fmt.number(v, 2, units.distance) for v in along[at]]
    columns["Clock"] = dates.clocks(time[at], zone)
    for number, row in enumerate(rows):
        columns[row.label] = _texts(row, row.values[at].tolist())
        columns[f"y{number}"] = _numbers(_pixels(row, top_of(number))[at])
    return [columns]


def _texts(row: Series, values: list[float]) -> list[str]:
    """Each value as text, formatted once: heart rates and powers repeat the same whole numbers."""
    known = {value: row.text(value) for value in set(values) if value == value}
    return [known[value] if value == value else row.text(value) for value in values]


def _titles(rows: Sequence[Series]) -> list[dict]:
    return [
        {
            "label": ", ".join(filter(None, (row.label, row.unit))),
            "y": top_of(number) - 9,
            "colour": row.colour,
        }
        for number, row in enumerate(rows)
    ]


def _x_axis(along: np.ndarray, x: str, units: Units) -> dict:
    lo, hi = float(np.nanmin(along)), float(np.nanmax(along))
    labels = dict(distance_ticks(lo, hi, units.distance) if x == "distance" else time_ticks(lo, hi))
    return {
        "scale": {"domain": [round(lo, 4), round(hi, 4)]},
        "axis": {"values": list(labels), "labelExpr": _lookup(labels)},
    }


def _lookup(labels: dict) -> str:
    """A Vega expression that returns each tick's label; ticks are whole numbers or short decimals."""
    pairs = ",".join(f"'{key}':'{text}'" for key, text in labels.items())
    return f"({{{pairs}}})[datum.value]"
