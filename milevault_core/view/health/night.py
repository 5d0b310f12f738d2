"""A night for display: stages with the measurements below, figures, and regularity over weeks."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd

from milevault_core.formats.health_data import Night, Stage
from milevault_core.health.regularity import regularity_of
from milevault_core.health.what_if import same_time_up
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.health import shapes
from milevault_core.view.health.over_time import local, sample_rows
from milevault_core.view.health.quantities import QUANTITIES, SOURCES, duration
from milevault_core.view.parts.figures import Figure
from milevault_core.view.shapes import dated
from milevault_core.view.training.shapes import pour

UNDER = ("hr", "hrv", "spo2", "respiration")
_NAMES = {"awake": "Awake", "rem": "REM", "light": "Light", "deep": "Deep", "asleep": "Light"}
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def _told(stages: object) -> list[list]:
    """The stages of a night as stored by queries.health; a night without stages next to nights with them has NaN."""
    return json.loads(stages) if isinstance(stages, str) else []


def stages_of(nights: pd.DataFrame) -> pd.DataFrame:
    """The stages of nights from queries.health: day, start_time, end_time (UTC), stage."""
    rows = [
        (row.day, start, end, stage) for row in nights.itertuples() for start, end, stage in _told(row.stages)
    ]
    found = pd.DataFrame(rows, columns=["day", "start_time", "end_time", "stage"])
    for name in ("start_time", "end_time"):
        found[name] = pd.to_datetime(found[name].astype("int64"), unit="s", utc=True)
    return found


def stage_rows(stages: pd.DataFrame, zone) -> list[dict]:
    """Rows t, end, stage, … of the known stages; unmeasurable stretches become gaps."""
    known = stages[stages["stage"].isin(list(_NAMES))]
    if known.empty:
        return []
    starts, ends = local(known["start_time"], zone), local(known["end_time"], zone)
    return [
        {"t": start.isoformat(), "end": end.isoformat(), "stage": (name := _NAMES[stage]), "name": name, "tone": name,
         "kind": "Sleep"}
        for start, end, stage in zip(starts, ends, known["stage"], strict=True)
    ]  # fmt: skip


def hypnogram(stages: pd.DataFrame, zone) -> dict:
    """The night's stages as a chart; {} if there are none."""
    rows = stage_rows(stages, zone)
    return pour(shapes.hypnogram(), rows) if rows else {}


def under(samples: pd.DataFrame, first, last, zone, wanted: Sequence[str] = UNDER, bars: Sequence[dict] = (),
          bucket_s: int = 60) -> dict:  # fmt: skip
    """What was measured, one row each, on a shared axis of local time from first to last (UTC); {} if nothing was."""
    rows: list[dict] = list(bars)
    parts = []
    for name in wanted:
        quantity = QUANTITIES[name]
        own = samples[samples["metric"] == quantity.series]
        if len(own) > 1:
            parts.append((name, quantity.label, quantity.unit, quantity.colour))
            rows += sample_rows(own, quantity, zone, bucket_s, name)
    if not parts and not bars:
        return {}
    a, b = (f"{local(pd.Series([pd.Timestamp(at)]), zone).iloc[0]:%Y-%m-%dT%H:%M:%S}" for at in (first, last))
    spec = dated(shapes.under(tuple(parts), a, b, bool(bars)))
    # Each row of the chart has its own data: rows of another series would be gaps in its line.
    fields = [*(["end"] if bars else []), *(name for name, *_ in parts)]
    made = [
        part | {"data": {"values": [row for row in rows if field in row]}}
        for field, part in zip(fields, spec["vconcat"], strict=True)
    ]
    return spec | {"vconcat": made}


def zone_of(utc_offset_s: int, slept: datetime, woke: datetime, time_zone: str) -> dates.Zone:
    """The time zone in which a night is shown: where the user woke up, as an offset. At home it is the user's own zone,
    which knows that the offset on the evening before a clock change differs from the next morning's. A night has only
    one of the two offsets, and that of the previous midnight if its source gives none."""
    moments = (slept, woke, woke - timedelta(days=1))
    at_home = {at.utcoffset() for at in (dates.local(moment, time_zone) for moment in moments) if at}
    return time_zone if timedelta(seconds=int(utc_offset_s)) in at_home else int(utc_offset_s)


def morning_offset(night: Mapping, time_zone: str) -> int:
    """The offset from UTC on the morning after a night, in s."""
    at = dates.local(night["end_time"], _zone(night, time_zone))
    offset = at.utcoffset() if at else None
    return int(night["utc_offset_s"]) if offset is None else int(offset.total_seconds())


def _zone(night: Mapping, time_zone: str) -> dates.Zone:
    return zone_of(night["utc_offset_s"], night["start_time"], night["end_time"], time_zone)


def times(night: Mapping, time_zone: str) -> str:
    """ "23:10 to 07:05", each in the local time of that moment."""
    zone = _zone(night, time_zone)
    return f"{dates.clock(night['start_time'], zone)} to {dates.clock(night['end_time'], zone)}"


def changed_sentence(night: Mapping, time_zone: str) -> str:
    """A sentence about a clock change during the night; "" for any other night."""
    zone = _zone(night, time_zone)
    slept, woke = (dates.local(night[name], zone) for name in ("start_time", "end_time"))
    if slept is None or woke is None or slept.utcoffset() == woke.utcoffset():
        return ""
    return "The clocks changed during this night. The chart shows the time of the morning."


