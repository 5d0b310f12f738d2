"""Today against your own normal, last night, effects and the illness warning, in figures and sentences."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from milevault_core.health.effects import Effect
from milevault_core.health.illness import BEFORE, Record
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.health.night import times as times_of
from milevault_core.view.health.over_time import by_date
from milevault_core.view.health.quantities import (
    QUANTITIES,
    WORDS,
    duration,
    in_units,
    normal_of,
    of_days,
    span_text,
    text,
    word,
)
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.text import address

SHOWN = ("rhr", "hrv", "hrv_sdnn", "sleep", "sleep_score", "stress", "body_battery", "spo2", "respiration", "skin",
         "steps", "intensity", "vo2max", "vo2max_cycling", "weight")  # fmt: skip
LOOK_BACK = timedelta(days=40)
_STALE_DAYS = 21  # for quantities that are not measured every day
_SLOW = ("vo2max", "vo2max_cycling", "weight")


def figures(table: pd.DataFrame, today: date, units: Units, of_day: bool = False) -> list[Figure]:
    """The latest day's values against the median and band of the 28 days before; `of_day`: only what was measured on
    the day itself, including active calories. table: from over_time.by_date."""
    made = []
    for name in (*SHOWN, "calories") if of_day else SHOWN:
        quantity = QUANTITIES[name]
        if not all(part in table for part in quantity.days):
            continue
        values = of_days(table, name).dropna()
        values = values[values.index <= pd.Timestamp(today)]
        most = 0 if of_day else _STALE_DAYS if name in _SLOW else 1
        if values.empty or (pd.Timestamp(today) - values.index[-1]).days > most:
            continue
        made.append(_figure(name, values, today, units))
    return made


def _figure(name: str, values: pd.Series, today: date, units: Units) -> Figure:
    quantity, value, day = QUANTITIES[name], float(values.iloc[-1]), values.index[-1].date()
    band = normal_of(values, name).iloc[-1]
    than, trend, is_good = "no normal yet: it needs 10 of 28 days", "", None
    if np.isfinite(band["median"]):
        between = span_text(name, float(band["low"]), float(band["high"]), units)
        usual = f"{text(name, float(band['median']), units)} ({between})"
        if value > band["high"] or value < band["low"]:
            is_above = value > band["high"]
            trend = "up" if is_above else "down"
            is_good = None if quantity.is_up_good is None else quantity.is_up_good == is_above
            than = f"{'above' if is_above else 'below'} your normal of {usual}"
        else:
            than = f"normal: {usual}"
    also = "" if day == today else dates.short_day(day)
    return Figure(
        quantity.label, text(name, value, units), than, trend, is_good, also=also,
        href=address("/health", {"show": "time", "what": name}),
    )  # fmt: skip


STATES = ("training_status", "cycle_day", "cycle_phase")


def states(table: pd.DataFrame, today: date, shows_cycle: bool) -> list[Figure]:
    """What is shown in words: Garmin's training status (the latest of the last week, since it does not come every day)
    and, for users who want to see it, the day of the cycle. table: from over_time.by_date."""
    made = []
    since, until = pd.Timestamp(today - timedelta(days=6)), pd.Timestamp(today)
    if "training_status" in table and len(told := table["training_status"].loc[since:until].dropna()):
        day = told.index[-1].date()
        made.append(Figure("Training status", word("training_status", told.iloc[-1]), "according to Garmin",
                           also="" if day == today else dates.short_day(day), about="health_normal"))  # fmt: skip
    if shows_cycle and "cycle_day" in table and len(told := table["cycle_day"].loc[until:until].dropna()):
        phase = float(table["cycle_phase"].get(until, np.nan))
        named = word("cycle_phase", phase) if np.isfinite(phase) else ""
        made.append(Figure("Cycle", f"Day {told.iloc[-1]:.0f}", named, about="health_normal"))
    return made


def last_night(
    mornings: pd.DataFrame, today: date, units: Units, time_zone: str
) -> tuple[date | None, list[Figure]]:
    """The latest night within the last three days and its figures for the dashboard; None and [] if there is none.
    mornings: from queries.health."""
    slept = mornings[mornings["start_time"].notna().to_numpy(bool)]
    if slept.empty or (today - slept["day"].iloc[-1]).days > 2:
        return None, []
    night = slept.iloc[-1]
    times = times_of(night, time_zone)
    asleep = night["sleep_s"]
    value = times if pd.isna(asleep) else duration(float(asleep))
    made = [Figure("Asleep", value, times, href=address("/sleep", {"date": night["day"]}))]
    table = by_date(mornings.drop(columns=["start_time", "end_time", "utc_offset_s"]))
    wanted = ("HRV", "Resting heart rate", "Body battery")
    made += [one for one in figures(table, night["day"], units) if one.label in wanted and not one.also]
    return night["day"], made


NIGHT_METRICS = {"hrv_last_night": "hrv", "rhr": "rhr", "sleep_s": "sleep"}


def effect_sentences(found: Sequence[Effect], units: Units) -> list[str]:
    """What hard days do to the following night, or why nothing is claimed."""
    return [_effect_sentence(one, units) for one in found]


def _effect_sentence(one: Effect, units: Units) -> str:
    name = NIGHT_METRICS[one.metric]
    label = {"hrv": "HRV", "rhr": "the resting heart rate", "sleep": "sleep"}[name]
    nights = f"{fmt.number(one.after_hard)} nights after hard days, {fmt.number(one.after_other)} others"
    if not np.isfinite(one.difference):
        return f"Nothing can be said about {label}: this needs 20 nights of each ({nights})."
    if name == "sleep":
        by = f"{abs(one.difference) / 60:.0f} min"
        interval = f"{one.low / 60:+.0f} to {one.high / 60:+.0f} min"
    else:
        unit = in_units(name, units).unit
        by = f"{abs(one.difference):.1f} {unit}"
        interval = f"{one.low:+.1f} to {one.high:+.1f} {unit}"
    if not one.is_claimed:
        return f"No effect on {label} can be shown ({interval}; {nights})."
    way = {"sleep": ("longer", "shorter")}.get(name, ("higher", "lower"))[one.difference < 0]
    return f"After hard days {label} is {by} {way} in the next night ({interval}; {nights})."


def warning(score: float, parts: dict[str, float], day: date) -> str:
    """The warning that an illness may be coming, with its causes."""
    names = {"rhr": "resting heart rate", "hrv_last_night": "HRV", "resp_avg": "respiration",
             "skin_temp_dev": "skin temperature"}  # fmt: skip
    told = [
        f"{names[n]} {v:.1f}" for n, v in sorted(parts.items(), key=lambda p: -p[1]) if n in names and v > 1
    ]
    what = f" ({', '.join(told)} standard deviations from your normal)" if told else ""
    return (
        f"On {dates.short_day(day)} your body was further from its normal than on 59 of 60 healthy nights{what}. You "
        "may be getting ill; a hard day, alcohol, heat or travel can look the same. Take it easy and see."
    )


def record_sentence(found: Record) -> str:
    """How often the warning was right for this user."""
    rate = (
        f" on {fmt.number(found.false)} of {texts.count(found.nights, 'healthy night')}"
        if found.nights
        else ""
    )
    if not found.illnesses:
        return (
            f"{f'It has warned{rate} without an illness following. ' if rate else ''}Mark the days when you are ill on "
            "their day pages, and its hit rate is shown here."
        )
    of = texts.count(found.illnesses, "illness", "illnesses")
    return (
        f"Of {of} that you marked, it warned of {found.foretold or 'none'} up to {BEFORE} days before"
        f"{f'; it warned falsely{rate}' if rate else ''}."
    )


def value_rows(found: pd.DataFrame, labels: dict[str, str]) -> list[list[str]]:
    """Every source's value on a day: metric, value, source, whether it counts, file."""
    return [
        [labels.get(row.metric, row.metric), _value(row.metric, row.value), row.source,
         "counts" if row.is_used else "", row.file_name]
        for row in found.itertuples()
    ]  # fmt: skip


def _value(metric: str, value: float) -> str:
    if metric in WORDS:
        return word(metric, value)
    if metric == "sleep_s":
        return duration(value)
    return fmt.number(value, 0 if abs(value) >= 100 or round(value, 2) == round(value) else 2)
