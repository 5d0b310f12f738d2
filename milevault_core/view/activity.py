"""Texts and figures of one activity's page."""

from datetime import timedelta, timezone

import numpy as np
import pandas as pd

from milevault_core.formats import LOSSES
from milevault_core.view import dates, words
from milevault_core.view import format as fmt
from milevault_core.view.format import Units, units
from milevault_core.view.series import available, series
from milevault_core.view.words import sport_label

__all__ = ["colour_choices", "default_colour", "figures", "file_label", "has_distance", "notes",
           "stretch_sentence", "subtitle", "units", "zone"]  # fmt: skip


def zone(activity: dict) -> dates.Zone:
    """The time zone of an activity: its own, else the offset of its file."""
    return activity["time_zone"] or timezone(timedelta(seconds=int(activity["utc_offset_s"])))


def subtitle(activity: dict) -> str:
    """ "Running · Sun 1 June 2026, 08:00 · Garmin Edge 1040"."""
    sport = sport_label(activity["sport"], activity["sport_name"])
    if activity["sub_sport"] and activity["sub_sport"] != "generic":
        sport += f" ({activity['sub_sport'].replace('_', ' ')})"
    parts = [sport, dates.day_time(activity["start_time"], zone(activity)), activity["device"]]
    return " · ".join(part for part in parts if part)


def figures(activity: dict, system: Units) -> list[tuple[str, str]]:
    """(label, value) of the figures at the head of the page: those the activity has."""
    sport = activity["sport"]
    moving, elapsed = activity["moving_s"], activity["elapsed_s"]
    rows = [
        ("Distance", fmt.distance(activity["distance_m"] or None, system, sport)),
        ("Moving time" if moving else "Time", fmt.duration(moving or elapsed)),
        (fmt.rate_label(sport), fmt.rate(activity["avg_speed"] or None, system, sport)),
        ("Climb", fmt.altitude(activity["ascent_m"], system)),
        ("Avg heart rate", fmt.heart_rate(activity["avg_heart_rate"])),
        ("Avg power", fmt.power(activity["avg_power"] or None)),
        ("Cadence", fmt.cadence(activity["avg_cadence"] or None, sport)),
        ("Calories", fmt.number(activity["calories"], 0, "kcal")),
    ]
    if moving and elapsed - moving >= 60:
        rows.insert(2, ("Elapsed", fmt.duration(elapsed)))
    return [row for row in rows if row[1] != fmt.MISSING]


def notes(activity: dict) -> list[str]:
    """What could not be used, or was repaired, as sentences."""
    texts = list(dict.fromkeys(p["text"] for p in activity["problems"]))
    if activity["understood"] < 0.999:
        share = max(1, round(100 * activity["understood"]))
        texts.insert(0, f"Imported, partly: about {share} % of the file could be read.")
    elif any(p["code"] in LOSSES for p in activity["problems"]):
        texts.insert(0, "Imported, partly: something of what the file held is missing.")
    return texts


def has_distance(track: pd.DataFrame) -> bool:
    distance = track["distance"].to_numpy()
    return bool(np.isfinite(distance).sum() > 1 and np.nanmax(distance) > 0)


def colour_choices(track: pd.DataFrame, sport: str) -> dict[str, str]:
    """Columns a track can be coloured by, with their labels."""
    return {key: series(track, key, fmt.METRIC, sport).label for key in available(track, sport)}


def default_colour(choices: dict[str, str]) -> str | None:
    return next((k for k in ("speed", "heart_rate", "altitude") if k in choices), None)


def stretch_sentence(track: pd.DataFrame, stretch: tuple[int, int], system: Units, sport: str) -> str:
    """The brushed stretch in figures: length, time, pace or speed, mean heart rate and power."""
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
    """What a download of an original is called: "run.fit (120 kB)"."""
    name = str(file.name).replace("\\", "/").rsplit("/", 1)[-1]
    return words.plain(f"{name} ({fmt.size(file.size_bytes)})")
