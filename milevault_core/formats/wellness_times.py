"""The times in wellness files: FIT seconds, of which most messages have only the low 16 bits."""

from datetime import UTC, date, datetime

import numpy as np

from milevault_core.formats.fit.columns import Table

EPOCH = 631_065_600  # FIT's epoch, 1989-12-31T00:00:00Z, in s since 1970
_BITS = 0xFFFF


def local_date(time: int, offset_s: int) -> date:
    """The local date at `time` (s since 1970). Midnight (00:00:00) belongs to the day that ends, as in the samples."""
    return datetime.fromtimestamp(time + offset_s - 1, UTC).date()


def monitoring_times(table: Table, info: Table) -> np.ndarray:
    """The time of each monitoring message, (n,) in s since FIT's epoch; NaN before the first full time in the file.

    A message with a 16-bit time is less than 65,536 s later than the message before it; one without a time has the
    time of the message before. A monitoring_info message in between sets the clock.
    """
    missing = np.full(table.n, np.nan)
    full = table.columns.get("timestamp", missing)
    low = table.columns.get("timestamp_16", missing)
    set_at, set_to = info.offsets, info.columns.get("timestamp", np.full(info.n, np.nan))
    offsets = np.concatenate([set_at, table.offsets])
    order = np.argsort(offsets, kind="stable")
    full = np.concatenate([set_to, full])[order]
    low = np.concatenate([np.full(len(set_at), np.nan), low])[order]
    is_full = ~np.isnan(full)
    bits = np.where(
        is_full, np.nan_to_num(full).astype(np.int64) & _BITS, np.nan_to_num(low).astype(np.int64)
    )
    has_bits = is_full | ~np.isnan(low)
    rows = np.arange(len(bits))
    before = np.maximum.accumulate(np.where(has_bits, rows, -1))  # this row, or the last one with a time
    bits = np.where(before >= 0, bits[before], 0)
    step = np.zeros(len(bits), np.int64)
    step[1:] = (bits[1:] - bits[:-1]) & _BITS
    gone = np.cumsum(np.where(is_full, 0, step))
    last = np.maximum.accumulate(np.where(is_full, rows, -1))
    time = np.where(last >= 0, full[last] + gone - gone[last], np.nan)
    out = np.empty(len(time))
    out[order] = time
    return out[len(set_at) :]
