"""One person wearing several devices: in each hour the best device counts, never their sum."""

from array import array
from collections.abc import Iterator
from datetime import date

import numpy as np

from milevault_core.formats.apple_times import Moment
from milevault_core.formats.health_data import Series

_EPOCH = date(1970, 1, 1).toordinal()
_BLOCK = 200_000
_LONG_S = 1800  # in a shorter record the amount is about evenly spread
LONGEST = 24 * 3600  # in a longer record it is unknown on which day the steps were taken


class Totals:
    """Amounts by metric, source and local hour. Of identical records only the first counts. Memory: 200 bytes per day
    and source, and about 50 per record."""

    def __init__(self) -> None:
        self._hours: dict[str, dict[int, dict[int, array]]] = {}  # metric: local day: source: 24 amounts
        self._over: dict[tuple[str, int], dict[int, array]] = {}  # metric, local day: source: see _note_long
        self._seen: dict[tuple[str, int], int] = {}
        self._known: set[int] = set()

    def add(self, metric: str, source: int, start: Moment, end: Moment, amount: float) -> None:
        """Spread an amount evenly over its duration. Raises ValueError for a time before 1970."""
        begin, over = start.time + start.offset, end.time + start.offset
        if begin < 0:
            raise ValueError(begin)
        record = hash((metric, source, start.time, end.time, amount))
        if record in self._known:
            return
        self._known.add(record)
        if over <= begin or begin // 3600 == (over - 1) // 3600:
            self._put(metric, source, begin // 3600, amount, end.time)
            return
        shares = {
            hour: amount * (min(over, (hour + 1) * 3600) - max(begin, hour * 3600)) / (over - begin)
            for hour in range(begin // 3600, (over - 1) // 3600 + 1)
        }
        for hour, share in shares.items():
            self._put(metric, source, hour, share, end.time)
        if over - begin > _LONG_S:
            self._note_long(metric, source, shares)

    def _put(self, metric: str, source: int, hour: int, amount: float, at: int) -> None:
        day = hour // 24
        sources = self._hours.setdefault(metric, {}).setdefault(day, {})
        if source not in sources:
            sources[source] = array("d", bytes(24 * 8))
        sources[source][hour % 24] += amount
        self._seen[metric, day] = max(at, self._seen.get((metric, day), 0))

    def _note_long(self, metric: str, source: int, shares: dict[int, float]) -> None:
        """For each hour that begins within a long record, note how much of the record's amount on that day lies before
        its start (24 values, by hour of the day) and after it (24 more)."""
        for hour in list(shares)[1:]:
            day = hour // 24
            of_day = {other: share for other, share in shares.items() if other // 24 == day}
            noted = self._over.setdefault((metric, day), {}).setdefault(source, array("d", bytes(48 * 8)))
            noted[hour % 24] += sum(share for other, share in of_day.items() if other < hour)
            noted[24 + hour % 24] += sum(share for other, share in of_day.items() if other >= hour)

    def best(self) -> Iterator[tuple[date, str, float, int]]:
        """(day, metric, amount, time of the latest record) for each day, counting the best source of each hour."""
        for metric, days in sorted(self._hours.items()):
            for day, sources in sorted(days.items()):
                amount = _of_day(sources, self._over.get((metric, day), {}))
                yield date.fromordinal(_EPOCH + day), metric, amount, self._seen[metric, day]


def _of_day(sources: dict[int, array], over: dict[int, array]) -> float:
    """The highest total that one source, or several in turn, have counted. Sources may only change on the hour. Records
    that cross the moment of a change do not count, because the other source may have counted the same steps."""
    if not over:
        return sum(max(hour) for hour in zip(*sources.values(), strict=True))
    nothing = array("d", bytes(48 * 8))
    noted = {source: over.get(source, nothing) for source in sources}
    best = dict.fromkeys(sources, 0.0)  # highest total up to this hour that ends with this source
    for hour in range(24):
        left = max(best[source] - noted[source][hour] for source in sources)
        best = {
            source: amounts[hour] + max(best[source], left - noted[source][24 + hour])
            for source, amounts in sources.items()
        }
    return max(best.values())


class Samples:
    """Single values, at ten bytes each."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[array, array, array]] = {}

    def add(self, metric: str, source: int, time: int, value: float) -> None:
        """Add a value of one source at a time (seconds since 1970)."""
        if metric not in self._columns:
            self._columns[metric] = array("I"), array("f"), array("H")
        times, values, sources = self._columns[metric]
        times.append(time)  # first, because it raises OverflowError for times before 1970
        values.append(value)
        sources.append(source)

    def best(self) -> dict[str, Series]:
        """Samples by metric: in each hour, only those of the source that has the most. Frees the collected data."""
        found = {}
        for metric in sorted(self._columns):
            found[metric] = _best(list(self._columns.pop(metric)))
        return found


def _best(columns: list[array]) -> Series:
    """The best values as a series. Takes the columns (time, value, source) out of the list, so that each is freed as
    soon as it has been sorted."""
    order = np.argsort(np.frombuffer(columns[0], np.uint32), kind="stable")
    source = np.frombuffer(columns.pop(), np.uint16)[order]
    value = np.frombuffer(columns.pop(), np.float32)[order]
    time = np.frombuffer(columns.pop(), np.uint32)[order]
    del order
    keep = np.append(time[1:] != time[:-1], True)
    if source.min() != source.max():
        keep = np.ones(len(time), bool)
        begin = 0
        while begin < len(time):  # in blocks that end on the hour, to save memory
            hour = int(time[min(begin + _BLOCK, len(time)) - 1]) // 3600
            end = int(np.searchsorted(time, np.uint32(min((hour + 1) * 3600, 2**32 - 1))))
            end = max(end, begin + 1)
            keep[begin:end] = _is_best(time[begin:end].astype(np.int64), source[begin:end])
            begin = end
        kept = np.flatnonzero(keep)
        again = np.append(time[kept][1:] == time[kept][:-1], False)
        keep[kept[again]] = False
        del kept
    return Series(time[keep].astype(np.int64), value[keep].astype(np.float64))


def _is_best(time: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Mask of the values from the source with the most distinct times in their hour; in a tie, the source that came
    first in the file."""
    moments = np.unique(time << 16 | source)  # a record may occur twice
    both, count = np.unique((moments >> 16) // 3600 << 16 | moments & 0xFFFF, return_counts=True)
    order = np.lexsort((both & 0xFFFF, -count, both >> 16))
    first = np.append(True, np.diff((both >> 16)[order]) != 0)
    is_best = np.zeros(len(both), bool)
    is_best[order[first]] = True
    found: np.ndarray = is_best[np.searchsorted(both, time // 3600 << 16 | source)]
    return found
