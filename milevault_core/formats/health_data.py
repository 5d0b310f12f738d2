"""What a health file holds, in one plain form whatever wrote it: the counterpart of recording.py for days and nights.

Times are whole seconds since 1970 in UTC; a day is the local date. Metrics and their units stand in health_metrics.py.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from milevault_core.problems import BadFile, Problem

AWAKE, LIGHT, DEEP, REM, UNMEASURABLE, ASLEEP = "awake", "light", "deep", "rem", "unmeasurable", "asleep"
SLEEPING = frozenset((LIGHT, DEEP, REM, ASLEEP))  # "asleep": without stages
COUNTER_COLUMNS = ("time", "activity_type", "steps", "distance_m", "kcal", "ascent_m")


class NothingThere(BadFile):
    """A sound file of days and nights with nothing measured in it, as watches write them too."""


class Series(NamedTuple):
    """Samples of one metric in order of time: `time` (n,) int64 in s, `value` (n,) float64 in the metric's unit."""

    time: np.ndarray
    value: np.ndarray


@dataclass(frozen=True)
class DayValue:
    """One value for one local day from one source. `observed_at`: when it was known, in s; the later one counts."""

    day: date
    metric: str
    value: float
    source: str
    observed_at: int


class Stage(NamedTuple):
    """A stretch of a night, from `start` to `end` in s."""

    start: int
    end: int
    stage: str


@dataclass(frozen=True)
class Night:
    """A night or a nap. `day` is the local date of waking up. `seconds`: time in each stage, where that is known;
    `stages` is empty where the source gives only the sums."""

    day: date
    start: int
    end: int
    source: str
    seconds: dict[str, int] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    utc_offset_s: int | None = None
    is_nap: bool = False

    @property
    def asleep_s(self) -> int:
        return sum(seconds for stage, seconds in self.seconds.items() if stage in SLEEPING)


def no_samples() -> Series:
    return Series(np.empty(0, np.int64), np.empty(0))


# Making an empty frame takes longer than unpacking a small file. It is shared and must not be changed.
_NO_COUNTERS = pd.DataFrame({name: np.empty(0) for name in COUNTER_COLUMNS})


def no_counters() -> pd.DataFrame:
    return _NO_COUNTERS


@dataclass
class HealthData:
    """What one file, or several joined, holds.

    device: serial number of the watch or scale, where the file says it.
    day_values: what the source itself says of days.
    samples: by metric; daily values are worked out from them (health/days.py).
    counters: a watch's running totals, one row a message, with COUNTER_COLUMNS; NaN where a message has none. They
        count up from local midnight, for each activity type apart.
    stage_marks: FIT's sleep levels, each from its time to the next mark; nights come from them (health/nights.py).
    offsets: the local time's offset from UTC in s, each from its time on; empty where the file does not say.
    """

    source: str
    device: str = ""
    day_values: list[DayValue] = field(default_factory=list)
    samples: dict[str, Series] = field(default_factory=dict)
    nights: list[Night] = field(default_factory=list)
    counters: pd.DataFrame = field(default_factory=no_counters)
    stage_marks: Series = field(default_factory=no_samples)
    offsets: Series = field(default_factory=no_samples)
    problems: list[Problem] = field(default_factory=list)
