"""Channels in words, and as rows of the timeline."""

import numpy as np
import pandas as pd
import pytest

from milevault_core.view import format as fmt
from milevault_core.view.activities import channels, timeline
from milevault_core.view.activities.series import COLOURS
from tests.builders.tracks import ride


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", channels.COLOURS)
def test_colours_are_seen_on_both_backgrounds_and_are_not_those_of_the_track(colour):
    for background in ("#ffffff", "#0e1117"):
        light, dark = sorted((luminance(colour), luminance(background)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3
    assert colour not in COLOURS.values()


@pytest.mark.parametrize(
    ("name", "developer", "said"),
    [
        ("vertical_oscillation", "", "Vertical oscillation"), ("left_right_balance", "", "Left balance"),
        ("Form Power", "Stryd", "Form Power (Stryd)"), ("core_temperature", "CORE", "Core temperature"),
        ("SmO2 [%] No.1", "", "SmO2  %  No 1"), ("field_108", "", "Field 108"),
        ("Power", "660a581e5301460c8f2f034c8b6dc90f", "Power (app)"), ("", "", "Unnamed"),
    ],
)  # fmt: skip
def test_labels_are_words_that_a_chart_can_hold(name, developer, said):
    assert channels.label(name, developer) == said


def test_choices_are_in_the_order_of_their_labels():
    found = pd.DataFrame(
        {"name": ["stance_time", "core_temperature"], "developer": ["", ""], "unit": ["ms", "°C"]}
    )
    assert list(channels.choices(found).values()) == ["Core temperature", "Ground contact time"]


def test_rows_are_in_the_users_units_and_empty_ones_are_left_out():
    n, nan = 50, np.full(50, np.nan)
    found = [("core_temperature", "", "°C", np.linspace(37, 39, n)), ("empty", "", "", nan), ("short", "", "", nan[:3]),
             ("stance_time", "", "ms", np.full(n, 250.0)), ("stance_time", "", "ms", np.full(n, 251.0))]  # fmt: skip
    core, first, second = channels.rows(found, n, fmt.IMPERIAL)
    assert (core.unit, core.text(core.values[0])) == ("°F", "98.6 °F")
    assert first.bounds[0] < 250 < first.bounds[1]
    assert [r.label for r in (core, first, second)] == [
        "Core temperature", "Ground contact time", "Ground contact time 2",
    ]  # fmt: skip
    assert len({r.key for r in (core, first, second)}) == 3


def test_a_timeline_has_the_rows_of_channels_below_those_of_the_track():
    track = ride(600)
    more = channels.rows([("stance_time", "", "ms", np.linspace(240, 260, 600))], 600, fmt.METRIC)
    spec = timeline.timeline(track, fmt.METRIC, "Europe/Vienna", "cycling", more=more)
    plain = timeline.timeline(track, fmt.METRIC, "Europe/Vienna", "cycling")
    names = [layer.get("name") for layer in spec["layer"]]
    assert "channel_0_line" in names
    assert spec["height"] == plain["height"] + timeline.ROW + timeline.HEAD + timeline.FOOT
    titles = next(layer for layer in spec["layer"] if layer.get("name") == "titles")
    assert titles["data"]["values"][-1]["label"] == "Ground contact time, ms"


def test_a_timeline_of_channels_alone_is_drawn():
    track = ride(600)
    for column in ("altitude", "speed", "heart_rate", "power", "cadence", "temperature"):
        track[column] = np.nan
    more = channels.rows([("stance_time", "", "ms", np.linspace(240, 260, 600))], 600, fmt.METRIC)
    assert timeline.timeline(track, fmt.METRIC) == {}
    assert timeline.timeline(track, fmt.METRIC, more=more)["height"] > 0
