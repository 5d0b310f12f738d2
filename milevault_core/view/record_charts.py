"""Charts of the Records page: how a record came about over the years, and the curves of power, pace and heart rate.
Specs are dicts for `st.vega_lite_chart`."""

import math
from datetime import date

import numpy as np
import pandas as pd

from milevault_core.records import KINDS
from milevault_core.view import format as fmt
from milevault_core.view import record_words as say
from milevault_core.view.axes import time_step
from milevault_core.view.format import Units

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_CLOCK = (
    "datum.value >= 3600 ? floor(datum.value/3600) + ':' + pad(toString(floor(datum.value%3600/60)),2,'0','left') + "
    "':' + pad(toString(floor(datum.value%60)),2,'0','left') : floor(datum.value/60) + ':' + "
    "pad(toString(floor(datum.value%60)),2,'0','left')"
)
_GREY = "#868e96"
_SPANS = {"all": "All time", "year": "This year", "recent": "Last 42 days"}
_DURATIONS = {
    1: "1 s",
    5: "5 s",
    15: "15 s",
    60: "1 min",
    300: "5 min",
    1_200: "20 min",
    3_600: "1 h",
    10_800: "3 h",
}


def progression(rows: pd.DataFrame, units: Units, today: date) -> dict:
    """Vega-Lite spec of one record: a stair of improvements up to today, and a dot for each year's best. Better is up.

    rows: those of one kind and key (view.records.chosen).
    """
    if rows.empty:
        return {}
    kind, sport = rows["kind"].iloc[0], rows["sport"].iloc[0]
    is_time = KINDS[kind].unit == "s"
    points = [
        {
            "day": f"{pd.Timestamp(r.day):%Y-%m-%d}T12:00:00",
            "value": _scaled(kind, r.value, units),
            "text": say.value(r.kind, r.value, sport, units),
            "rate": say.rate(r.kind, r.key, r.value, sport, units),
            "when": say.when(r.kind, r.key, r.day, r.last_day),
            "of": "Record" if r.is_improvement else "Best of the year",
        }
        for r in rows.itertuples(index=False)
    ]
    stair = [
        {"day": p["day"], "value": p["value"]}
        for p, better in zip(points, rows["is_improvement"], strict=True)
        if better
    ]
    if stair:
        stair.append({"day": f"{today}T12:00:00", "value": stair[-1]["value"]})
    tips = [("when", "When"), ("text", "Value"), ("rate", "Pace or speed"), ("of", "")]
    if kind not in ("best_time", "fastest_lap"):
        tips = [tip for tip in tips if tip[0] != "rate"]
    axis: dict = {"domain": False, "ticks": False, "tickCount": 5, "gridOpacity": 0.6}
    if is_time and points:
        axis |= _clock([p["value"] for p in points])
    lower = KINDS[kind].lower_is_better
    return {
        "$schema": _SCHEMA,
        "height": 260,
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None,
                  "axis": {"domain": False, "ticks": False, "grid": False, "labelOverlap": True}},
            "y": {"field": "value", "type": "quantitative", "title": _unit(kind, sport, units),
                  "scale": {"zero": False, "reverse": lower, "padding": 12}, "axis": axis},
        },
        "layer": [
            {"name": "stair", "data": {"values": stair},
             "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2, "opacity": 0.55}},
            {"name": "bests", "data": {"values": [p for p in points if p["of"] != "Record"]},
             "mark": {"type": "point", "filled": False, "size": 46, "color": _GREY},
             "encoding": {"tooltip": [{"field": f, "title": t} for f, t in tips]}},
            {"name": "records", "data": {"values": [p for p in points if p["of"] == "Record"]},
             "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
             "encoding": {"tooltip": [{"field": f, "title": t} for f, t in tips]}},
        ],
        "config": {"view": {"stroke": None}},
    }  # fmt: skip


def _clock(seconds: list) -> dict:
    """An axis of times: round steps of a clock, as 4:30 and 1:02:00."""
    low, high = min(seconds), max(seconds)
    step = time_step(max(high - low, 1.0), 5)
    first = math.floor(low / step)
    return {
        "labelExpr": _CLOCK,
        "values": [n * step for n in range(first, math.ceil(high / step) + 1)],
    }


