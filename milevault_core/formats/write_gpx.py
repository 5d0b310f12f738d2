"""GPX 1.1 downloads, written by gpxpy, with Garmin's TrackPointExtension v2 for the sensors.

This is the only module that imports gpxpy; GPX is read by gpx.py.
"""

from collections.abc import Mapping
from typing import Any

import gpxpy.gpx
import numpy as np
import pandas as pd
from lxml import etree

from milevault_core import track
from milevault_core.formats.texts import visible

_STATS = "http://www.garmin.com/xmlschemas/TrackStatsExtension/v1"
# (element, figure), in the order of Garmin's schema.
_FIGURES = (
    ("Distance", "distance_m"), ("TimerTime", "timer_s"), ("TotalElapsedTime", "elapsed_s"), ("MovingTime", "moving_s"),
    ("Ascent", "ascent_m"), ("Descent", "descent_m"),
)  # fmt: skip
_V2 = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"
# (element, column, digits after the point), in the order of Garmin's schema.
_SENSORS = (
    ("atemp", "temperature", 1),
    ("hr", "heart_rate", 0),
    ("cad", "cadence", 0),
    ("speed", "speed", 3),
)


def write_gpx(
    points: pd.DataFrame,
    name: str = "",
    sport: str = "",
    starts: list[int] | None = None,
    figures: Mapping[str, Any] | None = None,
) -> bytes:
    """The track as a GPX file. `starts`: the rows at which a new segment begins (default: after each stretch that does
    not count towards the distance). figures: those of _FIGURES for the whole activity, which positions alone do not
    give (distance from a wheel sensor, pauses); they and each point's distance are written as extensions.

    Points without a position are left out, because GPX cannot hold them. Raises ValueError when no point has one.
    """
    rows = np.flatnonzero(points["lat"].notna() & points["lon"].notna())
    placed = points.iloc[rows]
    if placed.empty:
        raise ValueError("The activity has no positions, so it cannot be written as GPX.")
    document = gpxpy.gpx.GPX()
    document.creator = "MileVault"
    document.nsmap = {"gpxtpx": _V2, "gpxtrkx": _STATS}
    written = gpxpy.gpx.GPXTrack(name=_allowed(name) or None)
    written.type = sport or None  # type: ignore[assignment]
    document.tracks.append(written)
    if figures is not None:
        written.extensions.append(_stats(figures))
    if starts is None:
        starts = [0, *np.flatnonzero(track.apart(points)).tolist()]
    segment_of = np.searchsorted(np.array(sorted(starts or [0])), rows, side="right")
    for _, group in placed.groupby(segment_of, sort=True):
        written.segments.append(gpxpy.gpx.GPXTrackSegment(_points(group)))
    return document.to_xml(version="1.1").encode()


def _points(group: pd.DataFrame) -> list[gpxpy.gpx.GPXTrackPoint]:
    columns = {name: group[name].tolist() for name in track.COLUMNS}
    out = []
    for i in range(len(group)):
        altitude, when = columns["altitude"][i], columns["time"][i]
        point = gpxpy.gpx.GPXTrackPoint(
            round(columns["lat"][i], 9),
            round(columns["lon"][i], 9),
            elevation=None if np.isnan(altitude) else round(altitude, 2),
            time=None if pd.isna(when) else when.to_pydatetime(warn=False),
        )
        power = columns["power"][i]
        if power == power:
            element = etree.Element("power")
            element.text = f"{power:.0f}"
            point.extensions.append(element)
        sensors = [(e, columns[c][i], d) for e, c, d in _SENSORS if columns[c][i] == columns[c][i]]
        if sensors:
            holder = etree.Element(f"{{{_V2}}}TrackPointExtension")
            for name, value, digits in sensors:
                etree.SubElement(holder, f"{{{_V2}}}{name}").text = f"{value:.{digits}f}"
            point.extensions.append(holder)
        travelled = columns["distance"][i]
        if travelled == travelled:
            element = etree.Element("distance")
            element.text = f"{travelled:.2f}"
            point.extensions.append(element)
        out.append(point)
    return out


def _stats(figures: Mapping[str, Any]) -> etree._Element:
    holder = etree.Element(f"{{{_STATS}}}TrackStatsExtension")
    for name, figure in _FIGURES:
        value = figures.get(figure)
        if value is not None and value == value:
            etree.SubElement(holder, f"{{{_STATS}}}{name}").text = f"{float(value):.3f}"
    return holder


def _allowed(text: str) -> str:
    """The text without the characters that XML does not allow."""
    return visible(text)
