"""Segments and climbs on an activity's page."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from milevault_core.activities.stretch import Figures
from milevault_core.segments.climbs import Climb
from milevault_core.view import format as fmt
from milevault_core.view.format import Units
from milevault_core.view.parts.text import address
from milevault_core.view.parts.things import Column, Thing
from milevault_core.view.segments.segment import with_error
from milevault_core.view.segments.segments import grade, time_text

NAME = Column("Segment", is_number=False, rank=1)


def columns(efforts: pd.DataFrame, sport: str) -> tuple[Column, ...]:
    """The columns of an activity's efforts; a column without any known value is left out."""
    every = (
        (Column("Time", about="segment_time"), True), (Column("Rank", rank=1), True),
        (Column("To the best", rank=1), True),
        (Column(fmt.rate_label(sport)), fmt.pace_kind(sport) != "none"), (Column("Length", rank=3), True),
        (Column("Grade", rank=4), bool(efforts["gain_m"].notna().any())),
        (Column("Heart rate", rank=3), bool(efforts["heart_rate"].notna().any())),
        (Column("Power", rank=4), bool(efforts["power"].notna().any())),
    )  # fmt: skip
    return tuple(column for column, is_known in every if is_known)


def things(efforts: pd.DataFrame, units: Units, sport: str) -> list[Thing]:
    """The efforts of an activity (queries.segments.of_activity), one row each."""
    shown = {c.label for c in columns(efforts, sport)}
    made = []
    for row in efforts.itertuples():
        cells = {
            "Time": with_error(row.time_s, row.plus_minus_s),
            "Rank": f"{int(row.rank)} of {int(row.efforts)}",
            "To the best": gap(row.time_s, row.best_s),
            fmt.rate_label(sport): fmt.rate(row.length_m / row.time_s, units, sport),
            "Length": fmt.distance(row.length_m, units),
            "Grade": grade(row.gain_m, row.length_m),
            "Heart rate": fmt.heart_rate(row.heart_rate),
            "Power": fmt.power(row.power),
        }
        made.append(
            Thing(
                href=address("/segment", {"id": row.segment_id}),
                name=row.name,
                under=f"pass {int(row.number) + 1}" if int(row.number) else "",
                cells=[text for name, text in cells.items() if name in shown],
                star=int(row.rank) == 1,
            )
        )
    return made


def gap(time_s: float, best_s: float | None) -> str:
    """How an effort compares with the best of the others: "+0:12", "0:05 better", "first" if there are no others."""
    if best_s is None or fmt.is_missing(best_s):
        return "first"
    behind = time_s - float(best_s)
    if abs(behind) < 0.05:
        return "equal"
    return f"+{time_text(behind)}" if behind > 0 else f"{time_text(-behind)} better"


def marks(efforts: pd.DataFrame, track: pd.DataFrame, lead_s: float) -> list[tuple[float, float, str]]:
    """(lat, lon, label) where each effort begins; one per segment. lead_s: see view.activities.activity."""
    if efforts.empty or len(track) < 2:
        return []
    seconds = (track["time"].to_numpy() - track["time"].to_numpy()[0]) / np.timedelta64(1, "s") + lead_s
    lat, lon = (track[name].to_numpy(float) for name in ("lat", "lon"))
    known = np.isfinite(lat) & np.isfinite(lon)
    if not known.any():
        return []  # another recording has been chosen since, and its efforts are not found yet
    found = []
    for row in efforts.drop_duplicates("segment_id").itertuples():
        at = [float(np.interp(row.t0_s, seconds[known], values[known])) for values in (lat, lon)]
        found.append((at[0], at[1], f"{row.name}: {time_text(row.time_s)}"))
    return found


def told(activity: dict) -> list[tuple[str, str, str, tuple[float, float]]]:
    """Segments and climbs that the device timed: (label, name, key, window in seconds since the activity's start)."""
    found = []
    start = pd.Timestamp(activity["start_time"])
    for one in activity["details"].get("stretches", []):
        begin, end = (pd.Timestamp(one[n], tz="UTC") for n in ("start_time", "end_time"))
        if pd.isna(begin) or pd.isna(end):
            continue
        window = (begin - start).total_seconds(), (end - start).total_seconds()
        name = one["name"] or ("Segment" if one["kind"] == "segment" else "Climb")
        label = f"{name}, {time_text(one.get('elapsed_s', window[1] - window[0]))}"
        if window[1] > 0:
            found.append((label, name, one["key"], window))
    return found


def climb_table(climbs: Sequence[Climb], figures: Sequence[Figures], units: Units) -> pd.DataFrame:
    """Climbs as texts: length, gain, grade, category, time, VAM, power, heart rate; empty columns are left out."""
    rows = {
        "At": [fmt.distance(c.begin_m, units) for c in climbs],
        "Length": [fmt.distance(c.length_m, units) for c in climbs],
        "Gain": [fmt.altitude(c.gain_m, units) for c in climbs],
        "Grade": [fmt.number(100 * c.grade, 1, "%") for c in climbs],
        "Category": [c.category for c in climbs],
        "Time": [fmt.duration(c.end_s - c.begin_s) for c in climbs],
        "VAM": [fmt.number(c.vam, 0, "m/h") for c in climbs],
        "Power": [fmt.power(f.power) for f in figures],
        "Heart rate": [fmt.heart_rate(f.heart_rate) for f in figures],
    }
    table = pd.DataFrame(rows, index=pd.RangeIndex(1, len(climbs) + 1, name="Climb"))
    return table.loc[:, [not set(table[c]).issubset({fmt.MISSING, "", "0 W"}) for c in table.columns]]
