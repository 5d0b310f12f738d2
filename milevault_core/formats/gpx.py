"""GPX 1.0 and 1.1, streamed: tracks become activities, routes and tracks without any time become routes.

- The segments of a track are one activity. Several tracks are one activity each, unless a track of the same
  type begins within FOLLOWS_S after the one before it: then a logger was switched off and on, and it goes on.
- Extensions are matched by local name in any namespace, in any case: Garmin's TrackPointExtension v1 and v2,
  PowerExtension, Cluetrust's gpxdata, OpenTracks, and bare ones. Other numbers per point become channels.
- A point without a readable position keeps its time and sensors; one without time is left to track.clean.
Source: https://www.topografix.com/GPX/1/1/
"""

from collections.abc import Iterator

import numpy as np

from milevault_core import sports, track
from milevault_core.formats import BadFile, Problem, Reading, Recording, reader, xml
from milevault_core.formats.points import Points
from milevault_core.formats.texts import NAT, number, words

FOLLOWS_S = 15 * 60.0
CONTAINERS = ("gpx", "metadata", "trk", "trkseg", "rte")
COLUMNS = {
    "ele": "altitude",
    "time": "time",
    "hr": "heart_rate", "heartrate": "heart_rate", "heart_rate": "heart_rate", "heartratebpm": "heart_rate",
    "cad": "cadence", "cadence": "cadence", "runcadence": "cadence",
    "power": "power", "watts": "power", "powerinwatts": "power",
    "atemp": "temperature", "temp": "temperature", "temperature": "temperature",
    "speed": "speed",
    "distance": "distance",
    "lat": "lat", "lon": "lon",  # only where they are no attributes
    "pwr": "power", "bpm": "heart_rate", "pulse": "heart_rate", "cadence_rpm": "cadence",
}  # fmt: skip
TOTALS = {"timertime": "timer_s", "movingtime": "moving_s", "distance": "distance_m", "ascent": "ascent_m",
          "descent": "descent_m", "calories": "calories"}  # fmt: skip


def sniff(head: bytes) -> bool:
    return xml.root_name(head) == "gpx"


@reader("gpx", sniff)
def read(data: bytes) -> Reading:
    """The tracks and routes of a GPX file. Raises BadFile."""
    (found, about), problems = xml.read(data, CONTAINERS, _collect)
    tracks = [t for t in found if t["kind"] == "trk" and t["points"].count]
    routes = [t for t in found if t["kind"] == "rte" and t["points"].count]
    for track_or_route in tracks + routes:
        _finish(track_or_route)
    timed = [t for t in tracks if _has_times(t)]
    if timed:
        for problem in _left_out(len(tracks) - len(timed), len(routes)):
            problems.append(problem)
        reading = Reading("gpx", "activity", [_recording(t, about) for t in _join(timed)], problems=problems)
    elif tracks or routes:
        placed = [t for t in tracks + routes if not np.isnan(t["columns"]["lat"]).all()]
        if not placed:
            raise BadFile("This GPX file holds no track and no route.")
        for plan in placed:
            plan["columns"]["time"] = np.full(plan["points"].count, NAT)
            plan["times"] = plan["times"][:0]
        reading = Reading("gpx", "route", [_recording(t, about) for t in placed], problems=problems)
    elif about["waypoints"]:
        reason = "This GPX file holds waypoints only, no track and no route."
        return Reading("gpx", "other", reason=reason, problems=problems)
    else:
        raise BadFile("This GPX file holds no track and no route.")
    for part, recording in enumerate(reading.recordings):
        recording.part = part
        recording.problems += problems
        if not recording.name and len(reading.recordings) == 1:
            recording.name = about["name"]
    return reading


def _collect(events: Iterator[xml.Event]) -> tuple[list[dict], dict]:
    """The tracks and routes with their points, and what the file says of itself."""
    about: dict = {"name": "", "description": "", "creator": "", "waypoints": 0}
    found: list[dict] = []
    current: dict | None = None
    for what, name, element in events:
        if name == "gpx":
            about["creator"] = words(element.get("creator"), 100)
            about["waypoints"] += sum(1 for c in element[:] if xml.local_name(c.tag) == "wpt")
            if what == "end":
                about["name"] = about["name"] or words(xml.text_of(element, "name"))
            else:
                for child in element[:-1]:
                    if xml.local_name(child.tag) in {"wpt", "trk", "rte"}:
                        element.remove(child)
        elif name == "metadata" and what == "end":
            about["name"] = words(xml.text_of(element, "name"))
            about["description"] = words(xml.text_of(element, "desc"), 5000)
        elif name in ("trk", "rte"):
            if what == "start":
                current = _begin(name)
                found.append(current)
            elif current is not None:
                _describe(current, element)
                if name == "rte" or _holds_points(element):
                    current["points"].take(element, complete=what == "end")
                current = None if what == "end" else current
        elif name == "trkseg":
            if current is None:  # some writers leave the track out
                current = _begin("trk")
                found.append(current)
            if what == "start":
                current["segments"].append(current["points"].count)
            else:
                current["points"].take(element, complete=what == "end")
                if what == "end" and len(current["segments"]) % 1000 == 0:
                    _forget_segments(element)
    return found, about


