"""One read-only pass over a real account: prints each call's status and the keys of its answer, but no values.

It is for people who have an account, because the authors of this code had none. It follows the same rules as a sync,
and saves nothing except a renewed token and, if Garmin refuses, that it did.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from milevault_core import store
from milevault_core.garmin import asking, client, sync, tokens
from milevault_core.garmin.manners import Clock
from milevault_core.problems import thousands
from milevault_core.store.garmin import connection

_DEPTH, _KEYS = 3, 40


class CannotCheck(Exception):
    """The check cannot run now; `str()` says why."""


def check(user_id: int, tell: Callable[[str], None], clock: Clock | None = None) -> bool:
    """Make every kind of call once and report the results; returns whether all went well. Raises CannotCheck."""
    clock = clock or Clock()
    with connection.alone(user_id) as is_alone:
        with store.session() as session:
            account = connection.read(session, user_id)
        if account is None or account.token is None:
            raise CannotCheck("This user is not connected to Garmin Connect.")
        if account.cooling_until is not None and account.is_cooling(clock.now()):
            raise CannotCheck(
                f"Garmin has refused requests; none are made before {account.cooling_until:%Y-%m-%d %H:%M} UTC."
            )
        if not is_alone:
            raise CannotCheck("A sync is in progress. Try again in a minute.")
        try:
            garmin = tokens.open_account(user_id, account, clock)
            return _ask_all(account, garmin, tell)
        except asking.Stop as stop:
            tell(f"stopped: {stop.reason}")
            if isinstance(stop, asking.TooMany | asking.NeedsSignIn):
                sync.note_stop(user_id, stop, clock.now(), 0)
            return False


def _ask_all(account: connection.Connection, garmin: asking.Garmin, tell: Callable[[str], None]) -> bool:
    today = garmin.clock.now().astimezone(ZoneInfo(account.time_zone)).date()
    span = (today - timedelta(days=6)).isoformat(), today.isoformat()
    day = (today - timedelta(days=1)).isoformat()
    is_good = True
    for call, arguments in (
        ("connectapi", ("/userprofile-service/socialProfile",)),
        ("get_sync_timestamp", ()),
        ("get_device_last_used", ()),
        ("get_activities", (0, 5)),
        ("get_daily_summaries", span),
        ("get_sleep_daily", span),
        ("get_hrv_data_range", span),
        ("get_weigh_ins", span),
        ("get_training_readiness_range", span),
        ("get_max_metrics_range", span),
        ("get_weekly_training_status", span),
        ("get_sleep_data", (day,)),
        ("download_health_snapshot", (day,)),
    ):
        answer, is_right = _one(garmin, call, arguments, tell)
        is_good &= is_right
        if call == "get_activities" and isinstance(answer, list) and answer and isinstance(answer[0], dict):
            _, is_right = _one(
                garmin, "download_activity", (str(answer[0].get("activityId")), client.ORIGINAL), tell
            )
            is_good &= is_right
    return is_good


def _one(
    garmin: asking.Garmin, call: str, arguments: tuple[Any, ...], tell: Callable[[str], None]
) -> tuple[Any, bool]:
    try:
        answer = garmin.ask(call, *arguments)
    except asking.Stop as stop:
        tell(f"{call}: {_status(garmin)}, {stop.reason}")
        if not isinstance(stop, asking.Failing):
            raise
        return None, False
    tell(f"{call}: {_status(garmin)}, {'nothing' if answer is None else 'ok'}")
    for line in keys(answer):
        tell(f"    {line}")
    return answer, True


def _status(garmin: asking.Garmin) -> str:
    return "no answer" if garmin.status is None else str(garmin.status)


def keys(answer: Any, depth: int = 0, path: str = "") -> list[str]:
    """The keys of an answer with the types of their values, without the values."""
    if isinstance(answer, bytes):
        return [f"{thousands(len(answer))} bytes, {'a zip' if answer[:2] == b'PK' else 'not a zip'}"]
    if isinstance(answer, list):
        return [f"{path}[{len(answer)}]", *(keys(answer[0], depth, f"{path}[]") if answer else [])]
    if not isinstance(answer, dict):
        return [f"{path}: {type(answer).__name__}"] if path else [type(answer).__name__]
    found: list[str] = []
    for key in list(answer)[:_KEYS]:
        # A key that is a number or a date may be personal data.
        name = key if isinstance(key, str) and key.isidentifier() else "<key>"
        below = f"{path}.{name}" if path else name
        value = answer[key]
        if isinstance(value, dict | list) and depth < _DEPTH:
            found += keys(value, depth + 1, below)
        else:
            found.append(f"{below}: {type(value).__name__}")
    return found
