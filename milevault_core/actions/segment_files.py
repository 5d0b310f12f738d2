"""Segments from files: from an uploaded file, or from the file of one of the user's courses. A worker reads them
(actions/by_worker.py); the page gets lines.

number = hand_over(user_id, name, data)        then by_worker.ask(user_id, "segments_of_file", number)
found = unpack(by_worker.answer(asked))
"""

import base64
import hashlib
from pathlib import PurePath
from typing import Any, NamedTuple

from milevault_core import store
from milevault_core.activities.prepare import prepare
from milevault_core.formats import Recording, dispatch
from milevault_core.problems import BadFile
from milevault_core.segments import draw
from milevault_core.segments.draw import DrawnLine
from milevault_core.segments.sports import group_of
from milevault_core.store import worker_answers
from milevault_core.store.imports import courses, originals

MOST_MB = 20


class Stretch(NamedTuple):
    """A track or course in a file. sport_group: "" if the file does not say."""

    name: str
    sport_group: str
    drawn: DrawnLine


def hand_over(user_id: int, name: str, data: bytes) -> int:
    """Store a file for a worker to read once; returns the number for the request. Raises ValueError with a sentence."""
    if len(data) > MOST_MB * 2**20:
        raise ValueError(f"This file is larger than {MOST_MB} MB, more than any segment.")
    number = int.from_bytes(hashlib.sha256(data).digest()[:4]) // 2 + 1
    held = {"name": name, "data": base64.b64encode(data).decode()}
    with store.session() as session:
        worker_answers.save(session, user_id, job(number), held)
    return number


def job(number: int) -> str:
    """The key under which an uploaded file is stored."""
    return f"segment-file-{number}"


def of_file(user_id: int, number: int) -> dict[str, Any]:
    """The possible segments in an uploaded file, for `unpack`; the file is deleted. Raises LookupError if there is no
    such file, BadFile, and ValueError with a sentence."""
    with store.session() as session:
        held = worker_answers.take(session, user_id, job(number))
    if held is None:
        raise LookupError("There is no such file.")
    reading = dispatch.read(base64.b64decode(held["data"]), held["name"])
    if reading.kind not in ("activity", "route"):
        raise BadFile(reading.reason or "There is no track and no course in this file.")
    stem = PurePath(held["name"].replace("\\", "/")).stem
    return _pack([_stretch(one, one.name or stem, reading.kind) for one in reading.recordings])


def of_course(user_id: int, route_id: int) -> dict[str, Any]:
    """The segment along one of the user's drawn courses, with the elevations in its file, for `unpack`. Raises
    LookupError if there is no such course, BadFile, and ValueError with a sentence."""
    with store.session() as session:
        original_id, part, name, group = courses.drawn_in(session, user_id, route_id)
        original = originals.fetch(session, user_id, original_id)
    if original is None:
        raise LookupError("There is no such course.")
    reading = dispatch.read(original.data, original.name)
    for one in reading.recordings:
        if one.part == part:
            found = _stretch(one, name, reading.kind)
            if isinstance(found, Stretch):  # inside(): activities begin where the course does
                found = found._replace(sport_group=group, drawn=draw.inside(found.drawn))
            return _pack([found])
    raise LookupError("There is no such course.")


def unpack(packed: dict[str, Any]) -> tuple[list[Stretch], list[str]]:
    """(possible segments, sentences that say why other tracks cannot be segments)."""
    found = [Stretch(name, group, draw.unpack(drawn)) for name, group, drawn in packed["stretches"]]
    return found, packed["left_out"]


def _stretch(recording: Recording, name: str, kind: str) -> Stretch | str:
    """A recording's track as a segment, or a sentence that says why it cannot be one. A course is used up to its ends,
    because somebody drew them on purpose."""
    track = prepare(recording, lambda: "UTC").cleaned if kind == "activity" else recording.track
    try:
        drawn = draw.draw(*(track[column].to_numpy(float) for column in ("lat", "lon", "altitude")))
    except ValueError as error:
        return str(error)
    if kind == "activity":
        drawn = draw.inside(drawn)
    group = group_of(recording.sport) if recording.sport != "other" else ""
    return Stretch(name, group, drawn)


def _pack(found: list[Stretch | str]) -> dict[str, Any]:
    stretches = [one for one in found if isinstance(one, Stretch)]
    left_out = [one for one in found if isinstance(one, str)]
    if not stretches:
        raise BadFile(next(iter(left_out), "There is no track and no course in this file."))
    return {
        "stretches": [(s.name, s.sport_group, draw.pack(s.drawn)) for s in stretches],
        "left_out": left_out,
    }
