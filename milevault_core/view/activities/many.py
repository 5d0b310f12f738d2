"""The list of activities as a table of numbers in which several can be selected."""

from collections.abc import Mapping

import pandas as pd

from milevault_core.view import dates, tables, texts
from milevault_core.view.format import Units


def table(rows: pd.DataFrame, units: Units, gear: Mapping[str, str]) -> pd.DataFrame:
    """Rows of queries.activity_list.figures (with `time_s`): Name, Date, Sport, Distance in the user's units, Time,
    Gear. Dates, distances and times are values, so that clicking a column head sorts by them. gear: what
    the user calls it (view.gear.called)."""
    local = [dates.local(row.start_time, tables.zone_of(row)) for row in rows.itertuples()]
    return pd.DataFrame({
        "Name": tables.names(rows).to_numpy(),
        "Date": [at.date() if at else None for at in local],
        "Sport": [texts.sport_label(row.sport, row.sport_name) for row in rows.itertuples()],
        f"Distance, {units.distance}": _known(rows["distance_m"]).to_numpy() / units.distance_m,
        "Time": _whole_seconds(rows["time_s"]).to_numpy(),
        "Gear": [gear.get(name, name) for name in rows["gear"]],
    })  # fmt: skip


def _known(metres: pd.Series) -> pd.Series:
    """Distances without the zeros of activities that covered none."""
    return metres.where(metres > 0)


def _whole_seconds(seconds: pd.Series) -> pd.Series:
    return pd.to_timedelta(seconds.round(), unit="s")
