"""One local day on one axis: sleep and training, with heart rate, stress and body battery below."""

from datetime import date, timedelta

import pandas as pd

from milevault_core.formats.texts import straight
from milevault_core.view import texts
from milevault_core.view.dates import Zone
from milevault_core.view.health import shapes
from milevault_core.view.health.night import stage_rows, stages_of, under
from milevault_core.view.health.night import zone_of as zone_of_night
from milevault_core.view.health.over_time import local

SERIES = ("hr", "stress", "body_battery", "respiration")


def zone_of(nights: pd.DataFrame, day: date, time_zone: str) -> Zone:
    """The time zone in which the user woke up on this day (night.zone_of), else the user's own time zone."""
    own = nights[nights["day"] == day]
    if own.empty:
        return time_zone
    night = own.iloc[0]
    return zone_of_night(night["utc_offset_s"], night["start_time"], night["end_time"], time_zone)


def chart(samples, nights, done, begin, end, zone: Zone) -> dict:
    """The day from begin to end (UTC); {} if nothing was measured. done: its activities."""
    if samples.empty and nights.empty:
        return {}
    first, last = (local(pd.Series([pd.Timestamp(at)]), zone).iloc[0] for at in (begin, end))
    has_stages = nights["stages"].notna().to_numpy(bool)
    bars = stage_rows(stages_of(nights[has_stages]), zone) + _whole(nights[~has_stages], zone)
    bars += _activities(done, zone)
    inside = []
    for bar in bars:
        a, b = max(pd.Timestamp(bar["t"]), first), min(pd.Timestamp(bar["end"]), last)
        if a < b:
            inside.append(bar | {"t": a.isoformat(), "end": b.isoformat()})
    return under(samples, begin, end, zone, SERIES, inside)


def keys(spec: dict) -> dict[str, str]:
    """The legend of the bars in a chart of `chart`: label -> colour, of those that occur in it."""
    there = {row["tone"] for part in spec["vconcat"] for row in part["data"]["values"] if "tone" in row}
    return {tone: colour for tone, colour in shapes.TONES.items() if tone in there}


def _whole(nights: pd.DataFrame, zone: Zone) -> list[dict]:
    """Nights without stages, as one bar each."""
    if nights.empty:
        return []
    starts, ends = local(nights["start_time"], zone), local(nights["end_time"], zone)
    return [
        {"t": a.isoformat(), "end": b.isoformat(), "name": "Asleep", "tone": "Asleep", "kind": "Sleep"}
        for a, b in zip(starts, ends, strict=True)
    ]


def _activities(done: pd.DataFrame, zone: Zone) -> list[dict]:
    if done.empty:
        return []
    return [
        {"t": start.isoformat(), "end": (start + timedelta(seconds=float(lasted))).isoformat(),
         "name": straight(name) or texts.sport_label(sport), "tone": "Activity", "kind": "Activity"}
        for start, lasted, name, sport in zip(
            local(done["start_time"], zone), done["elapsed_s"], done["name"], done["sport"], strict=True)
    ]  # fmt: skip
