"""A quick look at a file, much cheaper than reading it: what it is, when it starts, whether it can be read at all.
It is used to plan an import; the import itself reads everything and decides."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np

from milevault_core.formats import archive, bounds, dispatch, fit, garmin_export, xml
from milevault_core.formats.fit import routing
from milevault_core.formats.readers import MAX_BYTES
from milevault_core.problems import BadFile

FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_POINT_TIME = re.compile(
    rb"<(?:\w+:)?time>\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)[^<]*</(?:\w+:)?time>", re.IGNORECASE
)
_ROUTES = re.compile(rb"<(?:\w+:)?(?:trkpt|rtept)\b")
_SESSION, _FILE_ID, _RECORD = 18, 0, 20


@dataclass(frozen=True)
class Peek:
    kind: str  # activity | health | other | unreadable
    start: datetime | None = None
    elapsed_s: float = 0.0
    reason: str = ""
    days: list[date] = field(default_factory=list)  # of health data


def unpacked(data: bytes) -> bytes:
    """The content of a file that may be gzipped; a truncated one as far as it goes. Raises BadFile."""
    return archive.gunzip(data, MAX_BYTES)[0] if data.startswith(b"\x1f\x8b") else data


def peek(data: bytes, name: str = "") -> Peek:
    """What kind of file these unpacked bytes are. Never raises."""
    try:
        with bounds.within(len(data)):
            return _peek(data, name)
    except BadFile as error:
        return Peek("unreadable", reason=str(error))
    except Exception:  # a failure here must not stop the plan: the import will say what is wrong
        return Peek("unreadable", reason="The file is damaged in a way that MileVault does not understand.")


def _peek(data: bytes, name: str) -> Peek:
    if not data:
        raise BadFile("The file is empty.")
    head = data[:4096]
    if fit.sniff(head):
        return _fit(data)
    if archive.is_archive(head):
        inner = next((m for m in archive.members(data) if m.data), None)
        return _peek(unpacked(inner.data or b""), name) if inner else Peek("other")
    stripped = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    if stripped[:1] in (b"[", b"{"):
        if garmin_export.health_kind(data, name):
            return Peek("health", days=garmin_export.days_of(data))
        if data.startswith(b'{"strava_activity"'):
            return _whole(data)
    if stripped[:1] == b"<" or not stripped:
        root = xml.root_name(data if not stripped else head)
        if root in ("gpx", "trainingcenterdatabase"):
            return _xml(data)
    return _whole(data)  # not an activity format: the reader refuses it quickly and says why


def _fit(data: bytes) -> Peek:
    tables = fit.decode(data, _FILE_ID, _SESSION)
    ids, sessions = tables.get(_FILE_ID), tables.get(_SESSION)
    if ids is None or (sessions is None and ids.first("type") in (None, routing.ACTIVITY)):
        return _whole(data)  # truncated before its summary, or damaged
    kind, created = ids.first("type"), ids.first("time_created")
    number = int(kind) if isinstance(kind, int | float | np.number) and not np.isnan(kind) else None
    what, reason = routing.kind_of(number, number in (routing.ACTIVITY, None) or sessions is not None)
    start = _time(sessions.first("start_time")) if sessions is not None else None
    start = start or _time(created)
    if what in ("health", "weight"):
        return Peek("health", start, days=[start.date()] if start else [])
    if what == "activity":
        elapsed = sessions.first("total_elapsed_time") if sessions is not None else None
        seconds = float(elapsed) if isinstance(elapsed, int | float | np.number) and elapsed > 0 else 0.0
        return Peek("activity", start, seconds)
    return Peek("other", start, reason=reason)


def _whole(data: bytes) -> Peek:
    """Read the whole file, for the few files that need more than a quick look."""
    reading = dispatch.read(data)
    start = reading.recordings[0].start_time if reading.recordings else None
    kind = {"activity": "activity", "health": "health", "weight": "health"}.get(reading.kind, "other")
    return Peek(kind, start, reason=reading.reason)


def _time(value) -> datetime | None:
    """A FIT time (seconds) as a datetime; None if it was not measured or comes from a watch without a date."""
    if not isinstance(value, int | float | np.number) or not 3e8 < value < 4e9:
        return None
    return FIT_EPOCH + timedelta(seconds=float(value))


def _xml(data: bytes) -> Peek:
    """The times of the first and last point, found by text search instead of a parser."""
    text = xml.to_utf8(data)
    head = text[:200_000]
    first = next((m for m in _POINT_TIME.finditer(head) if not _in_metadata(head, m.start())), None)
    first = first or _POINT_TIME.search(text)
    if first is None:
        if _ROUTES.search(text):
            return Peek("other", reason="This is a route without times.")
        return _whole(data)  # laps without points, waypoints …: small and rare
    last = _POINT_TIME.findall(text[-20_000:])
    start = _iso(first[1])
    end = _iso(last[-1]) if last else start
    return Peek("activity", start, max(0.0, (end - start).total_seconds()))


def _in_metadata(head: bytes, at: int) -> bool:
    return b"<metadata" in head[:at] and b"</metadata>" not in head[:at]


def _iso(text: bytes) -> datetime:
    return datetime.fromisoformat(text.decode()).replace(tzinfo=UTC)
