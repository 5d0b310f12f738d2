"""The documentation of the metrics comes from their docstrings."""

import re

import numpy as np
import pandas as pd

from milevault_core import config
from milevault_core.metrics import METRICS
from milevault_core.view import metric_docs, metrics
from milevault_core.view.activities.provenance import FIGURES
from milevault_core.view.format import IMPERIAL, METRIC
from milevault_core.view.number_docs import NUMBERS
from tests.builders import tracks


def test_the_document_is_made_from_the_docstrings() -> None:
    """`python -m milevault_core.view.metric_docs > docs/metrics.md` regenerates it."""
    assert (config.ROOT / "docs" / "metrics.md").read_text() == metric_docs.document()


def test_every_metric_has_its_part_with_an_anchor() -> None:
    anchors = set(re.findall(r'<a id="(\w+)">', metric_docs.document()))
    assert anchors == set(METRICS) | set(FIGURES) | set(NUMBERS)
    assert not set(NUMBERS) & (set(METRICS) | set(FIGURES))
    assert {part.name for part in metric_docs.parts()} == anchors


def test_a_constant_names_its_second_source_or_says_that_it_is_from_memory() -> None:
    text = metric_docs.document()
    for name, source in (
        ("w_prime_left_j", "Skiba and others 2015"),
        ("easy_s", "Friel again"),
        ("thresholds", "from memory"),
        ("energy_j", "Moseley and Jeukendrup 2001"),
        ("graded_speed", "rungrade"),
    ):
        part = text[text.index(f'<a id="{name}">') :].split("<a id=", 2)[1]
        assert source in part, name


def test_numbers_in_the_users_units() -> None:
    found = {
        "graded_speed": 4.0,
        "descent_m": 100.0,
        "work_j": 720_000.0,
        "load_basis": 2.0,
        "easy_s": 3_661.0,
    }
    metric = {
        row.name: f"{row.value} {row.unit}".strip() for row in metrics.rows(found, {}, METRIC, "running")
    }
    imperial = {
        row.name: f"{row.value} {row.unit}".strip() for row in metrics.rows(found, {}, IMPERIAL, "running")
    }
    assert metric == {"graded_speed": "4:10 /km", "descent_m": "100 m", "work_j": "720 kJ", "load_basis": "pace",
                      "easy_s": "1:01:01"}  # fmt: skip
    assert imperial["graded_speed"] == "6:42 /mi"
    assert imperial["descent_m"] == "328 ft"


def test_what_is_absent_has_its_reason_and_no_number() -> None:
    (row,) = metrics.rows({}, {"load": "It needs <b>you</b>."}, METRIC, "running")
    assert (row.value, row.reason) == ("–", "It needs <b>you</b>.")
    assert "&lt;b&gt;" in metrics.table_html([row])
    assert "/metrics?name=load" in metrics.table_html([row])


def test_what_was_not_recorded_is_named_with_what_it_takes() -> None:
    held = metrics.recorded(tracks.ride(60).assign(power=float("nan")))
    assert held == {"heart_rate", "distance", "altitude"}
    absent = metrics.unrecorded({"trimp": 40.0}, {"heart_rate_load": "It needs you."}, "cycling", held)
    assert list(absent) == ["power"]
    names = {one.name for one in absent["power"]}
    assert {"normalized_power", "intensity_factor", "w_prime_left_j"} <= names, "with what is made of it"
    assert {"efficiency_factor", "decoupling", "energy_j"} <= names, "on a ride they take power"
    assert not names & {"graded_speed", "rpe_load", "trimp", "heart_rate_load", "vo2max", "load"}
    run = metrics.unrecorded({"graded_speed": 3.0}, {}, "running", held)["power"]
    assert not {"efficiency_factor", "decoupling"} & {one.name for one in run}, "on a run pace will do"
    text = metrics.unrecorded_html(absent)
    assert "No power was recorded, so these are missing: " in text
    assert 'title="It needs power, which was not recorded."' in text
    assert "/metrics?name=normalized_power" in text
    assert "distance" not in metrics.unrecorded({}, {}, "cycling", ()), (
        "what only a run has is nothing to miss on a ride"
    )
    assert "altitude" not in metrics.unrecorded({}, {}, "strength", ())
    assert metrics.unrecorded_html({}) == ""


def test_what_the_device_says_stands_beside_ours() -> None:
    rows = metrics.rows({"normalized_power": 216.6}, {}, METRIC, "cycling", {"normalized_power": 219.0})
    assert [(r.value, r.device) for r in rows] == [("217", "219 W")]
    same = metrics.rows({"normalized_power": 216.6}, {}, METRIC, "cycling", {"normalized_power": 216.9})
    assert [r.device for r in same] == [""]


def test_several_activities_together_are_what_each_metric_says() -> None:
    found = pd.DataFrame({
        "start_time": pd.to_datetime(["2026-06-03", "2026-06-01", "2026-06-02"], utc=True), "sport": "cycling",
        "load": [50.0, 70.0, np.nan], "normalized_power": [200.0, np.nan, 250.0], "vo2max": [52.0, 50.0, 55.0],
        "load_basis": 1.0, "decoupling": np.nan,
    })  # fmt: skip
    names = ["load", "normalized_power", "vo2max", "load_basis", "decoupling"]
    assert metrics.totals(found, names, METRIC) == [
        ("Load", "120"),
        ("Normalized power, mean", "225 W"),
        ("VO₂max (device), latest", "52.0 ml/kg/min"),
    ]
