"""Streaming reader for TCX (Garmin's Training Center Database 1 and 2). Activities become recordings, courses routes.

- Every Activity is one recording; in a MultiSportSession the transitions are recordings too, marked as such.
- TotalTimeSeconds of a lap is the time the timer ran. A pause is the gap between two Tracks of one lap.
- The distance of the points is kept as it is in the file; track.clean repairs it.
Source: https://www8.garmin.com/xmlschemas/TrainingCenterDatabasev2.xsd, ActivityExtensionv2.xsd
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from milevault_core import sports, track
from milevault_core.formats import bounds, xml
from milevault_core.formats.points import Points
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import LAP_COLUMNS, Reading, Recording
from milevault_core.formats.texts import NAT, number, times, words
from milevault_core.formats.write_tcx import FIGURES, OURS
from milevault_core.problems import BadFile, Problem, counted, were

CONTAINERS = (
    "TrainingCenterDatabase", "Activity", "Run", "Transition", "Lap", "Track", "Course", "Workout", "Creator",
)  # fmt: skip
COLUMNS = {
    "time": "time", "latitudedegrees": "lat", "longitudedegrees": "lon", "altitudemeters": "altitude",
    "distancemeters": "distance", "value": "heart_rate", "cadence": "cadence", "runcadence": "cadence",
    "speed": "speed", "watts": "power", "temperature": "temperature", "temp": "temperature",
    "atemp": "temperature",
}  # fmt: skip
# Our lap column -> path of the element in a lap.
LAP_PATHS = {
    "timer_s": ("TotalTimeSeconds",), "distance_m": ("DistanceMeters",), "max_speed": ("MaximumSpeed",),
    "calories": ("Calories",), "avg_heart_rate": ("AverageHeartRateBpm", "Value"),
    "max_heart_rate": ("MaximumHeartRateBpm", "Value"), "avg_cadence": ("Cadence",),
}  # fmt: skip
LAP_EXTENSIONS = {
    "AvgSpeed": "avg_speed", "AvgWatts": "avg_power", "MaxWatts": "max_power", "AvgRunCadence": "avg_cadence",
}  # fmt: skip

_WORDS = ("trigger", "intensity")
_FIGURES = tuple(name for name in LAP_COLUMNS if name not in ("start_time", *_WORDS))


def sniff(head: bytes) -> bool:
    return xml.root_name(head) == "trainingcenterdatabase"


@reader("tcx", sniff)
def read(data: bytes) -> Reading:
    """The activities, or else the courses, of a TCX file. Raises BadFile."""
    found, problems = xml.read(data, CONTAINERS, _collect)
    activities = [
        f
        for f in found
        if f["kind"] in ("Activity", "Run", "Transition") and (f["points"].count or f["laps"])
    ]
    courses = [f for f in found if f["kind"] == "Course" and f["points"].count]
    if activities:
        if courses:
            text = f"{counted(len(courses), 'course')} in the file {were(len(courses))} left out."
            problems.append(Problem("route_left_out", text))
        reading = Reading("tcx", "activity", [_recording(f) for f in activities], problems=problems)
    elif courses:
        reading = Reading("tcx", "route", [_recording(f) for f in courses], problems=problems)
        for recording in reading.recordings:
            recording.track["time"] = np.full(len(recording.track), NAT)  # the times of a course are made up
            recording.start_time = None
    elif any(f["kind"] == "Workout" for f in found):
        return Reading("tcx", "other", reason="This is a workout, not an activity.", problems=problems)
    else:
        raise BadFile("This TCX file holds no activity and no course.")
    for part, recording in enumerate(reading.recordings):
        recording.part = part
        recording.problems += problems
    return reading


def _collect(events: Iterator[xml.Event]) -> list[dict]:
    found: list[dict] = []
    current: dict | None = None
    for what, name, element in events:
        if name in ("Activity", "Run", "Course", "Transition", "Workout"):
            if what == "start":
                current = {"kind": name, "points": Points({"Trackpoint"}, COLUMNS), "laps": [], "tracks": [],
                           "sport": _sport(element), "device": ""}  # fmt: skip
                found.append(current)
                bounds.check_tracks(len(found))
                if name == "Transition":
                    current["laps"].append({"at": element.get("StartTime")})
            elif what == "end" and current is not None:
                for key in ("Id", "Notes", "Name"):
                    current[key] = words(xml.text_of(element, key), 5000)
                current["ours"] = _ours(element)
                if name == "Transition" and current["laps"]:
                    _describe_lap(current["laps"][0], element)
                del element[:]
        elif current is None:
            continue
        elif name == "Lap":
            if what == "start":
                current["laps"].append({"at": element.get("StartTime")})
            elif what == "end" and current["laps"]:
                _describe_lap(current["laps"][-1], element)
                points = [c for c in element if xml.local_name(c.tag) == "Trackpoint"]
                if points:  # some programs write no <Track> around the points
                    element[:] = points
                    current["points"].take(element, complete=True)
                del element[:]
        elif name == "Track":
            if what == "start":
                current["tracks"].append((len(current["laps"]), current["points"].count))
            else:
                current["points"].take(element, complete=what == "end")
        elif name == "Creator" and what == "end":
            current["device"] = words(xml.text_of(element, "Name"), 100)
    return found


def _ours(element) -> dict[str, float]:
    """The figures for the whole activity that write_tcx.py adds."""
    leaves = (leaf for child in element if xml.local_name(child.tag) == "Extensions" for leaf in child)
    told = {
        xml.local_name(leaf.tag): number(leaf.text)
        for leaf in leaves
        if str(leaf.tag).startswith(f"{{{OURS}}}")
    }
    return {name: value for name, value in told.items() if name in FIGURES and 0 <= value < 1e9}


def _sport(element) -> str | None:
    """The sport of an Activity; in version 1, a Run has it as the name of its parent folder."""
    if element.get("Sport") or xml.local_name(element.tag) != "Run":
        return element.get("Sport")
    folders = [xml.local_name(above.tag) for above in element.iterancestors()]
    return next((name for name in folders if name in ("Running", "Biking", "Other")), None)


def _describe_lap(lap: dict, element) -> None:
    for ours, path in LAP_PATHS.items():
        lap[ours] = number(xml.text_of(element, *path))
    lap["trigger"] = words(xml.text_of(element, "TriggerMethod"), 30) or None
    lap["intensity"] = words(xml.text_of(element, "Intensity"), 30) or None
    for child in element:
        if xml.local_name(child.tag) == "Extensions":
            for leaf in child.iter():
                name = xml.local_name(leaf.tag)
                if name in LAP_EXTENSIONS:
                    lap[LAP_EXTENSIONS[name]] = number(leaf.text)


def _recording(found: dict) -> Recording:
    points = found["points"]
    match = sports.from_text("transition" if found["kind"] == "Transition" else found["sport"])
    columns, channels, offset = points.finish(on_foot=sports.SPORTS[match.sport].on_foot)
    starts, _ = times([lap["at"] for lap in found["laps"]] + [found.get("Id")])
    laps = _laps(found["laps"], starts[:-1], columns["time"])
    known = [t for t in (*starts[:1], starts[-1], *columns["time"][:1]) if not np.isnat(t)]
    recording = Recording(
        sport=match.sport,
        sub_sport=match.sub_sport,
        sport_name=match.original,
        start_time=track.aware(known[0]) if known else None,
        track=track.from_columns(columns),
        name=found.get("Name", ""),
        laps=laps,
        totals=_totals(laps) | found.get("ours", {}),
        channels=channels,
        device=found["device"],
        utc_offset_s=offset,
        date_hints=tuple(track.aware(t) for t in starts[-1:] if not np.isnat(t)),
        format="tcx",
        is_transition=found["kind"] == "Transition",
        is_indoor=match.is_indoor,
        is_virtual=match.is_virtual
        or sports.is_virtual_world(found["device"], found.get("Name") or found.get("Notes") or ""),
        problems=points.problems(),
    )
    recording.timer = _timer(found["tracks"], columns["time"], recording.totals.get("timer_s", np.nan))
    if found.get("Notes"):
        recording.details["description"] = found["Notes"]
    return recording


def _laps(laps: list[dict], starts: np.ndarray, point_times: np.ndarray) -> pd.DataFrame:
    """One row per lap. A lap lasts until the next one starts, the last one until the last point."""
    # One table of numbers, because column by column pandas took longer than all the rest of a small file.
    told = np.array([[lap.get(name, np.nan) for name in _FIGURES] for lap in laps], float)
    told = told.reshape(len(laps), len(_FIGURES))
    ends = np.append(starts[1:], point_times.max() if len(point_times) else NAT)[: len(starts)]
    elapsed = (ends - starts) / np.timedelta64(1, "s")
    timer = told[:, _FIGURES.index("timer_s")]
    told[:, _FIGURES.index("elapsed_s")] = np.where((elapsed >= 0) & (elapsed < 1e7), elapsed, timer)
    told[~((told >= 0) & (told < 1e9))] = np.nan
    said = pd.DataFrame([{name: lap.get(name) for name in _WORDS} for lap in laps], columns=list(_WORDS))
    columns = {"start_time": starts, **dict(zip(_FIGURES, told.T, strict=True)), **said}
    return _each_its_own(pd.DataFrame({name: columns[name] for name in LAP_COLUMNS}), starts)


def _each_its_own(laps: pd.DataFrame, starts: np.ndarray) -> pd.DataFrame:
    """Laps with their own time and distance, where the file gives totals since the start of the first lap."""
    if len(laps) < 2 or np.isnat(starts).any():
        return laps
    elapsed = laps["elapsed_s"].to_numpy(float)
    since = (starts - starts[0]) / np.timedelta64(1, "s") + elapsed
    timer, distance = laps["timer_s"].to_numpy(float), laps["distance_m"].to_numpy(float)
    counts_on = np.abs(timer - since) <= 0.02 * since + 2.0
    if not (
        counts_on.all() and (timer[1:] > 1.1 * elapsed[1:] + 2.0).all() and (np.diff(distance) >= 0).all()
    ):
        return laps
    return laps.assign(timer_s=np.diff(timer, prepend=0.0), distance_m=np.diff(distance, prepend=0.0))


def _totals(laps: pd.DataFrame) -> dict[str, float]:
    told = {name: laps[name].to_numpy(float) for name in _FIGURES}
    known = {name: ~np.isnan(values) for name, values in told.items()}
    totals = {n: told[n][known[n]].sum() for n in ("timer_s", "distance_m", "calories") if known[n].any()}
    totals |= {
        n: told[n][known[n]].max() for n in ("max_speed", "max_heart_rate", "max_power") if known[n].any()
    }
    for name in ("avg_heart_rate", "avg_power", "avg_cadence"):
        weighed = known[name] & (told["timer_s"] > 0)
        if weighed.any():
            totals[name] = np.average(told[name][weighed], weights=told["timer_s"][weighed])
    return {name: float(value) for name, value in totals.items() if np.isfinite(value)}


def _timer(tracks: list[tuple[int, int]], point_times: np.ndarray, timer_s: float) -> list:
    """Pairs (start, stop) of the running timer, if the timer times of the laps confirm them; otherwise none."""
    if len({lap for lap, _ in tracks}) == len(tracks):
        return []  # one track per lap: there was no pause
    pairs: list[tuple[np.datetime64, np.datetime64]] = []
    last_lap = None
    ends = [first for _, first in tracks[1:]] + [len(point_times)]
    for (lap, first), end in zip(tracks, ends, strict=True):
        piece = point_times[first:end]
        piece = piece[~np.isnat(piece)]
        if not len(piece):
            continue
        if pairs and (lap != last_lap or piece[0] - pairs[-1][1] <= np.timedelta64(1_500, "ms")):
            pairs[-1] = (pairs[-1][0], piece[-1])
        else:
            pairs.append((piece[0], piece[-1]))
        last_lap = lap
    total = sum((stop - start) / np.timedelta64(1, "s") for start, stop in pairs)
    ordered = all(a <= b for a, b in pairs) and all(a[1] <= b[0] for a, b in pairwise(pairs))
    return pairs if len(pairs) > 1 and ordered and abs(total - timer_s) <= max(10, 0.05 * timer_s) else []
