"""Checks the device's totals against the points. Impossible totals, and totals of samples that were left out, are
dropped so that no figure contradicts another (docs/decisions/0030)."""

from collections.abc import Collection
from datetime import UTC
from typing import Any

import numpy as np

from milevault_core.activities.kept_totals import of_any_part
from milevault_core.formats import Recording
from milevault_core.metrics import Context
from milevault_core.metrics.climb import climbed
from milevault_core.metrics.moving import moving_s
from milevault_core.problems import Problem
from milevault_core.sports.limits import Limits
from milevault_core.track import LIMITS, Columns

MUCH = 0.01  # of the samples
MOST_NP_W = 700.0  # nobody holds this for 20 minutes, the shortest time over which it means something
EARLY, EARLY_S = 1.05, 60.0  # the points end early if the timer ran this much longer than they last
LONGER, LONGER_S = 2.0, 3600.0  # an elapsed time this far above every other duration in the file is wrong
BEYOND, BEYOND_S = 100.0, 2 * 86_400.0  # a timer this far above the points is in another unit
SHORT, SHORT_S = 1.25, 60.0  # nobody moves for this much longer than the elapsed time …
SHORT_TIMER = 1.5  # … and hardly anybody moves this much longer than the timer ran
SHORT_TOO = 1.1  # the limit when something else in the file contradicts the summary as well
DENSE_S = 10.0
FASTEST_UP = 1.0  # m/s of ascent, as in a race up a tower's stairs
_SAMPLES = (
    ("power", ("avg_power", "max_power", "normalized_power", "tss")),
    ("speed", ("max_speed",)),
    ("heart_rate", ("max_heart_rate",)),
)


def points_end_early(totals: dict[str, float], points_s: float) -> bool:
    """Whether the summary covers more time than the points do. Then its figures count, because the points cover only
    a part."""
    return totals.get("timer_s", 0.0) > EARLY * points_s + EARLY_S


def judged(
    recording: Recording, columns: dict[str, np.ndarray], found: Collection[Problem], limits: Limits
) -> tuple[dict[str, float], list[Problem]]:
    """The plausible totals of a recording whose cleaned track is `columns`, and the problems to report. `found`: the
    problems found while the track was cleaned."""
    totals = {name: float(v) for name, v in recording.totals.items() if v is not None and np.isfinite(v)}
    said: list[Problem] = []
    codes = {problem.code for problem in found}
    for name in ("avg_heart_rate", "max_heart_rate"):
        low, high = LIMITS["heart_rate"]
        if not low <= totals.get(name, low) <= high:
            del totals[name]
    _drop_with_samples(totals, recording, columns, codes)
    if totals.get("max_speed", 0.0) > min(limits.fastest, _most_speed(columns)):
        del totals["max_speed"]
    for name in ("timer_s", "elapsed_s", "moving_s"):
        if totals.get(name, 1.0) <= 0:
            del totals[name]
    if totals.get("normalized_power", 0.0) > MOST_NP_W:
        del totals["normalized_power"]
    points_s = _span_s(columns) + lead_s(recording, columns)
    if points_s > 0 and totals.get("timer_s", 0.0) > max(BEYOND * points_s, BEYOND_S):  # in another unit
        for name in ("timer_s", "elapsed_s", "moving_s"):
            totals.pop(name, None)
    if _drop_too_short(totals, recording, columns, codes):
        said.append(
            Problem(
                "summary_short", "The file's summary covers less time than its points; the points are used."
            )
        )
    early = len(columns["time"]) > 1 and points_end_early(totals, points_s)
    if early:
        said.append(
            Problem("points_end_early", "The points end early; the figures are those of the summary.")
        )
    _judge_distance(totals, columns, codes, early, limits)
    _judge_ascent(totals, columns, codes, limits)
    if "untravelled" in codes:
        _drop_of_drives(totals, recording, columns)
    if "dates_moved" in codes and totals.get("elapsed_s", 0.0) > points_s + 1:
        totals.pop("elapsed_s")
    if _is_too_long(totals, recording, points_s):
        del totals["elapsed_s"]
    return totals, said


