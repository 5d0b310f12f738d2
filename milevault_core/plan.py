"""The plan of an import: an archive looked through before anything of it is written.

Each file is unpacked, its sum compared with what is here, and its head, summary and first point looked at
(formats/peek.py): a fraction of what importing it takes.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

import numpy as np

from milevault_core import contents
from milevault_core.formats import BadFile, listing
from milevault_core.formats.peek import Peek, peek, unpacked
from milevault_core.store import known

NAMED = 200  # unreadable files that the plan names; it counts all of them, and the import's log names each
# An import takes this many times the plan's time, on one worker (measured: manage.py bench import).
TIMES_THE_PLAN = 12.0
SAME_START_S, SAME_LENGTH = 120.0, 0.03


def look_through(
    user_id: int, found: contents.Contents, file_of: contents.FileOf, progress: Callable[[int, int], None]
) -> dict:
    """The plan as JSON holds it: numbers by what becomes of the files, the years, and what cannot be read."""
    begun = time.monotonic()
    counts: Counter[str] = Counter()
    days: set[date] = set()
    starts: list[tuple[datetime, float]] = []
    unreadable: list[dict] = []
    others: Counter[str] = Counter()
    sums: dict[bytes, tuple[datetime | None, float]] = {}
    for number, part in enumerate(found.parts):
        progress(number, len(found.parts))
        if part.role in ("leftover", "photo"):
            counts[part.role] += 1
            continue
        looked, digest = _look(part, file_of)
        if looked.kind == "unreadable":
            counts["unreadable"] += 1
            if len(unreadable) < NAMED:
                unreadable.append({"name": part.name, "reason": looked.reason})
        elif looked.kind == "health":
            counts["health_files"] += 1
            days.update(looked.days)
        elif looked.kind == "activity":
            counts["without_points" if part.role == "row" else "files"] += 1
            if digest in sums:
                counts["twice"] += 1
            else:
                sums[digest] = (looked.start, looked.elapsed_s)
        else:
            counts["other"] += 1
            others[looked.reason] += 1
    here = known.sums_here(user_id, list(sums))
    starts = [(start, seconds) for digest, (start, seconds) in sums.items() if digest not in here and start]
    times = [start for start, _ in sums.values() if start and start.year >= 1990]
    seconds = time.monotonic() - begun
    return {
        "kind": found.kind, "new": len(sums) - len(here), "here": len(here) + counts["twice"],
        "similar": similar(known.starts(user_id), starts), "unreadable": counts["unreadable"],
        "unreadable_files": unreadable, "health_files": counts["health_files"], "health_days": len(days),
        "without_points": counts["without_points"], "photos": counts["photo"], "gear": len(found.gear),
        "other": counts["other"], "others": others.most_common(5), "leftover": counts["leftover"],
        "first_year": min(times).year if times else None, "last_year": max(times).year if times else None,
        "first_day": min(days).isoformat() if days else None, "last_day": max(days).isoformat() if days else None,
        "plan_s": round(seconds, 2), "import_s": round(seconds * TIMES_THE_PLAN, 1),
    }  # fmt: skip


def _look(part: contents.Part, file_of: contents.FileOf) -> tuple[Peek, bytes]:
    try:
        if part.data is not None:
            data = part.data
        elif part.place is not None:
            data = unpacked(listing.read(file_of(part.archive), part.place))
        else:
            raise BadFile(part.reason)
    except BadFile as error:
        return Peek("unreadable", reason=str(error)), b""
    return peek(data, part.name), hashlib.sha256(data).digest()


def similar(here: list[tuple[float, float]], new: list[tuple[datetime, float]]) -> int:
    """How many of the new (start, seconds) begin and last like an activity that is here: probably other
    recordings of the same workouts. `here`: (start as seconds since 1970, seconds), by start."""
    if not here or not new:
        return 0
    starts = np.array([start for start, _ in here])
    lengths = np.array([length for _, length in here])
    count = 0
    for start, seconds in new:
        low = np.searchsorted(starts, start.timestamp() - SAME_START_S)
        high = np.searchsorted(starts, start.timestamp() + SAME_START_S, side="right")
        near = lengths[low:high]
        longer = np.maximum(near, seconds)
        count += bool(len(near) and seconds and (np.abs(near - seconds) <= SAME_LENGTH * longer).any())
    return count


def sentence(plan: dict, workers: int = 2) -> str:
    """ "812 new activities, 41 already here, 3 unreadable, 1,204 days of health data, 2011 to 2026; about 40 s" """
    parts = [_count(plan["new"], "new activity", "new activities")]
    if plan["here"]:
        parts.append(f"{plan['here']:,} already here")
    if plan["unreadable"]:
        parts.append(f"{plan['unreadable']:,} unreadable")
    if plan["health_days"]:
        parts.append(f"{_count(plan['health_days'], 'day', 'days')} of health data")
    elif plan["health_files"]:
        parts.append(_count(plan["health_files"], "health file", "health files"))
    if plan["photos"]:
        parts.append(_count(plan["photos"], "photo", "photos"))
    first, last = plan["first_year"], plan["last_year"]
    if first:
        parts.append(f"from {first} to {last}" if first != last else f"all in {first}")
    return ", ".join(parts) + f"; about {duration(plan['import_s'] / max(1, workers))}"


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def duration(seconds: float) -> str:
    """ "40 s", "3 min", "1 h 20 min": as exact as an estimate is."""
    if seconds < 55:
        return f"{max(1, round(seconds / 5) * 5) if seconds >= 5 else max(1, round(seconds))} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
