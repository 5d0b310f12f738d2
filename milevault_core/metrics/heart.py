"""Training load from heart rate."""

import numpy as np
from numpy.typing import ArrayLike

from milevault_core.metrics import Context, NotComputable, metric
from milevault_core.metrics.seconds import held, ridden
from milevault_core.track import Columns

# Banister's factor and exponent; if the athlete's sex is not known, the mean of both results.
MALE, FEMALE = (0.64, 1.92), (0.86, 1.67)
EDWARDS = (0.5, 0.6, 0.7, 0.8, 0.9)  # shares of the maximal heart rate at which zones 1 to 5 begin


def impulse_per_minute(heart_rate: ArrayLike, context: Context) -> np.ndarray:
    """Banister's training impulse for one minute at each heart rate (bpm, array or number).

    Raises NotComputable without the resting and the maximal heart rate of that day.
    """
    rest = context.athlete_value("resting_heart_rate", "your resting heart rate")
    highest = context.athlete_value("max_heart_rate", "your maximal heart rate")
    if highest <= rest:
        raise NotComputable("Your maximal heart rate is not above your resting heart rate.")
    share = np.maximum((np.asarray(heart_rate, float) - rest) / (highest - rest), 0.0)
    is_female = context.athlete.get("is_female")
    formulas = {1.0: (FEMALE,), 0.0: (MALE,)}.get(-1.0 if is_female is None else is_female, (FEMALE, MALE))
    each = [share * a * np.exp(b * share) for a, b in formulas]
    return np.asarray(sum(each) / len(each))


@metric("trimp", "TRIMP", "", columns=("heart_rate",), aggregate="sum", version=3)
def trimp(track: Columns, context: Context) -> float:
    """Training impulse: minutes weighted by how high the heart rate was.

    Source: Banister 1991; Morton, Fitz-Clarke and Banister 1990, J Appl Physiol 69:1171; its constants as commonly
    quoted, checked against worked values.
    Definition: the sum over seconds of x a exp(b x) / 60, where x is the share of the heart rate reserve; a, b are .64,
    1.92 for men, .86, 1.67 for women, and the mean of both if the sex is not given.
    Messy data: computed per second, not from the mean heart rate; holes of more than 10 s (in a recording with long
    steps: twice such a step, up to a minute) add nothing. It is not used for fitness and fatigue: load by heart rate
    is. A single value covers no time, so there is none.
    """
    beats = ridden(track, "heart_rate")
    return float(impulse_per_minute(beats, context).sum() / 60) if len(beats) else float("nan")


@metric("edwards_trimp", "TRIMP (Edwards)", "", columns=("heart_rate",), aggregate="sum", version=2)
def edwards_trimp(track: Columns, context: Context) -> float:
    """Training impulse by zones.

    Source: Edwards 1993, The Heart Rate Monitor Book, as quoted by others; checked against a worked value.
    Definition: minutes at 50-60, 60-70 … 90-100% of the maximal heart rate, times 1, 2 … 5.
    Messy data: a heart rate equal to a boundary belongs to the zone above; time below 50% does not count.
    """
    highest = context.athlete_value("max_heart_rate", "your maximal heart rate")
    values = held(track, "heart_rate")
    if not len(values):
        return float("nan")
    return float(sum((values >= share * highest).sum() for share in EDWARDS) / 60)


@metric(
    "heart_rate_load", "Load by heart rate", "", columns=("heart_rate",), needs=("trimp",), aggregate="sum"
)
def heart_rate_load(track: Columns, context: Context) -> float:
    """Training load from heart rate: 100 is one hour at threshold.

    Source: the idea of TrainingPeaks' hrTSS (believed; the formula is not published).
    Definition: TRIMP divided by the TRIMP of one hour at the threshold heart rate, times 100.
    Messy data: as for TRIMP. It needs your threshold, resting and maximal heart rate for that day.
    """
    threshold = context.athlete_value("threshold_heart_rate", "your threshold heart rate in this sport")
    hour = 60 * float(impulse_per_minute(threshold, context))
    if hour <= 0:
        raise NotComputable("Your threshold heart rate is not above your resting heart rate.")
    return context.metrics["trimp"] / hour * 100
