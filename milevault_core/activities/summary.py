"""The figures shown in activity lists and at the top of an activity's page, from its track and the device's totals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from milevault_core.activities.device_totals import lead_s, points_end_early
from milevault_core.activities.kept_totals import swum_lengths
from milevault_core.formats import Recording
from milevault_core.metrics import Context
from milevault_core.metrics.climb import climbed
from milevault_core.metrics.moving import moving_s
from milevault_core.metrics.seconds import weights_of
from milevault_core.track import LIMITS, Columns

CREPT, CREPT_M = 0.02, 50.0  # share of the time, and metres: a sensor stirred but nobody went anywhere
LENGTHS_TELL = 0.8  # share of the distance that lengths must cover; a drill is one length, however long
_AVERAGED = ("heart_rate", "cadence", "power", "temperature")


@dataclass
class Summary:
    """figures: the columns of `activities`. device: what the device says about the whole activity, by the names of
    formats.TOTALS; its moving time is the settled one if the points give another (a pause, a pool). computed: the
    metrics already computed here, which stage 2 need not compute again."""

    figures: dict[str, float | None]
    device: dict[str, float]
    computed: dict[str, float]


# The columns of `activities` that are metrics: computed once, here.
METRICS_OF_STAGE_1 = ("moving_s", "ascent_m", "descent_m")


def summarise(recording: Recording, track: Columns, totals: dict[str, float] | None = None) -> Summary:
    """The figure columns of `activities`: the device's own figure if the file has a plausible one (devices know their
    barometer and their pauses), else computed from the cleaned track; None if neither gives one. `totals`: those of
    device_totals.judged, by default the recording's own.

    elapsed_s >= timer_s >= moving_s always, and avg_speed is distance_m / moving_s.
    """
    computed = _computed(track, recording.sport)
    told = recording.totals if totals is None else totals
    device = {name: value for name, value in told.items() if _is_number(value)}
    figures = computed | {name: value for name, value in device.items() if name in computed}
    # A device that reports 0 although the track has a value has simply not measured it.
    for name in ("distance_m", "max_speed", "avg_heart_rate", "avg_cadence"):
        if figures[name] == 0 and computed[name]:
            figures[name] = computed[name]
    if not figures["distance_m"]:
        figures["distance_m"] = None  # 0 throughout: it was not measured
    figures |= _times(figures, device, recording, (computed["elapsed_s"] or 0.0) + lead_s(recording, track))
    distance, moving = figures["distance_m"], figures["moving_s"]
    speed = distance / moving if distance and moving else None
    figures["avg_speed"] = (
        speed if speed is None or speed <= LIMITS["speed"][1] else None
    )  # an activity of a moment has no speed
    if not figures["max_speed"]:
        figures["max_speed"] = None  # 0 throughout, as above
    if figures["max_speed"] is not None and figures["max_speed"] < 0.99 * (figures["avg_speed"] or 0.0):
        figures["max_speed"] = None  # covers only a part, or was measured by something else
    settled = {name: value if value is None else float(value) for name, value in figures.items()}
    mine = {name: value for name in METRICS_OF_STAGE_1 if (value := computed[name]) is not None}
    device.pop("moving_s", None)
    if settled["moving_s"] is not None and settled["moving_s"] != computed["moving_s"]:
        device["moving_s"] = settled["moving_s"]
    return Summary(settled, {name: float(value) for name, value in device.items()}, mine)


def _times(
    figures: dict[str, Any], device: dict[str, float], recording: Recording, points_s: float
) -> dict[str, float | None]:
    """elapsed_s, timer_s and moving_s, made consistent."""
    elapsed, timer, moving = figures["elapsed_s"], figures["timer_s"], figures["moving_s"]
    if timer is not None and elapsed is not None and timer > elapsed:
        if device.get("elapsed_s") == elapsed and timer > 1.05 * elapsed + 60:
            elapsed, timer = timer, elapsed  # the device has swapped them
        else:
            elapsed = timer
    elapsed = timer if elapsed is None else elapsed
    longest = elapsed if timer is None else timer
    if recording.sport == "swimming" and timer:  # a swimmer stops at every turn; rests stop the timer
        moving = device.get("moving_s") or timer
    elif moving is None or (_timed_itself(recording, device) and not _was_carried(recording)):
        moving = device.get("moving_s") or device.get("timer_s") or moving
    swum = _swum_s(recording.lengths)
    if swum:  # in a pool the distance is known only at the wall, so nobody seems to move in between
        moving = swum
    if moving and longest and (figures["distance_m"] or 0.0) < CREPT_M and moving < CREPT * longest:
        moving = longest
    # Lengths cover the whole activity even if the points end early: any time left at the end was rest.
    way_m = swum_lengths(recording.lengths) * device.get("pool_length_m", 0.0)
    told_by_lengths = swum and (not way_m or way_m >= LENGTHS_TELL * (figures["distance_m"] or 0.0))
    if not told_by_lengths and (
        not figures["distance_m"] or not moving or points_end_early(device, points_s)
    ):
        moving = longest
    if moving is not None and longest is not None:
        moving = min(moving, longest)
    return {"elapsed_s": elapsed, "timer_s": timer, "moving_s": moving}


def _swum_s(lengths: pd.DataFrame) -> float:
    """Seconds of the lengths that were swum, without rests; 0 if the file has no lengths."""
    if not len(lengths):
        return 0.0
    active = lengths[lengths["is_active"].astype(bool)]
    return float(active["timer_s"].fillna(active["elapsed_s"]).sum())


def _computed(track: Columns, sport: str) -> dict[str, float | None]:
    figures: dict[str, float | None] = dict.fromkeys(
        ("elapsed_s", "timer_s", "moving_s", "distance_m", "ascent_m", "descent_m", "avg_speed", "max_speed",
         "avg_heart_rate", "max_heart_rate", "avg_cadence", "avg_power", "max_power", "avg_temperature",
         "calories")
    )  # fmt: skip
    time = np.asarray(track["time"])
    if len(time) == 0:
        return figures
    figures["elapsed_s"] = float((time[-1] - time[0]).astype("timedelta64[us]").astype(float) / 1e6)
    # Metrics are computed from the points as stored, so that computing them again gives the same to the last bit.
    stored = {"time": time} | {
        n: np.asarray(track[n]).astype("f4").astype(float) for n in ("distance", "altitude")
    }
    distance = np.asarray(track["distance"])
    if not np.isnan(distance).all():
        figures["distance_m"] = float(np.nanmax(distance))
        figures["moving_s"] = _or_none(moving_s(stored, Context(sport)))
    figures["ascent_m"], figures["descent_m"] = (_or_none(v) for v in climbed(stored))
    weights = weights_of(track)
    for column in _AVERAGED:
        values = np.asarray(track[column])
        held = ~np.isnan(values)
        if held.any():
            total = weights[held].sum()
            mean = (values[held] * weights[held]).sum() / total if total > 0 else values[held].mean()
            figures[f"avg_{column}"] = float(mean)
            if column in ("heart_rate", "power"):
                figures[f"max_{column}"] = float(values[held].max())
    speed = np.asarray(track["speed"])
    if not np.isnan(speed).all():
        figures["max_speed"] = float(np.nanmax(speed))
    return figures


def _timed_itself(recording: Recording, device: dict[str, float]) -> bool:
    """Whether the device's timer was stopped at pauses."""
    return len(recording.timer) > 1 or (
        "timer_s" in device and device["timer_s"] < device.get("elapsed_s", 0.0) - 1
    )


