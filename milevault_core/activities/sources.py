"""Where each figure of an activity comes from, and which of its candidates is shown.

Origins: "device" (the file's own summary), "computed" (from the points), "edited" (a number the user typed in). By
default the device's figure wins if it is plausible (summary.summarise); a user's default for all activities beats that,
and a user's choice for the activity beats both.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from milevault_core.activities.prepare import Prepared
from milevault_core.activities.summary import summarise
from milevault_core.formats import Recording
from milevault_core.track import Columns, arrays

PREFIX = "figure:"  # starts the names of these choices among an activity's edits
FIGURES = ("distance_m", "moving_s", "elapsed_s", "avg_speed", "max_speed", "ascent_m", "descent_m", "avg_heart_rate",
           "max_heart_rate", "avg_power", "max_power", "avg_cadence", "avg_temperature", "calories")  # fmt: skip
ORIGINS = ("device", "computed")
# Cannot be chosen: it would contradict the distance and the time if the user changed those.
DERIVED = {"avg_speed": "The speed is the distance divided by the moving time. Change one of these instead."}
_MOST = {"distance_m": 1e7, "moving_s": 1e7, "elapsed_s": 1e7, "avg_speed": 350.0, "max_speed": 350.0, "ascent_m": 1e5,
         "descent_m": 1e5, "avg_heart_rate": 300, "max_heart_rate": 300, "avg_power": 3000, "max_power": 5000,
         "avg_cadence": 300, "avg_temperature": 80, "calories": 100_000}  # fmt: skip


def computed(recording: Recording, columns: Columns) -> dict[str, float]:
    """The figures computed from the points alone; those they cannot give are left out."""
    figures = summarise(replace(recording, totals={}), columns).figures
    return {name: value for name, value in figures.items() if name in FIGURES and value is not None}


def from_points(track: pd.DataFrame, sport: str, lengths: pd.DataFrame) -> dict[str, float]:
    """The figures computed from a stored track. lengths: its pool lengths as stored (timer_s, elapsed_s, intensity)."""
    made = Recording(sport, None, track)
    if len(lengths):
        made.lengths = lengths.assign(is_active=lengths["intensity"] != "rest")
    return computed(made, arrays(track)) if len(track) else {}


def check(name: str, choice: str) -> str:
    """A choice as it is stored: an origin, a number, or "" for none. Raises ValueError, with a sentence for the user,
    for anything else."""
    if name not in FIGURES:
        raise ValueError("There is no such figure.")
    if choice == "":
        return choice
    if name in DERIVED:
        raise ValueError(DERIVED[name])
    if choice in ORIGINS:
        return choice
    try:
        value = float(choice)
    except ValueError:
        raise ValueError("That is not a number.") from None
    if not math.isfinite(value) or value < (-80 if name == "avg_temperature" else 0) or value > _MOST[name]:
        raise ValueError("No activity can have such a figure.")
    return repr(value)


def choices(edits: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """figure -> origin or number, for the figures a user has chosen. Old choices of derived figures are ignored."""
    said = {name: defaults[name] for name in FIGURES if name in defaults}
    said |= {n.removeprefix(PREFIX): v for n, v in edits.items() if n.startswith(PREFIX)}
    return {name: choice for name, choice in said.items() if name not in DERIVED}


def edited(edits: Mapping[str, str]) -> dict[str, float]:
    """Numbers that the user typed in, by metric name: they beat the device's and the computed ones."""
    found = {name: choice for name, choice in choices(edits, {}).items() if choice not in ORIGINS}
    return {name: float(value) for name, value in found.items()}


def choose(prepared: Prepared, edits: Mapping[str, str], defaults: Mapping[str, str]) -> None:
    """Put the chosen candidates into a prepared activity's row. A candidate that does not exist is not chosen."""
    said = choices(edits, defaults)
    if not said:
        return
    own = computed(prepared.recording, prepared.columns) if "computed" in said.values() else {}
    device = prepared.recording.totals
    row = prepared.row
    for name, choice in said.items():
        candidate = {"device": device, "computed": own}.get(choice)
        value = candidate.get(name) if candidate is not None else float(choice)
        if name in FIGURES and value is not None and math.isfinite(value):
            row[name] = float(value)
    if {"distance_m", "moving_s"} & set(said) and row["distance_m"] and row["moving_s"]:
        row["avg_speed"] = row["distance_m"] / row["moving_s"]
    if row["elapsed_s"] is None:
        row["elapsed_s"] = 0.0
    if row["moving_s"] is not None and row["moving_s"] > row["elapsed_s"]:
        row["elapsed_s"] = row["moving_s"]
