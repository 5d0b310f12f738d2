"""Times that a planner has invented: a recording with them is no activity but a course (docs/decisions/0031). Used by
the reader of GPX for each track, and by dispatch.py for other formats.
"""

import numpy as np

from milevault_core.formats.recording import Reading, Recording
from milevault_core.formats.texts import NAT
from milevault_core.geo.sphere import legs_m

FEWEST = 10  # points; fewer do not tell how they were made
HOUR, NIGHT, DAYS = np.timedelta64(1, "h"), np.timedelta64(12, "h"), np.timedelta64(3, "D")
# A tracker that writes so seldom gets on faster than that at times.
SELDOM, CRAWL_M_S = np.timedelta64(10, "m"), 0.1
_SENSORS = ("heart_rate", "power", "cadence")


def are_invented(times: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> bool:
    """Whether no device has written these times (datetime64, file order, one a point): hours between the points and
    days in all, stages of minutes with nights between, or a crawl over days."""
    known = ~np.isnat(times)
    times = times[known]
    if len(times) < FEWEST or times.max() - times.min() < DAYS:
        return False
    steps = np.diff(times)
    usual = np.median(np.abs(steps))
    if usual > HOUR:
        return True
    nights = np.flatnonzero(steps > NIGHT)
    stages = np.diff(np.append(-1, nights)) * np.median(steps)  # about how long the ways between them took
    if len(nights) >= 5 and np.median(stages) < HOUR:
        return True
    if usual <= SELDOM:
        return False
    seconds = np.maximum(np.abs(steps) / np.timedelta64(1, "s"), 1.0)
    speed = legs_m(lat[known], lon[known]) / seconds
    return bool(np.isfinite(speed).any() and np.nanpercentile(speed, 90) < CRAWL_M_S)


def take_for_courses(reading: Reading) -> None:
    """Make a reading of activities one of courses, in place, where the times of all of them are invented."""
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
