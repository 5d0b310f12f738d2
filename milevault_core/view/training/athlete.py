"""The Athlete page: values as people write them, and their history in words."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from milevault_core.metrics.graded import KNOTS, published_factor
from milevault_core.training.grade_curve import Curve
from milevault_core.training.suggest import Suggestion
from milevault_core.training.values import VALUES, Refused, Value
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.training import shapes

SEXES = {"Female": 1.0, "Male": 0.0, "Not specified": 0.5}
ORIGINS = {"person": "you", "device": "your device"}


def _pace_kind(name: str) -> str:
    return "pace_100m" if name == "critical_swim_speed" else "pace"


def unit(value: Value, units: Units) -> str:
    """The unit a value is typed in: "kg", "cm", "min:s /km" …"""
    match value.name:
        case "height_m":
            return "cm" if units.name == "metric" else "in"
        case "weight_kg":
            return units.weight
        case "w_prime_j":
            return "kJ"
        case "threshold_speed" | "critical_swim_speed":
            return f"min:s /{fmt.pace_unit(_pace_kind(value.name), units)[0]}"
    return value.unit


def parse(name: str, typed: str, units: Units) -> float:
    """The typed value in SI units. Raises Refused with a sentence for the field."""
    value, typed = VALUES[name], typed.strip()
    if name == "birth_date":
        try:
            return float(date.fromisoformat(typed).toordinal())
        except ValueError:
            raise Refused("Enter the date.") from None
    if name in ("threshold_speed", "critical_swim_speed"):
        found = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?:[.,]\d)?", typed)
        if not found or int(found[1]) * 60 + int(found[2]) == 0:
            raise Refused("Write the pace as minutes and seconds: 4:35.")
        return fmt.pace_unit(_pace_kind(name), units)[1] / (int(found[1]) * 60 + int(found[2]))
    try:
        number = _number(typed, unit(value, units))
    except ValueError:
        raise Refused(f"Write a number{f' in {u}' if (u := unit(value, units)) else ''}.") from None
    if not np.isfinite(number):
        raise Refused("Write a number.")
    match name:
        case "height_m":
            return number / 100 if units.name == "metric" else number * 0.0254
        case "weight_kg":
            return number * units.weight_kg
        case "w_prime_j":
            return number * 1000
    return number


def _number(typed: str, unit: str) -> float:
    """ "70 kg", "70,5", "1,250.5" and "1 250,5" as people write them; a single comma is a decimal comma. Raises
    ValueError."""
    text = typed.strip()
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)]
    text = re.sub(r"(?<=\d)[\s'’](?=\d)", "", text.strip())
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and (point > comma or text.count(",") > 1):
        if not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
            raise ValueError(typed)
        return float(text.replace(",", ""))
    if point >= 0 and comma > point:
        if not re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text):
            raise ValueError(typed)
        text = text.replace(".", "")
    return float(text.replace(",", "."))


def said(name: str, value: float, units: Units) -> str:
    """A value as a page shows it: "262 W", "4:35 /km", "1 June 1984"."""
    match name:
        case "birth_date":
            return dates.day(date.fromordinal(int(value)), weekday=False)
        case "is_female":
            return next((label for label, number in SEXES.items() if number == value), fmt.MISSING)
        case "height_m":
            return (
                fmt.number(value * 100, 0, "cm")
                if units.name == "metric"
                else fmt.number(value / 0.0254, 0, "in")
            )
        case "weight_kg":
            return fmt.weight(value, units)
        case "w_prime_j":
            return fmt.number(value / 1000, 1, "kJ")
        case "threshold_speed" | "critical_swim_speed":
            return fmt.pace(value, units, _pace_kind(name))
    return fmt.number(value, 2 if name.startswith("grade_") else 0, VALUES[name].unit)


def suggestion(one: Suggestion, units: Units) -> str:
    """ "Your last 90 days suggest threshold power (FTP) 262 W (cycling): 95% of your best 20 minutes." """
    sport = f" ({texts.sport_label(one.sport).lower()})" if one.sport else ""
    label = VALUES[one.name].label
    label = label if label[1:2] in "′" else label[0].lower() + label[1:]
    return f"Your last 90 days suggest {label} {said(one.name, one.value, units)}{sport}: {one.because}."


def history(rows: pd.DataFrame, units: Units) -> list[tuple[int, str, str, bool]]:
    """(value_id, value, "since 1 Jun 2026 · you", whether the user may remove it) for rows of
    queries.training.athlete_values."""
    return [
        (int(r.value_id), said(r.name, r.value, units),
         f"since {dates.short_day(pd.Timestamp(r.valid_from).date())} · {ORIGINS[r.origin]}", r.origin == "person")
        for r in rows.itertuples(index=False)
    ]  # fmt: skip


def bounds_example(kind: str, sport: str) -> tuple[str, str]:
    """(an example of custom boundaries, their unit in words)."""
    if kind == "pace":
        return ("2:05, 1:55, 1:45", "minutes and seconds per 100") if sport == "swimming" else (
            "5:40, 5:10, 4:45", "minutes and seconds")  # fmt: skip
    return ("120, 140, 160, 175", "bpm") if kind == "heart_rate" else ("150, 200, 250, 300", "W")


def parse_bounds(typed: str, kind: str = "", sport: str = "", units: Units = fmt.METRIC) -> list[float]:
    """ "120, 140, 160" as numbers, "5:40, 5:10" as speeds in m/s; "120,5; 140,5" with decimal commas. Raises
    Refused."""
    if kind == "pace":
        name = "critical_swim_speed" if sport == "swimming" else "threshold_speed"
        return [parse(name, part, units) for part in re.split(r"[;,\s]+", typed.strip()) if part]
    parts = [part for part in re.split(r"\s*;\s*|,?\s+|,$", typed.strip()) if part]
    if len(parts) == 1:  # "120,140,160": commas separate the numbers, none is a decimal comma
        parts = [part for part in parts[0].split(",") if part]
    if not all(re.fullmatch(r"\d+([.,]\d{1,2})?", part) for part in parts):
        raise Refused("Write the boundaries as numbers with a comma and a space between them: 120, 140, 160.")
    return [float(part.replace(",", ".")) for part in parts]


def curve_chart(curve: Curve) -> dict:
    """The athlete's own grade curve beside the published one."""
    knots: Sequence[int] = KNOTS
    own = zip(knots, curve.factors, curve.low, curve.high, strict=True)
    rows = [
        {"grade": g, "what": "Yours", "factor": round(float(f), 3), "low": round(float(a), 3),
         "high": round(float(b), 3)}
        for g, f, a, b in own
    ]  # fmt: skip
    fine = np.arange(-20, 21, 2.5)
    rows += [
        {"grade": float(g), "what": "Published", "factor": round(float(f), 3)}
        for g, f in zip(fine, published_factor(fine), strict=True)
    ]
    return shapes.pour(shapes.grade_curve(), rows)
