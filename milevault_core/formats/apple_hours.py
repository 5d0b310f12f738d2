"""Several devices on one person: of each hour the best of them counts, never their sum."""

from array import array
from collections.abc import Iterator
from datetime import date

import numpy as np

from milevault_core.formats.apple_times import Moment
from milevault_core.formats.health_data import Series

_EPOCH = date(1970, 1, 1).toordinal()
_BLOCK = 200_000
LONGEST = 24 * 3600  # nobody knows on which of its days the steps of a longer record were taken


class Totals:
    """Amounts by metric, source and local hour: 200 bytes for each day of a source."""

    def __init__(self) -> None:
        self._hours: dict[str, dict[int, dict[int, array]]] = {}  # metric: local day: source: 24 amounts
        self._seen: dict[tuple[str, int], int] = {}

    def add(self, metric: str, source: int, start: Moment, end: Moment, amount: float) -> None:
        """Spread an amount evenly over the time it took. Raises ValueError for a time before 1970."""
        begin, over = start.time + start.offset, end.time + start.offset
        if begin < 0:
            raise ValueError(begin)
        if over <= begin or begin // 3600 == (over - 1) // 3600:
            self._put(metric, source, begin // 3600, amount, end.time)
            return
        for hour in range(begin // 3600, (over - 1) // 3600 + 1):
            share = (min(over, (hour + 1) * 3600) - max(begin, hour * 3600)) / (over - begin)
            self._put(metric, source, hour, amount * share, end.time)

    def _put(self, metric: str, source: int, hour: int, amount: float, at: int) -> None:
        day = hour // 24
        sources = self._hours.setdefault(metric, {}).setdefault(day, {})
        if source not in sources:
            sources[source] = array("d", bytes(24 * 8))
        sources[source][hour % 24] += amount
        self._seen[metric, day] = max(at, self._seen.get((metric, day), 0))

    def best(self) -> Iterator[tuple[date, str, float, int]]:
        """(day, metric, amount, when it was last seen) of each day: of each hour what the best source says."""
        for metric, days in sorted(self._hours.items()):
            for day, sources in sorted(days.items()):
                amount = sum(max(hour) for hour in zip(*sources.values(), strict=True))
                yield date.fromordinal(_EPOCH + day), metric, amount, self._seen[metric, day]


class Samples:
    """Single values: ten bytes each."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[array, array, array]] = {}

    def add(self, metric: str, source: int, time: int, value: float) -> None:
        """Note a value at a time (seconds since 1970) by one of the sources."""
        if metric not in self._columns:
            self._columns[metric] = array("I"), array("f"), array("H")
        times, values, sources = self._columns[metric]
        times.append(time)  # OverflowError before 1970: nothing has been added then
        values.append(value)
        sources.append(source)

    def best(self) -> dict[str, Series]:
        """By metric, of each hour only the values of the source that has the most; frees what it has gathered."""
        found = {}
        for metric in sorted(self._columns):
            found[metric] = _best(list(self._columns.pop(metric)))
        return found


def _best(columns: list[array]) -> Series:
    """Takes the columns (time, value, source) out of the list, so that each is free as soon as it is in order."""
    order = np.argsort(np.frombuffer(columns[0], np.uint32), kind="stable")
    source = np.frombuffer(columns.pop(), np.uint16)[order]
    value = np.frombuffer(columns.pop(), np.float32)[order]
    time = np.frombuffer(columns.pop(), np.uint32)[order]
    del order
    keep = np.append(time[1:] != time[:-1], True)
    if source.min() != source.max():
        keep = np.ones(len(time), bool)
        begin = 0
        while begin < len(time):  # a block at a time, cut where an hour begins, for memory's sake
            hour = int(time[min(begin + _BLOCK, len(time)) - 1]) // 3600
            end = int(np.searchsorted(time, np.uint32(min((hour + 1) * 3600, 2**32 - 1))))
            end = max(end, begin + 1)
            keep[begin:end] = _is_best(time[begin:end] // 3600, source[begin:end])
            begin = end
        kept = np.flatnonzero(keep)
        again = np.append(time[kept][1:] == time[kept][:-1], False)
        keep[kept[again]] = False
        del kept
    return Series(time[keep].astype(np.int64), value[keep].astype(np.float64))


def _is_best(hour: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Whether each value is of the source with the most values in its hour; among equals the one named first."""
    both, place, count = np.unique(
        hour.astype(np.int64) << 16 | source, return_inverse=True, return_counts=True
    )
    order = np.lexsort((both & 0xFFFF, -count, both >> 16))
    first = np.append(True, np.diff((both >> 16)[order]) != 0)
    is_best = np.zeros(len(both), bool)
    is_best[order[first]] = True
    return is_best[place]
