"""Possible clock errors between two recordings, judged by their times alone: cheap, and empty for most pairs."""

from typing import NamedTuple, Protocol

from milevault_core.activities.dates import ROLLOVER

LEAST_S = 10.0  # of overlap needed without a shift before a shift of up to MAX_SHIFT_S is tried
MAX_SHIFT_S = 120
MAX_HOURS = 14
OVERLAP = 0.8  # share of the shorter recording's time
SHORTEST = 1 / 3  # of the longer recording's time: a repeat is not the session, a leg is not the triathlon
WHOLE = 0.9  # of the longest recording's time: anything shorter is a part
HOUR_S, DAY_S, ROLLOVER_S = 3600.0, 86_400.0, ROLLOVER.total_seconds()


class Times(NamedTuple):
    """`start_s`: seconds since 1970. `is_dated`: whether the start is plausible (activities/dates.py)."""

    start_s: float
    elapsed_s: float
    is_dated: bool = True


class HasTimes(Protocol):
    @property
    def start_s(self) -> float: ...
    @property
    def elapsed_s(self) -> float: ...
    @property
    def is_dated(self) -> bool: ...


def clock_errors(a: HasTimes, b: HasTimes) -> list[float]:
    """Seconds by which the second clock may be ahead: 0 (which also allows a few minutes, found later from the
    samples), whole hours up to 14, a day, or 1,024 weeks.

    0 needs at least 10 s of overlap without a shift (half the recording if it is shorter than 20 s). A recording with
    an implausible start can only match one 1,024 weeks away, and that one must be plausible.
    """
    short, long = sorted((a.elapsed_s, b.elapsed_s))
    if long <= 0 or short < SHORTEST * long or not (a.is_dated or b.is_dated):
        return []
    ahead = b.start_s - a.start_s

    def overlap_s(error: float) -> float:
        return min(a.elapsed_s, ahead - error + b.elapsed_s) - max(0.0, ahead - error)

    errors = []
    if a.is_dated and b.is_dated:
        if _meet(overlap_s(0.0), short):
            errors.append(0.0)
        hours = {round(ahead / HOUR_S), round((ahead + b.elapsed_s - a.elapsed_s) / HOUR_S)} - {0}
        errors += [n * HOUR_S for n in sorted(hours) if abs(n) <= MAX_HOURS or abs(n) == DAY_S // HOUR_S]
    errors += [ROLLOVER_S, -ROLLOVER_S]
    return [error for error in errors if error == 0 or overlap_s(error) >= OVERLAP * short]


def may_hold(long: HasTimes, short: HasTimes) -> bool:
    """Whether, judged by their times alone, the second may be a part of the first, however short it is."""
    both = min(long.start_s + long.elapsed_s, short.start_s + short.elapsed_s) - max(
        long.start_s, short.start_s
    )
    is_part = 0 < short.elapsed_s < WHOLE * long.elapsed_s
    return is_part and long.is_dated and short.is_dated and _meet(both, short.elapsed_s)


def _meet(overlap_s: float, short: float) -> bool:
    """Whether the shorter recording may lie within the longer one, allowing for a clock shift of MAX_SHIFT_S."""
    return overlap_s >= min(LEAST_S, short / 2) and overlap_s + MAX_SHIFT_S >= OVERLAP * short
