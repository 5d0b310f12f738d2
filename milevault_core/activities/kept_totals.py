"""Which of the device's totals still hold when part of an activity is cut off, or two become one.

What describes the activity and not its length (the pool, how it felt) is kept; amounts are scaled or added; what the
device worked out over the whole (a training effect) is kept only while the whole is there."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

Totals = Mapping[str, float]
_OF_ANY_PART = ("pool_length_m", "rpe", "feel", "vo2max")
_OF_THE_WHOLE = ("training_effect", "anaerobic_training_effect", "device_load", "recovery_s")
WHOLE = 0.99  # of the time recorded: the missing rest is less than these totals are rounded to
_SUMS = ("timer_s", "distance_m", "ascent_m", "descent_m", "calories", "strokes", "device_load", "tss")
_MOST = ("max_speed", "max_heart_rate", "max_power", "max_cadence")


def of_any_part(totals: Totals) -> dict[str, float]:
    """The totals that are the same for every part of an activity."""
    return {name: totals[name] for name in _OF_ANY_PART if name in totals}


def after_a_cut(
    totals: Totals, share: float, before: pd.DataFrame, lengths: pd.DataFrame
) -> dict[str, float]:
    """The totals of what is left. `share`: the share of the recorded time that is left; `before`, `lengths`: the pool
    lengths before the cut and now."""
    told = {name: value for name, value in totals.items() if np.isfinite(value)}
    kept = of_any_part(told)
    if share >= WHOLE:
        kept |= {name: told[name] for name in _OF_THE_WHOLE if name in told}
    if told.get("calories"):
        kept["calories"] = told["calories"] * share
    if "strokes" in told and swum_lengths(lengths):
        strokes = pd.to_numeric(lengths["strokes"], errors="coerce")
        if strokes.notna().any():
            kept["strokes"] = float(strokes.sum())
    if "distance_m" in told and swum_lengths(before) and swum_lengths(lengths):
        kept["distance_m"] = told["distance_m"] * swum_lengths(lengths) / swum_lengths(before)
    return kept


def swum_lengths(lengths: pd.DataFrame) -> int:
    """How many of the pool lengths were swum, without rests."""
    return int(lengths["is_active"].fillna(True).astype(bool).sum()) if len(lengths) else 0


def of_both(first: Totals, second: Totals, seconds: tuple[float, float]) -> dict[str, float]:
    """The totals of two consecutive parts: sums and maxima; means are computed again elsewhere. `seconds`: moving time
    of each part."""
    a, b = ({k: v for k, v in one.items() if v is not None and np.isfinite(v)} for one in (first, second))
    out = {name: a[name] + b[name] for name in _SUMS if name in a and name in b}
    out |= {name: max(a[name], b[name]) for name in _MOST if name in a and name in b}
    if (pools := {one["pool_length_m"] for one in (a, b) if "pool_length_m" in one}) and len(pools) == 1:
        out["pool_length_m"] = pools.pop()
    # Weighted by time, so that the load by rating of both together is the sum of the two.
    weights = seconds if sum(seconds) > 0 else (1.0, 1.0)
    for name in ("rpe", "feel"):
        told = [(one[name], w) for one, w in zip((a, b), weights, strict=True) if name in one]
        if told:
            total = sum(w for _, w in told)
            out[name] = sum(v * w for v, w in told) / total if total > 0 else told[0][0]
    if "vo2max" in a or "vo2max" in b:
        out["vo2max"] = b.get("vo2max", a.get("vo2max", np.nan))
    if "recovery_s" in b:  # advised after both parts
        out["recovery_s"] = b["recovery_s"]
    return out
