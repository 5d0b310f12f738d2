"""Files into Recordings. Any bytes give a Reading or `BadFile`; no other exception leaves this package.

A reader is a file in this package with one function `read(data) -> Reading`, registered by

    @reader("fit", sniff)          # sniff(head: bytes) -> bool looks at content, never at the file's suffix
    def read(data: bytes) -> Reading: ...
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd


class BadFile(ValueError):
    """The file cannot be used; `str()` is one sentence that its owner understands."""


LAP_COLUMNS = (
    "start_time", "elapsed_s", "timer_s", "distance_m", "ascent_m", "descent_m", "avg_speed", "max_speed",
    "avg_heart_rate", "max_heart_rate", "avg_cadence", "avg_power", "max_power", "calories", "trigger",
    "intensity",
)  # fmt: skip
LENGTH_COLUMNS = ("start_time", "elapsed_s", "timer_s", "strokes", "stroke", "is_active")
SET_COLUMNS = ("start_time", "duration_s", "repetitions", "weight_kg", "exercise", "is_active")
TOTALS = (
    "elapsed_s", "timer_s", "moving_s", "distance_m", "ascent_m", "descent_m", "calories", "avg_speed",
    "max_speed", "avg_heart_rate", "max_heart_rate", "avg_cadence", "max_cadence", "avg_power", "max_power",
    "normalized_power", "avg_temperature", "pool_length_m", "strokes", "training_effect", "tss",
)  # fmt: skip


# Making an empty frame takes longer than reading a small file. Nobody writes into these: they are shared.
_NO_LAPS, _NO_LENGTHS, _NO_SETS = (
    pd.DataFrame(columns=list(columns)) for columns in (LAP_COLUMNS, LENGTH_COLUMNS, SET_COLUMNS)
)


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be used as it stood."""

    code: str  # stable, for tests and statistics: "truncated", "bad_checksum", "positions_dropped" …
    text: str  # one sentence for the user
    where: str = ""  # "byte 1234", "lap 3", "line 17"


# Problems that mean: part of what was recorded is not here. All others are remarks.
LOSSES = frozenset(
    ("truncated", "damaged", "part_unusable", "trailing_bytes", "unknown_local_type", "bad_chain", "repaired",
     "points_dropped", "cut_short", "incomplete", "mostly_damaged", "part_cut_off")
)  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """Anything per point outside the fixed columns of the track: power balance, core temperature, Stryd …"""

    name: str
    unit: str
    values: np.ndarray  # float32, one per row of the recording's track, NaN where missing
    developer: str = ""  # name or id of the app that wrote it; empty for the format's own fields


@dataclass
class Recording:
    """One file's view of one activity, as the file has it: not cleaned yet.

    `laps`, `lengths`, `sets`: one row each, in the file's order, with the columns of the constants below
    (SI units, UTC times without zone, NaN/NaT/None where missing).
    `totals`: what the device says of the whole activity, by the names of TOTALS.
    """

    sport: str  # one of sports.SPORTS
    start_time: datetime | None  # aware, UTC
    track: pd.DataFrame  # milevault_core.track, in the file's order
    sub_sport: str = ""
    sport_name: str = ""  # the sport in the file's own words, kept when it is unknown to us
    name: str = ""
    laps: pd.DataFrame = field(default_factory=lambda: _NO_LAPS)
    lengths: pd.DataFrame = field(default_factory=lambda: _NO_LENGTHS)
    sets: pd.DataFrame = field(default_factory=lambda: _NO_SETS)
    totals: dict[str, float] = field(default_factory=dict)
    # Seconds the timer ran, as pairs (start, stop), UTC without zone; empty when the file has no timer events.
    timer: list[tuple[np.datetime64, np.datetime64]] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    # Small things the product shows but does not compute with: devices, time_in_zone, splits, workout, hrv.
    details: dict = field(default_factory=dict)
    device: str = ""  # maker and model in words: "Garmin Edge 1040"
    utc_offset_s: int | None = None  # the file's own idea of local time
    format: str = ""  # "fit", "gpx", "tcx"
    part: int = 0  # which activity of the file this is
    is_transition: bool = False  # a triathlon's change of sport
    is_indoor: bool = False
    is_virtual: bool = False  # Zwift and its like: the track is not a real place
    problems: list[Problem] = field(default_factory=list)
    understood: float = 1.0  # share of the file's bytes that were understood


@dataclass
class Reading:
    """What a file turned out to be.

    kind: "activity" (recordings holds at least one), "route" (a course: recordings without time),
    "health", "weight" (handed on whole), or "other" (workout, settings …): `reason` says which in a sentence.
    """

    format: str
    kind: str
    recordings: list[Recording] = field(default_factory=list)
    reason: str = ""
    problems: list[Problem] = field(default_factory=list)


# Bounds of every reader; beyond them a file is refused with a sentence, not half read.
MAX_BYTES = 64 * 1024 * 1024  # of one file, unpacked
MAX_POINTS = 1_000_000
MAX_MESSAGES = 5_000_000


@dataclass(frozen=True)
class Reader:
    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes], Reading]


READERS: dict[str, Reader] = {}


def reader(name: str, sniff: Callable[[bytes], bool]):
    """Register `read(data: bytes) -> Reading` for content that `sniff(first 4096 bytes)` recognises."""

    def register(function: Callable[[bytes], Reading]):
        READERS[name] = Reader(name, sniff, function)
        return function

    return register


def read(data: bytes, name: str = "") -> Reading:
    """What the bytes of one file hold. The name is a label only: the content decides.

    A `.gz` is unpacked first. Raises BadFile, and nothing else, when there is nothing to read.
    """
    from milevault_core.formats.dispatch import read_any  # the readers import this module

    return read_any(data, name)