def _is_too_long(totals: dict[str, Any], recording: Recording, points_s: float) -> bool:
    """Whether the elapsed time is longer than the points, the timer and the time at which the summary was written
    (after the last pause) allow."""
    if not points_s > 0 or not recording.session_s > 0:
        return False
    most = max(points_s, recording.session_s, totals.get("timer_s", 0.0))
    return totals.get("elapsed_s", 0.0) > max(LONGER * most, most + LONGER_S)


def _drop_too_short(
    totals: dict[str, float], recording: Recording, columns: dict[str, np.ndarray], codes: set[str]
) -> bool:
    """Drop times that the points contradict because they keep moving for much longer: a summary of the last part only,
    or one in minutes. People do move while the timer is stopped, so a timer that agrees with its events is kept."""
    elapsed, timer = totals.get("elapsed_s", np.inf), totals.get("timer_s", np.inf)
    if not _span_s(columns) > SHORT_TOO * min(elapsed, timer) + SHORT_S or len(recording.lengths):
        return False
    ran = sum(float((stop - start) / np.timedelta64(1, "s")) for start, stop in recording.timer)
    doubted = "total_dropped" in codes
    if np.isfinite(timer) and abs(ran - timer) <= 0.05 * timer and not doubted:
        return False
    moved = moving_s(dict(columns), Context(recording.sport))
    if moved > (SHORT_TOO if doubted else SHORT) * max(elapsed, totals.get("timer_s", 0.0)) + SHORT_S:
        measured = float(np.nanmax(columns["distance"], initial=0.0))
        if not 0.9 * measured <= totals.get("distance_m", 0.0) <= 1.1 * measured:  # covers only a part
            totals_of_all = of_any_part(totals)
            totals.clear()
            totals |= totals_of_all
        for name in ("timer_s", "elapsed_s", "moving_s"):
            totals.pop(name, None)
        return True
    if moved > (SHORT_TOO if doubted or ran > SHORT_TOO * timer else SHORT_TIMER) * timer + SHORT_S:
        for name in ("timer_s", "moving_s"):
            totals.pop(name, None)
        return True
    return False


def _drop_with_samples(
    totals: dict[str, Any], recording: Recording, columns: dict[str, Any], codes: set[str]
) -> None:
    if "values_dropped" in codes and len(recording.track):
        for name, fields in _SAMPLES:
            if np.nanmax(recording.track[name].to_numpy(), initial=0.0) > LIMITS[name][1]:
                for field in fields:
                    totals.pop(field, None)
    beats = recording.track["heart_rate"].to_numpy() if len(recording.track) else np.empty(0)
    if len(beats) and np.mean(beats < LIMITS["heart_rate"][0]) > MUCH:  # the device's mean includes zeros
        totals.pop("avg_heart_rate", None)
    if codes & {"speeds_dropped", "untravelled", "speed_in_kmh", "speed_dropped", "distance_calibrated"}:
        totals.pop("max_speed", None)


def _drop_of_drives(totals: dict[str, Any], recording: Recording, columns: dict[str, Any]) -> None:
    """Drop averages and climbs that include a drive, if the samples give them without it."""
    ours = np.nan_to_num(climbed(columns))
    for name, value in zip(("ascent_m", "descent_m"), ours, strict=True):
        if np.isfinite(columns["altitude"]).any() and totals.get(name, 0.0) > 1.1 * value + 10.0:
            del totals[name]
    for name in ("heart_rate", "cadence", "power"):
        if np.isfinite(columns[name]).sum() < np.isfinite(recording.track[name].to_numpy()).sum():
            totals.pop(f"avg_{name}", None)
            if name == "power":
                totals.pop("normalized_power", None)
                totals.pop("tss", None)


