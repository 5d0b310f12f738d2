"""Routes in words, tables and charts: names, filters, ranks, where time was lost."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milevault_core.view import format as fmt
from milevault_core.view.parts.things import Order
from milevault_core.view.routes import compare
from milevault_core.view.routes import route as page
from milevault_core.view.routes import routes as view

CIRCLE = np.column_stack([np.sin(np.linspace(0, 6.28, 40)), np.cos(np.linspace(0, 6.28, 40))]) * 0.01


def routes() -> pd.DataFrame:
    base = {"outline": CIRCLE.astype("<f4").tobytes(), "heading": "north", "name": "", "sport": "running",
            "sport_group": "run", "is_course": False, "is_favourite": False, "is_archived": False, "ascent_m": 50.0,
            "last_time": pd.Timestamp("2026-06-01T06:00", tz="UTC"), "time_zone": "Europe/Berlin", "utc_offset_s": 0,
            "best_s": 3000.0, "shape": "loop", "place": "Tegel", "length_m": 10_400.0, "attempts": 3,
            "quarter": "", "beside": "", "turn": "anticlockwise"}  # fmt: skip
    return pd.DataFrame([
        base | {"id": 1}, base | {"id": 2, "turn": "clockwise"},
        base | {"id": 3, "name": "The <b>lake</b>", "is_favourite": True, "attempts": 12},
        base | {"id": 4, "sport_group": "ride", "shape": "one_way", "place": "", "length_m": 42_000.0,
                "ascent_m": 600.0},
        base | {"id": 5, "is_archived": True, "shape": "venue"},
    ])  # fmt: skip


def test_names_say_where_it_goes_and_which_way_round_and_at_last_a_number() -> None:
    some = routes()
    assert list(view.names(some, fmt.METRIC).values()) == [
        "Loop of 10.4 km, Tegel, anticlockwise", "Loop of 10.4 km, Tegel, clockwise", "The <b>lake</b>",
        "One way of 42.0 km, north", "Track sessions, Tegel",
    ]  # fmt: skip
    assert view.names(some, fmt.IMPERIAL)[1].startswith("Loop of 6.5 mi, Tegel")
    assert view.names(some.assign(sport_group="swim"), fmt.METRIC)[5] == "Laps, Tegel"
    some.loc[1, ["turn", "beside"]] = ["anticlockwise", "Frohnau"]
    assert view.names(some, fmt.METRIC)[2] == "Loop of 10.4 km, Tegel, by Frohnau"
    some.loc[1, ["turn", "beside"]] = ["anticlockwise", "Tegel"]
    assert [view.names(some, fmt.METRIC)[i] for i in (1, 2)] == [
        "Loop of 10.4 km, Tegel", "Loop of 10.4 km, Tegel (2)",
    ]  # fmt: skip
    some.loc[2, "name"] = "Loop of 10.4 km, Tegel"  # a name the user gave stays
    assert [view.names(some, fmt.METRIC)[i] for i in (1, 2, 3)] == [
        "Loop of 10.4 km, Tegel (2)", "Loop of 10.4 km, Tegel (3)", "Loop of 10.4 km, Tegel",
    ]  # fmt: skip
    some.loc[1, "quarter"] = "Heiligensee"
    assert view.names(some, fmt.METRIC)[2] == "Loop of 10.4 km, Heiligensee"
    some.loc[[0, 1, 2], "name"] = "Home"  # given twice: the first keeps it
    assert [view.names(some, fmt.METRIC)[i] for i in (1, 2, 3)] == ["Home", "Home (2)", "Home (3)"]


@given(st.lists(st.tuples(*(st.sampled_from(["", "a", "b"]) for _ in range(6))), max_size=30))
def test_no_two_routes_of_a_person_share_a_name(rows) -> None:
    base = routes().iloc[0].to_dict()
    some = pd.DataFrame(
        [
            base | {"id": -n if own == "b" else n, "quarter": quarter, "beside": beside, "turn": turn,
                    "heading": heading or "north", "sport_group": group or "run",
                    "name": {"a": "Loop of 10.4 km, a", "b": "Loop of 10.4 km, a (2)"}.get(own, "") if n % 3 else ""}
            for n, (own, quarter, beside, turn, heading, group) in enumerate(rows, 1)
        ],
        columns=list(base),
    )  # fmt: skip
    called = view.names(some, fmt.METRIC)
    assert len(set(called.values())) == len(called) == len(rows)
    assert called == view.names(some.iloc[::-1], fmt.METRIC), "whatever order they come in"


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({}, [1, 2, 3, 4]),
        ({"archived": True}, [5]),
        ({"groups": ("ride",)}, [4]),
        ({"places": (view.NOWHERE,)}, [4]),
        ({"length": (0.0, 20.0)}, [1, 2, 3]),
        ({"climb_from": 100.0}, [4]),
        ({"attempts": 10}, [3]),
        ({"favourites": True}, [3]),
        ({"text": "LAKE"}, [3]),
        ({"text": "anticlockwise"}, [1]),
    ],
)
def test_filters(filters: dict, left: list[int]) -> None:
    assert (
        view.found(routes(), view.Filters(**filters), fmt.METRIC, view.names(routes(), fmt.METRIC))[
            "id"
        ].tolist()
        == left
    )


def test_ordinals() -> None:
    assert [view.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"
    ]  # fmt: skip


def attempts(times: list[float]) -> pd.DataFrame:
    n = len(times)
    return pd.DataFrame({
        "id": range(1, n + 1), "name": "", "sport": "running",
        "start_time": pd.date_range("2024-01-01T07:00", periods=n, freq="30D", tz="UTC"), "time_zone": "UTC",
        "utc_offset_s": 0, "time_s": times, "is_timed": True, "stopped_s": 0.0, "distance_m": 5000.0, "ascent_m": 20.0,
        "avg_heart_rate": np.nan, "avg_power": np.nan, "avg_temperature": 12.0, "kind": "same", "forced": False,
        "share": 0.0,
    })  # fmt: skip


def test_typical_says_what_a_time_means() -> None:
    assert page.typical(attempts([1800.0])) == "You have done this route once, in 30:00."
    assert page.typical(attempts([1800.0, 1700.0])) == "You have done this route 2 times, in 28:20 to 30:00."
    text = page.typical(attempts([1800.0, 1700.0, 1900.0, 2000.0, 1750.0]))
    assert text == (
        "Half of your 5 times lie between 29:10 and 31:40; the latest, 29:10, is faster than 3 of the other 4."
    )
    assert page.typical(attempts([1800.0, 1700.0, 1900.0, 1600.0])).endswith(
        "the latest, 26:40, is your best."
    )


def test_the_last_time_at_the_head_leads_to_its_day() -> None:
    some = attempts([1800.0, 1700.0])
    found = {
        f.label: f
        for f in page.figures({"length_m": 5000.0, "ascent_m": None, "best_s": 1700.0}, some, fmt.METRIC)
    }
    assert set(found) == {"Distance", "Times", "Best", "Last"}
    assert found["Last"].href == f"/day?date={some['start_time'].iloc[-1]:%Y-%m-%d}"


def test_attempts_are_ranked_and_empty_columns_left_out() -> None:
    some = attempts([1800.0, 1700.0, 1900.0])
    some.loc[2, "is_timed"] = False
    assert [c.label for c in page.columns(some)] == ["Rank", "Date", "Time", "Pace", "Temperature"]
    latest = page.things(some, 5000.0, fmt.METRIC, page.LATEST)
    assert [thing.cells[0] for thing in latest] == [fmt.MISSING, "1", "2"]
    assert latest[1].cells[3] == "5:40 /km"
    assert [thing.links["Date"] for thing in latest][-1] == "/day?date=2024-01-01"


def test_attempts_are_sorted_by_the_number_not_its_text() -> None:
    some = attempts([3600.0, 3599.0, 36_000.0, 540.0])
    by_time = page.things(some, 5000.0, fmt.METRIC, Order("time", "asc"))
    assert [thing.cells[2] for thing in by_time] == ["9:00", "59:59", "1:00:00", "10:00:00"]
    turned = page.things(some, 5000.0, fmt.METRIC, Order("time", "desc"))
    assert [thing.cells[2] for thing in turned] == ["10:00:00", "1:00:00", "59:59", "9:00"]


def test_the_list_is_sorted_by_the_number_and_what_has_none_comes_last() -> None:
    some = routes()
    some.loc[1, "ascent_m"] = np.nan
    called = view.names(some, fmt.METRIC)
    order = [r.id for r in view.ordered(some, Order("climb", "desc"), called).itertuples()]
    assert (order[0], order[-1]) == (4, 2)
    by_name = view.ordered(some, Order("name", "asc"), called)["id"].tolist()
    assert [called[i].casefold() for i in by_name] == sorted(name.casefold() for name in called.values())


def test_the_trend_has_points_a_best_line_and_a_band() -> None:
    spec = page.trend(attempts([1800.0, 1700.0, 1900.0, 2000.0, 1650.0]))
    values = spec["data"]["values"]
    assert [v["best"] for v in values] == [1800.0, 1700.0, 1700.0, 1700.0, 1650.0]
    assert values[0]["day"] == "2024-01-01T07:00:00"  # local, without zone
    assert spec["layer"][0]["data"]["values"] == [{"low": 1700.0, "high": 1900.0}]
    json.dumps(spec, allow_nan=False)


def sections(pace: list[float], stop: dict[int, float]) -> pd.DataFrame:
    stops = np.array([stop.get(i, 0.0) for i in range(len(pace))])
    lost = np.array(pace) + stops
    ends = np.arange(1, len(pace) + 1) * 100.0
    return pd.DataFrame({"start_m": ends - 100, "end_m": ends, "gap_s": lost.cumsum(), "lost_s": lost, "stop_s": stops,
                         "pace_s": pace, "off": False})  # fmt: skip


def test_the_sentence_tells_stops_from_slowness_and_names_the_climb() -> None:
    table = sections([0.0] * 10 + [-1.0] * 7 + [0.0] * 20, {32: 25.0})
    slope = np.zeros(len(table))
    slope[9:18] = 0.06
    said = compare.sentence(table, slope, "your best", fmt.METRIC)
    assert said.startswith(
        "18 s slower than your best: 25 s lost by stopping at 3.2 km, 7 s gained on the climb from"
    ), said
    slower = compare.sentence(sections([3.0] * 10, {}), np.full(10, np.nan), "your best", fmt.METRIC)
    assert slower == "30 s slower than your best, lost all along the way."
    even = sections([0.0] * 10, {})
    assert compare.sentence(even, np.full(10, np.nan), "your best", fmt.METRIC) == "As fast as your best."
    off = even.assign(off=True)
    assert "estimates" in compare.sentence(off, np.full(10, np.nan), "your best", fmt.METRIC)


def test_against_finds_the_best_the_last_and_the_median_of_the_others() -> None:
    some = attempts([1800.0, 1700.0, 1900.0, 2000.0])
    assert compare.against("best", 4, some) == 2
    assert compare.against("best", 2, some) == 1  # comparing it with itself makes no sense
    assert compare.against("last", 3, some) == 2
    assert compare.against("median", 4, some) == 1
    assert compare.against("3", 4, some) == 3
    assert compare.against("77", 4, some) is None
    assert compare.against("best", 1, some.head(1)) is None


def test_charts_and_deck_show_every_section() -> None:
    table = sections([1.0, -2.0, 0.5], {1: 12.0, 2: 4.0})
    gap, cost = compare.charts(table, fmt.METRIC)
    assert [v["gap"] for v in gap["data"]["values"]] == [0.0, 1.0, 11.0, 15.5]
    bars = cost["data"]["values"]
    assert [(b["what"], b["low"], b["high"]) for b in bars] == [
        ("Slower", 0.0, 1.0), ("Faster", 0.0, -2.0), ("Stop", 0.0, 12.0), ("Slower", 0.0, 0.5), ("Stop", 0.5, 4.5)
    ]  # fmt: skip
    deck = json.loads(compare.deck(CIRCLE + np.array([47.0, 179.999]), table, fmt.IMPERIAL))
    track = next(layer for layer in deck["layers"] if layer["id"] == "track")
    assert len(track["data"]) == 3
    assert len({tuple(row["c"]) for row in track["data"]}) == 3
    assert [row["v"] for row in track["data"]][1].startswith("0.1 mi: 2.0 s faster")
    assert len(next(layer for layer in deck["layers"] if layer["id"] == "stops")["data"]) == 1
    assert compare.deck(np.empty((0, 2)), None, fmt.METRIC) == ""


def test_slopes_come_from_the_track_and_without_heights_there_are_none() -> None:
    table = sections([0.0] * 10, {})
    distance = np.linspace(0.0, 1_010.0, 200)
    assert np.allclose(compare.grades(table, distance, distance * 0.05), 0.0505, atol=1e-3)
    assert np.isnan(compare.grades(table, distance, np.full(200, np.nan))).all()
