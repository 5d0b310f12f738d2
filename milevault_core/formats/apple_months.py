"""Split Apple Health's export.xml, often several gigabytes, into one file per month with the records that MileVault
reads. Each file is kept as an original and can be read, read again and undone like any other file. The XML is
streamed: only the compressed months are in memory. A month larger than MOST becomes several files of whole days.

Values from two files are neither added nor compared, so records that must be compared have to be in one file. All
sleep records of a night, up to three hours apart, belong to the day on which the night ends. An amount that spans two
files is divided between them, as apple_hours.py divides it between hours. The best source is chosen per UTC hour; if
local midnight falls within such an hour, all samples of that hour belong to the day on which it begins.
"""

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import numpy as np

from milevault_core.formats import apple_health, apple_hours, apple_sleep
from milevault_core.formats.apple_times import moment
from milevault_core.problems import BadFile

MOST = 48 << 20  # bytes of a month's file, unpacked; a larger month is split into several files
_HEAD, _FOOT = b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="en">\n', b"</HealthData>\n"
_ADDED, _SAMPLED = frozenset(apple_health.TOTALS.values()), frozenset(apple_health.SAMPLES.values())
_KEPT = ("type", "sourceName", "unit", "startDate", "endDate", "value")
_DAY = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d")
_PIECE = 1 << 16


class _File:
    """A compressed file that is being written, and how many bytes it holds of each day."""

    def __init__(self) -> None:
        self.packer = zlib.compressobj(6, zlib.DEFLATED, 31)
        self.parts = [self.packer.compress(_HEAD)]
        self.size = len(_HEAD)
        self.days: Counter[str] = Counter()

    def add(self, day: str, record: bytes) -> None:
        self.size += len(record)
        self.days[day] += len(record)
        if packed := self.packer.compress(record):
            self.parts.append(packed)

    def end(self) -> bytes:
        """Finish the file and return its bytes; the object is empty afterwards."""
        parts, self.parts = self.parts, []
        return b"".join([*parts, self.packer.compress(_FOOT), self.packer.flush()])


class _Slept:
    """Sleep records, compressed and kept until all are known, because only then is it clear which night each one
    belongs to."""

    def __init__(self) -> None:
        self.packer = zlib.compressobj(6)
        self.parts: list[bytes] = []
        self.begin, self.end, self.offset = array("q"), array("q"), array("i")

    def add(self, start: str, end: str, record: bytes) -> None:
        """Add a record. Raises ValueError for times that are invalid or impossible."""
        first, last = moment(start), moment(end)
        if not 0 <= last.time - first.time <= apple_sleep.LONGEST_S:
            raise ValueError(end)
        self.begin.append(first.time)
        self.end.append(last.time)
        self.offset.append(last.offset)
        if packed := self.packer.compress(record):
            self.parts.append(packed)

    def days(self) -> list[str]:
        """For each record, the local day on which its night or nap ends."""
        if not self.begin:
            return []
        begin, end, offset = (np.array(column, np.int64) for column in (self.begin, self.end, self.offset))
        order = np.argsort(begin, kind="stable")
        until = np.maximum.accumulate(end[order])
        is_first = np.append(True, begin[order][1:] - until[:-1] > apple_sleep.UP_S)
        last = np.flatnonzero(np.append(is_first[1:], True))  # of each night, in order
        night = np.cumsum(is_first) - 1
        is_end = end[order] == until[last][night]
        offsets = np.zeros(len(last), np.int64)
        offsets[night[is_end]] = offset[order][is_end]
        local = (until[last] + offsets).astype("datetime64[s]").astype("datetime64[D]").astype(str)
        found = np.empty(len(order), local.dtype)
        found[order] = local[night]
        return found.tolist()

    def records(self) -> Iterator[bytes]:
        """The records, in the order in which they were added."""
        yield from _lines(_unpacked([*self.parts, self.packer.flush()], zlib.MAX_WBITS))


