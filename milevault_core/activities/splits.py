"""Splits: an activity cut at every kilometre, mile, 100 m …, as consecutive row ranges of its track."""

import numpy as np
import pandas as pd


def cuts(track: pd.DataFrame, unit_m: float) -> list[tuple[int, int, float]]:
    """(start, stop, metres) of each split: rows start to stop - 1. The last row of a split is the first of the next, so
    that their times add up. The last split is the remainder, if it is more than a hundredth of the unit. Empty if the
    track has no distance."""
    metres = track["distance"].to_numpy(dtype=float)
    known = np.flatnonzero(np.isfinite(metres))
    if len(known) < 2 or unit_m <= 0:
        return []
    way = np.maximum.accumulate(metres[known])
    whole = float(way[-1] - way[0])
    if whole < 0.01 * unit_m:
        return []
    marks = way[0] + unit_m * np.arange(1, int(whole / unit_m + 1e-9) + 1)
    # The nearer of the two points around a mark; the points never go back from one mark to the next.
    after = np.clip(np.searchsorted(way, marks), 1, len(way) - 1)
    nearer = np.where(marks - way[after - 1] < way[after] - marks, after - 1, after)
    ends = known[nearer].tolist()
    starts = [int(known[0]), *ends]
    lengths = [unit_m] * len(ends)
    if whole - unit_m * len(ends) > 0.01 * unit_m:
        ends.append(int(known[-1]))
        lengths.append(whole - unit_m * (len(ends) - 1))
    return [
        (int(a), int(b) + 1, float(metre))
        for a, b, metre in zip(starts[: len(ends)], ends, lengths, strict=True)
        if b > a
    ]
