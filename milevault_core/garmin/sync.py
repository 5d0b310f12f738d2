"""One run of a sync: fetch what is new, then what is missing, until everything is here or enough calls were made.

Its progress is saved in the database after every page, activity and range of days, so that after being killed, paused
or refused the next run continues there. If the watch has uploaded nothing since the last run, it ends after one call.
"""

import logging
import traceback
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from milevault_core import store
from milevault_core.garmin import activities, asking, manners, tokens, wellness
from milevault_core.garmin.batch import Batch
from milevault_core.garmin.manners import Clock
from milevault_core.store.garmin import connection, days

CALLS = 60  # per run
SOON_S = 60  # until the next run if there is more to fetch
_UNKNOWN = "?"  # if Garmin does not say when the watch last uploaded
log = logging.getLogger("milevault.garmin")


def run(user_id: int, clock: Clock | None = None) -> None:
    """Sync an account, if that is allowed now. Never raises an error for Garmin's failures, which become a state of the
    account. Does nothing if another run is in progress."""
    clock = clock or Clock()
    with connection.alone(user_id) as is_alone:
        if not is_alone:
            return
        with store.session() as session:
            account = connection.read(session, user_id)
        now = clock.now()
        if account is None or account.token is None or account.is_paused or account.state == "needs_sign_in":
            return
        if account.is_cooling(now):
            return
        _run(user_id, account, clock)


def _run(user_id: int, account: connection.Connection, clock: Clock) -> None:
    garmin: asking.Garmin | None = None
    with store.session() as session:  # if this process dies, the next run is not a minute later
        connection.change(session, user_id, {"next_run_at": manners.next_sync(clock.now())})
    try:
        garmin = tokens.open_account(user_id, account, clock)
        is_done = _one_pass(user_id, account, garmin)
        note_success(user_id, garmin, is_done)
    except asking.Stop as stop:
        note_stop(user_id, stop, clock.now(), garmin.calls if garmin else 0)
    except store.UNAVAILABLE:
        raise
    except Exception as error:  # a bug of ours, which must not repeat the same calls again and again
        # Log where it happened but not the message, which may contain Garmin's data.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("A sync of user %d failed: %s\n%s", user_id, type(error).__name__, where)
        note_stop(user_id, asking.Failing("internal"), clock.now(), garmin.calls if garmin else 0)


def _one_pass(user_id: int, account: connection.Connection, garmin: asking.Garmin) -> bool:
    """Fetch what is missing; returns whether everything is here now."""
    if account.is_new:
        _learn_who(user_id, garmin)
    upload = last_upload(garmin)
    with store.session() as session:
        account = connection.read(session, user_id) or account
        now = garmin.now()
        is_known = account.pass_began_at is None and upload == account.device_upload and upload != _UNKNOWN
        if is_known and not days.is_incomplete(session, user_id, now):
            return True
        began, reason = account.pass_began_at, account.reason
        if began is None or began > now or upload != account.pass_upload:
            began, reason = now, ""
        values = {"pass_began_at": began, "pass_upload": upload, "reason": reason}
        connection.change(session, user_id, values)
    batch = Batch(user_id)
    today = now.astimezone(ZoneInfo(account.time_zone)).date()
    uploaded = day_of_upload(upload) or today
    activities.read_list(user_id, account, garmin, CALLS)
    # First the latest days, then the activities, then older days.
    first_budget = min(CALLS, garmin.calls + wellness.CALLS)
    trouble: asking.Failing | None = None
    try:
        wellness.fetch(user_id, account, garmin, batch, today, uploaded, began, first_budget)
    except asking.Failing as failing:
        if failing.reason not in (*wellness.TOLERATED, "slow"):
            raise
        trouble = failing  # all health data fails; fetch activities nevertheless
    if not activities.fetch(user_id, garmin, batch, CALLS):
        return False  # run again soon, even if health data fails
    if trouble is not None:
        raise trouble
    if not wellness.fetch(user_id, account, garmin, batch, today, uploaded, began, CALLS):
        return False
    with store.session() as session:
        account = connection.read(session, user_id) or account
    return account.is_listed


