"""Texts and figures of an activity's page."""

from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd

from milevault_core.problems import LOSSES
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view import texts as words
from milevault_core.view.activities.series import available, series
from milevault_core.view.format import Units, units
from milevault_core.view.texts import sport_label

__all__ = ["colour_choices", "default_colour", "figures", "file_label", "has_distance", "notes",
           "stretch_sentence", "subtitle", "units", "zone"]  # fmt: skip


def zone(activity: dict) -> dates.Zone:
    """The time zone of an activity: its own, else the UTC offset of its file."""
    return activity["time_zone"] or timezone(timedelta(seconds=int(activity["utc_offset_s"])))


def subtitle(activity: dict) -> str:
    """ "Running · Sun 1 June 2026, 08:00 · Garmin Edge 1040"."""
    sport = sport_label(activity["sport"], activity["sport_name"])
    kind = activity["sub_sport"].replace("_", " ") if activity["sub_sport"] != "generic" else ""
    if kind and not _says(sport, kind):
        sport += f", {_KINDS.get(kind, kind)}"
    parts = [sport, dates.day_time(activity["start_time"], zone(activity)), activity["device"]]
    return " · ".join(part for part in parts if part)


def elsewhere(activity: dict, time_zone: str) -> str:
    """ "Local time there: UTC+9, Asia/Tokyo" if the clock there differed from the reader's at that moment, else ""."""
    there, here = (dates.local(activity["start_time"], one) for one in (zone(activity), time_zone))
    if there is None or here is None or there.utcoffset() == here.utcoffset():
        return ""
    minutes = int((there.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    offset = f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"
    return f"Local time there: {', '.join(filter(None, (offset, activity['time_zone'])))}"


_KINDS = {
    "lap swimming": "pool",
    "virtual activity": "virtual",
    "indoor cycling": "indoor",
    "strength training": "",
}


def _says(sport: str, kind: str) -> bool:
    """Whether the sport's name already contains the sub-sport: "Strength" and "strength training", "Yoga" and
    "yoga"."""
    return (set(sport.lower().split()) & set(kind.split()) != set() and kind not in _KINDS) or not _KINDS.get(
        kind, kind
    )


def _speed(activity: dict) -> float | None:
    """Computed from the distance and time shown beside it, so that the three figures agree."""
    seconds = activity["moving_s"] or activity["elapsed_s"]
    return activity["distance_m"] / seconds if activity["distance_m"] and seconds else None


def figures(activity: dict, system: Units) -> list[tuple[str, str]]:
    """(label, value) of the figures at the head of the page, as far as the activity has them."""
    sport = activity["sport"]
    moving, elapsed = activity["moving_s"], activity["elapsed_s"]
    rows = [
        ("Distance", fmt.distance(activity["distance_m"] or None, system, sport)),
        ("Moving time" if moving and activity["distance_m"] else "Time", fmt.duration(moving or elapsed)),
        (fmt.rate_label(sport), fmt.rate(_speed(activity), system, sport)),
        ("Ascent", fmt.altitude(activity["ascent_m"], system)),
        ("Avg heart rate", fmt.heart_rate(activity["avg_heart_rate"])),
        ("Avg power", fmt.power(activity["avg_power"] or None)),
        ("Cadence", fmt.cadence(activity["avg_cadence"] or None, sport)),
        ("Calories", fmt.number(activity["calories"] or None, 0, "kcal")),
    ]
    if moving and elapsed - moving >= 60:
        rows.insert(2, ("Elapsed", fmt.duration(elapsed)))
    return [row for row in rows if row[1] != fmt.MISSING]


def notes(activity: dict) -> list[str]:
    """What could not be used, or was repaired, in sentences."""
    texts = list(dict.fromkeys(words.as_written_now(p["text"]) for p in activity["problems"]))
    if activity["understood"] < 0.999:
        share = max(1, round(100 * activity["understood"]))
        texts.insert(0, f"Only about {fmt.percent(share)} of the file could be read.")
    elif any(p["code"] in LOSSES for p in activity["problems"]):
        texts.insert(0, "Part of the file could not be read, so something is missing here.")
    return texts


# Problems for which part of the file does not count, unless the user decides that it does.
_LEFT_OUT = frozenset(
    ("untravelled", "off_timer", "positions_dropped", "altitudes_dropped", "altitude_levelled", "speeds_dropped")
)  # fmt: skip


def judgement(activity: dict) -> str:
    """ "judged" if part of the file does not count, "as recorded" if the user has decided that it does, else ""."""
    codes = {p["code"] for p in activity["problems"]}
    if "as_recorded" in codes:
        return "as recorded"
    return "judged" if codes & _LEFT_OUT else ""


def date_choices(activity: dict) -> dict[str, datetime]:
    """The file's alternatives to an impossible date: button texts and starts (UTC)."""
    found = (datetime.fromisoformat(hint) for hint in activity["date_hints"])
    return {f"It was {dates.day_time(when, zone(activity))}": when for when in found}


def lead_s(activity: dict, track: pd.DataFrame) -> float:
    """How many seconds before its first point an activity began (a swim watch writes its first point at the wall)."""
    if not len(track):
        return 0.0
    first = pd.Timestamp(track["time"].to_numpy()[0]).tz_localize("UTC")
    return max(0.0, (first - pd.Timestamp(activity["start_time"])).total_seconds())


def has_distance(track: pd.DataFrame) -> bool:
    distance = track["distance"].to_numpy()
    return bool(np.isfinite(distance).sum() > 1 and np.nanmax(distance) > 0)


def colour_choices(track: pd.DataFrame, sport: str) -> dict[str, str]:
    """The columns a track can be coloured by, with their labels."""
    return {key: series(track, key, fmt.METRIC, sport).label for key in available(track, sport)}


def default_colour(choices: dict[str, str]) -> str | None:
    return next((k for k in ("speed", "heart_rate", "altitude") if k in choices), None)


def stretch_sentence(track: pd.DataFrame, stretch: tuple[int, int], system: Units, sport: str) -> str:
    """The selected stretch in figures: length, time, pace or speed, mean heart rate and power."""
    part = track.iloc[stretch[0] : stretch[1]]
    time, way = part["time"].to_numpy(), part["distance"].to_numpy()
    seconds = float((time[-1] - time[0]).astype("timedelta64[us]").astype(float) / 1e6)
    texts = []
    if np.isfinite(way[[0, -1]]).all():
        metres = float(way[-1] - way[0])
        texts += [fmt.distance(metres, system, sport), fmt.duration(seconds)]
        texts.append(fmt.rate(metres / seconds if seconds and metres else None, system, sport))
    else:
        texts.append(fmt.duration(seconds))
    for column, say in (("heart_rate", fmt.heart_rate), ("power", fmt.power)):
        if part[column].notna().any():
            texts.append(say(float(part[column].mean())))
    return "Selected: " + " · ".join(t for t in texts if t != fmt.MISSING)


def file_label(file) -> str:
    """The label of an original's download: "run.fit (120 kB)"."""
    name = str(file.name).replace("\\", "/").rsplit("/", 1)[-1]
    return f"{name} ({fmt.size(file.size_bytes)})"
