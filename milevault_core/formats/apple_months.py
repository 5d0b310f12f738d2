"""Apple Health's export.xml, often gigabytes, divided into a file a month of what MileVault reads of it: each is kept
as an original, read, read again and undone like any other file. Streamed: memory holds the packed months only.

A stretch of sleep belongs to the month of the morning after it, so that no night is divided.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from milevault_core.formats import apple_health
from milevault_core.problems import BadFile

MOST = 48 << 20  # bytes of a month's file, unpacked; a month with more is several files
_HEAD, _FOOT = b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en">\n', b"</HealthData>\n"
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
        """(month, gzip file) in order: ("2024-03", …)."""
        yield from sorted([*self._done, *((name, month.end()) for name, month in self._open.items())])

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
        text = " ".join(f"{name}={quoteattr(about[name])}" for name in _KEPT if name in about)
        self._write(month, f" <Record {text}/>\n".encode())

    def _write(self, month: str, record: bytes) -> None:
        into = self._open.get(month)
        if into is None or into.size + len(record) > MOST:
            if into is not None:
                number = sum(name.startswith(month) for name, _ in self._done) + 1
                self._done.append((f"{month} part {number}", into.end()))
            into = self._open[month] = _Month()
        into.add(record)


def _morning(end: str) -> str:
    """The month of the morning that a stretch of sleep leads to."""
    try:
        at = datetime.strptime(end[:_HOUR], "%Y-%m-%d %H")  # noqa: DTZ007 - by the clock there
    except ValueError:
        return end[:7]
    return f"{at + timedelta(hours=12):%Y-%m}"


def _refuse_entities(*_) -> None:
    raise BadFile("The file defines entities of its own, which is not allowed here.")
