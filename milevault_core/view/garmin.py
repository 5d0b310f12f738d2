"""The state of the connection to Garmin Connect, in sentences; a row is one of queries.garmin.state."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.parts.lines import Notice
from milevault_core.view.parts.text import address
from milevault_core.view.parts.things import Column, Thing

type State = Mapping[Hashable, Any]

# Why a run ended, by the reasons of garmin/asking.py.
REASONS = {
    "api_limit": "Garmin says that it was asked too often.",
    "token_limit": "Garmin says that sessions were renewed too often.",
    "sign_in_limit": "Garmin is not letting anyone sign in from here at the moment.",
    "token_refused": "Garmin has ended the session, as it does after some weeks without a sync or a new password.",
    "other_key": "The session was encrypted with another SECRET_KEY, so it cannot be used here.",
    "token_trouble": "The part of Garmin that renews sessions is not working at the moment.",
    "token_unreachable": "The part of Garmin that renews sessions cannot be reached.",
    "refused": "Garmin refuses the session although it has only just been renewed. If that lasts a day, sign in again.",
    "blocked": "Garmin refuses this server's requests (403). That is usually a block of its address, and passes.",
    "garmin_trouble": "Garmin Connect is not working at the moment.",
    "not_data": "Garmin answered with something that is not data, such as a web page.",
    "slow": "Garmin did not answer in time.",
    "unreachable": "Garmin cannot be reached.",
    "internal": "Something went wrong here, not at Garmin; the log of the jobs says where.",
}
# Data that was left out, by the calls that follow "left_out" in the reason of a connection (garmin/wellness.py).
KINDS = {
    "get_daily_summaries": "daily summaries", "get_sleep_daily": "nights",
    "get_hrv_data_range": "heart rate variability",
    "get_weigh_ins": "weight", "get_training_readiness_range": "training readiness",
    "get_max_metrics_range": "VO2max", "get_weekly_training_status": "training status",
    "get_sleep_data": "nights in detail", "download_health_snapshot": "the watch's own files",
}  # fmt: skip
# Why a sign-in failed, by the reasons of garmin/sign_in.py.
STEPS = {
    "wrong_password": "Garmin does not accept this e-mail address with this password. An account that signs in with "
    "Google or Apple has no password until you set one at Garmin.",
    "wrong_code": "That was not the right code. Try once more.",
    "wrong_codes": "The code was wrong three times. Sign in again, so that Garmin sends a new one.",
    "too_late": "The sign-in was not started within ten minutes, so the password was discarded. Is the jobs process "
    "running? Sign in again.",
    "interrupted": "The server stopped during the sign-in, and the password was discarded. Sign in again.",
    "still_cooling": "Garmin is refusing for now. Wait until the time is up, then sign in.",
    "sign_in_trouble": "The sign-in did not work, and not because of the password: Garmin may ask for something that "
    "only a browser can answer (new terms, a picture puzzle). Sign in once at connect.garmin.com and try again, "
    "or use a token.",
    "no_token": "Garmin accepted the password but gave no session that lasts. Try again later, or use a token.",
    **{key: REASONS[key] for key in ("sign_in_limit", "other_key", "token_limit", "token_trouble")},
}
WAITING = {
    "asked": "Waiting for the jobs process to sign in …",
    "working": "Signing in at Garmin. This can take a few minutes, since it is done slowly on purpose …",
    "code_given": "Checking the code …",
}


@dataclass(frozen=True)
class SyncState:
    """`tone`: good | wait | bad | none; `next`: what happens when, "" if nothing happens by itself."""

    tone: str
    text: str
    next: str = ""


def at(value: Any) -> datetime | None:
    """A time from a row; None if it is missing."""
    return None if value is None or pd.isna(value) else pd.Timestamp(value).to_pydatetime()


def is_signing_in(row: State, now: datetime) -> bool:
    """Whether a sign-in is in progress that needs nothing from the user."""
    until = at(row["expires_at"])
    return row["step"] in WAITING and until is not None and until > now


def wants_code(row: State, now: datetime) -> bool:
    until = at(row["expires_at"])
    return row["step"] == "code_wanted" and until is not None and until > now


def sign_in_trouble(row: State, now: datetime) -> str:
    """Why the last sign-in failed, or what was wrong with the code; "" if nothing was."""
    if row["step"] in WAITING and not is_signing_in(row, now):
        return STEPS["too_late"]
    if row["step"] == "code_wanted" and not wants_code(row, now):
        return "No code came within ten minutes. Sign in again."
    return STEPS.get(str(row["step_reason"]), "") if row["step"] in ("failed", "code_wanted") else ""


def standing(row: State, zone: str, now: datetime) -> SyncState:
    """The state of the connection at the time `now`."""
    cooling, next_run = at(row["cooling_until"]), at(row["next_run_at"])
    why = REASONS.get(str(row["reason"]), "")
    if cooling is not None and cooling > now:
        until = dates.day_time(cooling, zone)
        return SyncState(
            "wait", f"Cooling down. {why} Garmin is not asked again before {until}.", f"Next try: {until}."
        )
    if not row["is_connected"]:
        return SyncState("none", "Not connected.")
    if row["state"] == "needs_sign_in":
        why = "" if str(row["reason"]).endswith("_limit") else why  # a limit on signing in is over by now
        return SyncState(
            "bad",
            " ".join(
                filter(None, ("Needs a sign-in.", why, "What is here stays; nothing new arrives until then."))
            ),
        )
    if row["is_paused"]:
        return SyncState("wait", "Paused. Garmin is not asked until you resume.")
    then = f"Next try: {dates.day_time(next_run, zone)}." if next_run and next_run > now else "Next: now."
    if row["state"] == "failing":
        since = dates.day_time(at(row["failing_since"]), zone)
        return SyncState("bad", f"Failing since {since}. {why} It will be retried automatically.", then)
    last = at(row["last_sync_at"])
    if last is None or at(row["pass_began_at"]) is not None:
        return SyncState("wait", "Fetching what is missing.", then)
    if left_out := _left_out(str(row["reason"])):
        return SyncState(
            "wait",
            f"In sync, except for {left_out}: Garmin has an error there. What is missing is asked for three more "
            "times over five days.",
            then,
        )
    return SyncState("good", f"In sync. Everything was up to date on {dates.day_time(last, zone)}.", then)


def _left_out(reason: str) -> str:
    """The kinds of data that could not be fetched, as part of a sentence; "" for none."""
    first, *calls = reason.split() or [""]
    if first != "left_out":
        return ""
    kinds = [KINDS[call] for call in calls if call in KINDS] or ["some health data"]
    return " and ".join(filter(None, (", ".join(kinds[:-1]), *kinds[-1:])))


def progress(row: State, today: date) -> tuple[float, str] | None:
    """(share, text) of the first complete fetch; None if it is done or has not begun."""
    are_days_done = row["first_day"] is not None and not pd.isna(row["first_day"])
    if not row["is_connected"] or (are_days_done and not row["waiting"]):
        return None
    activities, waiting = int(row["activities"]), int(row["waiting"])
    share_activities = (activities - waiting) / activities if activities else 0.0
    if not row["is_listed"]:
        share_activities /= 2  # the list is incomplete, so the total is not known yet
    oldest, aim = row["oldest_day"], row["oldest_activity"]
    if oldest is None or pd.isna(oldest):
        return 0.0, "The first days are fetched next."
    whole = max(1, (today - (aim if aim is not None and not pd.isna(aim) else oldest)).days)
    share_days = min(1.0, (today - oldest).days / whole)
    text = (
        f"{texts.count(activities - waiting, 'activity', 'activities')} of {fmt.number(activities)}"
        f"{'' if row['is_listed'] else ' or more'}, and health data back to {dates.day(oldest, weekday=False)}"
    )
    return min(0.99, (share_activities + share_days) / 2), text


def notices(rows: pd.DataFrame, zone: str) -> list[Notice]:
    """One line for the dashboard; none if the user is not connected. rows: of queries.garmin.state."""
    if rows.empty:
        return []
    row = rows.iloc[0].to_dict()
    if wants_code(row, now()):
        text = "Garmin Connect is waiting for the code that Garmin has sent you."
        return [Notice("pin", text, "/garmin", "Enter it")]
    stands = standing(row, zone, now())
    if stands.tone == "none":
        return []
    icon = {"good": "check_circle", "wait": "schedule", "bad": "error"}[stands.tone]
    first = stands.text.split(". ")[0].rstrip(".")
    return [Notice(icon, f"Garmin Connect: {first[0].lower()}{first[1:]}.", "/garmin", "Details")]


GONE = Column("Activity", is_number=False, rank=1)
GONE_COLUMNS = (
    Column("When", is_number=False, rank=1),
    Column("Deleted at Garmin since", is_number=False, rank=2),
)


def deleted_things(rows: pd.DataFrame, zone: str) -> list[Thing]:
    """Activities that were deleted at Garmin and are kept here; rows of queries.garmin.deleted."""
    return [
        Thing(
            href="" if pd.isna(row.id) else address("/activity", {"id": int(row.id)}),
            name=row.name_ or "Activity",
            cells=(
                dates.short_day_time(row.start_time, zone),
                dates.short_day_time(row.deleted_at, zone),
            ),
        )
        for row in rows.rename(columns={"name": "name_"}).itertuples()
    ]


def now() -> datetime:
    return datetime.now(UTC)
