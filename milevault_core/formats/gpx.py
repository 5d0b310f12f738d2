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
}  # fmt: skip
VIRTUAL = ("zwift", "rouvy", "bkool", "mywhoosh", "kinomap", "fulgaz", "indievelo", "trainingpeaks virtual")


def sniff(head: bytes) -> bool:
    return xml.root_name(head) == "gpx"


@reader("gpx", sniff)
def read(data: bytes) -> Reading:
    """The tracks and routes of a GPX file. Raises BadFile."""
    (found, about), problems = xml.read(data, CONTAINERS, _collect)
    tracks = [t for t in found if t["kind"] == "trk" and t["points"].count]
    routes = [t for t in found if t["kind"] == "rte" and t["points"].count]
    recordings = [_recording(t, about) for t in tracks]
    timed = [r for r in recordings if _has_times(r)]
    if timed:
        for problem in _left_out(len(recordings) - len(timed), len(routes)):
            problems.append(problem)
        reading = Reading("gpx", "activity", _join(timed), problems=problems)
    elif recordings or routes:
        untimed = recordings + [_recording(t, about) for t in routes]
        placed = [_without_time(r) for r in untimed if r.track["lat"].notna().any()]
        if not placed:
            raise BadFile("This GPX file holds no track and no route.")
        reading = Reading("gpx", "route", placed, problems=problems)
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
                current = {
                    "kind": name,
                    "points": Points({"trkpt", "rtept"}, COLUMNS),
                    "segments": [],
                    "text": {},
                }
                found.append(current)
            elif current is not None:
                _describe(current, element)
                if name == "rte" or _holds_points(element):
                    current["points"].take(element, complete=what == "end")
        elif name == "trkseg" and current is not None:
            if what == "start":
                current["segments"].append(current["points"].count)
            else:
                current["points"].take(element, complete=what == "end")
                if what == "end" and len(current["segments"]) % 1000 == 0:
                    _forget_segments(element)
    return found, about


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
            if name in {"timertime", "movingtime", "distance", "ascent", "descent", "calories"}:
                current["text"][name] = words(child.text, 50)


def _recording(found: dict, about: dict) -> Recording:
    points, text = found["points"], found["text"]
    match = sports.from_text(text.get("type"))
    columns, channels, offset = points.finish(on_foot=sports.SPORTS[match.sport].on_foot)
    times = columns["time"]
    start = times[~np.isnat(times)]
    recording = Recording(
        sport=match.sport,
        sub_sport=match.sub_sport,
        sport_name=match.original,
        start_time=track.aware(start.min()) if len(start) else None,
        track=track.from_columns(columns),
        name=text.get("name", ""),
        channels=channels,
        device=about["creator"],
        utc_offset_s=offset,
        format="gpx",
        is_indoor=match.is_indoor,
        is_virtual=match.is_virtual or any(v in about["creator"].lower() for v in VIRTUAL),
        problems=points.problems(),
    )
    description = text.get("desc") or about["description"]
    if description:
        recording.details["description"] = description
    if len(found["segments"]) > 1:
        recording.details["segments"] = found["segments"][:1000]  # the rows at which a segment begins
    names = {"timertime": "timer_s", "movingtime": "moving_s", "distance": "distance_m", "ascent": "ascent_m",
             "descent": "descent_m", "calories": "calories"}  # fmt: skip
    totals = {ours: number(text[theirs]) for theirs, ours in names.items() if theirs in text}
    recording.totals = {name: value for name, value in totals.items() if 0 <= value < 1e9}
    return recording


def _has_times(recording: Recording) -> bool:
    """A track with one stray time among hundreds of points is a plan, not a record."""
    timed = int(recording.track["time"].notna().sum())
    return timed > 0 and timed * 10 >= min(len(recording.track), 100)


def _without_time(recording: Recording) -> Recording:
    recording.track["time"] = np.full(len(recording.track), NAT)
    recording.start_time = None
    return recording


def _left_out(tracks: int, routes: int) -> Iterator[Problem]:
    if tracks:
        yield Problem("track_without_time", f"{tracks} of the file's tracks had no times and were left out.")
    if routes:
        yield Problem("route_left_out", f"{routes} planned routes in the file were left out.")


def _join(recordings: list[Recording]) -> list[Recording]:
    joined = recordings[:1]
    for after in recordings[1:]:
        before = joined[-1]
        gap = (after.track["time"].min() - before.track["time"].max()).total_seconds()
        alike = after.sport_name == before.sport_name and after.sub_sport == before.sub_sport
        if alike and 0 <= gap <= FOLLOWS_S:
            joined[-1] = _append(before, after)
        else:
            joined.append(after)
    return joined


def _append(before: Recording, after: Recording) -> Recording:
    n = len(before.track)
    both = {name: np.concatenate([before.track[name], after.track[name]]) for name in track.COLUMNS}
    segments = before.details.get("segments", [0]) + [n + s for s in after.details.get("segments", [0])]
    before.details["segments"] = segments[:1000]
    before.channels = Points.join(before.channels, n, after.channels, len(after.track))
    before.track = track.from_columns(both)
    before.totals = {k: v + after.totals[k] for k, v in before.totals.items() if k in after.totals}
    before.problems += after.problems
    return before
