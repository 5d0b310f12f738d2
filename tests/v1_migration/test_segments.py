"""Segments of the first MileVault: from their line in any form or from their two ends, each once."""

import json

import numpy as np
import pytest

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.v1_migration import segments
from tests.builders import gpx

NOTHING = dict.fromkeys(("line", "start_lat", "start_lon", "end_lat", "end_lon", "activity", "sport"))
PLACES = [[47.0 + 0.0005 * i, 8.0 + 0.001 * i] for i in range(6)]


def polyline(places: list[list[float]]) -> str:
    """Encode by Google's polyline algorithm, as documented."""
    out, last = "", [0, 0]
    for place in places:
        for axis, degrees in enumerate(place):
            now = round(degrees * 1e5)
            value = (now - last[axis]) << 1
            value = ~value if value < 0 else value
            while value >= 32:
                out += chr((32 | value & 31) + 63)
                value >>= 5
            out += chr(value + 63)
            last[axis] = now
    return out


LINES = {
    "pairs": json.dumps(PLACES),
    "words": json.dumps([{"lat": lat, "lng": lon} for lat, lon in PLACES]),
    "geojson": {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in PLACES]},
    "geojson of several lines": {
        "type": "MultiLineString",
        "coordinates": [[[lon, lat] for lat, lon in part] for part in (PLACES[:3], PLACES[3:])],
    },
    "wkt": "LINESTRING(" + ", ".join(f"{lon} {lat}" for lat, lon in PLACES) + ")",
    "polyline": polyline(PLACES),
}


@pytest.mark.parametrize("form", LINES)
def test_a_line_in_whatever_form(user: int, form: str) -> None:
    row = NOTHING | {"id": 7, "name": "Hill", "sport": "cycling", "line": LINES[form]}
    assert segments.bring(user, [row], {}) == {"brought": ["Hill"], "already": [], "nowhere": []}
    assert segments.bring(user, [row], {}) == {"brought": [], "already": ["Hill"], "nowhere": []}
    stored = store.read(
        "SELECT name, sport_group, line FROM route_segments WHERE user_id = $1", (user,)
    ).iloc[0]
    places = np.frombuffer(stored["line"], "<i4").reshape(-1, 2) * 1e-7
    assert (stored["name"], stored["sport_group"]) == ("Hill", "ride")
    assert places[[0, -1]] == pytest.approx(np.array(PLACES)[[0, -1]], abs=2e-5)


def test_two_ends_on_a_track_that_came_over(user: int) -> None:
    batch = files.begin(user, "milevault", "The first MileVault")
    track = gpx.gpx(gpx.track(gpx.points(200)))
    files.add_and_process(user, batch, "a.gpx", track.encode())
    clean.clean(user)
    lat, lon = (store.read(f"SELECT {c}_e7 * 1e-7::float8 AS v FROM activity_data_points ORDER BY time")["v"]
                for c in ("lat", "lon"))  # fmt: skip
    row = NOTHING | {"id": 1, "name": "Ends", "activity": 5, "start_lat": lat[40], "start_lon": lon[40],
                     "end_lat": lat[150], "end_lon": lon[150]}  # fmt: skip
    far = row | {"id": 2, "name": "Elsewhere", "start_lat": 10.0}
    assert segments.bring(user, [row, far], {5: "a.gpx"}) == {
        "brought": ["Ends"], "already": [], "nowhere": ["Elsewhere"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "line", ["", "no line", "[[1], 2]", "{}", "[[100, 200], [101, 201]]", "LINESTRING()", 7]
)
def test_what_cannot_be_read_is_said(user: int, line) -> None:
    row = NOTHING | {"id": 3, "name": "Odd", "line": line}
    assert segments.bring(user, [row], {})["nowhere"] == ["Odd"]