def _begin(kind: str) -> dict:
    return {"kind": kind, "points": Points({"trkpt", "rtept"}, COLUMNS), "segments": [], "text": {}}


def _holds_points(element) -> bool:
    """Some writers put points straight into the track."""
    return any(xml.local_name(child.tag) == "trkpt" for child in element)


def _forget_segments(element) -> None:
    parent = element.getparent()
    for child in parent[:-1]:
        if xml.local_name(child.tag) == "trkseg" and len(child) == 0 and child is not element:
            parent.remove(child)


def _describe(current: dict, element) -> None:
    found = xml.children(element)
    for key in ("name", "type", "desc"):
        if key in found:
            current["text"][key] = words(found[key].text, 5000 if key == "desc" else 500)
    if "extensions" in found:
        for child in found["extensions"].iter():
            name = xml.local_name(child.tag).lower()
            if name in TOTALS:
                current["text"][name] = words(child.text, 50)


def _finish(found: dict) -> None:
    """Add what the texts of a track or route come to: sport, columns, channels, totals, problems …"""
    text, points = found["text"], found["points"]
    match = sports.from_text(text.get("type"))
    if not match.original:
        match = sports.from_name(text.get("name"))
    found["match"] = match
    columns, found["channels"], found["offset"] = points.finish(on_foot=sports.SPORTS[match.sport].on_foot)
    found["columns"], found["problems"] = columns, points.problems()
    times = columns["time"]
    found["times"] = times[~np.isnat(times)]
    totals = {ours: number(text[theirs]) for theirs, ours in TOTALS.items() if theirs in text}
    found["totals"] = {name: value for name, value in totals.items() if 0 <= value < 1e9}


def _recording(found: dict, about: dict) -> Recording:
    match, text = found["match"], found["text"]
    times = found["times"]
    recording = Recording(
        sport=match.sport,
        sub_sport=match.sub_sport,
        sport_name=match.original,
        start_time=track.aware(times.min()) if len(times) else None,
        track=track.from_columns(found["columns"]),
        name=text.get("name", ""),
        totals=found["totals"],
        channels=found["channels"],
        device=about["creator"],
        utc_offset_s=found["offset"],
        format="gpx",
        is_indoor=match.is_indoor,
        is_virtual=match.is_virtual or sports.is_virtual_world(about["creator"], text.get("name", "")),
        problems=found["problems"],
    )
    description = text.get("desc") or about["description"]
    if description:
        recording.details["description"] = description
    if len(found["segments"]) > 1:
        recording.details["segments"] = found["segments"][:1000]  # the rows at which a segment begins
    return recording


def _has_times(found: dict) -> bool:
    """A track with one stray time among hundreds of points is a plan, not a record."""
    timed = len(found["times"])
    return timed > 0 and timed * 10 >= min(found["points"].count, 100)


def _left_out(tracks: int, routes: int) -> Iterator[Problem]:
    if tracks:
        yield Problem("track_without_time", f"{tracks} of the file's tracks had no times and were left out.")
    if routes:
        yield Problem("route_left_out", f"{routes} planned routes in the file were left out.")


def _join(tracks: list[dict]) -> list[dict]:
    joined = tracks[:1]
    for after in tracks[1:]:
        before = joined[-1]
        gap_s = (after["times"].min() - before["times"].max()) / np.timedelta64(1, "s")
        if after["match"] == before["match"] and 0 <= gap_s <= FOLLOWS_S:
            _append(before, after)
        else:
            joined.append(after)
    return joined


def _append(before: dict, after: dict) -> None:
    """The track `after` as the further points of `before`."""
    n, m = len(before["columns"]["time"]), len(after["columns"]["time"])
    first, second = before["columns"], after["columns"]
    before["columns"] = {
        name: np.concatenate([first.get(name, np.full(n, np.nan)), second.get(name, np.full(m, np.nan))])
        for name in first | second
    }
    before["times"] = np.concatenate([before["times"], after["times"]])
    before["segments"] = (before["segments"] or [0]) + [n + s for s in after["segments"] or [0]]
    before["channels"] = Points.join(before["channels"], n, after["channels"], m)
    totals = after["totals"]
    before["totals"] = {k: v + totals[k] for k, v in before["totals"].items() if k in totals}
    before["problems"] += after["problems"]