def _most_speed(columns: dict[str, np.ndarray]) -> float:
    """Twice the top speed of the points (plus 1 m/s) if they are dense, else infinity. The summary's maximum may be
    over a shorter time, but cannot be of another order."""
    speed, time = columns["speed"], columns["time"]
    if len(time) < 60 or not np.isfinite(speed).mean() > 0.8:
        return np.inf
    usual_s = float(np.median(np.diff(time)).astype("timedelta64[us]").astype(float)) / 1e6
    fastest = float(np.nanmax(speed))
    return 2.0 * fastest + 1.0 if 0 < usual_s <= DENSE_S and fastest > 0 else np.inf


def _judge_distance(
    totals: dict[str, Any], columns: dict[str, Any], codes: set[str], early: bool, limits: Limits
) -> None:
    distance = columns["distance"]
    measured = float(np.nanmax(distance, initial=0.0))
    if not early and measured > 0:  # a summary of only some of the laps
        told, points_s = totals.get("distance_m", measured), _span_s(columns)
        if (
            told < 0.97 * measured
            and totals.get("timer_s", points_s) < 0.9 * points_s
            and "elapsed_s" not in totals
        ):
            for name in ("distance_m", "timer_s", "moving_s"):
                totals.pop(name, None)
    if "total_dropped" in codes or ("untravelled" in codes and not early):
        totals.pop("distance_m", None)
    if totals.get("distance_m") == 0.0 and not measured:
        del totals["distance_m"]
    lasted = max(totals.get("elapsed_s", 0.0), totals.get("timer_s", 0.0), _span_s(columns))
    if lasted > 0 and totals.get("distance_m", 0.0) > limits.fastest * lasted:
        del totals["distance_m"]


def _judge_ascent(totals: dict[str, Any], columns: dict[str, Any], codes: set[str], limits: Limits) -> None:
    way = max(totals.get("distance_m", 0.0), float(np.nanmax(columns["distance"], initial=0.0)))
    lasted = max(totals.get("elapsed_s", 0.0), _span_s(columns))
    most = [most_ascent_m(way, lasted, limits)] * 2
    if "altitudes_dropped" in codes:  # the device counted its ascent from them
        most = [
            min(m, 1.3 * ours + 20.0) for m, ours in zip(most, np.nan_to_num(climbed(columns)), strict=True)
        ]
    for name, bound in zip(("ascent_m", "descent_m"), most, strict=True):
        if totals.get(name, 0.0) > bound:
            del totals[name]


def most_ascent_m(way_m: float, seconds: float, limits: Limits) -> float:
    """The greatest possible ascent in metres over `way_m` metres (0: unknown) and this time; inf in sports with
    lifts."""
    if not np.isfinite(limits.steepest):
        return np.inf
    by_time = FASTEST_UP * seconds
    return min(limits.steepest * way_m, by_time) + 50.0 if way_m > 0 else by_time + 50.0


def is_adrift(columns: dict[str, np.ndarray], limits: Limits) -> bool:
    """Whether the altitude rises more than anybody can climb over this distance, so it was not really measured.
    columns: one value per point, SI units; the altitude in m."""
    altitude = columns["altitude"]
    altitude = altitude[np.isfinite(altitude)]
    way_m = float(np.nanmax(columns["distance"], initial=0.0))
    most = most_ascent_m(way_m, _span_s(columns), limits)
    if len(altitude) < 2 or float(np.maximum(np.diff(altitude), 0.0).sum()) <= most:
        return False
    return max(climbed(columns)) > most


LEAD_S = 1800.0  # an activity begins at most this long before its first point


def lead_s(recording: Recording, columns: Columns) -> float:
    """Seconds from the start given in the file to the first point, which a swimmer's watch writes only at the wall;
    0 if they are too far apart."""
    time = np.asarray(columns["time"], "datetime64[us]")
    if recording.start_time is None or not len(time):
        return 0.0
    start = np.datetime64(recording.start_time.astimezone(UTC).replace(tzinfo=None), "us")
    lead = float((time[0] - start) / np.timedelta64(1, "s"))
    return lead if 0 < lead <= LEAD_S else 0.0


def _span_s(columns: dict[str, np.ndarray]) -> float:
    time = columns["time"]
    return float((time[-1] - time[0]).astype(np.int64) / 1e6) if len(time) else 0.0
