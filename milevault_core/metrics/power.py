"""Power over time."""

import numpy as np
import pandas as pd

from milevault_core.metrics import metric
from milevault_core.metrics.seconds import every_second


@metric("normalized_power", "Normalized power", "W", needs=("power",))
def normalized_power(track: pd.DataFrame) -> float:
    """The steady power that would have cost the same.

    Source: Allen and Coggan, Training and Racing with a Power Meter.
    Definition: fourth root of the mean fourth power of the 30 s rolling mean; only full windows count.
    Messy data: power at 1 Hz, a gap in the recording of more than 10 s counts as 0 W (timer time is not known for
    every file); shorter than 30 s: not defined.
    """
    power = every_second(track, "power", fill_gaps=0.0)
    if len(power) < 30:
        return float("nan")
    sums = np.append(0.0, np.cumsum(power))
    rolling = (sums[30:] - sums[:-30]) / 30
    return float(np.mean(rolling**4) ** 0.25)


@metric("work_j", "Work", "J", needs=("power",))
def work_j(track: pd.DataFrame) -> float:
    """Mechanical work.

    Source: definition. Power summed at 1 Hz; a gap in the recording of more than 10 s counts as 0 W.
    """
    return float(every_second(track, "power", fill_gaps=0.0).sum())
