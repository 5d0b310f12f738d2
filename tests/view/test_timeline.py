"""The timeline's spec: rows, vertices, gaps, axes, size, cost. test_browser_charts tests it in a browser."""

import json

import altair
import jsonschema
import numpy as np
import pandas as pd
import pytest

from milevault_core.view import format as fmt
from milevault_core.view.activities import along as along_view
from milevault_core.view.activities import series as series_view
from milevault_core.view.activities import timeline
from milevault_core.view.activities.timeline_shape import FOOT, HEAD, ROW, Row, shape
from tests.builders.tracks import ride

FIVE_HOURS = 18_000


def layers(spec: dict) -> dict[str, dict]:
    """The named layers of a chart, including those inside groups."""
    found = {}
    for layer in spec.get("layer", []):
        found[layer["name"]] = layer
        found |= layers(layer)
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
    """Some apps write positions and heart rate alternately."""
    track = ride(600)
    track.loc[::2, "heart_rate"] = np.nan
    assert values(lines(timeline.timeline(track))["heart_rate_line"]).count(None) == 0


def test_sparse_recording_is_joined_but_its_pauses_are_not():
    track = ride(6000).iloc[::30].reset_index(drop=True)
    track.loc[100:, "time"] += np.timedelta64(1800, "s")
    assert values(lines(timeline.timeline(track))["power_line"]).count(None) == 1


def test_one_crosshair_and_one_brush_for_all_rows(spec):
    assert [p["name"] for p in spec["params"]] == ["hover", "range"]
    assert all(p["views"] == ["crosshair"] for p in spec["params"]), "a text has no nearest"
    assert spec["layer"][0]["name"] == "pointer", "drawn first: a line cannot carry nearest"
    assert "data" not in layers(spec)["crosshair"], "its data are those of the pointer"
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
    assert max(row) == HEAD + ROW + FOOT + HEAD + ROW  # the slow end of the axis
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


def test_altair_checks_the_poured_spec_too():
    spec = timeline.timeline(ride(300, pause_at=100), sport="running")
    chart = altair.Chart.from_dict(spec)
    assert len(chart.to_dict(validate=True)["layer"]) == len(spec["layer"])


@pytest.mark.parametrize("forms", [("area",), ("line", "peaks"), ("area", "line", "peaks", "line")])
def test_altair_checks_the_shape_of_every_form(forms):
    rows = tuple(Row(f"row{number}", f"Row {number}", "#123456", form) for number, form in enumerate(forms))
    checked = altair.LayerChart.from_dict(shape(rows, ("Time", "Clock")))
    assert len(checked.to_dict(validate=True)["layer"]) == 2 + len(forms) + forms.count("peaks")
    broken = shape(rows, ("Time", "Clock")) | {"height": "tall"}
    with pytest.raises(jsonschema.ValidationError, match="tall"):
        altair.LayerChart.from_dict(broken)


def test_a_shape_is_built_once_and_never_written_into(track, spec):
    before = json.dumps(shape.__wrapped__(*_last_shape(spec)))
    kept = shape(*_last_shape(spec))
    timeline.brushed(timeline.timeline(track, fmt.METRIC, None, "cycling"), track, (10, 50), fmt.METRIC)
    assert shape(*_last_shape(spec)) is kept
    assert json.dumps(kept) == before


def _last_shape(spec) -> tuple:
    form = {name.rsplit("_", 1)[0]: "area" if name.endswith("area") else "line" for name in lines(spec)}
    form |= {name.rsplit("_", 1)[0]: "peaks" for name in layers(spec) if name.endswith("_peaks")}
    made = (series_view.series(ride(10), key, fmt.METRIC, "cycling") for key in form)
    rows = tuple(Row(one.key, one.label, one.colour, form[one.key]) for one in made)
    return rows, ("Time", "Distance", "Clock")


def test_zoomed_in_every_point_is_there(track):
    track = track.copy()
    track.loc[5_000:5_400:2, "power"] += 300.0
    part = timeline.timeline(track, fmt.METRIC, None, "cycling", window=(5_000, 5_400))
    assert len(values(lines(part)["power_line"])) == 400
    assert part["encoding"]["x"]["scale"]["domain"] == [
        round(track["distance"][5_000] / 1000, 4), round(track["distance"][5_399] / 1000, 4)
    ]  # fmt: skip
    assert part["layer"][0]["data"]["values"][0]["Time"][0] == fmt.duration(5_000)


def test_moving_time_leaves_pauses_and_standing_out():
    made = ride(1_000, pause_at=500)
    made.loc[700:799, "distance"] = made["distance"][700]
    made.loc[800:, "distance"] += made["distance"][700] - made["distance"][800]
    along, axis = along_view.position(made, fmt.METRIC, "moving")
    assert axis == "moving"
    assert along[-1] == pytest.approx(999 - 1 - 100, abs=6)
    assert (np.diff(along) >= 0).all()


def test_size_of_a_five_hour_ride(track):
    spec = timeline.timeline(track, fmt.METRIC, "Europe/Vienna", "cycling")
    assert len(json.dumps(spec).encode()) <= 300_000
