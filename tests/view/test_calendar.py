"""The calendar: weekly totals of the activities that count, colour by load, and a link to every day."""

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from milevault_core.view import calendar as view
from milevault_core.view import format as fmt

TODAY = date(2026, 11, 20)


def activity(day: int, minutes: float = 60.0, load: float = np.nan, sport: str = "running", **more) -> dict:
    start = pd.Timestamp("2026-11-01T08:00", tz="UTC") + timedelta(days=day - 1)
    return {
        "id": day, "name": "", "sport": sport, "sport_name": "", "start_time": start, "time_zone": "UTC",
        "utc_offset_s": 0, "local_day": start.date(), "time_s": minutes * 60, "distance_m": 10_000.0,
        "ascent_m": 0.0, "counts": True, "load": load,
    } | more  # fmt: skip


def done(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows) or [activity(1)]).iloc[: len(rows)]


def month(*rows: dict) -> str:
    return view.month(done(*rows), 2026, 11, TODAY, fmt.METRIC)


def strengths(html: str) -> list[float]:
    return [float(found) for found in re.findall(r"--load:([\d.]+)", html)]


def test_the_total_of_a_week_is_without_what_its_owner_leaves_out() -> None:
    html = month(activity(2), activity(3), activity(4, counts=False))
    assert "2 activities" in html
    assert "20.00 km" in html or "20.0 km" in html
    alone = month(activity(4, counts=False))
    assert '<td class="week"></td>' in alone
    assert "weekrow" not in alone


def test_the_strength_of_a_colour_is_the_load_not_the_time() -> None:
    easy, hard = strengths(month(activity(2, 180, 60.0), activity(9, 60, 120.0)))
    assert easy == pytest.approx(0.52, abs=0.03)
    assert hard == 1.0


def test_two_of_a_day_are_on_the_same_scale_as_one_of_another() -> None:
    first, second, alone = strengths(
        month(activity(2, load=30.0), activity(2, load=30.0), activity(9, load=60.0))
    )
    assert (first, second, alone) == (0.5, 0.5, 1.0)


def test_without_a_load_it_is_the_time_and_among_others_what_such_a_time_weighs() -> None:
    assert strengths(month(activity(2, 30), activity(9, 60))) == pytest.approx([0.53, 1.0], abs=0.03)
    assert view.weights(done(activity(2, 60, 50.0), activity(3, 120))).tolist() == [50.0, 100.0]


def test_every_day_until_today_leads_to_its_page() -> None:
    """A day without an activity may have a night, a weight or a note."""
    html = month(activity(2))
    assert html.count('href="/day?date=2026-11-') == TODAY.day
    assert 'href="/day?date=2026-11-21"' not in html
    small = view.year(done(activity(2)), 2026, TODAY, lambda **_: "", fmt.METRIC)
    assert small.count('href="/day?date=2026-') == TODAY.timetuple().tm_yday


def test_an_empty_month_and_an_empty_year_are_drawn() -> None:
    assert "<table" in month()
    assert view.strengths(done()) == {}
    assert view.year(done(), 2026, TODAY, lambda **_: "", fmt.METRIC).count("<section>") == 12


ODD = (
    "0190099",
    "01900",
    "19000",
    "02026",
    "1899",
    "2101",
    "20 26",
    "+2026",
    "２０２６",
    "2026-",
    "",
    "9" * 5000,
)


@pytest.mark.parametrize("text", ODD)
def test_an_address_that_asks_for_no_date_means_today(text: str) -> None:
    today = date(2026, 11, 3)
    assert view.asked_year(text, today) == 2026
    assert view.asked_month(f"{text}-07", today) == (2026, 11)
    assert view.asked_month(text, today) == (2026, 11)
    assert view.asked_day(f"{text}-07-01") is None


def test_an_address_asks_for_a_date() -> None:
    today = date(2026, 11, 3)
    assert view.asked_year("1900", today) == 1900
    assert view.asked_month("2100-12", today) == (2100, 12)
    assert view.asked_day("2025-07-01") == date(2025, 7, 1)
