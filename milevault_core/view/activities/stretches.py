"""Stretches of an activity as tables: laps, splits, intervals, best efforts. A selected row of a table is shown on the
chart and the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from milevault_core.activities import splits, stretch
from milevault_core.activities.intervals import Set
from milevault_core.activities.stretch import Figures
from milevault_core.metrics.climb import climb_series
from milevault_core.track import arrays
from milevault_core.view import format as fmt
from milevault_core.view.activities.along import moving, rows_of
from milevault_core.view.activities.series import elapsed
from milevault_core.view.format import Units
from milevault_core.view.records import texts as record_texts

_NOTHING = {fmt.MISSING, "", "0 W", "0 rpm", "0 spm", "0 strokes/min"}


@dataclass(frozen=True)
class Table:
    """`rows`: texts in the user's units; `spans`: rows (start, stop) of the track for each, None where unknown."""

    rows: pd.DataFrame
    spans: list[tuple[int, int] | None]


class MeasuredTrack:
    """A track with everything its stretches are measured by, computed once."""

    def __init__(self, track: pd.DataFrame, sport: str) -> None:
        self.track, self.sport = track, sport

    @cached_property
    def _moving(self) -> np.ndarray:
        return moving(self.track, self.sport)

    @cached_property
    def _columns(self) -> dict[str, np.ndarray]:
        return arrays(self.track)

    @cached_property
    def _graded(self) -> np.ndarray:
        return stretch.graded_metres(self.track, stretch.grades(self.track))

    @cached_property
    def _climbs(self) -> tuple[np.ndarray, np.ndarray]:
        return climb_series(self._columns)

    def figures(self, span: tuple[int, int], is_brief: bool = False) -> Figures:
        return stretch.figures(self._columns, *span, self._moving, self._graded, self._climbs, is_brief)

    def brief_figures(self, spans: Sequence[tuple[int, int]]) -> list[Figures]:
        return stretch.brief_figures(self._columns, spans, self._moving, self._graded, self._climbs)


def figure_texts(figures: Figures, units: Units, sport: str) -> list[tuple[str, str]]:
    """(label, value) of a stretch's figures, as far as it has them."""
    rows = [
        ("Distance", fmt.distance(figures.distance_m, units, sport)),
        ("Time", fmt.duration(figures.elapsed_s)),
        ("Moving", fmt.duration(figures.moving_s))
        if figures.elapsed_s - figures.moving_s >= 5
        else ("", fmt.MISSING),
        (fmt.rate_label(sport), fmt.rate(figures.speed, units, sport)),
        ("Graded pace", _graded(figures, units, sport)),
        ("Ascent", fmt.altitude(figures.ascent_m, units)),
        ("Descent", fmt.altitude(figures.descent_m, units)),
        ("Avg heart rate", fmt.heart_rate(figures.heart_rate)),
        ("Max heart rate", fmt.heart_rate(figures.max_heart_rate)),
        ("Avg power", fmt.power(figures.power)),
        ("Normalized power", fmt.power(figures.normalized_power)),
        ("Max power", fmt.power(figures.max_power)),
        ("Cadence", fmt.cadence(figures.cadence, sport)),
    ]
    return [row for row in rows if row[1] not in _NOTHING]


def _graded(figures: Figures, units: Units, sport: str) -> str:
    on_hills = figures.ascent_m == figures.ascent_m
    return fmt.rate(figures.graded_speed, units, sport) if sport == "running" and on_hills else fmt.MISSING


def split_unit(units: Units, sport: str) -> tuple[str, float]:
    """The unit of splits: ("km", 1000.0); 500 m for rowing, 100 for swimming."""
    unit, metres = fmt.pace_unit(fmt.pace_kind(sport), units)
    return (unit, metres) if fmt.pace_kind(sport).startswith("pace") else (units.distance, units.distance_m)


def split_table(measured: MeasuredTrack, units: Units, unit_m: float) -> Table | None:
    """Splits of `unit_m` metres; None if the track has no distance. The last one may be shorter. Time is the moving
    time, to which the pace or speed refers."""
    found = splits.cuts(measured.track, unit_m)
    if not found:
        return None
    spans = [(a, b) for a, b, _ in found]
    each = measured.brief_figures(spans)
    sport = measured.sport
    lengths = [
        fmt.number(m / unit_m, 2) if abs(m - unit_m) > 1e-6 else str(n)
        for n, (_, _, m) in enumerate(found, 1)
    ]
    columns = {
        "Time": [fmt.duration(f.moving_s) for f in each],
        "Elapsed": [fmt.duration(f.elapsed_s) if f.elapsed_s - f.moving_s >= 5 else "" for f in each],
        fmt.rate_label(sport): [fmt.rate(m / f.moving_s if f.moving_s else None, units, sport)
                                for f, (_, _, m) in zip(each, found, strict=True)],
        "Graded pace": [_graded(f, units, sport) for f in each],
        "Ascent": [fmt.altitude(f.ascent_m, units) for f in each],
        "Descent": [fmt.altitude(f.descent_m, units) for f in each],
        **_body(each, sport),
    }  # fmt: skip
    return Table(_filled(pd.DataFrame(columns, index=pd.Index(lengths, name="Split"))), list(spans))