def figures(night: pd.Series, day: pd.Series | None, time_zone: str) -> list[Figure]:
    """The figures of a night: time asleep, from when to when, stages, score."""
    in_bed = (night["end_time"] - night["start_time"]).total_seconds()
    slept = float(night["asleep_s"])
    asleep = duration(slept) if np.isfinite(slept) else duration(in_bed)
    made = [Figure("Asleep", asleep, times(night, time_zone), about="night")]
    for label, name in (
        ("Deep", "deep_s"),
        ("Light", "light_s"),
        ("REM", "rem_s"),
        ("Awake", "awake_s"),
    ):
        value = night[name]
        if value is not None and np.isfinite(float(value)):
            share = fmt.percent(100 * float(value) / in_bed) if in_bed else ""
            made.append(Figure(label, duration(float(value)), share, about="night"))
    return made + _of_day(day)


def figures_of_day(day: pd.Series | None) -> list[Figure]:
    """The figures of a night of which only daily values are known; [] if the time asleep is not."""
    slept = np.nan if day is None else day.get("sleep_s", np.nan)
    return (
        [Figure("Asleep", duration(float(slept)), about="night"), *_of_day(day)] if np.isfinite(slept) else []
    )


def _of_day(day: pd.Series | None) -> list[Figure]:
    made = []
    for label, name, unit in (("Score", "sleep_score", ""), ("HRV", "hrv_last_night", "ms"),
                              ("Resting heart rate", "rhr", "bpm"), ("SpO2", "spo2_avg", "%")):  # fmt: skip
        if day is not None and name in day and np.isfinite(day[name]):
            made.append(Figure(label, fmt.number(day[name], 0, unit), about="night"))
    return made


def source_sentence(night: pd.Series, has_stages: bool) -> str:
    """Where a night comes from, and that sleep stages measured at the wrist are estimates."""
    source = SOURCES.get(night["source"], night["source"])
    if not has_stages:
        return f"From: {source}. It does not report the stages over time."
    return (
        f"From: {source}. Stages of sleep are a device’s estimate from movement and pulse; a sleep laboratory would "
        "agree on about two thirds of them."
    )


def made_of(nights: pd.DataFrame) -> list[Night]:
    """Frames of queries.health as Night objects."""
    begin, end = _seconds(nights["start_time"]), _seconds(nights["end_time"])
    return [
        Night(row.day, int(begin[i]), int(end[i]), row.source, {},
              tuple(Stage(*stage) for stage in _told(row.stages)), int(row.utc_offset_s), bool(row.is_nap))
        for i, row in enumerate(nights.itertuples())
    ]  # fmt: skip


def _seconds(times: pd.Series) -> np.ndarray:
    stamps = pd.to_datetime(times, utc=True).dt.tz_localize(None)
    return stamps.to_numpy("datetime64[s]").astype(np.int64)


def bed_time_chart(nights: pd.DataFrame, time_zone: str) -> dict:
    """One bar per night from falling asleep to getting up, by local time; {} if there are none."""
    rows = []
    for row in nights.itertuples():
        zone = zone_of(row.utc_offset_s, row.start_time, row.end_time, time_zone)
        noon = pd.Timestamp(row.day) - timedelta(hours=12)
        bed, up = (
            (at - noon).total_seconds() / 3600
            for at in local(pd.Series([row.start_time, row.end_time]), zone)
        )
        lasted = (row.end_time - row.start_time).total_seconds()
        slept = row.asleep_s if np.isfinite(row.asleep_s) else lasted
        rows.append({"day": f"{row.day}{dates.MIDNIGHT}", "bed": round(bed, 3), "up": round(up, 3),
                     "text": duration(slept), "kind": "Nap" if row.is_nap else "Night"})  # fmt: skip
    return pour(shapes.bed_times(), rows) if rows else {}


def regularity_sentence(nights: Sequence[Night], weekdays: Sequence[int]) -> tuple[float, str]:
    """The index, and what it would be if the user also got up at the usual time on these days of the week."""
    now = regularity_of(nights)
    if not np.isfinite(now):
        return now, "This needs five pairs of consecutive nights."
    if not weekdays:
        return now, ""
    then, second = same_time_up(nights, weekdays)
    if second is None or not np.isfinite(then):
        return now, ""
    days = " and ".join(WEEKDAYS[day] for day in weekdays)
    clock = dates.clock_of(second // 60)
    if f"{now:.0f}" == f"{then:.0f}":
        return now, f"Getting up at {clock} on {days} too would not change your index."
    return now, f"If you also got up at {clock} on {days}, your index would go from {now:.0f} to {then:.0f}."


def usual_times(nights: Sequence[Night]) -> tuple[str, str]:
    """The median times of falling asleep and of getting up, in local time."""
    own = [night for night in nights if not night.is_nap]
    if not own:
        return fmt.MISSING, fmt.MISSING
    epoch = date(1970, 1, 1)
    clocks = []
    for which in ("start", "end"):
        seconds = [
            getattr(n, which) + (n.utc_offset_s or 0) - (n.day - epoch).days * 86_400 + 43_200 for n in own
        ]
        minute = int(np.median(seconds)) // 60 - 720
        clocks.append(dates.clock_of(minute))
    return clocks[0], clocks[1]
