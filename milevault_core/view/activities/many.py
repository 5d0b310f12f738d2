"""The list of activities as a table of numbers from which many can be selected."""

import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view import format as fmt
from milevault_core.view.format import Units


def table(rows: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Rows of queries.activity_list.figures (with `time_s`): Name, Date, Sport, Distance, Time, Gear, as texts."""
    local = [dates.local(row.start_time, tables.zone_of(row)) for row in rows.itertuples()]
    return pd.DataFrame({
        "Name": tables.names(rows).to_numpy(),
        "Date": [dates.short_day(at.date()) if at else fmt.MISSING for at in local],
        "Sport": [texts.sport_label(row.sport, row.sport_name) for row in rows.itertuples()],
        "Distance": [fmt.distance(row.distance_m or None, units, row.sport) for row in rows.itertuples()],
        "Time": [fmt.duration(row.time_s) for row in rows.itertuples()],
        "Gear": rows["gear"].to_numpy(),
    })  # fmt: skip
