"""An activity as TCX: laps with points, as Garmin Connect and Strava export it."""

import numpy as np

from milevault_core.demo import laps as lap_figures
from milevault_core.demo.gps import MISSING
from milevault_core.demo.gpx_writer import iso, iso_times, plain
from milevault_core.demo.made import Activity

_SPORTS = {"running": "Running", "cycling": "Biking"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" \
xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2">
 <Activities>
  <Activity Sport="{sport}">
   <Id>{start}</Id>
"""
_TAIL = "  </Activity>\n </Activities>\n</TrainingCenterDatabase>\n"


def write_tcx(made: Activity, spaces: int = 0) -> bytes:
    """The TCX file of an activity; `spaces` before the XML declaration, as Strava's exports have ten.

    TCX has power, speed and the cadence of runs only in its extension, and no lengths or sets.
    """
    parts = [
        " " * spaces,
        _HEAD.format(sport=_SPORTS.get(made.session.sport, "Other"), start=iso(made.start)),
    ]
    found = lap_figures.laps(made)
    firsts = np.searchsorted(made.seconds, found["start"]).tolist()
    points = _points(made)
    for k, (first, last) in enumerate(zip(firsts, [*firsts[1:], len(made.seconds)], strict=True)):
        parts += [_lap_head(made, found, k), *points[first:last], "    </Track>\n   </Lap>\n"]
    parts += [f'   <Creator xsi:type="Device_t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
              f"<Name>{made.device.name}</Name></Creator>\n", _TAIL]  # fmt: skip
    return "".join(parts).encode()


def _lap_head(made: Activity, found: dict[str, np.ndarray], k: int) -> str:
    text = f'   <Lap StartTime="{iso(made.start + int(found["start"][k]))}">\n'
    text += f"    <TotalTimeSeconds>{int(found['timer_ms'][k]) / 1000:.1f}</TotalTimeSeconds>\n"
    if "distance_cm" in found:
        text += f"    <DistanceMeters>{int(found['distance_cm'][k]) / 100:.2f}</DistanceMeters>\n"
        text += f"    <MaximumSpeed>{int(found['max_speed'][k]) / 1000:.3f}</MaximumSpeed>\n"
    else:
        text += "    <DistanceMeters>0.0</DistanceMeters>\n"
    text += "    <Calories>0</Calories>\n"
    text += f"    <AverageHeartRateBpm><Value>{found['avg_heart_rate'][k]}</Value></AverageHeartRateBpm>\n"
    text += f"    <MaximumHeartRateBpm><Value>{found['max_heart_rate'][k]}</Value></MaximumHeartRateBpm>\n"
    intensity = "Resting" if found["intensity"][k] == lap_figures.INTENSITIES["rest"] else "Active"
    trigger = {0: "Manual", 1: "Time", 2: "Distance"}.get(int(found["trigger"][k]), "Manual")
    return (
        text
        + f"    <Intensity>{intensity}</Intensity>\n    <TriggerMethod>{trigger}</TriggerMethod>\n    <Track>\n"
    )


def _points(made: Activity) -> list[str]:
    """The text of every point."""
    line = "     <Trackpoint><Time>%s</Time>"
    columns: list[list] = [iso_times(made.start + made.seconds)]
    if "lat" in made.columns:
        lat, lon = plain(made, "lat").tolist(), plain(made, "lon").tolist()
        there = (made.columns["lat"] != MISSING).tolist()
        line += "%s"
        columns.append([_position(a, b) if ok else "" for a, b, ok in zip(lat, lon, there, strict=True)])
    for name, text in (
        ("altitude", "<AltitudeMeters>%.1f</AltitudeMeters>"),
        ("distance", "<DistanceMeters>%.2f</DistanceMeters>"),
        ("heart_rate", "<HeartRateBpm><Value>%d</Value></HeartRateBpm>"),
    ):
        if name in made.columns:
            line += text
            columns.append(plain(made, name).tolist())
    on_bike = made.session.sport == "cycling"
    if on_bike and "cadence" in made.columns:
        line += "<Cadence>%d</Cadence>"
        columns.append(made.columns["cadence"].tolist())
    line += "<Extensions><ns3:TPX>"
    for name, text in (
        ("speed", "<ns3:Speed>%.3f</ns3:Speed>"),
        ("cadence", "<ns3:RunCadence>%d</ns3:RunCadence>"),
        ("power", "<ns3:Watts>%d</ns3:Watts>"),
    ):
        if name in made.columns and not (name == "cadence" and on_bike):
            line += text
            columns.append(plain(made, name).tolist())
    line += "</ns3:TPX></Extensions></Trackpoint>\n"
    return [line % point for point in zip(*columns, strict=True)]


def _position(lat: float, lon: float) -> str:
    return (
        f"<Position><LatitudeDegrees>{lat:.7f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{lon:.7f}</LongitudeDegrees></Position>"
    )