def _scaled(kind: str, value: float, units: Units) -> float:
    if kind in ("longest_distance", "most_distance"):
        return round(value / units.distance_m, 3)
    if kind in ("most_climb", "biggest_climb", "highest_altitude", "most_ascent"):
        return round(value / units.altitude_m, 1)
    return round(value, 2)


def _unit(kind: str, sport: str, units: Units) -> str | None:
    if kind in ("longest_distance", "most_distance"):
        return units.distance
    if kind in ("most_climb", "biggest_climb", "highest_altitude", "most_ascent"):
        return units.altitude
    return {"power": "W", "heart_rate": "bpm"}.get(kind)


def curve_titles(sport: str, section: str) -> dict[str, str]:
    """The curves that go with a section of records ("": all of them): name -> title."""
    names = {"": ("power", "speed", "heart_rate"), "times": ("speed",)}.get(section, (section,))
    titles = {
        "power": "Power curve",
        "speed": f"{fmt.rate_label(sport)} curve",
        "heart_rate": "Heart rate curve",
    }
    if sport == "all" or fmt.pace_kind(sport) == "none":
        titles.pop("speed")
    return {name: title for name, title in titles.items() if name in names and sport != "all"}


def curve(best: pd.DataFrame, name: str, sport: str, units: Units) -> dict:
    """Vega-Lite spec of records.curve.best_curves: the best mean over each duration, a line a span."""
    if best.empty:
        return {}
    pace = name == "speed" and fmt.pace_kind(sport).startswith("pace")
    values = best["value"].to_numpy(float)
    unit, metres = fmt.pace_unit(fmt.pace_kind(sport), units) if pace else ("", 1.0)
    if name == "speed":
        shown = metres / np.maximum(values, 0.05) if pace else values * 3_600.0 / units.distance_m
        texts = [fmt.rate(v, units, sport) for v in values]
    else:
        shown = values
        texts = [fmt.power(v) if name == "power" else fmt.heart_rate(v) for v in values]
    rows = [
        {
            "span": _SPANS[span],
            "t": int(t),
            "v": round(float(v), 2),
            "text": text,
            "over": fmt.duration(float(t)),
        }
        for span, t, v, text in zip(best["span"], best["duration_s"], shown, texts, strict=True)
    ]
    titles = {"power": "W", "heart_rate": "bpm", "speed": f"min /{unit}" if pace else units.speed}
    axis: dict = {"domain": False, "ticks": False, "tickCount": 5, "gridOpacity": 0.6}
    if pace:
        axis |= _clock([r["v"] for r in rows])
    longest = int(best["duration_s"].max())
    ticks = {t: text for t, text in _DURATIONS.items() if t <= longest}
    labels = {str(t): text for t, text in ticks.items()}
    return {
        "$schema": _SCHEMA,
        "height": 280,
        "data": {"values": rows},
        "mark": {"type": "line", "strokeWidth": 2, "interpolate": "monotone", "tooltip": True,
                 "point": {"size": 60, "opacity": 0}},
        "encoding": {
            "x": {"field": "t", "type": "quantitative", "title": None, "scale": {"type": "log", "nice": False},
                  "axis": {"values": list(ticks), "labelExpr": f"{labels!r}[datum.value]",
                           "domain": False, "ticks": False, "grid": False, "labelOverlap": True}},
            "y": {"field": "v", "type": "quantitative", "title": titles[name],
                  "scale": {"zero": False, "reverse": pace}, "axis": axis},
            "color": {"field": "span", "type": "nominal", "title": None, "sort": list(_SPANS.values()),
                      "scale": {"domain": [s for s in _SPANS.values() if any(r["span"] == s for r in rows)]},
                      "legend": {"orient": "top", "direction": "horizontal"}},
            "tooltip": [{"field": "span", "title": " "}, {"field": "over", "title": "Over"},
                        {"field": "text", "title": "Best"}],
        },
        "config": {"view": {"stroke": None}},
    }  # fmt: skip
