"""The body: weight with its 7-day trend, body composition, blood pressure, fluids."""

from datetime import date

import numpy as np
import pandas as pd

from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.health import shapes
from milevault_core.view.health.over_time import by_date
from milevault_core.view.parts.figures import Figure
from milevault_core.view.training.shapes import pour

METRICS = ("weight_kg", "fat_pct", "water_pct", "muscle_kg", "bone_kg", "bmi", "bp_systolic", "bp_diastolic",
           "hydration_ml")  # fmt: skip
_DECIMALS = {"bone_kg": 2, "bp_systolic": 0, "bp_diastolic": 0, "hydration_ml": 0}  # 1 for all others
TREND = "7D"
_GAP_DAYS = 45  # the trend has a gap after longer without a weighing


def fields(units: Units) -> list[tuple[str, str, str, float]]:
    """(metric, label, unit, size of the unit in the metric's unit) of everything that can be entered."""
    return [
        ("weight_kg", "Weight", units.weight, units.weight_kg), ("fat_pct", "Fat", "%", 1.0),
        ("water_pct", "Water", "%", 1.0), ("muscle_kg", "Muscle", units.weight, units.weight_kg),
        ("bone_kg", "Bone", units.weight, units.weight_kg), ("bp_systolic", "Systolic", "mmHg", 1.0),
        ("bp_diastolic", "Diastolic", "mmHg", 1.0), ("hydration_ml", "Fluids", "mL", 1.0),
    ]  # fmt: skip


def prepared(days: pd.DataFrame) -> pd.DataFrame:
    """Rows of queries.health.daily by date, with `trend`: the mean weight of the last 7 days."""
    table = by_date(days)
    if table.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([]), columns=[*METRICS, "trend"], dtype=float)
    known = table["weight_kg"].dropna()
    return table.assign(trend=known.rolling(TREND).mean().reindex(table.index))


def figures(
    table: pd.DataFrame, goal_kg: float | None, units: Units, goal_day: date | None = None
) -> list[Figure]:
    """The weight trend against four weeks ago and against the goal, and the latest value of everything else."""
    made = []
    trend = table["trend"].dropna()
    if len(trend):
        now = float(trend.iloc[-1])
        before = trend[trend.index <= trend.index[-1] - pd.Timedelta(days=28)]
        than, sign = f"7-day mean, {dates.short_day(trend.index[-1].date())}", ""
        if len(before) and (trend.index[-1] - before.index[-1]).days <= 42:
            change = now - float(before.iloc[-1])
            than += f"; {fmt.weight(abs(change), units)} {'more' if change > 0 else 'less'} than four weeks before"
            sign = "up" if change > 0.05 else "down" if change < -0.05 else ""
        by = f" by {dates.short_day(goal_day)}" if goal_day else ""
        to_go = "" if goal_kg is None else f"{fmt.weight(abs(now - goal_kg), units)} from your goal{by}"
        made.append(Figure("Weight", fmt.weight(now, units), than, sign, also=to_go, about="body"))
    for name, label, unit in (("fat_pct", "Fat", "%"), ("water_pct", "Water", "%"), ("bmi", "BMI", "")):
        known = table[name].dropna()
        if len(known):
            day = dates.short_day(known.index[-1].date())
            made.append(Figure(label, fmt.number(float(known.iloc[-1]), 1, unit), day, about="body"))
    both = table[["bp_systolic", "bp_diastolic"]].dropna()
    if len(both):
        high, low = both.iloc[-1]
        day = dates.short_day(both.index[-1].date())
        made.append(Figure("Blood pressure", f"{high:.0f}/{low:.0f} mmHg", day, about="body"))
    return made


def weight_chart(table: pd.DataFrame, goal_kg: float | None, units: Units) -> dict:
    """Each weighing with the 7-day mean and the goal; {} if there are none."""
    known = table[table["weight_kg"].notna()]
    if known.empty:
        return {}
    rows: list[dict] = []
    last = None
    for day, row in known.iterrows():
        day = pd.Timestamp(str(day))
        if last is not None and (day - last).days > _GAP_DAYS:
            rows.append({"t": f"{last + pd.Timedelta(days=1):%Y-%m-%d}{dates.MIDNIGHT}", "trend": None})
        last = day
        rows.append({"t": f"{day:%Y-%m-%d}{dates.MIDNIGHT}", "value": round(row["weight_kg"] / units.weight_kg, 2),
                     "trend": round(row["trend"] / units.weight_kg, 2)})  # fmt: skip
    if goal_kg is not None:
        value = round(goal_kg / units.weight_kg, 2)
        rows += [
            {"t": f"{day:%Y-%m-%d}{dates.MIDNIGHT}", "goal": value, "trend": None}
            for day in (known.index[0], known.index[-1])
        ]
    return pour(shapes.weights(units.weight), sorted(rows, key=lambda row: row["t"]))


def more_charts(table: pd.DataFrame, units: Units) -> list[tuple[str, dict, str]]:
    """(title, chart, description) of body composition, blood pressure and fluids, as far as there are values."""
    made = []
    kinds = (("fat_pct", "Fat", "%", "#c2700f"), ("muscle_kg", "Muscle", units.weight, "#0f9580"),
             ("hydration_ml", "Fluids", "mL", "#2f7fe0"))  # fmt: skip
    for name, title, unit, colour in kinds:
        values = table[name].dropna() / (units.weight_kg if name == "muscle_kg" else 1.0)
        if len(values) > 1:
            rows = [
                {"t": f"{day:%Y-%m-%d}{dates.MIDNIGHT}", "value": round(float(v), 2), "alone": True}
                for day, v in values.items()
            ]
            shape = shapes.line(unit, colour, 1, name == "hydration_ml", True)
            made.append((title, pour(shape, rows), f"{title} by day"))
    both = table[table["bp_systolic"].notna() & table["bp_diastolic"].notna()]
    if len(both):
        rows = [
            {"t": f"{day:%Y-%m-%d}{dates.MIDNIGHT}", "low": float(low), "high": float(high)}
            for day, low, high in zip(both.index, both["bp_diastolic"], both["bp_systolic"], strict=True)
        ]
        made.append(("Blood pressure", pour(shapes.pressures(), rows), "Blood pressure by day"))
    return made


def entry_sentence(row: dict, time_zone: str, units: Units) -> str:
    """ "28 Nov 2026, 07:00: weight 71.2 kg, fat 15.1%", followed by the note as written."""
    parts = []
    for name, label, unit, size in fields(units):
        value = row[name]
        if value is not None and np.isfinite(float(value)):
            parts.append(f"{label.lower()} {fmt.number(float(value) / size, _DECIMALS.get(name, 1), unit)}")
    said = f" · {texts.plain(row['note'])}" if row["note"] else ""
    return f"{dates.short_day_time(row['measured_at'], time_zone)}: {', '.join(parts)}{said}"
