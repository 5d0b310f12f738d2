"""The timeline's spec: rows, vertices, gaps, axes, size, cost. What a browser makes of it: test_browser_charts."""

import json
import time
import warnings

import numpy as np
import pandas as pd
import pytest

from milevault_core.view import format as fmt
from milevault_core.view import series as series_view
from milevault_core.view import timeline
from milevault_core.view.timeline import FOOT, HEAD, ROW
from tests.builders.tracks import ride

FIVE_HOURS = 18_000


def layers(spec: dict) -> dict[str, dict]:
    """The named layers of a chart, those inside groups too."""
    found = {}
    for layer in spec.get("layer", []):
        found |= layers(layer) if "layer" in layer else {layer["name"]: layer}
    return found


def values(layer: dict, field: str = "y") -> list:
    return layer["data"]["values"][0][field]


def lines(spec: dict) -> dict[str, dict]:
    return {name: layer for name, layer in layers(spec).items() if name.endswith(("_line", "_area"))}


@pytest.fixture(scope="module")
def track():
    return ride(FIVE_HOURS, pause_at=9000)


@pytest.fixture(scope="module")
def spec(track):
    return timeline.timeline(track, fmt.METRIC, "Europe/Vienna", "cycling")


def test_a_row_for_each_quantity_with_its_own_colour(spec):
    rows = lines(spec)
    assert [name.rsplit("_", 1)[0] for name in rows] == list(series_view.COLOURS)
    for layer in rows.values():
        assert len(values(layer)) >= 400
        assert len(values(layer)) <= 1000
    titles = layers(spec)["titles"]["data"]["values"]
    assert [t["label"] for t in titles] == [
        "Elevation, m", "Speed, km/h", "Heart rate, bpm", "Power, W", "Cadence, rpm", "Temperature, °C",
    ]  # fmt: skip


def test_each_row_keeps_to_its_band(spec):
    for i, layer in enumerate(lines(spec).values()):
        top = i * (HEAD + ROW + FOOT) + HEAD
        known = [v for v in values(layer) if v is not None]
        assert min(known) >= top - 0.1
        assert max(known) <= top + ROW + 0.1


def test_peaks_survive(track):
    track = track.copy()
    track.loc[12_345, "heart_rate"] = 240.0
    row = lines(timeline.timeline(track))["heart_rate_line"]
    assert (
        min(v for v in values(row) if v is not None) == 2 * (HEAD + ROW + FOOT) + HEAD
    )  # the top of its band


def test_a_pause_breaks_every_line_and_nothing_else_does(spec, track):
    for layer in lines(spec).values():
        assert values(layer).count(None) == 1
    whole = lines(timeline.timeline(ride(FIVE_HOURS)))
    assert all(values(layer).count(None) == 0 for layer in whole.values())


def test_a_sensor_that_fails_breaks_its_own_line_only():
    track = ride(3600)
    track.loc[1000:1099, "heart_rate"] = np.nan
    rows = lines(timeline.timeline(track))
    assert {k: values(v).count(None) for k, v in rows.items() if None in values(v)} == {"heart_rate_line": 1}


def test_values_in_every_other_point_are_joined():
    """Some apps write positions and heart rate in turn."""
    track = ride(600)
    track.loc[::2, "heart_rate"] = np.nan
    assert values(lines(timeline.timeline(track))["heart_rate_line"]).count(None) == 0


def test_sparse_recording_is_joined_but_its_pauses_are_not():
    track = ride(6000).iloc[::30].reset_index(drop=True)
    track.loc[100:, "time"] += np.timedelta64(1800, "s")
    assert values(lines(timeline.timeline(track))["power_line"]).count(None) == 1


def test_one_crosshair_and_one_brush_for_all_rows(spec):
    params = [p for layer in layers(spec).values() for p in layer.get("params", [])]
    assert [p["name"] for p in params] == ["hover", "range"]
    assert next(iter(layers(spec))) == "crosshair", "drawn first: a line cannot carry nearest"
    rule = layers(spec)["crosshair"]["encoding"]
    assert (rule["y"]["datum"], rule["y2"]["datum"]) == (0, 6 * (HEAD + ROW + FOOT))
    assert [t["field"] for t in rule["tooltip"]] == [
        "Time", "Distance", "Clock", "Elevation", "Speed", "Heart rate", "Power", "Cadence", "Temperature",
    ]  # fmt: skip


def test_the_crosshair_says_what_was_recorded(spec, track):
    columns = spec["layer"][0]["data"]["values"][0]
    assert len(columns["x"]) == len(set(columns["x"])) <= timeline.STOPS
    assert columns["Clock"][0] == "08:00:00"
    nearest = np.abs(track["distance"].to_numpy() / 1000 - columns["x"][250]).argmin()
    assert columns["Heart rate"][250] == f"{track['heart_rate'][nearest]:.0f} bpm"
    assert columns["Time"][-1] == fmt.duration(
        (track["time"].iloc[-1] - track["time"].iloc[0]).total_seconds()
    )


