"""Health days and the weight log of the first MileVault.

The days go through the ordinary import as one table, so that they have a file, rank below a watch's own files, and can
be undone. Weights become entries of the weight log here too, which can be edited.
"""

import csv
import io
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from milevault_core import store
from milevault_core.formats.health_metrics import is_meant
from milevault_core.imports import files as imports
from milevault_core.store.health import entries
from milevault_core.store.health import files as health_files
from milevault_core.store.v1.health_columns import DAYS, WEIGHTS


def of_person(rows: list[dict[str, Any]], old_id: Any, is_alone: bool) -> list[dict[str, Any]]:
    """The rows of one person. is_alone: this is the only user, so rows without a user are theirs too."""
    return [row for row in rows if row["user"] == old_id or (row["user"] is None and is_alone)]


def bring_days(user_id: int, rows: list[dict[str, Any]], known: set[str]) -> tuple[int | None, int]:
    """Put the days into a batch of the ordinary import; returns (its id, how many days), or (None, 0) if there are none
    or they were imported before. known: the names of files imported before."""
    table, days = _table(rows)
    if not days:
        return None, 0
    name = f"Health days {min(days)} to {max(days)} ({len(days)}).csv"
    if name in known:
        return None, 0
    batch = imports.begin(user_id, "milevault", "health days of the first MileVault")
    imports.add(user_id, batch, name, table.encode())
    return batch, len(days)


def _table(rows: list[dict[str, Any]]) -> tuple[str, set[date]]:
    """(CSV with the columns day, metric, value and unit; the days that have any value)."""
    out = io.StringIO()
    days: set[date] = set()
    into = csv.writer(out, lineterminator="\n")
    into.writerow(("day", "metric", "value", "unit"))
    for row in rows:
        day = _moment(row["day"])[0]
        for field in DAYS:
            metric, _, unit = field.partition("|")
            value = _number(row[field])
            if day is not None and value is not None:
                into.writerow((day.isoformat(), metric, repr(value), unit))
                days.add(day)
    return out.getvalue(), days


def bring_weights(user_id: int, rows: list[dict[str, Any]], time_zone: str) -> dict[str, int]:
    """Add the weights to the weight log; returns how many were "brought", "already" there and "unusable"."""
    done = dict.fromkeys(("brought", "already", "unusable"), 0)
    days: set[date] = set()
    with store.session() as session:
        here = entries.moments(session, user_id)
        for row in rows:
            day, at = _moment(row["day"])
            entry = {name: _number(row[name]) for name in WEIGHTS if name != "note"}
            entry = {name: v for name, v in entry.items() if v is not None and is_meant(name, v)}
            if day is None or not entry:
                done["unusable"] += 1
                continue
            if at is None:
                at = datetime.combine(day, time(12), ZoneInfo(time_zone))
            else:
                day = at.astimezone(ZoneInfo(time_zone)).date()
            if at in here:
                done["already"] += 1
                continue
            entries.add(session, user_id, day, at, entry, str(row["note"] or "").strip()[:2000])
            here.add(at)
            days.add(day)
            done["brought"] += 1
        health_files.mark(session, user_id, days)
    return done


def _moment(said: Any) -> tuple[date | None, datetime | None]:
    """(day, moment); the moment is None if only a day is given, and in UTC if there is no time zone."""
    if isinstance(said, str):
        try:
            said = datetime.fromisoformat(said.strip())
        except ValueError:
            return None, None
        if said.time() == time():
            said = said.date()
    if isinstance(said, datetime):
        at = said if said.tzinfo else said.replace(tzinfo=UTC)
        return at.date(), at
    return (said, None) if isinstance(said, date) else (None, None)


def _number(said: Any) -> float | None:
    try:
        value = float(said)
    except (TypeError, ValueError):
        return None
    return value if value == value and abs(value) < 1e9 else None
