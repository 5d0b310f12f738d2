"""What the activity page shows besides its charts: provenance, tables of stretches, marks on the map, edits in
words.
"""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from milevault_core.activities import sources
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.formats import LAP_COLUMNS
from milevault_core.view import format as fmt
from milevault_core.view import map as map_view
from milevault_core.view import tables
from milevault_core.view.activities import activity as activity_view
from milevault_core.view.activities import (
    along,
    edits,
    head,
    map_marks,
    more_tables,
    provenance,
    quantities,
    stretches,
)
from tests.builders.tracks import ride

ACTIVITY = {name: None for name in sources.FIGURES} | {
    "sport": "cycling", "distance_m": 40_000.0, "moving_s": 5_000.0, "elapsed_s": 5_400.0, "avg_speed": 8.0,
    "ascent_m": 512.0, "avg_heart_rate": 141.0,
}  # fmt: skip


def found(device: dict, computed: dict, chosen: dict | None = None, **shown) -> dict[str, provenance.Source]:
    made = provenance.sources(ACTIVITY | shown, device, computed, chosen or {}, fmt.METRIC)
    return {one.name: one for one in made}


def test_every_figure_tells_where_it_comes_from_and_what_else_there_is() -> None:
    made = found(
        {"distance_m": 40_000.0, "ascent_m": 512.0}, {"distance_m": 40_310.0, "avg_heart_rate": 141.0}
    )
    assert made["distance_m"].origin == "device"
    assert made["distance_m"].sentence == "The device's summary. The points give 40.3 km."
    assert made["avg_heart_rate"].origin == "computed"
    assert made["avg_speed"].origin == "computed", "it is distance divided by moving time"
    assert made["ascent_m"].sentence == "The device's summary."
    assert "max_power" not in made


def test_a_choice_and_a_number_of_ones_own_are_told() -> None:
    made = found(
        {"distance_m": 40_000.0}, {"distance_m": 40_310.0}, {"distance_m": "computed"}, distance_m=40_310.0
    )
    assert made["distance_m"].origin == "computed"
    made = found({"ascent_m": 480.0}, {"ascent_m": 500.0}, {"ascent_m": "512.0"})
    assert made["ascent_m"].origin == "edited"
    assert [c.origin for c in made["ascent_m"].candidates] == ["device", "computed", "edited"]


def test_figures_as_html_escape_and_name_themselves() -> None:
    html = provenance.html(list(found({}, {}).values()), provenance.HEAD)
    assert 'data-say="distance_m"' in html
    assert html.count("<dt>") == 6
    assert "<script" not in head.line({"is_race": True, "is_commute": False, "is_left_out": False, "tags": "<script>",
                                       "gear": "", "rpe": 7.0}, {"before": 3})  # fmt: skip


def test_tables_of_stretches_have_a_span_for_each_row() -> None:
    track = ride(2_400)
    measured = stretches.MeasuredTrack(track, "running")
    table = stretches.split_table(measured, fmt.METRIC, 1_000.0)
    assert table is not None
    assert len(table.rows) == len(table.spans) == int(np.ceil(track["distance"].iloc[-1] / 1_000))
    assert {"Time", "Pace", "Graded pace", "Ascent", "Avg heart rate"} <= set(table.rows.columns)
    first = stretches.figure_texts(measured.figures(table.spans[0]), fmt.METRIC, "running")
    assert dict(first)["Distance"] == "1.00 km"
    assert (
        stretches.split_table(
            stretches.MeasuredTrack(track.assign(distance=np.nan), "running"), fmt.METRIC, 1_000
        )
        is None
    )


