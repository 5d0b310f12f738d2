"""Strava's bulk export: activities.csv and what it says about the files.

The table is in the owner's language and gets more columns every year. Two columns occur twice, first rounded, then
precise. So the column with the file name is found by its content (`activities/…`); the others by their header if it is
known, otherwise by their position before the file name; and the precise ones by the repeated header of the rounded.

An activity without a file (typed in by hand, or lost by Strava) has only its row: `row_file` makes an original of it,
which this module's reader reads.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from milevault_core import sports, track
from milevault_core.formats import archive
from milevault_core.formats import strava_words as words
from milevault_core.formats.readers import reader
from milevault_core.formats.recording import Reading, Recording
from milevault_core.formats.strava_dates import date_of, is_day_first
from milevault_core.problems import BadFile, Problem

_FILE = re.compile(r"^activities/[^/]+$")
_MEDIA = re.compile(r"(?:^|\|)\s*media/")
_PLACES = {"id": 0, "date": 1, "name": 2, "type": 3, "description": 4, "elapsed": 5, "distance": 6}
MAX_CELL = 1_000_000
SMALL = 1 << 16  # bytes of a GPX that may hold nothing
_POINT = re.compile(rb"<(?:\w+:)?(?:trkpt|rtept|wpt)\b")


@dataclass
class Row:
    """An activity in the table. `file` is its path as written there ("" for none), `about` what the table says."""

    file: str
    about: dict
    cells: dict[str, str] = field(default_factory=dict)
    has_empty_file: bool = False  # its file exists but holds no track


@dataclass
class Table:
    rows: list[Row]
    day_first: bool  # how to read dates such as 03/04/2018
    problems: list[Problem] = field(default_factory=list)


def is_table(data: bytes) -> bool:
    """Whether this looks like Strava's activities.csv."""
    header = next(_lines(data[:8192]), [])
    known = sum(words.key(cell) in words.COLUMN_OF for cell in header)
    return len(header) >= 10 and (known >= 4 or b"activities/" in data[:200_000])


def read_table(data: bytes) -> Table:
    """The activities of activities.csv. Raises BadFile when it is not such a table."""
    lines = list(_lines(data))
    if not lines or len(lines[0]) < 10:
        raise BadFile("The list of activities (activities.csv) cannot be read.")
    columns = _columns(lines[0], lines[1:])
    cells = [_cells(columns, line) for line in lines[1:] if any(cell.strip() for cell in line)]
    day_first = is_day_first([c.get("date", "") for c in cells])
    return Table([Row(_file(c), about(c), c) for c in cells], day_first)


def about(cells: dict[str, str]) -> dict:
    """What the table says about an activity; empty cells are left out."""
    found: dict = {name: cells[name].strip() for name in ("name", "description", "gear", "private_note")
                   if cells.get(name, "").strip()}  # fmt: skip
    if words.key(cells.get("commute", "")) in words.YES:
        found["is_commute"] = True
    found |= _sport(cells.get("type", ""))
    if media := [m.strip() for m in cells.get("media", "").split("|") if m.strip().startswith("media/")]:
        found["media"] = media
    return found


def row_file(row: Row, day_first: bool) -> bytes:
    """The row as a file, to serve as the original of an activity that has none."""
    content: dict = {"strava_activity": row.cells, "day_first": day_first}
    if row.has_empty_file:
        content["has_empty_file"] = True
    return json.dumps(content, ensure_ascii=False, sort_keys=False).encode()


@reader("strava", lambda head: head.startswith(b'{"strava_activity"'))
def read(data: bytes) -> Reading:
    """An activity without points, made from a row. Raises BadFile if the date, or both duration and distance, are
    missing."""
    try:
        content = json.loads(data)
        cells = {str(k): str(v) for k, v in content["strava_activity"].items()}
        start = date_of(cells.get("date", ""), bool(content.get("day_first")))
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadFile("This is a damaged row of Strava's list of activities.") from error
    elapsed = number(cells.get("elapsed_precise", "")) or number(cells.get("elapsed", ""))
    km = number(cells.get("distance", ""))
    metres = number(cells.get("distance_precise", "")) or (km * 1000 if km else None)
    if start is None or not (elapsed or metres):
        raise BadFile(
            "Strava's list gives no date for this activity, or neither its duration nor its distance."
        )
    found = {"elapsed_s": elapsed, "distance_m": metres}
    for name, cell in (("moving_s", "moving"), ("ascent_m", "ascent"), ("descent_m", "descent"),
                       ("calories", "calories"), ("avg_heart_rate", "avg_heart_rate"),
                       ("max_heart_rate", "max_heart_rate")):  # fmt: skip
        found[name] = number(cells.get(cell, ""))
    said = about(cells)
    recording = Recording(
        said.get("sport", "other"), start, track.empty(), said.get("sub_sport", ""), said.get("sport_name", ""),
        said.get("name", ""), totals={n: v for n, v in found.items() if v}, device="Strava",
        format="strava", details={"typed_in": True},
    )  # fmt: skip
    if content.get("has_empty_file"):
        why = "Its file in Strava's export holds no track; the figures are those of Strava's list."
        recording.problems = [Problem("no_track", why)]
    return Reading("strava", "activity", [recording])


