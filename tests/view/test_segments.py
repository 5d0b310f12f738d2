"""Segments in words and charts: units, gaps, gradients, missing values."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from milevault_core.activities.stretch import Figures
from milevault_core.segments import along
from milevault_core.segments.climbs import Climb
from milevault_core.segments.line import line_of
from milevault_core.view import format as fmt
from milevault_core.view.segments import charts, of_activity, segment, segments

HILL = {
    "name": "Hill", "sport": "cycling", "sport_group": "ride", "length_m": 1_000.0, "gain_m": 85.0,
    "altitudes": np.linspace(100.0, 185.0, 101),
    "line": np.column_stack([np.full(99, 47.0), np.linspace(8, 8.013, 99)]),
}  # fmt: skip


def efforts(*times: float) -> pd.DataFrame:
    n = len(times)
    day = pd.Timestamp("2026-01-01T10:00:00Z")
    return pd.DataFrame({
        "activity_id": range(1, n + 1), "number": 0, "start_time": [day + pd.Timedelta(days=i) for i in range(n)],
        "begun": day, "time_s": times, "plus_minus_s": 0.4, "t0_s": 10.0, "t1_s": 20.0, "heart_rate": np.nan,
        "power": [200.0 + i for i in range(n)], "weight_kg": 70.0, "name": "Ride", "sport": "cycling",
        "time_zone": "Europe/Berlin", "utc_offset_s": 3600,
    })  # fmt: skip


def test_slopes_even_where_the_line_has_another_number_of_points_than_the_altitudes() -> None:
    slope = segment.slopes(HILL)
    assert slope is not None
    assert len(slope) == 98
    assert slope[10:-10] == pytest.approx(0.085, abs=1e-3)
    assert segment.slopes(HILL | {"altitudes": np.empty(0)}) is None
    assert charts.profile(HILL | {"altitudes": np.empty(0)}, fmt.METRIC) == {}
    assert "8.5" in str(charts.profile(HILL, fmt.METRIC))


def test_the_figures_at_the_head() -> None:
    found = {
        f.label: (f.value, f.than) for f in segment.figures(HILL, efforts(200, 190, 194), fmt.METRIC, 2026)
    }
    assert found["Grade"] == ("8.5%", "category 4 climb")
    assert found["Best"] == ("3:10", "2 Jan 2026")
    assert found["Last"] == ("3:14", "4.0 s slower than your best")
    assert found["Best of 2026"][0] == "3:10"
    ways = {f.label: f.href for f in segment.figures(HILL, efforts(200, 190, 194), fmt.METRIC, 2026)}
    assert (ways["Best"], ways["Best of 2026"], ways["Grade"]) == (*["/day?date=2026-01-02"] * 2, "")
    assert ways["Last"] == "/day?date=2026-01-03"
    nothing = segment.figures(HILL | {"gain_m": None}, efforts(), fmt.METRIC, 2026)
    assert [f.label for f in nothing] == ["Length", "Efforts"]


def test_efforts_are_sorted_by_what_stands_behind_the_text() -> None:
    every = efforts(600, 59.4, 3_700)
    order = segment.Order("time", "asc")
    rows = segment.things(every, HILL, fmt.METRIC, order)
    labels = [c.label for c in segment.columns(every, HILL)]
    times = [row.cells[labels.index("Time")] for row in rows]
    assert times == ["59.4 s", "10:00", "1:01:40"]
    assert "VAM" in labels
    assert "Heart rate" not in labels
    assert [row.links["Date"][-10:] for row in rows] == ["2026-01-02", "2026-01-01", "2026-01-03"]


@pytest.mark.parametrize(
    ("time_s", "best_s", "said"),
    [(60.0, None, "first"), (60.0, np.nan, "first"), (75.0, 60.0, "+15.0 s"), (200.0, 60.0, "+2:20"),
     (55.0, 60.0, "5.0 s better"), (60.0, 60.0, "equal")],
)  # fmt: skip
def test_the_gap_to_the_best(time_s, best_s, said) -> None:
    assert of_activity.gap(time_s, best_s) == said


def test_an_effort_tells_pace_heart_rate_and_watts_per_kilogram() -> None:
    every = efforts(200.0, 250.0).assign(heart_rate=[150.0, np.nan], weight_kg=[80.0, np.nan])
    rows = segment.things(every, HILL, fmt.METRIC, segment.Order("time", "asc"))
    labels = [c.label for c in segment.columns(every, HILL)]
    first, second = (dict(zip(labels, row.cells, strict=True)) for row in rows)
    assert (first["Heart rate"], first["Power"], first["W/kg"]) == ("150 bpm", "200 W", "2.50")
    assert (second["Heart rate"], second["W/kg"]) == (fmt.MISSING, fmt.MISSING)
    assert first[fmt.rate_label("cycling")] == "18.0 km/h"  # 1 km in 200 s
    running = HILL | {"sport": "running", "sport_group": "run"}
    on_foot = segment.things(every.assign(sport="running"), running, fmt.METRIC, segment.Order("time", "asc"))
    labels = [c.label for c in segment.columns(every, running)]
    assert on_foot[0].cells[labels.index(fmt.rate_label("running"))] == "3:20 /km"


def test_climbs_as_a_table() -> None:
    climbs = [Climb(0.0, 900.0, 1_000.0, 4_000.0, 240.0), Climb(1_000.0, 1_600.0, 5_000.0, 6_000.0, 50.0)]
    nothing = Figures(*[np.nan] * len(Figures.__dataclass_fields__))
    known = replace(nothing, power=250.0, heart_rate=160.0)
    first = of_activity.climb_table(climbs, [known, nothing], fmt.METRIC).iloc[0]
    assert first.to_dict() == {
        "At": "1.00 km", "Length": "3.00 km", "Gain": "240 m", "Grade": "8.0%", "Category": "3", "Time": "15:00",
        "VAM": "960 m/h", "Power": "250 W", "Heart rate": "160 bpm",
    }  # fmt: skip
    bare = of_activity.climb_table(climbs, [nothing, nothing], fmt.METRIC)
    assert not {"Power", "Heart rate"} & set(bare.columns)


def test_what_the_filters_leave() -> None:
    every = pd.DataFrame({
        "name": ["Mill Lane", "Hill", "The canal"], "sport_group": ["run", "ride", "run"], "efforts": [3, 1, 8],
        "length_m": [900.0, 2_000.0, 5_000.0], "gain_m": [5.0, 120.0, np.nan],
    })  # fmt: skip

    def left(**wanted) -> list[str]:
        return segments.found(every, segments.Filters(**wanted), fmt.METRIC)["name"].tolist()

    assert left() == every["name"].tolist()
    assert left(text="LANE") == ["Mill Lane"]
    assert left(text=".*") == []
    assert left(groups=("run",)) == ["Mill Lane", "The canal"]
    assert left(length=(1.0, 3.0)) == left(climbs_only=True) == ["Hill"]
    assert left(efforts=3) == ["Mill Lane", "The canal"]


def test_no_marks_on_a_track_without_positions() -> None:
    """The effort still exists when a recording without positions has just become the activity's primary one."""
    times = np.datetime64("2026-01-01T10:00:00") + np.arange(3) * np.timedelta64(30, "s")
    track = pd.DataFrame({"time": times, "lat": [47.0, 47.1, 47.2], "lon": [8.0, 8.0, 8.0]})
    found = efforts(100.0).assign(segment_id=1)
    assert of_activity.marks(found, track, 0.0) == [(pytest.approx(47.0333, abs=1e-3), 8.0, "Ride: 1:40")]
    assert of_activity.marks(found, track.assign(lat=np.nan, lon=np.nan), 0.0) == []
    with pytest.raises(LookupError):
        along.way_of(
            line_of(np.array([47.0, 47.1]), np.array([8.0, 8.0])), *np.full((3, 4), np.nan), 1.0, 2.0
        )


def test_an_error_is_said_where_it_can_be_seen() -> None:
    assert segment.with_error(250.2, 0.6) == "4:10"
    assert segment.with_error(250.2, 2.4) == "4:10 ± 2 s"


def test_charts_need_efforts() -> None:
    assert charts.trend(efforts(100)) == {}
    assert charts.trend(efforts(100, 90))["height"] == 240
    assert charts.power(efforts(100, 90)) == {}
    assert "Average power" in str(charts.power(efforts(100, 90, 95)))


def test_labels_and_grades() -> None:
    assert segments.group_label("e_ride") == "E-biking"
    assert segments.grade(None, 100.0) == segments.grade(float("nan"), 100.0) == fmt.MISSING
    assert segments.grade(-5.0, 100.0) == "\u22125.0%"
