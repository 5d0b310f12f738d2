"""Charts of the Records page: how a record improved over the years, and the curves of power, pace and heart rate.
Altair builds their shapes (shapes.py); this file fills in the numbers."""

import math
from datetime import date

import numpy as np
import pandas as pd

from milevault_core.records import KINDS
from milevault_core.view import format as fmt
from milevault_core.view.axes import time_step
from milevault_core.view.format import Units
from milevault_core.view.records import shapes
from milevault_core.view.records import texts as say
from milevault_core.view.shapes import poured

_CLOCK = (
    "datum.value >= 3600 ? floor(datum.value/3600) + ':' + pad(toString(floor(datum.value%3600/60)),2,'0','left') + "
    "':' + pad(toString(floor(datum.value%60)),2,'0','left') : floor(datum.value/60) + ':' + "
    "pad(toString(floor(datum.value%60)),2,'0','left')"
)
_SPANS = {"all": "All time", "year": "This year", "recent": "Last 42 days"}
_CURVE_SECTIONS = {"power": "power", "speed": "times", "heart_rate": "heart_rate"}
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
    """Vega-Lite spec of one record: improvements as steps up to today, and a dot for each year's best. Better is up.

    rows: those of one kind and key (view.records.tables.chosen).
    """
    if rows.empty:
        return {}
    kind, sport = rows["kind"].iloc[0], rows["sport"].iloc[0]
    is_time = KINDS[kind].quantity in ("time", "duration")
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
    if not say.is_timed(kind):
        tips = [tip for tip in tips if tip[0] != "rate"]
    axis = _clock([p["value"] for p in points]) if is_time else {}
    shape = shapes.progression(_unit(kind, sport, units), KINDS[kind].lower_is_better, tuple(tips))
    of = {True: [p for p in points if p["of"] == "Record"], False: [p for p in points if p["of"] != "Record"]}
    layers = {"stair": stair, "bests": of[False], "records": of[True]}
    data = {name: {"data": {"values": rows}} for name, rows in layers.items()}
    return poured(shape, {"encoding": {"y": {"axis": axis}}, "layer": data})


def _clock(seconds: list) -> dict:
    """An axis of times: round clock steps, labelled 4:30 and 1:02:00."""
    low, high = min(seconds), max(seconds)
    step = time_step(max(high - low, 1.0), 5)
    first = math.floor(low / step)
    return {
        "labelExpr": _CLOCK,
        "values": [n * step for n in range(first, math.ceil(high / step) + 1)],
    }


def _scaled(kind: str, value: float, units: Units) -> float:
    match KINDS[kind].quantity:
        case "distance":
            return round(value / units.distance_m, 3)
        case "altitude":
            return round(value / units.altitude_m, 1)
    return round(value, 2)


def _unit(kind: str, sport: str, units: Units) -> str | None:
    match KINDS[kind].quantity:
        case "distance":
            return units.distance
        case "altitude":
            return units.altitude
        case "time" | "duration" | "days" | "weeks":
            return None
    return KINDS[kind].unit or None


def curve_titles(sport: str, section: str) -> dict[str, str]:
    """The curves that belong to a section of records ("": all curves): name -> title."""
    names = [name for name, its in _CURVE_SECTIONS.items() if section in ("", its)]
    titles = {
        "power": "Power curve",
        "speed": f"{fmt.rate_label(sport)} curve",
        "heart_rate": "Heart rate curve",
    }
    if sport == "all" or fmt.pace_kind(sport) == "none":
        titles.pop("speed")
    return {name: title for name, title in titles.items() if name in names and sport != "all"}


def curve(best: pd.DataFrame, name: str, sport: str, units: Units) -> dict:
    """Vega-Lite spec of records.curve.best_curves: the best mean over each duration, one line per span."""
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
    longest = int(best["duration_s"].max())
    ticks = {t: text for t, text in _DURATIONS.items() if t <= longest}
    labels = {str(t): text for t, text in ticks.items()}
    spans = tuple(s for s in _SPANS.values() if any(row["span"] == s for row in rows))
    x = {"axis": {"values": list(ticks), "labelExpr": f"{labels!r}[datum.value]"}}
    y = {"axis": _clock([row["v"] for row in rows]) if pace else {}}
    shape = shapes.curve(titles[name], pace, spans)
    return poured(shape, {"data": {"values": rows}, "encoding": {"x": x, "y": y}})
