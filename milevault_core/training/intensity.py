"""How training is divided between easy, moderate and hard, and how polarised it is."""

import numpy as np
import pandas as pd

from milevault_core.training.volume import start_of

BANDS = ("easy_s", "moderate_s", "hard_s")


def distribution(activities: pd.DataFrame, period: str = "week", first_weekday: int = 0) -> pd.DataFrame:
    """start, easy_s, moderate_s, hard_s and polarisation by period. activities: local_day and BANDS (activities with
    NaN are left out). Weeks begin on `first_weekday` (Monday is 0)."""
    known = activities[activities["easy_s"].notna()]
    if known.empty:
        return pd.DataFrame(columns=["start", *BANDS, "polarisation"])
    frame = known.assign(start=start_of(known["local_day"], period, first_weekday))
    total = frame.groupby("start", as_index=False)[list(BANDS)].sum()
    return total.assign(
        polarisation=[polarisation_index(*row) for row in total[list(BANDS)].itertuples(index=False)]
    )


def polarisation_index(easy: float, moderate: float, hard: float) -> float:
    """log10(easy / moderate x hard x 100), computed from shares: above 2.00 is polarised.

    Source: Treff and others 2019, Front Physiol 10:707, equations 1 and 2; agrees with the paper's table 1 as quoted by
    public implementations. No moderate time counts as 1%, taken from hard. 0 without any hard time; NaN if there is
    more hard than easy time, or none at all.
    """
    total = easy + moderate + hard
    if total <= 0 or hard > easy:
        return float("nan")
    z1, z2, z3 = easy / total, moderate / total, hard / total
    if z2 == 0:
        z2, z3 = 0.01, z3 - 0.01
    # Almost no hard time counts as none, because the logarithm would become very negative.
    return max(float(np.log10(z1 / z2 * z3 * 100)), 0.0) if z3 > 0 else 0.0