def test_distance_time_and_pace_of_a_split_agree() -> None:
    measured = stretches.MeasuredTrack(ride(1_200, pause_at=300), "running")
    table = stretches.split_table(measured, fmt.METRIC, 1_000.0)
    assert table is not None
    whole = table.rows.iloc[:-1]  # 1 km each; the last one is shorter
    assert (whole["Time"] + " /km" == whole["Pace"]).all(), whole
    stood = [measured.figures(span).elapsed_s - measured.figures(span).moving_s >= 5 for span in table.spans]
    assert sum(stood) == 1
    assert (table.rows["Elapsed"] != "").tolist() == stood
    going = stretches.split_table(stretches.MeasuredTrack(ride(1_200), "running"), fmt.METRIC, 1_000.0)
    assert going is not None
    assert "Elapsed" not in going.rows


def test_best_efforts_know_where_an_activity_began_before_its_first_point() -> None:
    efforts = pd.DataFrame(
        {"kind": ["best_time"], "key": [400.0], "value": [60.0], "t0_s": [130.0], "t1_s": [190.0]}
    )
    table = stretches.effort_table(
        stretches.MeasuredTrack(ride(600), "running"), efforts, fmt.METRIC, lead_s=30.0
    )
    assert table is not None
    assert table.spans == [(100, 161)]


def test_lengths_with_strokes_and_swolf() -> None:
    seconds = [30.0, 20.0, 34.0]
    lengths = pd.DataFrame({
        "timer_s": seconds, "elapsed_s": seconds, "strokes": [12.0, np.nan, 14.0],
        "stroke": ["freestyle", "", "freestyle"], "intensity": ["active", "rest", "active"],
    })  # fmt: skip
    table = more_tables.length_table(lengths, 25.0, fmt.METRIC)
    assert table["SWOLF"].tolist() == ["42", "–", "48"]
    assert table["Pace"].tolist() == ["2:00 /100 m", "–", "2:16 /100 m"]
    assert list(table.index) == ["1", "", "2"]
    assert (
        more_tables.swim_sentence(lengths, 25.0, fmt.METRIC)
        == "2 lengths of 25 m · SWOLF 45 · 13.0 strokes a length"
    )
    assert more_tables.swim_sentence(lengths, 22.86, fmt.METRIC).startswith("2 lengths of 25 yd")


def test_the_track_can_be_coloured_by_everything() -> None:
    track = ride(900)
    further = {("core_temperature", ""): "Core temperature"}
    choices = quantities.choices(track, "cycling", further, 185.0)
    assert list(choices) == ["altitude", "speed", "heart_rate", "power", "cadence", "temperature", "grade", "zone",
                             "channel:core_temperature:"]  # fmt: skip
    load = lambda name, developer: np.linspace(36, 39, 900)  # noqa: E731
    for key in choices:
        shown = quantities.quantity(
            track, key, fmt.METRIC, "cycling", load, {("core_temperature", ""): "°C"}, 185.0
        )
        assert shown is not None
        deck = json.loads(map_view.deck(track, "", fmt.METRIC, "cycling", shown=shown))
        rows = next(layer for layer in deck["layers"] if layer["id"] == "track")["data"]
        assert len({tuple(row["c"]) for row in rows}) >= 2, key
        assert map_view.legend_of(shown).low != map_view.legend_of(shown).high, key


def test_a_value_at_a_boundary_is_in_the_zone_above() -> None:
    assert quantities.zone_numbers(np.array([80, 119.9, 120, 160, 180, 200, np.nan]), 200.0).tolist()[:6] == [
        1,
        1,
        2,
        4,
        5,
        5,
    ]


def test_marks_are_few_and_within_the_track() -> None:
    track = ride(7_200)
    layers = {
        layer["id"]: layer["data"] for layer in map_marks.marks(track, fmt.METRIC, (0.0, 900.0, 1_800.0))
    }
    assert [row["v"] for row in layers["laps"]] == ["Lap 2", "Lap 3"]
    assert 4 <= len(layers["distances"]) <= map_marks.MOST
    assert len(layers["direction"]) == map_marks.ARROWS
    for rows in layers.values():
        for row in rows:
            assert track["lon"].min() <= row["at"][0] + 1e-5
            assert row["at"][1] <= track["lat"].max() + 1e-5
    assert map_marks.marks(track.assign(lat=np.nan), fmt.METRIC) == []


