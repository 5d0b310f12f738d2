"""Two to four activities on one axis."""

import unicodedata

import altair
import numpy as np

from milevault_core.view import format as fmt
from milevault_core.view.activities import compare, provenance
from tests.builders.tracks import ride


def tracks(n: int = 2, **columns) -> list[compare.Track]:
    return [
        compare.Track("Ride", "cycling", ride(900 + 300 * i, seed=i + 1).assign(**columns)) for i in range(n)
    ]


def test_a_chart_for_each_quantity_with_a_line_an_activity() -> None:
    made = dict(compare.charts(tracks(3), fmt.METRIC))
    assert list(made) == ["altitude", "speed", "heart_rate", "power", "cadence", "temperature"]
    for spec in made.values():
        assert "data" not in spec, "Streamlit would take it away and make an empty chart of it"
        lines = spec["layer"][0]["data"]["values"]
        assert [line["a"] for line in lines] == ["Ride", "Ride (2)", "Ride (3)"]
        assert all(
            50 <= len(line["x"]) == len(line["y"]) == len(line["t"]) == len(line["at"]) for line in lines
        )
        altair.Chart.from_dict(spec).to_dict(validate=True)
    whole = max(float(one.track["distance"].iloc[-1]) for one in tracks(3)) / 1000
    assert abs(made["power"]["layer"][0]["encoding"]["x"]["scale"]["domain"][1] - whole) < 0.01


def test_without_distance_all_are_shown_over_time() -> None:
    mixed = [tracks(1)[0], compare.Track("Indoors", "cycling", ride(600).assign(distance=np.nan, lat=np.nan))]
    spec = dict(compare.charts(mixed, fmt.METRIC))["heart_rate"]
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0.0, 899.0]
    assert spec["layer"][0]["data"]["values"][0]["at"][-1] == "14:59"


def test_nothing_in_common_draws_nothing() -> None:
    assert compare.charts(tracks(2, heart_rate=np.nan)[:1], fmt.METRIC) == []
    empty = compare.Track("Empty", "yoga", ride(0))
    assert compare.charts([empty, empty], fmt.METRIC) == []


def test_a_run_beside_a_ride_is_drawn_in_one_unit() -> None:
    run = compare.Track("Run", "running", ride(900, seed=3))
    made = dict(compare.charts([run, *tracks(1)], fmt.METRIC))
    (layer,) = made["speed"]["layer"]
    assert made["speed"]["title"]["text"] == "Speed, km/h"
    assert all(text.endswith("km/h") for line in layer["data"]["values"] for text in line["t"] if text != "–")
    assert not layer["encoding"]["y"]["scale"]["reverse"]
    assert made["cadence"]["title"]["text"] == "Cadence, spm or rpm"
    both = [compare.Track(name, "running", ride(900, seed=n)) for n, name in enumerate("ab")]
    assert dict(compare.charts(both, fmt.METRIC))["speed"]["title"]["text"] == "Pace, min/km"


def test_figures_sort_by_their_numbers() -> None:
    """Two rides, one row each: in every column the smaller figure also sorts first as text."""
    known = dict.fromkeys(provenance.HEAD) | {"max_heart_rate": None, "max_power": None, "descent_m": None}
    one = known | {"sport": "cycling", "distance_m": 9_980.0, "moving_s": 3_510.0, "avg_power": 98.0}
    two = known | {"sport": "cycling", "distance_m": 100_010.0, "moving_s": 13_730.0, "avg_power": 205.0}
    table = compare.figure_table([one, two], ["Short", "Long"], fmt.METRIC)
    assert table.index.tolist() == ["Short", "Long"]
    assert table.columns.tolist() == ["Distance", "Moving time", "Avg power"]
    shown = table.map(lambda text: unicodedata.normalize("NFKC", text))
    assert (shown.loc["Short"] < shown.loc["Long"]).all()
