"""Detect times that a planner invented: a recording with such times is a course, not an activity (docs/decisions/0031).
The GPX reader uses this for each track, dispatch.py for other formats.
"""

import numpy as np

from milevault_core.formats.recording import Reading, Recording
from milevault_core.formats.texts import NAT
from milevault_core.geo.sphere import legs_m

FEWEST = 10  # points; with fewer it is not clear how they were made
HOUR, NIGHT, DAYS = np.timedelta64(1, "h"), np.timedelta64(12, "h"), np.timedelta64(3, "D")
# A real tracker that writes this seldom (SELDOM) moves faster than CRAWL_M_S at least some of the time.
SELDOM, CRAWL_M_S = np.timedelta64(10, "m"), 0.1
_SENSORS = ("heart_rate", "power", "cadence")


def are_invented(times: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> bool:
    """Whether these times (datetime64, in file order, one per point) were invented rather than written by a device.
    That is so if they span days with hours between points, with stages of minutes between nights, or at a crawl. lat,
    lon: degrees."""
    known = ~np.isnat(times)
    times = times[known]
    if len(times) < FEWEST or times.max() - times.min() < DAYS:
        return False
    steps = np.diff(times)
    usual = np.median(np.abs(steps))
    if usual > HOUR:
        return True
    nights = np.flatnonzero(steps > NIGHT)
    stages = np.diff(np.append(-1, nights)) * np.median(steps)  # approximate duration of each stage
    if len(nights) >= 5 and np.median(stages) < HOUR:
        return True
    if usual <= SELDOM:
        return False
    seconds = np.maximum(np.abs(steps) / np.timedelta64(1, "s"), 1.0)
    speed = legs_m(lat[known], lon[known]) / seconds
    return bool(np.isfinite(speed).any() and np.nanpercentile(speed, 90) < CRAWL_M_S)


def take_for_courses(reading: Reading) -> None:
    """Turn a reading of activities into one of courses, in place, if the times of all of them are invented."""
    found = reading.recordings
    if reading.kind != "activity" or reading.format == "gpx" or not found or not all(map(_is_plan, found)):
        return
    reading.kind = "route"
    for recording in found:
        recording.track["time"] = np.full(len(recording.track), NAT)
        recording.start_time = None


def _is_plan(recording: Recording) -> bool:
    track = recording.track
    if any(np.isfinite(track[name].to_numpy()).any() for name in _SENSORS):
        return False
    lat, lon = track["lat"].to_numpy(), track["lon"].to_numpy()
    return bool(np.isfinite(lat).any()) and are_invented(track["time"].to_numpy(), lat, lon)
