"""Days and nights: in ranges of days, newest first; those since the account was connected also one by one, in detail.

A range costs seven calls, however many days it has. A day in detail costs two: the night with its stages, and the
watch's own files with a value a minute.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from milevault_core import store
from milevault_core.garmin import as_export
from milevault_core.garmin.activities import unpacked
from milevault_core.garmin.asking import Garmin
from milevault_core.garmin.batch import Batch
from milevault_core.store.garmin import activities as activity_rows
from milevault_core.store.garmin import connection, days

AGAIN = 3  # days that are asked for again: watches upload late, and nights are scored again
LONGEST, LONGEST_IN_DETAIL = 28, 7  # days of a range; Garmin gives no more than 28 nights at once
EMPTY = 112  # days without anything, before the oldest activity, after which there is nothing older
FIRST = date(2000, 1, 1)  # no watch uploaded before
# call, kind of file, how its answer is put
_RANGES: tuple[tuple[str, str, Callable[[Any], list[as_export.Entry]]], ...] = (
    ("get_sleep_daily", "nights", as_export.nights),
    ("get_hrv_data_range", "heart rate variability", as_export.heart_rate_variability),
    ("get_weigh_ins", "weight", as_export.weights),
    ("get_training_readiness_range", "training readiness", as_export.readiness),
    ("get_max_metrics_range", "VO2max", as_export.fitness),
    ("get_weekly_training_status", "training status", as_export.training_status),
)
CALLS = 1 + len(_RANGES) + 2 * LONGEST_IN_DETAIL  # at most, for a range


def fetch(
    user_id: int, account: connection.Connection, garmin: Garmin, batch: Batch, today: date, since: datetime,
    budget: int,
) -> bool:  # fmt: skip
    """Fetch what is missing, range by range, each in one transaction; whether nothing is left. Days that are not
    final are fetched again unless that was done after `since`."""
    detailed = (account.connected_on or today) - timedelta(days=AGAIN - 1)
    while True:
        with store.session() as session:
            now = connection.read(session, user_id)
            assert now is not None
            oldest = activity_rows.oldest_day(session, user_id) or today
            first = now.first_day or FIRST
            missing = days.missing(session, user_id, first, today, since, LONGEST)
        if not missing:
            return True
        last = missing[0]
        longest = LONGEST_IN_DETAIL if last >= detailed else LONGEST
        begin = min(day for day in missing if day > last - timedelta(days=longest))
        if last >= detailed:
            begin = max(begin, detailed)
        every = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
        in_detail = [day for day in reversed(every) if day >= detailed]
        if garmin.calls + 1 + len(_RANGES) + 2 * len(in_detail) > budget or not now.is_wanted:
            return False
        is_probe = now.first_day is None and now.is_listed and last < oldest
        found, is_empty = _range(garmin, begin, last, is_probe)
        for day in in_detail:
            found |= _detail(garmin, day)
        empty_days = now.empty_days + len(every) if is_probe and is_empty else 0
        _save(user_id, batch, found, garmin.clock.now(), begin, last, today, empty_days)


def _save(
    user_id: int, batch: Batch, found: dict[str, bytes], now: datetime, begin: date, last: date, today: date,
    empty_days: int,
) -> None:  # fmt: skip
    if found:
        batch.begin()
    with store.session() as session:
        for name, data in batch.new_of(session, found).items():
            batch.add(session, name, data)
        days.note(session, user_id, begin, last, today - timedelta(days=AGAIN), now)
        is_end = empty_days >= EMPTY or begin <= FIRST
        connection.change(
            session, user_id, {"empty_days": empty_days} | ({"first_day": begin} if is_end else {})
        )


def _range(garmin: Garmin, first: date, last: date, is_probe: bool) -> tuple[dict[str, bytes], bool]:
    """The files of a range of days by name, and whether its summaries tell of nothing. A probe asks no further then."""
    span = first.isoformat(), last.isoformat()
    entries = as_export.summaries(garmin.ask("get_daily_summaries", *span))
    found = {as_export.name("daily summaries", first, last): as_export.file(entries)} if entries else {}
    if is_probe and not entries:
        return found, True
    for call, kind, put in _RANGES:
        told = put(garmin.ask(call, *span))
        if told:
            found[as_export.name(kind, first, last)] = as_export.file(told)
    return found, not entries


def _detail(garmin: Garmin, day: date) -> dict[str, bytes]:
    """The files of a day by name: its night with everything that is known of it, and the watch's own files."""
    found = {}
    if night := as_export.night(garmin.ask("get_sleep_data", day.isoformat())):
        found[as_export.name("night", day, day)] = as_export.file(night)
    if data := garmin.ask("download_health_snapshot", day.isoformat()):
        found |= {f"Garmin Connect {day.isoformat()} {name}": each for name, each in unpacked(data).items()}
    return found
