"""What was special about an activity, in a few words: a record, the longest in a year, third-fastest on its route."""

from typing import NamedTuple

import pandas as pd

from milevault_core.sports.nouns import noun
from milevault_core.view.format import Units
from milevault_core.view.records import texts as say
from milevault_core.view.routes.routes import ordinal

MOST = 2  # notes per activity
ORDER = ("longest_distance", "best_time", "biggest_climb", "most_climb", "power")
ENOUGH = 10  # activities in a year before "the longest in a year" means something


class Record(NamedTuple):
    kind: str
    key: float
    sport: str
    value: float


def notes(found: pd.DataFrame, units: Units) -> dict[int, list[tuple[str, str]]]:
    """(icon, text) by activity, most important first. found: rows of queries.highlights.of."""
    made = {}
    for row in found.itertuples():
        held = [Record(**one) for one in row.records]
        held.sort(key=lambda r: (ORDER.index(r.kind) if r.kind in ORDER else 9, -r.key))
        mine = [("trophy", _record(one, units)) for one in held]
        if row.rank == row.rank and row.rank is not None and row.rank <= 3 and row.timed >= 4:
            place = "Fastest" if row.rank == 1 else f"{ordinal(int(row.rank)).capitalize()} fastest"
            mine.append(("route", f"{place} of {int(row.timed)} on this route"))
        is_record = any(text.startswith("Longest") for _, text in mine)
        if row.earlier >= ENOUGH and row.longer == 0 and not is_record:
            mine.append(("straighten", f"Longest {noun(row.sport)} in a year"))
        if mine:
            made[int(row.activity_id)] = mine[:MOST]
    return made


def _record(row: Record, units: Units) -> str:
    value = say.value(row.kind, row.value, row.sport, units)
    match row.kind:
        case "longest_distance":
            return f"Longest {noun(row.sport)} so far"
        case "longest_time":
            return f"Longest {noun(row.sport)} by time"
        case "best_time":
            return f"Fastest {say.title(row.kind, row.key)}: {value}"
        case "power":
            return f"Best {say.title(row.kind, row.key)}: {value}"
    return f"{say.title(row.kind, row.key)}: {value}"
