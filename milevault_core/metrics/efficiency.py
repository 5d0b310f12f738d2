"""Efficiency: output per heartbeat, and whether it holds to the end."""

import numpy as np

from milevault_core.metrics import Context, NotComputable, metric
from milevault_core.metrics.graded import graded_speeds
from milevault_core.metrics.seconds import on_clock, rolling_mean
from milevault_core.track import Columns

LEAST_S = 40 * 60
LEAST_SHARE = 0.8  # of the seconds with power or pace that need a heart rate too
STEADY = 0.15  # the spread of five-minute means divided by their mean
EVEN = 1.05  # the fourth-power mean over 30 s divided by the mean, like the variability index; intervals have more


def _output(track: Columns, context: Context) -> np.ndarray | None:
    """Graded speed in m/min for a run, else power in W, one value per second; None without either."""
    if context.sport == "running" and "graded_speed" in context.metrics:
        return np.append(graded_speeds(track, context), np.nan) * 60
    power = np.asarray(track["power"])
    if not np.isnan(power).all() and np.nanmax(power) > 0:
        return on_clock(track, "power")
    return None


@metric("efficiency_factor", "Efficiency", "", columns=("heart_rate",), after=("normalized_power", "graded_speed"),
        decimals=2, better="higher", version=2)  # fmt: skip
def efficiency_factor(track: Columns, context: Context) -> float:
    """Output per heartbeat: watts (for runs, metres per minute) divided by beats per minute.

    Source: Friel, The Cyclist's Training Bible.
    Definition: normalized power, for runs graded speed in m/min, divided by the mean heart rate of the seconds that
    have both.
    Messy data: compare it only within a sport and between similar efforts. Runs always use pace, so that runs with and
    without a power meter can be compared. Not meaningful, and not shown, if heart rate is missing for more than a fifth
    of the seconds with power or pace.
    """
    output = _output(track, context)
    if output is None:
        return float("nan")
    beats = on_clock(track, "heart_rate")
    n = min(len(output), len(beats))
    known = ~np.isnan(output[:n])
    both = known & ~np.isnan(beats[:n])
    if both.sum() < LEAST_SHARE * known.sum():
        raise NotComputable("Not meaningful: heart rate is missing for more than a fifth of the time.")
    if not both.any():
        return float("nan")
    is_pace = context.sport == "running" and "graded_speed" in context.metrics
    moved = output[:n][both].mean() if is_pace else context.metrics.get("normalized_power", float("nan"))
    return float(moved / beats[:n][both].mean())


@metric(
    "decoupling",
    "Decoupling",
    "%",
    columns=("heart_rate",),
    after=("normalized_power", "graded_speed"),
    decimals=1,
    better="lower",
)
def decoupling(track: Columns, context: Context) -> float:
    """How far heart rate and output drift apart from the first half to the second.

    Source: Friel, The Cyclist's Training Bible (aerobic decoupling; under 5% is called well coupled).
    Definition: (e1 - e2) / e1 in %, where e is the mean output divided by the mean heart rate of a half.
    Messy data: only for a steady effort of 40 min or more in motion: the five-minute means of the output spread by at
    most 15% of their mean, and its variability is at most 1.05 (intervals have more). Otherwise it is not meaningful
    and is not shown.
    """
    output = _output(track, context)
    if output is None:
        return float("nan")
    beats = on_clock(track, "heart_rate")
    n = min(len(output), len(beats))
    both = ~np.isnan(output[:n]) & ~np.isnan(beats[:n])
    output, beats = output[:n][both], beats[:n][both]
    if len(output) < LEAST_S:
        raise NotComputable("Not meaningful: it takes 40 minutes or more in motion.")
    blocks = output[: len(output) // 300 * 300].reshape(-1, 300).mean(axis=1)
    rolling = rolling_mean(output, 30)
    uneven = np.mean(rolling**4) ** 0.25 > EVEN * output.mean()
    if blocks.mean() <= 0 or blocks.std() / blocks.mean() > STEADY or uneven:
        raise NotComputable("Not meaningful: the effort was not steady.")
    half = len(output) // 2
    first, second = output[:half].mean() / beats[:half].mean(), output[half:].mean() / beats[half:].mean()
    return float((first - second) / first * 100)
