"""Rules for requests to Garmin: when a call may be made, and how long to wait after a refusal."""

import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BETWEEN_S = 1.0  # minimum pause between two calls
JITTER_S = 0.5
EVERY = timedelta(minutes=30)
LONGEST = timedelta(days=7)  # a longer Retry-After, such as a year, cannot be meant seriously
_COOL_HOURS = 24
_FAIL_LONGEST = timedelta(hours=6)


class Clock:
    """The time, and waiting. Tests pass a clock that does not wait."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def steady_s(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)


class Pace:
    """Waits at least a second between two calls, and before the first, because another run may have just ended.

    with pace: the call
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._called()

    def __enter__(self) -> None:
        """Wait until the next call may be made."""
        wait_s = self._next_s - self._clock.steady_s()
        if wait_s > 0:
            self._clock.pause(wait_s)

    def __exit__(self, *_: object) -> None:
        self._called()

    def _called(self) -> None:
        self._next_s = self._clock.steady_s() + BETWEEN_S + random.uniform(0, JITTER_S)


def cooling(now: datetime, steps: int, retry_after: str) -> datetime:
    """The time until which to make no calls after a refusal, the `steps`-th in a row (from 0): as long as the server
    says in Retry-After (seconds or a date), otherwise 1, 2, 4 … 24 hours."""
    said = _retry_after(now, retry_after)
    return now + (said or timedelta(hours=min(_COOL_HOURS, 2 ** min(steps, 10))))


def _retry_after(now: datetime, text: str) -> timedelta | None:
    text = text.strip()
    try:
        if text.isdecimal():
            wait = timedelta(seconds=int(text[:9]))
        else:
            when = parsedate_to_datetime(text)
            wait = (when if when.tzinfo else when.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(wait, LONGEST) if wait > timedelta(0) else None


def after_failure(now: datetime, failing_since: datetime) -> datetime:
    """When to try again after a failure: after as long as it has been failing, between half an hour and six hours."""
    return now + min(max(now - failing_since, EVERY), _FAIL_LONGEST)


def next_sync(now: datetime) -> datetime:
    """When to sync again after a success: in 30 to 32 minutes, at random, so that not all accounts sync at once."""
    return now + EVERY + timedelta(seconds=random.uniform(0, 120))
