"""The dashboard's figures and chart, from daily totals: this week against your usual week and against last year."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from milevault_core.training import volume
from milevault_core.view import dates, texts, weeks_shape
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts import colours, lines
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.lines import Notice
from milevault_core.view.parts.text import address
from milevault_core.view.shapes import poured
from milevault_core.view.training import form as form_view

WEEKS = 26  # in the chart
USUAL = 12  # complete weeks whose median is "usual"
SUMS = ["moving_s", "distance_m", "ascent_m", "activity_count"]
LABELS = ("Time", "Distance", "Ascent", "Activities")


def first_day(today: date) -> date:
    """The first day whose totals the dashboard needs: the beginning of last year, or of the chart."""
    return min(date(today.year - 1, 1, 1), today - timedelta(weeks=WEEKS + 1))


def newest_day(latest: pd.DataFrame, today: date) -> date:
    """The day of the latest activity whose date is not doubted; today if there is none. latest: rows of
    queries.activities.recent."""
    days = [
        day
        for day, is_doubted in zip(latest["local_day"], latest["date_doubted"], strict=True)
        if not is_doubted and day <= today
    ]
    return max(days, default=today)


def _between(totals: pd.DataFrame, first: date, last: date) -> pd.Series:
    # In NumPy: the dashboard calls this thirty times, and the pandas equivalent takes most of its time.
    day = totals["day"].to_numpy()
    inside = (day >= np.datetime64(first)) & (day <= np.datetime64(last))
    return pd.Series([np.nansum(totals[name].to_numpy(float)[inside]) for name in SUMS], SUMS)


def prepared(totals: pd.DataFrame) -> pd.DataFrame:
    """Rows of queries.totals.by_day with days as Timestamps."""
    return totals.assign(day=pd.to_datetime(totals["day"]))


def texts_of(sums: pd.Series, units: Units) -> list[str]:
    """The four figures as text."""
    return [
        fmt.hours(sums["moving_s"]),
        fmt.distance(sums["distance_m"], units) if sums["distance_m"] else f"0 {units.distance}",
        fmt.altitude(sums["ascent_m"], units),
        fmt.number(sums["activity_count"]),
    ]


def week(totals: pd.DataFrame, today: date, units: Units) -> list[Figure]:
    """This week up to today against the same days of a usual week (median of twelve), with last year's figure below."""
    first = dates.week_of(today)
    now = _between(totals, first, today)
    before = [
        _between(totals, first - timedelta(weeks=n), today - timedelta(weeks=n)) for n in range(1, USUAL + 1)
    ]
    usual = pd.DataFrame(before).median()
    year_ago = _between(totals, first - timedelta(weeks=52), today - timedelta(weeks=52))
    whole = [
        _between(totals, first - timedelta(weeks=n), first - timedelta(weeks=n) + timedelta(days=6))
        for n in reversed(range(USUAL))
    ]
    made = []
    for n, (name, label) in enumerate(zip(SUMS, LABELS, strict=True)):
        off = float(now[name] - usual[name])
        size = usual.copy()
        size[name] = abs(off)
        less = "fewer" if name == "activity_count" else "less"
        more = "more" if off > 0 else less
        is_usual = abs(off) < 0.05 * max(float(usual[name]), 1e-9) or texts_of(size, units)[n][:2] in (
            "0 ",
            "0",
        )
        made.append(
            Figure(
                label,
                texts_of(now, units)[n],
                "as usual" if is_usual else f"{texts_of(size, units)[n]} {more} than usual",
                "" if is_usual else "up" if off > 0 else "down",
                spark=[float(w[name]) for w in whole],
                also=f"{texts_of(year_ago, units)[n] if year_ago['activity_count'] else 'nothing'} a year ago",
            )
        )
    return made


def month_and_year(totals: pd.DataFrame, today: date, units: Units) -> list[Figure]:
    """Time and distance of this month and this year so far, against the same days a year ago."""
    made = []
    for label, first in (
        (f"{dates.MONTHS[today.month - 1]}", today.replace(day=1)),
        (str(today.year), date(today.year, 1, 1)),
    ):
        now = _between(totals, first, today)
        then = _between(totals, first.replace(year=first.year - 1), _year_before(today))
        for n, name in enumerate(SUMS[:2]):
            off = float(now[name] - then[name])
            size = then.copy()
            size[name] = abs(off)
            than = f"{texts_of(size, units)[n]} {'more' if off > 0 else 'less'} than at this point in {today.year - 1}"
            made.append(
                Figure(f"{LABELS[n]} in {label}", texts_of(now, units)[n], than if then["activity_count"] else "",
                       ("up" if off > 0 else "down") if then["activity_count"] and off else "", about=name)
            )  # fmt: skip
    return made


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return date(day.year - 1, 2, 28)