def interval_table(measured: MeasuredTrack, sets: Sequence[Set], units: Units) -> Table:
    """The intervals found, each with the rest after it."""
    every = [one for some in sets for one in some.intervals]
    points = elapsed(measured.track)
    spans = [rows_of(points, (one.start_s, one.stop_s)) for one in every]
    each = [measured.figures(span, is_brief=True) if span else None for span in spans]
    known = [f for f in each if f is not None]
    sport = measured.sport
    if len(known) < len(every):
        every = [one for one, f in zip(every, each, strict=True) if f is not None]
        spans = [span for span in spans if span]
    columns = {
        "Time": [fmt.duration(one.duration_s) for one in every],
        "Distance": [fmt.distance(one.distance_m, units, sport) for one in every],
        fmt.rate_label(sport): [fmt.rate(one.speed, units, sport) for one in every],
        "Graded pace": [_graded(f, units, sport) for f in known],
        **_body(known, sport),
        "Rest": [fmt.duration(one.rest_s) if one.rest_s else "" for one in every],
    }
    return Table(
        _filled(pd.DataFrame(columns, index=pd.RangeIndex(1, len(every) + 1, name="Interval"))), spans
    )


def effort_table(
    measured: MeasuredTrack, efforts: pd.DataFrame, units: Units, lead_s: float = 0.0
) -> Table | None:
    """Best efforts of queries.efforts: 1 km, 5 km, 20 min power …; None for none. lead_s: as for rows_between."""
    sport = measured.sport
    shown = efforts[efforts["kind"].isin(("best_time", "power", "heart_rate", "biggest_climb"))]
    if shown.empty:
        return None
    points = elapsed(measured.track) + lead_s
    spans = [rows_of(points, (r.t0_s, r.t1_s)) for r in shown.itertuples()]
    each = [measured.figures(span, is_brief=True) if span else None for span in spans]
    columns = {
        "Value": [record_texts.value(r.kind, r.value, sport, units) for r in shown.itertuples()],
        "Rate": [record_texts.rate(r.kind, r.key, r.value, sport, units) if r.kind == "best_time" else ""
                 for r in shown.itertuples()],
        "At": [fmt.duration(r.t0_s) for r in shown.itertuples()],
        "Avg heart rate": [fmt.heart_rate(f.heart_rate) if f else fmt.MISSING for f in each],
    }  # fmt: skip
    names = [record_texts.title(r.kind, r.key) for r in shown.itertuples()]
    return Table(_filled(pd.DataFrame(columns, index=pd.Index(names, name="Effort"))), spans)


def lap_spans(track: pd.DataFrame, laps: pd.DataFrame) -> list[tuple[int, int] | None]:
    """Rows of the track for each lap, pool length or set; None if it has no time, or no points."""
    if not len(track):
        return [None] * len(laps)
    begin = track["time"].to_numpy()[0]
    starts = pd.to_datetime(laps["start_time"], utc=True).dt.tz_localize(None).to_numpy()
    took = laps["elapsed_s"] if "elapsed_s" in laps else laps["duration_s"]
    seconds = (starts.astype("datetime64[us]") - begin.astype("datetime64[us]")) / np.timedelta64(1, "s")
    points = elapsed(track)
    return [
        rows_of(points, (a, a + b)) if np.isfinite(a) and np.isfinite(b) and a + b > 0 else None
        for a, b in zip(seconds.tolist(), took.astype(float).tolist(), strict=True)
    ]


def _body(each: Sequence[Figures], sport: str) -> dict[str, list[str]]:
    return {
        "Avg heart rate": [fmt.heart_rate(f.heart_rate) for f in each],
        "Max heart rate": [fmt.heart_rate(f.max_heart_rate) for f in each],
        "Power": [fmt.power(f.power) for f in each],
        "Cadence": [fmt.cadence(f.cadence, sport) for f in each],
    }


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """The table without its empty columns."""
    return table.loc[:, [not set(table[c]).issubset(_NOTHING) for c in table.columns]]
