"""Running performance on one scale."""

import math
import warnings

import numpy as np

from milevault_core.metrics import Context, NotComputable, metric
from milevault_core.metrics.seconds import on_clock
from milevault_core.metrics.shared import shared
from milevault_core.track import Columns

DURATIONS_S = (210, 300, 420, 600, 900, 1_200, 1_800, 2_400, 3_600, 5_400, 7_200, 10_800, 14_400)
GRADED_M = (1_500.0, 1_609.344, 3_000.0, 5_000.0, 10_000.0, 21_097.5, 42_195.0)
FASTEST_M_S = 7.5  # nobody runs three and a half minutes faster than this, but a jump in distance does
MOST = 90.0  # the world's best reach 82 to 86


def vdot(distance_m: float, seconds: float) -> float:
    """Daniels' VDOT (ml/kg/min) of a race; Daniels and Gilbert 1979, Oxygen Power."""
    minutes = seconds / 60
    v = distance_m / minutes
    share = 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)
    return (-4.6 + 0.182258 * v + 0.000104 * v * v) / share


@shared
def way(track: Columns) -> np.ndarray:
    """Metres at each second of the track, never decreasing, NaN in holes."""
    return on_clock(track, "distance")


@metric("vdot", "VDOT of the best stretch", "", columns=("distance",), sports=("running",), decimals=1, better="higher",
        aggregate="max", version=2)  # fmt: skip
def best_vdot(track: Columns, context: Context) -> float:
    """What the fastest stretch of the run would be worth as a race.

    Source: Daniels and Gilbert 1979, Oxygen Power; agrees with the printed table within 0.1.
    Definition: the highest VDOT of the fastest 3.5 min to 4 h of the run.
    Messy data: a stretch across a hole in the recording counts with the time it took; one faster than anybody runs (a
    VDOT above 90) does not count. An easy run gives a low value, because it was not a race.
    """
    metres = way(track)
    held = np.flatnonzero(~np.isnan(metres))
    if len(held) < 2:
        return float("nan")
    metres = np.interp(np.arange(held[0], held[-1] + 1), held, metres[held])
    best = [(metres[seconds:] - metres[:-seconds]).max() for seconds in DURATIONS_S if seconds < len(metres)]
    found = [vdot(float(d), s) for d, s in zip(best, DURATIONS_S, strict=False) if 0 < d < s * FASTEST_M_S]
    found = [value for value in found if value <= MOST]
    if not found:
        raise NotComputable("Not meaningful: it takes three and a half minutes or more of running.")
    return max(found) if max(found) > 0 else float("nan")


@metric("age_grade", "Age grade", "%", needs=("moving_s",), sports=("running",), decimals=1, better="higher",
        aggregate="max")  # fmt: skip
def age_grade(track: Columns, context: Context) -> float:
    """The time of a run over a race distance, in % of the best for that age and sex.

    Source: the road and track tables of World Masters Athletics, from the package athlib.
    Definition: for a run whose whole distance is within 2% of a usual race distance: the standard for the age and sex
    divided by the elapsed time.
    Messy data: GPS measures a race a little too long; the time is used unchanged. It needs your birth date and your
    sex for formulas.
    """
    metres, seconds = context.figures.get("distance_m") or 0.0, context.figures.get("elapsed_s") or 0.0
    raced = next((d for d in GRADED_M if abs(metres / d - 1) <= 0.02), None)
    if raced is None or seconds <= 0:
        return float("nan")
    age = context.athlete_value("age", "your birth date")
    is_female = context.athlete_value("is_female", "your sex for formulas")
    if is_female not in (0.0, 1.0):
        raise NotComputable("It needs your sex for formulas.")
    return graded_share(raced, seconds, age, is_female == 1.0) * 100


def graded_share(distance_m: float, seconds: float, age: float, is_female: bool) -> float:
    """The age-graded share (1 is the best at that age) of a run, by athlib's tables. Raises NotComputable outside
    them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # from a package that athlib uses
        from athlib.wma.agegrader import AgeGrader  # its tables take 20 ms to load: only needed for a race

    event = {1_500.0: "1500", 1_609.344: "MILE", 3_000.0: "3000", 5_000.0: "5K", 10_000.0: "10K", 21_097.5: "HM",
             42_195.0: "MAR"}[distance_m]  # fmt: skip
    try:
        return float(AgeGrader().calculate_age_grade("f" if is_female else "m", int(age), event, seconds))
    except (KeyError, ValueError, TypeError) as error:
        raise NotComputable("The tables of age grading do not cover that age or distance.") from error