class Months:
    """Call `feed` with all pieces, then `files`. left: how many records are not read."""

    def __init__(self, name_of: Callable[[str], str] = lambda day: day[:7]) -> None:
        """name_of: returns the name of the file that a day ("2024-03-01") belongs to."""
        self.left = self.within = 0
        self._name_of = name_of
        self._open: dict[str, _File] = {}
        self._slept = _Slept()
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = _refuse_entities

    def feed(self, pieces: Iterable[bytes]) -> "Months":
        """Read the XML; if it is damaged, only the part before the damage. Raises BadFile for a harmful one."""
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            pass
        return self

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(month, gzip file) in order: ("2024-03", …). Works only once, because each file is freed as soon as it is
        yielded."""
        for name, file in self._files():
            if file.size <= MOST or len(file.days) < 2:
                yield name, file.end()
                continue
            parts = _parts(name, file.days)
            again = Months(partial(_name_of, parts, name)).feed(_unpacked([file.end()], zlib.MAX_WBITS | 16))
            for part, smaller in again._files():
                yield part, smaller.end()

    def _files(self) -> Iterator[tuple[str, _File]]:
        for day, record in zip(self._slept.days(), self._slept.records(), strict=True):
            if _DAY.fullmatch(day):
                self._write(day, record)
            else:
                self.left += 1
        self._slept = _Slept()
        for name in sorted(self._open):
            yield name, self._open.pop(name)

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
            return  # the same record is repeated outside the correlation
        if metric is None:
            if about.get("value", "").rpartition("Analysis")[2] not in apple_sleep.STAGES:
                self.left += 1  # "in bed" is not sleep
                return
            try:
                self._slept.add(start, end, _text(about))
            except (ValueError, OverflowError):
                self.left += 1
            return
        day = _day_of(metric, start)
        if not _DAY.fullmatch(day):
            self.left += 1
            return
        if metric in _ADDED and end[:10] != day and self._name_of(end[:10]) != self._name_of(day):
            for part in _divided(about):
                self._write(part["startDate"][:10], _text(part))
        else:
            self._write(day, _text(about))

    def _write(self, day: str, record: bytes) -> None:
        name = self._name_of(day)
        into = self._open.get(name)
        if into is None:
            into = self._open[name] = _File()
        into.add(day, record)


def _text(about: dict[str, str]) -> bytes:
    text = " ".join(f"{name}={quoteattr(about[name])}" for name in _KEPT if name in about)
    return f" <Record {text}/>\n".encode()


def _day_of(metric: str, start: str) -> str:
    """The day that a record belongs to, in its own local time."""
    if metric in _SAMPLED and start[23:25] != "00" and _DAY.fullmatch(start[:10]):
        try:
            at = moment(start)
        except (ValueError, OverflowError):
            return start[:10]
        return str(np.datetime64(at.time // 3600 * 3600 + at.offset, "s"))[:10]
    return start[:10]


def _parts(name: str, days: dict[str, int]) -> dict[str, str]:
    """File name for each day, with as many consecutive days per file as fit."""
    found, number, size = {}, 0, MOST + 1
    for day in sorted(days):
        if size + days[day] > MOST:
            number, size = number + 1, len(_HEAD)
        size += days[day]
        found[day] = f"{name} part {number}"
    return found


def _name_of(parts: dict[str, str], name: str, day: str) -> str:
    return parts.get(day, name)


def _unpacked(pieces: Iterable[bytes], form: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(form)
    for piece in pieces:
        yield unpacker.decompress(piece, _PIECE)
        while unpacker.unconsumed_tail:
            yield unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
    yield unpacker.flush()


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    left = b""
    for piece in pieces:
        *whole, left = (left + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)


def _divided(about: dict[str, str]) -> list[dict[str, str]]:
    """A record that spans midnight as two records, its amount divided by the local time on either side."""
    begin, over = about["startDate"], about["endDate"]
    try:
        first, last = moment(begin), moment(over)
        value = float(about["value"])
    except (ValueError, KeyError, OverflowError):
        return [about]
    middle = f"{over[:10]} 00:00:00"
    turn = moment(f"{middle} {over[20:]}").time + last.offset
    from_s, to_s = first.time + first.offset, last.time + last.offset
    if not from_s < turn < to_s or to_s - from_s > apple_hours.LONGEST:
        return [about]
    share = value * (turn - from_s) / (to_s - from_s)
    return [
        about | {"endDate": f"{middle} {begin[20:]}", "value": repr(share)},
        about | {"startDate": f"{middle} {over[20:]}", "value": repr(value - share)},
    ]


def _refuse_entities(*_) -> None:
    raise BadFile("The file defines entities of its own, which is not allowed here.")
