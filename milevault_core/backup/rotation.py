"""Rotation of the nightly backups: which ones to keep."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DAILY, WEEKLY, MONTHLY = 7, 4, 12
_NIGHTLY = re.compile(r"milevault-(\d{4}-\d\d-\d\d-\d{6})-nightly\.tar")


def rotate(folder: Path, proven: Path | None = None) -> list[Path]:
    """Remove nightly backups that need not be kept and partial files left by a killed run; returns the removed files.

    Backups that somebody requested, and the one verified last, are kept.
    """
    times = {path: time for path in folder.iterdir() if (time := made(path))}
    stay = {path for path, time in times.items() if time in kept(list(times.values()))}
    gone = [path for path in times if path not in stay and path != proven]
    gone += [p for p in folder.glob("milevault-*-nightly.tar.part")]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def made(path: Path) -> datetime | None:
    """When a nightly backup was made, according to its name; None for any other file."""
    found = _NIGHTLY.fullmatch(path.name)
    try:
        return datetime.strptime(found[1], "%Y-%m-%d-%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def kept(times: list[datetime]) -> set[datetime]:
    """The newest backup of each of the last 7 days, 4 weeks and 12 months that have any."""
    stay: set[datetime] = set()
    for count, bucket in (
        (DAILY, lambda t: t.date()),
        (WEEKLY, lambda t: t.isocalendar()[:2]),
        (MONTHLY, lambda t: (t.year, t.month)),
    ):
        newest: dict[Any, Any] = {}
        for time in sorted(times, reverse=True):
            newest.setdefault(bucket(time), time)
        stay.update(list(newest.values())[:count])
    return stay
