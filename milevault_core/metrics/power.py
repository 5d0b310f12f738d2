"""Power over time."""

from milevault_core.metrics import Context, NotComputable, metric
from milevault_core.metrics.seconds import ridden, rolling_mean
from milevault_core.track import Columns

WINDOW_S = 30
THRESHOLD_POWER = "your threshold power (FTP) in this sport"


@metric("normalized_power", "Normalized power", "W", columns=("power",), better="higher", version=3)
def normalized_power(track: Columns, context: Context) -> float:
    """The steady power that would have been equally demanding.

    Source: Allen and Coggan, Training and Racing with a Power Meter.
    Definition: fourth root of the mean fourth power of the 30 s rolling mean at 1 Hz; only full windows count.
    Messy data: computed over timer time. A hole of more than 10 s (in a recording with long steps: twice such a step,
    up to a minute) is a pause and is left out; shorter ones are bridged by a straight line. What a device keeps
    recording during a pause of more than 10 s is left out of the activity if its timer time agrees. A missing value is
    not 0 W. Not defined for less than 30 s.
    """
    rolling = rolling_mean(ridden(track, "power"), WINDOW_S)
    if not len(rolling):
        return float("nan")
    squared = rolling * rolling
    return float((squared @ squared / len(squared)) ** 0.25)


@metric("work_j", "Work", "J", columns=("power",), aggregate="sum", better="higher", version=3)
def work_j(track: Columns, context: Context) -> float:
    """Mechanical work.

    Source: definition: power summed at 1 Hz.
    Messy data: as for normalized power; a hole in the recording adds nothing. A single value covers no time, so there
    is none.
    """
    power = ridden(track, "power")
    return float(power.sum()) if len(power) else float("nan")


@metric("variability_index", "Variability", "", columns=("power",), needs=("normalized_power",), decimals=2)
def variability_index(track: Columns, context: Context) -> float:
    """How unsteady the power was: 1.00 is perfectly steady.

    Source: Allen and Coggan, Training and Racing with a Power Meter.
    Definition: normalized power divided by mean power over the same seconds.
    Messy data: as for normalized power.
    """
    mean = ridden(track, "power").mean()
    return context.metrics["normalized_power"] / float(mean) if mean > 0 else float("nan")


@metric("intensity_factor", "Intensity", "", needs=("normalized_power",), decimals=2)
def intensity_factor(track: Columns, context: Context) -> float:
    """How hard it was for this athlete: 1.00 is what can be held for about an hour.

    Source: Allen and Coggan, Training and Racing with a Power Meter.
    Definition: normalized power divided by the threshold power (FTP) for this sport that was valid on that day.
    Messy data: without a threshold power for that day there is none.
    """
    return context.metrics["normalized_power"] / context.athlete_value("threshold_power", THRESHOLD_POWER)


@metric("power_load", "Load by power", "", columns=("power",), needs=("normalized_power",), aggregate="sum",
        version=2)  # fmt: skip
def power_load(track: Columns, context: Context) -> float:
    """Training load from power: 100 is one hour at threshold.

    Source: the training stress score of Allen and Coggan, Training and Racing with a Power Meter.
    Definition: hours with power x (normalized power / threshold power) squared x 100.
    Messy data: seconds without power (pauses, dropouts of the power meter) add nothing.
    """
    threshold = context.athlete_value("threshold_power", THRESHOLD_POWER)
    power = ridden(track, "power")
    if not (power > 0).any():
        raise NotComputable("The power meter sent no data.")
    hours = len(power) / 3600
    return hours * (context.metrics["normalized_power"] / threshold) ** 2 * 100
