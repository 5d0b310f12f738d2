"""Metrics for display, driven only by their descriptions: a new metric needs no change here."""

import html
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.metrics import METRICS, Metric
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts.text import address

# Already shown at the head of the page, or only an intermediate result of what is shown.
_ELSEWHERE = frozenset(("moving_s", "ascent_m"))


@dataclass(frozen=True)
class Row:
    """One number. value: its text, "–" if it is absent, in which case reason says why. about: the address that explains
    it. device: the device's value, if ours differs. by: what it was computed with, if that is unusual."""

    name: str
    label: str
    value: str
    unit: str
    reason: str
    about: str
    device: str = ""
    by: str = ""


_OF_SEX, _OF_SLOPE = frozenset(("trimp", "heart_rate_load")), frozenset(("graded_speed", "pace_load"))


def computed_by(name: str, athlete: Mapping[str, float]) -> str:
    """What a metric was computed with, where that differs between athletes; "" for the usual. athlete: the values it
    was computed with."""
    if name in _OF_SEX and athlete.get("is_female") not in (0.0, 1.0):
        return "mean of women and men"
    is_own = "grade_10" in athlete and athlete.get("grade_own") != 0.0
    return "your own grade curve" if name in _OF_SLOPE and is_own else ""


def rows(
    metrics: Mapping[str, float], reasons: Mapping[str, str], units: Units, sport: str,
    device: Mapping[str, float] | None = None, athlete: Mapping[str, float] | None = None,
) -> list[Row]:  # fmt: skip
    """The metrics an activity has, in the order of METRICS, then those that are absent for a reason the user can do
    something about. athlete: the values they were computed with."""
    out, absent = [], []
    for one in METRICS.values():
        if one.name in _ELSEWHERE:
            continue
        if one.name in metrics:
            value, unit = text_and_unit(one, metrics[one.name], units, sport)
            told = (device or {}).get(one.name)
            other = "" if told is None else text(one, told, units, sport)
            beside = other if told is not None and other != text(one, metrics[one.name], units, sport) else ""
            by = computed_by(one.name, athlete) if athlete is not None else ""
            out.append(
                Row(one.name, one.label, value, unit, "", address("/metrics", {"name": one.name}), beside, by)
            )
        elif one.name in reasons:
            absent.append(
                Row(
                    one.name,
                    one.label,
                    fmt.MISSING,
                    "",
                    reasons[one.name],
                    address("/metrics", {"name": one.name}),
                )
            )
    return out + absent


_TELLS_ITSELF = frozenset(("load", "load_basis"))  # the reason names all the inputs it could be computed from
_CHANNELS = {"power": "power", "heart_rate": "heart rate", "distance": "distance", "altitude": "altitude"}


def recorded(track: pd.DataFrame) -> frozenset[str]:
    """The channels that metrics need and for which this track has values."""
    return frozenset(name for name in _CHANNELS if len(track) > 1 and track[name].notna().any())


def unrecorded(
    metrics: Mapping[str, float], reasons: Mapping[str, str], sport: str, held: Collection[str]
) -> dict[str, list[Metric]]:
    """The metrics that are absent only because a channel was not recorded, by that channel. held: from `recorded`."""
    found: dict[str, list[Metric]] = {}
    for one in METRICS.values():
        if one.name in _ELSEWHERE or one.name in metrics or one.name in reasons:
            continue
        lacking = _lacking(one, metrics, sport, held)
        if lacking and (lacking != "altitude" or "distance" in held):  # nobody expects a descent in a gym
            found.setdefault(lacking, []).append(one)
    return {name: found[name] for name in _CHANNELS if name in found}


def _lacking(one: Metric, metrics: Mapping[str, float], sport: str, held: Collection[str]) -> str:
    """The missing channel that a metric needs, itself or through the metrics it is made of; "" for none."""
    if one.compute is None or (one.sports and sport not in one.sports):
        return ""
    own = [name for name in one.columns if name in _CHANNELS and name not in held]
    has_one = one.name in _TELLS_ITSELF or any(name in metrics for name in one.after)
    others = (*one.needs, *(() if has_one else one.after))  # of the metrics in `after`, one is enough
    needed = (_lacking(METRICS[name], metrics, sport, held) for name in others if name not in metrics)
    return next((name for name in (*own, *needed) if name), "")


def unrecorded_html(found: Mapping[str, Sequence[Metric]]) -> str:
    """A line for each channel that was not recorded: the metrics missing without it, with the reason on hover; "" if
    nothing is missing."""
    lines = []
    for channel, absent in found.items():
        what = _CHANNELS[channel]
        why = html.escape(f"It needs {what}, which was not recorded.")
        links = " · ".join(
            f'<a href="{address("/metrics", {"name": one.name})}" style="color:inherit" title="{why}">'
            f"{html.escape(one.label)}</a>"
            for one in absent
        )
        lines.append(f'<p class="under">No {what} was recorded, so these are missing: {links}</p>')
    return "".join(lines)


