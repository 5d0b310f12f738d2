"""The single training load of an activity, and which measurement it comes from."""

import numpy as np

from milevault_core.metrics import Context, NotComputable, device_number, metric
from milevault_core.metrics.graded import graded_speeds
from milevault_core.metrics.seconds import on_clock, ridden, weights_of
from milevault_core.track import Columns

LADDER = ("power_load", "pace_load", "swim_load", "heart_rate_load", "rpe_load")
BASIS = {1: "power", 2: "pace", 3: "swim pace", 4: "heart rate", 5: "your own rating"}
RPE_AT_THRESHOLD = 7.0
LEAST_SHARE = 0.8  # of the time in motion that a channel must cover to stand for the whole activity

device_number("rpe", "Perceived exertion", "", "How hard it felt, 1 to 10, as entered on the device (or edited).",
              aggregate="mean", decimals=0)  # fmt: skip
device_number("feel", "Feel", "", "How you felt, 0 (very weak) to 100 (very strong), as entered on the device.",
              aggregate="mean", is_listed=False)  # fmt: skip
device_number("vo2max", "VO₂max (device)", "ml/kg/min", "The device's own estimate after this activity; Firstbeat's "
              "method is proprietary.", aggregate="latest", decimals=1, better="higher")  # fmt: skip
device_number("training_effect", "Training effect (device)", "", "The device's aerobic training effect, 0 to 5.",
              decimals=1)  # fmt: skip
device_number("anaerobic_training_effect", "Anaerobic effect (device)", "", "The device's anaerobic training effect, "
              "0 to 5.", decimals=1)  # fmt: skip
device_number("recovery_s", "Recovery time (device)", "s", "How long the device advised you to rest.",
              aggregate="latest")  # fmt: skip
device_number("device_load", "Load (device)", "", "The device's own load, from excess oxygen; not on our scale "
              "and not used for fitness and fatigue.", aggregate="sum")  # fmt: skip
device_number("tss", "TSS (device)", "", "The device's training stress score, by the threshold set on the device.",
              aggregate="sum")  # fmt: skip


@metric("rpe_load", "Load by rating", "", needs=("rpe",), aggregate="sum", version=2)
def rpe_load(track: Columns, context: Context) -> float:
    """Training load from how hard it felt: 100 is one hour at threshold.

    Source: Foster 2001, session RPE = rating x minutes. The conversion to our scale is our own, because no primary
    source was found: an hour at threshold is assumed to feel like 7 out of 10.
    Definition: rating x minutes / (7 x 60) x 100.
    Messy data: minutes in motion if these are most of what was recorded; otherwise (weights, climbing, floating in
    water) all minutes recorded, or the whole time.
    """
    recorded = float(weights_of(track).sum()) if len(track["time"]) > 1 else 0.0
    seconds = context.metrics.get("moving_s") or 0.0
    if seconds < recorded / 2 or not seconds:
        seconds = recorded or context.figures.get("elapsed_s") or 0.0
    if seconds <= 0:
        return float("nan")
    return context.metrics["rpe"] * seconds / 60 / (RPE_AT_THRESHOLD * 60) * 100


def _seconds_behind(rung: str, track: Columns, context: Context) -> float | None:
    """For how many seconds the channel of a rung is known; None for a rung that covers the whole activity."""
    if rung == "power_load":
        return float(len(ridden(track, "power")))
    if rung == "pace_load":
        return float((~np.isnan(graded_speeds(track, context))).sum())
    if rung == "heart_rate_load":
        return float(len(ridden(track, "heart_rate")))
    return None


def _seconds_to_cover(track: Columns, context: Context) -> float:
    """The seconds recorded, minus those known to have been spent standing still."""
    recorded = float(weights_of(track).sum())
    moving = context.metrics.get("moving_s")
    if not moving:
        return recorded
    known = float((~np.isnan(on_clock(track, "distance"))).sum())
    return recorded - max(known - moving, 0.0)


def _rung(track: Columns, context: Context) -> int | None:
    """The number (from 1) of the first rung that covers enough of the activity to stand for it; None if none does."""
    for number, name in enumerate(LADDER, 1):
        if name not in context.metrics:
            continue
        seconds = _seconds_behind(name, track, context)
        if seconds is None or seconds >= LEAST_SHARE * _seconds_to_cover(track, context):
            return number
    return None


@metric("load", "Load", "", after=(*LADDER, "moving_s"), aggregate="sum", version=2)
def load(track: Columns, context: Context) -> float:
    """The training load that fitness, fatigue and form are computed from: 100 is one hour at threshold.

    Source: our own; each kind of load has its own source.
    Definition: the first available of load by power, by pace (swim pace in water), by heart rate, by your own rating.
    "Load from" says which. All use one scale, so that the loads of a day can be added.
    Messy data: power, pace or heart rate known for less than 80% of the time (recorded, without standing still) cannot
    stand for the whole activity, and the next one is used. If there is none, there is no load, with the reason; never
    0.
    """
    rung = _rung(track, context)
    if rung is not None:
        return context.metrics[LADDER[rung - 1]]
    if any(name in context.metrics for name in LADDER):
        raise NotComputable("Power, pace and heart rate are each missing for more than a fifth of the time.")
    raise NotComputable(
        "It needs power, pace or heart rate with your threshold for that day, or your own rating."
    )


@metric("load_basis", "Load from", "", after=(*LADDER, "moving_s"), words=BASIS, is_listed=False, version=2)
def load_basis(track: Columns, context: Context) -> float:
    """What the load was computed from.

    Definition: 1 power, 2 pace, 3 swim pace, 4 heart rate, 5 your own rating.
    """
    rung = _rung(track, context)
    return float("nan") if rung is None else rung
