"""A user's edits of an activity, in words."""

from datetime import UTC, datetime

from milevault_core.activities import sources, texts, track_edits
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view.activities import provenance
from milevault_core.view.format import Units

CHANNELS = {
    "heart_rate": "Heart rate", "power": "Power", "cadence": "Cadence", "speed": "Speed", "altitude": "Elevation",
    "temperature": "Temperature", "position": "Position",
}  # fmt: skip
_WORDS = {
    "name": "Name", "description": "Notes", "private_note": "Private note", "sport": "Sport",
    "sub_sport": "Kind of sport", "gear": "Gear", "is_commute": "Commute", "is_race": "Race", "is_left_out": "Left out",
    "tags": "Tags", "rpe": "Effort", texts.DEFAULT_GEAR: "Gear by default",
}  # fmt: skip


def sentence(
    field: str, value: str, units: Units, sport: str, zone: dates.Zone, is_split_off: bool = False
) -> str:
    """ "Cut from 08:12:01 to 08:14:30", "Distance: the device's summary", "Name: Evening run". `is_split_off`: the edit
    trimmed the second half of a split."""
    if is_split_off:
        start = track_edits.unpack(value).start or 0
        at = dates.clock(_moment(start), zone, seconds=True)
        return f"Split at {at}: the part before is a separate activity. Undo makes them one again."
    if field.startswith(track_edits.PREFIX):
        return _track(track_edits.unpack(value), units, zone)
    if field.startswith(sources.PREFIX):
        name = field.removeprefix(sources.PREFIX)
        word = provenance.label(name, sport)
        if value in provenance.ORIGINS:
            return f"{word}: {provenance.ORIGINS[value].lower()}"
        return f"{word}: {provenance.say(name, float(value), units, sport)}"
    shown = {"true": "yes", "false": "no"}.get(value, value)
    return f"{_WORDS.get(field, field)}: {shown}"


def stretch_text(start: float, stop: float, zone: dates.Zone) -> str:
    """ "08:12:01 – 08:14:30 (2:29)"; seconds since 1970."""
    ends = [dates.clock(_moment(s), zone, seconds=True) for s in (start, stop)]
    return f"{ends[0]} – {ends[1]} ({fmt.duration(stop - start)})"


def is_revocable(field: str) -> bool:
    """Whether an edit is listed with an undo button; texts are changed in their form instead."""
    return field.startswith((track_edits.PREFIX, sources.PREFIX))


def _track(edit: TrackEdit, units: Units, zone: dates.Zone) -> str:
    def at(seconds: float) -> str:
        return dates.clock(_moment(seconds), zone, seconds=True)

    match edit.kind:
        case "trim" if edit.split_off:
            return f"Split at {at(edit.stop or 0)}: the rest is now a separate activity"
        case "trim" if edit.start is None:
            return f"Everything after {at(edit.stop or 0)} trimmed"
        case "trim" if edit.stop is None:
            return f"Everything before {at(edit.start or 0)} trimmed"
        case "trim":
            return f"Trimmed to {at(edit.start or 0)} – {at(edit.stop or 0)}"
        case "cut":
            return f"{at(edit.start or 0)} – {at(edit.stop or 0)} cut out"
        case "spike":
            return f"{CHANNELS[edit.channel]} dropped from {at(edit.start or 0)} to {at(edit.stop or 0)}"
    parts = []
    if edit.factor != 1:
        parts.append(f"times {edit.factor:g}")
    if edit.offset:
        parts.append(("plus " if edit.offset > 0 else "minus ") + fmt.altitude(abs(edit.offset), units))
    return "Elevation " + (" ".join(parts) or "as it is")


def _moment(seconds: float) -> datetime:

    return datetime.fromtimestamp(seconds, UTC)
