"""The resolution of a chart for a period: at most 2,000 points, from every sample to one point per week."""

from typing import NamedTuple

MOST = 2000  # points in a line
DAY_S, WEEK_S = 86_400, 7 * 86_400
_BUCKETS = (10, 60, 120, 300, 600, 900, 1800, 3600)  # seconds
LONGEST_S = 75 * DAY_S  # for longer periods the chart shows daily values


class Resolution(NamedTuple):
    """bucket_s: seconds of samples per point (0: every sample is a point). is_daily: daily values instead, `step_days`
    of them per point."""

    bucket_s: int
    is_daily: bool = False
    step_days: int = 1


def resolution(span_s: float) -> Resolution:
    """The resolution for a period of `span_s` seconds."""
    if span_s <= MOST:  # a watch records at most once per second
        return Resolution(0)
    if span_s <= LONGEST_S:
        return Resolution(next((b for b in _BUCKETS if span_s / b <= MOST), _BUCKETS[-1]))
    days = span_s / DAY_S
    return Resolution(DAY_S, True, 1 if days <= MOST else 7)


def name(found: Resolution) -> str:
    """The resolution in words, for the chart's caption."""
    if found.is_daily:
        return "one point per day" if found.step_days == 1 else "one point per week"
    if not found.bucket_s:
        return "every measurement"
    if found.bucket_s < 60:
        return f"one point every {found.bucket_s} s"
    return "one point per minute" if found.bucket_s == 60 else f"one point every {found.bucket_s // 60} min"
