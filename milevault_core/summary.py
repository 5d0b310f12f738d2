"""The figures of an activity that lists and heads of pages show, from its track and what the device says."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from milevault_core.formats import Recording
from milevault_core.metrics.climb import climbed
from milevault_core.metrics.moving import moving_s
from milevault_core.metrics.seconds import weights_of
from milevault_core.track import Columns

_AVERAGED = ("heart_rate", "cadence", "power", "temperature")


def summarise(recording: Recording, track: Columns) -> dict[str, float | None]:
    """The figure columns of `activities`: the device's own figure where the file has one (devices know their
    barometer and their pauses), else computed from the cleaned track; None where neither tells."""
    computed = _computed(track)
    device = {name: value for name, value in recording.totals.items() if _is_number(value)}
    figures = computed | {name: value for name, value in device.items() if name in computed}
    # A device that counts no way or no climb although the track has one has simply not measured it.
    for name in ("distance_m", "avg_speed", "max_speed", "avg_heart_rate", "avg_cadence"):
        if figures[name] == 0 and computed[name]:
            figures[name] = computed[name]
    if figures["moving_s"] is None or len(recording.timer) > 1 or _paused(device):
        figures["moving_s"] = device.get("moving_s") or device.get("timer_s") or figures["moving_s"]
    swum = _swum_s(recording.lengths)
    if swum:  # in the pool the way is known at the wall only, and in between nobody seems to move
        figures["moving_s"] = swum
        if "avg_speed" not in device:
            figures["avg_speed"] = None  # of that time, below
    if figures["avg_speed"] is None and figures["distance_m"] and figures["moving_s"]:
        figures["avg_speed"] = figures["distance_m"] / figures["moving_s"]
    return {name: value if value is None else float(value) for name, value in figures.items()}


def _swum_s(lengths: pd.DataFrame) -> float:
    """Seconds of the lengths that were swum, rests left out; 0 where the file has no lengths."""
    if not len(lengths):
        return 0.0
    active = lengths[lengths["is_active"].astype(bool)]
    return float(active["timer_s"].fillna(active["elapsed_s"]).sum())


def _computed(track: Columns) -> dict[str, float | None]:
    figures: dict[str, float | None] = dict.fromkeys(
        ("elapsed_s", "timer_s", "moving_s", "distance_m", "ascent_m", "descent_m", "avg_speed", "max_speed",
         "avg_heart_rate", "max_heart_rate", "avg_cadence", "avg_power", "max_power", "avg_temperature",
         "calories")
    )  # fmt: skip
    time = np.asarray(track["time"])
    if len(time) == 0:
        return figures
    figures["elapsed_s"] = float((time[-1] - time[0]).astype("timedelta64[us]").astype(float) / 1e6)
    distance = np.asarray(track["distance"])
    if not np.isnan(distance).all():
        figures["distance_m"] = float(np.nanmax(distance))
        figures["moving_s"] = _or_none(moving_s(track))
    figures["ascent_m"], figures["descent_m"] = (_or_none(v) for v in climbed(track))
    weights = weights_of(track)
    for column in _AVERAGED:
        values = np.asarray(track[column])
        held = ~np.isnan(values)
        if held.any():
            total = weights[held].sum()
            figures[f"avg_{column}"] = float((values[held] * weights[held]).sum() / total)
            if column in ("heart_rate", "power"):
                figures[f"max_{column}"] = float(values[held].max())
    speed = np.asarray(track["speed"])
    if not np.isnan(speed).all():
        figures["max_speed"] = float(np.nanmax(speed))
    if figures["distance_m"] and figures["moving_s"]:
        figures["avg_speed"] = figures["distance_m"] / figures["moving_s"]
    return figures


def _paused(device: dict[str, float]) -> bool:
    return "timer_s" in device and device["timer_s"] < device.get("elapsed_s", 0.0) - 1


def _is_number(value) -> bool:
    return value is not None and np.isfinite(value)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def local_time(
    start: datetime, track: Columns, recording: Recording, user_zone: Callable[[], str]
) -> tuple[str, int, date]:
    """(time zone, offset from UTC in seconds, local day) of an activity's start.

    The zone of the first position; for a virtual ride or without positions the file's own offset; else the
    user's zone (asked for only then).
    """
    zone = "" if recording.is_virtual else _zone_of_place(track)
    if not zone and recording.utc_offset_s is None:
        zone = user_zone()
    if zone:
        try:
            offset = start.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        except (ZoneInfoNotFoundError, ValueError):  # a zone this machine does not know
            zone, offset = "", timedelta(seconds=recording.utc_offset_s or 0)
    else:
        offset = timedelta(seconds=recording.utc_offset_s or 0)
    return zone, int(offset.total_seconds()), (start.astimezone(UTC) + offset).date()


def _zone_of_place(track: Columns) -> str:
    from tzfpy import get_tz  # brings 50 MB of borders: only where files are read

    lat, lon = np.asarray(track["lat"]), np.asarray(track["lon"])
    placed = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon))
    return get_tz(float(lon[placed[0]]), float(lat[placed[0]])) or "" if len(placed) else ""
