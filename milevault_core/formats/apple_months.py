"""Apple Health's export.xml, often gigabytes, divided into a file a month of what MileVault reads of it: each is kept
as an original, read, read again and undone like any other file. Streamed: memory holds the packed months only.

A stretch of sleep belongs to the month of the morning after it, so that no night is divided. An amount that took from
one month into the next is divided between them, as apple_hours.py divides it between hours: what two files say of one
day is not added.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from milevault_core.formats import apple_health, apple_hours
from milevault_core.formats.apple_times import moment
from milevault_core.problems import BadFile

MOST = 48 << 20  # bytes of a month's file, unpacked; a month with more is several files
_HEAD, _FOOT = b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en">\n', b"</HealthData>\n"
_ADDED = frozenset(apple_health.TOTALS.values())
_KEPT = ("type", "sourceName", "unit", "startDate", "endDate", "value")
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
_HOUR = 13  # characters of "2024-03-01 06"


class _Month:
    """A file that is being written, packed."""

    def __init__(self) -> None:
        self.packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        self.parts = [self.packer.compress(_HEAD)]
        self.size = len(_HEAD)

    def add(self, record: bytes) -> None:
        self.size += len(record)
        if packed := self.packer.compress(record):
            self.parts.append(packed)

    def end(self) -> bytes:
        return b"".join([*self.parts, self.packer.compress(_FOOT), self.packer.flush()])


class Months:
    """`feed` all pieces, then `files`. left: records of kinds that are not read."""

    def __init__(self) -> None:
        self.left = self.within = 0
        self._open: dict[str, _Month] = {}
        self._done: list[tuple[str, bytes]] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = _refuse_entities

    def feed(self, pieces: Iterable[bytes]) -> "Months":
        """Read the XML; of a damaged one what comes before the damage. Raises BadFile for a harmful one."""
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            pass
        return self

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(month, gzip file) in order: ("2024-03", …), once: each is let go as soon as it is handed out."""
        waiting = dict(self._done)
        self._done.clear()
        for name in sorted([*waiting, *self._open]):
            yield name, waiting.pop(name) if name in waiting else self._open.pop(name).end()

    def _begin(self, name: str, about: dict[str, str]) -> None:
        if name == "Correlation":
            self.within += 1
        elif name == "Record":
            self._record(about)

    def _end(self, name: str) -> None:
        if name == "Correlation":
            self.within -= 1

    def _record(self, about: dict[str, str]) -> None:
        kind, start, end = about.get("type", ""), about.get("startDate", ""), about.get("endDate", "")
        metric = apple_health.METRIC.get(kind)
        if metric is None and kind != apple_health.SLEEP:
            self.left += 1
            return
        if self.within and metric not in apple_health.DAILY.values():
            return  # it stands a second time outside
        month = start[:7] if metric is not None else _morning(end)
        if not _MONTH.fullmatch(month):
            self.left += 1
            return
        parts = _divided(about) if metric in _ADDED and end[:7] != month else [about]
        for part in parts:
            text = " ".join(f"{name}={quoteattr(part[name])}" for name in _KEPT if name in part)
            self._write(part["startDate"][:7] if len(parts) > 1 else month, f" <Record {text}/>\n".encode())

    def _write(self, month: str, record: bytes) -> None:
        into = self._open.get(month)
        if into is None or into.size + len(record) > MOST:
            if into is not None:
                number = sum(name.startswith(month) for name, _ in self._done) + 1
                self._done.append((f"{month} part {number}", into.end()))
            into = self._open[month] = _Month()
        into.add(record)


def _divided(about: dict[str, str]) -> list[dict[str, str]]:
    """An amount over the end of a month as two, each with the share of its time by the clock there."""
    begin, over = about["startDate"], about["endDate"]
    try:
        first, last = moment(begin), moment(over)
        value = float(about["value"])
    except (ValueError, KeyError, OverflowError):
        return [about]
    middle = f"{over[:7]}-01 00:00:00"
    turn = moment(f"{middle} {over[20:]}").time + last.offset
    from_s, to_s = first.time + first.offset, last.time + last.offset
    if not from_s < turn < to_s or to_s - from_s > apple_hours.LONGEST:
        return [about]
    share = value * (turn - from_s) / (to_s - from_s)
    return [
        about | {"endDate": f"{middle} {begin[20:]}", "value": repr(share)},
        about | {"startDate": f"{middle} {over[20:]}", "value": repr(value - share)},
    ]


def _morning(end: str) -> str:
    """The month of the morning that a stretch of sleep leads to."""
    try:
        at = datetime.strptime(end[:_HOUR], "%Y-%m-%d %H")  # noqa: DTZ007 - by the clock there
    except ValueError:
        return end[:7]
    return f"{at + timedelta(hours=12):%Y-%m}"


def _refuse_entities(*_) -> None:
    raise BadFile("The file defines entities of its own, which is not allowed here.")
