"""Merges several records of one moment into one point, because some devices write the position, the sensors and the
rest in separate records (Bryton, Bosch). Done before track.clean, for the channels too.

If one record holds 0 and another a value, the 0 stands for a sensor that the first record does not carry.

Points of one moment with different positions are separate points that a clock of whole seconds cannot tell apart
(bursts): their times are spread up to the next moment.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from milevault_core import track
from milevault_core.formats import Channel, Recording

SPREAD_S = 60.0  # longest time that points are spread over: some devices write whole minutes
SAME_DEGREES = 2e-6


def one_point_a_moment(recording: Recording) -> Recording:
    """The recording with records of equal times merged; unchanged if there are none."""
    time = np.asarray(recording.track["time"].to_numpy(), "datetime64[us]")
    equal = time[1:] == time[:-1]  # NaT equals nothing
    if not equal.any():
        return recording
    columns = track.arrays(recording.track)
    group = np.append(0, np.cumsum(~equal))
    heads = np.append(0, np.flatnonzero(~equal) + 1)
    columns = _without_nowhere(columns, np.append(equal, False) | np.append(False, equal))
    apart = _apart(columns, equal, group, len(heads))
    joined = ~apart & (np.diff(np.append(heads, len(time))) > 1)
    if apart.any():
        time = _spread(time, group, heads, apart)
    if not joined.any():
        return replace(recording, track=track.from_columns(columns | {"time": time}))
    member = joined[group]
    keep = ~member
    keep[heads] = True
    columns = {
        name: _one_known(
            _without_zeros(name, values, member, group), member, group, heads, name == "distance"
        )[keep]
        for name, values in columns.items()
        if name != "time"
    }
    channels = [
        Channel(c.name, c.unit, _one_known(c.values, member, group, heads)[keep], c.developer)
        for c in recording.channels
    ]
    details = dict(recording.details)
    if "segments" in details:
        before = np.append(0, np.cumsum(keep))
        details["segments"] = [int(before[min(row, len(keep))]) for row in details["segments"]]
    made = track.from_columns(columns | {"time": time[keep]})
    return replace(recording, track=made, channels=channels, details=details)


def _without_nowhere(columns: dict[str, Any], shared: np.ndarray) -> dict[str, Any]:
    """The columns without the positions 0, 0 of records that share their moment with others. shared: mask of these
    records."""
    lat, lon = (np.asarray(columns[name], float) for name in ("lat", "lon"))
    nowhere = shared & (lat == 0) & (lon == 0)
    if not nowhere.any():
        return columns
    return columns | {"lat": np.where(nowhere, np.nan, lat), "lon": np.where(nowhere, np.nan, lon)}


def _without_zeros(name: str, values: np.ndarray, member: np.ndarray, group: np.ndarray) -> np.ndarray:
    """A column without the zeros of merged moments that also have another value; a temperature may be 0."""
    values = np.asarray(values, float)
    zero = member & (values == 0)
    if name in ("lat", "lon", "temperature") or not zero.any():
        return values
    measured = np.zeros(group[-1] + 1, dtype=bool)
    measured[group[member & (np.nan_to_num(values) != 0)]] = True
    return np.where(zero & measured[group], np.nan, values)


def _apart(columns: dict[str, Any], equal: np.ndarray, group: np.ndarray, n: int) -> np.ndarray:
    """Mask of the moments with more than one position."""
    out = np.zeros(n, dtype=bool)
    for name in ("lat", "lon"):
        values = np.asarray(columns[name], float)
        known = np.flatnonzero(np.isfinite(values))
        if len(known) < 2:
            continue
        same = group[known[1:]] == group[known[:-1]]
        moved = same & (np.abs(np.diff(values[known])) > SAME_DEGREES)
        out[group[known[1:]][moved]] = True
    return out


def _spread(time: np.ndarray, group: np.ndarray, heads: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """Times, with the moments in `apart` spread evenly up to the next moment; the last moment at the rate of the one
    before it."""
    ticks = time.astype(np.int64)
    size = np.diff(np.append(heads, len(time)))
    moment = ticks[heads]
    room = np.append(np.diff(moment), 0) if len(moment) > 1 else np.zeros(1, np.int64)
    if len(room) > 1 and room[-1] == 0:
        room[-1] = room[-2] * size[-1] // size[-2]
    room = np.where(apart & (room > 0) & (room <= SPREAD_S * 1_000_000) & ~np.isnat(time[heads]), room, 0)
    place = np.arange(len(time)) - heads[group]
    return (ticks + room[group] * place // size[group]).astype("datetime64[us]")


def _one_known(
    values: np.ndarray, member: np.ndarray, group: np.ndarray, heads: np.ndarray, last: bool = False
) -> np.ndarray:
    """A column whose value at each merged moment is the first known one in it, or the last."""
    known = np.flatnonzero(member & ~np.isnan(values))
    if not len(known):
        return values
    out = values.copy()
    if last:
        out[heads[group[known]]] = values[known]  # the last assignment stays
    else:
        out[heads[group[known[::-1]]]] = values[known[::-1]]
    return out
