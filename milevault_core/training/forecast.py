"""Race times as a range, and how good past ranges were.

A forecast for a day uses only what was known before it: the all-out efforts of the last 120 days. It combines three
methods (Riegel, VDOT, and critical speed up to an hour) by the mean of their logarithms. Without any all-out effort the
fastest of the others is used, and critical speed, which needs all-out efforts, is left out.

The range should contain four out of five races. Its width comes from the errors of past forecasts, pulled towards 4%
while there are few of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from milevault_core.metrics.vdot import vdot
from milevault_core.training import critical
from milevault_core.training.values import Refused

DISTANCES = {1_500.0: "1500 m", 3_000.0: "3 km", 5_000.0: "5 km", 10_000.0: "10 km", 21_097.5: "Half marathon",
             42_195.0: "Marathon"}  # fmt: skip
MEMORY_DAYS = 120
RIEGEL = 1.06
PRIOR_SD, PRIOR_COUNT = 0.04, 6.0  # the error assumed before there are scores, and its weight in scores
Z_80 = 1.2816
SHARE_OF_ACTIVITY = 0.85  # an effort that takes this much of its activity was its purpose
# Mean heart rate divided by threshold heart rate from which an effort counts as all-out, by its length in seconds.
ALL_OUT = ((0.0, 0.99), (3_600.0, 0.97), (7_200.0, 0.93), (14_400.0, 0.88))


@dataclass(frozen=True)
class Effort:
    """The fastest `distance_m` of an activity. is_all_out: judged by its heart rate or rating, never by its time."""

    day: date
    distance_m: float
    seconds: float
    is_all_out: bool


@dataclass(frozen=True)
class Forecast:
    """Forecast in seconds: the middle, and the ends of the range that should contain four out of five races."""

    distance_m: float
    seconds: float
    low: float
    high: float
    methods: dict[str, float]


@dataclass(frozen=True)
class Score:
    """An all-out effort and what would have been forecast from the data before it."""

    effort: Effort
    forecast: Forecast
    is_inside: bool


def is_all_out(seconds: float, activity_s: float, heart_rate: float | None, threshold: float | None,
               rpe: float | None) -> bool:  # fmt: skip
    """Whether an effort was all-out: it was most of its activity, and the heart rate or a rating of 9 or 10 says so."""
    if not seconds >= SHARE_OF_ACTIVITY * activity_s:
        return False
    if rpe is not None and rpe >= 9:
        return True
    if not heart_rate or not threshold:
        return False
    lengths, shares = zip(*ALL_OUT, strict=True)
    return bool(heart_rate >= np.interp(seconds, lengths, shares) * threshold)


def seconds_at_vdot(value: float, distance_m: float) -> float:
    """The time in seconds over a distance that corresponds to a VDOT, found by bisection to 0.01 s."""
    low, high = distance_m / 9.0, distance_m / 0.7
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if vdot(distance_m, middle) > value else (low, middle)
    return (low + high) / 2


def _weight(effort: Effort, distance_m: float, day: date) -> float:
    """The weight of an all-out effort: half after 45 days, and half at three times or a third of the distance. A mean
    of several is more stable than the best of them, which was a lucky day."""
    halves = (day - effort.day).days / 45 + abs(np.log(effort.distance_m / distance_m)) / np.log(3)
    return float(0.5**halves)


def methods(past: Sequence[Effort], distance_m: float, day: date | None = None) -> dict[str, float]:
    """Seconds by each method: the mean over all-out efforts, weighted towards the newest and nearest in distance;
    without any, the best of the others. day: the day of the forecast, by default that of the latest effort."""
    day = day or max((e.day for e in past), default=date.min)
    used = [e for e in past if e.is_all_out] or list(past)
    used = [e for e in used if e.distance_m >= 1_000 and e.seconds > 0]
    if not used:
        return {}
    # The efforts whose length says most about this distance: within a factor of 4, if there are any.
    near = [e for e in used if 0.25 <= e.distance_m / distance_m <= 4.0] or used
    riegel = [e.seconds * (distance_m / e.distance_m) ** RIEGEL for e in near]
    values = [vdot(e.distance_m, e.seconds) for e in near]
    if not near[0].is_all_out:  # of easy runs the fastest says most
        found = {"Riegel": min(riegel), "VDOT": seconds_at_vdot(max(values), distance_m)}
    else:
        weights = [_weight(e, distance_m, day) for e in near]
        found = {
            "Riegel": float(np.exp(np.average(np.log(riegel), weights=weights))),
            "VDOT": seconds_at_vdot(float(np.average(values, weights=weights)), distance_m),
        }
    if not used[0].is_all_out:
        return found
    best: dict[float, float] = {}
    for e in used:
        best[e.distance_m] = min(best.get(e.distance_m, np.inf), e.seconds)
    try:
        fitted = critical.fit([(s, d / s) for d, s in best.items()])
    except Refused:
        return found
    seconds = critical.time_for(fitted, distance_m)
    if seconds <= 3_600:  # beyond an hour nobody holds critical speed
        found["Critical speed"] = seconds
    return found


def forecast(
    past: Sequence[Effort], distance_m: float, errors: Sequence[float] = (), day: date | None = None
) -> Forecast | None:
    """The forecast for a distance from recent efforts; None without any effort of 1,000 m or more.

    errors: log(time / forecast) of past forecasts. day: as for `methods`.
    """
    told = {name: s for name, s in methods(past, distance_m, day).items() if np.isfinite(s) and s > 0}
    if not told:
        return None
    middle = float(np.mean(np.log(list(told.values()))))
    shift, sd = spread(errors)
    seconds = float(np.exp(middle + shift))
    weight = PRIOR_COUNT + min(len(errors), 40)
    reach = np.exp((Z_80 + 1.5 / weight) * sd)  # like Student's t, because the spread is only estimated
    return Forecast(distance_m, seconds, seconds / reach, seconds * reach, told)


def spread(errors: Sequence[float]) -> tuple[float, float]:
    """(mean, standard deviation) of the next forecast's log error; the first is pulled to 0, the second to 4%."""
    values = np.asarray(errors, float)[-40:]
    weight = PRIOR_COUNT + len(values)
    shift = float(values.sum() / weight)
    squared = (PRIOR_COUNT * PRIOR_SD**2 + ((values - shift) ** 2).sum()) / weight
    return shift, float(np.sqrt(squared * (1 + 1 / weight)))


