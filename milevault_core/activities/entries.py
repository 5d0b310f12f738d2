"""List entries that an activity without a file was made from: a row of Strava's list, an activity of Garmin Connect's.

If the owner corrects an entry there, it arrives as another original. Its name still says which entry it is, so both are
one recording, and the version from the latest import counts.
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
    """The entry that an original of this format and name comes from; "" for any other file."""
    found = _NAMED[format].search(name) if format in _NAMED else None
    return found[0] if found else ""


def is_named_so(name: str) -> bool:
    """Whether an original with this name may be a list entry."""
    return any(entry_of(format, name) for format in FORMATS)


def earlier(
    recordings: Sequence[Facts], is_apart: Callable[[Facts, Facts], bool] = lambda a, b: False
) -> dict[str, list[Facts]]:
    """The older versions of each entry, by the fingerprint of the version that counts. A version that the user keeps
    apart from that one counts on its own."""
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
    """The fingerprints that count among an activity's recordings, given as (fingerprint, entry, told)."""
    facts = [
        Facts(fingerprint, 0.0, 0.0, None, None, entry=entry, told=at) for fingerprint, entry, at in told
    ]
    return {one.fingerprint for one in counting(facts)}


def counting(recordings: Sequence[Facts]) -> list[Facts]:
    """The recordings without older versions of their entries."""
    gone = {one.fingerprint for before in earlier(recordings).values() for one in before}
    return [one for one in recordings if one.fingerprint not in gone]
