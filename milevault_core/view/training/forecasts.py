"""Forecasts on the Trends page: as a table, and how good past ones were."""

from collections.abc import Sequence

import pandas as pd

from milevault_core.training import forecast as forecasts
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.training import shapes


def forecast_rows(made: Sequence[forecasts.Forecast]) -> list[tuple[str, str, str, str]]:
    """(distance, time, range, methods) of each forecast."""
    out = []
    for one in made:
        how = ", ".join(f"{name} {fmt.duration(s)}" for name, s in one.methods.items())
        span = f"{fmt.duration(one.low)} – {fmt.duration(one.high)}"
        out.append((forecasts.DISTANCES[one.distance_m], fmt.duration(one.seconds), span, how))
    return out


def score_sentence(scored: Sequence[forecasts.Score]) -> str:
    """ "17 of 21 all-out efforts (81%) fell within the range …"; "" if there are none."""
    if not scored:
        return ""
    inside = sum(s.is_inside for s in scored)
    many = texts.count(len(scored), "all-out effort", "all-out efforts")
    return (
        f"{inside} of {many} ({fmt.percent(100 * inside / len(scored))}) fell within the range forecast from the data "
        f"before it. The range is meant to hold 80%."
    )


def score_chart(scored: Sequence[forecasts.Score]) -> dict:
    """Each past effort against its range, in % of its forecast."""
    rows = [
        {"day": f"{s.effort.day}{dates.MIDNIGHT}", "name": forecasts.DISTANCES[s.effort.distance_m],
         "low": round(100 * s.forecast.low / s.forecast.seconds, 2),
         "high": round(100 * s.forecast.high / s.forecast.seconds, 2),
         "took": round(100 * s.effort.seconds / s.forecast.seconds, 2),
         "told": "inside the range" if s.is_inside else "outside", "text": fmt.duration(s.effort.seconds),
         "range": f"{fmt.duration(s.forecast.low)} – {fmt.duration(s.forecast.high)}"}
        for s in scored
    ]  # fmt: skip
    return shapes.pour(shapes.scores(), rows) if rows else {}


def race_efforts(found: pd.DataFrame) -> list[forecasts.Effort]:
    """Rows of queries.training.race_efforts as the forecast takes them."""
    none = lambda v: None if v != v or v is None else float(v)  # noqa: E731
    return [
        forecasts.Effort(
            pd.Timestamp(row.local_day).date(), float(row.distance_m), float(row.seconds),
            forecasts.is_all_out(row.seconds, row.activity_s, none(row.avg_heart_rate),
                                 none(row.threshold_heart_rate), none(row.rpe)),
        )
        for row in found.itertuples()
    ]  # fmt: skip
