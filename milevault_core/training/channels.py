"""Channels that we compute for each point of an activity, in addition to those of its devices."""

from collections.abc import Mapping

import numpy as np

from milevault_core.metrics import Context, w_prime
from milevault_core.metrics.graded import graded_speeds
from milevault_core.track import Columns

OURS = "MileVault"  # named as the source of these channels
W_PRIME, GRADED = "w_prime_balance", "graded_speed"
UNITS = {W_PRIME: "kJ", GRADED: "m/s"}


def available(metrics: Mapping[str, float], athlete: Mapping[str, float]) -> list[str]:
    """The names of the channels an activity has, judged by its metrics and the athlete's values used for them."""
    names = []
    if "work_j" in metrics and athlete.get("critical_power") and athlete.get("w_prime_j"):
        names.append(W_PRIME)
    if "graded_speed" in metrics:
        names.append(GRADED)
    return names


def values(name: str, track: Columns, sport: str, athlete: Mapping[str, float]) -> np.ndarray:
    """A channel: one value per point of the track, NaN where unknown; empty if there is no such channel."""
    context = Context(sport, athlete=athlete)
    if len(track["time"]) < 2:
        return np.empty(0)
    if name == W_PRIME:
        left = w_prime.channel(track, context)
        return np.empty(0) if left is None else left / 1000
    speeds = graded_speeds(track, context)
    if not len(speeds):
        return np.empty(0)
    time = np.asarray(track["time"], "datetime64[us]")
    at = ((time - time[0]).astype(np.int64) / 1e6 + 0.5).astype(int)
    # The mean over 15 s of the seconds that have a pace, because a pace is read over some time.
    held = np.where(np.isnan(speeds), 0.0, speeds)
    window = np.ones(min(15, len(speeds)))
    count = np.convolve(~np.isnan(speeds), window, "same")
    with np.errstate(invalid="ignore", divide="ignore"):
        even = np.where(np.isnan(speeds), np.nan, np.convolve(held, window, "same") / count)
    pace: np.ndarray = even[np.minimum(at, len(even) - 1)]
    return pace