def test_stops_join_the_chart_with_the_map() -> None:
    track = ride(3_600)
    whole = along.stops(track, fmt.METRIC)
    assert len(whole["x"]) == len(whole["lon"]) == len(whole["lat"]) <= along.STOPS
    assert (np.diff(whole["x"]) > 0).all()
    part = along.stops(track, fmt.METRIC, "time", (100, 200))
    assert (part["lo"], part["hi"]) == (100.0, 199.0)
    assert along.stops(track.assign(lon=np.nan, lat=np.nan), fmt.METRIC)["x"] == []


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (TrackEdit("trim", stop=1_750_000_000.0), "Everything after 17:06:40 trimmed"),
        (TrackEdit("cut", 1_750_000_000.0, 1_750_000_060.0), "17:06:40 – 17:07:40 cut out"),
        (
            TrackEdit("spike", 1_750_000_000.0, 1_750_000_060.0, "power"),
            "Power dropped from 17:06:40 to 17:07:40",
        ),
        (TrackEdit("altitude", factor=0.5, offset=-12.0), "Elevation times 0.5 minus 12 m"),
    ],
)
def test_edits_in_words(edit: TrackEdit, text: str) -> None:
    assert datetime.fromtimestamp(1_750_000_000, UTC).hour == 15
    assert edits.sentence("track:1", edit.pack(), fmt.METRIC, "running", "Europe/Berlin") == text
    assert (
        edits.sentence("figure:distance_m", "device", fmt.METRIC, "running", "UTC")
        == "Distance: the device's summary"
    )
    assert edits.sentence("figure:distance_m", "5000.0", fmt.METRIC, "running", "UTC") == "Distance: 5.00 km"


def test_no_calories_are_not_0_kcal() -> None:
    assert provenance.say("calories", 0.0, fmt.METRIC, "running") == fmt.MISSING
    assert provenance.say("calories", 323.0, fmt.METRIC, "running") == "323 kcal"


@pytest.mark.parametrize(("sport", "is_shown"), [("diving", False), ("swimming", False), ("running", True)])
def test_an_ascent_of_0_m_is_a_figure_only_where_one_climbs(sport: str, is_shown: bool) -> None:
    assert ("ascent_m" in found({}, {}, sport=sport, ascent_m=0.0)) is is_shown
    assert "ascent_m" in found({}, {}, sport=sport, ascent_m=12.0)


def test_a_lap_names_its_step_of_the_workout_only_where_there_is_one() -> None:
    laps = pd.DataFrame({name: [np.nan] * 3 for name in LAP_COLUMNS}).assign(
        timer_s=[60.0, 30.0, 60.0],
        strokes=np.nan,
        stroke="",
        intensity="active",
        workout_step=[0.0, 1.0, np.nan],
    )
    assert tables.lap_table(laps, fmt.METRIC, "running")["Workout step"].tolist() == ["1", "2", "–"]
    assert "Workout step" not in tables.lap_table(laps.assign(workout_step=np.nan), fmt.METRIC, "running")


def test_the_time_zone_is_said_where_it_is_not_the_readers() -> None:
    at = {
        "start_time": datetime(2026, 6, 1, 6, tzinfo=UTC),
        "time_zone": "Asia/Kolkata",
        "utc_offset_s": 19_800,
    }
    assert activity_view.elsewhere(at, "Europe/Berlin") == "Local time there: UTC+5:30, Asia/Kolkata"
    assert activity_view.elsewhere(at, "Asia/Colombo") == ""
    no_name = at | {"time_zone": "", "utc_offset_s": -14_400}
    assert activity_view.elsewhere(no_name, "Europe/Berlin") == "Local time there: UTC−4"
