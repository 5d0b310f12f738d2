"""The calendar: a month with the activities of each day and the totals of each week, and a year of small months. Every
day links to its own page. The colour is the sport; its strength is the day's load relative to the hardest days shown
(where the load is not known, the time counts instead)."""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters
from milevault_core.view.format import Units
from milevault_core.view.parts import colours
from milevault_core.view.parts.text import address, escape, icon

MOST = 3  # activities named in a day of the month; further ones are only counted
Address = Callable[..., str]


def months_days(year: int, month: int) -> list[list[date]]:
    """The weeks of a month as the reader counts them, including the days before and after that complete them."""
    return calendar.Calendar(dates.first_weekday()).monthdatescalendar(year, month)


def shifted(year: int, month: int, by: int) -> str:
    """ "2026-12": the given month plus `by` months."""
    count = year * 12 + month - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def asked_month(text: str, today: date) -> tuple[int, int]:
    """ "2026-11" as (2026, 11); anything else is this month."""
    year, _, month = text.partition("-")
    if _is_year(year) and month in {f"{m:02d}" for m in range(1, 13)}:
        return int(year), int(month)
    return today.year, today.month


def asked_day(text: str) -> date | None:
    """ "2026-07-14"; None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2100 else None


def asked_year(text: str, today: date) -> int:
    """ "2026"; anything else is this year."""
    return int(text) if _is_year(text) else today.year


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) == 4 and 1900 <= int(text) <= 2100


def weights(done: pd.DataFrame) -> np.ndarray:
    """The weight of each activity, shape (n,): its load; without a load, its time at the mean load per second of the
    others."""
    seconds = done["time_s"].fillna(0.0).to_numpy(float)
    load = done["load"].to_numpy(float)
    known = np.isfinite(load) & (seconds > 0)
    a_second = load[known].sum() / seconds[known].sum() if known.any() else 1.0
    return np.where(np.isfinite(load), load, seconds * a_second)


def _whole(done: pd.DataFrame) -> float:
    """The weight of a hard day: the 90th percentile of the days shown."""
    if done.empty:
        return 1.0
    by_day = pd.Series(weights(done)).groupby(done["local_day"].to_numpy()).sum()
    return max(float(np.quantile(by_day, 0.9)), 1e-9)


def strengths(done: pd.DataFrame) -> dict[date, float]:
    """Each day's weight relative to a hard day: 0 to 1."""
    if done.empty:
        return {}
    by_day = pd.Series(weights(done)).groupby(done["local_day"].to_numpy()).sum()
    whole = _whole(done)
    return {day: min(1.0, weight / whole) for day, weight in by_day.items()}


def month(done: pd.DataFrame, year: int, number: int, today: date, units: Units) -> str:
    """A month as a table. done: prepared rows of queries.activity_list.of_days for all days of `months_days`."""
    if len(done):
        done = done.assign(strength=np.minimum(weights(done) / _whole(done), 1.0))
    by_day = {day: part for day, part in done.groupby("local_day")} if len(done) else {}
    heads = "".join(f'<th scope="col">{d}</th>' for d in dates.weekdays())
    body = ""
    for week in months_days(year, number):
        days = "".join(_day(d, by_day.get(d), d.month == number, today, units) for d in week)
        inside = done[done["local_day"].isin(week)] if len(done) else done
        total = _week(inside, units)
        body += f'<tr>{days}<td class="week">{"<br>".join(total)}</td></tr>'
        body += f'<tr class="weekrow"><td colspan="7">{" · ".join(total)}</td></tr>' if total else ""
    title = f"{dates.MONTHS[number - 1]} {year}"
    return (
        f'<table class="month" aria-label="{title}"><thead><tr>{heads}<th class="week" scope="col">Week</th></tr>'
        f"</thead><tbody>{body}</tbody></table>{legend(done)}"
    )


def _week(done: pd.DataFrame, units: Units) -> list[str]:
    done = filters.counting(done)
    if done.empty:
        return []
    metres = float(done["distance_m"].sum())
    said = [f"<b>{escape(fmt.hours(float(done['time_s'].sum())))}</b>"]
    said += [escape(fmt.distance(metres, units))] if metres else []
    ascent = float(done["ascent_m"].sum())
    said += [f"↑ {escape(fmt.altitude(ascent, units))}"] if ascent >= 1 else []
    return [*said, escape(texts.count(len(done), "activity", "activities"))]


