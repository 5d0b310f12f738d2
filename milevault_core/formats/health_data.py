"""The content of a health file, in one form for all sources: the counterpart of recording.py for days and nights.

Times are whole seconds since 1970 in UTC; a day is the local date. Metrics and units are defined in health_metrics.py.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from milevault_core.problems import BadFile, Problem

AWAKE, LIGHT, DEEP, REM, UNMEASURABLE, ASLEEP = "awake", "light", "deep", "rem", "unmeasurable", "asleep"
SLEEPING = frozenset((LIGHT, DEEP, REM, ASLEEP))  # "asleep": sleep without known stages
COUNTER_COLUMNS = ("time", "activity_type", "steps", "distance_m", "kcal", "ascent_m")


class NothingThere(BadFile):
    """A valid health file without any measurement; watches write such files too."""


class Series(NamedTuple):
    """Samples of one metric, sorted by time: `time` (n,) int64 in s, `value` (n,) float64 in the metric's unit."""

    time: np.ndarray
    value: np.ndarray


@dataclass(frozen=True)
class DayValue:
    """One value for one local day from one source. `observed_at`: when the value was known, in s; the latest counts."""

    day: date
    metric: str
    value: float
    source: str
    observed_at: int


class Stage(NamedTuple):
    """A sleep stage in a night, from `start` to `end` in s."""

    start: int
    end: int
    stage: str


@dataclass(frozen=True)
class Night:
    """A night or a nap. `day` is the local date of waking up. `seconds`: time in each stage, where known; `stages` is
    empty where the source gives only the sums."""

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


# Making an empty frame takes longer than unpacking a small file. This one is shared and must not be changed.
_NO_COUNTERS = pd.DataFrame({name: np.empty(0) for name in COUNTER_COLUMNS})


def no_counters() -> pd.DataFrame:
    return _NO_COUNTERS


@dataclass
class HealthData:
    """The content of one health file, or of several joined.

    device: serial number of the watch or scale, where the file has it.
    day_values: daily values given by the source itself.
    samples: by metric; daily values are computed from them (health/days.py).
    counters: a watch's running totals, one row per message, with COUNTER_COLUMNS; NaN where a message has no value.
        They count up from local midnight, separately for each activity type.
    stage_marks: FIT's sleep levels, each valid from its time to the next mark; health/nights.py makes nights of them.
    offsets: the offset of local time from UTC in s, each valid from its time on; empty where the file does not say.
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
