"""Messages of one kind as columns: the bytes of all of them gathered once, then one array a field."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from milevault_core.formats.fit.components import expand
from milevault_core.formats.fit.developer import DeveloperField
from milevault_core.formats.fit.layout import Layout, Part
from milevault_core.formats.fit.plan import developer_plan, plan_for
from milevault_core.formats.fit.times import compressed_times
from milevault_core.formats.fit.values import FEW, few, many

# Beyond so many messages one-byte and developer values are kept as float32, which holds them as exactly as
# channels do: a file at the bounds then stays far below 600 MB.
MANY = 200_000
MAX_DEVELOPER_FIELDS = 64


@dataclass
class Table:
    """Messages of one kind, in the file's order.

    `columns`: by field name, float64 with NaN for "not measured"; two-dimensional where a field holds several
    values; text as an object array with None. A column without any value is not there. Times are seconds since
    the FIT epoch. `developer`: the same by (position of the file's part, developer field).
    """

    n: int = 0
    offsets: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))  # of each message in the file
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    developer: dict[tuple[int, DeveloperField], np.ndarray] = field(default_factory=dict)

    def get(self, name: str) -> np.ndarray | None:
        return self.columns.get(name)

    def first(self, name: str, default=None):
        """The first measured value of a column as float or str, or `default`."""
        for value in self.columns.get(name, ()):
            if value is not None and value == value:
                return value
        return default

    def rows(self) -> list[dict]:
        """One dict a message, with its measured values only. For kinds of which there are few."""
        names = {k: v for k, v in self.columns.items() if v.ndim == 1}
        values = {k: v.tolist() for k, v in names.items()}
        return [
            {k: v[i] for k, v in values.items() if v[i] is not None and v[i] == v[i]} for i in range(self.n)
        ]

    def take(self, rows: np.ndarray | slice) -> "Table":
        """The table of some rows only, by mask or index."""
        return Table(
            len(self.offsets[rows]), self.offsets[rows],
            {k: v[rows] for k, v in self.columns.items()}, {k: v[rows] for k, v in self.developer.items()},
        )  # fmt: skip


Found = list[tuple[int, Layout]]  # layouts of one message number, with the position of their part in the file


def by_number(parts: list[Part]) -> dict[int, Found]:
    """The layouts in use, by the number of their message."""
    found: dict[int, Found] = {}
    for i, part in enumerate(parts):
        for layout in part.layouts:
            if layout.starts:
                found.setdefault(layout.definition.number, []).append((i, layout))
    return found


def decode(data: bytes, parts: list[Part], number: int, found: Found, everything: bool = False) -> Table:
    """All messages of one kind from all parts of a file; `found` is by_number(parts)[number].

    everything: also fields that are not in fields.MESSAGES, every value of a field that should have one, and
    text in developer fields.
    """
    n = is_compressed = 0
    for _, layout in found:
        n += len(layout.starts)
        is_compressed |= layout.is_compressed
    table = _decode_few(data, found, n, everything) if n <= FEW else None
    if table is None:
        table = _decode_many(np.frombuffer(data, np.uint8), found, n, everything)
    if is_compressed:
        _put_compressed_times(table, data, parts)
    expand(number, table.columns)
    return table


def _decode_few(data: bytes, found: Found, n: int, everything: bool) -> Table | None:
    ordered = found[0][1].starts
    row: dict[int, int] = {}
    if len(found) > 1:
        ordered = array("q", sorted(chain.from_iterable([layout.starts for _, layout in found])))
        row = {start: i for i, start in enumerate(ordered)}
    own, developers = [], []
    for part, layout in found:
        rows: Sequence[int] = [row[start] for start in layout.starts] if row else range(n)
        own.append((rows, layout.starts, plan_for(layout.definition, everything)))
        if layout.developer:
            developers.append((rows, layout.starts, developer_plan(layout, part, everything)))
    columns = few(data, own, n)
    developer = few(data, developers, n) if developers else {}
    if columns is None or developer is None:
        return None
    return Table(n, np.frombuffer(ordered, np.int64), columns, developer)


def _decode_many(octets: np.ndarray, found: Found, n: int, everything: bool) -> Table:
    starts = [np.frombuffer(layout.starts, np.int64) for _, layout in found]
    places: list[slice] | list[np.ndarray]
    if len(found) == 1:
        offsets, places = starts[0], [slice(None)]
    else:
        together = np.concatenate(starts)
        order = np.argsort(together, kind="stable")
        rank = np.empty(n, np.int64)
        rank[order] = np.arange(n)
        offsets, places = together[order], np.split(rank, np.cumsum([len(s) for s in starts])[:-1])
    table = Table(n, offsets)
    exact = everything or n < MANY
    for (part, layout), at, place in zip(found, starts, places, strict=True):
        raw, big_endian = _gather(octets, at, layout.definition.size), layout.definition.big_endian
        for entry in plan_for(layout.definition, everything).entries:
            column = many(raw, entry, big_endian, np.float64 if exact or entry.width > 1 else np.float32)
            if column is not None:
                _put(table.columns, entry.name, n, place, column)
        for entry in developer_plan(layout, part, everything).entries if layout.developer else ():
            if len(table.developer) >= MAX_DEVELOPER_FIELDS and not everything:
                break
            column = many(raw, entry, big_endian, np.float64 if exact else np.float32)
            if column is not None:
                _put(table.developer, entry.name, n, place, column)
    return table


def _gather(octets: np.ndarray, starts: np.ndarray, size: int) -> np.ndarray:
    """The messages' bytes as (n, size), each beginning with its header byte."""
    n = len(starts)
    if starts[-1] - starts[0] == (n - 1) * size:  # starts only grow by `size` or more
        return octets[starts[0] : starts[0] + n * size].reshape(n, size)
    windows = np.ndarray((len(octets) - size + 1,), f"V{size}", octets, strides=(1,))
    return windows[starts].view(np.uint8).reshape(n, size)


def _put(columns: dict, name, n: int, place, values: np.ndarray) -> None:
    """Store the values of one layout's messages in their rows of a column."""
    column = columns.get(name)
    if column is None:
        if len(values) == n and isinstance(place, slice):
            columns[name] = values
            return
        column = np.full((n, *values.shape[1:]), None if values.dtype == object else np.nan, values.dtype)
        columns[name] = column
    if column.dtype != values.dtype:
        if object in (column.dtype, values.dtype):  # text here, a number there
            column, values = column.astype(object), values.astype(object)
            column[column != column] = None
        else:
            column = column.astype(np.float64)
        columns[name] = column
    if column.ndim != values.ndim or column.shape[1:] != values.shape[1:]:
        column, values = _widen(column, values)
        columns[name] = column
    column[place] = values


def _widen(column: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring both to the same number of values a message."""
    width = max(a.shape[1] if a.ndim == 2 else 1 for a in (column, values))
    widened = []
    for a in (column, values):
        wide = np.full((len(a), width), None if a.dtype == object else np.nan, a.dtype)
        wide[:, : a.shape[1] if a.ndim == 2 else 1] = a if a.ndim == 2 else a[:, None]
        widened.append(wide)
    return widened[0], widened[1]


def _put_compressed_times(table: Table, data: bytes, parts: list[Part]) -> None:
    offsets, seconds = compressed_times(np.frombuffer(data, np.uint8), parts)
    if not len(offsets):
        return
    at = np.minimum(np.searchsorted(offsets, table.offsets), len(offsets) - 1)
    hit = offsets[at] == table.offsets
    given = table.columns.get("timestamp", np.full(table.n, np.nan))
    table.columns["timestamp"] = np.where(hit, seconds[at], given)
