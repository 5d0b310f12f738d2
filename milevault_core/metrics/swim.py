"""Swimming."""

from milevault_core.metrics import Context, metric
from milevault_core.track import Columns


@metric("swim_load", "Load by swim pace", "", needs=("moving_s",), sports=("swimming",), aggregate="sum")
def swim_load(track: Columns, context: Context) -> float:
    """Training load of a swim: 100 is one hour at critical swim speed.

    Source: TrainingPeaks' sTSS (believed): because of drag the effort grows with the cube of the speed.
    Definition: hours in motion x (speed / critical swim speed) cubed x 100.
    Messy data: the speed is that of the whole swim: distance divided by moving time, without rests at the wall if the
    device recorded lengths.
    """
    threshold = context.athlete_value("critical_swim_speed", "your critical swim speed")
    moving, metres = context.metrics["moving_s"], context.figures.get("distance_m") or 0.0
    if moving <= 0 or metres <= 0:
        return float("nan")
    return moving / 3600 * (metres / moving / threshold) ** 3 * 100
