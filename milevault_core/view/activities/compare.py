"""Two to four activities on one axis: a chart for each quantity that at least two of them have, and their figures side
by side. Altair builds the chart's shape once; the numbers are filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd
import tsdownsample

from milevault_core.view import dates, shapes
from milevault_core.view import format as fmt
from milevault_core.view.activities.along import position
from milevault_core.view.activities.provenance import HEAD, label, say
from milevault_core.view.activities.series import Series, available, breaks, series
from milevault_core.view.axes import distance_ticks, ticks, time_ticks
from milevault_core.view.format import Units
from milevault_core.view.parts import lines
from milevault_core.view.parts.text import address, day_page, escape
from milevault_core.view.tables import in_order

MOST = 4
POINTS = 700  # per line
COLOURS = ("#2f7fe0", "#d9542b", "#0f9580", "#9168e0")  # colour-blind people can tell them apart
_PIXELS = 190  # including its title and its axis


class Track(NamedTuple):
    name: str
    sport: str
    track: pd.DataFrame


@lru_cache(maxsize=64)
def shape(title: str, names: tuple[str, ...]) -> dict[str, Any]:
    """A chart of one quantity without numbers, one line per activity. The result is shared: never change it."""
    x = alt.X("x:Q", title=None, scale=alt.Scale(nice=False, zero=False),
              axis=alt.Axis(grid=False, domain=False, ticks=False, labelOverlap=True, labelFlush=True))  # fmt: skip
    y = alt.Y("y:Q", title=None, scale=alt.Scale(nice=False, zero=False),
              axis=alt.Axis(domain=False, ticks=False, gridOpacity=0.6, labelOverlap=False, minExtent=40))  # fmt: skip
    colour = alt.Color(
        "a:N", scale=alt.Scale(domain=list(names), range=list(COLOURS[: len(names)])), legend=None
    )
    tips = [alt.Tooltip("a:N", title=" "), alt.Tooltip("at:N", title="At"), alt.Tooltip("t:N", title=title)]
    lines = (
        alt.Chart(alt.NamedData(name="lines"))
        .transform_flatten(["x", "y", "at", "t"])
        .mark_line(strokeWidth=1.5, strokeJoin="round", clip=True)
        .encode(x=x, y=y, color=colour, tooltip=tips)
    )
    # One layer: from a single view Streamlit takes the data out, and passes it on in a form that cannot be flattened.
    chart = alt.layer(lines).properties(
        height=_PIXELS, title=alt.Title(title, anchor="start", fontSize=12, offset=4)
    )  # fmt: skip
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("data")  # Altair moves it out of the layer
    spec["config"] = shapes.CONFIG
    return spec


def charts(tracks: Sequence[Track], units: Units, x: str = "distance") -> list[tuple[str, dict]]:
    """(key, Vega-Lite spec) of each quantity that at least two of the activities have. x: as for along.position."""
    places = [position(one.track, units, x, one.sport) for one in tracks]
    kind = "distance" if all(k == "distance" for _, k in places) else "time"
    if kind != x and x == "distance":  # one of them has no distance: all are shown over time
        x = "time"
        places = [position(one.track, units, x, one.sport) for one in tracks]
    names = _apart([one.name for one in tracks])
    held = [available(one.track, one.sport) for one in tracks]
    made: list[tuple[str, dict]] = []
    for key in dict.fromkeys(k for keys in held for k in keys):
        which = [i for i, keys in enumerate(held) if key in keys]
        if len(which) > 1:
            made.append((key, _poured(key, which, tracks, places, names, units, x)))
    return made


def _apart(names: Sequence[str]) -> list[str]:
    """Unique names: the second "Morning run" becomes "Morning run (2)"."""
    out: list[str] = []
    for name in names:
        count = sum(one.rsplit(" (", 1)[0] == name for one in out)
        out.append(f"{name} ({count + 1})" if count else name)
    return out


def _poured(
    key: str, which: list[int], tracks: Sequence[Track], places: list, names: list[str], units: Units, x: str,
) -> dict:  # fmt: skip
    rows = _alike([series(tracks[i].track, key, units, tracks[i].sport) for i in which], tracks, which, units)
    first = rows[0]
    data = []
    for i, row in zip(which, rows, strict=True):
        along, _ = places[i]
        at, values = _thin(along, row.values, tracks[i].track["time"].to_numpy())
        data.append({
            "a": names[i], "x": _numbers(at), "y": _numbers(values), "t": [row.text(v) for v in values.tolist()],
            "at": [fmt.number(v, 2, units.distance) if x == "distance" else fmt.duration(v) for v in at.tolist()],
        })  # fmt: skip
    low = min(row.bounds[0] for row in rows)
    high = max(row.bounds[1] for row in rows)
    ends = [along[np.isfinite(along)] for along, _ in places]
    lo, hi = min(float(e[0]) for e in ends if len(e)), max(float(e[-1]) for e in ends if len(e))
    labels_x = dict(distance_ticks(lo, hi, units.distance) if x == "distance" else time_ticks(lo, hi))
    labels_y = dict(ticks(_with_bounds(first, low, high)))
    title = ", ".join(filter(None, (first.label, " or ".join(dict.fromkeys(row.unit for row in rows)))))
    spec = shape(title, tuple(names))
    (layer,) = spec["layer"]
    encoding = dict(layer["encoding"]) | {name: dict(layer["encoding"][name]) for name in ("x", "y")}
    encoding["x"]["scale"] = encoding["x"]["scale"] | {"domain": [lo, hi]}
    encoding["x"]["axis"] = encoding["x"]["axis"] | {"values": list(labels_x), "labelExpr": _lookup(labels_x)}
    encoding["y"]["scale"] = encoding["y"]["scale"] | {
        "domain": [low, high],
        "reverse": first.is_pace,
        "clamp": True,
    }
    encoding["y"]["axis"] = encoding["y"]["axis"] | {"values": list(labels_y), "labelExpr": _lookup(labels_y)}
    return spec | {"layer": [layer | {"data": {"values": data}, "encoding": encoding}]}


def _alike(rows: list[Series], tracks: Sequence[Track], which: list[int], units: Units) -> list[Series]:
    """The rows, in one unit if one fits all of them: a pace beside a speed becomes a speed. Steps and turns have no
    common unit, so the chart's title names both."""
    if rows[0].key == "speed" and len({row.unit for row in rows}) > 1:
        return [series(tracks[i].track, "speed", units) for i in which]
    return rows


