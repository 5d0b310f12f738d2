"""Sums over days."""

from datetime import date

import pandas as pd

from milevault_core import store


def by_day(user_id: int, first: date, last: date) -> pd.DataFrame:
    """Totals of each local day and sport from `first` to `last`: day, sport, activity_count, elapsed_s, moving_s,
    distance_m, ascent_m."""
    return store.read(
        "SELECT day, sport, activity_count, elapsed_s, moving_s, distance_m, ascent_m FROM day_totals "
        "WHERE user_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, sport",
        (user_id, first, last),
    )
