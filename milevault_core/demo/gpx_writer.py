"""An activity as GPX 1.1, as Strava exports it: positions with time, heart rate, cadence, temperature, power."""

import numpy as np

from milevault_core.demo.gps import MISSING
from milevault_core.demo.made import SCALES, Activity
from milevault_core.demo.names import name_of

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx creator="StravaGPX" version="1.1" xmlns="http://www.topografix.com/GPX/1/1" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
 <metadata><time>{start}</time></metadata>
 <trk>
  <name>{name}</name>
  <type>{kind}</type>
  <trkseg>
"""
_TAIL = "  </trkseg>\n </trk>\n</gpx>\n"


def write_gpx(made: Activity) -> bytes:
    """The GPX file of an activity with positions; points without one are left out.

    Raises ValueError when there is no position at all: GPX cannot hold such an activity.
    """
    if "lat" not in made.columns:
        raise ValueError("An activity without positions cannot be written as GPX.")
    rows = np.flatnonzero(made.columns["lat"] != MISSING)
    line, columns = _line(made, rows)
    head = _HEAD.format(start=iso(made.start), name=escape(name_of(made)), kind=made.session.sport)
    return (head + "".join([line % point for point in zip(*columns, strict=True)]) + _TAIL).encode()


def _line(made: Activity, rows: np.ndarray) -> tuple[str, list[list]]:
    """The text of a point with placeholders for its values, and the values of those rows."""
    line = '   <trkpt lat="%.7f" lon="%.7f">'
    columns: list[list] = [plain(made, "lat")[rows].tolist(), plain(made, "lon")[rows].tolist()]
    if "altitude" in made.columns:
        line += "<ele>%.1f</ele>"
        columns.append(plain(made, "altitude")[rows].tolist())
    line += "<time>%s</time><extensions>"
    columns.append(iso_times(made.start + made.seconds[rows]))
    if "power" in made.columns:
        line += "<power>%d</power>"
        columns.append(made.columns["power"][rows].tolist())
    line += "<gpxtpx:TrackPointExtension>"
    for name, tag in (("temperature", "atemp"), ("heart_rate", "hr"), ("cadence", "cad")):
        if name in made.columns:
            line += f"<gpxtpx:{tag}>%d</gpxtpx:{tag}>"
            columns.append(made.columns[name][rows].tolist())
    return line + "</gpxtpx:TrackPointExtension></extensions></trkpt>\n", columns


def plain(made: Activity, name: str) -> np.ndarray:
    """A column in its unit."""
    scale, offset = SCALES[name]
    return made.columns[name] / scale - offset


def iso_times(seconds: np.ndarray) -> list[str]:
    """Seconds since 1970 as texts like 2024-05-01T07:30:00Z."""
    return [text + "Z" for text in np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()]


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def iso(second: int) -> str:
    return iso_times(np.array([second]))[0]