def _day(day: date, done: pd.DataFrame | None, is_inside: bool, today: date, units: Units) -> str:
    kinds = ("" if is_inside else "out ") + ("today" if day == today else "")
    if done is None:
        return f'<td class="{kinds}">{_day_link(day, today)}</td>'
    lines = ""
    for row in list(done.itertuples())[:MOST]:
        metres = row.distance_m or None
        what = (
            fmt.distance(metres, units, row.sport)
            if metres == metres and metres
            else fmt.duration(row.time_s)
        )
        lines += (
            f'<span class="did {colours.family(row.sport)}" style="--load:{row.strength:.2f}">'
            f"{icon(texts.icon(row.sport))}{escape(what)}</span>"
        )
    more = f'<span class="more">+ {len(done) - MOST}</span>' if len(done) > MOST else ""
    said = texts.count(len(done), "activity", "activities")
    return f'<td class="{kinds}">{_day_link(day, today, said)}{lines}{more}</td>'


def _day_link(day: date, today: date, said: str = "") -> str:
    """A day's number as a link to its page, which may hold a night, a weight or a note even without an activity."""
    if day > today and not said:
        return f'<span class="day">{day.day}</span>'
    label = escape(dates.day(day) + (f": {said}" if said else ""))
    return (
        f'<a class="day" href="{escape(address("/day", {"date": day}))}" aria-label="{label}">{day.day}</a>'
    )


def year(done: pd.DataFrame, number: int, today: date, here: Address, units: Units) -> str:
    """A year of small months, each with its total."""
    strength = strengths(done)
    longest: dict[date, str] = {}
    if len(done):
        top = done.sort_values("time_s").drop_duplicates("local_day", keep="last")
        longest = dict(zip(top["local_day"], top["sport"], strict=True))
    made = ""
    for m in range(1, 13):
        cells = ""
        for week in months_days(number, m):
            for day in week:
                cells += _small_day(day, strength, longest, today) if day.month == m else "<span></span>"
        inside = done[[d.month == m for d in done["local_day"]]] if len(done) else done
        total = filters.line(inside, units) if len(inside) else ""
        link = escape(here(month=f"{number:04d}-{m:02d}", year=""))
        made += (
            f'<section><h3><a href="{link}">{dates.MONTHS[m - 1]}</a></h3>'
            f'<span class="under">{escape(total) or "&nbsp;"}</span><div class="grid">{cells}</div></section>'
        )
    return f'<div class="year">{made}</div>{legend(done)}'


def _small_day(day: date, strength: Mapping[date, float], sports: Mapping[date, str], today: date) -> str:
    kind = "today " if day == today else ""
    link = escape(address("/day", {"date": day}))
    if day not in strength:
        if day > today:
            return f'<span class="{kind}">{day.day}</span>'
        return f'<a class="{kind}" href="{link}" aria-label="{escape(dates.day(day))}">{day.day}</a>'
    level = min(3, int(strength[day] * 4))
    said = escape(f"{dates.day(day)}: {texts.sport_label(sports[day])}")
    return (
        f'<a class="{kind}level{level} {colours.family(sports[day])}" href="{link}" '
        f'aria-label="{said}" title="{said}">{day.day}</a>'
    )


def legend(done: pd.DataFrame) -> str:
    """The sports shown, each in its colour, the most frequent first."""
    if done.empty:
        return ""
    made = "".join(
        f'<span class="{colours.family(s)}">{icon(texts.icon(s))} {escape(texts.sport_label(s))}</span>'
        for s in done["sport"].value_counts().index[:8]
    )
    return f'<p class="legend">{made}</p>'


def around(day: date) -> tuple[date, date]:
    """The first and the last day of the reader's week that a day is in."""
    first = dates.week_of(day)
    return first, first + timedelta(days=6)


def steps(before: tuple[str, str], title: str, after: tuple[str, str], extra: list[tuple[str, str]]) -> str:
    """ "‹ October   November 2026   December ›", then further links: (label, address) each."""
    ways = "".join(f'<a href="{escape(to)}">{escape(label)}</a>' for label, to in extra)
    return (
        f'<nav class="steps"><a rel="prev" href="{escape(before[1])}">‹ {escape(before[0])}</a><h2>{escape(title)}</h2>'
        f'<a rel="next" href="{escape(after[1])}">{escape(after[0])} ›</a><span class="ways2">{ways}</span></nav>'
    )