def table_html(found: list[Row]) -> str:
    """The rows as HTML, in as many columns as fit; each label links to its explanation, and an absent number says why
    on hover."""
    cells = []
    for row in found:
        value = html.escape(fmt.with_unit(row.value, row.unit))
        told = f"device {row.device}" if row.device else ""
        said = ", ".join(part for part in (told, row.by) if part)
        beside = f' <span style="opacity:.65">({html.escape(said)})</span>' if said else ""
        why = html.escape(row.reason or "What is this?")
        faded = ";opacity:.55" if row.reason else ""
        cells.append(
            f'<div style="display:flex;justify-content:space-between;gap:1rem;padding:.2rem 0{faded}" title="{why}">'
            f'<a href="{row.about}" style="color:inherit">{html.escape(row.label)}</a>'
            f'<span style="font-weight:600;text-align:right">{value}{beside}</span></div>'
        )
    grid = "display:grid;grid-template-columns:repeat(auto-fit,minmax(250px,1fr));column-gap:2.5rem"
    return f'<div style="{grid}">{"".join(cells)}</div>'


def text(one: Metric, value: float | None, units: Units, sport: str = "") -> str:
    """A metric's value with its unit: "213 W", "4:35 /km"."""
    shown, unit = text_and_unit(one, value, units, sport)
    return fmt.with_unit(shown, unit).strip()


def text_and_unit(one: Metric, value: float | None, units: Units, sport: str = "") -> tuple[str, str]:
    """The value and the unit separately; for a pace or a duration the unit is part of the value."""
    if value is None or not np.isfinite(value):
        return fmt.MISSING, ""
    if one.words:
        return one.words.get(round(value), fmt.MISSING), ""
    match one.unit:
        case "s":
            return fmt.duration(value), ""
        case "m":
            return fmt.number(value / units.altitude_m, one.decimals), units.altitude
        case "m/s":
            return fmt.rate(value, units, sport or "running"), ""
        case "J":
            return fmt.number(value / 1000, one.decimals), "kJ"
    return fmt.number(value, one.decimals), one.unit


def list_columns() -> dict[str, str]:
    """The metrics that the list of activities can show: name -> label with unit."""
    return {m.name: label_and_unit(m) for m in METRICS.values() if m.is_listed}


def label_and_unit(one: Metric, units: Units = fmt.METRIC) -> str:
    """ "Normalized power (W)"; a duration or a pace needs no unit in its label."""
    unit = {"s": "", "m/s": "", "J": "kJ", "m": units.altitude}.get(one.unit, one.unit)
    return f"{one.label} ({unit})" if unit else one.label


def totals(found: pd.DataFrame, names: Iterable[str], units: Units) -> list[tuple[str, str]]:
    """(label, value) over several activities, by each metric's own rule: the sum, the mean, the highest or the latest;
    metrics that none of them has are left out. found: start_time, sport and a column per metric."""
    made = []
    for name in names:
        one, known = METRICS[name], found[found[name].notna()]
        if known.empty or one.words:
            continue
        values = known[name].astype(float)
        match one.aggregate:
            case "sum":
                value = values.sum()
            case "mean":
                value = values.mean()
            case "max":
                value = values.max()
            case _:
                value = values.loc[known["start_time"].idxmax()]
        sports = known["sport"].unique()
        said = {"sum": "", "mean": ", mean", "max": ", highest"}.get(one.aggregate, ", latest")
        sport = str(sports[0]) if len(sports) == 1 else ""
        made.append((f"{one.label}{said}", text(one, float(value), units, sport)))
    return made


def list_values(found: pd.DataFrame, ids: pd.Index, units: Units, sports: pd.Series) -> pd.DataFrame:
    """Columns for the list of activities: numbers in the user's units, so that clicking a column head sorts by them;
    paces and durations as text. found: activity_id and a column per metric; ids: the list's own order."""
    table = found.set_index("activity_id").reindex(ids)
    out = pd.DataFrame(index=ids)
    for name in table.columns:
        one = METRICS[name]
        values = table[name].astype(float)
        if one.words or one.unit in ("s", "m/s"):
            said = zip(values, sports, strict=True)
            out[label_and_unit(one, units)] = [
                text(one, v, units, sport) if v == v else "" for v, sport in said
            ]
        else:
            factor = {"m": 1 / units.altitude_m, "J": 1 / 1000}.get(one.unit, 1.0)
            out[label_and_unit(one, units)] = (values * factor).round(one.decimals)
    return out