def _with_bounds(row, low: float, high: float):

    return replace(row, bounds=(low, high))


def _thin(x: np.ndarray, y: np.ndarray, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    x, y, pause = x[known], np.ascontiguousarray(y[known]), breaks(time[known])
    if len(y) <= POINTS:
        kept = np.arange(len(y))
    else:
        kept = tsdownsample.MinMaxLTTBDownsampler().downsample(y, n_out=POINTS).astype(int)
    cuts = np.flatnonzero(np.diff(np.cumsum(pause)[kept])) + 1
    return np.insert(x[kept], cuts, x[kept][cuts]), np.insert(y[kept], cuts, np.nan)


def _numbers(values: np.ndarray) -> list[float | None]:
    return [None if v != v else v for v in np.round(values, 3).tolist()]


def _lookup(labels: dict) -> str:
    return "({" + ",".join(f"'{key}':'{text}'" for key, text in labels.items()) + "})[datum.value]"


def legend(activities: Sequence[Mapping], names: Sequence[str]) -> str:
    """The activities' names as links, each with the colour of its lines, as HTML."""
    told = _apart(names)
    hrefs = {
        name: address("/activity", {"id": one["id"]}) for name, one in zip(told, activities, strict=True)
    }
    return lines.keys(dict(zip(told, COLOURS, strict=False)), hrefs)


def days(activities: Sequence[Mapping]) -> str:
    """Links to the days of the activities whose dates are known, as HTML."""
    told = sorted({one["local_day"] for one in activities if not one["date_doubted"]})
    if not told:
        return ""
    ways = " · ".join(f'<a href="{escape(day_page(day))}">{escape(dates.short_day(day))}</a>' for day in told)
    return f"<p>{'The day' if len(told) == 1 else 'The days'}: {ways}</p>"


def figure_table(activities: Sequence[Mapping], names: Sequence[str], units: Units) -> pd.DataFrame:
    """The figures side by side: one row per activity and one sortable column per figure; figures that none of them has
    are left out."""
    columns = {}
    for name in (*HEAD, "max_heart_rate", "max_power", "descent_m"):
        texts = [say(name, one[name], units, one["sport"]) for one in activities]
        if set(texts) != {fmt.MISSING}:
            columns[label(name, activities[0]["sport"])] = texts
    return in_order(pd.DataFrame(columns, index=pd.Index(names, name="Activity")))
