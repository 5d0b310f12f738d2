"""Fitness, fatigue and form: the Trends page's charts and figures, from a frame of daily loads."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from milevault_core.training import load as loads
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.parts.figures import Figure
from milevault_core.view.training import shapes

WEEKLY_BEYOND = 3 * 366  # days; a longer line has one point per week


def daily_form(activities: pd.DataFrame, today: date) -> pd.DataFrame:
    """training.load.form of the activities' loads, dense from their first local day to today."""
    days = [pd.Timestamp(d).date() for d in activities["local_day"]]
    if not days:
        return loads.form(pd.Series(dtype=float))
    first = min(days)
    return loads.form(loads.dense(pd.Series(days), activities["load"].fillna(0.0), first, max(today, first)))


def form_chart(form: pd.DataFrame, first: date, last: date) -> dict:
    """Fitness, fatigue and form between two days, and what follows if you rest or continue as now."""
    if form.empty:
        return {}
    shown = form[(form.index >= first) & (form.index <= last)]
    if len(shown) > WEEKLY_BEYOND:
        shown = shown.iloc[(len(shown) - 1) % 7 :: 7]
    rows = _form_rows(shown, "")
    begin = form.index[0]
    warm = begin + timedelta(days=loads.WARMING_UP_DAYS)
    if first < warm and begin <= last:
        ends = (f"{max(begin, first)}{dates.MIDNIGHT}", f"{min(warm, last)}{dates.MIDNIGHT}")
        rows.append({"day": ends[0], "warming_until": ends[1], "plan": ""})
    if last >= form.index[-1]:
        names = {"rest": "If you rest", "as now": "If you go on as now"}
        ahead = loads.projection(form)
        for plan, part in ahead.groupby("plan", sort=False):
            rows += _form_rows(form.tail(1), names[str(plan)]) + _form_rows(part, names[str(plan)])
    return shapes.pour(shapes.form(), rows)


def _form_rows(frame: pd.DataFrame, plan: str) -> list[dict]:
    columns = zip(frame.index, frame["fitness"], frame["fatigue"], frame["form"], strict=True)
    return [
        {"day": f"{day}{dates.MIDNIGHT}", "fitness": round(float(a), 1), "fatigue": round(float(b), 1),
         "form": round(float(c), 1), "plan": plan}
        for day, a, b, c in columns
    ]  # fmt: skip


def form_figures(form: pd.DataFrame) -> list[Figure]:
    """Today's fitness, fatigue, form and load of the week, each with a link to its explanation."""
    if form.empty:
        return []
    now = form.iloc[-1]
    week = float(form["fitness"].iloc[-8]) if len(form) > 7 else 0.0
    change = round(float(now["fitness"]) - week)
    beside = (
        "warming up"
        if now["is_warming_up"]
        else f"{change:+d} in 7 days".replace("-", "−")
        if change
        else "as 7 days ago"
    )
    return [
        Figure("Fitness", fmt.number(now["fitness"]), beside, means="The mean daily load weighted over 42 days."),
        Figure("Fatigue", fmt.number(now["fatigue"]), means="The mean daily load weighted over 7 days."),
        Figure("Form", fmt.number(now["form"]), means="Yesterday\u2019s fitness less yesterday\u2019s fatigue."),
        Figure("7-day load", fmt.number(form["load"].tail(7).sum()), means="100 is one hour at threshold."),
    ]  # fmt: skip


def context_chart(form: pd.DataFrame, first: date, last: date) -> dict:
    """Monotony, strain and acute to chronic load by day."""
    if len(form) < 7:
        return {}
    found = loads.context(form["load"])
    shown = found[(found.index >= first) & (found.index <= last)]
    if len(shown) > WEEKLY_BEYOND:
        shown = shown.iloc[::7]
    rows = [
        {"day": f"{day}{dates.MIDNIGHT}"}
        | {k: round(float(v), 2) for k, v in values.items() if np.isfinite(v)}
        for day, values in shown.to_dict("index").items()
    ]
    titles = (("monotony", "Monotony"), ("strain", "Strain"), ("acute_chronic", "Acute : chronic"))
    return shapes.pour(shapes.lines(titles), rows)