def recent(efforts: Sequence[Effort], day: date) -> list[Effort]:
    """The efforts of the 120 days before a day."""
    return [e for e in efforts if day - timedelta(days=MEMORY_DAYS) <= e.day < day]


def scores(efforts: Sequence[Effort]) -> list[Score]:
    """Every all-out effort over a usual distance with the forecast from the data before its day, in time order."""
    ordered = sorted(efforts, key=lambda e: (e.day, e.distance_m))
    found: list[Score] = []
    errors: list[tuple[date, float]] = []
    for effort in ordered:
        if not effort.is_all_out or effort.distance_m not in DISTANCES:
            continue
        known = [error for day, error in errors if day < effort.day]
        made = forecast(recent(ordered, effort.day), effort.distance_m, known, effort.day)
        if made is None:
            continue
        found.append(Score(effort, made, made.low <= effort.seconds <= made.high))
        raw = float(np.mean(np.log(list(made.methods.values()))))
        errors.append((effort.day, float(np.log(effort.seconds)) - raw))
    return found


def errors_of(scored: Sequence[Score]) -> list[float]:
    """The log errors that the range of the next forecast is computed from."""
    return [
        float(np.log(s.effort.seconds) - np.mean(np.log(list(s.forecast.methods.values())))) for s in scored
    ]
