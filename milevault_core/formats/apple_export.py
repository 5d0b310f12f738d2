"""Apple Health's export: a zip with the workout tracks as GPX files, which lack the sport, and one XML of everything
(often a gigabyte), which has it."""

import re
from collections.abc import Iterable, Iterator

from milevault_core.sports import SPORTS

_FOLDER = "workout-routes/"
_MOST = 4 << 20  # bytes of one workout; with its events and statistics it has a few kilobytes
_SPORT = re.compile(rb'\bworkoutActivityType="HKWorkoutActivityType(\w{1,60})"')
_PATH = re.compile(rb'<FileReference\b[^>]{0,200}?\bpath="([^"<]{1,400})"')
_SPORTS = {
    "Running": "running", "Cycling": "cycling", "HandCycling": "cycling", "Walking": "walking", "Hiking": "hiking",
    "Swimming": "swimming", "Rowing": "rowing", "PaddleSports": "paddling",
    "CrossCountrySkiing": "cross_country_skiing",
    "DownhillSkiing": "alpine_skiing", "SnowSports": "alpine_skiing", "Snowboarding": "snowboarding",
    "SkatingSports": "inline_skating", "Sailing": "sailing", "SurfingSports": "surfing", "WaterSports": "water_sports",
    "EquestrianSports": "horseback_riding", "Golf": "golf", "Fishing": "fishing", "Hunting": "fishing",
    "Climbing": "rock_climbing", "WheelchairRunPace": "wheelchair", "WheelchairWalkPace": "wheelchair",
    "StairClimbing": "stair_climbing", "Elliptical": "elliptical", "SwimBikeRun": "multisport",
    "Soccer": "ball_sports", "DiscSports": "ball_sports", "Tennis": "racket_sports", "Other": "other",
}  # fmt: skip


def roots(names: Iterable[str]) -> list[str]:
    """The folders (with slashes) that hold an Apple export, found from the names of the archive's members."""
    found: dict[str, None] = {}
    for name in names:
        before, folder, _ = name.partition(_FOLDER)
        if folder and name.lower().endswith(".gpx") and (not before or before.endswith("/")):
            found[before] = None
            continue
        before, folder, _ = name.partition("apple_health_export/")
        if folder:
            found[before + folder] = None
    return list(found)


def is_list(name: str) -> bool:
    """Whether a member next to the folder of tracks is the XML that lists the workouts. Its name is in the phone's
    language, so it is recognised by its suffix."""
    return "/" not in name and name.lower().endswith(".xml") and "cda" not in name.lower()


def sports_by_route(pieces: Iterable[bytes]) -> dict[str, dict]:
    """Path of each route, relative to the export's folder -> what the XML says about its workout. The XML is given
    in pieces.

    It is searched as text, not parsed, because all but a thousandth of it are single heart beats and steps.
    """
    found: dict[str, dict] = {}
    for workout in _workouts(pieces):
        sport = _SPORT.search(workout)
        word = sport.group(1).decode() if sport else ""
        about = {"sport": _SPORTS.get(word, "")}
        if about["sport"] in SPORTS:
            for path in _PATH.findall(workout):
                found[path.decode("utf-8", "replace").lstrip("/")] = about
    return found


def _workouts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The text of each workout element, from its beginning to its end."""
    left = b""
    for piece in pieces:
        left += piece
        while True:
            begin = left.find(b"<Workout ")
            if begin < 0:
                left = left[-16:]
                break
            tag_end = left.find(b">", begin)
            end = tag_end if left[tag_end - 1 : tag_end] == b"/" else left.find(b"</Workout>", begin)
            if tag_end < 0 or end < 0:
                left = left[begin:] if len(left) - begin < _MOST else b""
                break
            yield left[begin:end]
            left = left[end:]
