"""How the time was divided between easy, moderate and hard."""

import numpy as np

from milevault_core.metrics import Context, metric
from milevault_core.metrics.graded import graded_speeds
from milevault_core.metrics.seconds import held
from milevault_core.track import Columns

# Where moderate and hard begin, as shares of the threshold: about the first and the second lactate threshold.
HEART_RATE, POWER, PACE = (0.90, 1.00), (0.76, 1.00), (0.877, 1.00)


def _values(track: Columns, context: Context) -> tuple[np.ndarray, float, tuple[float, float]] | None:
    athlete = context.athlete
    threshold = athlete.get("threshold_heart_rate")
    if threshold and not np.isnan(np.asarray(track["heart_rate"])).all():
        return held(track, "heart_rate"), threshold, HEART_RATE
    threshold = athlete.get("threshold_power")
    if threshold and not np.isnan(np.asarray(track["power"])).all():
        return held(track, "power"), threshold, POWER
    threshold = athlete.get("threshold_speed")
    if threshold and context.sport == "running" and not np.isnan(np.asarray(track["distance"])).all():
        speeds = graded_speeds(track, context)
        return speeds[~np.isnan(speeds)], threshold, PACE
    return None


def _share(track: Columns, context: Context, which: int) -> float:
    found = _values(track, context)
    if found is None:
        context.athlete_value("threshold_heart_rate", "your threshold heart rate, power or pace")
        return float("nan")
    values, threshold, (moderate, hard) = found
    if not len(values):
        return float("nan")
    above = float((values >= hard * threshold).sum())
    middle = float((values >= moderate * threshold).sum()) - above
    return (len(values) - above - middle, middle, above)[which]


@metric("easy_s", "Time easy", "s", version=4, aggregate="sum")
def easy_s(track: Columns, context: Context) -> float:
    """Time below the first threshold.

    Source: the three zones of Seiler 2010, Int J Sports Physiol Perform 5:276. Lactate is not measured, so the first
    threshold is where moderate begins in the usual tables: heart rate, Friel 2009, A Quick Guide to Setting Zones (zone
    3 from 90%); power, Allen and Coggan, Training and Racing with a Power Meter (tempo from 76%); pace, Friel again
    (zone 2 ends at 114% of the threshold pace, 87.7% of its speed).
    Definition: seconds below 90% of the threshold heart rate; without heart rate, below 76% of threshold power or 87.7%
    of threshold speed.
    Messy data: a value equal to a boundary belongs to the zone above; holes add nothing.
    """
    return _share(track, context, 0)


@metric("moderate_s", "Time moderate", "s", version=4, aggregate="sum")
def moderate_s(track: Columns, context: Context) -> float:
    """Time between the thresholds, up to 100%; source, definition and messy data as for time easy."""
    return _share(track, context, 1)


@metric("hard_s", "Time hard", "s", version=4, aggregate="sum")
def hard_s(track: Columns, context: Context) -> float:
    """Time at or above the threshold; source, definition and messy data as for time easy."""
    return _share(track, context, 2)