def _was_carried(recording: Recording) -> bool:
    """Whether the timer ran on in a car or a train: then it does not say how long the person moved."""
    return any(problem.code == "untravelled" for problem in recording.problems)


def _is_number(value: float | None) -> bool:
    return value is not None and bool(np.isfinite(value))


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def local_time(
    start: datetime, track: Columns, recording: Recording, user_zone: Callable[[], str]
) -> tuple[str, int, date]:
    """(time zone, offset from UTC in seconds, local day) of an activity's start.

    The zone is that of the first position; for a virtual ride or without positions the file's own offset counts; else
    the user's zone (asked for only then).
    """
    zone, told_s = told_zone(track, recording)
    if not zone and told_s is None:
        zone = user_zone()
    offset_s = offset_in(zone, start)
    if offset_s is None:
        zone, offset_s = "", told_s or 0
    return zone, offset_s, (start.astimezone(UTC) + timedelta(seconds=offset_s)).date()


def offset_in(zone: str, moment: datetime) -> int | None:
    """The offset from UTC in seconds that a time zone has at a moment; None for "" and for a zone this machine does not
    know."""
    if not zone:
        return None
    try:
        return int((moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds())
    except (ZoneInfoNotFoundError, ValueError):
        return None


def told_zone(track: Columns, recording: Recording) -> tuple[str, int | None]:
    """(time zone of the first position, the file's offset from UTC in seconds); "" and None if unknown."""
    told_s = recording.utc_offset_s
    return (
        "" if recording.is_virtual else _zone_of_place(track),
        told_s if told_s is not None and is_offset(told_s) else None,
    )


def is_offset(seconds: int) -> bool:
    """Whether some place on Earth has this offset from UTC: -12 to +14 hours, in quarters of an hour."""
    return -43_200 <= seconds <= 50_400 and seconds % 900 == 0


def _zone_of_place(track: Columns) -> str:
    from tzfpy import get_tz  # loads 50 MB of borders: imported only where files are read

    lat, lon = np.asarray(track["lat"]), np.asarray(track["lon"])
    placed = np.flatnonzero(~np.isnan(lat) & ~np.isnan(lon))
    return get_tz(float(lon[placed[0]]), float(lat[placed[0]])) or "" if len(placed) else ""