LOAD_DAYS = 1000  # a load from longer ago changes fitness by less than a billionth of it


def first_load_day(today: date) -> date:
    """The first day whose load the dashboard needs."""
    return today - timedelta(days=LOAD_DAYS)


def form_line(loads: pd.DataFrame, today: date) -> str:
    """Fitness, fatigue and form in one line, as HTML; "" while no load is known. loads: rows of
    queries.training.daily_loads."""
    if not loads["load"].notna().any():
        return ""
    shown = form_view.form_figures(form_view.daily_form(loads, today))[:3]
    parts = [
        lines.InlineFigure(one.label, one.value, f"({one.than})" if one.than else "", one.means)
        for one in shown
    ]
    return lines.said(parts, address("/trends", {"show": "Fitness and form"}), "Trends")


def weeks_chart(totals: pd.DataFrame, today: date, is_dark: bool) -> dict:
    """Vega-Lite spec: stacked hours per week by sport over half a year; empty weeks keep their place. {} if empty."""
    first = dates.week_of(today)
    weeks = [first - timedelta(weeks=n) for n in reversed(range(WEEKS))]
    totals = totals[totals["day"] >= pd.Timestamp(weeks[0])]
    if totals.empty:
        return {}
    week = volume.start_of(totals["day"], "week", dates.first_weekday()).dt.strftime("%Y-%m-%d")
    frame = pd.DataFrame({"week": week, "sport": totals["sport"], "hours": totals["moving_s"] / 3600})
    frame = frame.groupby(["week", "sport"], as_index=False)["hours"].sum()
    by_size = frame.groupby("sport")["hours"].sum().sort_values(ascending=False).index.tolist()
    rank = {sport: n for n, sport in enumerate(by_size)}
    rows = [
        {"week": r.week, "sport": texts.sport_label(r.sport), "hours": round(r.hours, 3), "rank": rank[r.sport],
         "said": fmt.hours(r.hours * 3600), "from": dates.short_day(date.fromisoformat(r.week))}
        for r in frame.itertuples()
    ]  # fmt: skip
    labels = {str(w): f"{w:%b}" if w.day <= 7 else "" for w in weeks}
    x = {"scale": {"domain": list(labels)}, "axis": {"labelExpr": f"{labels!r}[datum.value]"}}
    names, shades = zip(*((texts.sport_label(s), colours.of_sport(s, is_dark)) for s in by_size), strict=True)
    colour = {"scale": {"domain": list(names), "range": list(shades)}}
    return poured(weeks_shape.weeks(), {"data": {"values": rows}, "encoding": {"x": x, "color": colour}})


def chart_sports(totals: pd.DataFrame, today: date) -> pd.DataFrame:
    """Rows for the chart's legend, which orders sports by their number of rows: the more time, the more rows."""
    first = dates.week_of(today)
    shown = totals[totals["day"] >= pd.Timestamp(first - timedelta(weeks=WEEKS - 1))]
    sums = shown.groupby("sport")["moving_s"].sum().sort_values(ascending=False)
    return pd.DataFrame(
        {"sport": [s for s, n in zip(sums.index, range(len(sums), 0, -1), strict=True) for _ in range(n)]}
    )


def notices(to_do: dict[str, int]) -> list[Notice]:
    """What needs attention."""
    made = []
    if n := to_do.get("importing"):
        made.append(Notice("sync", f"{texts.count(n, 'file')} still to be imported.", "/imports", "Watch"))
    if n := to_do.get("plans"):
        said = texts.count(n, "archive is ready", "archives are ready")
        made.append(Notice("inventory_2", f"{said} to be imported.", "/imports", "Review and import"))
    if n := to_do.get("failed"):
        said = f"{texts.count(n, 'file')} of the last seven days could not be imported."
        made.append(Notice("error", said, "/imports", "See why"))
    if n := to_do.get("dates"):
        said = texts.count(n, "activity has a date", "activities have dates")
        said += " that cannot be right, and " + ("is not counted." if n == 1 else "are not counted.")
        made.append(Notice("event_busy", said, "/activities?only=undated", "Set the date"))
    if n := to_do.get("efforts"):
        said = texts.count(n, "effort looks too good", "efforts look too good")
        made.append(
            Notice(
                "hourglass_top",
                f"{said} to be true. {'Does it count as a record?' if n == 1 else 'Do they count as records?'}",
                "/records",
                "Decide",
            )
        )
    return made
