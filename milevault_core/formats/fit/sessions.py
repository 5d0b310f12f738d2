"""Which session of a file a point, lap, length or set belongs to, and when each session took place."""

import numpy as np

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.summaries import numbers, starts_of
from milevault_core.formats.fit.times import FIRST_ABSOLUTE_S
from milevault_core.problems import Problem

MAX_SESSIONS = 500
DAY_S = 86_400.0
TWICE_S = 2.0  # tolerance between two summaries of one session, which differ by rounding and by when they were written


def make_absolute(tables: dict[int, Table], seconds: np.ndarray, created: float | None) -> Problem | None:
    """Shift times that count from switching on the device so that they start when the file was made, in place.

    seconds: the times of the points. If they are real times, nothing changes and None is returned.
    """
    if not (seconds < FIRST_ABSOLUTE_S).any() or created is None or created < FIRST_ABSOLUTE_S:
        return None
    if np.nanmax(seconds) >= FIRST_ABSOLUTE_S:
        return None
    shift = created - np.nanmin(seconds)
    for table in tables.values():
        for name in ("timestamp", "start_time"):
            values = table.get(name)
            if values is not None and values.dtype != object:
                table.columns[name] = np.where(values < FIRST_ABSOLUTE_S, values + shift, values)
    text = "The device's clock was not set; the times were counted from when the file was made."
    return Problem("clock_not_set", text)


def sessions_of(table: Table, seconds: np.ndarray) -> list[dict]:
    """Session messages as dicts with "start" (FIT seconds) and "index", in order of time, without duplicates.

    seconds: the times of the points. If a start is more than a day away from all of them, either it or the points are
    wrong: the end minus the duration takes its place if that fits; otherwise it is given as "told_start".
    """
    table = table.take(slice(0, MAX_SESSIONS))
    starts = told = starts_of(table)
    known = seconds[~np.isnan(seconds)]
    if len(known) and table.n:
        low, high = known.min() - DAY_S, known.max() + DAY_S
        wrong = (starts < low) | (starts > high)
        other = numbers(table, "timestamp") - np.nan_to_num(numbers(table, "total_elapsed_time"))
        starts = np.where(wrong, np.where((other >= low) & (other <= high), other, np.nan), starts)
    sessions: list[dict] = []
    for i, row in enumerate(table.rows()):
        row["index"] = int(row.get("message_index", i))
        if starts[i] == starts[i]:
            row["start"] = float(starts[i])
        elif told[i] == told[i]:
            row["told_start"] = float(told[i])
        sessions = _with(row, sessions)
    return sorted(sessions, key=lambda s: s.get("start", np.inf))


def _with(row: dict, sessions: list[dict]) -> list[dict]:
    """The sessions with one more added. Some devices write the summary twice, the second time with more data, or once
    in between and once at the end. Nobody does two runs at once, so if one summary lies within another, the longest
    counts."""
    twins = [s for s in sessions if _is_within(s, row) or _is_within(row, s)]
    if not twins:
        return [*sessions, row]
    other = max(twins, key=_seconds)
    if abs(_seconds(row) - _seconds(other)) <= TWICE_S:
        kept = other | row if _seconds(row) >= _seconds(other) else row | other
    else:
        kept = max(row, other, key=_seconds)
    return [*(s for s in sessions if not any(s is twin for twin in twins)), kept]


def _is_within(a: dict, b: dict) -> bool:
    """Whether session `a` has the same sport as `b` and lies within its time. Consecutive sessions do not count."""
    if (
        "start" not in a
        or "start" not in b
        or a.get("sport", b.get("sport")) != b.get("sport", a.get("sport"))
    ):
        return False
    begins, lasts, others = a["start"] - b["start"], _seconds(a), _seconds(b)
    shared = min(begins + lasts, others) - max(begins, 0.0)
    starts_inside = -TWICE_S <= begins <= max(TWICE_S, others - TWICE_S)
    ends_inside = begins + lasts <= others + TWICE_S
    return starts_inside and ends_inside and (begins == 0 or shared > lasts / 2)


def _seconds(session: dict) -> float:
    """How long a session with a start lasted, at most until its summary was written: a fenix 2 states hours more."""
    told = session.get("total_elapsed_time", session.get("total_timer_time", np.nan))
    written = session.get("timestamp", np.nan) - session["start"]
    return float(np.nan_to_num(np.fmin(told, written if written > 0 else np.nan)))


def middles(table: Table) -> np.ndarray:
    """The middle of each lap, length or split in FIT seconds, the best indication of which session it belongs to."""
    return starts_of(table) + np.nan_to_num(numbers(table, "total_elapsed_time")) / 2


def assign(times: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Index of the session that each time falls into; a session lasts from its start to the start of the next.

    A row without a time belongs to the session of the row before it in the file.
    """
    if len(starts) < 2 or not len(times):
        return np.zeros(len(times), np.int64)
    known = np.where(np.isnan(starts), np.inf, starts)
    missing = np.isnan(times)
    index = np.maximum(np.searchsorted(known, times, side="right") - 1, 0)
    if missing.any():
        last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(times))))
        index = np.where(last >= 0, index[np.maximum(last, 0)], 0)
    return index


def window(starts: np.ndarray, i: int) -> tuple[float, float]:
    """(start, end) of session `i` in seconds; infinite for the first and last of the file. starts: seconds,
    ascending."""
    later = starts[starts > starts[i]]
    low = -np.inf if i == 0 else float(starts[i])
    return (low if low == low else np.inf), float(later[0]) if len(later) else np.inf
