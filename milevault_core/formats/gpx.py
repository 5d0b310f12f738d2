"""Streaming reader for GPX 1.0 and 1.1. Tracks become activities; routes and tracks without times become routes.

- The segments of a track are one activity. Each track is an activity of its own, unless it has the same type as the
  track before it and begins within FOLLOWS_S of its end: then a logger was switched off and on, and the two are joined.
- Extensions are matched by local name in any namespace and in upper or lower case: Garmin's TrackPointExtension v1
  and v2, PowerExtension, Cluetrust's gpxdata, OpenTracks, and bare elements. Other numbers per point become channels.
- A point without a readable position keeps its time and sensors; track.clean handles points without a time.
Source: https://www.topografix.com/GPX/1/1/
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from milevault_core import sports, track
from milevault_core.formats import bounds, gpx_extras, xml
from milevault_core.formats.invented import FEWEST, are_invented
from milevault_core.formats.points import Points
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading, Recording
from milevault_core.formats.texts import NAT, is_stock_name, number, times, words
from milevault_core.problems import BadFile, Problem, counted, were

FOLLOWS_S = 15 * 60.0
# Where planners start their made-up times. Times from 1970 and 2000 are not among them: they come from devices whose
# clock was never set, so the activity is real.
PLANNERS_START = np.datetime64("2010-01-01T00:00:00", "us")
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
    "lat": "lat", "lon": "lon",  # only if they are not attributes
    "pwr": "power", "bpm": "heart_rate", "pulse": "heart_rate", "cadence_rpm": "cadence",
}  # fmt: skip
TOTALS = {
    "totalelapsedtime": "elapsed_s", "timertime": "timer_s", "movingtime": "moving_s", "distance": "distance_m",
    "ascent": "ascent_m", "descent": "descent_m", "calories": "calories",
}  # fmt: skip


def sniff(head: bytes) -> bool:
    return xml.root_name(head) == "gpx"


@reader("gpx", sniff)
def read(data: bytes) -> Reading:
    """The tracks and routes of a GPX file. Raises BadFile."""
    (found, about), problems = xml.read(data, CONTAINERS, _collect)
    tracks = [t for t in found if t["kind"] == "trk" and t["points"].count]
    routes = [t for t in found if t["kind"] == "rte" and t["points"].count]
    for track_or_route in tracks + routes:
        _finish(track_or_route, about)
    timed = [t for t in tracks if _has_times(t)]
    if timed:
        for problem in _left_out(len(tracks) - len(timed), len(routes)):
            problems.append(problem)
        once = _once(timed)
        if len(once) < len(timed):
            problems.append(Problem("track_repeated", "A duplicate of a track in the file was left out."))
        reading = Reading("gpx", "activity", [_recording(t, about) for t in _join(once)], problems=problems)
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
    elif found and not problems:
        reason = "The track in this GPX file has no points, so there is nothing to show."
        return Reading("gpx", "other", reason=reason, problems=problems)
    else:
        raise BadFile("This GPX file holds no track and no route.")
    for part, recording in enumerate(reading.recordings):
        recording.part = part
        recording.problems += problems
        if not recording.name and len(reading.recordings) == 1 and not is_stock_name(about["name"]):
            recording.name = about["name"]
    return reading


def _collect(events: Iterator[xml.Event]) -> tuple[list[dict], dict]:
    """The tracks and routes with their points, and what the file says about itself."""
    about: dict = {
        "name": "",
        "description": "",
        "creator": "",
        "waypoints": 0,
        "time": None,
        "type": "",
        "heart_rates": None,
    }
    found: list[dict] = []
    current: dict | None = None
    for what, name, element in events:
        if name == "gpx":
            about["creator"] = words(element.get("creator"), 100)
            about["waypoints"] += sum(1 for c in element[:] if xml.local_name(c.tag) == "wpt")
            if what == "end":
                about["name"] = about["name"] or words(xml.text_of(element, "name"))
                about["time"] = (
                    about["time"] or xml.text_of(element, "time") or xml.text_of(element, "metadate")
                )
                gpx_extras.note(element, about)
            else:
                for child in element[:-1]:
                    if xml.local_name(child.tag) in {"wpt", "trk", "rte"}:
                        element.remove(child)
        elif name == "metadata" and what == "end":
            about["name"] = words(xml.text_of(element, "name"))
            about["time"] = xml.text_of(element, "time")
            about["description"] = words(xml.text_of(element, "desc"), 5000)
        elif name in ("trk", "rte"):
            if what == "start":
                current = _begin(name)
                found.append(current)
                bounds.check_tracks(len(found))
            elif current is not None:
                _describe(current, element)
                if name == "rte" or _holds_points(element):
                    current["points"].take(element, complete=what == "end")
                current = None if what == "end" else current
        elif name == "trkseg":
            if current is None:  # some programs write no <trk> around their segments
                current = _begin("trk")
                found.append(current)
                bounds.check_tracks(len(found))
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
    """Whether a track has points outside of segments, as some programs write them."""
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


def _finish(found: dict, about: dict) -> None:
    """Complete a track or route from its collected texts: sport, columns, channels, totals, problems …"""
    text, points = found["text"], found["points"]
    for key in ("name", "type"):
        if is_stock_name(text.get(key, "")):
            del text[key]
    match = sports.from_text(text.get("type") or about["type"])
    if not match.original:
        match = sports.from_name(text.get("name"))
    found["match"] = match
    columns, found["channels"], found["offset"] = points.finish(on_foot=sports.SPORTS[match.sport].on_foot)
    if "heart_rate" not in columns and about["heart_rates"] is not None:
        columns["heart_rate"] = gpx_extras.heart_rate_at(columns["time"], *about["heart_rates"])
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
        date_hints=_written(about["time"]),
        format="gpx",
        is_indoor=match.is_indoor,
        is_virtual=match.is_virtual or sports.is_virtual_world(about["creator"], text.get("name", "")),
        problems=found["problems"],
    )
    description = text.get("desc") or about["description"]
    if description:
        recording.details["description"] = description
    if len(found["segments"]) > 1:
        recording.details["segments"] = found["segments"][:1000]  # the row at which each segment begins
    return recording


def _written(text: str | None) -> tuple[datetime, ...]:
    """The file's creation time, if it is readable."""
    made, _ = times([text])
    return () if np.isnat(made[0]) else (track.aware(made[0]),)