def test_runners_see_pace_the_fast_side_up_and_steps():
    track = ride(3600)
    track["speed"] = 1000 / np.linspace(400, 300, 3600)  # from 6:40 to 5:00 /km
    spec = timeline.timeline(track, sport="running")
    row = values(lines(spec)["speed_line"])
    assert row[-1] < row[0], "faster is higher"
    columns = spec["layer"][0]["data"]["values"][0]
    assert columns["Pace"][0] == "6:40 /km"
    assert columns["Cadence"][0] == fmt.number(2 * track["cadence"][0], 0, "spm")
    assert timeline.timeline(track, fmt.IMPERIAL, sport="running")["layer"][0]["data"]["values"][0]["Pace"][
        0
    ] == ("10:44 /mi")


def test_standing_still_neither_flattens_nor_breaks_the_pace():
    track = ride(3600)
    track["speed"] = 3.0 + np.sin(np.arange(3600) / 50)
    calm = series_view.series(track, "speed", fmt.METRIC, "running").bounds
    track.loc[500:560, "speed"] = 0.0
    track.loc[600:603, "speed"] = 1e-4
    bounds = series_view.series(track, "speed", fmt.METRIC, "running").bounds
    assert bounds == pytest.approx(calm, rel=0.1)
    spec = timeline.timeline(track, sport="running")
    row = values(lines(spec)["speed_line"])
    assert None not in row
    assert max(row) == HEAD + ROW + FOOT + HEAD + ROW  # the slow edge
    json.dumps(spec, allow_nan=False)


def test_indoors_the_axis_is_time():
    track = ride(3600).assign(lat=np.nan, lon=np.nan, distance=np.nan, speed=np.nan, altitude=np.nan)
    spec = timeline.timeline(track)
    assert [name.rsplit("_", 1)[0] for name in lines(spec)] == [
        "heart_rate",
        "power",
        "cadence",
        "temperature",
    ]
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, 3599]
    assert "'600':'10 min'" in spec["encoding"]["x"]["axis"]["labelExpr"]
    assert "Distance" not in spec["layer"][0]["data"]["values"][0]


def test_time_can_be_asked_for(track):
    spec = timeline.timeline(track, x="time")
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, FIVE_HOURS - 1 + 900]
    assert "'3600':'1:00 h'" in spec["encoding"]["x"]["axis"]["labelExpr"]


@pytest.mark.parametrize("rows", [0, 1])
def test_too_little_to_draw(rows):
    assert timeline.timeline(ride(10).iloc[:rows]) == {}


def test_nothing_measured():
    track = ride(100)
    track[list(series_view.COLOURS)] = np.nan
    assert timeline.timeline(track) == {}


def test_flat_constant_and_missing_values_are_drawn():
    track = ride(300).assign(altitude=12.0, heart_rate=150.0, temperature=np.nan, speed=0.0)
    for sport in ("cycling", "running", "swimming"):
        json.dumps(timeline.timeline(track, sport=sport), allow_nan=False)
    assert series_view.series(track, "altitude", fmt.METRIC).bounds == (-3.0, 27.0), "a flat road looks flat"


def test_a_sensor_that_was_not_there_is_not_drawn():
    track = ride(100).assign(power=0.0, cadence=0.0, heart_rate=120.0)
    assert "heart_rate" in series_view.available(track)
    assert "speed" in series_view.available(track)
    assert not {"power", "cadence"} & set(series_view.available(track))
    track.loc[50, "power"] = 1.0
    assert "power" in series_view.available(track)


def test_points_without_time_or_distance_are_left_out():
    track = ride(300)
    track.loc[10:20, "time"] = pd.NaT
    track.loc[100:110, "distance"] = np.nan
    track.loc[0, "time"] = pd.NaT
    for x in ("distance", "time"):
        json.dumps(timeline.timeline(track, x=x), allow_nan=False)


def test_the_brush_finds_its_rows(track):
    first, last = timeline.stretch(track, {"x": [20.0, 30.0]})
    assert track["distance"][first] / 1000 == pytest.approx(20, abs=0.02)
    assert track["distance"][last - 1] / 1000 == pytest.approx(30, abs=0.02)
    miles = timeline.stretch(track, {"x": [20 / 1.609344, 30 / 1.609344]}, fmt.IMPERIAL)
    assert miles == (first, last)
    assert timeline.stretch(track, {"x": [60.0, 120.0]}, x="time") == (60, 121)


@pytest.mark.parametrize(
    "chosen", [None, {}, {"x": []}, {"x": [1]}, {"x": [None, 2]}, {"x": "ab"}, [], {"x": [5e9, 6e9]}]
)
def test_no_brush(track, chosen):
    assert timeline.stretch(track, chosen) is None


def test_altair_accepts_the_spec():
    import altair

    spec = timeline.timeline(ride(300, pause_at=100), sport="running")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chart = altair.Chart.from_dict(spec)
        assert len(chart.to_dict(validate=True)["layer"]) == len(spec["layer"])


def test_size_and_cost_of_a_five_hour_ride(track):
    spent = []
    for _ in range(5):
        start = time.process_time()
        spec = timeline.timeline(track, fmt.METRIC, "Europe/Vienna", "cycling")
        spent.append(time.process_time() - start)
    assert min(spent) <= 0.060
    assert len(json.dumps(spec).encode()) <= 300_000
