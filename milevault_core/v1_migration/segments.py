"""The segments of the first MileVault that have a line or two ends there. Their efforts are searched for again here."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from milevault_core import sports, store
from milevault_core.segments.draw import DrawnLine, draw
from milevault_core.segments.sports import group_of
from milevault_core.store.activities import points
from milevault_core.store.segments import rows
from milevault_core.store.v1 import v1_imports

ORIGIN = "milevault"
NEAR_DEGREES = 0.0008  # how close an end must be to the track, about 80 m
_PAIR = re.compile(r"(-?\d+(?:\.\d+)?)[\s,]+(-?\d+(?:\.\d+)?)")


def bring(user_id: int, segments: list[dict[str, Any]], files: dict[Any, str]) -> dict[str, list[str]]:
    """Save the user's old segments; returns the names of those "brought", "already" here, and without a line
    ("nowhere"). files: old activity id -> the file's name."""
    done: dict[str, list[str]] = {"brought": [], "already": [], "nowhere": []}
    with store.session() as session:
        known = rows.known_keys(session, user_id, ORIGIN)
        here = v1_imports.names(session, user_id)
    for row in segments:
        name = str(row["name"] or "Segment")
        if str(row["id"]) in known:
            done["already"].append(name)
            continue
        own = [i for i in here.get(files.get(row["activity"], ""), [])]
        others = [i for some in here.values() for i in some if i not in own]
        drawn = _of_line(row["line"]) or _of_ends(user_id, row, own + others)
        if drawn is None:
            done["nowhere"].append(name)
            continue
        match = sports.from_text(str(row["sport"] or "running"))
        group = group_of(match.sport) or "other"
        with store.session() as session:
            rows.add(session, user_id, name, group, drawn, ORIGIN, str(row["id"]))
        done["brought"].append(name)
    return done


def _of_line(told: object) -> DrawnLine | None:
    """The line of a segment, stored as GeoJSON, a list of [lat, lon], a LINESTRING (longitude first) or an encoded
    polyline; None if it cannot be used."""
    if told is None or told == "":
        return None
    for places in _readings(told):
        lat, lon = places[:, 0], places[:, 1]
        if len(places) > 1 and (np.abs(lat) <= 90).all() and (np.abs(lon) <= 180).all():
            try:
                return draw(lat, lon)
            except ValueError:
                return None
    return None


def _readings(told: object) -> Iterator[np.ndarray]:
    if isinstance(told, str):
        text = told.strip()
        if text.upper().startswith(("LINESTRING", "SRID")):
            yield np.array([(float(b), float(a)) for a, b in _PAIR.findall(text.partition("(")[2])]).reshape(
                -1, 2
            )
            return
        try:
            told = json.loads(text)
        except ValueError:
            yield _decoded(text)
            return
    if isinstance(told, dict) and isinstance(told.get("coordinates"), list):  # GeoJSON: longitude first
        pairs = told["coordinates"]
        if str(told.get("type")) == "MultiLineString":
            pairs = [pair for line in pairs if isinstance(line, list) for pair in line]
        yield _array(pairs)[:, ::-1]
    elif isinstance(told, list):
        yield _array(told)


def _array(pairs: list[Any]) -> np.ndarray:
    keys = (("lat", "latitude"), ("lon", "lng", "longitude"))
    rows = [
        [next((p[k] for k in names if k in p), None) for names in keys]
        if isinstance(p, dict)
        else list(p)[:2]
        for p in pairs
        if isinstance(p, dict | list | tuple)
    ]
    try:
        return np.array(rows, dtype=float).reshape(-1, 2)
    except (ValueError, TypeError):
        return np.empty((0, 2))


def _decoded(text: str) -> np.ndarray:
    """(n, 2) latitudes and longitudes of Google's encoded polyline with five decimal places."""
    values, value, shift = [], 0, 0
    for letter in text:
        five = ord(letter) - 63
        if not 0 <= five < 64:
            return np.empty((0, 2))
        value |= (five & 31) << shift
        shift += 5
        if five < 32:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return np.cumsum(np.array(values[: len(values) // 2 * 2], dtype=float).reshape(-1, 2), axis=0) / 1e5


def _of_ends(user_id: int, row: dict[str, Any], activities: list[int]) -> DrawnLine | None:
    """The stretch between the two ends, taken from the first of these activities that passes both in order; of several
    passes, the one closest to the ends."""
    try:
        ends = [(float(row[f"{end}_lat"]), float(row[f"{end}_lon"])) for end in ("start", "end")]
    except (TypeError, ValueError):
        return None
    for activity in activities:
        track = points.load(user_id, activity)
        lat, lon, altitude = (track[name].to_numpy(float) for name in ("lat", "lon", "altitude"))
        shrink = np.cos(np.radians(ends[0][0]))
        away = [np.hypot(lat - a, (lon - o) * shrink) for a, o in ends]
        starts, stops = (np.flatnonzero(np.nan_to_num(d, nan=9.0) < NEAR_DEGREES) for d in away)
        if not len(starts) or not len(stops):
            continue
        before = np.searchsorted(starts, stops) - 1
        pairs = [(int(starts[b]), int(stop)) for b, stop in zip(before, stops, strict=True) if b >= 0]
        if not pairs:
            continue
        first, last = min(pairs, key=lambda p: away[0][p[0]] + away[1][p[1]])
        try:
            return draw(lat[first : last + 1], lon[first : last + 1], altitude[first : last + 1])
        except ValueError:
            continue
    return None
