"""A planned workout and the weather from a file, in words."""

import pandas as pd
import pytest

from milevault_core.formats import fit
from milevault_core.view import format as fmt
from milevault_core.view import tables
from milevault_core.view.activities import weather, workout
from tests.examples.files import FILES


def activity(**details) -> dict:
    return {"sport": "running", "details": details}


def step(**told) -> str:
    shown = activity(workout={"steps": [{"number": 0, **told}]})
    return workout.step_names(shown, fmt.METRIC)[0]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"intensity": "warmup"}, "Warm-up"),
        ({"intensity": "interval", "distance_m": 1000.0}, "Interval 1000 m"),
        ({"intensity": "active", "distance_m": 5000.0}, "Work 5 km"),
        ({"intensity": "recovery", "duration_s": 90.0}, "Recovery 90 s"),
        ({"intensity": "rest", "duration_s": 150.0}, "Rest 2:30"),
        ({"intensity": "cooldown", "duration_s": 600.0}, "Cool-down 10 min"),
        ({"name": "Hill", "intensity": "active", "duration_s": 60.0}, "Hill"),
        ({"name": "Hill", "notes": "Lean forward"}, "Hill: Lean forward"),
        ({"duration_s": 60.0}, "1 min"),
        ({}, ""),
        ({"target": {"kind": "heart_rate", "zone": 3}}, "heart rate zone 3"),
        (
            {"intensity": "active", "target": {"kind": "power", "low": 250.0, "high": 270.0, "unit": "W"}},
            "Work, 250 to 270 W",
        ),
        ({"target": {"kind": "speed", "low": 4.0, "high": 5.0, "unit": "m/s"}}, "3:20 /km to 4:10 /km"),
        ({"target": {"kind": "cadence", "low": 90.0, "high": 90.0, "unit": "rpm"}}, "90 rpm"),
    ],
)
def test_a_step_of_a_workout_in_words(told: dict, words: str) -> None:
    assert step(**told).replace(fmt.THIN, " ") == words


def test_laps_of_a_real_layout_name_their_steps_and_number_those_without_words() -> None:
    (recording,) = fit.read(FILES["fit_workout_steps"]()).recordings
    shown = {"sport": "running", "details": recording.details}
    laps = recording.laps.assign(strokes=float("nan"), stroke="", workout_step=[0.0, 1.0, 2.0, 1.0, 4.0, 7.0])
    for units, way in ((fmt.METRIC, "1000 m"), (fmt.IMPERIAL, "0.62 mi")):
        made = tables.lap_table(pd.DataFrame(laps), units, "running", workout.step_names(shown, units))
        assert made["Workout step"].tolist() == [
            "Jog: Loose shoulders", f"Interval {way}, 150 to 160 bpm", "Recovery 90 s, heart rate zone 2",
            f"Interval {way}, 150 to 160 bpm", "Cool-down, 150 to 200 W", "8",
        ]  # fmt: skip
    assert workout.sentence(shown) == "Workout: 2 x 1000. By feel"
    assert workout.sentence(activity()) == ""


def test_the_weather_is_one_line_of_what_the_file_has() -> None:
    (recording,) = fit.read(FILES["fit_weather"]()).recordings
    told = activity(**recording.details)
    assert weather.sentence(told, fmt.METRIC) == (
        "Light rain · −2 °C, feels like −5 °C · wind 19.8 km/h from the south-west · humidity 80%"
    )
    assert weather.sentence(told, fmt.IMPERIAL).startswith(
        "Light rain · 28 °F, feels like 23 °F · wind 12.3 mph"
    )
    assert weather.sentence(activity(weather={"temperature": 20.0, "wind_m_s": 0.0}), fmt.METRIC) == "20 °C"
    assert weather.sentence(activity(), fmt.METRIC) == ""
