"""What an archive holds and what is to become of each part of it: from its directory and its lists, without looking
into the files themselves.

    found = contents.of(file, "export.zip", file_of, spill)
    found.parts: one entry a file, in order; found.named: names by time of beginning; found.gear

Three kinds: Strava's export (activities.csv says of each file what it is called), Garmin's (a list names activities
by the time they began), and any zip.
"""

import os.path
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from milevault_core.formats import BadFile, Problem, garmin_export, listing, strava_export
from milevault_core.formats.garmin_export import Named
from milevault_core.formats.listing import Listed, Place

PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".gif")
# Suffixes that no activity has, for the lists and pictures of an export; anything else is looked into.
_NOT_FILES = (".csv", ".txt", ".html", ".pdf", ".mp4", ".mov", *PICTURES)
FileOf = Callable[[int], IO[bytes]]


@dataclass
class Part:
    """A file of an archive. role: file (to be read), row (its bytes are in `data`), photo (of the activity whose
    part is called `photo_of`), leftover (not needed: `reason`), refused (cannot be read: `reason`)."""

    name: str
    role: str
    place: Place | None = None
    archive: int = 0
    about: dict = field(default_factory=dict)
    data: bytes | None = None
    path: Path | None = None  # a file that is in no archive yet, for its plan
    photo_of: str = ""
    reason: str = ""


@dataclass
class Contents:
    kind: str  # strava | garmin | files
    parts: list[Part] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    gear: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def of(file: IO[bytes], name: str, file_of: FileOf, spill: listing.Spill) -> Contents:
    """The parts of an archive. `file_of(number)` is the archive (0) or an inner one that `spill` numbered.
    Raises BadFile when the archive as a whole cannot be read."""
    listed = list(listing.members(file, name, spill))

    def data_of(one: Listed) -> bytes:
        if one.place is None:
            raise BadFile(one.problem)
        return listing.read(file_of(one.archive), one.place)

    table = _strava_table(listed, data_of)
    if table is not None:
        return _strava(listed, *table, data_of)
    if garmin_export.is_export([one.name for one in listed]):
        return _garmin(listed, data_of)
    return Contents("files", [_part(one) for one in listed])


def _part(one: Listed, about: dict | None = None) -> Part:
    if one.place is None:
        return Part(one.name, "refused", reason=one.problem)
    return Part(one.name, "file", one.place, one.archive, about or {})


def _leftover(one: Listed, reason: str) -> Part:
    return Part(one.name, "leftover", reason=reason)


# ── Strava ──────────────────────────────────────────────────────────────────────────────────────────────────


def _strava_table(listed: list[Listed], data_of) -> tuple[Listed, strava_export.Table] | None:
    for one in listed:
        if one.place is not None and os.path.basename(one.name).lower() == "activities.csv":
            try:
                data = data_of(one)
                if strava_export.is_table(data):
                    return one, strava_export.read_table(data)
            except BadFile:
                continue
    return None


def _strava(listed: list[Listed], where: Listed, table: strava_export.Table, data_of) -> Contents:
    root = where.name[: -len("activities.csv")]
    found = Contents("strava", problems=table.problems)
    there = {one.name.removeprefix(root): one for one in listed if one.name.startswith(root)}
    stems = {_stem(name): name for name in there if name.startswith("activities/")}
    rows: dict[str, strava_export.Row] = {}
    alone: list[strava_export.Row] = []
    for row in table.rows:
        name = row.file if row.file in there else stems.get(_stem(row.file), "")
        if name and name not in rows:
            rows[name] = row
        else:
            alone.append(row)
    media: dict[str, str] = {}
    for one in listed:
        name = one.name.removeprefix(root)
        if name.startswith("activities/") or not name.lower().endswith(_NOT_FILES):
            row_here = rows.get(name)
            found.parts.append(_part(one, _about(row_here, one.name, media)))
    for number, row in enumerate(alone):
        label = f"{root}activities.csv row {row.cells.get('id', '').strip() or number + 1}"
        data = strava_export.row_file(row, table.day_first)
        found.parts.append(Part(label, "row", data=data, about=_about(row, label, media)))
    for one in listed:
        name = one.name.removeprefix(root)
        if name.startswith("activities/") or not name.lower().endswith(_NOT_FILES):
            continue
        if name in ("bikes.csv", "shoes.csv"):
            found.gear += _gear(one, name, data_of)
            found.parts.append(_leftover(one, "Your gear was taken over from this list."))
        elif one is where:
            found.parts.append(_leftover(one, "Names, sports and gear were taken over from this list."))
        elif name in media and one.place is not None:
            found.parts.append(Part(one.name, "photo", one.place, one.archive, photo_of=media[name]))
        elif name.startswith("media/"):
            found.parts.append(_leftover(one, "No activity names this picture."))
        else:
            found.parts.append(_leftover(one, "One of Strava's other lists; not needed here, and not kept."))
    return found


def _about(row: strava_export.Row | None, label: str, media: dict[str, str]) -> dict:
    """What the table says, without the pictures: those are remembered as belonging to this part."""
    if row is None:
        return {}
    for picture in row.about.get("media", []):
        media.setdefault(picture, label)
    return {name: value for name, value in row.about.items() if name != "media"}


def _stem(name: str) -> str:
    """ "activities/123" of "activities/123.fit.gz": the number is the upload's, whatever it was unpacked to."""
    folder, _, base = name.rpartition("/")
    return f"{folder}/{base.split('.')[0]}" if base else ""


def _gear(one: Listed, name: str, data_of) -> list[dict]:
    try:
        return strava_export.read_gear(data_of(one), "bike" if name == "bikes.csv" else "shoe")
    except BadFile:
        return []


# ── Garmin ──────────────────────────────────────────────────────────────────────────────────────────────────


def _garmin(listed: list[Listed], data_of) -> Contents:
    found = Contents("garmin")
    for one in listed:
        if one.place is None:
            found.parts.append(_part(one))
        elif garmin_export.is_list(one.name):
            try:
                found.named += garmin_export.read_list(data_of(one))
                found.parts.append(_leftover(one, "Names and sports were taken over from this list."))
            except BadFile as error:
                found.parts.append(Part(one.name, "refused", reason=str(error)))
        elif garmin_export.is_personal(one.name):
            found.parts.append(_leftover(one, "Your Garmin account, not your training: left out on purpose."))
        elif one.name.lower().endswith(".json"):
            found.parts.append(_garmin_json(one, data_of))
        elif one.name.lower().endswith(_NOT_FILES):
            found.parts.append(_leftover(one, "Not an activity and not health data; not kept."))
        else:
            found.parts.append(_part(one))
    return found


def _garmin_json(one: Listed, data_of) -> Part:
    try:
        kind = garmin_export.health_kind(data_of(one), one.name)
    except BadFile as error:
        return Part(one.name, "refused", reason=str(error))
    if kind:
        return _part(one)
    return _leftover(one, "A list of Garmin's that MileVault has no use for; not kept.")
