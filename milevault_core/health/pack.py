"""Divide a file's health data by day and pack it for the database, without loss."""

import json
import zlib
from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pandas as pd

from milevault_core.formats.health_data import (
    COUNTER_COLUMNS,
    DayValue,
    HealthData,
    Night,
    Series,
    Stage,
    no_counters,
)

_DAY = 86_400
_EPOCH = date(1970, 1, 1)


def divide(data: HealthData) -> dict[date, HealthData]:
    """The file's data by day: values and nights under their own day, everything with a time under its UTC day."""
    pieces: dict[date, HealthData] = defaultdict(lambda: HealthData(data.source, data.device))
    for value in data.day_values:
        pieces[value.day].day_values.append(value)
    for night in data.nights:
        pieces[night.day].nights.append(night)
    for metric, series in data.samples.items():
        for day, part in _by_day(series).items():
            pieces[day].samples[metric] = part
    for day, part in _by_day(data.stage_marks).items():
        pieces[day].stage_marks = part
    if len(data.counters):
        numbers = (data.counters["time"].to_numpy(np.float64) // _DAY).astype(np.int64)
        for number, rows in data.counters.groupby(numbers):
            pieces[_date(int(str(number)))].counters = rows.reset_index(drop=True)
    for day, piece in pieces.items():
        piece.offsets = _around(data.offsets, (day - _EPOCH).days * _DAY)
    return dict(sorted(pieces.items()))


def _date(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def _by_day(series: Series) -> dict[date, Series]:
    if not len(series.time):
        return {}
    numbers = series.time // _DAY
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    starts = [0, *cuts.tolist()]
    parts = zip(np.split(series.time, cuts), np.split(series.value, cuts), strict=True)
    return {
        _date(int(numbers[start])): Series(time, value)
        for start, (time, value) in zip(starts, parts, strict=True)
    }


def _around(offsets: Series, midnight: int) -> Series:
    """The offsets that can matter for a day: those within a day of it, and their neighbours."""
    first = int(np.searchsorted(offsets.time, midnight - _DAY)) - 1
    last = int(np.searchsorted(offsets.time, midnight + 2 * _DAY)) + 1
    return Series(offsets.time[max(first, 0) : last], offsets.value[max(first, 0) : last])


def pack(data: HealthData) -> bytes:
    """A piece as bytes."""
    series = {f"s {name}": one for name, one in sorted(data.samples.items())}
    series |= {"marks": data.stage_marks, "offsets": data.offsets}
    series = {name: one for name, one in series.items() if len(one.time)}
    head = {
        "source": data.source, "device": data.device,
        "values": [(v.day.isoformat(), v.metric, v.value, v.observed_at) for v in data.day_values],
        "nights": [(n.day.isoformat(), n.start, n.end, n.seconds, n.stages, n.utc_offset_s, n.is_nap)
                   for n in data.nights],
        "series": [(name, len(one.time)) for name, one in series.items()], "counters": len(data.counters),
    }  # fmt: skip
    text = json.dumps(head, separators=(",", ":")).encode()
    arrays = [
        np.asarray(a, kind) for one in series.values() for a, kind in zip(one, ("<i8", "<f8"), strict=True)
    ]
    arrays += [data.counters[name].to_numpy("<f8") for name in COUNTER_COLUMNS] if len(data.counters) else []
    body = b"".join(array.tobytes() for array in arrays)
    return zlib.compress(len(text).to_bytes(4, "little") + text + body, 1)


def unpack(packed: bytes) -> HealthData:
    """The inverse of `pack`."""
    raw = zlib.decompress(packed)
    at = 4 + int.from_bytes(raw[:4], "little")
    head = json.loads(raw[4:at])
    source = head["source"]
    data = HealthData(source, head["device"])
    data.day_values = [
        DayValue(date.fromisoformat(d), m, v, source, observed) for d, m, v, observed in head["values"]
    ]
    data.nights = [
        Night(date.fromisoformat(d), start, end, source, seconds, tuple(Stage(*s) for s in stages), offset, nap)
        for d, start, end, seconds, stages, offset, nap in head["nights"]
    ]  # fmt: skip
    for name, n in head["series"]:
        time = np.frombuffer(raw, "<i8", n, at)
        one = Series(time, np.frombuffer(raw, "<f8", n, at + 8 * n))
        at += 16 * n
        if name == "marks":
            data.stage_marks = one
        elif name == "offsets":
            data.offsets = one
        else:
            data.samples[name[2:]] = one
    if n := head["counters"]:
        columns = {c: np.frombuffer(raw, "<f8", n, at + 8 * n * i) for i, c in enumerate(COUNTER_COLUMNS)}
        data.counters = pd.DataFrame(columns)
    else:
        data.counters = no_counters()
    return data
