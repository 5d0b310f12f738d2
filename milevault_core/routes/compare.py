"""Compares the profiles of two attempts at one route: where time was lost. Only subtraction, no alignment."""

import numpy as np
import pandas as pd

from milevault_core.routes.profile import Profile

SECTION = 100.0  # m


def compare(mine: Profile, other: Profile, section_m: float = SECTION) -> pd.DataFrame:
    """Seconds lost (positive) or gained (negative) against `other`, per `section_m` metres of the route.

    Columns: start_m, end_m; gap_s (total at the end of the section); lost_s (within the section), which is the sum of
    stop_s (from standing longer than the other) and pace_s (from being slower); off (one of them left the route, so the
    times there are a guess). Raises ValueError for profiles of different routes.
    """
    if len(mine.metres) != len(other.metres) or not np.allclose(mine.metres, other.metres, atol=0.5):
        raise ValueError("the two attempts were measured along different routes")
    gap, stop = mine.elapsed - other.elapsed, mine.stopped - other.stopped
    ends = np.append(np.arange(0.0, mine.metres[-1] - section_m / 4, section_m), mine.metres[-1])
    at = np.searchsorted(mine.metres, ends - 1e-6)
    gap_at, stop_at = gap[at], stop[at]
    off = np.concatenate([[0], np.cumsum(mine.off | other.off)])
    return pd.DataFrame({
        "start_m": ends[:-1],
        "end_m": ends[1:],
        "gap_s": gap_at[1:] - gap_at[0],
        "lost_s": np.diff(gap_at),
        "stop_s": np.diff(stop_at),
        "pace_s": np.diff(gap_at) - np.diff(stop_at),
        "off": off[at[1:] + 1] > off[at[:-1]],
    })  # fmt: skip


def typical(profiles: list[Profile]) -> pd.DataFrame:
    """Quartiles of the elapsed seconds at each mark over several attempts: metres, low_s, median_s, high_s."""
    if not profiles:
        return pd.DataFrame(columns=["metres", "low_s", "median_s", "high_s"], dtype=float)
    low, median, high = np.quantile(np.stack([p.elapsed for p in profiles]), [0.25, 0.5, 0.75], axis=0)
    return pd.DataFrame({"metres": profiles[0].metres, "low_s": low, "median_s": median, "high_s": high})
