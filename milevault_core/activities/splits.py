"""An activity cut at every kilometre, mile, 100 m …: rows of its track, one split after the other."""

import numpy as np
import pandas as pd


def cuts(track: pd.DataFrame, unit_m: float) -> list[tuple[int, int, float]]:
    """(start, stop, metres) of each split: rows start to stop (less one), the last row of one is the first of the next,
    so that their times add up. The last split is the rest, if it is more than a hundredth of the unit. Empty where
    the track has no distance."""
    metres = track["distance"].to_numpy(dtype=float)
    known = np.flatnonzero(np.isfinite(metres))
    if len(known) < 2 or unit_m <= 0:
        return []
    way = np.maximum.accumulate(metres[known])
    whole = float(way[-1] - way[0])
    if whole < 0.01 * unit_m:
        return []
    marks = way[0] + unit_m * np.arange(1, int(whole / unit_m + 1e-9) + 1)
    # The nearer of the two points around a mark; a mark is never before the one it follows.
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
