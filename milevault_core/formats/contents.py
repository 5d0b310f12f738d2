"""What an archive contains and how to treat each file, from its directory and lists, without reading the files
themselves.

    found = contents.of(file, "export.zip", file_of, spill)
    found.parts: one entry per file, in order; found.named: activity names by start time; found.gear

There are four kinds: Strava's export (activities.csv describes each file), Garmin's (a list names activities by their
start time), Apple Health's (an XML gives the sport of each route), and any other zip. A zip may hold several exports
and other files as well: everything below an export's folder belongs to it, the rest is treated as any other zip.
"""

import contextlib
import dataclasses
import os.path
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from milevault_core.formats import apple_export, bounds, garmin_export, listing, strava_export
from milevault_core.formats.apple_months import Months
from milevault_core.formats.garmin_export import ListedActivity
from milevault_core.formats.listing import ListedMember, Place
from milevault_core.problems import BadFile, Problem, thousands

PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".gif")
# Suffixes of lists and pictures in an export, never of activities; all other files are read.
_NOT_FILES = (".csv", ".txt", ".html", ".pdf", ".mp4", ".mov", *PICTURES)
FileOf = Callable[[int], IO[bytes]]


@dataclass
class Part:
    """A file in an archive. role: file (to be read), row (its bytes are in `data`), photo (of the activity whose
    part is named `photo_of`), leftover (not needed: `reason`), refused (cannot be read: `reason`)."""

    name: str
    role: str
    place: Place | None = None
    archive: int = 0
    about: dict = field(default_factory=dict)
    data: bytes | None = None
    path: Path | None = None  # for the plan of a file that is not in an archive yet
    photo_of: str = ""
    reason: str = ""


