"""How finely a chart shows a stretch of time: at most 2,000 points, from every sample to a point a week."""

from typing import NamedTuple

MOST = 2000  # points of a line
DAY_S, WEEK_S = 86_400, 7 * 86_400
_BUCKETS = (10, 60, 120, 300, 600, 900, 1800, 3600)  # seconds
LONGEST_S = 75 * DAY_S  # beyond that a day is one point, and the daily values are shown


class Resolution(NamedTuple):
    """bucket_s: of samples (0: every one of them). is_daily: daily values instead, every `step_days` together."""

    bucket_s: int
    is_daily: bool = False
    step_days: int = 1


def resolution(span_s: float) -> Resolution:
    """The resolution for a span."""
    if span_s <= MOST:  # a watch writes once a second at most
        return Resolution(0)
    if span_s <= LONGEST_S:
        return Resolution(next((b for b in _BUCKETS if span_s / b <= MOST), _BUCKETS[-1]))
    days = span_s / DAY_S
    return Resolution(DAY_S, True, 1 if days <= MOST else 7)


def name(found: Resolution) -> str:
    """What a point of the chart is."""
    if found.is_daily:
        return "a point a day" if found.step_days == 1 else "a point a week"
    if not found.bucket_s:
        return "every measurement"
    if found.bucket_s < 60:
        return f"a point every {found.bucket_s} s"
    return "a point a minute" if found.bucket_s == 60 else f"a point every {found.bucket_s // 60} min"