def is_empty(data: bytes) -> bool:
    """Whether a GPX, gzipped or not, holds no point at all; Strava writes such files for activities typed in by hand.
    Raises BadFile if it cannot be unpacked."""
    if data[:2] == b"\x1f\x8b":
        data, damage = archive.gunzip(data, SMALL * 16)
        if damage is not None:
            return False
    return b"gpx" in data and _POINT.search(data) is None


def read_gear(data: bytes, kind: str) -> list[dict]:
    """The gear in bikes.csv or shoes.csv as {"kind", "name", "brand", "model"}. Gear without a name is named by brand
    and model, as in Strava's list of activities."""
    found = []
    for line in list(_lines(data))[1:]:
        name, brand, model = (*(cell.strip() for cell in line), "", "", "")[:3]
        if name or brand or model:
            called = name or " ".join(w for w in (brand, model) if w)
            found.append({"kind": kind, "name": called, "brand": brand, "model": model})
    return found


def _lines(data: bytes) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    text = io.StringIO(data.decode("utf-8-sig", "replace").replace("\0", ""), newline="")
    try:
        yield from csv.reader(text)
    except csv.Error:
        return


def _columns(header: list[str], lines: list[list[str]]) -> dict[str, int]:
    """Index of each known column."""
    found: dict[str, int] = {}
    for i, cell in enumerate(header):
        name = words.COLUMN_OF.get(words.key(cell))
        if name and name not in found:
            found[name] = i
    files = _where(lines, _FILE)
    if files is not None:
        found["filename"] = files
    elif "filename" not in found:
        found["filename"] = 12
    last = found["filename"]
    for name, place in _PLACES.items():
        if place < last:
            found.setdefault(name, place)
    found.setdefault("gear", last - 1)
    if last >= 12:
        found.setdefault("private_note", last - 2)
        found.setdefault("commute", last - 3)
    media = _where(lines, _MEDIA)
    if media is not None:
        found["media"] = media
    for name in ("elapsed", "distance"):  # the same header again, after the column with the file name
        for i in range(last + 1, len(header)):
            if name in found and header[i] == header[found[name]]:
                found.setdefault(f"{name}_precise", i)
    return found


def _where(lines: list[list[str]], pattern: re.Pattern) -> int | None:
    """The column in which most cells match the pattern; None if no cell does."""
    counts: dict[int, int] = {}
    for line in lines:
        for i, cell in enumerate(line):
            if pattern.search(cell.strip()):
                counts[i] = counts.get(i, 0) + 1
    return max(counts, key=lambda i: counts[i]) if counts else None


def _cells(columns: dict[str, int], line: list[str]) -> dict[str, str]:
    return {name: line[i] for name, i in columns.items() if i < len(line) and line[i].strip()}


def _file(cells: dict[str, str]) -> str:
    name = cells.get("filename", "").strip()
    return name if _FILE.match(name) else ""  # "#error#" and the like count as missing


def _sport(text: str) -> dict:
    if not text.strip():
        return {}
    match = sports.from_text(words.SPORT_OF.get(words.key(text), text.strip()))
    if match.sport == "other":
        return {"sport_name": text.strip()}
    return {"sport": match.sport} | ({"sub_sport": match.sub_sport} if match.sub_sport else {})


def number(text: str) -> float | None:
    """A number with a decimal point or comma; None for anything else."""
    text = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    if "," in text and "." in text:
        text = text.replace("." if text.rfind(",") > text.rfind(".") else ",", "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None
