"""How regular sleep is: the Sleep Regularity Index (Phillips et al. 2017, Scientific Reports 7:3216)."""

from collections.abc import Iterable

import numpy as np

from milevault_core.formats.health_data import SLEEPING, Night

MINUTES = 1440
ENOUGH_DAYS = 5  # pairs of days to compare


def regularity(asleep: np.ndarray, per_day: int = MINUTES) -> float:
    """SRI of a series of epochs, (n,) with 1 asleep, 0 awake, NaN unknown: 200 p - 100, where p is the share of epochs
    with the same state 24 h later. 100: the same every day; 0: random. NaN if nothing can be compared.
    """
    before, after = asleep[:-per_day], asleep[per_day:]
    known = ~np.isnan(before) & ~np.isnan(after)
    if len(asleep) <= per_day or not known.any():
        return float("nan")
    return float(200 * np.mean(before[known] == after[known]) - 100)


def regularity_of(nights: Iterable[Night]) -> float:
    """SRI of the nights and naps of one source; NaN with fewer than five pairs of days to compare.

    A day (from noon to noon) without a night is unknown, not awake.
    """
    nights = list(nights)
    owned = [night for night in nights if not night.is_nap]
    if not owned:
        return float("nan")
    first = min(night.day.toordinal() for night in owned)
    days = max(night.day.toordinal() for night in owned) - first + 1
    known = np.zeros(days, bool)
    for night in owned:
        known[night.day.toordinal() - first] = True
    if np.count_nonzero(known[1:] & known[:-1]) < ENOUGH_DAYS:
        return float("nan")
    asleep = np.where(np.repeat(known, MINUTES), 0.0, np.nan)
    for night in nights:
        # Local time, so that a clock change or a journey does not shift a night relative to the others.
        noon = (first - 719_163) * 86_400 - 43_200 - (night.utc_offset_s or 0)
        spans = [(s.start, s.end) for s in night.stages if s.stage in SLEEPING] or [(night.start, night.end)]
        for start, end in spans:
            a, b = (max(0, round((second - noon) / 60)) for second in (start, end))
            asleep[a:b] = np.where(np.isnan(asleep[a:b]), np.nan, 1.0)
    return regularity(asleep)
