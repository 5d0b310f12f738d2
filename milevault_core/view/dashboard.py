"""Figures and the chart of the dashboard, from day totals."""

from datetime import date, timedelta

import pandas as pd

from milevault_core.view import format as fmt
from milevault_core.view import words
from milevault_core.view.format import Units

WEEKS = 12


def _week_sums(totals: pd.DataFrame, monday: date) -> pd.Series:
    days = pd.to_datetime(totals["day"]).dt.date if len(totals) else totals["day"]
    inside = (days >= monday) & (days < monday + timedelta(days=7))
    return totals.loc[inside, ["activity_count", "moving_s", "distance_m", "ascent_m"]].sum()


def week_figures(totals: pd.DataFrame, monday: date, units: Units) -> list[tuple[str, str, str]]:
    """(label, value, comparison with last week) of the week that begins on `monday`."""
    now, before = _week_sums(totals, monday), _week_sums(totals, monday - timedelta(days=7))
    say = {
        "Time this week": lambda s: fmt.duration(s["moving_s"]),
        "Distance this week": lambda s: fmt.distance(s["distance_m"], units),
        "Climb this week": lambda s: fmt.altitude(s["ascent_m"], units),
        "Activities this week": lambda s: fmt.number(s["activity_count"]),
    }
    return [(label, text(now), f"{text(before)} last week") for label, text in say.items()]


def weeks_chart(totals: pd.DataFrame, monday: date) -> dict:
    """Vega-Lite spec: stacked hours a week by sport over the last twelve weeks; empty weeks keep their place."""
    days = pd.to_datetime(totals["day"])
    week = (days - pd.to_timedelta(days.dt.weekday, unit="D")).dt.strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        {"week": week, "sport": totals["sport"].map(words.sport_label), "hours": totals["moving_s"] / 3600}
    )
    rows = frame.groupby(["week", "sport"], as_index=False)["hours"].sum().round(2).to_dict("records")
    weeks = [monday - timedelta(weeks=n) for n in reversed(range(WEEKS))]
    labels = {str(w): f"{w.day} {w:%b}" for w in weeks}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "height": 190,
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "week", "type": "ordinal", "title": None, "scale": {"domain": list(labels)},
                "axis": {"labelAngle": 0, "labelOverlap": True, "ticks": False, "domain": False,
                         "labelExpr": f"{labels!r}[datum.value]"},
            },
            "y": {"field": "hours", "type": "quantitative", "title": "Hours",
                  "axis": {"tickCount": 4, "domain": False, "ticks": False}},
            "color": {"field": "sport", "type": "nominal", "title": None,
                      "legend": {"orient": "bottom", "columns": 3}},  # that many fit a phone's width
            "tooltip": [{"field": "sport", "title": "Sport"}, {"field": "hours", "title": "Hours"}],
        },
        "config": {"view": {"stroke": None}},
    }  # fmt: skip
