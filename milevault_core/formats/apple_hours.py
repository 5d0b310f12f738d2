"""Several devices on one person: of each hour the best of them counts, never their sum."""

from array import array
from collections.abc import Iterator
from datetime import date

import numpy as np

from milevault_core.formats.apple_times import Moment
from milevault_core.formats.health_data import Series

_EPOCH = date(1970, 1, 1).toordinal()
_BLOCK = 200_000
_LONG_S = 1800  # a shorter record is about as dense everywhere
LONGEST = 24 * 3600  # nobody knows on which of its days the steps of a longer record were taken


class Totals:
    """Amounts by metric, source and local hour: 200 bytes for each day of a source, and some 50 for each record, of
    which only the first of identical ones counts."""

    def __init__(self) -> None:
        self._hours: dict[str, dict[int, dict[int, array]]] = {}  # metric: local day: source: 24 amounts
        self._over: dict[tuple[str, int], dict[int, array]] = {}  # metric, local day: source: see _note_long
        self._seen: dict[tuple[str, int], int] = {}
        self._known: set[int] = set()

    def add(self, metric: str, source: int, start: Moment, end: Moment, amount: float) -> None:
        """Spread an amount evenly over the time it took. Raises ValueError for a time before 1970."""
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
        """Where an hour of the day begins within a long record: how much of it was put before (24 amounts, by that
        hour) and after (24 more)."""
        for hour in list(shares)[1:]:
            day = hour // 24
            of_day = {other: share for other, share in shares.items() if other // 24 == day}
            noted = self._over.setdefault((metric, day), {}).setdefault(source, array("d", bytes(48 * 8)))
            noted[hour % 24] += sum(share for other, share in of_day.items() if other < hour)
            noted[24 + hour % 24] += sum(share for other, share in of_day.items() if other >= hour)

    def best(self) -> Iterator[tuple[date, str, float, int]]:
        """(day, metric, amount, when it was last seen) of each day: of each hour what the best source says."""
        for metric, days in sorted(self._hours.items()):
            for day, sources in sorted(days.items()):
                amount = _of_day(sources, self._over.get((metric, day), {}))
                yield date.fromordinal(_EPOCH + day), metric, amount, self._seen[metric, day]


def _of_day(sources: dict[int, array], over: dict[int, array]) -> float:
    """The most that one source or several in turns have counted. From one to another it goes on the hour, and of
    records over that hour nothing counts then: nobody knows how much of them the other has counted too."""
    if not over:
        return sum(max(hour) for hour in zip(*sources.values(), strict=True))
    nothing = array("d", bytes(48 * 8))
    noted = {source: over.get(source, nothing) for source in sources}
    best = dict.fromkeys(sources, 0.0)  # until this hour, with this source at its end
    for hour in range(24):
        left = max(best[source] - noted[source][hour] for source in sources)
        best = {
            source: amounts[hour] + max(best[source], left - noted[source][24 + hour])
            for source, amounts in sources.items()
        }
    return max(best.values())


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
            keep[begin:end] = _is_best(time[begin:end].astype(np.int64), source[begin:end])
            begin = end
        kept = np.flatnonzero(keep)
        again = np.append(time[kept][1:] == time[kept][:-1], False)
        keep[kept[again]] = False
        del kept
    return Series(time[keep].astype(np.int64), value[keep].astype(np.float64))


def _is_best(time: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Whether each value is of the source with the most moments in its hour; among equals the one named first."""
    moments = np.unique(time << 16 | source)  # a record may be there twice
    both, count = np.unique((moments >> 16) // 3600 << 16 | moments & 0xFFFF, return_counts=True)
    order = np.lexsort((both & 0xFFFF, -count, both >> 16))
    first = np.append(True, np.diff((both >> 16)[order]) != 0)
    is_best = np.zeros(len(both), bool)
    is_best[order[first]] = True
    found: np.ndarray = is_best[np.searchsorted(both, time // 3600 << 16 | source)]
    return found
