"""Messages of one kind as columns: the bytes of all messages are gathered once, then decoded to one array per field."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from milevault_core.formats.fit.components import expand
from milevault_core.formats.fit.developer import DeveloperField
from milevault_core.formats.fit.layout import Layout, Part
from milevault_core.formats.fit.matrix import of_layouts, of_one_layout
from milevault_core.formats.fit.plan import Plan, developer_plan, plan_for
from milevault_core.formats.fit.times import compressed_times
from milevault_core.formats.fit.values import FEW, FEW_NUMBERS, SOME, Rows, few, many, one

# Above this many messages, one-byte and developer values are kept as float32, which is as exact as the channels are.
# A file of the maximum size then stays far below 600 MB.
MANY = 200_000
MAX_DEVELOPER_FIELDS = 64


@dataclass
class Table:
    """Messages of one kind, in the file's order.

    `columns`: by field name, float64 with NaN for "not measured"; two-dimensional if a field holds several values;
    text as an object array with None. Columns without any value are left out. Times are seconds since the FIT epoch.
    `developer`: the same by (index of the file's part, developer field).
    """

    n: int = 0
    offsets: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))  # of each message in the file
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    developer: dict[tuple[int, DeveloperField], np.ndarray] = field(default_factory=dict)

    def get(self, name: str) -> np.ndarray | None:
        """One value per message, float64, NaN where it has none; None if no message has this field."""
        return self.columns.get(name)

    def first(self, name: str, default=None):
        """The first measured value of a column as float or str, or `default`."""
        for value in self.columns.get(name, ()):
            if value is not None and value == value:
                return value
        return default

    def rows(self) -> list[dict]:
        """One dict per message with its measured values only. Meant for kinds of messages that are few."""
        names = {k: v for k, v in self.columns.items() if v.ndim == 1}
        values = {k: v.tolist() for k, v in names.items()}
        return [
            {k: v[i] for k, v in values.items() if v[i] is not None and v[i] == v[i]} for i in range(self.n)
        ]

    def take(self, rows: np.ndarray | slice) -> "Table":
        """The table with some of the rows only, by mask or index."""
        return Table(
            len(self.offsets[rows]), self.offsets[rows],
            {k: v[rows] for k, v in self.columns.items()}, {k: v[rows] for k, v in self.developer.items()},
        )  # fmt: skip


Found = list[tuple[int, Layout]]  # layouts of one message number, each with the index of its part in the file


def by_number(parts: list[Part]) -> dict[int, Found]:
    """The layouts in use, by message number."""
    found: dict[int, Found] = {}
    for i, part in enumerate(parts):
        for layout in part.layouts:
            if layout.starts:
                found.setdefault(layout.definition.number, []).append((i, layout))
    return found


def decode(data: bytes, parts: list[Part], number: int, found: Found, everything: bool = False) -> Table:
    """All messages of one kind from all parts of a file; `found` is by_number(parts)[number].

    everything: also decode fields that are not in fields.MESSAGES, all values of a field that should have only one,
    and text in developer fields.
    """
    n = is_compressed = 0
    for _, layout in found:
        n += len(layout.starts)
        is_compressed |= layout.is_compressed
    if n == 1:
        table: Table | None = _decode_one(data, *found[0], everything)
    else:
        table = _decode_some(data, found, n, everything) if n <= SOME else None
    if table is None:
        table = _decode_many(np.frombuffer(data, np.uint8), found, n, everything)
    if is_compressed:
        _put_compressed_times(table, data, parts)
    expand(number, table.columns)
    return table


def _decode_one(data: bytes, part: int, layout: Layout, everything: bool) -> Table:
    """The table of the only message of its kind."""
    (start,) = layout.starts
    columns = one(data, start, plan_for(layout.definition, everything))
    developer = one(data, start, developer_plan(layout, part, everything)) if layout.developer else {}
    return Table(1, np.frombuffer(layout.starts, np.int64), columns, developer)


def _decode_some(data: bytes, found: Found, n: int, everything: bool) -> Table | None:
    offsets, places = _order([layout.starts for _, layout in found], n)
    own, developers = [], []
    for (part, layout), rows in zip(found, places, strict=True):
        own.append((rows, layout, plan_for(layout.definition, everything)))
        if layout.developer:
            developers.append((rows, layout, developer_plan(layout, part, everything)))
    columns = _columns(data, own, n)
    developer = _columns(data, developers, n) if developers else {}
    if columns is None or developer is None:
        return None
    return Table(n, offsets, columns, developer)


def _columns(data: bytes, layouts: list[tuple[Rows, Layout, Plan]], n: int) -> dict | None:
    if n <= FEW and (len(layouts) > 1 or n * len(layouts[0][2].entries) <= FEW_NUMBERS):
        return few(data, [(rows, layout.starts, plan) for rows, layout, plan in layouts], n)
    octets = np.frombuffer(data, np.uint8)
    gathered = [
        (
            np.asarray(rows),
            _gather(octets, np.frombuffer(layout.starts, np.int64), layout.definition.size),
            plan,
        )
        for rows, layout, plan in layouts
    ]
    if len(gathered) == 1 and len(layouts[0][0]) == n:
        return of_one_layout(gathered[0][1], gathered[0][2])
    return of_layouts(gathered, n)


def _order(starts: list[array], n: int) -> tuple[np.ndarray, Sequence[Rows]]:
    """All starts in the file's order, and for each array the rows of its messages in that order."""
    if len(starts) == 1:
        return np.frombuffer(starts[0], np.int64), [range(n)]
    if n <= 32:
        ordered = array("q", sorted(chain.from_iterable(starts)))
        row = {start: i for i, start in enumerate(ordered)}
        return np.frombuffer(ordered, np.int64), [[row[start] for start in some] for some in starts]
    together = np.concatenate([np.frombuffer(some, np.int64) for some in starts])
    order = np.argsort(together, kind="stable")
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    ends = np.cumsum([len(some) for some in starts]).tolist()
    return together[order], [rank[end - len(some) : end] for some, end in zip(starts, ends, strict=True)]


def _decode_many(octets: np.ndarray, found: Found, n: int, everything: bool) -> Table:
    starts = [np.frombuffer(layout.starts, np.int64) for _, layout in found]
    offsets, places = _order([layout.starts for _, layout in found], n)
    table = Table(n, offsets)
    exact = everything or n < MANY
    for (part, layout), at, rows in zip(found, starts, places, strict=True):
        place = slice(None) if isinstance(rows, range) else rows
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
    if starts[-1] - starts[0] == (n - 1) * size:  # contiguous, because starts grow by at least `size`
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
        if object in (column.dtype, values.dtype):  # text in one, numbers in the other
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
    """Give both the same number of values per message."""
    width = max(a.shape[1] if a.ndim == 2 else 1 for a in (column, values))
    widened = []
    for a in (column, values):
        wide = np.full((len(a), width), None if a.dtype == object else np.nan, a.dtype)
        wide[:, : a.shape[1] if a.ndim == 2 else 1] = a if a.ndim == 2 else a[:, None]
        widened.append(wide)
    return widened[0], widened[1]


def _put_compressed_times(table: Table, data: bytes, parts: list[Part]) -> None:
    if parts[0].times is None:
        parts[0].times = compressed_times(np.frombuffer(data, np.uint8), parts)
    offsets, seconds = parts[0].times
    if not len(offsets):
        return
    at = np.minimum(np.searchsorted(offsets, table.offsets), len(offsets) - 1)
    hit = offsets[at] == table.offsets
    given = table.columns.get("timestamp", np.full(table.n, np.nan))
    table.columns["timestamp"] = np.where(hit, seconds[at], given)
