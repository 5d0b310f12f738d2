"""The segments and climbs that a device timed during the activity: segment_lap and climb_pro. The events of climb_pro
are 0 approach, 1 start, 2 complete, which is not in every public profile."""

import numpy as np

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.times import to_datetime

MAX_ROWS = 1_000
_START, _COMPLETE = 1, 2


def told(segment_laps: Table, climbs: Table) -> list[dict]:
    """Segments and climbs in order of time, each with kind ("segment" or "climb"), name, key (the device's identifier),
    start_time and end_time as texts (UTC). A segment also has elapsed_s, to the millisecond."""
    return sorted([*_segments(segment_laps), *_climbs(climbs)], key=lambda one: one["start_time"])


def _segments(table: Table) -> list[dict]:
    found = []
    for row in table.take(slice(0, MAX_ROWS)).rows():
        took = row.get("total_elapsed_time", 0.0)
        if "start_time" not in row or not 0 < took < 1e6:
            continue
        name = str(row.get("name", "")).strip()
        found.append({
            "kind": "segment", "name": name, "key": str(row.get("uuid", "")) or name, "elapsed_s": took,
            "start_time": _text(row["start_time"]), "end_time": _text(row["start_time"] + took),
        })  # fmt: skip
    return found


def _climbs(table: Table) -> list[dict]:
    """Climbs from start to completion; those that were not completed are left out."""
    found: list[dict] = []
    begun: dict[float, float] = {}
    for row in table.take(slice(0, MAX_ROWS)).rows():
        number, at = row.get("climb_number", -1.0), row.get("timestamp")
        if at is None:
            continue
        if row.get("climb_pro_event") == _START:
            begun[number] = at
        elif row.get("climb_pro_event") == _COMPLETE and at > begun.get(number, at):
            start = begun.pop(number)
            name = f"Climb {number:.0f}" if number >= 0 else "Climb"
            found.append({"kind": "climb", "name": name, "key": f"{name} {_text(start)}",
                          "start_time": _text(start), "end_time": _text(at)})  # fmt: skip
    return found


def _text(seconds: float) -> str:
    return str(to_datetime(np.array([seconds]))[0])
