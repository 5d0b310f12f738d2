"""Entries of Garmin Connect's activity list: they describe an activity's file, or stand in for it if there is none.

An activity that was typed in by hand has no file. Its entry then becomes the original, which this module also reads.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from milevault_core import sports, track
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading, Recording
from milevault_core.problems import BadFile

_GEAR = ("gear", "gears", "gearDTOs", "gearDTO")  # the separate call filterGear returns the bare list
# Garmin's names for gear without a model, such as "Unknown Shoes".
_NAMELESS = re.compile("unknown|other$", re.IGNORECASE)
_HEAD = b'{"garmin_activity"'
_TOTALS = {
    "elapsed_s": "elapsedDuration", "timer_s": "duration", "moving_s": "movingDuration", "distance_m": "distance",
    "ascent_m": "elevationGain", "descent_m": "elevationLoss", "calories": "calories", "avg_heart_rate": "averageHR",
    "max_heart_rate": "maxHR", "avg_power": "avgPower", "max_power": "maxPower", "max_speed": "maxSpeed",
}  # fmt: skip


def activity_id(entry: Mapping[str, Any]) -> int | None:
    """The activity's number; None if the entry is not an activity."""
    said = entry.get("activityId")
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else None


def start_time(entry: Mapping[str, Any]) -> datetime | None:
    """When the activity began, from "YYYY-MM-DD HH:MM:SS" in UTC or milliseconds since 1970; None if unreadable."""
    said = entry.get("startTimeGMT") or entry.get("beginTimestamp")
    try:
        if isinstance(said, int | float):
            return datetime.fromtimestamp(said / 1000, UTC)
        return datetime.fromisoformat(str(said)).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def about(entry: Mapping[str, Any]) -> dict:
    """The list's name, description, sport and gear of an activity, in the form that activities/texts.py expects."""
    found: dict = {}
    for ours, theirs in (("name", "activityName"), ("description", "description")):
        if isinstance(entry.get(theirs), str) and entry[theirs].strip():
            found[ours] = entry[theirs].strip()
    if gear := _gear(next((entry[key] for key in _GEAR if entry.get(key)), None)):
        found["gear"] = gear
    match = _sport(entry)
    if match.sport != "other":
        found |= {"sport": match.sport} | ({"sub_sport": match.sub_sport} if match.sub_sport else {})
    event = entry.get("eventType")
    if isinstance(event, dict) and event.get("typeKey") == "race":
        found["is_race"] = True
    return found


def _gear(said: Any) -> str:
    """The name of the first piece of gear: the owner's own name for it, or its make and model."""
    first = said[0] if isinstance(said, list) and said else said
    if isinstance(first, dict):
        made = [first.get(key) for key in ("gearMakeName", "gearModelName")]
        known = " ".join(
            each for each in made if isinstance(each, str) and each and not _NAMELESS.match(each)
        )
        names = [first.get(key) for key in ("displayName", "customMakeModel", "gearName", "name")] + [known]
        first = next((name for name in names if isinstance(name, str) and name.strip()), "")
    return first.strip() if isinstance(first, str) else ""


def _sport(entry: Mapping[str, Any]) -> sports.Match:
    kind = entry.get("activityType")
    key = kind.get("typeKey") if isinstance(kind, dict) else kind
    return sports.from_text(key if isinstance(key, str) else "")


def entry_file(entry: Mapping[str, Any]) -> bytes:
    """The entry as a file of its own."""
    return json.dumps({"garmin_activity": entry}, ensure_ascii=False, sort_keys=True).encode()


@reader("garmin_list", lambda head: head.startswith(_HEAD))
def read(data: bytes) -> Reading:
    """An activity without points, made from its entry. Raises BadFile if the start or the duration is missing."""
    try:
        entry = json.loads(data)["garmin_activity"]
        start = start_time(entry)
        said = {ours: entry.get(theirs) for ours, theirs in _TOTALS.items()}
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise BadFile("This is a damaged entry of Garmin's list of activities.") from error
    totals = {
        name: float(value)
        for name, value in said.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    }
    if start is None or not (totals.get("elapsed_s") or totals.get("timer_s")):
        raise BadFile("Garmin's list does not say when this activity began or how long it took.")
    totals.setdefault("elapsed_s", totals.get("timer_s", 0.0))
    totals.setdefault("moving_s", totals.get("timer_s", totals["elapsed_s"]))
    match, told = _sport(entry), about(entry)
    recording = Recording(
        match.sport, start, track.empty(), match.sub_sport, "" if match.sport != "other" else match.original,
        told.get("name", ""), totals=totals, device="Garmin Connect", format="garmin_list",
        details={"typed_in": True},
    )  # fmt: skip
    return Reading("garmin_list", "activity", [recording])
