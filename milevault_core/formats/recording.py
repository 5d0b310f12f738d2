"""What a reader returns: a Reading of the file, with a Recording for each activity in it."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from milevault_core.problems import Problem

LAP_COLUMNS = (
    "start_time", "elapsed_s", "timer_s", "distance_m", "ascent_m", "descent_m", "avg_speed", "max_speed",
    "avg_heart_rate", "max_heart_rate", "avg_cadence", "avg_power", "max_power", "calories", "trigger",
    "intensity", "workout_step",
)  # fmt: skip
LENGTH_COLUMNS = ("start_time", "elapsed_s", "timer_s", "strokes", "stroke", "is_active")
SET_COLUMNS = ("start_time", "duration_s", "repetitions", "weight_kg", "exercise", "is_active")
TOTALS = (
    "elapsed_s", "timer_s", "moving_s", "distance_m", "ascent_m", "descent_m", "calories", "avg_speed",
    "max_speed", "avg_heart_rate", "max_heart_rate", "avg_cadence", "max_cadence", "avg_power", "max_power",
    "normalized_power", "avg_temperature", "pool_length_m", "strokes", "training_effect", "tss",
    "intensity_factor", "anaerobic_training_effect", "device_load", "rpe", "feel", "vo2max", "recovery_s",
)  # fmt: skip


# Making an empty frame takes longer than reading a small file. These are shared and must not be changed.
_NO_LAPS, _NO_LENGTHS, _NO_SETS = (
    pd.DataFrame(columns=list(columns)) for columns in (LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS)
)


@dataclass(frozen=True)
class Channel:
    """A value per point outside the fixed columns of the track: power balance, core temperature, Stryd …"""

    name: str
    unit: str
    values: np.ndarray  # float32, one per row of the recording's track, NaN where missing
    developer: str = ""  # name or id of the app that wrote it; empty for the format's own fields


@dataclass
class Recording:
    """One activity as its file has it, before cleaning.

    `laps`, `lengths`, `sets`: one row each, in the file's order, with the columns of the constants above
    (SI units, UTC times without zone, NaN/NaT/None where missing).
    `totals`: the device's figures for the whole activity, by the names of TOTALS.
    """

    sport: str  # one of sports.SPORTS
    start_time: datetime | None  # aware, UTC
    track: pd.DataFrame  # milevault_core.track.table, in the file's order
    sub_sport: str = ""
    sport_name: str = ""  # the sport in the file's own words, kept when it is unknown to us
    name: str = ""
    laps: pd.DataFrame = field(default_factory=lambda: _NO_LAPS)
    lengths: pd.DataFrame = field(default_factory=lambda: _NO_LENGTHS)
    sets: pd.DataFrame = field(default_factory=lambda: _NO_SETS)
    totals: dict[str, float] = field(default_factory=dict)
    # When the timer ran, as pairs (start, stop), UTC without zone; empty when the file has no timer events.
    timer: list[tuple[np.datetime64, np.datetime64]] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    # Small things that are shown but not used in calculations: devices, time_in_zone, splits, workout, hrv.
    details: dict = field(default_factory=dict)
    device: str = ""  # maker and model in words: "Garmin Edge 1040"
    utc_offset_s: int | None = None  # the file's own idea of local time
    date_hints: tuple[datetime, ...] = ()  # when the file says it was made; aware, UTC
    # From the start to when the summary was written; NaN where the file does not say.
    session_s: float = float("nan")
    format: str = ""  # "fit", "gpx", "tcx"
    part: int = 0  # which activity of the file this is
    is_transition: bool = False  # the change of sport in a triathlon
    is_indoor: bool = False
    is_virtual: bool = False  # Zwift and the like: the track is not a real place
    problems: list[Problem] = field(default_factory=list)
    understood: float = 1.0  # share of the file's bytes that were understood


@dataclass
class Reading:
    """What a file turned out to be.

    kind: "activity" (recordings holds at least one), "route" (a course: recordings without time),
    "health", "weight" (passed on whole), or "other" (workout, settings …): `reason` says which, in a sentence.
    """

    format: str
    kind: str
    recordings: list[Recording] = field(default_factory=list)
    reason: str = ""
    problems: list[Problem] = field(default_factory=list)
