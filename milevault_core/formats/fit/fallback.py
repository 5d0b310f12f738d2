"""Read a file with fitparse when our own reader cannot make sense of it. The only module that imports fitparse.

It is a hundred times slower and knows the FIT profile of 2019, but its rules differ from ours: for instance, it takes
any architecture byte other than 0 for big-endian. Its output is put into the same tables. Developer fields are left to
our own reader.
"""

import contextlib
import io
import threading
import time

import numpy as np

from milevault_core.formats.fit.columns import Table
from milevault_core.formats.fit.components import expand
from milevault_core.formats.fit.fields import TEXTS, TIMESTAMP, describe

# fitparse keeps the developer fields of the last file in a module global, so only one file may be read at a time.
_LOCK = threading.Lock()
MAX_SECONDS = 20.0  # of this thread's CPU time
MAX_BYTES = 8 * 1024 * 1024  # fitparse needs 80 bytes of memory per byte of the file


def read_tables(data: bytes, messages: tuple[int, ...]) -> dict[int, Table]:
    """Tables of the given kinds of messages, as far as fitparse gets; may be empty."""
    if len(data) > MAX_BYTES:
        return {}
    rows: dict[int, list[dict[int, object]]] = {}
    # Any exception, because on damaged files the library leaks KeyError, TypeError and others. Earlier rows are kept.
    with _LOCK, contextlib.suppress(Exception):
        _collect(data, messages, rows)
    return {number: _table(number, found) for number, found in rows.items()}


def _collect(data: bytes, messages: tuple[int, ...], rows: dict[int, list[dict[int, object]]]) -> None:
    import fitparse  # slow to import and rarely needed

    started = time.thread_time()
    for message in fitparse.FitFile(io.BytesIO(data), check_crc=False).get_messages():
        if message.mesg_num in messages:
            row = {}
            for field in message.fields:
                if field.field_def is not None and not hasattr(field.field_def, "dev_data_index"):
                    row[field.field_def.def_num] = field.raw_value
                elif field.name == "timestamp":  # from a compressed header
                    row[TIMESTAMP] = field.raw_value
            rows.setdefault(message.mesg_num, []).append(row)
        if time.thread_time() - started > MAX_SECONDS:
            return


def _table(number: int, rows: list[dict[int, object]]) -> Table:
    table = Table(len(rows), np.arange(len(rows), dtype=np.int64))
    for field, (name, scale, offset, several) in describe(number)[1].items():
        values = [row.get(field) for row in rows]
        if all(value is None for value in values):
            continue
        if name in TEXTS:
            column = np.array([value if isinstance(value, str) else None for value in values], object)
        else:
            column = _numbers(values, several)
            column = column / scale - offset
        table.columns[name] = column
    expand(number, table.columns)
    return table


def _numbers(values: list, several: bool) -> np.ndarray:
    """float64 (n,), or (n, k) for fields with several values; for all others, the first value of a tuple."""
    tuples = [value if isinstance(value, tuple) else (value,) for value in values]
    width = max(map(len, tuples)) if several else 1
    out = np.full((len(values), width), np.nan)
    for i, items in enumerate(tuples):
        for k, item in enumerate(items[:width]):
            if isinstance(item, int | float):
                out[i, k] = item
    return out if width > 1 else out[:, 0]
