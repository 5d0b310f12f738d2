"""What an activity was made from, in words, and what reading it again changes."""

import pandas as pd

from milevault_core.view import dates
from milevault_core.view import format as fmt
from milevault_core.view import texts as words
from milevault_core.view.format import Units

_SOURCES = {
    "page": "dropped in", "command": "from the command line", "upload": "sent by a phone or a script",
    "folder": "from the watched folder", "garmin": "from Garmin Connect", "demo": "demo data",
    "reread": "read again",
}  # fmt: skip
_NAMES = {
    "altitude": "altitude", "heart_rate": "heart rate", "cadence": "cadence", "power": "power",
    "temperature": "temperature", "calories": "calories",
}  # fmt: skip


def title(recording) -> str:
    """ "Garmin Edge 1040 · FIT"."""
    return " · ".join(part for part in (recording.device, str(recording.format).upper()) if part)


def details(recording, zone: dates.Zone) -> str:
    """ "ride.fit · 07:30, 1:02:11, 3,600 points · dropped in"."""
    file = str(recording.name).replace("\\", "/").rsplit("/", 1)[-1]
    what = [dates.clock(recording.start_time, zone, seconds=True), fmt.duration(recording.elapsed_s)]
    if recording.point_count:
        what.append(words.count(int(recording.point_count), "point"))
    return " · ".join(part for part in (file, ", ".join(what), _SOURCES.get(recording.source, "")) if part)


def given(recording) -> str:
    """What the activity takes from a recording other than the primary, and how its clock was set; "" if nothing."""
    texts = []
    if recording.filled:
        names = [_NAMES.get(name, name.replace("_", " ")) for name in recording.filled]
        texts.append("Adds " + (", ".join(names[:-1]) + " and " if len(names) > 1 else "") + names[-1] + ".")
    shift = float(recording.shift_s)
    if abs(shift) >= 1:
        slow = "behind" if shift > 0 else "ahead"
        texts.append(f"Its clock is {fmt.duration(abs(shift))} {slow}.")
    return " ".join(texts)


_KEPT = {
    "failed": "Could not be read", "not_activity": "Contains no activity", "health": "Health data", "photo": "Photo",
    "imported": "An activity", "partial": "An activity, in part", "merged": "Another recording of an activity",
    "duplicate": "Already here",
}  # fmt: skip


def becomes_table(becomes: list[dict]) -> pd.DataFrame:
    """What files were stored as, and what reading them again makes of them: [{before, after, count}]."""
    rows = [{"Files": one["count"], "Were": _KEPT[one["before"]], "Become": _becomes(one)} for one in becomes]
    return pd.DataFrame(rows)


def _becomes(one: dict) -> str:
    if one["before"] == one["after"]:
        return "Photo, shown" if one["after"] == "photo" else "More health data"
    return _KEPT[one["after"]]


def totals(count: int, sums: dict[str, float], system: Units) -> list[str]:
    """The five main totals: count, distance, moving time, elapsed time, ascent."""
    return [
        f"{fmt.number(count)}", fmt.distance(sums["distance_m"], system), fmt.duration(sums["moving_s"]),
        fmt.duration(sums["elapsed_s"]), fmt.altitude(sums["ascent_m"], system),
    ]  # fmt: skip


TOTALS = ("Activities", "Distance", "Moving time", "Elapsed", "Ascent")