@dataclass
class Contents:
    kind: str  # strava | garmin | apple | files; with several exports, the first in this order
    parts: list[Part] = field(default_factory=list)
    named: list[ListedActivity] = field(default_factory=list)
    gear: list[dict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def of(file: IO[bytes], name: str, file_of: FileOf, spill: listing.Spill) -> Contents:
    """The parts of an archive. `file_of(number)` returns the archive (0) or an inner archive by the number that
    `spill` gave it. Raises BadFile when the archive as a whole cannot be read."""
    listed = list(listing.members(file, name, spill))

    def data_of(one: ListedMember) -> bytes:
        if one.place is None:
            raise BadFile(one.problem)
        return listing.read(file_of(one.archive), one.place)

    tables = _strava_tables(listed, data_of)
    exports = dict.fromkeys(tables, "strava")
    for root in garmin_export.roots([one.name for one in listed], exports):
        exports.setdefault(root, "garmin")
    for root in apple_export.roots(one.name for one in listed):
        exports.setdefault(root, "apple")
    below: dict[str | None, list[ListedMember]] = {}
    for one in listed:
        below.setdefault(listing.innermost(one.name, exports), []).append(one)
    garmin = [
        one for root, members in below.items() if exports.get(root or "") == "garmin" for one in members
    ]
    found = [_strava(below.get(root, []), *table, data_of) for root, table in tables.items()]
    found += [_garmin(garmin, data_of)] if garmin else []
    found += [_apple(members, root, file_of) for root, members in below.items()
              if root is not None and exports[root] == "apple"]  # fmt: skip
    rest = below.get(None, [])
    found += [_files(rest)] if rest or not found else []
    return _together(found)


def _together(found: list[Contents]) -> Contents:
    whole, *others = found
    for other in others:
        whole.parts += other.parts
        whole.named += other.named
        whole.gear += other.gear
        whole.problems += other.problems
    return whole


def _files(listed: list[ListedMember]) -> Contents:
    stems = {_stem_of(one.name) for one in listed if one.name.lower().endswith(_ACTIVITIES)}
    return Contents(
        "files", [_leftover(one, _SAME_WAY) if _is_companion(one, stems) else _part(one) for one in listed]
    )


_ACTIVITIES = (".fit", ".gpx", ".tcx", ".fit.gz", ".gpx.gz", ".tcx.gz")
_SAME_WAY = "The same track as the activity file next to it, for maps; not needed."


def _is_companion(one: ListedMember, stems: set[str]) -> bool:
    """Whether it is a KML or KMZ map of an activity whose own file is also in the archive."""
    return one.name.lower().endswith((".kml", ".kmz")) and _stem_of(one.name) in stems


def _stem_of(name: str) -> str:
    folder, _, base = name.lower().rpartition("/")
    return f"{folder}/{base.split('.')[0]}"


def _part(one: ListedMember, about: dict | None = None) -> Part:
    if one.place is None:
        return Part(one.name, "refused", reason=one.problem)
    return Part(one.name, "file", one.place, one.archive, about or {})


def _leftover(one: ListedMember, reason: str) -> Part:
    return Part(one.name, "leftover", reason=reason)


# ── Strava ──────────────────────────────────────────────────────────────────────────────────────────────────


def _strava_tables(
    listed: list[ListedMember], data_of
) -> dict[str, tuple[ListedMember, strava_export.Table]]:
    """Folder of each export (with its slash; "" for none) -> its list of activities."""
    found: dict[str, tuple[ListedMember, strava_export.Table]] = {}
    for one in listed:
        if one.place is not None and os.path.basename(one.name).lower() == "activities.csv":
            try:
                data = data_of(one)
                if strava_export.is_table(data):
                    with bounds.within(len(data)):
                        found[one.name[: -len("activities.csv")]] = one, strava_export.read_table(data)
            except BadFile:
                continue
    return found


def _strava(listed: list[ListedMember], where: ListedMember, table: strava_export.Table, data_of) -> Contents:
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
        if name in rows and _has_no_track(one, data_of):
            alone.append(dataclasses.replace(rows.pop(name), has_empty_file=True))
            found.parts.append(
                _leftover(one, "It holds no track; the activity is made from its row in the list.")
            )
        elif _is_file(name):
            row_here = rows.get(name)
            found.parts.append(_part(one, _about(row_here, one.name, media)))
    for number, row in enumerate(alone):
        label = f"{root}activities.csv row {row.cells.get('id', '').strip() or number + 1}"
        data = strava_export.row_file(row, table.day_first)
        found.parts.append(Part(label, "row", data=data, about=_about(row, label, media)))
    for one in listed:
        name = one.name.removeprefix(root)
        if _is_file(name):
            continue
        if name in ("bikes.csv", "shoes.csv"):
            found.gear += _gear(one, name, data_of)
            found.parts.append(_leftover(one, "Your gear was taken from this list."))
        elif one is where:
            found.parts.append(_leftover(one, "Names, sports and gear were taken from this list."))
        elif name in media and one.place is not None:
            found.parts.append(Part(one.name, "photo", one.place, one.archive, photo_of=media[name]))
        elif name.startswith("media/"):
            found.parts.append(_leftover(one, "No activity refers to this picture."))
        else:
            found.parts.append(_leftover(one, "One of Strava's other lists; not needed here, and not kept."))
    return found


def _has_no_track(one: ListedMember, data_of) -> bool:
    """Whether it is a GPX without points. False for a large or unreadable file: its reader deals with that."""
    is_small = one.place is not None and one.place.size <= strava_export.SMALL
    try:
        return (
            is_small
            and one.name.lower().endswith((".gpx", ".gpx.gz"))
            and strava_export.is_empty(data_of(one))
        )
    except BadFile:
        return False


def _is_file(name: str) -> bool:
    """Whether a member is to be read as a file; all of Strava's own lists are next to activities.csv."""
    is_list_elsewhere = "/" in name and name.lower().endswith(".csv")
    return name.startswith("activities/") or is_list_elsewhere or not name.lower().endswith(_NOT_FILES)


def _about(row: strava_export.Row | None, label: str, media: dict[str, str]) -> dict:
    """What the table says, without the pictures: `media` maps each of those to this part."""
    if row is None:
        return {}
    for picture in row.about.get("media", []):
        media.setdefault(picture, label)
    return {name: value for name, value in row.about.items() if name != "media"}


def _stem(name: str) -> str:
    """ "activities/123" for "activities/123.fit.gz": the number identifies the upload, packed or unpacked."""
    folder, _, base = name.rpartition("/")
    return f"{folder}/{base.split('.')[0]}" if base else ""


def _gear(one: ListedMember, name: str, data_of) -> list[dict]:
    try:
        data = data_of(one)
        with bounds.within(len(data)):
            return strava_export.read_gear(data, "bike" if name == "bikes.csv" else "shoe")
    except BadFile:
        return []


# ── Garmin ──────────────────────────────────────────────────────────────────────────────────────────────────


def _garmin(listed: list[ListedMember], data_of) -> Contents:
    found = Contents("garmin")
    for one in listed:
        if one.place is None:
            found.parts.append(_part(one))
        elif garmin_export.is_list(one.name):
            try:
                data = data_of(one)
                with bounds.within(len(data)):
                    found.named += garmin_export.read_list(data)
                found.parts.append(_leftover(one, "Names and sports were taken from this list."))
            except BadFile as error:
                found.parts.append(Part(one.name, "refused", reason=str(error)))
        elif garmin_export.is_personal(one.name):
            found.parts.append(_leftover(one, "Garmin account data, not training: left out on purpose."))
        elif one.name.lower().endswith(".json"):
            found.parts.append(_garmin_json(one, data_of))
        elif one.name.lower().endswith(_NOT_FILES) and not garmin_export.is_foreign(one.name):
            found.parts.append(_leftover(one, "Not an activity and not health data; not kept."))
        else:
            found.parts.append(_part(one))
    return found


def _garmin_json(one: ListedMember, data_of) -> Part:
    try:
        kind = garmin_export.health_kind(data_of(one), one.name)
    except BadFile as error:
        return Part(one.name, "refused", reason=str(error))
    if kind:
        return _part(one)
    return _leftover(one, "A Garmin list that MileVault has no use for; not kept.")


# ── Apple Health ────────────────────────────────────────────────────────────────────────────────────────────


def _apple(listed: list[ListedMember], root: str, file_of: FileOf) -> Contents:
    """The tracks with their sports, and the days and nights as one file per month; everything else is left out."""
    found = Contents("apple")
    sports: dict[str, dict] = {}
    lists = {one.name for one in listed if apple_export.is_list(one.name.removeprefix(root))}
    months: dict[str, tuple[list[Part], int]] = {}
    for one in listed:
        place = one.place or one.large
        if one.name in lists and place is not None:
            with contextlib.suppress(BadFile):  # keep what comes before the damage
                sports |= apple_export.sports_by_route(listing.pieces(file_of(one.archive), place))
            months[one.name] = _apple_months(one, listing.pieces(file_of(one.archive), place))
    for one in listed:
        name = one.name.removeprefix(root)
        if one.name in lists:
            parts, left = months.get(one.name, ([], 0))
            also = (
                f" {thousands(left)} records of kinds that MileVault does not show were left out."
                if left
                else ""
            )
            found.parts += parts
            found.parts.append(
                _leftover(one, f"Sports, days and nights were taken from this list, month by month.{also}")
            )
        elif name.startswith("electrocardiograms/"):
            found.parts.append(_leftover(one, "An ECG, not training: left out on purpose."))
        elif one.name.lower().endswith((*_NOT_FILES, ".xml")):
            found.parts.append(_leftover(one, "Not an activity; not kept."))
        else:
            found.parts.append(_part(one, sports.get(name)))
    return found


def _apple_months(one: ListedMember, pieces: Iterable[bytes]) -> tuple[list[Part], int]:
    """One part per month of the XML, and how many of its records are of kinds that are not read."""
    made = Months()
    with contextlib.suppress(BadFile):
        made.feed(pieces)
    return [Part(f"{one.name}, {name}.xml", "row", data=data) for name, data in made.files()], made.left