def _has_times(found: dict) -> bool:
    """Whether a track was recorded. A track with a single time among hundreds of points is a plan, and so is one whose
    times were invented by a planner."""
    known = found["times"]
    if not len(known) * 10 >= max(1, min(found["points"].count, 100)):
        return False
    if len(known) >= FEWEST and known[0] == PLANNERS_START:
        return False
    columns = found["columns"]
    return not are_invented(columns["time"], columns["lat"], columns["lon"])


def _left_out(tracks: int, routes: int) -> Iterator[Problem]:
    if tracks:
        yield Problem(
            "track_without_time",
            f"{counted(tracks, 'track')} in the file had no times and {were(tracks)} left out.",
        )
    if routes:
        yield Problem(
            "route_left_out", f"{counted(routes, 'planned route')} in the file {were(routes)} left out."
        )


def _once(tracks: list[dict]) -> list[dict]:
    """The tracks without duplicates: some programs repeat a track under another name. Of two with the same times and
    positions, the one with more values is kept, so that no measurement is lost."""
    found: dict[bytes, dict] = {}
    for each in tracks:
        key = b"".join(each["columns"][name].tobytes() for name in ("time", "lat", "lon"))
        if key not in found or _values(each) > _values(found[key]):
            found[key] = each
    return list(found.values())


def _values(found: dict) -> int:
    """How many values a track has, not counting its times."""
    columns = (values for name, values in found["columns"].items() if name != "time")
    return sum(int(np.isfinite(values).sum()) for values in columns)


def _join(tracks: list[dict]) -> list[dict]:
    groups: list[list[dict]] = []
    end = np.datetime64("NaT", "us")
    for after in tracks:
        gap_s = (after["times"].min() - end) / np.timedelta64(1, "s")
        if groups and after["match"] == groups[-1][0]["match"] and 0 <= gap_s <= FOLLOWS_S:
            groups[-1].append(after)
            end = max(end, after["times"].max())
        else:
            groups.append([after])
            end = after["times"].max()
    return [_together(group) for group in groups]


def _together(group: list[dict]) -> dict:
    """Join tracks that continue each other. Each column is concatenated only once."""
    first = group[0]
    if len(group) == 1:
        return first
    sizes = [len(each["columns"]["time"]) for each in group]
    names = dict.fromkeys(name for each in group for name in each["columns"])
    totals = {
        name: value for name, value in first["totals"].items() if all(name in g["totals"] for g in group)
    }
    starts = np.cumsum([0, *sizes[:-1]])
    return first | {
        "columns": {
            name: np.concatenate(
                [g["columns"].get(name, np.full(n, np.nan)) for g, n in zip(group, sizes, strict=True)]
            )
            for name in names
        },
        "times": np.concatenate([g["times"] for g in group]),
        "segments": [int(n) + s for g, n in zip(group, starts, strict=True) for s in g["segments"] or [0]],
        "channels": Points.join([g["channels"] for g in group], sizes),
        "totals": {name: sum(g["totals"][name] for g in group) for name in totals},
        "problems": [problem for g in group for problem in g["problems"]],
    }
