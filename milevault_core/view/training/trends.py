"""The Trends page: training frames as charts and figures, in the user's units."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from milevault_core.training import critical, intensity, volume
from milevault_core.training.values import Refused
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts import colours
from milevault_core.view.training import shapes
from milevault_core.view.training.zones import colour

MEASURES = {"moving_s": "Time", "distance_m": "Distance", "ascent_m": "Ascent", "load": "Load",
            "activity_count": "Activities"}  # fmt: skip
SPANS = shapes.SPANS
INTENSITY = {"Easy": shapes.EASY, "Moderate": shapes.MODERATE, "Hard": shapes.HARD}
_MONTHS = tuple(name[:3] for name in dates.MONTHS)


def scaled(what: str, values, units: Units):
    """A sum in the unit of its chart."""
    factor = {"moving_s": 1 / 3600, "distance_m": 1 / units.distance_m, "ascent_m": 1 / units.altitude_m}
    return np.asarray(values, float) * factor.get(what, 1.0)


def unit(what: str, units: Units) -> str:
    return {"moving_s": "Hours", "distance_m": units.distance, "ascent_m": units.altitude}.get(
        what, MEASURES[what]
    )


def text(what: str, value: float, units: Units) -> str:
    """A sum as text: "12:30:00", "42.2 km"."""
    match what:
        case "moving_s":
            return fmt.duration(value)
        case "distance_m":
            return fmt.distance(value, units)
        case "ascent_m":
            return fmt.altitude(value, units)
    return fmt.number(value)


def period_label(start: pd.Timestamp, period: str) -> str:
    """ "1 Jun 2026" for a day, and for a week its first day; "Jun 2026", "2026"."""
    if period == "year":
        return str(start.year)
    if period == "month":
        return f"{_MONTHS[start.month - 1]} {start.year}"
    return dates.short_day(start.date())


def period_labels(days: pd.Series, period: str, span: tuple[date, date] | None = None) -> list[str]:
    """The labels of all periods in a span of days, in order, without gaps."""
    return [period_label(start, period) for start in _starts(days, period, span)]


def _starts(days: pd.Series, period: str, span: tuple[date, date] | None) -> pd.DatetimeIndex:
    first, last = span or (days.min(), days.max())
    return volume.starts(first, last, period, dates.first_weekday())


def brushed(selected: object, browser: str, first_ever: date, today: date) -> tuple[date, date] | None:
    """The days selected by dragging on a chart, limited to the days that exist; None for none. selected: what the
    chart reports for x, two moments in ms; browser: its time zone, in which the chart drew its days."""
    if not isinstance(selected, Sequence) or len(selected) != 2:
        return None
    try:
        ends = sorted(
            datetime.fromtimestamp(float(ms) / 1000, dates.zone_of(browser)).date() for ms in selected
        )
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    first, last = max(ends[0], first_ever), min(ends[1], today)
    return (first, last) if first < last else None


def sport_colours(activities: pd.DataFrame, is_dark: bool) -> dict[str, str]:
    """Label of each sport -> its colour, most frequent first; sports of one family share a colour."""
    sports = activities["sport"].value_counts().index
    return {texts.sport_label(sport): colours.of_sport(sport, is_dark) for sport in sports}


def zone_colours(zones: Iterable[int]) -> dict[str, str]:
    """ "Zone 2" -> its colour."""
    return {"Below" if zone == 0 else f"Zone {zone}": colour(zone) for zone in sorted(zones)}


def volume_chart(
    activities: pd.DataFrame, before: pd.DataFrame, period: str, what: str, units: Units,
    sports: Mapping[str, str] | None = None, span: tuple[date, date] | None = None,
) -> dict:  # fmt: skip
    """Sums by period and sport; `before`: the same athlete's activities without the date filter, for last year;
    sports: from `sport_colours`; span: the days whose periods are shown, with or without an activity (None: from the
    first to the last)."""
    if activities.empty:
        return {}
    sums = volume.sums(activities, period, dates.first_weekday())
    rows = [
        {"label": period_label(start, period), "sport": texts.sport_label(sport),
         "value": round(float(shown), 3), "text": text(what, value, units)}
        for start, sport, value, shown in zip(
            sums["start"], sums["sport"], sums[what], scaled(what, sums[what], units), strict=True)
    ]  # fmt: skip
    at = _starts(activities["local_day"], period, span)
    beside = volume.with_last_year(before, period, what, dates.first_weekday(), at)
    beside = beside[beside["last_year"].notna()]
    rows += [
        {"label": period_label(start, period), "last_year": round(float(shown), 3), "text": text(what, value, units)}
        for start, value, shown in zip(
            beside["start"], beside["last_year"], scaled(what, beside["last_year"], units), strict=True)
    ]  # fmt: skip
    order = period_labels(activities["local_day"], period, span)
    sports = sports or sport_colours(activities, False)
    shape = shapes.volume(unit(what, units), tuple(sports), tuple(sports.values()))
    return shapes.pour(shape, rows, order)


def intensity_chart(activities: pd.DataFrame, period: str, span: tuple[date, date] | None = None) -> dict:
    """Easy, moderate and hard by period; span: as for `volume_chart`."""
    found = intensity.distribution(activities, period, dates.first_weekday())
    if found.empty:
        return {}
    names = {"easy_s": "Easy", "moderate_s": "Moderate", "hard_s": "Hard"}
    rows = [
        {"label": period_label(row.start, period), "what": label, "rank": rank,
         "seconds": float(getattr(row, name)), "text": fmt.duration(getattr(row, name))}
        for row in found.itertuples()
        for rank, (name, label) in enumerate(names.items())
    ]  # fmt: skip
    return shapes.pour(
        shapes.stacked_share(tuple(INTENSITY), tuple(INTENSITY.values())),
        rows, period_labels(activities["local_day"], period, span),
    )  # fmt: skip


def polarisation_chart(
    activities: pd.DataFrame, period: str, span: tuple[date, date] | None = None
) -> dict[str, Any]:
    """The polarisation index of each period that has one; span: as for `volume_chart`."""
    found = intensity.distribution(activities, period, dates.first_weekday())
    rows = [
        {"label": period_label(row.start, period), "index": round(row.polarisation, 3)}
        for row in found[found["polarisation"].notna()].itertuples()
    ]
    order = period_labels(activities["local_day"], period, span) if rows else ()
    return shapes.pour(shapes.polarisation(), rows, order) if rows else {}


def polarisation_sentence(activities: pd.DataFrame) -> str:
    """The index over the whole period, and what it means; "" if there is no time in any band."""
    known = activities[activities["easy_s"].notna()]
    easy, moderate, hard = (float(known[name].sum()) for name in intensity.BANDS)
    total = easy + moderate + hard
    if total <= 0:
        return ""
    shares = ", ".join(
        f"{fmt.percent(100 * part / total)} {name}"
        for part, name in ((easy, "easy"), (moderate, "moderate"), (hard, "hard"))
    )
    index = intensity.polarisation_index(easy, moderate, hard)
    if not np.isfinite(index):
        return f"{shares}: not polarised."  # more hard than easy: the index is not defined
    return f"{shares}. Polarisation index {index:.2f}: {'polarised' if index > 2 else 'not polarised'}."


def dots_chart(
    activities: pd.DataFrame, name: str, title: str, decimals: int, sports: Mapping[str, str] | None = None
) -> dict:
    """A metric of each activity and its 28-day median, by sport; sports: from `sport_colours`."""
    known = activities[activities[name].notna()]
    if known.empty:
        return {}
    rows = []
    for sport, part in known.groupby("sport"):
        days = pd.to_datetime(part["local_day"])
        values = pd.Series(part[name].to_numpy(float), index=days).sort_index()
        middle = values.rolling("28D").median().resample("7D").last().dropna()  # one point a week is enough
        label = texts.sport_label(str(sport))
        for what, series in (("value", values), ("middle", middle)):
            texts_of_days = np.datetime_as_string(series.index.to_numpy("datetime64[D]")).tolist()
            rows += [
                {"day": f"{day}{dates.MIDNIGHT}", what: round(value, 3), "sport": label}
                for day, value in zip(texts_of_days, series.tolist(), strict=True)
            ]
    sports = sports or sport_colours(activities, False)
    return shapes.pour(shapes.dots(title, decimals, tuple(sports), tuple(sports.values())), rows)


def zone_chart(found: pd.DataFrame, period: str, span: tuple[date, date] | None = None) -> dict:
    """Seconds in zones by period; found: from queries.training.zone_seconds; span: as for `volume_chart`."""
    if found.empty:
        return {}
    frame = found.assign(start=volume.start_of(found["local_day"], period, dates.first_weekday()))
    sums = frame.groupby(["start", "zone"], as_index=False)["seconds"].sum()
    coloured = zone_colours(int(z) for z in sums["zone"].unique())
    rows = [
        {"label": period_label(row.start, period), "what": "Below" if row.zone == 0 else f"Zone {row.zone}",
         "rank": int(row.zone), "seconds": float(row.seconds), "text": fmt.duration(row.seconds)}
        for row in sums.itertuples()
    ]  # fmt: skip
    return shapes.pour(
        shapes.stacked_share(tuple(coloured), tuple(coloured.values())),
        rows, period_labels(found["local_day"], period, span),
    )  # fmt: skip


def year_colours(activities: pd.DataFrame) -> dict[str, str]:
    """ "2026" -> the colour of its line in `cumulative_chart`, latest first."""
    years = _years(activities)
    return dict(zip(reversed(years), reversed(shapes.year_colours(years)), strict=True))


def _years(activities: pd.DataFrame) -> list[str]:
    return [str(year) for year in sorted(set(pd.to_datetime(activities["local_day"]).dt.year))]


def cumulative_chart(activities: pd.DataFrame, what: str, units: Units, today: date) -> dict:
    """One line per year of the running total: for this year and the last every day with an activity, for earlier years
    the last such day of each week, which looks the same at a seventh of the size."""
    if activities.empty:
        return {}
    found = volume.cumulative(activities, what)
    week = found["day_of_year"] // 7
    is_last = (week != week.shift(-1)) | (found["year"] != found["year"].shift(-1))
    found = volume.to_the_end(found[is_last | (found["year"] >= today.year - 1)], today)
    rows = [
        {"year": str(row.year), "day_of_year": int(row.day_of_year), "total": round(float(shown), 2),
         "text": text(what, row.total, units), "is_now": bool(row.year == today.year)}
        for row, shown in zip(found.itertuples(), scaled(what, found["total"], units), strict=True)
    ]  # fmt: skip
    return shapes.pour(shapes.cumulative(unit(what, units), tuple(_years(activities))), rows)


def eddington_chart(history: pd.DataFrame, units: Units) -> dict:
    """The Eddington number over time. history: from training.eddington."""
    if history.empty:
        return {}
    rows = [
        {"day": f"{d}{dates.MIDNIGHT}", "number": int(n)}
        for d, n in zip(history["day"], history["number"], strict=True)
    ]
    return shapes.pour(shapes.steps("Eddington number"), rows)


def curve_chart(
    spans: dict[str, np.ndarray], durations: Sequence[int], name: str, sport: str, units: Units
) -> dict:
    """The best power (W), heart rate (bpm) or speed (m/s) over each duration, one line per span."""
    is_pace = name == "speed" and fmt.pace_kind(sport).startswith("pace")
    pace_unit, metres = fmt.pace_unit(fmt.pace_kind(sport), units)
    say = {
        "power": fmt.power,
        "heart_rate": fmt.heart_rate,
        "speed": lambda v: fmt.rate(v, units, sport),
    }[name]
    rows = []
    for span, values in spans.items():
        for t, v in zip(durations, np.asarray(values, float).tolist(), strict=True):
            if not np.isfinite(v) or v <= 0:
                continue
            shown = v if name != "speed" else metres / v if is_pace else v * 3600 / units.distance_m
            rows.append(
                {
                    "span": span,
                    "t": int(t),
                    "v": round(shown, 2),
                    "text": say(v),
                    "over": fmt.duration(float(t)),
                }
            )
    if not rows:
        return {}
    label = {"power": "W", "heart_rate": "bpm", "speed": f"min /{pace_unit}" if is_pace else units.speed}[
        name
    ]
    return shapes.pour(shapes.curves(label, is_pace, tuple(spans)), rows)


def critical_sentence(best: np.ndarray, durations: Sequence[int], name: str, sport: str, units: Units) -> str:
    """ "critical power 231 ± 2 W, W′ 5.3 ± 1.2 kJ", critical pace and D′, or why there is none; "" for heart rate."""
    if name == "heart_rate":
        return ""
    try:
        found = critical.fit(critical.best_of_curve(durations, best))
    except Refused as refused:
        what = "power" if name == "power" else fmt.rate_label(sport).lower()
        return f"no critical {what}. {refused}"
    if name == "power":
        return (
            f"critical power {found.rate:.0f} ± {found.rate_error:.0f} W, W′ {found.reserve / 1000:.1f} ± "
            f"{found.reserve_error / 1000:.1f} kJ."
        )
    share = 100 * found.rate_error / found.rate
    return (
        f"critical {fmt.rate_label(sport).lower()} {fmt.rate(found.rate, units, sport)} ± {fmt.percent(share, 1)}, D′ "
        f"{found.reserve:.0f} ± {found.reserve_error:.0f} m."
    )


def best_of(stored: pd.DataFrame, first: date, last: date) -> np.ndarray | None:
    """The best curve of the days from first to last; None if there are none. stored: from queries.records.curves."""
    days = pd.to_datetime(stored["local_day"]).dt.date
    inside = stored[(days >= first) & (days <= last)]
    if inside.empty:
        return None
    table = np.stack(inside["values"].to_list()).astype(float)
    best = np.where(np.isnan(table), -np.inf, table).max(axis=0)
    return np.where(np.isfinite(best), best, np.nan)
