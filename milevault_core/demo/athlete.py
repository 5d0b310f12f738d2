"""Who the athlete is, and how long a history is made: the sizes."""

from dataclasses import dataclass
from datetime import date, timedelta

ALL_SPORTS = ("running", "cycling", "swimming", "strength", "hiking")


@dataclass(frozen=True)
class Athlete:
    """One invented person and the part of their life to make.

    `first_day`: local date of the first possible activity; `activities`: exactly this many are made; `health_days`:
    this many days at the end have nights, heart rate, stress, steps and weight.
    """

    seed: int
    first_day: date
    days: int
    activities: int
    health_days: int = 0
    sports: tuple[str, ...] = ALL_SPORTS
    name: str = "Alex Example"
    birth_year: int = 1984
    height_m: float = 1.76
    weight_kg: float = 72.0
    max_heart_rate: int = 188
    threshold_speed: float = 3.95  # m/s that the athlete, when fit, can run for an hour
    threshold_power: float = 262.0  # W that the athlete, when fit, can ride for an hour
    swim_speed: float = 1.18  # m/s
    tells_settings: bool = False  # whether the watch writes weight, thresholds and heart rates into its files

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)


SEED = 20_260_101
_END = date(2025, 12, 31)


def _ending(end: date, days: int) -> date:
    return end - timedelta(days=days - 1)


def sized(size: str, seed: int = SEED, end: date = _END) -> list[Athlete]:
    """The athletes of a size, whose lives end on the local day `end`:

    "S"     one, 100 activities in 110 days: a fiftieth of L1
    "L1"    one, 5,000 activities with about 18 million points in 15 years, 5 years of health
    "L2"    ten, a fifth of L1 each
    "demo"  one, two years of four sports
    "D"     one, 240 activities in 300 days, for its dirty twin (dirty.py)

    Raises ValueError for any other size.
    """
    if size == "S":
        return [Athlete(seed, _ending(end, 110), 110, 100, health_days=37)]
    if size == "D":
        return [Athlete(seed + 100, _ending(end, 300), 300, 240)]
    if size == "L1":
        return [Athlete(seed, _ending(end, 5479), 5479, 5000, health_days=1826)]
    if size == "L2":
        return [_another(seed, n, end) for n in range(10)]
    if size == "demo":
        sports = ("running", "cycling", "swimming", "strength")
        return [
            Athlete(seed, _ending(end, 730), 730, 400, health_days=730, sports=sports, tells_settings=True)
        ]
    raise ValueError(f"There is no size {size!r}: S, D, L1, L2 or demo.")


def _another(seed: int, n: int, end: date) -> Athlete:
    """One of the ten athletes, each faster than the one before."""
    return Athlete(
        seed + 1 + n,
        _ending(end, 1096),
        1096,
        1000,
        health_days=365,
        name=f"Alex Example {n + 1}",
        birth_year=1960 + 4 * n,
        height_m=1.60 + 0.03 * n,
        weight_kg=54.0 + 3.5 * n,
        max_heart_rate=176 + 2 * n,
        threshold_speed=3.2 + 0.1 * n,
        threshold_power=180.0 + 14.0 * n,
        swim_speed=0.9 + 0.05 * n,
    )
