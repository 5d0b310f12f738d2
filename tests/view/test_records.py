"""Records in words, and charts that Altair accepts."""

from datetime import date
from types import SimpleNamespace

import altair as alt
import numpy as np
import pandas as pd
import pytest

from milevault_core.records import KINDS
from milevault_core.records import sections as places
from milevault_core.records.best_time import DISTANCES
from milevault_core.records.mean_max import RECORD_DURATIONS
from milevault_core.view import format as fmt
from milevault_core.view.records import charts, tables
from milevault_core.view.records import texts as say


@pytest.mark.parametrize(
    ("kind", "key", "title"),
    [("best_time", 400.0, "400 m"), ("best_time", 804.672, "½ mile"), ("best_time", 42_195.0, "Marathon"),
     ("best_time", 5_000.0, "5 km"), ("fastest_lap", 8_046.72, "5 miles lap"), ("power", 1_200.0, "20 min power"),
     ("heart_rate", 5_400.0, "1.5 h heart rate"), ("most_distance", 7.0, "Most distance in a week"),
     ("most_climb", 0.0, "Most climb"), ("most_ascent", 365.0, "Most climb in a year"),
     ("streak_days", 0.0, "Days in a row")],
)  # fmt: skip
def test_titles(kind, key, title):
    assert say.title(kind, key) == title


def test_what_an_activity_was_the_best_at_is_counted() -> None:
    told = [
        tables.Announcement("", (0.0, 1.0), "", standing) for standing in ("record", "year", "beaten", "year")
    ]
    assert tables.how_many(told) == "1 record was set here · 1 record at the time · 2 bests of the year"
    assert tables.how_many(told[1:2]) == "1 best of the year"


def test_every_kind_has_a_section_a_title_and_a_value():
    sections = [kind for _, kinds in places.sections().values() for kind in kinds]
    assert sorted(sections) == sorted(KINDS)
    for kind in KINDS:
        assert say.title(kind, 30.0)
        assert say.value(kind, 100.0, "running", fmt.IMPERIAL) != fmt.MISSING
        assert say.value(kind, None, "running", fmt.METRIC) == fmt.MISSING


def test_no_two_records_have_one_name():
    for distances in DISTANCES.values():
        assert len({say.distance_label(d) for d in distances}) == len(distances)
    assert len({say.duration_label(d) for d in RECORD_DURATIONS}) == len(RECORD_DURATIONS)


@pytest.mark.parametrize(
    ("kind", "value", "by", "text"),
    [("best_time", 600.0, 12.0, "12.0 s (2.0%)"), ("best_time", 600.0, 0.3, "0.3 s"), ("best_time", 60, 0.01, ""),
     ("heart_rate", 180.0, 0.0, ""), ("heart_rate", 180.0, 2.0, "2 bpm (1.1%)"), ("longest_distance", 9e3, 2.0, ""),
     ("streak_days", 20.0, 19.0, "19 days"), ("power", 300.0, None, "first"), ("most_climb", 999.0, 950.0, "950 m")],
)  # fmt: skip
def test_by_how_much_it_was_better(kind, value, by, text):
    assert say.gain(kind, value, by, "running", fmt.METRIC) == text


@pytest.mark.parametrize(
    ("kind", "key", "value", "usual", "sport", "question"),
    [("best_time", 1_000.0, 151.0, 186.0, "running",
      "Did you really run 1 km in 2:31? Your best efforts are usually about 3:06."),
     ("best_time", 21_097.5, 4_000.0, 6_000.0, "running",
      "Did you really run a half marathon in 1:06:40? Your best efforts are usually about 1:40:00."),
     ("best_time", 100.0, 55.0, 80.0, "swimming",
      "Did you really swim 100 m in 55.0 s? Your best efforts are usually about 1:20."),
     ("heart_rate", 60.0, 225.0, 200.0, "cycling",
      "Was your heart rate really 225 bpm for 1 min? It usually stays below 200 bpm."),
     ("power", 60.0, 900.0, 500.0, "cycling",
      "Did you really hold 900 W for 1 min? Your best efforts are usually about 500 W."),
     ("power", 5_400.0, 282.0, 220.0, "cycling",
      "Did you really hold 282 W for 90 min? Your best efforts are usually about 220 W."),
     ("most_climb", 0.0, 2_900.0, 800.0, "hiking",
      "Did you really climb 2\u202f900 m? The most otherwise is about 800 m.")],
)  # fmt: skip
def test_what_its_owner_is_asked(kind, key, value, usual, sport, question):
    row = SimpleNamespace(kind=kind, key=key, value=value, typical=usual, sport=sport)
    assert say.waiting_sentence(row, fmt.METRIC) == question


def test_when():
    assert say.when("most_time", 7.0, "2026-06-01", "2026-06-07") == "Week of 1 Jun 2026"
    assert say.when("most_time", 30.0, "2026-06-01", "2026-06-30") == "June 2026"
    assert say.when("streak_days", 0.0, "2026-06-01", "2026-06-03") == "1 Jun 2026 to 3 Jun 2026"
    assert say.when("best_time", 400.0, "2026-06-01", "2026-06-01") == "1 Jun 2026"


def rows(kind: str, sport: str, values: list[float]) -> pd.DataFrame:
    n = len(values)
    day = pd.date_range("2020-05-01", periods=n, freq="200D")
    return pd.DataFrame({
        "kind": kind, "sport": sport, "is_indoor": False, "key": 5_000.0, "activity_id": np.arange(n), "day": day,
        "last_day": day, "value": values, "is_improvement": True, "is_season_best": True, "is_current": False,
    })  # fmt: skip


@pytest.mark.parametrize("kind", ["best_time", "power", "longest_distance", "most_climb", "longest_time"])
@pytest.mark.parametrize("units", [fmt.METRIC, fmt.IMPERIAL])
def test_progression_is_a_chart(kind, units):
    spec = charts.progression(rows(kind, "running", [1500.0, 1400.5, 1399.0]), units, date(2026, 1, 1))
    alt.LayerChart.from_dict({k: v for k, v in spec.items()})
    assert [len(layer["data"]["values"]) for layer in spec["layer"]] == [4, 0, 3]
    if kind == "best_time":
        ticks = spec["encoding"]["y"]["axis"]["values"]
        assert 3 <= len(ticks) <= 7
        assert ticks[0] <= 1399
        assert all(t % 5 == 0 for t in ticks)


@pytest.mark.parametrize(("name", "sport"), [("power", "cycling"), ("speed", "running"), ("speed", "cycling"),
                                             ("heart_rate", "rowing")])  # fmt: skip
def test_curves_are_charts(name, sport):
    best = pd.DataFrame(
        {"span": ["all", "all", "recent"], "duration_s": [1, 3_600, 60], "value": [9.0, 3.0, 4.0]}
    )
    spec = charts.curve(best, name, sport, fmt.METRIC)
    alt.Chart.from_dict(spec)
    assert len(spec["data"]["values"]) == 3
    assert charts.curve(best.iloc[:0], name, sport, fmt.METRIC) == {}


@pytest.mark.parametrize(
    ("kind", "amount", "by", "said"),
    [
        ("heart_rate", 190.0, 0.3, ""),  # not "better by 0 bpm"
        ("heart_rate", 190.0, 2.0, "2 bpm (1.1%)"),
        ("best_time", 1200.0, 0.02, ""),
        ("best_time", 1200.0, None, "first"),
    ],
)
def test_better_by_nothing_is_not_said(kind, amount, by, said) -> None:
    assert say.gain(kind, amount, by, "running", fmt.METRIC) == said
