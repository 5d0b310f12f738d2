"""Decode the values of fields in one of three ways that give the same result (a test checks this).

If there are few messages of a kind, `struct` unpacks them one at a time (here); if there are some, the numbers of all
fields are taken together (matrix.py); if there are many, numpy takes one field at a time (`many`). The first two save
the overhead of numpy calls, the last saves memory.
"""

from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np

from milevault_core.formats.fit.plan import Entry, Plan

FEW, SOME = 32, 1_000  # messages of one kind
FEW_NUMBERS = 150  # values in all messages of one kind, if they have the same layout
Rows = Sequence[int] | np.ndarray  # rows of the table, one for each message of a layout
Layouts = list[tuple[Rows, array, Plan]]


def one(data: bytes, start: int, plan: Plan) -> dict:
    """The columns of a table with a single message."""
    message = plan.singles.unpack_from(data, start + 1)
    found = {
        name: value / scale - offset
        for (name, invalid, scale, offset), value in zip(plan.integers, message, strict=True)
        if value != invalid
    }
    columns = dict(zip(found, np.array([*found.values()], np.float64)[:, None], strict=True))
    if plan.others:
        stored = plan.rest.unpack_from(data, start + 1)
        for entry in plan.others:
            held = _held(stored[entry.place : entry.place + entry.n], entry)
            if held is not None:
                columns[entry.name] = _column([held], 0 if isinstance(held, str) else len(held))
    return columns


def few(data: bytes, layouts: Layouts, n: int) -> dict | None:
    """The columns of a table with n messages. layouts: for each, the rows of its messages, their starts, its plan.

    None if a field holds a single value in one layout and several, or text, in another.
    """
    numbers: dict[object, list[float]] = {}
    for rows, starts, plan in layouts:
        unpack = plan.singles.unpack_from
        messages = [unpack(data, start + 1) for start in starts]
        if len(rows) == 1:
            (row,), (message,) = rows, messages
            for (name, invalid, scale, offset), value in zip(plan.integers, message, strict=True):
                if value != invalid:
                    if name not in numbers:
                        numbers[name] = [np.nan] * n
                    numbers[name][row] = value / scale - offset
        else:
            for name, values in _of_some(plan, messages):
                if len(rows) == n:
                    numbers[name] = values
                    continue
                if name not in numbers:
                    numbers[name] = [np.nan] * n
                for row, value in zip(rows, values, strict=True):
                    numbers[name][row] = value
    flat = np.fromiter(chain.from_iterable(numbers.values()), np.float64, len(numbers) * n)
    columns = dict(zip(numbers, flat.reshape(-1, n), strict=True))
    return columns if add_others(data, layouts, n, columns) else None


def add_others(data: bytes, layouts: Layouts, n: int, columns: dict) -> bool:
    """Add the fields with several values, text or fractions. False if one of them is a single number elsewhere, or has
    another number of values."""
    others: dict[object, list] = {}
    for rows, starts, plan in layouts:
        if plan.others:
            for row, start in zip(rows, starts, strict=True):
                stored = plan.rest.unpack_from(data, start + 1)
                for entry in plan.others:
                    held = _held(stored[entry.place : entry.place + entry.n], entry)
                    if held is not None:
                        others.setdefault(entry.name, [None] * n)[row] = held
    for name, helds in others.items():
        widths = {0 if isinstance(held, str) else len(held) for held in helds if held is not None}
        if name in columns or len(widths) > 1:
            return False
        columns[name] = _column(helds, widths.pop())
    return True


def _of_some(plan: Plan, messages: list[tuple]):
    """(name, values) of the whole numbers that were measured in at least one of the messages."""
    fields = list(zip(*messages, strict=True))
    for (name, invalid, scale, offset), values in zip(plan.integers, fields, strict=True):
        gone = values.count(invalid)
        if gone == len(values):
            continue
        if gone:
            yield name, [np.nan if v == invalid else v / scale - offset for v in values]
        elif scale != 1 or offset:
            yield name, [v / scale - offset for v in values]
        else:
            yield name, list(values)


def _held(stored: tuple, entry: Entry) -> str | tuple | list | None:
    """A text, or the values of a field with NaN where not measured; None if nothing was measured."""
    if entry.code == "S":
        return text(stored[0])
    values: tuple | list
    if entry.invalid is None:
        values = [v if v - v == 0 else np.nan for v in stored]
        gone = sum(v != v for v in values)
    else:
        gone = stored.count(entry.invalid)
        if gone == entry.n:
            return None
        values = stored if entry.is_bytes else [np.nan if v == entry.invalid else v for v in stored]
    if gone == entry.n:
        return None
    return (
        values if entry.scale == 1 and not entry.offset else [v / entry.scale - entry.offset for v in values]
    )


def _column(helds: list, width: int) -> np.ndarray:
    """Texts (width 0) as objects, or rows of `width` numbers; None becomes NaN."""
    if width == 0:
        texts = np.empty(len(helds), object)
        texts[:] = helds
        return texts
    missing = [np.nan] * width
    values = np.array([missing if held is None else held for held in helds], np.float64)
    return values if width > 1 else values[:, 0]


def many(raw: np.ndarray, entry: Entry, big_endian: bool, dtype=np.float64) -> np.ndarray | None:
    """One field of messages gathered as (n, size of a message) uint8; None if it was never measured."""
    if entry.code == "S":
        octets = raw[:, entry.position : entry.position + entry.size].tobytes()
        return _texts([octets[i : i + entry.size] for i in range(0, len(octets), entry.size)])
    n, stride = raw.shape
    shape, strides = ((n,), (stride,)) if entry.n == 1 else ((n, entry.n), (stride, entry.width))
    order = (">" if big_endian else "<") if entry.width > 1 else ""
    stored: np.ndarray = np.ndarray(shape, order + entry.code, raw, entry.position, strides)
    values = stored.astype(dtype)
    if entry.invalid is None:
        missing = ~np.isfinite(values)
    elif entry.is_bytes:
        missing = np.broadcast_to((values == entry.invalid).all(axis=1)[:, None], values.shape)
    elif entry.width < 8:
        missing = values == entry.invalid
    else:
        missing = stored == stored.dtype.type(int(entry.invalid))
    gone = np.count_nonzero(missing)
    if gone == missing.size:
        return None
    if gone:
        values[missing] = np.nan
    if entry.scale != 1:
        values /= entry.scale
    if entry.offset:
        values -= entry.offset
    return values


def text(piece: bytes) -> str | None:
    """Text up to its zero byte; the bytes after it are leftovers from the device's memory."""
    return piece.split(b"\0", 1)[0].decode("utf-8", "replace") or None


def _texts(pieces: list[bytes]) -> np.ndarray | None:
    seen = {piece: text(piece) for piece in set(pieces)}
    if not any(seen.values()):
        return None
    texts = np.empty(len(pieces), object)
    texts[:] = [seen[piece] for piece in pieces]
    return texts
