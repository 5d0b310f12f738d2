"""Charts are built with Altair, once for each shape, and filling in numbers does not change the shape."""

import ast
import copy
import json
from collections.abc import Callable
from datetime import date

import altair
import numpy as np
import pandas as pd
import pytest

from milevault_core.view import dashboard, shapes, weeks_shape
from milevault_core.view import format as fmt
from milevault_core.view.records import charts
from milevault_core.view.records import shapes as of_records
from milevault_core.view.routes import compare
from milevault_core.view.routes import route as route_view
from milevault_core.view.routes import shapes as of_routes
from tests.commands import ROOT
from tests.view.test_records import rows
from tests.view.test_routes import attempts, sections

TODAY = date(2026, 6, 1)
TIMES = [1800.0, 1700.0, 1900.0, 2000.0, 1650.0]
DAYS = pd.DataFrame({
    "day": pd.date_range("2026-01-05", periods=30, freq="4D"), "sport": ["running", "cycling"] * 15,
    "moving_s": 3_600.0,
})  # fmt: skip
BEST = pd.DataFrame({"span": ["all", "year"], "duration_s": [1, 3_600], "value": [9.0, 3.0]})
TABLE = sections([0.5, -1.0, 2.0] * 5, {3: 8.0})
CHARTS: dict[str, Callable[[fmt.Units], dict]] = {
    "times": lambda units: charts.progression(rows("best_time", "running", TIMES), units, TODAY),
    "distances": lambda units: charts.progression(rows("longest_distance", "running", TIMES), units, TODAY),
    "power": lambda units: charts.curve(BEST, "power", "cycling", units),
    "pace": lambda units: charts.curve(BEST, "speed", "running", units),
    "trend": lambda _: route_view.trend(attempts(TIMES)),
    "two times": lambda _: route_view.trend(attempts(TIMES[:2])),
    "gap": lambda units: compare.charts(TABLE, units)[0],
    "sections": lambda units: compare.charts(TABLE, units)[1],
    "weeks": lambda _: dashboard.weeks_chart(DAYS, date(2026, 5, 1), is_dark=False),
    "weeks, dark": lambda _: dashboard.weeks_chart(DAYS, date(2026, 5, 1), is_dark=True),
}


def kept_shapes() -> list[dict]:
    """Each cached shape, once."""
    return [
        of_records.progression("km", False, (("when", "When"),)), of_records.curve("W", False, ("All time",)),
        of_routes.trend(True), of_routes.trend(False), of_routes.gap("km"), of_routes.sections("km"),
        weeks_shape.weeks(),
    ]  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("units", [fmt.METRIC, fmt.IMPERIAL])
def test_what_is_poured_is_still_a_chart_that_altair_knows(name: str, units: fmt.Units) -> None:
    spec = CHARTS[name](units)
    made = altair.LayerChart if "layer" in spec else altair.Chart
    made.from_dict(spec)
    assert '"values": [{' in json.dumps(spec, allow_nan=False)


def test_pouring_leaves_the_shapes_alone() -> None:
    before = copy.deepcopy(kept_shapes())
    for chart in CHARTS.values():
        chart(fmt.METRIC)
    assert kept_shapes() == before
    assert not any('"values"' in json.dumps(one) for one in before)


def test_a_shape_is_built_once_whatever_the_numbers() -> None:
    of_records.progression.cache_clear()
    for values in (TIMES, TIMES[:2], [900.0]):
        charts.progression(rows("best_time", "running", values), fmt.METRIC, TODAY)
    assert of_records.progression.cache_info().misses == 1
    charts.progression(rows("longest_distance", "running", TIMES), fmt.IMPERIAL, TODAY)
    assert of_records.progression.cache_info().misses == 2


def test_parts_go_where_they_belong() -> None:
    shape = {
        "layer": [{"name": "a", "mark": "bar"}, {"name": "b", "y": {"title": None, "axis": {"grid": False}}}]
    }
    parts = {"layer": {"b": {"y": {"axis": {"values": [1]}}}, "c": {"y": 1}}, "data": {"values": [{}]}}
    assert shapes.poured(shape, parts) == {
        "layer": [{"name": "a", "mark": "bar"},
                  {"name": "b", "y": {"title": None, "axis": {"grid": False, "values": [1]}}}],
        "data": {"values": [{}]},
    }  # fmt: skip


def test_no_chart_is_written_as_a_dict() -> None:
    """A dict with its own "mark" is a chart that Altair has not validated."""
    found = []
    for path in (*(ROOT / "milevault_core/view").rglob("*.py"), *(ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if {"mark", "$schema"} & keys:
                    found.append(f"{path.name}:{node.lineno}")
    assert found == []


def test_numbers_of_numpy_are_poured_as_json() -> None:
    assert np.isfinite(
        json.loads(json.dumps(CHARTS["gap"](fmt.METRIC)))["encoding"]["x"]["scale"]["domain"][1]
    )
