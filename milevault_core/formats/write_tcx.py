"""TCX (Garmin's Training Center XML v2) downloads, with laps, heart rate, cadence, power and speed."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
from lxml import etree

from milevault_core.formats.texts import visible

TCX = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
EXTENSION = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
OURS = "urn:milevault:figures"  # figures that laps cannot hold, such as moving time, for our own reader
FIGURES = ("elapsed_s", "timer_s", "moving_s", "distance_m")
_SPORTS = {"running": "Running", "cycling": "Biking"}


def write_tcx(
    points: pd.DataFrame, laps: pd.DataFrame, sport: str, start: datetime, figures: dict, notes: str = ""
) -> bytes:
    """An activity as a TCX file. points: milevault_core.track.table, may be empty. laps: start_time, elapsed_s,
    timer_s, distance_m …, may be empty; then the whole activity is one lap made from `figures` (elapsed_s, moving_s,
    distance_m, calories, avg_heart_rate, max_heart_rate, max_speed)."""
    root = etree.Element(f"{{{TCX}}}TrainingCenterDatabase", nsmap={None: TCX, "ns3": EXTENSION, "mv": OURS})
    activity = _sub(_sub(root, "Activities"), "Activity", Sport=_SPORTS.get(sport, "Other"))
    _sub(activity, "Id", _time(start))
    seconds = points["time"].to_numpy().astype("datetime64[us]").astype("i8") / 1e6
    for begin, end, row in _laps(laps, start, figures):
        lap = _sub(activity, "Lap", StartTime=_time(datetime.fromtimestamp(begin, UTC)))
        _sub(lap, "TotalTimeSeconds", f"{_number(row, 'timer_s', 'elapsed_s') or 0:.3f}")
        _sub(lap, "DistanceMeters", f"{_number(row, 'distance_m') or 0:.2f}")
        if top := _number(row, "max_speed"):
            _sub(lap, "MaximumSpeed", f"{top:.3f}")
        _sub(lap, "Calories", f"{_number(row, 'calories') or 0:.0f}")
        for name, column in (
            ("AverageHeartRateBpm", "avg_heart_rate"),
            ("MaximumHeartRateBpm", "max_heart_rate"),
        ):
            if (rate := _number(row, column)) and 0 < rate < 255:
                _sub(_sub(lap, name), "Value", f"{rate:.0f}")
        resting = str(row.get("intensity", "")) in ("rest", "recovery")
        _sub(lap, "Intensity", "Resting" if resting else "Active")
        _sub(lap, "TriggerMethod", "Manual")
        inside = np.flatnonzero((seconds >= begin - 1e-6) & (seconds < end - 1e-6))
        if len(inside):
            _track(_sub(lap, "Track"), points.iloc[inside])
    if notes:
        _sub(activity, "Notes", "".join(c for c in notes if visible(c) or c in "\n\t"))
    told = {name: value for name in FIGURES if (value := _number(figures, name)) is not None}
    if told:
        holder = _sub(activity, "Extensions")
        for name, value in told.items():
            etree.SubElement(holder, f"{{{OURS}}}{name}").text = f"{value:.3f}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _laps(laps: pd.DataFrame, start: datetime, figures: dict) -> list[tuple[float, float, dict]]:
    """(begin, end, row) of each lap. A lap ends where the next begins, so every point belongs to one."""
    if len(laps) and laps["start_time"].notna().all():
        begins = [t.timestamp() for t in pd.to_datetime(laps["start_time"], utc=True)]
        if begins == sorted(begins):
            begins[0] = min(begins[0], start.timestamp())
            return list(zip(begins, [*begins[1:], np.inf], laps.to_dict("records"), strict=True))
    row = {**figures, "timer_s": figures.get("moving_s") or figures.get("elapsed_s")}
    return [(start.timestamp(), np.inf, row)]


def _track(parent: etree._Element, points: pd.DataFrame) -> None:
    columns = {name: points[name].tolist() for name in points.columns}
    for i, when in enumerate(points["time"]):
        point = _sub(parent, "Trackpoint")
        _sub(point, "Time", _time(when.tz_localize("UTC").to_pydatetime()))
        lat, lon = columns["lat"][i], columns["lon"][i]
        if lat == lat and lon == lon:
            place = _sub(point, "Position")
            _sub(place, "LatitudeDegrees", f"{lat:.7f}")
            _sub(place, "LongitudeDegrees", f"{lon:.7f}")
        for name, column, digits in (("AltitudeMeters", "altitude", 1), ("DistanceMeters", "distance", 2)):
            if columns[column][i] == columns[column][i]:
                _sub(point, name, f"{columns[column][i]:.{digits}f}")
        rate, cadence = columns["heart_rate"][i], columns["cadence"][i]
        if rate == rate and rate > 0:
            _sub(_sub(point, "HeartRateBpm"), "Value", f"{rate:.0f}")
        if cadence == cadence and cadence <= 254:
            _sub(point, "Cadence", f"{cadence:.0f}")
        speed, power = columns["speed"][i], columns["power"][i]
        if speed == speed or power == power:
            holder = etree.SubElement(_sub(point, "Extensions"), f"{{{EXTENSION}}}TPX")
            for name, value, digits in (("Speed", speed, 3), ("Watts", power, 0)):
                if value == value:
                    etree.SubElement(holder, f"{{{EXTENSION}}}{name}").text = f"{value:.{digits}f}"


def _sub(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{TCX}}}{name}", **attributes)
    made.text = text
    return made


def _number(row: dict, *names: str) -> float | None:
    for name in names:
        value = row.get(name)
        if value is not None and value == value:
            return float(value)
    return None


def _time(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
