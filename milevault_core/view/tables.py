"""Tables as a person reads them: every cell is text in the user's units, ready for display."""

import re
from collections.abc import Mapping
from datetime import timedelta, timezone
from functools import lru_cache

import numpy as np
import pandas as pd

from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view import texts as words
from milevault_core.view.activities import outline
from milevault_core.view.format import Units


def zone_of(row) -> dates.Zone:
    """The time zone of an activity: its own, else the UTC offset of its file."""
    return row.time_zone or timezone(timedelta(seconds=int(row.utc_offset_s)))


def activity_list(activities: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Rows of queries.activities.recent as a list shows them: Track (SVG as data URI), Name, Sport, Date, Distance,
    Time, Climb; the index is the activity's id. Date (local, without zone), Distance and Climb are values in the
    user's units, so that clicking a column head sorts by them."""
    rows = []
    for row in activities.itertuples():
        zone = zone_of(row)
        local = dates.local(row.start_time, zone)
        rows.append(
            {
                "id": row.id,
                "Track": thumbnail(row.outline),
                "Name": words.activity_name(row.name, row.sport, row.start_time, zone),
                "Sport": words.sport_label(row.sport, row.sport_name),
                "Date": local.replace(tzinfo=None) if local else None,
                "Distance": (row.distance_m or np.nan) / units.distance_m,
                "Time": fmt.duration(row.moving_s if row.moving_s == row.moving_s else row.elapsed_s),
                "Climb": row.ascent_m / units.altitude_m,
            }
        )
    columns = ["id", "Track", "Name", "Sport", "Date", "Distance", "Time", "Climb"]
    return pd.DataFrame(rows, columns=columns).set_index("id")


def names(activities: pd.DataFrame) -> pd.Series:
    """The names of activities as a list shows them; same index."""
    made = [
        words.activity_name(r.name, r.sport, r.start_time, zone_of(r))
        for r in activities.itertuples(index=False)
    ]
    return pd.Series(made, index=activities.index, dtype=object)


@lru_cache(maxsize=2_048)  # about 5 MB; a list of routes draws 200 of them on every run
def thumbnail(stored: bytes | None) -> str:
    """A stored outline (float32 pairs lat, lon) as a small picture; an empty picture if there is none."""
    if not isinstance(stored, bytes) or not stored:
        return outline.data_uri("")
    points = np.frombuffer(stored, "<f4").reshape(-1, 2)
    return outline.data_uri(outline.svg(points[:, 0], points[:, 1]))


# What a device without the sensor writes for every lap.
_NOTHING = ("0 W", "0 rpm", "0 spm", "0 strokes/min")


def lap_table(
    laps: pd.DataFrame, units: Units, sport: str, steps: Mapping[int, str] | None = None
) -> pd.DataFrame:
    """Laps as a table; a column without any value is left out. Index: lap number from 1. steps: names of the
    workout's steps (view.activities.workout); steps without a name show their number."""
    texts = {
        "Distance": [fmt.distance(v, units, sport) for v in laps["distance_m"]],
        "Time": [fmt.duration(v) for v in laps["timer_s"].fillna(laps["elapsed_s"])],
        fmt.rate_label(sport): [fmt.rate(v, units, sport) for v in _lap_speed(laps)],
        "Ascent": [fmt.altitude(v, units) for v in laps["ascent_m"]],
        "Avg heart rate": [fmt.heart_rate(v) for v in laps["avg_heart_rate"]],
        "Max heart rate": [fmt.heart_rate(v) for v in laps["max_heart_rate"]],
        "Cadence": [fmt.cadence(v, sport) for v in laps["avg_cadence"]],
        "Power": [fmt.power(v) for v in laps["avg_power"]],
        "Calories": [fmt.number(v) for v in laps["calories"]],
        "Strokes": [fmt.number(v) for v in laps["strokes"]],
        "Stroke": [str(v).replace("_", " ") for v in laps["stroke"]],
        "Kind": ["" if v == "active" else str(v).replace("_", " ") for v in laps["intensity"]],
        "Workout step": [
            (steps or {}).get(v) or fmt.number(v + 1) for v in laps["workout_step"].astype(float)
        ],
    }
    table = pd.DataFrame(texts, index=pd.RangeIndex(1, len(laps) + 1, name="Lap"))
    return table.loc[:, [not set(table[c]).issubset({fmt.MISSING, "", *_NOTHING}) for c in table.columns]]


def _lap_speed(laps: pd.DataFrame) -> pd.Series:
    time = laps["timer_s"].fillna(laps["elapsed_s"])
    own = laps["distance_m"] / time.where(time > 0)
    return own.where(own.notna(), laps["avg_speed"])  # consistent with the distance and time shown beside it


def set_table(sets: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Sets of a strength workout; rests are rows without an exercise."""
    rows = {
        "Exercise": [
            (str(e).replace("_", " ").capitalize() or "Set") if active else "Rest"
            for e, active in zip(sets["exercise"], sets["is_active"], strict=True)
        ],
        "Repetitions": [fmt.number(v) for v in sets["repetitions"]],
        "Weight": [fmt.weight(v, units) for v in sets["weight_kg"]],
        "Time": [fmt.duration(v) for v in sets["duration_s"]],
    }
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(sets) + 1, name="Set"))


# A figure at the start of a cell, with hours and minutes or thousands, up to its decimals.
_WHOLE = re.compile(r"(?:\d{1,3}(?:\u202f\d{3})+|\d+)(?::\d\d)*")
_FIGURE_SPACE = "\u2007"  # as wide as a digit, and sorts before every digit


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """The same texts with their leading figures right-aligned: a browser sorts by characters, so without this 9.98 km
    would come after 10.01 km, and 58:30 after 1:02:10."""
    return pd.DataFrame({name: _flush_right(table[name]) for name in table.columns}, index=table.index)


def _flush_right(column: pd.Series) -> pd.Series:
    if not pd.api.types.is_object_dtype(column) and not pd.api.types.is_string_dtype(column):
        return column
    wholes = [_WHOLE.match(value) if isinstance(value, str) else None for value in column]
    width = max((len(found[0]) for found in wholes if found), default=0)
    return pd.Series(
        [
            _FIGURE_SPACE * (width - len(found[0])) + value if found else value
            for value, found in zip(column, wholes, strict=True)
        ],
        index=column.index,
        dtype=object,
    )


def reread_table(changes: pd.DataFrame, units: Units) -> pd.DataFrame:
    """Activities that reading again changes: the figures before and after, or why an activity cannot be read."""
    rows = []
    for row in changes.itertuples():
        zone = zone_of(row)
        shown = {"Date": dates.day_time(row.start_time, zone)}
        shown["Activity"] = words.activity_name(row.name, row.sport, row.start_time, zone)
        for label, name, say in (
            ("Distance", "distance_m", lambda v, r=row: fmt.distance(v, units, r.sport)),
            ("Moving time", "moving_s", fmt.duration),
            ("Elapsed", "elapsed_s", fmt.duration),
            ("Ascent", "ascent_m", lambda v: fmt.altitude(v, units)),
        ):
            before, after = (say(getattr(row, f"{name}_{side}")) for side in ("before", "after"))
            shown[label] = after if before == after else f"{before} → {after}"
        shown["Note"] = row.reason
        rows.append(shown)
    return pd.DataFrame(rows)