def last_upload(garmin: asking.Garmin) -> str:
    """When the watch last uploaded, as Garmin writes it; _UNKNOWN if Garmin does not say."""
    said = garmin.ask("get_sync_timestamp")
    if not said:
        device = garmin.ask("get_device_last_used")
        said = device.get("lastUsedDeviceUploadTime") if isinstance(device, dict) else None
    return str(said)[:200] if said else _UNKNOWN


def day_of_upload(said: str) -> date | None:
    """The day (UTC) of the watch's last upload, from Garmin's text: a time or milliseconds; None if unknown."""
    try:
        if said.isdecimal():
            return datetime.fromtimestamp(int(said) / 1000, UTC).date()
        return datetime.fromisoformat(said).date()
    except (ValueError, OverflowError, OSError):
        return None


def _learn_who(user_id: int, garmin: asking.Garmin) -> None:
    """Fetch the account's own name, which is part of some URLs. If it is another account than before, the record of
    what was fetched is deleted."""
    profile = garmin.ask("connectapi", "/userprofile-service/socialProfile")
    name = profile.get("displayName") if isinstance(profile, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise asking.Failing("not_data")
    full_name = profile.get("fullName")
    garmin.inner.display_name = name
    with store.session() as session:
        before = connection.read(session, user_id)
        if before is not None and before.display_name not in ("", name):
            connection.forget_fetched(session, user_id)
        values = {
            "display_name": name,
            "full_name": full_name if isinstance(full_name, str) else "",
            "is_new": False,
        }
        connection.change(session, user_id, values)


def note_success(user_id: int, garmin: asking.Garmin, is_done: bool) -> None:
    """Save that a run succeeded."""
    now = garmin.clock.now()
    values: dict[str, Any] = {
        "state": "ok", "cooling_until": None, "cooling_steps": 0, "failing_since": None,
        "last_calls": garmin.calls,
    }  # fmt: skip
    with store.session() as session:
        account = connection.read(session, user_id)
        if account is None or account.token is None:
            return  # disconnected meanwhile
        if not account.reason.startswith(wellness.LEFT_OUT):
            is_open = is_done and days.is_incomplete(session, user_id)
            values["reason"] = wellness.LEFT_OUT if is_open else ""
        if is_done:
            values |= {"next_run_at": manners.next_sync(now), "last_sync_at": now, "pass_began_at": None}
            if account.pass_began_at is not None:
                values["device_upload"] = account.pass_upload
        else:
            values["next_run_at"] = now + timedelta(seconds=SOON_S)
        connection.change(session, user_id, values)


def note_stop(user_id: int, stop: asking.Stop, now: datetime, calls: int) -> None:
    """Save that a run or a sign-in ended because of Garmin's answer."""
    log.info("Garmin Connect of user %d: %s", user_id, stop.reason)
    with store.session() as session:
        account = connection.read(session, user_id)
        if account is None or (account.token is None and not isinstance(stop, asking.TooMany)):
            return  # disconnected meanwhile
        values: dict[str, Any] = {"reason": stop.reason, "last_calls": calls}
        match stop:
            case asking.NeedsSignIn():
                values |= {"state": "needs_sign_in", "next_run_at": None}
            case asking.TooMany():
                until = manners.cooling(now, account.cooling_steps, stop.retry_after)
                values |= {"cooling_until": until, "cooling_steps": account.cooling_steps + 1}
                if account.state != "needs_sign_in":  # otherwise no timer may use its invalid token
                    values |= {"state": "cooling_down", "next_run_at": until}
            case _:
                since = account.failing_since or now
                values |= {"state": "failing", "failing_since": since,
                           "next_run_at": manners.after_failure(now, since)}  # fmt: skip
        connection.change(session, user_id, values)
