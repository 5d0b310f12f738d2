"""Nights: when the athlete sleeps, in which stages, and the HRV. A night belongs to the day on which it ends, as Garmin
dates it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from milevault_core.demo import draws, form
from milevault_core.demo.athlete import Athlete

UNMEASURABLE, AWAKE, LIGHT, DEEP, REM = 0, 1, 2, 3, 4  # as in FIT's sleep_level


@dataclass(frozen=True)
class Night:
    """Times are minutes since the local midnight at which `day` begins; `bed` is negative if it is before midnight.

    `stages`: (minute at which it begins, stage), in order; the last one lasts until `wake`. `hrv`: five-minute values x
    128 (ms), whole numbers.
    """

    day: date
    bed: int
    wake: int
    stages: tuple[tuple[int, int], ...]
    hrv: np.ndarray
    score: int
    awakenings: int

    def minutes(self, stage: int) -> int:
        ends = [begin for begin, _ in self.stages[1:]] + [self.wake]
        return sum(end - begin for (begin, kind), end in zip(self.stages, ends, strict=True) if kind == stage)

    @property
    def hrv_mean(self) -> int:
        """Mean of the night, x 128."""
        return int(self.hrv.sum()) // len(self.hrv)

    @property
    def hrv_high(self) -> int:
        return int(self.hrv.max())


@lru_cache(maxsize=4096)
def night(athlete: Athlete, day: date) -> Night:
    """The night that ends on `day`."""
    source = draws.stream(athlete.seed, "night", day.isoformat())
    weekend = day.weekday() >= 5
    bed = draws.integer(source, -110, -25) + (50 if weekend else 0)
    wake = draws.integer(source, 345, 400) + (55 if weekend else 0)
    stages: list[tuple[int, int]] = []
    at, cycle, awakenings = bed, 0, 0
    while at < wake - 20:
        deep = max(0, draws.integer(source, 22, 34) - 7 * cycle)
        rem = draws.integer(source, 6, 12) + 6 * cycle
        for stage, lasts in ((LIGHT, draws.integer(source, 18, 32)), (DEEP, deep),
                             (LIGHT, draws.integer(source, 12, 24)), (REM, rem)):  # fmt: skip
            if lasts and at < wake:
                stages.append((at, stage))
                at += lasts
        if draws.chance(source, 0.35) and at < wake - 10:
            stages.append((at, AWAKE))
            at += draws.integer(source, 2, 9)
            awakenings += 1
        cycle += 1
    stages = [one for one in stages if one[0] < wake]
    slept = wake - bed
    score = max(40, min(98, 62 + (slept - 420) // 5 - 4 * awakenings + draws.integer(source, 5, 22)))
    return Night(day, bed, wake, tuple(stages), _hrv(athlete, day, slept, source), score, awakenings)


def _hrv(athlete: Athlete, day: date, slept: int, source: draws.Stream) -> np.ndarray:
    resting = form.resting_on(athlete, day)
    level = 52.0 + 2.4 * (50.0 - resting) + 4.0 * draws.normal(source)
    values = np.clip(level + 9.0 * draws.normals(source, slept // 5), 15.0, 150.0)
    return np.rint(values * 128.0).astype(np.int64)


def hrv_weekly(athlete: Athlete, day: date) -> int:
    """Mean of the means of the last seven nights, x 128."""
    return sum(night(athlete, day - timedelta(days=k)).hrv_mean for k in range(7)) // 7


def hrv_baseline(athlete: Athlete, day: date) -> tuple[int, int, int]:
    """(upper end of low, lower end of balanced, upper end of balanced), x 128, from every sixth night of six weeks."""
    nights = [night(athlete, day - timedelta(days=k)).hrv_mean for k in range(0, 42, 6)]
    middle = sum(nights) // len(nights)
    return middle - 9 * 128, middle - 6 * 128, middle + 8 * 128


def hrv_status(athlete: Athlete, day: date) -> int:
    """FIT's hrv_status: 2 low, 3 unbalanced, 4 balanced."""
    low, lower, upper = hrv_baseline(athlete, day)
    weekly = hrv_weekly(athlete, day)
    return 2 if weekly < low else 4 if lower <= weekly <= upper else 3
