"""The plan of an import: an archive is looked through before anything is written.

Each file is unpacked, its hash compared with the files here, and its head, summary and first point are read
(formats/peek.py), which takes a fraction of the time of an import.
"""

import hashlib
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import IO

import numpy as np

from milevault_core import config
from milevault_core.formats import MAX_BYTES, contents, listing
from milevault_core.formats.peek import Peek, peek, unpacked
from milevault_core.imports import estimate
from milevault_core.imports.estimate import Work
from milevault_core.problems import BadFile
from milevault_core.store.imports import plan_lookup

NAMED = 200  # unreadable files that the plan lists by name; it counts all of them, and the import's log lists each
SAME_START_S, SAME_LENGTH = 120.0, 0.03


def look_through(
    user_id: int, found: contents.Contents, file_of: contents.FileOf, progress: Callable[[int, int], None]
) -> dict:
    """The plan, ready for JSON: how many files become what, the years they cover, and which cannot be read."""
    begun, cpu = time.monotonic(), time.process_time()
    counts: Counter[str] = Counter()
    days: set[date] = set()
    starts: list[tuple[datetime, float]] = []
    unreadable: list[dict] = []
    others: Counter[str] = Counter()
    sums: dict[bytes, tuple[datetime | None, float]] = {}
    took: dict[bytes, Work] = {}  # by digest
    looked_s, kept = 0.0, Work()
    for number, part in enumerate(found.parts):
        progress(number, len(found.parts))
        if part.role in ("leftover", "photo"):
            counts[part.role] += 1
            continue
        before = time.monotonic()
        looked, digest, kind, size = _look(part, file_of)
        looked_s += time.monotonic() - before
        if looked.kind == "activity" and digest not in took:
            took[digest] = Work().add(kind, size)
        else:
            kept.add("kept", size)
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
    here = plan_lookup.sums_here(user_id, list(sums))
    starts = [(start, seconds) for digest, (start, seconds) in sums.items() if digest not in here and start]
    times = [start for start, _ in sums.values() if start and start.year >= 1990]
    seconds = time.monotonic() - begun
    workers = config.workers()
    return {
        "kind": found.kind, "new": len(sums) - len(here), "here": len(here) + counts["twice"],
        "similar": similar(plan_lookup.starts(user_id), starts), "unreadable": counts["unreadable"],
        "unreadable_files": unreadable, "health_files": counts["health_files"], "health_days": len(days),
        "without_points": counts["without_points"], "photos": counts["photo"], "gear": len(found.gear),
        "other": counts["other"], "others": others.most_common(5), "leftover": counts["leftover"],
        "first_year": min(times).year if times else None, "last_year": max(times).year if times else None,
        "first_day": min(days).isoformat() if days else None, "last_day": max(days).isoformat() if days else None,
        "plan_s": round(seconds, 2), "plan_cpu_s": round(time.process_time() - cpu, 2),
        "import_s": round(_import_s(user_id, workers, took, here, kept, looked_s), 1), "workers": workers,
    }  # fmt: skip


def _import_s(
    user_id: int, workers: int, took: dict[bytes, Work], here: set[bytes], kept: Work, looked_s: float
) -> float:
    """How long the import will take, in seconds of one worker. `took`: work by digest; `here`: digests of the
    files that are here already."""
    looked = sum(work.look_s for work in took.values()) + kept.look_s
    pace = estimate.pace_of_looking(looked_s, Work(look_s=looked))
    if (last := plan_lookup.last_import(user_id, estimate.ENOUGH)) is not None:
        done = Work()
        for kind, (files, size) in last[1].items():
            done.add(kind, size, files)
        pace = estimate.pace_of_import(last[0], workers, done)
    new = sum(work.import_s for digest, work in took.items() if digest not in here)
    return pace * (new + kept.import_s + Work().add("kept", 0, len(here)).import_s)


def _look(part: contents.Part, file_of: contents.FileOf) -> tuple[Peek, bytes, str, int]:
    """What a part is, and its bytes' SHA-256, kind (estimate.kind_of) and number."""
    try:
        if part.data is not None:
            data = unpacked(part.data)
        elif part.path is not None:
            with part.path.open("rb") as file:
                data = unpacked(file.read(MAX_BYTES + 1))
        elif part.place is not None:
            data = unpacked(listing.read(file_of(part.archive), part.place))
        else:
            raise BadFile(part.reason)
    except BadFile as error:
        return Peek("unreadable", reason=str(error)), b"", "kept", 0
    except OSError as error:
        return Peek("unreadable", reason=f"It cannot be read: {error.strerror}."), b"", "kept", 0
    return peek(data, part.name), hashlib.sha256(data).digest(), estimate.kind_of(data), len(data)


def of_file(user_id: int, file: IO[bytes], name: str) -> dict:
    """The plan of an archive on this machine's disk; inner archives are unpacked to unnamed temporary files."""
    inner: list[IO[bytes]] = [file]

    def spill(label: str, stream: IO[bytes]) -> tuple[int, IO[bytes]]:
        into = tempfile.TemporaryFile()  # noqa: SIM115 (closed below, with the others)
        shutil.copyfileobj(stream, into, 1 << 20)
        inner.append(into)
        return len(inner) - 1, into

    try:
        found = contents.of(file, name, inner.__getitem__, spill)
        return look_through(user_id, found, inner.__getitem__, lambda done, of: None)
    except BadFile as error:
        broken = contents.Contents("files", [contents.Part(name, "refused", reason=str(error))])
        return look_through(user_id, broken, inner.__getitem__, lambda done, of: None)
    finally:
        for opened in inner[1:]:
            opened.close()


def similar(here: list[tuple[float, float]], new: list[tuple[datetime, float]]) -> int:
    """How many of the new (start, seconds) have nearly the start and duration of an existing activity: probably other
    recordings of the same workouts. `here`: (start in seconds since 1970, seconds), sorted by start."""
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
