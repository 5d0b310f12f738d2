"""Days and nights: fetched in ranges, newest first; days since the account was connected also one by one, in detail.

A range costs seven calls, however many days it has. A day in detail costs two: the night with its stages, and the
watch's own files with a value per minute.

A call that Garmin does not answer properly is left out, and its days stay open for a few more attempts at that call
alone: some accounts never get an answer to one of the calls, and everything else must be fetched nevertheless.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from milevault_core import store
from milevault_core.garmin import as_export
from milevault_core.garmin.activities import unpacked
from milevault_core.garmin.asking import Failing, Garmin
from milevault_core.garmin.batch import Batch
from milevault_core.store.garmin import activities as activity_rows
from milevault_core.store.garmin import connection, days

AGAIN = 3  # the latest days, which are fetched again: watches upload late, and Garmin scores nights again
LONGEST, LONGEST_IN_DETAIL = 28, 7  # days in a range; Garmin returns at most 28 nights at once
UPLOADED = 2  # days up to this many before its last upload are complete; that day is in UTC, not local
EMPTY = 112  # after this many days without data before the oldest activity, we assume there is nothing older
EMPTY_SO_FAR = (
    5 * 365
)  # the same while no data has been found at all, because the watch may have been unused for years
TIRED = 3  # consecutive failures of a call, after which a run does not make it again
LEFT_OUT = "left_out"  # prefix of the reason of a connection that works except for some kinds of data
# Reasons that may concern only a single call.
TOLERATED = ("garmin_trouble", "not_data", "blocked", "refused")
FIRST = date(2000, 1, 1)  # no watch uploaded data before this day
# call, kind of file, function that converts its answer
_RANGES: tuple[tuple[str, str, Callable[[Any], list[as_export.Entry]]], ...] = (
    ("get_sleep_daily", "nights", as_export.nights),
    ("get_hrv_data_range", "heart rate variability", as_export.heart_rate_variability),
    ("get_weigh_ins", "weight", as_export.weights),
    ("get_training_readiness_range", "training readiness", as_export.readiness),
    ("get_max_metrics_range", "VO2max", as_export.fitness),
    ("get_weekly_training_status", "training status", as_export.training_status),
)
CALLS = 1 + len(_RANGES) + 2 * LONGEST_IN_DETAIL  # the most calls that a range needs


def fetch(
    user_id: int, account: connection.Connection, garmin: Garmin, batch: Batch, today: date, uploaded: date,
    since: datetime, budget: int,
) -> bool:  # fmt: skip
    """Fetch what is missing, range by range, each saved in one transaction; returns whether nothing is left. Days that
    are not final are fetched again unless they were fetched after `since`. uploaded: the day of the watch's last
    upload, after which nothing is final."""
    detailed = (account.connected_on or today) - timedelta(days=AGAIN - 1)
    final_until = min(today - timedelta(days=AGAIN), uploaded - timedelta(days=UPLOADED))
    while True:
        with store.session() as session:
            now = connection.read(session, user_id)
            assert now is not None
            oldest = activity_rows.oldest_day(session, user_id)
            first = now.first_day or FIRST
            missing = days.missing(session, user_id, first, today, since, LONGEST, final_until, garmin.now())
        if not missing:
            return True
        begin, last, wanted = _next(missing, detailed)
        every = [begin + timedelta(days=n) for n in range((last - begin).days + 1)]
        in_detail = [day for day in reversed(every) if day >= detailed]
        if garmin.calls + 1 + len(_RANGES) + 2 * len(in_detail) > budget or not now.is_wanted:
            return False
        is_probe = not wanted and now.first_day is None and now.is_listed and last < (oldest or today)
        found = _Found(only=wanted.split())
        is_empty = _range(garmin, found, begin, last, is_probe)
        for day in in_detail:
            _detail(garmin, found, day)
        empty_days = now.empty_days if wanted else now.empty_days + len(every) if is_probe and is_empty else 0
        is_nothing_yet = oldest is None and empty_days + LONGEST_IN_DETAIL >= (today - begin).days
        is_end = empty_days >= (EMPTY_SO_FAR if is_nothing_yet else EMPTY) or begin <= FIRST
        with_end = {"empty_days": empty_days} | ({"first_day": begin} if is_end and not wanted else {})
        _save(user_id, batch, found, begin, last, final_until, garmin.now(), with_end)


def _next(missing: list[days.Missing], detailed: date) -> tuple[date, date, str]:
    """(first day, last day, calls still to make; "" for all) of the range to fetch next: the newest days that lack the
    same calls."""
    last, wanted = missing[0]
    first = last - timedelta(days=(LONGEST_IN_DETAIL if last >= detailed else LONGEST) - 1)
    if last >= detailed:
        first = max(first, detailed)
    begin = last
    for day, left_out in missing:
        if left_out != wanted or day < first or (wanted and begin - day > timedelta(days=1)):
            break  # days in between may lack other calls
        begin = day
    return begin, last, wanted


@dataclass
class _Found:
    """The results of a range of days."""

    files: dict[str, bytes] = field(default_factory=dict)  # by name
    answered: int = 0  # calls
    left_out: list[str] = field(default_factory=list)  # calls
    incomplete: dict[date, set[str]] = field(default_factory=lambda: defaultdict(set))  # those, by day
    only: Collection[str] = ()  # the calls still to make; () for all
    first: Failing | None = None  # the first failure

    def ask(
        self, garmin: Garmin, call: str, arguments: tuple[str, ...], put: Callable[[Any], Any], every: list[date]
    ) -> Any:  # fmt: skip
        """A call's answer, converted by `put`; None if the call is left out or was answered for these days before.
        Raises Stop if the trouble is not limited to this call."""
        if self.only and call not in self.only:
            return None
        if garmin.failures[call] < TIRED:
            try:
                told = put(garmin.ask(call, *arguments))
            except Failing as failing:
                if failing.reason not in TOLERATED:
                    raise
                garmin.failures[call] += 1
                self.first = self.first or failing
            else:
                garmin.failures[call] = 0
                self.answered += 1
                return told
        self.left_out.append(call)
        for day in every:
            self.incomplete[day].add(call)
        return None

    def check(self) -> None:
        """Raise the first failure if all kinds of data were requested and no call was answered."""
        if self.first is not None and not self.answered and not self.only:
            raise self.first


def _save(
    user_id: int, batch: Batch, found: _Found, begin: date, last: date, final_until: date, now: datetime,
    values: dict[str, Any],
) -> None:  # fmt: skip
    if found.files:
        batch.begin()
    with store.session() as session:
        for name, data in batch.new_of(session, found.files).items():
            batch.add(session, name, data)
        days.note(session, user_id, begin, last, final_until, now, found.incomplete)
        account = connection.read(session, user_id)
        if found.left_out and account is not None:
            before = account.reason.split()[1:] if account.reason.startswith(LEFT_OUT) else []
            calls = dict.fromkeys([*before, *found.left_out])
            values = values | {"reason": " ".join([LEFT_OUT, *calls])}
        connection.change(session, user_id, values)


def _range(garmin: Garmin, found: _Found, first: date, last: date, is_probe: bool) -> bool:
    """Add the files of a range of days; returns whether the range is empty. If the summaries are empty, a probe makes
    no further calls."""
    span = first.isoformat(), last.isoformat()
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    entries = found.ask(garmin, "get_daily_summaries", span, as_export.summaries, every)
    if entries:
        found.files[as_export.name("daily summaries", first, last)] = as_export.file(entries)
    if is_probe and entries == []:
        return True
    for call, kind, put in _RANGES:
        told = found.ask(garmin, call, span, put, every)
        if told:
            found.files[as_export.name(kind, first, last)] = as_export.file(told)
    found.check()
    # If the summaries fail, a range in which no other call has data counts as empty.
    return bool(entries == [] or (entries is None and not found.files))


def _detail(garmin: Garmin, found: _Found, day: date) -> None:
    """Add the files of a day: its night in detail, and the watch's own files."""
    night = found.ask(garmin, "get_sleep_data", (day.isoformat(),), as_export.night, [day])
    if night:
        found.files[as_export.name("night", day, day)] = as_export.file(night)
    members = found.ask(garmin, "download_health_snapshot", (day.isoformat(),), _members, [day])
    found.files |= {
        f"Garmin Connect {day.isoformat()} {name}": data for name, data in (members or {}).items()
    }


def _members(data: bytes | None) -> dict[str, bytes]:
    return unpacked(data) if data else {}
