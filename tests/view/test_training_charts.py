"""Training charts: made by Altair, valid, with the data they are given; zones in words."""

import datetime as dt
import json

import altair
import numpy as np
import pandas as pd
import pytest

from milevault_core.training import forecast
from milevault_core.view.format import IMPERIAL, METRIC
from milevault_core.view.training import forecasts, shapes, trends, zones
from milevault_core.view.training import form as form_view
from tests.training.lives import races

DAYS = [dt.date(2025, 1, 1) + dt.timedelta(days=3 * n) for n in range(130)]
FRAME = pd.DataFrame({
    "local_day": DAYS, "sport": ["running", "cycling"] * 65, "elapsed_s": 3600.0, "moving_s": 3500.0,
    "distance_m": np.linspace(5e3, 4e4, 130), "ascent_m": 120.0, "load": np.linspace(30, 90, 130), "easy_s": 3000.0,
    "moderate_s": 200.0, "hard_s": 300.0, "efficiency_factor": 1.5, "decoupling": np.nan,
})  # fmt: skip
TODAY = DAYS[-1]
FORM = form_view.daily_form(FRAME, TODAY)
SCORED = forecast.scores(races(2))
CURVES = {"2025": np.linspace(6, 3, 5), "2026": np.linspace(6.2, 3.1, 5)}
CHARTS = {
    "volume": lambda: trends.volume_chart(FRAME, FRAME, "week", "moving_s", METRIC),
    "form": lambda: form_view.form_chart(FORM, DAYS[0], TODAY),
    "context": lambda: form_view.context_chart(FORM, DAYS[0], TODAY),
    "intensity": lambda: trends.intensity_chart(FRAME, "month"),
    "polarisation": lambda: trends.polarisation_chart(FRAME, "month"),
    "dots": lambda: trends.dots_chart(FRAME, "efficiency_factor", "Efficiency", 2),
    "cumulative": lambda: trends.cumulative_chart(FRAME, "distance_m", IMPERIAL, TODAY),
    "curves": lambda: trends.curve_chart(CURVES, [1, 60, 300, 1200, 3600], "speed", "running", METRIC),
    "scores": lambda: forecasts.score_chart(SCORED),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_valid_and_has_every_field_it_draws(name: str) -> None:
    """Altair does not complain about an empty chart, so each encoded field must be in some row."""
    spec = CHARTS[name]()
    altair.Chart.from_dict(spec) if "mark" in spec else altair.LayerChart.from_dict(spec) if (
        "layer" in spec
    ) else altair.VConcatChart.from_dict(spec)
    rows = spec["data"]["values"]
    assert rows
    assert "NaN" not in json.dumps(spec)
    given = {field for row in rows for field in row} | {"what", "value"}  # these two may be folded
    for part in (*spec.get("layer", [spec]), *spec.get("vconcat", ())):
        for channel in part.get("encoding", {}).values():
            if isinstance(channel, dict) and "field" in channel:
                assert channel["field"] in given, channel


def test_the_shape_is_made_once() -> None:
    assert shapes.form() is shapes.form()
    assert "data" not in shapes.form()


def test_an_empty_period_keeps_its_place() -> None:
    two = FRAME.iloc[[0, 60]].assign(local_day=[dt.date(2025, 1, 15), dt.date(2025, 4, 2)])
    span = dt.date(2024, 12, 31), dt.date(2025, 5, 1)
    between = ["Jan 2025", "Feb 2025", "Mar 2025", "Apr 2025"]
    for made in (
        trends.volume_chart(two, two, "month", "moving_s", METRIC),
        trends.intensity_chart(two, "month"),
    ):
        for part in made.get("layer", [made]):
            assert part["encoding"]["x"]["scale"]["domain"] == between
    made = trends.polarisation_chart(two, "month", span)
    assert made["layer"][1]["encoding"]["x"]["scale"]["domain"] == ["Dec 2024", *between, "May 2025"]
    assert [row["label"] for row in made["data"]["values"]] == ["Jan 2025", "Apr 2025"]
    zoned = pd.DataFrame({"local_day": two["local_day"], "zone": [1, 2], "seconds": [60.0, 30.0]})
    for made in (trends.intensity_chart(two, "month", span), trends.zone_chart(zoned, "month", span)):
        assert made["encoding"]["x"]["scale"]["domain"] == ["Dec 2024", *between, "May 2025"]
    weeks = trends.period_labels(two["local_day"], "week")
    assert len(weeks) == 12
    assert trends.period_labels(two["local_day"], "year", span) == ["2024", "2025"]
    assert trends.period_labels(two["local_day"], "day", (span[1], span[1])) == ["1 May 2025"]


def test_a_week_without_an_activity_is_held_against_the_year_before_too() -> None:
    days = [dt.date(2024, 6, 5), dt.date(2025, 5, 28), dt.date(2025, 6, 11)]
    frame = FRAME.iloc[:3].assign(local_day=days, moving_s=7200.0)
    made = trends.volume_chart(frame.iloc[1:], frame, "week", "moving_s", METRIC)
    ticks = [(row["label"], row["last_year"]) for row in made["data"]["values"] if "last_year" in row]
    assert ticks == [("2 Jun 2025", 2.0)]


def test_the_years_are_told_above_their_chart_the_latest_first() -> None:
    frame = pd.concat([FRAME.iloc[:1].assign(local_day=dt.date(year, 5, 1)) for year in range(2013, 2026)])
    keys = trends.year_colours(frame)
    assert list(keys)[:2] == ["2025", "2024"]
    assert list(keys)[-1] == "2013"
    colour = trends.cumulative_chart(frame, "moving_s", METRIC, TODAY)["encoding"]["color"]
    assert colour["legend"] is None  # Vega's own legend omits the last of many entries
    assert dict(zip(colour["scale"]["domain"], colour["scale"]["range"], strict=True)) == keys


def test_lines_of_earlier_years_have_a_point_a_week_and_reach_their_totals() -> None:
    days = [dt.date(2022, 1, 1) + dt.timedelta(days=n) for n in range(4 * 365 + 1)]
    frame = pd.DataFrame({"local_day": days, "moving_s": 3600.0})
    rows = trends.cumulative_chart(frame, "moving_s", METRIC, days[-1])["data"]["values"]
    by_year = pd.DataFrame(rows).groupby("year")
    assert by_year.size().to_dict() == {"2022": 54, "2023": 54, "2024": 366, "2025": 365}
    assert by_year["total"].max().to_dict() == {"2022": 365, "2023": 365, "2024": 366, "2025": 365}  # hours


def test_the_line_of_a_year_goes_on_to_its_end_or_to_today() -> None:
    frame = FRAME.iloc[:2].assign(local_day=[dt.date(2024, 5, 1), dt.date(2025, 5, 1)], moving_s=3600.0)
    rows = trends.cumulative_chart(frame, "moving_s", METRIC, dt.date(2025, 12, 1))["data"]["values"]
    assert [(row["year"], row["day_of_year"], row["total"]) for row in rows] == [
        ("2024", 122, 1.0), ("2024", 366, 1.0), ("2025", 121, 1.0), ("2025", 335, 1.0)]  # fmt: skip


def test_nothing_gives_no_chart() -> None:
    none = FRAME.iloc[:0]
    assert trends.volume_chart(none, none, "week", "moving_s", METRIC) == {}
    assert form_view.form_chart(form_view.daily_form(none, TODAY), TODAY, TODAY) == {}
    assert trends.dots_chart(FRAME, "decoupling", "Decoupling", 1) == {}
    assert forecasts.score_chart([]) == {}
    assert trends.polarisation_sentence(none) == ""


def test_form_is_projected_and_warms_up() -> None:
    rows = form_view.form_chart(FORM, DAYS[0], TODAY)["data"]["values"]
    assert {row.get("plan") for row in rows} == {"", "If you rest", "If you go on as now"}
    warm = [row for row in rows if "warming_until" in row]
    assert [(r["day"], r["warming_until"]) for r in warm] == [("2025-01-01T00:00:00", "2025-02-12T00:00:00")]
    assert (
        form_view.form_chart(FORM, dt.date(2025, 6, 1), TODAY)["data"]["values"][0]["day"]
        == "2025-06-01T00:00:00"
    )


def test_sums_in_words() -> None:
    assert trends.text("distance_m", 42_195, IMPERIAL) == "26.2 mi"
    assert trends.unit("ascent_m", IMPERIAL) == "ft"
    said = trends.polarisation_sentence(FRAME)
    assert said.startswith("86% easy, 6% moderate, 9% hard. Polarisation index 2.11: polarised")


def test_critical_power_and_speed_with_their_errors() -> None:
    at = [120, 180, 300, 600, 1200]
    power = np.array([270 + 14_400 / t for t in at])
    assert trends.critical_sentence(power, at, "power", "cycling", METRIC) == (
        "critical power 270 ± 0 W, W′ 14.4 ± 0.0 kJ."
    )
    speed = np.array([(4.0 * t + 200) / t for t in at])
    assert (
        trends.critical_sentence(speed, at, "speed", "running", METRIC)
        == "critical pace 4:10 /km ± 0.0%, D′ 200 ± 0 m."
    )
    assert "three all-out efforts" in trends.critical_sentence(power[:1], at[:1], "power", "cycling", METRIC)


def test_the_share_inside_the_range_is_told() -> None:
    inside = sum(s.is_inside for s in SCORED)
    assert forecasts.score_sentence(SCORED).startswith(f"{inside} of {len(SCORED)} all-out efforts")
    assert forecasts.score_sentence([]) == ""


@pytest.mark.parametrize(
    ("selected", "days"),
    [
        ([1780272000000, 1780531200000], (dt.date(2026, 5, 31), dt.date(2026, 6, 3))),  # midnight UTC, in New York
        ([1780531200000, 1780272000000], (dt.date(2026, 5, 31), dt.date(2026, 6, 3))),
        ([0, 4e12], (dt.date(2026, 1, 2), dt.date(2026, 7, 1))),
        ([1780531200000, 1780531200001], None),
        ([1780531200000], None), ([None, 5], None), ("ab", None), (None, None), ([1e30, 2e30], None),
    ],
)  # fmt: skip
def test_the_days_of_a_stretch_are_those_that_the_browser_drew(selected: object, days: object) -> None:
    found = trends.brushed(selected, "America/New_York", dt.date(2026, 1, 2), dt.date(2026, 7, 1))
    assert found == days


def test_the_bar_of_zones() -> None:
    stored = {"bounds": [120.0, 150.0], "first": 1, "method": "own", "seconds": [600, 300, 100]}
    rows = zones.rows(stored, "heart_rate", METRIC, "running")
    assert [(r.label, r.bounds, r.share) for r in rows] == [
        ("Zone 1", "under 120 bpm", 0.6), ("Zone 2", "120 to 150 bpm", 0.3), ("Zone 3", "150 bpm and more", 0.1)
    ]  # fmt: skip
    html = zones.bar(stored, "heart_rate", METRIC, "running")
    assert "width:60.00%" in html
    assert "My own boundaries" in html
    assert zones.bar(stored | {"seconds": [0, 0, 0]}, "heart_rate", METRIC, "running") == ""


MEANT = (shapes.FITNESS, shapes.FATIGUE, shapes.FORM, shapes.EASY, shapes.MODERATE, shapes.HARD)


@pytest.mark.parametrize("colour", [*(zones.colour(z) for z in range(1, 10)), *MEANT])
def test_colours_stand_out_on_both_backgrounds(colour: str) -> None:
    for background in ("#fdfcfb", "#131416"):
        a, b = sorted((_light(colour), _light(background)))
        assert (b + 0.05) / (a + 0.05) >= 3.0, (colour, background)


def _light(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
