"""Quantities over time: frames of samples or days as charts, with gaps where nothing was measured."""

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
import pandas as pd

from milevault_core.health.resolution import Resolution
from milevault_core.view import dates
from milevault_core.view.format import Units
from milevault_core.view.health import shapes
from milevault_core.view.health.quantities import Quantity, in_units, normal_of, of_days
from milevault_core.view.training.shapes import pour

_GAP_S = 900  # a gap after longer without a sample, unless the points are further apart than that


def local(times: pd.Series, time_zone: dates.Zone) -> pd.Series:
    """UTC times as local times without a zone, for a chart."""
    zoned = pd.to_datetime(times, utc=True).dt.tz_convert(dates.zone_of(time_zone))
    return zoned.dt.tz_localize(None)


def sample_rows(
    samples: pd.DataFrame, quantity: Quantity, time_zone: dates.Zone, bucket_s: int, field: str = "value"
) -> list[dict]:
    """Rows of one series: t, `field`, and low and high of each bucket; a row without a value marks a gap."""
    if samples.empty:
        return []
    at = local(samples["time"], time_zone).to_numpy("datetime64[s]")
    steps = np.diff(at).astype(np.int64)
    gaps = np.append(
        False, (steps > max(_GAP_S, 2.5 * bucket_s)) | (steps < 0)
    )  # below 0: the clock was set back
    after = np.append(gaps[1:], True)
    rows: list[dict] = []
    values = samples["value"].to_numpy(float) * quantity.scale
    lows, highs = (samples[name].to_numpy(float) * quantity.scale for name in ("low", "high"))
    for i, when in enumerate(at):
        if gaps[i]:
            rows.append({"t": str(when - np.timedelta64(1, "s")), field: None})
        row: dict = {"t": str(when), field: round(float(values[i]), 2)}
        if field == "value":
            if bucket_s > 60:
                row |= {"low": round(float(lows[i]), 2), "high": round(float(highs[i]), 2)}
            if (i == 0 or gaps[i]) and after[i]:
                row["alone"] = True
        rows.append(row)
    return rows


def day_rows(
    days: pd.DataFrame, name: str, units: Units, step_days: int, first: date | None = None
) -> list[dict]:
    """Rows of daily values from `first` on (earlier days only serve the normal): value, its range, the user's own
    normal and the device's; null if a day has no value."""
    quantity = in_units(name, units)
    table = by_date(days)
    if table.empty:
        return []
    value = of_days(table, name)
    columns = {"value": value}
    band = normal_of(value.dropna(), name) if value.notna().any() else pd.DataFrame()
    if len(band):
        columns |= {"median": band["median"], "n_low": band["low"], "n_high": band["high"]}
    for field, metric in (("low", quantity.low), ("high", quantity.high), ("d_low", quantity.band[0]),
                          ("d_high", quantity.band[1])):  # fmt: skip
        if metric:
            columns[field] = table[metric]
    frame = pd.DataFrame(columns).reindex(table.index) * quantity.scale
    if step_days > 1:
        frame = frame.resample(f"{step_days}D").mean()
    frame = frame if first is None else frame[frame.index >= pd.Timestamp(first)]
    known = frame["value"].notna().to_numpy()
    alone = known & ~np.append(False, known[:-1]) & ~np.append(known[1:], False)
    return [
        {"t": f"{day:%Y-%m-%d}{dates.MIDNIGHT}", "value": None}
        | {k: round(float(v), 2) for k, v in row.items() if np.isfinite(v)}
        | ({"alone": True} if alone[i] else {})
        for i, (day, row) in enumerate(frame.to_dict("index").items())
    ]


def by_date(days: pd.DataFrame) -> pd.DataFrame:
    """Rows of queries.health.daily by date, with every day between the first and the last, as numbers."""
    if days.empty:
        return pd.DataFrame(index=pd.DatetimeIndex([]), columns=days.columns.drop("day"), dtype=float)
    table = days.set_index(pd.to_datetime(days["day"])).drop(columns="day").astype(float)
    return table.asfreq("D")


def chart(rows: list[dict], name: str, units: Units, found: Resolution) -> dict:
    """The chart of one quantity; {} if nothing was measured."""
    if not any(row.get("value") is not None for row in rows):
        return {}
    quantity = in_units(name, units)
    shape = shapes.line(quantity.unit, quantity.colour, quantity.decimals, quantity.is_total, found.is_daily,
                        is_brushed=True)  # fmt: skip
    return pour(shape, rows)


def chart_of_two(rows: Mapping[str, list[dict]], units: Units, is_clock: bool) -> dict:
    """Two quantities in one chart; rows: name -> rows with "value"."""
    names = list(rows)
    both = [
        {"t": row["t"], field: row["value"]}
        for field, name in zip("ab", names, strict=True)
        for row in rows[name]
    ]
    if not any(row.get("a") is not None or row.get("b") is not None for row in both):
        return {}
    first, second = (in_units(name, units) for name in names)
    colour = second.colour if second.colour != first.colour else "#7487a3"
    spec = pour(
        shapes.two(
            (first.label, first.unit, first.colour),
            (second.label, second.unit, colour),
            is_clock,
        ),
        [],
    )
    # Each line has its own rows: a row with only one of the two would be a gap in the other.
    layers = [
        part | {"data": {"values": [row for row in both if field in row]}}
        for field, part in zip("ab", spec["layer"], strict=True)
    ]
    return {k: v for k, v in spec.items() if k != "data"} | {"layer": layers}


def only_days(
    days: pd.DataFrame, wanted: Collection[date] | None, left_out: Collection[date] = ()
) -> pd.DataFrame:
    """The rows of the wanted days (all if `wanted` is None), without those in `left_out`."""
    return days[[(wanted is None or day in wanted) and day not in left_out for day in days["day"]]]


def without_days(rows: list[dict], left_out: Collection[date]) -> list[dict]:
    """Rows of `sample_rows` with a gap where days are left out."""
    gone = {day.isoformat() for day in left_out}
    return [{"t": row["t"], "value": None} if row["t"][:10] in gone else row for row in rows]
