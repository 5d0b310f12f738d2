"""Numbers as people write them: known examples, and properties that hold for any number."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.view import format as fmt
from milevault_core.view.format import IMPERIAL, METRIC, MISSING

THIN = "\u202f"


def thin(text: str) -> str:
    return text.replace("_", THIN)


@pytest.mark.parametrize(
    ("metres", "metric", "imperial"),
    [
        (8_420, "8.42 km", "5.23 mi"),
        (9_994, "9.99 km", "6.21 mi"),
        (9_996, "10.0 km", "6.21 mi"),
        (42_195, "42.2 km", "26.2 mi"),
        (1_204_300, "1_204 km", "748.3 mi"),
        (0, "0.00 km", "0.00 mi"),
        (None, MISSING, MISSING),
        (math.nan, MISSING, MISSING),
        (math.inf, MISSING, MISSING),
    ],
)
def test_distance(metres, metric, imperial):
    assert fmt.distance(metres, METRIC) == thin(metric)
    assert fmt.distance(metres, IMPERIAL) == thin(imperial)


def test_swim_distance_is_in_the_pools_unit():
    assert fmt.distance(1500, METRIC, "swimming") == thin("1_500 m")
    assert fmt.distance(1500, IMPERIAL, "swimming") == thin("1_640 yd")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"), (59.4, "0:59"), (59.5, "1:00"), (1445, "24:05"), (3599.5, "1:00:00"), (3723, "1:02:03"),
        (360_000, "100:00:00"), (-65, "−1:05"), (-0.2, "0:00"), (None, MISSING), (math.nan, MISSING),
    ],
)  # fmt: skip
def test_duration(seconds, text):
    assert fmt.duration(seconds) == text


@given(st.integers(0, 10**8))
def test_duration_tells_every_second(seconds):
    parts = [int(p) for p in fmt.duration(seconds).split(":")]
    assert sum(p * 60**i for i, p in enumerate(reversed(parts))) == seconds
    assert all(p < 60 for p in parts[1:])


@pytest.mark.parametrize(
    ("mps", "system", "sport", "text"),
    [
        (1000 / 275, METRIC, "running", "4:35 /km"),
        (1609.344 / 443, IMPERIAL, "running", "7:23 /mi"),
        (1000 / 359.7, METRIC, "walking", "6:00 /km"),  # never "5:60"
        (100 / 112, METRIC, "swimming", "1:52 /100 m"),
        (91.44 / 112, IMPERIAL, "swimming", "1:52 /100 yd"),
        (500 / 115, IMPERIAL, "rowing", "1:55 /500 m"),
        (10, METRIC, "cycling", "36.0 km/h"),
        (10, IMPERIAL, "cycling", "22.4 mph"),
        (0, METRIC, "running", MISSING),
        (1e-9, METRIC, "running", MISSING),
        (5, METRIC, "yoga", MISSING),
        (5, METRIC, "no such sport", "18.0 km/h"),
    ],
)
def test_rate(mps, system, sport, text):
    assert fmt.rate(mps, system, sport) == text


def test_other_quantities():
    assert fmt.altitude(1240, METRIC) == thin("1_240 m")
    assert fmt.altitude(1240, IMPERIAL) == thin("4_068 ft")
    assert fmt.temperature(21, METRIC) == "21 °C"
    assert fmt.temperature(21, IMPERIAL) == "70 °F"
    assert fmt.temperature(-40, IMPERIAL) == "−40 °F"
    assert fmt.weight(72.4, METRIC) == "72.4 kg"
    assert fmt.weight(72.4, IMPERIAL) == "159.6 lb"
    assert fmt.cadence(88, "running") == "176 spm"
    assert fmt.cadence(88, "cycling") == "88 rpm"
    assert fmt.cadence(30, "swimming") == "30 strokes/min"
    assert fmt.heart_rate(141.6) == "142 bpm"
    assert fmt.power(np.float64(213.2)) == "213 W"
    assert [fmt.size(n) for n in (640, 1_240_000, 999_700, 5e12)] == [
        "640 B",
        "1.2 MB",
        "1.0 MB",
        thin("5_000.0 GB"),
    ]


def test_numbers():
    assert fmt.number(1234567.6) == thin("1_234_568")
    assert fmt.number(-1234.5, 1) == thin("−1_234.5")
    assert fmt.number(-0.4) == "0"  # no "-0"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf, np.float32("nan")])
@pytest.mark.parametrize("function", [
    fmt.number, fmt.heart_rate, fmt.power, fmt.duration, fmt.size, lambda v: fmt.distance(v, METRIC),
    lambda v: fmt.altitude(v, IMPERIAL), lambda v: fmt.speed(v, METRIC), lambda v: fmt.pace(v, METRIC),
    lambda v: fmt.temperature(v, IMPERIAL), lambda v: fmt.weight(v, METRIC), lambda v: fmt.cadence(v, "running"),
])  # fmt: skip
def test_missing_is_a_dash(function, value):
    assert function(value) == MISSING


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_number_has_words(value):
    for text in (
        fmt.number(value),
        fmt.duration(value),
        fmt.pace(value, METRIC),
        fmt.distance(value, IMPERIAL),
    ):
        assert text
        assert "nan" not in text
        assert "inf" not in text
        assert "-" not in text


def test_a_speed_that_cannot_be_is_left_out():
    for mps in (28_133.0, math.inf):  # all points of a file in one second
        assert fmt.rate(mps, METRIC, "other") == MISSING
        assert fmt.rate(mps, METRIC, "running") == MISSING
    assert fmt.speed(250.0, METRIC) == "900.0 km/h"


def test_degrees_there_and_back() -> None:
    for system in (fmt.METRIC, fmt.IMPERIAL):
        assert [system.celsius(system.degrees(t)) for t in (-40.0, -3.0, 0.0)] == pytest.approx([-40, -3, 0])
    assert fmt.IMPERIAL.celsius(50.0) == pytest.approx(10.0)
