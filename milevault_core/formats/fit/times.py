"""FIT times: seconds since 1989-12-31 UTC, and the five bits of a compressed timestamp."""

import numpy as np

from milevault_core.formats.fit.fields import TIMESTAMP
from milevault_core.formats.fit.layout import Part

EPOCH_S = 631_065_600  # 1989-12-31T00:00:00Z in Unix time
# Smaller values are seconds since the device was switched on.
FIRST_ABSOLUTE_S = 0x10000000


def to_datetime(seconds: np.ndarray) -> np.ndarray:
    """FIT seconds (float, NaN if missing) as datetime64[us], UTC without zone, NaT if missing."""
    missing = ~((seconds >= 0) & (seconds < 2**33))
    microseconds = ((np.where(missing, 0, seconds) + EPOCH_S) * 1e6).astype(np.int64)
    times = microseconds.view("datetime64[us]")
    times[missing] = np.datetime64("NaT", "us")
    return times


def compressed_times(octets: np.ndarray, parts: list[Part]) -> tuple[np.ndarray, np.ndarray]:
    """Times of the messages that hold only five bits of a time, in their header byte.

    Returns (ascending offsets of these messages; their times in FIT seconds, NaN before the first full timestamp).
    The five bits are the lowest of the time, so they give the seconds since the last message with a time, modulo 32;
    a full timestamp in any message restarts the count.
    """
    everything = [_of_part(octets, part) for part in parts]
    offsets = np.concatenate([o for o, _ in everything])
    return offsets, np.concatenate([s for _, s in everything])


def _of_part(octets: np.ndarray, part: Part) -> tuple[np.ndarray, np.ndarray]:
    at, value, is_full = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, bool)]
    for layout in part.layouts:
        starts = np.frombuffer(layout.starts, np.int64)
        if layout.is_compressed:
            head = octets[starts]
            short = head >= 0x80
            at.append(starts[short])
            value.append((head[short] & 31).astype(np.int64))
            is_full.append(np.zeros(len(at[-1]), bool))
            starts = starts[~short]
        for number, position, size, _ in layout.definition.fields:
            if number == TIMESTAMP and size == 4 and len(starts):
                code = ">u4" if layout.definition.big_endian else "<u4"
                windows = np.ndarray((len(octets) - 3,), code, octets, strides=(1,))
                full = windows[starts + position].astype(np.int64)
                good = full != 0xFFFFFFFF
                at.append(starts[good])
                value.append(full[good])
                is_full.append(np.ones(len(at[-1]), bool))
    offsets, values, full = np.concatenate(at), np.concatenate(value), np.concatenate(is_full)
    order = np.argsort(offsets, kind="stable")
    offsets, values, full = offsets[order], values[order], full[order]
    steps = np.zeros(len(values), np.int64)
    steps[1:] = (values[1:] - values[:-1]) & 31
    steps[full] = 0
    passed = np.cumsum(steps)
    anchor = np.maximum.accumulate(np.where(full, np.arange(len(values)), -1))
    seconds = np.where(anchor >= 0, values[anchor] + passed - passed[anchor], np.nan)
    return offsets[~full], seconds[~full]
