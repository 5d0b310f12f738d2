"""The map's spec: colours, joins, gaps, the antimeridian, the initial view, size, cost."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view.activities import map_marks
from milevault_core.view.segments import segment as segment_view
from tests.builders.tracks import ride

FIVE_HOURS = 18_000


def layers(deck: str) -> dict[str, dict]:
    return {layer["id"]: layer for layer in json.loads(deck)["layers"]}


def vertices(layer: dict) -> int:
    return sum(len(row["path"]) // 2 for row in layer["data"])


def joined(rows: list[dict]) -> list[bool]:
    """Whether each piece begins where the previous one ends."""
    return [a["path"][-2:] == b["path"][:2] for a, b in pairwise(rows)]


@pytest.fixture(scope="module")
def track():
    return ride(FIVE_HOURS)


def test_pieces_are_merged_joined_and_coloured_from_the_ramp(track):
    found = layers(map_view.deck(track, "heart_rate"))
    rows = found["track"]["data"]
    assert vertices(found["casing"]) <= map_view.POINTS
    assert len(rows) < 2000
    assert all(joined(rows))
    assert all(a["c"] != b["c"] for a, b in pairwise(rows)), "equal neighbours are one piece"
    assert {tuple(r["c"]) for r in rows} <= {tuple(c) for c in map_view.RAMP}
    assert len({tuple(r["c"]) for r in rows}) >= 12
    assert all(r["v"].endswith(" bpm") for r in rows)


def test_the_colour_is_that_of_the_value():
    track = ride(2000)
    track["power"] = np.repeat([100.0, 300.0], 1000)
    rows = layers(map_view.deck(track, "power"))["track"]["data"]
    assert rows[0]["c"] == map_view.RAMP[0]
    assert rows[-1]["c"] == map_view.RAMP[-1]
    assert (rows[0]["v"], rows[-1]["v"]) == ("100 W", "300 W")
    assert len(rows) <= 3


def test_the_legend_says_the_ends_and_pace_has_the_slow_end_first(track):
    legend = map_view.legend(track, "heart_rate")
    low, high = np.percentile(track["heart_rate"], [2, 98])
    assert (legend.label, legend.low, legend.high) == ("Heart rate", f"{low:.0f} bpm", f"{high:.0f} bpm")
    run = track.assign(speed=1000 / np.linspace(400, 300, FIVE_HOURS))
    assert map_view.legend(run, "speed", fmt.METRIC, "running") == map_view.Legend(
        "Pace", "6:38 /km", "5:02 /km"
    )
    rows = layers(map_view.deck(run, "speed", fmt.METRIC, "running"))["track"]["data"]
    assert (rows[0]["c"], rows[-1]["c"]) == (map_view.RAMP[0], map_view.RAMP[-1])
    assert "6:38 /km" in map_view.legend(run, "speed", fmt.METRIC, "running").html()


def test_no_quantity_one_colour(track):
    rows = layers(map_view.deck(track))["track"]["data"]
    assert [r["c"] for r in rows] == [map_view.PLAIN]


def test_missing_values_are_grey_and_the_line_stays_whole():
    track = ride(1000)
    track.loc[300:600, "heart_rate"] = np.nan
    rows = layers(map_view.deck(track, "heart_rate"))["track"]["data"]
    assert map_view.UNKNOWN in [r["c"] for r in rows]
    assert all(joined(rows))
    assert (
        layers(map_view.deck(track.assign(power=np.nan), "power"))["track"]["data"][0]["c"]
        == map_view.UNKNOWN
    )


@pytest.mark.parametrize("n", [1000, FIVE_HOURS])
@pytest.mark.parametrize("kind", ["pause", "no signal"])
def test_gaps_are_not_joined(n, kind):
    track = ride(n, pause_at=n // 2 if kind == "pause" else 0)
    if kind == "no signal":
        track.loc[n // 2 : n // 2 + 100, ["lat", "lon"]] = np.nan
    found = layers(map_view.deck(track, "heart_rate"))
    assert joined(found["track"]["data"]).count(False) == 1
    assert len(found["casing"]["data"]) == 2
    longest = max(
        np.hypot(*np.diff(np.reshape(r["path"], (-1, 2)), axis=0).T).max() for r in found["track"]["data"]
    )
    step = np.hypot(np.diff(track["lat"]), np.diff(track["lon"]))
    assert longest < 60 * np.nanmedian(step)


def test_a_course_without_times_is_drawn_and_its_holes_are_kept():
    track = ride(500).assign(time=pd.NaT)
    assert len(layers(map_view.deck(track))["casing"]["data"]) == 1
    track.loc[200:210, "lat"] = np.nan
    assert len(layers(map_view.deck(track))["casing"]["data"]) == 2


def test_across_the_antimeridian():
    track = ride(2000)
    track["lon"] = (track["lon"] - track["lon"].mean() + 180.0 + 180.0) % 360.0 - 180.0
    assert track["lon"].max() > 179
    assert track["lon"].min() < -179
    deck = map_view.deck(track, "speed")
    xs = np.concatenate([r["path"][::2] for r in layers(deck)["track"]["data"]])
    assert np.ptp(xs) < 1
    view = json.loads(deck)["initialViewState"]
    assert abs(abs(view["longitude"]) - 180) < 1
    assert view["zoom"] > 8


@pytest.mark.parametrize("size", [(380, 420), (800, 300), (300, 800)])
def test_the_whole_track_fits(track, size):
    view = json.loads(map_view.deck(track, size=size))["initialViewState"]
    scale = 512 * 2 ** view["zoom"] / 360
    mercator = np.degrees(np.arcsinh(np.tan(np.radians(track["lat"].to_numpy()))))
    middle = np.degrees(np.arcsinh(np.tan(np.radians(view["latitude"]))))
    across = np.abs(track["lon"] - view["longitude"]).max() * scale
    up = np.abs(mercator - middle).max() * scale
    assert across <= size[0] / 2
    assert up <= size[1] / 2
    assert max(across / size[0], up / size[1]) > 0.4, "and fills it"


def test_a_track_fits_the_map_of_a_narrow_telephone(track):
    view = json.loads(map_view.deck(track))["initialViewState"]
    across = np.abs(track["lon"] - view["longitude"]).max() * 512 * 2 ** view["zoom"] / 360
    assert across <= 330 / 2 - 6, "the dots at its ends, too"


def test_standing_on_one_spot():
    track = ride(100).assign(lat=47.0, lon=13.0)
    assert json.loads(map_view.deck(track))["initialViewState"]["zoom"] <= 17


def test_start_finish_style_and_decimals(track):
    deck = map_view.deck(track, "speed")
    spec = json.loads(deck)
    ends = {row["v"]: row["at"] for row in layers(deck)["ends"]["data"]}
    assert ends["Start"] == [round(track["lon"][0], 5), round(track["lat"][0], 5)]
    assert set(ends) == {"Start", "Finish"}
    assert spec["mapStyle"] == "/map/style.json"
    for row in layers(deck)["track"]["data"]:
        assert all(v == round(v, 5) for v in row["path"])


def test_a_stretch_stands_out(track):
    found = layers(map_view.deck(track, "speed", highlight=(4000, 6000)))
    assert found["track"]["opacity"] < 0.2
    path = found["stretch"]["data"][0]["path"]
    assert path[:2] == [round(track["lon"][4000], 5), round(track["lat"][4000], 5)]
    end = found["stretch"]["data"][-1]["path"][-2:]
    assert end == [round(track["lon"][5999], 5), round(track["lat"][5999], 5)]
    assert found["stretch"]["getWidth"] > found["track"]["getWidth"]


def test_no_position_no_map():
    track = ride(100).assign(lat=np.nan)
    assert not map_view.has_track(track)
    assert map_view.deck(track) == ""
    assert map_view.has_track(ride(100))


def test_streamlit_can_take_the_ready_deck(track):
    deck = map_view.ReadyDeck(map_view.deck(track))
    assert json.loads(deck.to_json())["layers"]


def test_size_of_a_five_hour_ride(track):
    deck = map_view.deck(track, "heart_rate")
    assert len(deck.encode()) <= 300_000


def test_the_background_is_the_pages(track):
    deck = map_view.deck(track, "speed", fmt.units("metric"), "cycling", None)
    asked = [json.loads(d)["mapStyle"] for d in (deck, map_view.on_dark(deck), map_view.on_satellite(deck))]
    assert asked == [map_view.STYLE + query for query in ("", "?theme=dark", "?background=satellite")]


def test_a_name_in_a_tooltip_turns_nothing() -> None:
    """Two map tooltips contain the user's own words: that of a segment, and that of the start of its efforts.
    (tests/browser/test_evil_names.py checks in a browser that they become neither markup nor a template.)"""
    track = ride(600)
    evil, at = "A\u202ehill \u2066{v} <b>b</b>", (float(track["lat"].iloc[0]), float(track["lon"].iloc[0]))
    begins = {one["id"]: one["data"] for one in map_marks.marks(track, fmt.METRIC, segments=[(*at, evil)])}
    assert [row["v"] for row in begins["segments"]] == ["Ahill {v} <b>b</b>"]
    line = track[["lat", "lon"]].to_numpy(float)
    drawn = layers(segment_view.deck({"line": line, "name": evil, "altitudes": np.empty(0)}))
    assert [row["v"] for row in drawn["track"]["data"]] == ["Ahill {v} <b>b</b>"]
