"""Days and weeks in a row with an activity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Streak:
    """length in days or weeks; first and last day (for weeks, their first days). 0 and None if there is no streak."""

    length: int
    first: date | None
    last: date | None


def longest_and_current(
    days: Iterable[date], today: date, step_days: int = 1, first_weekday: int = 0
) -> tuple[Streak, Streak]:
    """(longest, current) streak of local days in a row, or with step_days 7 of weeks that begin on first_weekday
    (Monday is 0). A streak is current while today (or this week) can still extend it. Of equal ones the later is the
    longest."""

    def begin(day: date) -> date:
        return day - timedelta(days=(day.weekday() - first_weekday) % 7) if step_days == 7 else day

    marks, now = sorted({begin(d) for d in days if d <= today}), begin(today)
    step, best, run = timedelta(days=step_days), Streak(0, None, None), Streak(0, None, None)
    for mark in marks:
        follows = run.last is not None and mark - run.last == step
        run = Streak(run.length + 1, run.first, mark) if follows else Streak(1, mark, mark)
        best = run if run.length >= best.length else best
    is_current = run.last is not None and now - run.last <= step
    return best, run if is_current else Streak(0, None, None)
