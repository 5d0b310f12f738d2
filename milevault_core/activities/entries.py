"""Entries of a list, of which an activity without a file was made: a row of Strava's, an activity of Garmin Connect's.

What its owner corrects there comes as another original. Its name still tells which entry it is: both are one recording,
of which what the import begun last tells counts.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from milevault_core.activities.same_workout import Facts

_NAMED = {
    "strava": re.compile(r"activities\.csv row \S+$"),
    "garmin_list": re.compile(r"Garmin Connect \d+\.json$"),
}
FORMATS = tuple(_NAMED)


def entry_of(format: str, name: str) -> str:
    """Which entry an original of this format and name is; "" for any other file."""
    found = _NAMED[format].search(name) if format in _NAMED else None
    return found[0] if found else ""


def is_named_so(name: str) -> bool:
    """Whether an original of this name may be an entry."""
    return any(entry_of(format, name) for format in FORMATS)


def earlier(
    recordings: Sequence[Facts], is_apart: Callable[[Facts, Facts], bool] = lambda a, b: False
) -> dict[str, list[Facts]]:
    """What was told earlier of the same entries, by the fingerprint of the recording that counts; recordings that its
    owner keeps apart from that one count for themselves."""
    latest: dict[str, list[Facts]] = {}
    found: dict[str, list[Facts]] = {}
    told = sorted((one for one in recordings if one.entry), key=lambda one: (-one.told, one.fingerprint))
    for one in told:
        that_count = latest.setdefault(one.entry, [])
        newer = next((other for other in that_count if not is_apart(one, other)), None)
        if newer is None:
            that_count.append(one)
        else:
            found.setdefault(newer.fingerprint, []).append(one)
    return found


def latest(told: Iterable[tuple[str, str, int]]) -> set[str]:
    """The fingerprints that count, of recordings of one activity as (fingerprint, entry, told)."""
    facts = [
        Facts(fingerprint, 0.0, 0.0, None, None, entry=entry, told=at) for fingerprint, entry, at in told
    ]
    return {one.fingerprint for one in counting(facts)}


def counting(recordings: Sequence[Facts]) -> list[Facts]:
    """The recordings without what was told of their entries earlier."""
    gone = {one.fingerprint for before in earlier(recordings).values() for one in before}
    return [one for one in recordings if one.fingerprint not in gone]
