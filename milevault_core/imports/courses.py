"""Drawn courses: a GPX, TCX or FIT course becomes a route, and the activities that follow it are found."""

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from milevault_core.formats import Reading, Recording
from milevault_core.metrics.climb import climbed
from milevault_core.routes.geometry import cumulative, project_line, unwrap
from milevault_core.routes.prepare import prepare_course
from milevault_core.sports import course_group
from milevault_core.store.imports import courses, items

PACE = 3.0  # m/s: a course has no times, but smoothing its elevation needs them


def keep(session: Session, user_id: int, original_id: int, reading: Reading) -> items.Result:
    """Save each course of a file as a route of its own; returns the outcome of the file. A file whose courses are known
    already is not saved again."""
    if courses.are_known(session, user_id, original_id):
        return items.Result("duplicate", reason="This course is among your routes already.")
    kept = 0
    for recording in reading.recordings:
        prepared = prepare_course(
            recording.track["lat"].to_numpy(float), recording.track["lon"].to_numpy(float)
        )
        if prepared is not None:
            group = course_group(recording.sport, float(prepared.seconds[-1]) * PACE)
            courses.add(
                session,
                user_id,
                original_id,
                recording.part,
                recording.name,
                group,
                _ascent(recording),
                prepared,
            )
            kept += 1
    if not kept:
        return items.Result("not_activity", reason="It is a course, but too short to be followed.")
    many = "It is a course, and is" if kept == 1 else f"It holds {kept} courses, which are"
    return items.Result("not_activity", reason=f"{many} among your routes now.")


def _ascent(recording: Recording) -> float | None:
    track = recording.track
    known = track[track["lat"].notna() & track["lon"].notna() & track["altitude"].notna()]
    if len(known) < 2:
        return None
    lat, lon = known["lat"].to_numpy(float), unwrap(known["lon"].to_numpy(float))
    seconds = cumulative(project_line(lat, lon, (float(lat[0]), float(lon[0])))) / PACE
    time = np.datetime64("2000-01-01", "us") + np.round(seconds * 1e6).astype("timedelta64[us]")
    up = climbed(pd.DataFrame(known).assign(time=time))[0]
    return float(up) if np.isfinite(up) else None
